"""What each strategy promises."""

from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from gpusched.explore.run import Explored
from gpusched.stats.interval import share_interval
from gpusched.workload import SHIPPED
from tests.simulation import simulate

pytestmark = pytest.mark.go
LANGUAGE = Path(__file__).parents[1] / "language" / "programs"
Explores = Callable[..., Explored]


def kinds(explored: Explored) -> dict[str, int]:
    """How many schedules ended in which way."""
    counts: Counter[str] = Counter()
    for key, found in explored.tally.found.items():
        counts[key.message if key.kind == "exit" else key.kind] += found.count
    return dict(counts)


def interval(explored: Explored, kind: str) -> tuple[float, float]:
    """Wilson's interval of the share of a kind, so wide that it misses once in 10^5."""
    return share_interval(kinds(explored).get(kind, 0), explored.tally.number, z=4.4)


@pytest.mark.parametrize("strategy", ["random", "pct"])
def test_serial_strategies_take_no_notice_of_locked_threads(strategy: str, explored: Explores) -> None:
    result = explored(str(LANGUAGE / "locked_threads"), f"strategy={strategy}", "schedules=20", "shrink=0")
    assert kinds(result) == {"completed": 20}


def test_random_chooses_evenly(explored: Explores) -> None:
    result = explored("thirds", "strategy=random", "schedules=6000", "shrink=0")
    assert set(kinds(result)) == {f"exit status {place}" for place in (1, 2, 3)}
    for place in (1, 2, 3):
        low, high = interval(result, f"exit status {place}")
        assert low <= 1 / 3 <= high


@pytest.mark.parametrize(("program", "kind", "goroutines", "depth"), [("order", "panic", 3, 1), ("lock_order", "deadlock", 3, 2)])
def test_pct_finds_a_bug_of_its_depth_as_often_as_it_guarantees(explored: Explores, program: str, kind: str, goroutines: int, depth: int) -> None:
    steps = 60
    result = explored(program, "strategy=pct", f"depth={depth}", f"steps={steps}", "schedules=8000", "shrink=0")
    assert max(int(batch.worlds["steps"].max()) for batch in result.batches) <= steps
    least = 1 / (goroutines * steps ** (depth - 1))
    assert interval(result, kind)[1] >= least
    if depth == 1:
        assert interval(result, kind)[0] <= least, "that the writer is the lowest of three has probability 1/3 exactly"


def test_pct_of_too_small_a_depth_misses_a_bug(explored: Explores) -> None:
    assert kinds(explored("lock_order", "strategy=pct", "depth=1", "steps=40", "schedules=2000", "shrink=0")) == {"completed": 2000}


def test_pct_keeps_its_guarantee_at_depth_3(explored: Explores) -> None:
    """A bug that shows only if two goroutines are stopped, each at one place: found with probability 1 / (n k^2) at least, and never with depth 1."""
    steps = 30
    result = explored("relay", "strategy=pct", "depth=3", f"steps={steps}", "schedules=20000", "shrink=0")
    assert max(int(batch.worlds["steps"].max()) for batch in result.batches) <= steps
    assert interval(result, "panic")[1] >= 1 / (3 * steps**2)
    assert kinds(result)["panic"] > 0
    assert kinds(explored("relay", "strategy=pct", "depth=1", f"steps={steps}", "schedules=2000", "shrink=0")) == {"completed": 2000}


def test_forced_selects_look_at_their_cases_in_source_order(explored: Explores) -> None:
    """A select's cases are candidates: without a switch the first that is ready is taken, and one switch takes the other."""
    assert kinds(explored("either", "strategy=forced", "schedules=20", "shrink=0")) == {"completed": 20}
    result = explored("either", "strategy=random", "schedules=200", "shrink=1")
    (bad,) = result.tally.bad
    assert (bad.kind, bad.message) == ("exit", "exit status 1")
    assert 0.3 < result.tally.found[bad].count / 200 < 0.7
    ((choice, candidate),) = result.smallest[bad].switches
    again = explored("either", "strategy=forced", f"switches=[[{choice},{candidate}]]", "schedules=3", "shrink=0")
    assert kinds(again) == {"exit status 1": 3}


def test_a_case_that_is_always_ready_starves_no_other_when_forced(explored: Explores) -> None:
    assert kinds(explored("always", "strategy=forced", "schedules=1", "shrink=0")) == {"completed": 1}


def test_forced_without_switches_is_one_schedule(explored: Explores) -> None:
    assert kinds(explored("lock_order", "strategy=forced", "schedules=20")) == {"completed": 20}


@pytest.mark.parametrize("strategy", ["realistic", "random", "pct"])
def test_results_do_not_depend_on_batches_and_chunks(explored: Explores, strategy: str) -> None:
    runs = [
        explored("lock_order", f"strategy={strategy}", "schedules=60", "shrink=0", *more)
        for more in (["batch=60"], ["batch=7", "engine.chunk_actions=1"], ["batch=1", "engine.chunk_actions=13"])
    ]
    worlds = [[row for batch in run.batches for row in batch.worlds[["actions", "now", "status", "steps", "choices", "rand"]].tolist()] for run in runs]
    assert worlds[0] == worlds[1] == worlds[2]


@pytest.mark.parametrize(("strategy", "program"), [*product(["realistic", "random", "pct"], ["mutexes", "select_forms"]), ("forced", "mutexes")])
def test_every_schedule_is_one_that_a_program_may_show(strategy: str, program: str) -> None:
    usual = simulate(LANGUAGE / program)
    run = simulate(LANGUAGE / program, f"explore.strategy={strategy}", "explore.steps=100", "machine=small_vm", "replicas=100")
    assert set(run.outputs) == set(usual.outputs)
    assert set(run.messages) == set(usual.messages)


@pytest.mark.parametrize("strategy", ["random", "pct"])
def test_results_do_not_depend_on_growth(explored: Explores, strategy: str) -> None:
    settings = [str(SHIPPED / "fanout"), f"strategy={strategy}", "steps=1000", "schedules=2", "shrink=0", "limits.max_actions=20000"]
    together, alone = (explored(*settings, f"batch={size}") for size in (2, 1))
    fields = ["actions", "now", "steps", "choices", "rand", "peak"]
    worlds = [[row for batch in run.batches for row in batch.worlds[fields].tolist()] for run in (together, alone)]
    assert worlds[0] == worlds[1]
    assert int(together.batches[0].worlds["peak"].min()) > 1000
