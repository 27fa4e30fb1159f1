"""One row of a comparison: what the model and the real runs of one point gave, side by side, with distances and a verdict."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.compare.distance import interval, kolmogorov_smirnov, quantile_ratio, wasserstein
from gpusched.golang.real.binary import Record
from gpusched.stats.histogram import BUCKETS, quantiles
from gpusched.workload import CODE

QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
CPU_SHARE = 0.8
"""Share of work.CPU in the processor time from which a workload counts as computing."""
MAKESPAN_CPU, MAKESPAN_RUNTIME = 0.25, 0.35
"""Greatest relative error of the makespan of one row: of computing workloads, of those that the runtime's own costs dominate."""
MAKESPAN_CODE = 1.5
"""Greatest factor between the makespans of one row of a program without work calls."""
MEDIAN_CPU = 0.10
"""Greatest median over computing workloads."""
UNITS = ("_count", "_permille")
"""Ends of names of a workload's histograms that hold no durations."""
RATIO_RUNTIME = 0.25
"""Greatest relative error of the ratio of makespans at GOMAXPROCS 2 and 1, which a workload that the runtime's own costs dominate may be held to instead."""
BY_SPREAD = 0.2
"""Greatest share of rows that may be within by the real runs' own spread alone."""
LIFETIME_RATIO = 1.25
"""Greatest factor between lifetimes' quantiles."""


@dataclass
class Row:
    """Figures by name; each is (model, real median, least real, greatest real)."""

    workload: str
    label: str
    gomaxprocs: int
    share: float
    undisturbed: int
    runs: int
    figures: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    distances: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    by_spread: list[str] = field(default_factory=list)
    by_ratio: bool = False
    scaled: str = ""  # which functions' code was scaled, in words
    quota: float = 0.0  # processors that the cgroup lets it have; 0: all

    @property
    def kind(self) -> str:
        """Cpu, code or runtime."""
        return "code" if self.workload in CODE else "cpu" if self.share >= CPU_SHARE else "runtime"

    @property
    def verdict(self) -> str:
        """within; within by the real runs' own spread; outside, naming what."""
        if self.outside:
            return f"outside: {', '.join(self.outside)}"
        if self.by_ratio:
            return "within by the ratio to GOMAXPROCS 1"
        return f"within by spread: {', '.join(self.by_spread)}" if self.by_spread else "within"

    def error(self, name: str) -> float:
        """Relative error of a figure."""
        model, real, _, _ = self.figures[name]
        return abs(model - real) / real if real else float("nan")


def dense(pairs: list[int]) -> NDArray[np.int64]:
    """Counts of all buckets from number, count, number, count ..."""
    row = np.zeros(BUCKETS, np.int64)
    for bucket, count in zip(pairs[::2], pairs[1::2], strict=True):
        row[min(bucket, BUCKETS - 1)] += count
    return row


def lifetimes_of(record: Record) -> NDArray[np.int64]:
    """Lifetimes of the program's goroutines, the runtime's own left out."""
    found = [dense(entry["buckets"]) for name, entry in record.told["lifetimes"].items() if not name.startswith("runtime.")]
    return np.asarray(np.sum(found, axis=0, dtype=np.int64)) if found else np.zeros(BUCKETS, np.int64)


def share_of(record: Record) -> float:
    """Share of work.CPU in the processor time of a run."""
    return min(1.0, record.told["work"].get("asked_ns", 0) / max(record.cpu_ns, 1))


def disturbed(record: Record) -> bool:
    """Whether others used the processors meanwhile, or computing took longer than it should."""
    probes = dense(record.told["work"].get("probes", {}).get("buckets", []))
    slow = probes.sum() >= 8 and abs(float(quantiles(probes, 0.5)) - 1000) > 50
    return record.others > 0.05 or bool(slow and not record.crowded)


def compare_row(
    workload: str, label: str, procs: int, model: dict[str, Any], plain: list[Record], recorded: list[Record], draws: int, quota: float = 0.0
) -> Row:
    """Makes the row.

    Args:
        workload: name for people.
        label: of the point.
        procs: GOMAXPROCS.
        model: of the point: time_ns, threads, used, switches, steals [worlds or 1]; cgroup: name -> [worlds]; lifetimes, latency [buckets];
            observations: name -> [buckets].
        plain: real runs that recorded nothing: makespan, threads, observations.
        recorded: real runs that recorded lifetimes.
        draws: of the bootstrap.
        quota: processors that the cgroup lets it have; 0: all.
    """
    steady = [record for record in plain if not disturbed(record)]
    row = Row(workload, label, procs, median(share_of(record) for record in plain), len(steady), len(plain), quota=quota)
    used = steady or plain
    _figure(row, "makespan_ns", model["time_ns"], [record.elapsed_ns for record in used])
    _figure(row, "threads", model["threads"], [record.told["threads"] for record in used])
    _figure(row, "switches", model["switches"], [record.told["switches"] for record in recorded])
    _figure(row, "steals", model["steals"], [record.told["steals"] for record in recorded])
    if any(model["used"]):
        _figure(row, "cpu_ns", model["used"], [record.cpu_ns for record in used])
    if row.quota and all(record.cgroup for record in used):
        for name, values in model["cgroup"].items():
            _figure(row, name, values, [record.cgroup[name] for record in used])
    _distribution(row, "lifetime", model["lifetimes"], np.array([lifetimes_of(record) for record in recorded]), draws)
    names = sorted({name for record in used for name in record.told["work"].get("histograms", {})} & set(model["observations"]))
    for name in names:
        real = np.array([dense(record.told["work"]["histograms"][name]["buckets"]) for record in used])
        _distribution(row, name, model["observations"][name], real, draws)
    _latencies(row, model["latency"], used)
    _judge(row)
    return row


