"""Cleanups depend on the program alone: not on capacities, nor on how a run is cut; and the state stays consistent."""

from pathlib import Path

import pytest

from tests.contract.ensembles import Toy, differences

LANGUAGE = Path(__file__).parents[1] / "language" / "programs"

CROWDED = """package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

type node struct {
	value int
	next  *node
}

var cleaned atomic.Int64

func garbage(n int) (last *node) {
	for i := range n {
		last = &node{i, nil}
		if i%100 == 0 {
			runtime.AddCleanup(last, func(int) { cleaned.Add(1) }, i)
		}
	}
	return last
}

func main() {
	for range 5 {
		last := garbage(20000)
		fmt.Println(cleaned.Load())
		runtime.GC()
		time.Sleep(time.Millisecond)
		fmt.Println(cleaned.Load(), last.value)
	}
}
"""
"""Objects die long before the cycle that may say so, while the simulator's own collector runs again and again."""

pytestmark = pytest.mark.go


def test_cleanups_do_not_depend_on_capacities_or_steps() -> None:
    toy = Toy(str(LANGUAGE / "cleanups"), "machine=small_vm", "sweep.machine.gomaxprocs=[1,2,4]")
    usual = toy.finals(toy.engine())
    assert differences(usual, toy.finals(toy.engine(threads=1), chunk=13)) == []
    roomy = toy.engine(capacities={"pages": 1 << 14, "chans": 500, "timers": 300, "gs": 100})
    assert differences(usual, toy.finals(roomy)) == []


def test_only_runtime_gc_finds_what_to_clean_up(tmp_path: Path) -> None:
    from gpusched.results.outcome import output_text

    (tmp_path / "main.go").write_text(CROWDED)
    toy = Toy(str(tmp_path), "machine=zero", "sweep.machine.gomaxprocs=[1,2]")
    engine = toy.engine(threads=1)
    for last in toy.steps(engine, 1 << 20):
        state = last
    assert (engine.worlds(state)["collections"] > 5).all()
    lines = "".join(f"{200 * i}\n{200 * (i + 1)} 19999\n" for i in range(5))
    assert [output_text(engine, state, toy.program, world) for world in range(2)] == [lines] * 2


def test_no_invariant_is_broken() -> None:
    """The debug kernel looks at all of memory after each action."""
    toy = Toy(str(LANGUAGE / "cleanups"), "machine=small_vm", "machine.gomaxprocs=2", "machine.num_cpu=2")
    assert differences(toy.finals(toy.engine()), toy.finals(toy.engine(debug=True))) == []
