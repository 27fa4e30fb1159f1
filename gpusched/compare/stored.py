"""The real runs and the comparison as arrays of the results file: the groups ``real`` and ``comparison`` of results/schema.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.compare.real import RealRuns
from gpusched.compare.rows import Row, dense, disturbed, latencies_of, lifetimes_of, metrics_of, observations_of
from gpusched.golang.real.binary import Record
from gpusched.stats.go_histogram import GO_BUCKETS, go_boundaries, to_go
from gpusched.stats.histogram import BUCKETS

Arrays = dict[str, NDArray[Any]]
TOLD = ("threads", "switches", "steals", "lost")
CGROUP = ("periods", "throttled_periods", "throttled_ns")


def arrays_of(rows: list[Row], runs: RealRuns, model: Arrays) -> Arrays:
    """All arrays of both groups by path.

    Args:
        rows: of a workload, one for each point.
        runs: of the same points.
        model: arrays of the model's results.
    """
    return real_arrays(runs) | {"real/model_latency_counts": to_go(model["latency/counts"])} | comparison_arrays(rows)


def real_arrays(runs: RealRuns) -> Arrays:
    """The group ``real``."""
    listed = [
        (point, replica, recorded, record)
        for point in range(len(runs.plain))
        for recorded, records in enumerate((runs.plain[point], runs.recorded[point]))
        for replica, record in enumerate(records)
    ]
    points, replicas, recorded, records = zip(*listed, strict=True)
    arrays: dict[str, Any] = {
        "run": range(len(records)),
        "run_point": points,
        "run_replica": replicas,
        "run_recorded": recorded,
        "run_undisturbed": [not disturbed(record) for record in records],
        "run_others": [record.others for record in records],
        "run_time_ns": [record.elapsed_ns for record in records],
        "run_cpu_ns": [record.told["main_cpu_ns"] for record in records],
        **{f"run_{name}": [record.told[name] for record in records] for name in TOLD},
        **{f"run_{name}": [record.cgroup.get(name, 0) for record in records] for name in CGROUP},
        "lifetimes_counts": [lifetimes_of(record) for record in records],
        "go_bucket": range(GO_BUCKETS),
        "go_bucket_lower_s": go_boundaries()[:-1],
        "go_bucket_upper_s": go_boundaries()[1:],
        "latency_counts": [latencies_of(record) for record in records],
        **_observations(records),
        **_metrics(records),
    }
    return {f"real/{name}": value if isinstance(value, np.ndarray) else np.array(value) for name, value in arrays.items()}


def _observations(records: tuple[Record, ...]) -> dict[str, Any]:
    """The workload's own histograms, 0 where a run has none of a name."""
    names = sorted({name for record in records for name in observations_of(record)})
    if not names:
        return {}
    counts = np.zeros((len(records), len(names), BUCKETS), np.uint64)
    totals = np.zeros((len(records), len(names)), np.int64)
    for at, record in enumerate(records):
        for name, told in observations_of(record).items():
            counts[at, names.index(name)], totals[at, names.index(name)] = dense(told["buckets"]), told["total_ns"]
    return {"observation": np.array(names, object), "observations_counts": counts, "observations_total": totals}


def _metrics(records: tuple[Record, ...]) -> dict[str, Any]:
    """Metrics that are numbers before and after each run."""
    found = metrics_of(list(records))
    before, after = (np.array([told[when] for told in found.values()]).reshape(len(found), len(records)).T for when in ("before", "after"))
    return {"metric": np.array(list(found), object), "metric_before": before, "metric_after": after} if found else {}


def comparison_arrays(rows: list[Row]) -> Arrays:
    """The group ``comparison``."""
    arrays: Arrays = {
        "kind": np.array([row.kind for row in rows], object),
        "verdict": np.array([row.verdict for row in rows], object),
        "cpu_share": np.array([row.share for row in rows]),
        "undisturbed": np.array([row.undisturbed for row in rows]),
        **_table("figure", ("model", "real", "least", "most"), [row.figures for row in rows]),
        **_table("distance", ("value", "low", "high"), [row.distances for row in rows]),
    }
    return {f"comparison/{name}": value for name, value in arrays.items()}


def _table(dimension: str, columns: tuple[str, ...], found: list[Any]) -> Arrays:
    """Tuples by name of each row as an array for each place of the tuples; NaN where a row has no such name."""
    names = list(dict.fromkeys(name for row in found for name in row))
    if not names:
        return {}
    table = np.array([[row.get(name, (np.nan,) * len(columns)) for name in names] for row in found], np.float64)
    return {dimension: np.array(names, object)} | {f"{dimension}_{column}": table[:, :, at] for at, column in enumerate(columns)}