def _figure(row: Row, name: str, model: Any, real: list[float]) -> None:
    """Adds a figure of which each run has one."""
    row.figures[name] = (float(median(model)), float(median(real)), float(min(real)), float(max(real)))


def _distribution(row: Row, name: str, model: NDArray[np.int64], real: NDArray[np.int64], draws: int) -> None:
    """Adds quantiles of each run and distances of all runs together; names with a unit of their own are no ns."""
    unit = "" if name.endswith(UNITS) else "_ns"
    if not model.sum() or not real.sum():
        return
    for label, q in QUANTILES.items():
        each = [float(quantiles(counts, q)) for counts in real if counts.sum()]
        row.figures[f"{name}_{label}{unit}"] = (float(quantiles(model, q)), median(each), min(each), max(each))
    theirs = real.sum(axis=0)
    for label, distance in {"ks": kolmogorov_smirnov, "wasserstein": wasserstein, "p50_ratio": quantile_ratio(0.5), "p99_ratio": quantile_ratio(0.99)}.items():
        row.distances[f"{name}_{label}"] = (distance(model, theirs), *interval(distance, model, real, draws))


def _latencies(row: Row, model: NDArray[np.int64], real: list[Record]) -> None:
    """Adds quantiles of /sched/latencies, which counts one goroutine in eight, in the runtime's own buckets; of the model all waits."""
    each: dict[str, list[float]] = {label: [] for label in QUANTILES}
    for record in real:
        told = record.told["metrics"].get("/sched/latencies:seconds", {}).get("buckets", [])
        low, high, count = (np.array(told[i::3], float) for i in range(3))
        if not count.sum():
            continue
        below = np.cumsum(count) / count.sum()
        for label, q in QUANTILES.items():
            at = int(np.searchsorted(below, q - 1e-12))
            each[label].append((low[at] + min(high[at], 2 * low[at] + 64e-9)) / 2 * 1e9)
    for label, values in each.items():
        if values and model.sum():
            row.figures[f"latency_{label}_ns"] = (float(quantiles(model, QUANTILES[label])), median(values), min(values), max(values))


def _judge(row: Row) -> None:
    """Holds the main outputs and the lifetimes' tail against the thresholds; of a program without work calls the makespan."""
    if row.kind == "code":
        model, real, _, _ = row.figures["makespan_ns"]
        _hold(row, "makespan_ns", max(model, real) <= MAKESPAN_CODE * min(model, real))
        return
    allowed = MAKESPAN_CPU if row.kind == "cpu" else MAKESPAN_RUNTIME
    _hold(row, "makespan_ns", row.error("makespan_ns") <= allowed)
    for name in ("lifetime_p50_ns", "lifetime_p99_ns"):
        if name in row.figures:
            model, real, _, _ = row.figures[name]
            _hold(row, name, max(model, real) <= LIFETIME_RATIO * max(min(model, real), 1.0))


def _hold(row: Row, name: str, good: bool) -> None:
    """Notes a figure that is outside, or within only because the real runs differ by as much."""
    if good:
        return
    model, _, least, most = row.figures[name]
    (row.by_spread if row.runs >= 5 and least <= model <= most else row.outside).append(name.removesuffix("_ns"))


def judge_ratios(rows: list[Row]) -> None:
    """Holds the makespan of rows of one workload whose makespan is outside against the ratio of GOMAXPROCS 2 to 1, where both are there once."""
    one, two = ([row for row in rows if row.gomaxprocs == procs] for procs in (1, 2))
    if len(one) != 1 or len(two) != 1 or {"cpu", "code"} & {one[0].kind, two[0].kind}:
        return
    model, real = (two[0].figures["makespan_ns"][at] / one[0].figures["makespan_ns"][at] for at in (0, 1))
    if abs(model - real) <= RATIO_RUNTIME * real:
        for row in (one[0], two[0]):
            row.by_ratio = "makespan" in row.outside
            row.outside = [name for name in row.outside if name != "makespan"]


def too_many_by_spread(rows: list[Row]) -> bool:
    """Whether more rows than a fifth are within by the spread alone; of fewer than five rows one may be."""
    return sum(bool(row.by_spread) and not row.outside for row in rows) > max(1, int(BY_SPREAD * len(rows)))
