"""Lazy deletion of timers (``runtime/time.go: stop, check``): where a stopped timer stays, and for how long."""

from pathlib import Path

import pytest

from tests.simulation import simulate

STOPPED = """package main

import "time"

const stopped = 0

func main() {
	var timers [8]*time.Timer
	for i := range timers {
		timers[i] = time.AfterFunc(time.Hour, func() {})
	}
	for i := 1; i <= stopped; i++ {
		timers[i].Stop()
	}
	time.Sleep(5 * time.Millisecond)
}
"""


@pytest.mark.go
def test_stopped_timers_stay_until_they_are_more_than_a_quarter(tmp_path: Path) -> None:
    """With main's sleep there are nine: two that were stopped stay in the heap, the third one is a reason to remove all of them."""
    (tmp_path / "main.go").write_text(STOPPED)
    ran = simulate(tmp_path, "machine=small_vm", "machine.gomaxprocs=1", "sweep.workload.const.stopped=[0,1,2,3,6]")
    heaps = ran.table("ps")[:, 1]
    assert [(int(heap["timers"]), int(heap["zombies"])) for heap in heaps] == [(8, 0), (8, 1), (8, 2), (5, 0), (2, 0)]
