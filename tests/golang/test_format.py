"""Each clause of frontend/FORMAT.md on a small package."""

import pytest

pytestmark = pytest.mark.go

LANGUAGE = """package main

import "fmt"

type shape interface {
	area() int
	Name() string
}

type square struct{ side int }
type rect struct {
	square
	_ int8
	w, h uint16
}
type num interface{ ~int | ~float64 }
type pair[K comparable, V any] struct {
	k K
	v V
}

func (s square) area() int    { return s.side * s.side }
func (s square) Name() string { return "sq\\xff\\u00e9" }
func (r *rect) area() int     { return int(r.w) * int(r.h) }

var table = [4]int{1, 2, 3, 4}

func init() { table[1] = 20 }

func sum[T num](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func divide(a, b int) (q int, err any) {
	defer func() { err = recover() }()
	return a / b, nil
}

func choose(a, b chan int, c chan<- int, d <-chan string) (r int) {
	select {
	case v, ok := <-a:
		if ok {
			r = v
		}
	case b <- 1 + r:
	default:
		r = 5
	}
	return r
}

func count(n int, flag bool) int {
	total := 0
	for i := range n {
		if flag && i > 2 {
			total += i
		}
	}
	return total
}

func main() {
	type local struct{ a int }
	{
		type local struct{ a float32 }
		fmt.Println(local{1.5})
	}
	shapes := []shape{square{2}, &rect{square{1}, 0, 3, 4}}
	for _, s := range shapes {
		if sq, ok := s.(square); ok {
			fmt.Println(sq.side, s.Name())
		}
		fmt.Println(s.area())
	}
	fmt.Println(sum(1, 2), sum(1.5, 2), pair[string, local]{"a", local{1}})
	q, _ := divide(1, count(3, true))
	f := shapes[0].area
	k := 0
	g := func(x int) int { k++; return x + f() + q }
	go g(2)
	m := map[string]int{"a": g(1)}
	for key, value := range m {
		fmt.Println(key, value, table[1:2], choose(nil, nil, nil, nil))
	}
}
"""


@pytest.fixture(scope="module")
def doc(compile_text):
    return compile_text(LANGUAGE)


def test_document_names_its_parts(doc):
    assert doc.data["format"] == "gpusched-ssa/1"
    assert doc.data["go"].startswith("go1.27")
    assert doc.package == "example/prog"
    assert doc.data["funcs"][doc.data["main"]]["name"] == "example/prog.main"
    assert doc.data["funcs"][doc.data["init"][-1]]["name"] == "example/prog.init"
    assert doc.data["refused"] == []


def test_blocks_are_consistent(doc):
    for function in doc.data["funcs"]:
        assert ("blocks" in function) == function["body"]
        blocks = function.get("blocks", [])
        for number, block in enumerate(blocks):
            assert all(number in blocks[s]["preds"] for s in block["succs"])
            assert all(number in blocks[p]["succs"] for p in block["preds"])
            assert block["preds"] or number == 0 or number == function["recover"]
            last = block["instrs"][-1]["op"]
            assert last == {0: last, 1: "Jump", 2: "If"}[len(block["succs"])]
            for phi in (i for i in block["instrs"] if i["op"] == "Phi"):
                assert len(phi["edges"]) == len(block["preds"]) > 1


def test_values_are_numbered_in_order(doc):
    for function in doc.data["funcs"]:
        numbers = [i["v"] for b in function.get("blocks", []) for i in b["instrs"] if "v" in i]
        first = len(function["params"]) + len(function["freevars"])
        assert numbers == list(range(first, first + len(numbers)))


