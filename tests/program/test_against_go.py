"""Programs without concurrency: what the reference interpreter prints is what Go prints."""

import subprocess
from pathlib import Path

import pytest

from gpusched.golang.ssa import load_ssa
from gpusched.golang.toolchain import go_env, require_go
from gpusched.program.lower import lower
from gpusched.program.text import dumps, loads
from tests.program.generate import program as generated
from tests.program.reference import Machine

pytestmark = pytest.mark.go
LANGUAGE = Path(__file__).parents[1] / "language" / "programs"
STRAIGHT = ["arrays", "booleans", "closures", "constants", "control", "defers", "embedding", "functions", "integers", "interfaces", "methods"]


def go_run(directory: Path) -> str:
    """What the real program prints."""
    go = require_go()
    done = subprocess.run([str(go), "run", "."], cwd=directory, capture_output=True, text=True, env=go_env(go), timeout=300, check=True)
    return done.stdout


def check(directory: Path) -> None:
    """Lowers, stores, loads and runs a package, and compares."""
    program = loads(dumps(lower(load_ssa(directory))))
    assert Machine(program).run() == go_run(directory)


@pytest.mark.parametrize("name", STRAIGHT)
def test_language_programs(name: str) -> None:
    check(LANGUAGE / name)


@pytest.mark.parametrize("seed", range(3))
def test_generated_programs(seed: int, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module generated\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(generated(seed))
    check(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_generated_programs(seed: int, tmp_path: Path) -> None:
    test_generated_programs(seed, tmp_path)


LARGE = """package main

import "fmt"

type box struct {
	a [100]int
	n int
}

var g [100]int

func fill(x [100]int) [100]int {
	for i := range x {
		x[i] += i
	}
	return x
}

func at(x [4]string, i int) string { return x[i] }

func main() {
	g[3] = 5
	h := fill(g)
	var b box
	b.a = h
	c := b
	c.a[1] = 7
	p := &c
	d := p.a
	p.a[2] = 100
	t := 0
	for i, x := range g {
		g[99-i] = 1
		t += x*i + h[i] + d[i]
	}
	fmt.Println(t, h[3], b.a[1], c.a[1], d[2], c.a[2], h == d, g == g, at([4]string{"a", "b", "c", "d"}, t%4))
	var e any = h
	fmt.Println(e == any(h), e == any(d), len(e.([100]int)))
}
"""


def test_array_values_are_copies(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module arrays\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(LARGE)
    check(tmp_path)
