"""Captured variables: what needs no object, what keeps one, and how small a goroutine that waits becomes."""

from pathlib import Path

import pytest

from gpusched.golang.ssa import load_ssa
from gpusched.machine.opcodes import FRAME_REGS, Op
from gpusched.program.lower import lower
from gpusched.program.program import Program

pytestmark = pytest.mark.go
SOURCE = """package main

var sink func() int

func main() {
	c := make(chan int)
	n := 3
	go func() { c <- n }()
	<-c
	%s
}
"""


def program(tmp_path: Path, body: str) -> Program:
    (tmp_path / "go.mod").write_text("module captures\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(SOURCE % body)
    return lower(load_ssa(tmp_path))


def allocations(made: Program) -> list[str]:
    """Names of the types of objects that package main allocates."""
    return sorted(made.type_names[int(row["c"])] for row in made.code if row["op"] == Op.ALLOC)


def test_a_started_closure_takes_its_variables_as_arguments(tmp_path):
    made = program(tmp_path, "")
    assert allocations(made) == []
    literal = made.functions.index("main.main.func1")
    assert int(made.funcs[literal]["params"]) == 2
    assert int(made.funcs[literal]["context"]) == 0
    assert int(made.types[int(made.funcs[literal]["frame_type"])]["words"]) == FRAME_REGS + 2


def test_a_closure_that_is_kept_holds_values(tmp_path):
    assert allocations(program(tmp_path, "k := n + 1\n\tsink = func() int { return k }\n\tsink()")) == ["closure"]


@pytest.mark.parametrize(
    "body",
    [
        "k := 1\n\tsink = func() int { k++; return k }",  # written in the closure
        "k := 1\n\tsink = func() int { return k }\n\tk = 2",  # written after it was captured
        "k := 1\n\tsink = func() int { p := &k; return *p + len(map1(p)) }",  # its address goes elsewhere
        "k := 1\n\tsink = func() int { inner := func() { k++ }; inner(); return k }",  # written further in
    ],
)
def test_a_variable_that_changes_is_shared(tmp_path, body):
    (tmp_path / "more.go").write_text("package main\n\nvar kept *int\n\nfunc map1(p *int) []int { kept = p; return nil }\n")
    assert "int" in allocations(program(tmp_path, body + "\n\tsink()"))


def test_a_large_variable_is_shared(tmp_path):
    body = "var k [20]int\n\tk = [20]int{n}\n\tsink = func() int { return k[n] }\n\tsink()"
    assert any("[20]int" in name for name in allocations(program(tmp_path, body)))
