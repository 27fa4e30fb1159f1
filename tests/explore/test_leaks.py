"""Leaks of schedules: those of Go's goroutineleak rule, as in the results of a run."""

from pathlib import Path

import numpy as np
import pytest

from gpusched.cli import main
from gpusched.goruntime.state import GStatus
from tests.explore.conftest import PROGRAMS, explore
from tests.simulation import simulate

pytestmark = pytest.mark.go
WAITING = PROGRAMS / "waiting"
LEAK = ("chan send at main.go:13 (main.answer.func1)",)


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to run in."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("strategy", ["realistic", "random"])
def test_only_what_nothing_can_wake_is_a_leak(strategy: str) -> None:
    """Who waits for a package variable, a sleeper or a runnable goroutine has not leaked, though main has returned."""
    explorer, explored = explore("waiting", f"strategy={strategy}", "machine.gomaxprocs=2", "schedules=200", "shrink=0")
    found = {(key.kind, key.places): one.count for key, one in explored.tally.found.items()}
    assert set(found) <= {("completed", ()), ("leak", LEAK)}
    assert found["leak", LEAK] > 0
    assert len(explorer.leaks._known) <= 200


def test_a_run_says_the_same(empty: Path) -> None:
    """The leaks of schedules are those that results.h5 of a run has, world by world."""
    _, explored = explore("waiting", "strategy=random", "schedules=40", "shrink=0")
    settings = ["explore.strategy=random", "replicas=40", "results.leak_worlds=40", "limits.max_actions=1000000"]
    assert main(["run", f"workload={WAITING}", "hydra.run.dir=out", "engine.device=cpu", *settings]) == 0
    from gpusched.results.reader import read

    arrays, _ = read(empty / "out" / "results.h5")
    assert {str(line).rsplit("/", 1)[-1] for line in arrays["leaks/leak_line"]} == {"main.go:13"}
    leaky = [number for batch in explored.batches for number, key in zip(batch.schedules.tolist(), batch.keys, strict=True) if key.kind == "leak"]
    assert sorted(set(arrays["leaks/leak_world"].tolist())) == leaky
    assert 0 < len(leaky) < 40


def test_more_goroutines_wait_than_leak() -> None:
    """The world in which the rule is put to the test: five goroutines live after main."""
    ran = simulate(WAITING, "explore.strategy=random", "replicas=8")
    waiting = (ran.table("gs")["status"] == GStatus.WAITING).sum(axis=1)
    assert np.all(waiting >= 3)
