"""The runtime's invariants hold between any two actions, in all shipped workloads; memory's at some of them."""

from pathlib import Path
from typing import Any

import pytest

from gpusched.goruntime.check import Runtime
from gpusched.machine.check import check_memory
from gpusched.machine.frames import link_frames
from tests.contract.ensembles import TOY, Toy
from tests.program.generate_concurrent import program

TABLES = ("worlds", "ps", "ms", "gs", "chans", "sudogs", "timers", "heaps", "pending", "rings", "semtab", "mem", "pages", "classes", "cpus")


def run_checked(toy: Toy, chunk: int, looks: int) -> tuple[int, list[str]]:
    """Checks both worlds after every ``chunk`` actions, ``looks`` times at most; the number of checks and what was wrong first."""
    engine = toy.engine(threads=1)
    types = link_frames(toy.program)
    before = [0, 0]
    count = 0
    for state in toy.steps(engine, chunk):
        tables = {name: engine.table(state, name) for name in TABLES}
        for w in range(2):
            world: dict[str, Any] = {name: table[w] for name, table in tables.items()}
            faults = [] if world["worlds"]["overflow"] else Runtime(world).check(before[w])
            if count % 16 == 0:
                faults += check_memory(world, toy.program, types)
            if faults:
                return count, [f"world {w} after {world['worlds']['actions']} actions: {fault}" for fault in faults[:5]]
            before[w] = int(world["worlds"]["now"])
        count += 1
        if count >= looks:
            break
    return count, []


@pytest.mark.parametrize("workload", sorted(TOY))
def test_invariants(workload: str) -> None:
    """Looks spread over the run, at odd distances."""
    count, faults = run_checked(Toy(workload, "machine=small_vm", "machine.gomaxprocs=3", "machine.num_cpu=3", "replicas=2"), 17, 120)
    assert not faults
    assert count > 5


@pytest.mark.parametrize(
    "workload", ["http_server", *(pytest.param(name, marks=pytest.mark.slow) for name in ("blocking_syscalls", "sleep_storm", "pipeline"))]
)
def test_invariants_of_hardware_threads(workload: str) -> None:
    """Five Ps on two hardware threads with a quota of one and a half, looked at after each few actions."""
    host = (
        "machine.cpus=2",
        "machine.cpu_slice=20000",
        "machine.cpu_wakeup=300",
        "machine.cpu_scan=300",
        "machine.cpu_pack=1000000",
        "machine.cpu_switch=2000",
        "machine.cpu_tick=10000",
        "machine.quota_us=1500",
        "machine.period_us=1000",
        "machine.quota_slice_us=50",
    )
    count, faults = run_checked(Toy(workload, "machine=small_vm", "machine.gomaxprocs=5", "machine.num_cpu=2", *host, "replicas=2"), 7, 150)
    assert not faults
    assert count > 50


@pytest.mark.go
@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(80, 90))])
def test_invariants_of_generated_programs(seed: int, tmp_path: Path) -> None:
    """Random concurrent programs, looked at after each few actions from beginning to end."""
    (tmp_path / "go.mod").write_text("module generated\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(program(seed, 5))
    count, faults = run_checked(Toy(str(tmp_path), "machine=small_vm", "machine.gomaxprocs=3", "machine.num_cpu=3", "replicas=2"), 17, 10_000)
    assert not faults
    assert count > 20


@pytest.mark.slow
@pytest.mark.parametrize("gomaxprocs", [1, 2, 5])
@pytest.mark.parametrize("workload", sorted(TOY))
def test_invariants_at_every_action(workload: str, gomaxprocs: int) -> None:
    """A look after each single action of the first thousands."""
    toy = Toy(workload, "machine=small_vm", f"machine.gomaxprocs={gomaxprocs}", "machine.num_cpu=4", "replicas=2")
    count, faults = run_checked(toy, 1, 3000)
    assert not faults
    assert count > 100


def test_the_checks_notice() -> None:
    """Each count and place that is wrong on purpose is told."""
    toy = Toy("worker_pool", "machine=small_vm", "machine.gomaxprocs=3", "machine.num_cpu=3", "replicas=1")
    engine = toy.engine(threads=1)
    state = next(iter(toy.steps(engine, 500)))
    tables = {name: engine.table(state, name)[0].copy() for name in TABLES}
    assert Runtime(tables).check() == []
    for table, row, field, change in (
        ("worlds", (), "npidle", 1),
        ("worlds", (), "nmspinning", 1),
        ("worlds", (), "live", -1),
        ("worlds", (), "gfree_n", 1),
        ("gs", 2, "status", 1),
        ("ps", 1, "gfree_n", 1),
        ("ps", 1, "tail", 1),
        ("ps", 1, "clock", -(10**15)),
        ("ps", 1, "zombies", 1),
    ):
        spoiled = {name: array.copy() for name, array in tables.items()}
        rows = spoiled[table]
        if row == ():
            rows[field] += change
        else:
            rows[field][row] += change
        assert Runtime(spoiled).check(), f"{table}.{field} was changed by {change} and nothing noticed"


def test_the_checks_notice_hardware_threads() -> None:
    """The same of the tables of the host."""
    toy = Toy("worker_pool", "machine=small_vm", "machine.gomaxprocs=4", "machine.num_cpu=2", "machine.cpus=2", "replicas=1")
    engine = toy.engine(threads=1)
    for state in toy.steps(engine, 100):
        tables = {name: engine.table(state, name)[0].copy() for name in TABLES}
        if tables["worlds"]["cpu_queue"]:
            break
    assert tables["worlds"]["cpu_queue"]
    assert Runtime(tables).check() == []
    for table, row, field, value in (("cpus", 1, "m", 0), ("cpus", 2, "throttled", 1), ("ms", int(tables["worlds"]["cpu_queue"]), "off", 0)):
        spoiled = {name: array.copy() for name, array in tables.items()}
        spoiled[table][field][row] = value
        assert Runtime(spoiled).check(), f"{table}.{field} became {value} and nothing noticed"
