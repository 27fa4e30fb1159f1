"""Overridden and varying package-level constants."""

import re
from typing import Any

import pytest

from gpusched.errors import GpuschedError
from gpusched.golang.ssa import load_ssa

pytestmark = pytest.mark.go

TEXT = """package main

import "time"

type level int

const (
	A = iota + 1
	B
	C
)
const (
	N           = 1000
	Twice       = 2 * A
	Wait        = 5 * time.Millisecond
	Delay       = 7
	Ratio       = 0.25
	Name        = "x"
	On          = true
	Size        = 4
	L     level = 3
	Small uint8 = 200
)

var V, W = 10, f()
var Q uint32 = 7
var room [Size]int

func f() int { return 3 }

func main() {
	for range N {
		time.Sleep(Delay * time.Millisecond)
	}
	time.Sleep(Wait)
	println(A, B, C, Twice, Name, On, L, float64(V)*Ratio, Small, W, Q, len(room))
}
"""


PLAIN = re.sub(r".*(time|Wait).*\n", "", TEXT)
"""The same without package time: loads faster."""


@pytest.fixture
def load(package):
    directory = package(TEXT)
    return lambda constants=None, vary=(): load_ssa(directory, constants, vary)


def values(document: dict[str, Any]) -> dict[str, Any]:
    """Name -> value of the listed constants."""
    return {name: entry["value"] for name, entry in document["consts"].items()}


def init_stores(document: dict[str, Any]) -> set[str]:
    """Names of the globals that the package's init stores to."""
    init = next((f for f in document["funcs"] if f["name"] == f"{document['package']}.init"), None)
    stores = [i["addr"]["g"] for b in (init or {}).get("blocks", []) for i in b["instrs"] if i["op"] == "Store"]
    return {document["globals"][g]["name"].split(".")[-1] for g in stores}


def test_constants_are_listed(load):
    document = load()
    assert set(values(document)) == {"A", "B", "C", "N", "Twice", "Wait", "Delay", "Ratio", "Name", "On", "Size", "L", "Small", "V", "Q"}
    assert document["consts"]["Wait"] == {"type": document["consts"]["Wait"]["type"], "value": "5000000", "file": "main.go", "line": 15, "var": False}
    assert document["types"][document["consts"]["Wait"]["type"]]["string"] == "time.Duration"
    assert document["consts"]["V"]["var"]
    assert document["vars"] == {}


def test_values_replace_the_source_s_and_keep_their_types(load):
    document = load({"N": 5, "A": 4, "Wait": "3ms", "Ratio": 0.75, "Name": "é", "Small": 255, "V": 11, "Q": 2.0, "On": False, "Size": 6})
    found = values(document)
    assert (found["N"], found["A"], found["B"], found["C"]) == ("5", "4", "2", "3")
    assert found["Twice"] == "8"
    assert found["Wait"] == "3000000"
    assert float.fromhex(found["Ratio"]) == 0.75
    assert found["Name"].encode("latin-1").decode() == "é"
    assert (found["Small"], found["V"], found["Q"], found["On"], found["Size"]) == ("255", "11", "2", False, "6")
    assert document["types"][document["consts"]["Small"]["type"]]["kind"] == "uint8"
    plain = load()
    assert [f["pos"] for f in plain["funcs"]] == [f["pos"] for f in document["funcs"]]


def test_varying_constants_become_variables(load):
    document = load({"Delay": 9}, ["N", "Delay", "Ratio", "L", "Small", "V", "On"])
    types = {name: document["types"][document["globals"][g]["type"]]["string"] for name, g in document["vars"].items()}
    assert types == {
        "N": "int",
        "Delay": "time.Duration",
        "Ratio": "float64",
        "L": "example/prog.level",
        "Small": "uint8",
        "V": "int",
        "On": "bool",
    }
    assert values(document)["Delay"] == "9"
    assert init_stores(document) == {"W", "Q"}
    assert init_stores(load()) == {"V", "W", "Q"}


@pytest.mark.parametrize(
    ("constants", "vary", "message"),
    [
        ({"M": 1}, (), "M is no constant of the package; it has A, B, C, Delay, L, N, Name, On, Q, Ratio, Size, Small, Twice, V"),
        ({"W": 1}, (), "W is no constant of the package"),
        ({"N": 1.5}, (), "N is of type int and can not be 1.5"),
        ({"N": "5"}, (), 'N is of type int and can not be "5"'),
        ({"Small": 256}, (), "Small is of type uint8 and can not be 256"),
        ({"Small": -1}, (), "Small is of type uint8 and can not be -1"),
        ({"On": 1}, (), "On is of type bool and can not be 1"),
        ({"Size": -1}, (), "invalid array length Size"),
        ({"N": None}, (), "N is of type int and can not be null"),
        ({"Ratio": float("nan")}, (), "a constant can not be overridden"),
        ({}, ("Size",), "Size must stay a constant, it can not vary from world to world"),
        ({}, ("N", "Size"), "Size must stay a constant"),
        ({}, ("M",), "M is no constant of the package"),
    ],
)
def test_what_does_not_fit_is_named(package, constants, vary, message):
    with pytest.raises(GpuschedError) as caught:
        load_ssa(package(PLAIN), constants, vary)
    assert message in str(caught.value)


DERIVED = """package main

const workers = 8
const (
	jobs          = workers * 100
	half    int32 = workers / 2
	ratio         = workers / 3.0
	quarter       = float64(workers / 4)
	many          = jobs > 10
)

func main() {
	ch := make(chan int, workers)
	var narrow uint8 = workers + 1
	f := 2.0
	f *= workers
	f *= ratio
	println(cap(ch), narrow, f, half, quarter, many, jobs)
}
"""


def test_constants_computed_from_a_varying_one_vary_with_it(package):
    document = load_ssa(package(DERIVED), {"workers": 6}, ["workers"])
    types = {g["name"].split(".")[-1]: document["types"][g["type"]]["string"] for g in document["globals"]}
    assert types == {"workers": "int", "jobs": "int", "half": "int32", "ratio": "float64", "quarter": "float64", "many": "bool"}
    assert list(document["vars"]) == ["workers"]
    assert init_stores(document) == {"jobs", "half", "ratio", "quarter", "many"}
    init = next(f for f in document["funcs"] if f["name"] == "example/prog.init")
    divisions = [document["types"][i["t"]]["kind"] for b in init["blocks"] for i in b["instrs"] if i["op"] == "BinOp" and i["tok"] == "/"]
    assert sorted(divisions) == ["float64", "int", "int32"]
    assert {g["pos"].split(":")[0] for g in document["globals"]} == {"main.go"}


def test_an_overridden_constant_no_longer_hangs_on_the_varying_one(package):
    document = load_ssa(package(DERIVED), {"jobs": 4}, ["workers"])
    assert document["consts"]["jobs"]["value"] == "4"
    assert document["consts"]["many"]["value"] is False
    assert init_stores(document) == {"half", "ratio", "quarter"}
