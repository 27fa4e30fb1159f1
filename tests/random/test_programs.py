"""The Go package work in the model: draws are the host's reference bit for bit, arrivals come at their rates."""

from pathlib import Path

import numpy as np
import pytest

from gpusched.random import quantiles, threefry
from gpusched.random.quantiles import ONE, Kind
from tests.simulation import simulate

PROGRAMS = Path(__file__).parent / "programs"
SCALE = 1_000_000

pytestmark = pytest.mark.go


def draws(k0: np.ndarray, k1: np.ndarray) -> list[int]:
    """Return what programs/draws/main.go: draw prints in a goroutine with key (k0, k1)."""
    words = threefry.draw64(k0, k1, np.arange(11))
    backend = quantiles.read_empirical((PROGRAMS / "draws" / "backend.txt").read_text(), "backend.txt")

    def of(number: int, table: quantiles.Table, scale: int = SCALE) -> int:
        return int(quantiles.quantile(table, scale, words[number]))

    printed = [of(0, quantiles.table(Kind.EXPONENTIAL)), SCALE + of(1, quantiles.table(Kind.UNIFORM), 2 * SCALE), SCALE]
    shapes = [(Kind.LOGNORMAL, 0.5), (Kind.PARETO, 1.5), (Kind.GAMMA, 4.0), (Kind.WEIBULL, 0.7)]
    printed += [of(number, quantiles.table(kind, shape)) for number, (kind, shape) in enumerate(shapes, 2)]
    printed.append(of(6, backend, ONE))
    constant = threefry.uniform(int(words[7]), 10) < 3
    printed.append(SCALE if constant else of(8, quantiles.table(Kind.EXPONENTIAL)))
    rest = 8 if constant else 9
    return [*printed, threefry.uniform(int(words[rest]), 1000), int(words[rest + 1])]


@pytest.mark.parametrize("gomaxprocs", [1, 4])
def test_draws_are_a_function_of_seed_replica_and_lineage(gomaxprocs: int) -> None:
    """Main and its two children, in several worlds, under any number of Ps."""
    seed = (7 << 32) + 5
    ran = simulate(PROGRAMS / "draws", "machine=small_vm", f"machine.gomaxprocs={gomaxprocs}", f"seed={seed}", "replicas=3")
    for replica, output in enumerate(ran.outputs):
        root = threefry.root_key(seed, replica)
        children = [threefry.child_key(*root, number) for number in range(2)]
        expected = [draw for key in (root, *children) for draw in draws(*key)]
        assert [int(line) for line in output.split()] == expected


def test_arrival_processes() -> None:
    """The mean gap of 20 worlds of 2000 arrivals is the inverse of the rate, within four standard errors; of bursts, four times that."""
    ran = simulate(PROGRAMS / "arrivals", "machine=zero", "machine.gomaxprocs=1", "replicas=20")
    first = 1 + len(ran.program.lifetimes)
    means = {name: ran.sums["total"][:, first + number] / 2000 / SCALE for number, name in enumerate(ran.program.histograms)}
    assert means["periodic"] == pytest.approx(1)
    for name, expected in {"poisson": 1, "renewal": 1, "bursts": 4}.items():
        error = means[name].std(ddof=1) / np.sqrt(20)
        assert abs(means[name].mean() - expected) < 4 * error
        assert error < 0.2 * expected
    spread = {name: values.std(ddof=1) for name, values in means.items()}
    assert spread["renewal"] < spread["poisson"] < spread["bursts"]
