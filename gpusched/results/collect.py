"""Turns an ended ensemble into the arrays of a results file, by path; worlds that failed are kept apart from the others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.driver import Engine, Outcome
from gpusched.ensemble.params import Ensemble
from gpusched.ensemble.points import Point
from gpusched.goruntime.state import Status
from gpusched.results.goroutines import alive_by_function, goroutine_entries
from gpusched.results.schema import QUANTILES
from gpusched.stats.histogram import BUCKETS, lower_bounds, merge, quantiles, upper_bounds

Arrays = dict[str, NDArray[Any]]

FINALS = {
    "actions": "actions",
    "time_ns": "now",
    "goroutines_created": "goroutines_created",
    "goroutines_peak": "peak",
    "goroutines_alive": "live",
    "threads": "mcount",
    "steals": "steals",
    "retakes": "retakes",
    "preemptions": "preemptions",
    "handoffs": "handoffs",
    "wakeups": "wakeups",
    "collections": "collections",
    "exit_code": "exit_code",
    "code_ps": "code_ps",
    "cpu_ns": "cpu_ns",
    "cpu_periods": "cpu_periods",
    "cpu_throttled_periods": "cpu_throttled_periods",
    "cpu_throttled_ns": "cpu_throttled_ns",
}
"""Variables of the group worlds -> fields of ``World``."""


def failed_worlds(worlds: NDArray[Any]) -> NDArray[np.bool_]:
    """Says which worlds ended otherwise than by main's return, os.Exit(0) or at the horizon."""
    well = np.isin(worlds["status"], (Status.COMPLETED, Status.HORIZON)) | ((worlds["status"] == Status.EXITED) & (worlds["exit_code"] == 0))
    return ~well


def collect(
    engine: Engine,
    outcome: Outcome,
    ensemble: Ensemble,
    points: list[Point],
    messages: list[str],
    output_worlds: int,
    failed: NDArray[np.bool_] | None = None,
) -> Arrays:
    """Returns all arrays of the results file by path.

    Args:
        engine: holds the outcome's state.
        outcome: of the driver.
        ensemble: what was run.
        points: the sweep's.
        messages: how each world ended, in Go's words.
        output_worlds: replicas of each point whose output is stored.
        failed: the worlds that failed, where that is more than ``failed_worlds`` says.
    """
    failed = failed_worlds(outcome.worlds) if failed is None else failed
    arrays = axes_of(len(points), len(outcome.worlds)) | settings_of(points)
    arrays |= _points(points, outcome, ensemble)
    arrays |= _worlds(outcome, ensemble, failed, messages) | {"worlds/latency_total_ns": engine.sums(outcome.state)["total"][:, 0]}
    arrays |= _histograms(engine, outcome, ensemble, failed, len(points))
    gs = engine.table(outcome.state, "gs")
    if ensemble.program.lifetimes:
        arrays["lifetimes/alive"] = alive_by_function(gs, ensemble, len(points))
    arrays |= goroutine_entries(engine, outcome.state, gs, ensemble, failed)
    return arrays | _output(engine, outcome, ensemble, output_worlds)


def axes_of(points: int, worlds: int) -> Arrays:
    """Returns the coordinates of the root."""
    return {
        "point": np.arange(points),
        "world": np.arange(worlds),
        "bucket": np.arange(BUCKETS),
        "quantile": np.array(QUANTILES),
        "bucket_lower_ns": lower_bounds(),
        "bucket_upper_ns": upper_bounds(),
        "status": texts([status.name.lower() for status in Status]),
    }


def texts(values: Any) -> NDArray[Any]:
    """Returns an array of str objects."""
    return np.array([str(value) for value in values], object)


def settings_of(points: list[Point]) -> Arrays:
    """Returns the swept values."""
    arrays: Arrays = {"points/label": texts(point.label for point in points)}
    for path in points[0].values:
        values = [point.values[path] for point in points]
        arrays[f"points/{path}"] = texts(values) if any(isinstance(v, str) for v in values) else np.array(values)
        if arrays[f"points/{path}"].dtype == bool:
            arrays[f"points/{path}"] = arrays[f"points/{path}"].astype(np.int8)
    return arrays


