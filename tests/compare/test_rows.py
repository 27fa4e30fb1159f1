"""Rows and verdicts of a comparison, from records made by hand."""

from typing import Any

import numpy as np
import pytest

from gpusched.compare.rows import compare_row, disturbed, judge_ratios, too_many_by_spread
from gpusched.compare.table import median_error, page
from gpusched.golang.real.binary import Record
from gpusched.stats.histogram import BUCKETS, bucket_of


def counts(*values: int) -> np.ndarray:
    """A histogram of values."""
    row = np.zeros(BUCKETS, np.int64)
    for value in values:
        row[bucket_of(value)] += 1
    return row


def record(elapsed: int, lifetime: int = 1000, asked: int = 0, others: float = 0.0, probe: int = 1000) -> Record:
    """A real run of one goroutine."""
    told: dict[str, Any] = {"elapsed_ns": elapsed, "threads": 4, "switches": 10, "steals": 0, "metrics": {}}
    told["lifetimes"] = {"main.f": {"buckets": [bucket_of(lifetime), 1]}, "runtime.gcBgMarkWorker": {"buckets": [bucket_of(10**9), 1]}}
    told["work"] = {"asked_ns": asked, "histograms": {}, "probes": {"buckets": [bucket_of(probe), 20]}}
    return Record(told, "", elapsed, others)


def row(model_ns: int, reals: list[int], lifetime: int = 1000, asked: int = 0) -> Any:
    """A row whose model takes so long."""
    model: dict[str, Any] = {"time_ns": [model_ns], "threads": [4], "used": [0], "switches": [10.0], "steals": [0], "lifetimes": counts(lifetime)}
    model |= {"latency": counts(5), "observations": {}}
    runs = [record(real, asked=asked) for real in reals]
    return compare_row("toy", "all", 1, model, runs, runs, 50)


@pytest.mark.parametrize(
    ("model", "asked", "lifetime", "outside", "by_spread"),
    [
        (1_000_000, 0, 1000, [], []),
        (1_340_000, 0, 1000, [], []),
        (1_400_000, 0, 1000, ["makespan"], []),
        (1_200_000, 950_000, 1000, [], []),
        (1_300_000, 950_000, 1000, ["makespan"], []),
        (1_000_000, 0, 1400, ["lifetime_p50", "lifetime_p99"], []),
    ],
)
def test_thresholds(model: int, asked: int, lifetime: int, outside: list[str], by_spread: list[str]) -> None:
    """25 % for computing workloads, 35 % for the others, a factor 1.25 for lifetimes; the runtime's own goroutines do not count."""
    found = row(model, [1_000_000] * 5, lifetime, asked)
    assert (found.outside, found.by_spread) == (outside, by_spread)
    assert found.kind == ("cpu" if asked else "runtime")


@pytest.mark.parametrize(("two", "inside"), [(900_000, True), (1_200_000, True), (1_400_000, False)])
def test_the_ratio_of_gomaxprocs_2_to_1(two: int, inside: bool) -> None:
    """Twice as long as the real runs at both: the ratio, 1 in the real runs, may be wrong by 25 %; but not that of computing workloads."""
    rows = [row(2_000_000, [1_000_000] * 5), row(2 * two, [1_000_000] * 5)]
    rows[1].gomaxprocs = 2
    judge_ratios(rows)
    assert [one.outside for one in rows] == ([[], []] if inside else [["makespan"], ["makespan"]])
    assert [one.verdict for one in rows] == (["within by the ratio to GOMAXPROCS 1"] * 2 if inside else ["outside: makespan"] * 2)
    computing = [row(2_000_000, [1_000_000] * 5, asked=950_000), row(2_000_000, [1_000_000] * 5, asked=950_000)]
    computing[1].gomaxprocs = 2
    judge_ratios(computing)
    assert all(one.outside for one in computing)


@pytest.mark.parametrize(("spread", "good", "many"), [(1, 0, False), (2, 0, True), (2, 8, False), (3, 8, True)])
def test_a_fifth_of_the_rows_may_pass_by_spread(spread: int, good: int, many: bool) -> None:
    """One of few."""
    wide = [900_000, 1_000_000, 1_000_000, 1_000_000, 1_600_000]
    rows = [row(1_500_000, wide) for _ in range(spread)] + [row(1_000_000, wide) for _ in range(good)]
    assert too_many_by_spread(rows) is many


def test_a_row_may_pass_by_the_real_runs_spread() -> None:
    """It is marked, and needs five runs."""
    assert row(1_500_000, [900_000, 1_000_000, 1_000_000, 1_000_000, 1_600_000]).by_spread == ["makespan"]
    assert row(1_500_000, [900_000, 1_000_000, 1_600_000]).outside == ["makespan"]


def test_disturbed_runs_are_known() -> None:
    """Others on the processors, or computing that takes longer than asked; such runs are left out where there are better ones."""
    assert not disturbed(record(10))
    assert disturbed(record(10, others=0.2))
    assert disturbed(record(10, probe=1200))
    model = {
        "time_ns": [1000],
        "threads": [4],
        "used": [0],
        "steals": [0],
        "switches": [1.0],
        "lifetimes": counts(1000),
        "latency": counts(5),
        "observations": {},
    }
    runs = [record(1000), record(5000, others=0.5), record(1000)]
    found = compare_row("toy", "all", 1, model, runs, runs, 50)
    assert (found.undisturbed, found.runs) == (2, 3)
    assert found.figures["makespan_ns"][1] == 1000


def test_the_page_names_what_is_outside() -> None:
    """Counts and the median are computed from the rows."""

    class Machine:
        """A machine by hand."""

        name, calibrated = "small_vm", ""

    rows = [row(1_200_000, [1_000_000] * 5, asked=950_000), row(2_000_000, [1_000_000] * 5)]
    text = page(rows, Machine, ["++sweep.machine.gomaxprocs=[1,2]", "workload=toy"])
    assert median_error(rows) == pytest.approx(0.2)
    assert '`gpusched compare "sweep.machine.gomaxprocs=[1,2]" workload=toy`' in text
    assert "20 %" in text.replace("20%", "20 %")
    assert "1 of 2 rows are outside" in text
    assert "outside: makespan" in text
