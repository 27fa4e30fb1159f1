"""Goroutines that are locked to threads: results depend on the program alone, and after each action every thread and goroutine is in one place."""

from pathlib import Path

import pytest

from gpusched.goruntime.state import Status
from tests.contract.ensembles import Toy, differences
from tests.contract.test_invariants import run_checked

PROGRAM = str(Path(__file__).parents[1] / "language" / "programs" / "locked_threads")
HOST = ("machine.cpus=2", "machine.cpu_slice=20000", "machine.cpu_wakeup=300", "machine.cpu_scan=300")

pytestmark = pytest.mark.go


def test_results_do_not_depend_on_capacities_or_steps() -> None:
    toy = Toy(PROGRAM, "machine=small_vm", "sweep.machine.gomaxprocs=[1,2,4]")
    usual = toy.finals(toy.engine())
    assert set(usual["status"]) == {Status.COMPLETED}
    assert differences(usual, toy.finals(toy.engine(threads=1), chunk=13)) == []
    assert differences(usual, toy.finals(toy.engine(capacities={"pages": 1 << 12, "ms": 90, "pending": 90, "gs": 100}))) == []


@pytest.mark.parametrize("more", [(), HOST], ids=["plain", "hardware threads"])
def test_invariants(more: tuple[str, ...]) -> None:
    toy = Toy(PROGRAM, "machine=small_vm", "machine.gomaxprocs=3", "machine.num_cpu=3", "replicas=2", *more)
    count, faults = run_checked(toy, 3, 400)
    assert not faults
    assert count > 100


def test_no_invariant_is_broken() -> None:
    """The debug kernel looks after each action."""
    toy = Toy(PROGRAM, "machine=small_vm", "sweep.machine.gomaxprocs=[1,3]")
    assert differences(toy.finals(toy.engine()), toy.finals(toy.engine(debug=True))) == []
