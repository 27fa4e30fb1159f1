"""What the time of code consists of, and CPU profiles: read from pprof's format, also a broken one, and put to the model's functions."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.compare.code import FIELDS, OTHERS, by_function, code_time, grouped, lines_of, scaled, sentence
from gpusched.config.compose import compose
from gpusched.errors import GpuschedError
from gpusched.golang.real.profile import read
from gpusched.workload import load_workload

TWO = """package main

func products(n int) int {
	x := 1
	for i := range n {
		x = x*i*i*i*3 + 1
	}
	return x
}

func sums(n int) int {
	x := 1
	for i := range n {
		x += i ^ 3
	}
	return x
}

func main() {
	println(products(20000), sums(20000))
}
"""


def varint(number: int) -> bytes:
    """A number in protobuf's way."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: int | bytes) -> bytes:
    """A field of a message."""
    return varint(number << 3) + varint(value) if isinstance(value, int) else varint(number << 3 | 2) + varint(len(value)) + value


def profile() -> bytes:
    """Two samples with the stacks inner (inlined in) outer main, and main."""
    names = ["", "main.inner", "main.outer", "main.main"]
    functions = [field(5, field(1, i) + field(2, i)) for i in (1, 2, 3)]
    locations = [field(4, field(1, 7) + field(4, field(1, 1)) + field(4, field(1, 2))), field(4, field(1, 9) + field(4, field(1, 3)))]
    samples = [field(2, field(1, varint(7) + varint(9)) + field(2, varint(300) + varint(5))), field(2, field(1, 9) + field(2, 1) + field(2, 2))]
    return b"".join([*(field(6, name.encode()) for name in names), *functions, *locations, *samples])


def test_a_profile_is_read() -> None:
    """Packed and unpacked numbers, inlined functions first."""
    assert read(gzip.compress(profile())) == {("main.inner", "main.outer", "main.main"): 300, ("main.main",): 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(profile()[:-3], mtime=0),
        gzip.compress(b"\x80" * 20, mtime=0),
        gzip.compress(field(2, field(1, 77) + field(2, 1)), mtime=0),
    ],
    ids=["nothing", "no gzip", "cut off", "an endless number", "an unknown location"],
)
def test_a_broken_profile_is_one_sentence(data: bytes) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(GpuschedError, match="can not be read"):
        read(data)


def test_samples_go_to_functions_that_the_model_has() -> None:
    """What is inlined there counts for its caller; what the runtime does counts nowhere, what interrupts a function counts for it."""
    stacks = Counter({("main.inner", "main.outer"): 3, ("runtime.mallocgc", "main.outer"): 5, ("runtime.asyncPreempt", "main.outer"): 2, ("sort.Ints",): 4})
    assert by_function(stacks, ("main.outer", OTHERS)) == {"main.outer": 5, OTHERS: 4}


@pytest.mark.go
def test_the_time_of_code_is_that_of_its_functions(tmp_path: Path) -> None:
    """The shares add up to the whole; products costs by multiplications, sums by additions; a scale is told in thousandths."""
    (tmp_path / "main.go").write_text(TWO)
    machine = ["machine=small_vm", "machine.multiply_ps=2000", "machine.move_ps=0"]
    tree = compose([*machine, f"workload.name={tmp_path}"])
    workload = load_workload(str(tmp_path))
    time = code_time(tree, {}, workload)
    rows = dict(zip(time.names, time.functions, strict=True))
    multiply = FIELDS.index("multiply_ps")
    assert rows["main.products"][multiply] == 4 * 20000 * 2000
    assert rows["main.sums"][multiply] == 0
    assert time.functions.sum() == pytest.approx(time.whole[: time.functions.shape[1]].sum())
    assert any("main.products" in line and "multiply" in line for line in lines_of(time))
    products = workload.program.functions.index("main.products")
    assert scaled(workload, {"main.products": 1.5}).program.scales == ((products, 1500),)


def test_functions_of_other_packages_stand_together() -> None:
    """Methods and closures too."""
    names = ("runtime.main", "main.main", "main.main.func1", "strings.(*Builder).Grow", "strings.Map", "golang.org/x/a.b/c.D")
    groups = {"package runtime": [0], "main.main": [1], "main.main.func1": [2], "package strings": [3, 4], "package golang.org/x/a.b/c": [5]}
    assert grouped(names) == groups


def test_what_was_scaled_is_said() -> None:
    """By name and factor; also that nothing was."""
    assert sentence({"main.f": 1.5, "main.g": 0.7}) == "the code of main.f was scaled by 1.50, main.g was scaled by 0.70 to the CPU profile of the real program"
    assert sentence({}) == "no function's code was scaled: too few samples"


@pytest.mark.go
@pytest.mark.slow
def test_fit_code_says_so_in_all_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the terminal, in compare.json and in the results file."""
    import json

    from gpusched import load

    out = tmp_path / "out"
    main(["compare", "merge_sort", "machine=small_vm", "machine.gomaxprocs=1", "runs=2", "tries=1", "--fit-code", f"hydra.run.dir={out}"])
    assert "code of main." in capsys.readouterr().out
    (row,) = json.loads((out / "compare.json").read_text())["rows"]
    assert "main.merge was scaled by" in row["scaled"]
    assert "main.merge was scaled by" in load(out / "results.h5").attrs["warnings"]
