"""What cannot be simulated is refused by name, at the place where the workload leads to it; what only might be reached becomes a trap."""

from pathlib import Path

import pytest

from gpusched.errors import GpuschedError
from gpusched.golang.ssa import load_ssa
from gpusched.machine.opcodes import Native, Op
from gpusched.program.lower import lower
from gpusched.program.program import Program

pytestmark = pytest.mark.go


def compiled(body: str, directory: Path, imports: str = "") -> Program:
    """Compiles a main package."""
    (directory / "go.mod").write_text("module refused\n\ngo 1.27\n")
    lines = ["package main", "", *(f'import "{name}"' for name in imports.split()), "", body]
    (directory / "main.go").write_text("\n".join(lines) + "\n")
    return lower(load_ssa(directory), directory)


@pytest.mark.parametrize(
    ("body", "imports", "what", "where"),
    [
        ('func main() {\n\t_, err := os.Open("x")\n\tprintln(err != nil)\n}', "os", "os.Open can not be simulated", "main.go:"),
        ('func main() {\n\tprintln(exec.Command("x").Run() != nil)\n}', "os/exec", "os/exec.Command can not be simulated", "main.go:"),
    ],
)
def test_refused_by_name(body: str, imports: str, what: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(GpuschedError) as refused:
        compiled(body, tmp_path, imports)
    assert what in refused.value.what
    assert refused.value.where.startswith(where.split(":")[0])
    assert refused.value.instead


def test_an_unreached_function_refuses_nothing(tmp_path: Path) -> None:
    program = compiled("func unused() { m := map[int]int{}; m[1] = 2 }\n\nfunc main() {}", tmp_path)
    assert "main.unused" not in program.functions


def test_a_histogram_needs_a_constant_name(tmp_path: Path) -> None:
    body = 'func main() {\n\tfor _, name := range []string{"a", "b"} {\n\t\twork.Histogram(name).Record(1)\n\t}\n}'
    with pytest.raises(GpuschedError, match="the name of a histogram is not a constant"):
        compiled(body, tmp_path, "gpusched/work")


def test_shapes_and_names_are_compiled_in(tmp_path: Path) -> None:
    body = """var h = work.Histogram("sojourn")

func main() {
	d := work.Gamma(1000, 2.5)
	h.Record(d.Draw() + work.Exp(5).Draw() + work.Gamma(7, 2.5).Draw())
}"""
    program = compiled(body, tmp_path, "gpusched/work")
    assert program.histograms == ("sojourn",)
    assert [int(kind) for kind, _ in program.tables] == [5, 2]
    natives = program.code["c"][(program.code["op"] == Op.NATIVE) | (program.code["op"] == Op.SYS)]
    assert {int(n) for n in natives} & {Native.TABLE, Native.HISTOGRAM} == set()


def test_lifetimes_are_counted_by_the_function_that_runs(tmp_path: Path) -> None:
    body = """func worker() {}

func main() {
	var wg sync.WaitGroup
	go worker()
	wg.Go(func() { println(1) })
	wg.Go(worker)
	time.AfterFunc(1, func() { println(2) })
	go func() {}()
	wg.Wait()
}"""
    program = compiled(body, tmp_path, "sync time")
    assert program.lifetimes == ("main.main", "main.worker", "main.main.func1", "main.main.func2", "main.main.func3", "other")
    assert int(program.funcs[program.entry]["lifetimes"]) == 0


def test_swept_constants_have_addresses(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module swept\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text("package main\n\nconst n, m = 5, 2.5\n\nfunc main() {\n\tprintln(n, m)\n}\n")
    program = lower(load_ssa(tmp_path, {}, ["n"]))
    by_name = {constant.name: constant for constant in program.constants}
    assert by_name["n"].address
    assert program.initial[by_name["n"].address] == by_name["n"].value == 5
    assert (by_name["m"].address, by_name["m"].value) == (0, 2.5)