def test_types_are_described_once(doc):
    strings = [t["string"] for t in doc.data["types"]]
    assert len(strings) == len(set(strings))
    by_name = {t["name"]: t for t in doc.data["types"]}
    rect = by_name["main.rect"]
    assert rect["kind"] == "struct"
    assert rect["named"]
    assert [(f["name"], f["embedded"], f["blank"]) for f in rect["fields"]] == [
        ("square", True, False),
        ("_", False, True),
        ("w", False, False),
        ("h", False, False),
    ]
    assert rect["gcsize"] == 16
    assert by_name["[4]int"] | {"elem": 0, "string": ""} == {"kind": "array", "len": 4, "elem": 0, "gcsize": 32, "gcalign": 8, "name": "[4]int", "string": ""}
    assert {t["dir"] for t in doc.data["types"] if t["kind"] == "chan"} == {0, 1, 2}
    assert by_name["main.pair[string,main.local]"]["kind"] == "struct"
    assert len([t for t in doc.data["types"] if t["name"] == "main.local"]) == 2


def test_interfaces_methods_and_who_implements_them(doc):
    number = next(t["interface"] for t in doc.data["types"] if t["name"] == "main.shape")
    assert doc.data["interfaces"][number]["methods"] == ["Name", "example/prog.area"]
    ids = {t["name"]: str(i) for i, t in enumerate(doc.data["types"])}
    methods = doc.data["methods"]
    assert set(methods[ids["main.square"]]) == {"Name", "example/prog.area"}
    wrapper = doc.data["funcs"][methods[ids["*main.rect"]]["Name"]]
    assert wrapper["params"][0][1] == int(ids["*main.rect"])
    assert number in doc.data["implements"][ids["main.square"]]
    assert number not in doc.data["implements"][ids["int"]]
    call = next(i for i in doc.instrs("main", "Call") if i.get("method") == "example/prog.area")
    assert doc.type(call["iface"])["name"] == "main.shape"


def test_constants_keep_their_bytes_and_bits(doc):
    returned = doc.funcs["(example/prog.square).Name"]["blocks"][0]["instrs"][-1]["results"][0]
    assert returned["c"].encode("latin-1") == b"sq\xff\xc3\xa9"
    floats = [i["val"]["c"] for i in doc.instrs("main", "Store") if isinstance(i["val"], dict) and str(i["val"].get("c")).startswith("0x")]
    assert {float.fromhex(f) for f in floats} == {1.5, 2.0}


def test_generics_are_instances(doc):
    assert doc.func("sum[int]")["origin"] == "example/prog.sum"
    assert doc.func("sum[float64]")["pkg"] == "example/prog"
    assert "example/prog.sum" not in doc.funcs


def test_recover_and_defer(doc):
    divide = doc.func("divide")
    assert divide["defers"]
    assert divide["blocks"][divide["recover"]]["instrs"][-1]["op"] == "Return"
    assert doc.func("count")["recover"] == -1
    assert not doc.func("count")["defers"]


def test_select_lists_its_states(doc):
    (select,) = doc.instrs("choose", "Select")
    assert not select["blocking"]
    assert [s["dir"] for s in select["states"]] == [2, 1]
    assert select["states"][0]["send"] is None
    assert select["states"][1]["send"] is not None


def test_closures_and_go(doc):
    closure = doc.func("main$1")
    assert [name for name, _ in closure["freevars"]] == ["k", "f", "q"] or len(closure["freevars"]) >= 2
    assert len(doc.instrs("main", "Go")) == 1
    made = doc.instrs("main", "MakeClosure")
    assert any(i["fn"] == {"f": doc.data["funcs"].index(closure)} for i in made)


def test_positions_name_the_line(doc):
    lines = LANGUAGE.splitlines()
    assert doc.func("count")["pos"] == f"main.go:{lines.index('func count(n int, flag bool) int {') + 1}:6"
    (go,) = doc.instrs("main", "Go")
    assert int(go["pos"].split(":")[0]) == lines.index("\tgo g(2)") + 1
    assert all(name.startswith("main.go:") for name in (g["pos"] for g in doc.data["globals"] if g["name"].startswith("example/prog.")))


def test_output_is_the_same_every_time(tmp_path, monkeypatch):
    from gpusched.golang.ssa import load_ssa

    directory = tmp_path / "prog"
    directory.mkdir()
    (directory / "main.go").write_text(LANGUAGE)
    monkeypatch.setattr("gpusched.golang.ssa._cached", lambda stored: None)
    assert load_ssa(directory) == load_ssa(directory)
