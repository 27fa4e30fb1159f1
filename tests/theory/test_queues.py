"""Queueing theory: M/M/1, M/M/c and M/D/1 as Go programs on a runtime that costs nothing.

Each world is one batch. The exact mean of the sojourn, and the exact p99, must lie in the 99.9 % confidence interval of the batches' means; the p99's interval
comes from that of the fraction of sojourns beyond it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.simulation import Simulated, simulate
from tests.theory import queues

PROGRAMS = Path(__file__).parent / "programs"
SERVICE = 1_000_000
"""Mean service time, ns."""
SEEDS = (1, 20, 300)

pytestmark = pytest.mark.go


@dataclass(frozen=True)
class Queue:
    """A queue and its exact values in units of the mean service time."""

    program: str
    rho: float
    servers: int = 1

    @property
    def mean(self) -> float:
        return queues.md1_mean(self.rho) if self.program == "md1" else queues.mmc_mean(self.servers, self.rho)

    @property
    def tail(self) -> queues.Tail:
        return queues.md1_tail(self.rho) if self.program == "md1" else queues.mmc_tail(self.servers, self.rho)


def run(queue: Queue, seed: int, worlds: int, customers: int) -> Simulated:
    """Runs so many worlds, each of one batch after a tenth as warm-up."""
    constants = {"rho": queue.rho, "customers": customers, "warmup": customers // 10, "batches": 1, "tail": round(queues.p99(queue.tail) * SERVICE)}
    if queue.program == "mmc":
        constants["servers"] = queue.servers
    overrides = [f"workload.const.{name}={value}" for name, value in constants.items()]
    ran = simulate(PROGRAMS / queue.program, "machine=zero", f"machine.gomaxprocs={queue.servers + 1}", f"replicas={worlds}", f"seed={seed}", *overrides)
    assert ran.messages == [""] * worlds
    return ran


def interval(batches: np.ndarray) -> tuple[float, float]:
    """Return the middle and the half-width of the 99.9 % confidence interval of the batches' mean."""
    return float(batches.mean()), float(stats.t.ppf(0.9995, len(batches) - 1) * batches.std(ddof=1) / np.sqrt(len(batches)))


def check(queue: Queue, ran: Simulated, customers: int, most: float) -> None:
    """The exact mean and p99 are in intervals whose half-widths are at most ``most`` of them."""
    count, total, above = np.array([[int(word) for word in output.split()] for output in ran.outputs]).T
    assert (count == customers).all()
    mean, half = interval(total / customers / SERVICE)
    assert abs(mean - queue.mean) <= half, f"mean sojourn {mean} +- {half}, exact {queue.mean}"
    assert half <= most * queue.mean
    tail = queue.tail
    exact = queues.p99(tail)
    fraction, half = interval(above / customers)
    assert abs(fraction - 0.01) <= half, f"{fraction} +- {half} of the sojourns exceed the exact p99 {exact}"
    slope = (tail(exact * 0.999) - tail(exact * 1.001)) / 0.002  # of the tail by relative changes of the time
    assert half / slope <= most


def check_counts(ran: Simulated, customers: int) -> None:
    """To the last count: the histogram of sojourns holds each customer once, and its sum is the sum that the program made."""
    number = len(ran.program.lifetimes) + 1
    printed = [int(output.split()[1]) for output in ran.outputs]
    assert ran.sums["count"][:, number].tolist() == [customers] * len(printed)
    assert ran.sums["total"][:, number].tolist() == printed


@pytest.mark.parametrize("queue", [Queue("mm1", 0.5), Queue("mmc", 0.5, 4), Queue("md1", 0.5)], ids=lambda queue: queue.program)
def test_small(queue: Queue) -> None:
    """A light load and few customers: within 6 %."""
    ran = run(queue, SEEDS[0], 32, 5000)
    check(queue, ran, 5000, 0.06)
    check_counts(ran, 5000)


FULL = [
    (Queue("mm1", 0.5), 60_000, 0.01),
    (Queue("mm1", 0.8), 100_000, 0.02),
    (Queue("mm1", 0.95), 300_000, 0.05),
    (Queue("mmc", 0.8, 4), 100_000, 0.02),
    (Queue("md1", 0.8), 100_000, 0.02),
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("queue", "customers", "most"), FULL, ids=[f"{queue.program}-{queue.rho}" for queue, _, _ in FULL])
def test_full(queue: Queue, customers: int, most: float, seed: int) -> None:
    """Loads up to 0.95, three seeds fixed beforehand, 128 worlds."""
    check(queue, run(queue, seed, 128, customers), customers, most)


def test_exact_values() -> None:
    """The formulas agree where they must: M/M/c of one server is M/M/1, tails integrate to means."""
    assert queues.mmc_mean(1, 0.8) == pytest.approx(5)
    assert queues.p99(queues.mmc_tail(1, 0.8)) == pytest.approx(5 * np.log(100))
    for queue in (Queue("mm1", 0.8), Queue("mmc", 0.7, 3), Queue("md1", 0.8)):
        middles = np.arange(0.025, 60, 0.05)
        assert 0.05 * sum(queue.tail(t) for t in middles) == pytest.approx(queue.mean, rel=1e-3)
