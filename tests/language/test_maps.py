"""Maps where the real runtime is not determined: data races that it detects, and the order of iteration."""

import math
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation import simulate

pytestmark = pytest.mark.go

RACE = """package main

import "sync"

func main() {
	m := map[int]int{}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 500 {
				m[i*4+g] = i
			}
		})
	}
	wg.Wait()
}
"""
ORDER = """package main

import "fmt"

func main() {
	small, large := map[int]int{}, map[int]int{}
	for i := range 5 {
		small[i] = i
	}
	for i := range 40 {
		large[i] = i
	}
	for k := range small {
		fmt.Print(k, " ")
		break
	}
	for k := range large {
		fmt.Println(k)
		break
	}
}
"""


def worlds(source: str, folder: Path, *overrides: str):
    """What a program does in many worlds."""
    (folder / "go.mod").write_text("module mapped\n\ngo 1.25\n")
    (folder / "main.go").write_text(source)
    return simulate(folder, "machine=small_vm", *overrides)


def test_concurrent_writes_are_detected(tmp_path: Path) -> None:
    """Two Ps that write at once end the process as in ``internal/runtime/maps``; one P alone does not."""
    racing = worlds(RACE, tmp_path, "machine.gomaxprocs=4", "replicas=8")
    assert set(racing.messages) == {"fatal error: concurrent map writes"}
    alone = worlds(RACE, tmp_path, "machine.gomaxprocs=1", "replicas=8")
    assert set(alone.messages) == {""}


def test_iteration_begins_anywhere(tmp_path: Path) -> None:
    """A small map's first entry is in half of the worlds that of slot 0, as Go takes a random one of 8 slots, of which 5 hold entries."""
    replicas = 400
    outputs = worlds(ORDER, tmp_path, f"replicas={replicas}").outputs
    small = Counter(line.split()[0] for line in outputs)
    assert set(small) == set("01234")
    for first, share in zip("01234", (4, 1, 1, 1, 1), strict=True):
        expected = replicas * share / 8
        assert abs(small[first] - expected) < 5 * math.sqrt(expected)
    large = Counter(line.split()[1] for line in outputs)
    assert len(large) > 35
    assert max(large.values()) < replicas / 4