def _points(points: list[Point], outcome: Outcome, ensemble: Ensemble) -> Arrays:
    """Returns how many worlds of each point ended how, and their actions."""
    ended = np.zeros((len(points), len(Status)), np.int64)
    np.add.at(ended, (ensemble.point, outcome.worlds["status"]), 1)
    actions = np.zeros(len(points), np.int64)
    np.add.at(actions, ensemble.point, outcome.worlds["actions"])
    return {"points/worlds": ended, "points/actions": actions}


def _worlds(outcome: Outcome, ensemble: Ensemble, failed: NDArray[np.bool_], messages: list[str]) -> Arrays:
    """Returns the finals of each world."""
    arrays: Arrays = {f"worlds/{name}": outcome.worlds[field] for name, field in FINALS.items()}
    return arrays | {
        "worlds/point_of_world": ensemble.point,
        "worlds/replica": ensemble.replica,
        "worlds/status_of_world": outcome.worlds["status"],
        "worlds/failed": failed.astype(np.int8),
        "worlds/message": texts(messages),
    }


def _histograms(engine: Engine, outcome: Outcome, ensemble: Ensemble, failed: NDArray[np.bool_], points: int) -> Arrays:
    """Returns the three families of histograms: 0 is the latency, then lifetimes, then what the workload recorded."""
    program = ensemble.program
    counts, sums = engine.hist(outcome.state), engine.sums(outcome.state)
    first = 1 + len(program.lifetimes)
    arrays = _family("latency", counts[:, 0], sums[:, 0], ensemble, failed, points)
    if program.lifetimes:
        arrays["lifetimes/function"] = texts(program.lifetimes)
        arrays |= _family("lifetimes", counts[:, 1:first], sums[:, 1:first], ensemble, failed, points)
    if program.histograms:
        arrays["observations/histogram"] = texts(program.histograms)
        last = first + len(program.histograms)
        arrays |= _family("observations", counts[:, first:last], sums[:, first:last], ensemble, failed, points)
    return arrays


def _family(group: str, counts: NDArray[np.uint32], sums: NDArray[Any], ensemble: Ensemble, failed: NDArray[np.bool_], points: int) -> Arrays:
    """Merges a family by point. counts: [worlds, ..., BUCKETS]; sums: HistogramSum[worlds, ...]."""
    good, bad = np.where(failed, -1, ensemble.point), np.where(failed, ensemble.point, -1)
    merged, merged_failed = merge(counts, good, points), merge(counts, bad, points)
    shape = (points, *sums.shape[1:])
    count, total = np.zeros(shape, np.uint64), np.zeros(shape, np.int64)
    least, most = np.full(shape, np.iinfo(np.int64).max), np.zeros(shape, np.int64)
    for point in range(points):
        mine = sums[good == point]
        seen = mine["count"] > 0
        count[point] = mine["count"].sum(axis=0)
        total[point] = mine["total"].sum(axis=0)
        least[point] = np.where(seen, mine["least"], np.iinfo(np.int64).max).min(axis=0, initial=np.iinfo(np.int64).max)
        most[point] = np.where(seen, mine["most"], 0).max(axis=0, initial=0)
    least = np.where(count == 0, 0, least)
    return {
        f"{group}/counts": merged,
        f"{group}/count": count,
        f"{group}/total_ns": total,
        f"{group}/least_ns": least,
        f"{group}/most_ns": most,
        f"{group}/quantiles_ns": quantiles(merged, QUANTILES, least, most),
        f"{group}/failed_counts": merged_failed,
        f"{group}/failed_count": merged_failed.sum(axis=-1),
        f"{group}/world_quantiles_ns": quantiles(counts, QUANTILES, sums["least"], sums["most"]).astype(np.float32),
    }


def _output(engine: Engine, outcome: Outcome, ensemble: Ensemble, replicas: int) -> Arrays:
    """Returns the printed output of the first replicas of each point, where there is any."""
    from gpusched.results.outcome import output_text

    chosen = np.flatnonzero((ensemble.replica < replicas) & (outcome.worlds["out_n"] > 0))
    if not len(chosen):
        return {}
    return {
        "output/text_entry": np.arange(len(chosen)),
        "output/output_world": chosen,
        "output/output_text": texts(output_text(engine, outcome.state, ensemble.program, int(world)) for world in chosen),
        "output/output_dropped": outcome.worlds["output_dropped"][chosen],
    }
