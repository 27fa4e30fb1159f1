"""What becomes of goroutines that the poller finds ready (``proc.go: findRunnable, injectglist``)."""

from pathlib import Path

import pytest

from tests.simulation import simulate

TOGETHER = """package main

import (
	"sync"
	"time"

	"gpusched/work"
)

func main() {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			work.IO(time.Millisecond)
			work.CPU(2 * time.Millisecond)
		})
	}
	group.Wait()
}
"""
BUSY = """package main

import (
	"fmt"
	"runtime"
	"time"

	"gpusched/work"
)

func main() {
	ready := make(chan bool)
	for range 5 {
		var start time.Time
		go func() {
			work.IO(50 * time.Microsecond)
			fmt.Println(int64(time.Since(start)))
			ready <- true
		}()
		runtime.Gosched()
		work.CPU(200 * time.Microsecond)
		start = time.Now()
		<-ready
	}
}
"""


@pytest.mark.go
def test_a_poll_hands_a_goroutine_to_each_idle_p(tmp_path: Path) -> None:
    """Four descriptors become ready while the poller wakes: it runs one of them, the three idle Ps take one each from the global queue, nobody steals."""
    (tmp_path / "main.go").write_text(TOGETHER)
    ran = simulate(tmp_path, "machine=small_vm", "machine.gomaxprocs=4", "machine.num_cpu=4", "machine.io=0", "replicas=8")
    assert list(ran.worlds["steals"]) == [0] * 8


@pytest.mark.go
def test_a_p_without_work_polls_before_it_idles(tmp_path: Path) -> None:
    """A descriptor that became ready while the only P was busy: its goroutine runs as soon as main parks, a park, a poll (300 ns) and a switch later."""
    (tmp_path / "main.go").write_text(BUSY)
    ran = simulate(tmp_path, "machine=small_vm", "machine.gomaxprocs=1", "replicas=4")
    waits = [int(line) for output in ran.outputs for line in output.split()]
    assert len(waits) == 20
    assert all(400 <= wait < 600 for wait in waits), waits
