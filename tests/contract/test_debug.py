"""The debug kernel: no shipped workload and no generated program breaks an invariant, results stay the same, and each check bites."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from gpusched.engine.tables import DTYPES
from gpusched.goruntime.invariants import TEXTS, Invariant
from gpusched.goruntime.state import GStatus, Off, PendingKind, Status, WaitReason
from gpusched.machine.decode import status_text
from tests.contract.ensembles import TOY, Toy, differences
from tests.program.generate_concurrent import program

THREE = ("machine=small_vm", "machine.gomaxprocs=3", "machine.num_cpu=3", "replicas=2")

MIXED = """package main

import (
	"sync"
	"time"

	"gpusched/work"
)

type node struct{ next *node }

var kept *node

func main() {
	var mu, other sync.Mutex
	var wg sync.WaitGroup
	cond := sync.NewCond(&other)
	never, nobody, some := make(chan int), make(chan int), make(chan int, 4)
	mu.Lock()
	for i := range 6 {
		go func() { mu.Lock(); mu.Unlock() }()
		go func() { never <- i }()
		go func() { time.Sleep(time.Hour); never <- 1 }()
		go func() { other.Lock(); cond.Wait() }()
		go func() {
			select {
			case <-time.After(time.Minute):
			case <-nobody:
			}
		}()
		wg.Go(func() { kept = &node{kept}; some <- i })
	}
	for range 6 {
		<-some
	}
	wg.Wait()
	for range 3 {
		go work.IO(time.Hour)
		go work.Syscall(time.Hour)
	}
	for {
		work.CPU(time.Millisecond)
		kept = &node{kept}
		go func() { kept = &node{} }()
		go work.CPU(time.Microsecond)
	}
}
"""
"""Goroutines in every kind of place."""


def checked(toy: Toy) -> tuple[Any, Any]:
    """Runs the worlds under the debug kernel to their ends; the engine and the last state."""
    engine = toy.engine(threads=1, debug=True)
    return engine, list(toy.steps(engine, (1 << 31) - 1))[-1]


def said(toy: Toy, engine: Any, state: Any) -> list[str]:
    """How each world ended, "" where it ended well."""
    mem = engine.table(state, "mem")
    return [status_text(row, toy.program, mem[world]) for world, row in enumerate(engine.worlds(state))]


@pytest.mark.slow
@pytest.mark.parametrize("workload", sorted(TOY))
def test_shipped_workloads(workload: str) -> None:
    """Nothing is broken, and nothing changes."""
    toy = Toy(workload, *THREE)
    engine, state = checked(toy)
    assert said(toy, engine, state) == ["", ""]
    assert (engine.worlds(state)["status"] == Status.COMPLETED).all()
    assert differences(toy.finals(toy.engine(threads=1)), toy.shown(engine, state)) == []


@pytest.mark.slow
@pytest.mark.parametrize("workload", ["http_server", "blocking_syscalls", "sleep_storm", "pipeline"])
def test_few_hardware_threads(workload: str) -> None:
    """Five Ps on two hardware threads, with a quota."""
    host = ("machine.cpus=2", "machine.cpu_slice=20000", "machine.cpu_wakeup=300", "machine.quota_us=1500", "machine.period_us=1000")
    toy = Toy(workload, "machine=small_vm", "machine.gomaxprocs=5", "machine.num_cpu=2", *host, "machine.quota_slice_us=50", "replicas=2")
    engine, state = checked(toy)
    assert said(toy, engine, state) == ["", ""]
    assert differences(toy.finals(toy.engine(threads=1)), toy.shown(engine, state)) == []


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(80, 90))
def test_generated_programs(seed: int, tmp_path: Path) -> None:
    """Random concurrent programs."""
    (tmp_path / "go.mod").write_text("module generated\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(program(seed, 5))
    toy = Toy(str(tmp_path), *THREE)
    engine, state = checked(toy)
    assert [text for text in said(toy, engine, state) if "invariant" in text] == []
    assert differences(toy.finals(toy.engine(threads=1)), toy.shown(engine, state)) == []


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("name", ["gomaxprocs", "coroutines", "select_forms", "std_context", "std_sync", "timing", "mutexes", "panics", "fast_ticker"])
@pytest.mark.parametrize("gomaxprocs", [1, 4])
def test_programs_of_the_language(name: str, gomaxprocs: int) -> None:
    """Programs that use the runtime in unusual ways."""
    folder = Path(__file__).parents[1] / "language" / "programs" / name
    toy = Toy(str(folder), "machine=small_vm", f"machine.gomaxprocs={gomaxprocs}", "machine.num_cpu=4", "limits.max_actions=30000")
    engine, state = checked(toy)
    assert [text for text in said(toy, engine, state) if "invariant" in text] == []


Tables = dict[str, np.ndarray]


def place(rows: np.ndarray, wanted: np.ndarray) -> int:
    """The first row where a condition holds; row 0 is none."""
    found = np.flatnonzero(wanted[1:] if wanted.dtype == bool else wanted) + 1
    assert len(found), "the program has no such row"
    return int(found[0])


def waiting(t: Tables, reason: WaitReason) -> int:
    """A G that waits for a reason."""
    return place(t["gs"], (t["gs"]["status"] == GStatus.WAITING) & (t["gs"]["waitreason"] == reason))


def add(table: str, field: str, row: Callable[[Tables], int] | int, change: int = 1) -> Callable[[Tables], None]:
    """Adds to a field of a row."""

    def spoil(t: Tables) -> None:
        at = row if isinstance(row, int) else row(t)
        (t[table] if table == "worlds" else t[table][at : at + 1])[field] += np.array(change).astype(DTYPES[table].fields[field][0])  # type: ignore[index]

    return spoil


def busy(t: Tables) -> int:
    """A P that runs."""
    return place(t["ps"], (t["ps"]["idle"] == 0) & (t["ps"]["g"] != 0))


def sema(t: Tables) -> int:
    """A sudog in the semaphore table."""
    return int(t["gs"]["waiting"][waiting(t, WaitReason.MUTEX_LOCK)])


def heap_p(t: Tables) -> int:
    """A P with several timers."""
    return place(t["ps"], t["ps"]["timers"] > 2)


def spoil_heap(t: Tables) -> None:
    """Makes the second entry of a heap early."""
    t["heaps"]["when"][heap_p(t), 1] = 0


def spoil_timer(t: Tables) -> None:
    """Lets a timer be in the heap of another P."""
    t["timers"]["p"][t["heaps"]["timer"][heap_p(t), 0]] += 1


def spoil_unheaped(t: Tables) -> None:
    """Marks a timer that no heap holds."""
    t["worlds"]["timer_top"] += 1
    last = int(t["worlds"]["timer_top"][0])
    t["timers"]["mark"][last] = t["timers"]["state"][last] = 1


def spoil_queued(t: Tables) -> None:
    """Puts a G that waits into a ring."""
    p = busy(t)
    t["rings"][p, t["ps"]["tail"][p] % 256] = waiting(t, WaitReason.SLEEP)
    t["ps"]["tail"][p] += 1


def spoil_stranger(t: Tables) -> None:
    """Puts a G that does not exist into runnext."""
    t["ps"]["runnext"][busy(t)] = 1 << 20


def spoil_call(t: Tables) -> None:
    """Lets a system call end for a goroutine that is in none."""
    t["pending"]["a"][place(t["pending"], t["pending"]["kind"] == PendingKind.SYSCALL)] = waiting(t, WaitReason.SLEEP)


def spoil_pending(t: Tables) -> None:
    """Makes the first completion late."""
    t["pending"]["time"][1] = 1 << 60


def free_block(t: Tables) -> int:
    """The first block on a list of free ones."""
    return next(int(row["free"]) for row in t["classes"][1:] if row["free"])


def spoil_listed(t: Tables) -> None:
    """Gives a free block a header."""
    t["mem"][free_block(t)] = 1 << 20


def spoil_twice(t: Tables) -> None:
    """Lets the list of free blocks go round."""
    t["mem"][free_block(t) + 1] = free_block(t)


def spoil_lost(t: Tables) -> None:
    """Lets the collector keep a free block, and put it on no list."""
    at = free_block(t)
    t["pages"]["mark0" if at % 128 < 64 else "mark1"][at // 128] |= np.uint64(1 << at % 64)


def spoil_dangling(t: Tables) -> None:
    """Frees the frame of a goroutine."""
    t["mem"][int(t["gs"]["frame"][waiting(t, WaitReason.SLEEP)]) - 1] = 0


def spoil_idle_m(t: Tables) -> None:
    """Puts a thread that has a P on the stack of idle ones."""
    t["worlds"]["midle"] = t["ps"]["m"][busy(t)]


SPOILED: dict[Invariant, Callable[[Tables], None]] = {
    Invariant.CLOCK: add("ps", "clock", busy, -(10**15)),
    Invariant.DUE: add("worlds", "sysmon_clock", 0, -(10**15)),
    Invariant.NPIDLE: add("worlds", "npidle", 0),
    Invariant.IDLE_P: add("ps", "idle", lambda t: int(t["worlds"]["pidle"][0]), -1),
    Invariant.P_STATUS: add("ps", "status", lambda t: int(t["worlds"]["pidle"][0])),
    Invariant.P_M: add("ms", "p", lambda t: int(t["ps"]["m"][busy(t)])),
    Invariant.NMIDLE: add("worlds", "nmidle", 0),
    Invariant.IDLE_M: spoil_idle_m,
    Invariant.M_PLACE: add("worlds", "mcount", 0),
    Invariant.NMSPINNING: add("worlds", "nmspinning", 0),
    Invariant.PENDING: spoil_pending,
    Invariant.RUNQ_SIZE: add("worlds", "runq_size", 0),
    Invariant.RING: add("ps", "tail", busy, -300),
    Invariant.STRANGER: spoil_stranger,
    Invariant.QUEUED: spoil_queued,
    Invariant.FREED: add("gs", "status", lambda t: waiting(t, WaitReason.SLEEP), GStatus.DEAD - GStatus.WAITING),
    Invariant.RUN: add("gs", "status", lambda t: waiting(t, WaitReason.SLEEP), GStatus.RUNNING - GStatus.WAITING),
    Invariant.STATUS: add("gs", "status", lambda t: waiting(t, WaitReason.SLEEP), 1),
    Invariant.SYSCALL: spoil_call,
    Invariant.WAITING: add("gs", "waitreason", lambda t: waiting(t, WaitReason.SLEEP), WaitReason.IO_WAIT - WaitReason.SLEEP),
    Invariant.LIVE: add("worlds", "live", 0),
    Invariant.NETPOLL_WAITERS: add("worlds", "netpoll_waiters", 0),
    Invariant.GFREE_N: add("worlds", "gfree_n", 0, 500),
    Invariant.SUDOG: add("worlds", "sudog_top", 0),
    Invariant.SUDOG_G: add("sudogs", "g", lambda t: int(t["gs"]["waiting"][waiting(t, WaitReason.SELECT)])),
    Invariant.SUDOG_QUEUE: add("chans", "sendq", lambda t: int(t["sudogs"]["c"][t["gs"]["waiting"][waiting(t, WaitReason.CHAN_SEND)]])),
    Invariant.TREAP: add("sudogs", "elem", sema),
    Invariant.CHAN: add("chans", "qcount", lambda t: place(t["chans"], t["chans"]["mark"] != 0), 9),
    Invariant.HEAP: spoil_heap,
    Invariant.TIMER: spoil_timer,
    Invariant.ZOMBIES: add("ps", "zombies", busy),
    Invariant.HEAPED: spoil_unheaped,
    Invariant.DANGLING: spoil_dangling,
    Invariant.LISTED: spoil_listed,
    Invariant.TWICE: spoil_twice,
    Invariant.LOST: spoil_lost,
    Invariant.CPU: add("cpus", "throttled", 1),
    Invariant.CPU_QUEUE: add("ms", "off", lambda t: int(t["ps"]["m"][busy(t)]), Off.QUEUED),
}
"""What is wrong on purpose, and what the debug kernel says then."""
NOT_OF_A_STATE = {Invariant.TIME, Invariant.PAGES_USED}
"""These say something of an action and of a collection, not of a state that stands still."""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, dict[str, np.ndarray]]:
    """An engine, and the state of a world with goroutines in every kind of place: its arrays on the host."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "go.mod").write_text("module mixed\n\ngo 1.27\n")
    (folder / "main.go").write_text(MIXED)
    toy = Toy(str(folder), "machine=small_vm", "machine.gomaxprocs=5", "machine.num_cpu=5", "machine.cpus=3", "replicas=1")
    engine = toy.engine(threads=1, debug=True, capacities={"gs": 256, "sudogs": 256, "ms": 64, "chans": 64, "timers": 64, "heaps": 64, "pending": 64})
    state = engine.advance(toy.start(engine), 700)
    assert (engine.worlds(state)["status"] == Status.RUNNING).all()
    assert not engine.worlds(state)["overflow"].any()
    return toy, engine, {name: np.asarray(array).copy() for name, array in state.items()}


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("invariant", SPOILED, ids=lambda one: one.name)
def test_each_check_bites(mixed: tuple[Any, Any, dict[str, np.ndarray]], invariant: Invariant) -> None:
    """A state that is wrong in one way is told, by the check of that."""
    toy, engine, arrays = mixed
    tables = {name: engine.table(arrays, name)[0].copy() for name in DTYPES}
    whole: dict[str, np.ndarray] = {name: engine.table(arrays, name).copy() for name in DTYPES}
    world: Tables = {name: (table if name == "worlds" else table[0]) for name, table in whole.items()}
    SPOILED[invariant](world)
    assert any(world[name].tobytes() != tables[name].tobytes() for name in tables)
    state = {name: jnp.array(array) for name, array in arrays.items()}
    for name, table in whole.items():
        state[name] = jnp.array(np.ascontiguousarray(table).view(np.uint32).reshape(arrays[name].shape))
    row = engine.worlds(engine.advance(state, 0))[0]
    assert row["status"] == Status.INVARIANT, f"nothing noticed {invariant.name}"
    assert Invariant(int(row["panic_kind"])) == invariant, status_text(row, toy.program, tables["mem"])
    assert status_text(row, toy.program, tables["mem"]).startswith("invariant broken after action ")


def test_every_invariant_is_tried_and_told() -> None:
    """Nothing is checked that no test breaks, but what only an action or a collection can break."""
    assert set(SPOILED) | NOT_OF_A_STATE == set(Invariant) == set(TEXTS)
