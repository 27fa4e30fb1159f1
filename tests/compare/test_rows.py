"""Figures and distributions of a row, from records made by hand."""

import numpy as np
import pytest

from gpusched.compare.distance import GO, go_middles
from gpusched.compare.rows import compare_row, disturbed, latencies_of, share_of
from gpusched.stats.go_histogram import GO_BUCKETS, go_boundaries
from gpusched.stats.histogram import bucket_of
from tests.compare.made import GOROUTINES, MEMORY, counts, judged, model_of, record


def test_disturbed_runs_are_known() -> None:
    """Others on the processors, or computing that takes longer than asked; such runs are left out where there are better ones."""
    assert not disturbed(record(10))
    assert disturbed(record(10, others=0.2))
    assert disturbed(record(10, probe=1200))
    runs = [record(1000), record(5000, others=0.5), record(1000)]
    found = compare_row("toy", "all", 1, model_of(1000), runs, runs, 50)
    assert (found.undisturbed, found.runs) == (2, 3)
    assert found.figures["makespan_ns"][1:] == (1000, 1000, 1000)


def test_lifetimes_switches_and_steals_are_of_undisturbed_runs() -> None:
    """One recorded run of five was disturbed and took ten times as long: it shows nowhere, and the row has four undisturbed runs."""
    bad = record(1000, lifetime=10_000, others=0.5)
    bad.told.update(switches=99, steals=9)
    found = judged(model_of(1000), [record(1000)] * 5, [record(1000)] * 4 + [bad])
    assert found.undisturbed == 4
    assert found.figures["switches"] == (10, 10, 10, 10)
    assert found.figures["steals"][3] == 0
    assert found.figures["lifetime_p99_ns"][3] < 1100


def test_the_share_of_computing_is_of_main() -> None:
    """The process took nine times main's processor time, of which 95 % is work.CPU."""
    assert share_of(record(1000, asked=950)) == 0.95
    assert judged(model_of(1000), [record(1000, asked=950)] * 5).kind == "cpu"
    assert judged(model_of(1000) | {"used": [900]}, [record(1000)] * 5).figures["cpu_ns"][:2] == (900, 1000)


def test_latencies_are_of_go_s_buckets_on_both_sides() -> None:
    """58 ns and 63 ns are the same there, 100 ns lies in the next bucket; the buckets of a record are found again."""
    real = [record(1000, waits=(10,))] * 5
    same = judged(model_of(1000, waits=(58,) * 10), real)
    assert same.figures["latency_p50_ns"] == (32, 32, 32, 32)
    assert same.distances["latency_ks"] == (0, 0, 0)
    assert same.distances["latency_wasserstein"] == (0, 0, 0)
    half = judged(model_of(1000, waits=(58, 100)), real)
    assert half.figures["latency_p99_ns"][:2] == (96, 32)
    assert half.distances["latency_ks"][0] == 0.5
    assert half.distances["latency_wasserstein"][0] == pytest.approx(1.0)
    bounds = np.nan_to_num(go_boundaries(), neginf=-np.finfo(float).max, posinf=np.finfo(float).max)
    one = record(1000)
    one.told["metrics"]["/sched/latencies:seconds"]["buckets"] = [float(x) for at in range(GO_BUCKETS) for x in (bounds[at], bounds[at + 1], at)]
    assert latencies_of(one).tolist() == list(range(GO_BUCKETS))
    assert GO.quantile(latencies_of(one), 1.0) == go_middles()[-1] == pytest.approx(2**47)


def test_throughput_is_what_is_done_in_a_second() -> None:
    """A count's sum over the makespan, also where that differs; a share is a share."""
    found = judged(model_of(1_000_000, done_count=500, own_permille=400), [record(2_000_000, done_count=500, own_permille=500)] * 5)
    assert found.throughputs == ["done_count_per_s", "own_permille_p50"]
    assert found.figures["done_count_per_s"] == (500_000, 250_000, 250_000, 250_000)
    assert found.figures["own_permille_p50"][0] == pytest.approx(400, rel=0.04)


def test_metrics_of_the_runtime_are_kept() -> None:
    """Before and after each undisturbed run; not the counts of settings."""
    found = judged(model_of(1000), [record(1000)] * 4 + [record(1000, others=0.5)])
    assert found.metrics == {MEMORY: {"before": [1000] * 4, "after": [3000] * 4}, GOROUTINES: {"before": [2] * 4, "after": [3] * 4}}


def test_goroutines_that_ended_are_counted() -> None:
    """Two in the model for one on the real runtime."""
    found = judged(model_of(1000) | {"lifetimes": counts(1000, 1000)}, [record(1000)] * 5)
    assert found.figures["goroutines_ended"] == (2, 1, 1, 1)
    assert found.figures["lifetime_p90_ns"][0] == pytest.approx(1000, rel=0.04)
    assert bucket_of(1000) == np.flatnonzero(counts(1000))[0]
