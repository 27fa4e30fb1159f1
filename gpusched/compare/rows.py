"""One row of a comparison: what the model and the real runs of one point gave, side by side, with distances; ``judge.py`` gives the verdict."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.compare.distance import GO, OURS, Scale, distances, interval
from gpusched.golang.real.binary import Record
from gpusched.stats.go_histogram import GO_BUCKETS, go_boundaries, to_go
from gpusched.stats.histogram import BUCKETS, quantiles
from gpusched.workload import CODE

QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
CPU_SHARE = 0.8
"""Share of work.CPU in main's processor time from which a workload counts as computing."""
ENOUGH = 5
"""Undisturbed real runs that a verdict takes."""
OTHERS = 0.05
"""Greatest share of the host's processors that others may use in an undisturbed run."""
SLOW, PROBES = 0.05, 8
"""Most by which the median of so many probes of work.CPU may differ from what was asked for, as a part of that, in an undisturbed run."""
COUNT, PERMILLE = "_count", "_permille"
"""Ends of names of a workload's histograms that hold no durations: numbers of things done, and shares."""
UNITS = (COUNT, PERMILLE)
RATE = "_per_s"
LEFT_OUT = "/godebug/"
"""Metrics of this kind count settings that nobody made."""


@dataclass
class Row:
    """Figures by name; each is (model, real median, least real, greatest real). Names that end in _ns are ns, in _per_s 1/s; the others are numbers."""

    workload: str
    label: str
    gomaxprocs: int
    share: float
    undisturbed: int  # of the runs that recorded nothing and of those that recorded lifetimes the fewer
    runs: int
    figures: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    distances: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    by_spread: list[str] = field(default_factory=list)
    by_ratio: bool = False
    lost: int = 0  # goroutines of a real run that are in no lifetime, the tables being full; the most of all runs
    scaled: str = ""  # which functions' code was scaled, in words
    quota: float = 0.0  # processors that the cgroup lets it have; 0: all
    metrics: dict[str, dict[str, list[float]]] = field(default_factory=dict)  # of runtime/metrics: before and after main, in each undisturbed run

    @property
    def kind(self) -> str:
        """Cpu, code or runtime."""
        return "code" if self.workload in CODE else "cpu" if self.share >= CPU_SHARE else "runtime"

    @property
    def judged(self) -> bool:
        """Whether there are enough undisturbed runs for a verdict."""
        return self.undisturbed >= ENOUGH

    @property
    def throughputs(self) -> list[str]:
        """Names of the figures that are the workload's throughput."""
        return [name for name in self.figures if name.endswith((f"{COUNT}{RATE}", f"{PERMILLE}_p50"))]

    @property
    def state(self) -> str:
        """The verdict in a word or two: within, outside, by spread, by ratio; disturbed or too few, where there is none."""
        if not self.judged:
            return "disturbed" if self.undisturbed < self.runs else "too few"
        return "outside" if self.outside else "by spread" if self.by_spread else "by ratio" if self.by_ratio else "within"

    @property
    def verdict(self) -> str:
        """The verdict with all that makes it."""
        parts = [f"outside: {', '.join(self.outside)}"] if self.outside else []
        parts += ["within by the ratio to GOMAXPROCS 1: makespan"] if self.by_ratio else []
        parts += [f"within by spread: {', '.join(self.by_spread)}"] if self.by_spread else []
        parts = parts or ["within"]
        parts += ["lifetimes not judged"] if self.lost else []
        if self.judged:
            return "; ".join(parts)
        what = "disturbed" if self.undisturbed < self.runs else "too few runs"
        return f"{what}: {self.undisturbed} of {self.runs} undisturbed, {ENOUGH} are needed (it would be {'; '.join(parts)})"

    def error(self, name: str) -> float:
        """Relative error of a figure."""
        model, real, _, _ = self.figures[name]
        return abs(model - real) / real if real else float("inf") if model else 0.0


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


def latencies_of(record: Record) -> NDArray[np.int64]:
    """/sched/latencies of a run in Go's buckets, [GO_BUCKETS]; it counts the waits of one goroutine in eight."""
    row = np.zeros(GO_BUCKETS, np.int64)
    told = record.told["metrics"].get("/sched/latencies:seconds", {}).get("buckets", [])
    for low, count in zip(told[::3], told[2::3], strict=True):
        row[max(0, int(np.searchsorted(go_boundaries(), low * (1 + 1e-9), side="right")) - 1)] += int(count)
    return row


def observations_of(record: Record) -> dict[str, Any]:
    """The workload's own histograms of a run by name: total_ns, most_ns, buckets."""
    return record.told["work"].get("histograms", {})


def share_of(record: Record) -> float:
    """Share of work.CPU in main's processor time."""
    return min(1.0, record.told["work"].get("asked_ns", 0) / max(record.told["main_cpu_ns"], 1))


def disturbed(record: Record) -> bool:
    """Whether others used the processors meanwhile, or three quarters of the computing took longer than it should; the program's own timers interrupt some."""
    probes = dense(record.told["work"].get("probes", {}).get("buckets", []))
    slow = probes.sum() >= PROBES and abs(float(quantiles(probes, 0.25)) - 1000) > 1000 * SLOW
    return record.others > OTHERS or bool(slow and not record.crowded)


def steady(records: list[Record]) -> list[Record]:
    """The undisturbed ones; all, if there is none."""
    return [record for record in records if not disturbed(record)] or records


def compare_row(
    workload: str, label: str, procs: int, model: dict[str, Any], plain: list[Record], recorded: list[Record], draws: int, quota: float = 0.0
) -> Row:
    """Makes the row, without a verdict.

    Args:
        workload: name for people.
        label: of the point.
        procs: GOMAXPROCS.
        model: of the point: time_ns, threads, used, switches, steals [worlds or 1]; cgroup: name -> [worlds]; lifetimes, latency [buckets];
            observations: name -> [buckets]; totals: name -> sum of what all worlds observed.
        plain: real runs that recorded nothing: makespan, threads, observations.
        recorded: real runs that recorded lifetimes.
        draws: of the bootstrap.
        quota: processors that the cgroup lets it have; 0: all.
    """
    used, told = steady(plain), steady(recorded)
    undisturbed = min(sum(not disturbed(record) for record in records) for records in (plain, recorded))
    row = Row(workload, label, procs, median(share_of(record) for record in used), undisturbed, len(plain), quota=quota)
    row.lost, row.metrics = max(record.told["lost"] for record in told), metrics_of(used)
    _figure(row, "makespan_ns", model["time_ns"], [record.elapsed_ns for record in used])
    _throughput(row, model, used)
    _figure(row, "threads", model["threads"], [record.told["threads"] for record in used])
    _figure(row, "switches", model["switches"], [record.told["switches"] for record in told])
    _figure(row, "steals", model["steals"], [record.told["steals"] for record in told])
    if any(model["used"]):
        _figure(row, "cpu_ns", model["used"], [record.told["main_cpu_ns"] for record in used])
    if row.quota and all(record.cgroup for record in used):
        for name, values in model["cgroup"].items():
            _figure(row, name, values, [record.cgroup[name] for record in used])
    lifetimes = np.array([lifetimes_of(record) for record in told])
    _figure(row, "goroutines_ended", [float(model["lifetimes"].sum()) / len(model["time_ns"])], [float(counts.sum()) for counts in lifetimes])
    _distribution(row, "lifetime", model["lifetimes"], lifetimes, draws)
    for name in observed(model, used):
        real = np.array([dense(observations_of(record)[name]["buckets"]) for record in used])
        _distribution(row, name, model["observations"][name], real, draws)
    _distribution(row, "latency", to_go(model["latency"]).astype(np.int64), np.array([latencies_of(record) for record in used]), draws, GO)
    return row


def observed(model: dict[str, Any], real: list[Record]) -> list[str]:
    """Names of the workload's own histograms that the model and every real run have."""
    return sorted(set(model["observations"]).intersection(*(observations_of(record) for record in real)))


def metrics_of(records: list[Record]) -> dict[str, dict[str, list[float]]]:
    """The runtime's metrics that are numbers (GC, memory, goroutines, threads, processor time), by name: before and after main in each run."""
    names = [name for name, value in records[0].told["metrics"].items() if isinstance(value, list) and not name.startswith(LEFT_OUT)]
    return {name: {when: [float(record.told["metrics"][name][at]) for record in records] for at, when in enumerate(("before", "after"))} for name in names}


def _figure(row: Row, name: str, model: Any, real: list[float]) -> None:
    """Adds a figure of which each run has one."""
    row.figures[name] = (float(median(model)), float(median(real)), float(min(real)), float(max(real)))


def _throughput(row: Row, model: dict[str, Any], real: list[Record]) -> None:
    """Adds what is done in a second, of histograms that count things done: the sum of a run's counts over its makespan."""
    for name in observed(model, real):
        if name.endswith(COUNT):
            rates = [1e9 * observations_of(record)[name]["total_ns"] / max(record.elapsed_ns, 1) for record in real]
            _figure(row, f"{name}{RATE}", [1e9 * float(model["totals"][name]) / max(sum(model["time_ns"]), 1)], rates)


def _distribution(row: Row, name: str, model: NDArray[np.int64], real: NDArray[np.int64], draws: int, scale: Scale = OURS) -> None:
    """Adds quantiles of each run and distances of all runs together; names with a unit of their own are no ns."""
    unit = "" if name.endswith(UNITS) else "_ns"
    if not model.sum() or not real.sum():
        return
    for label, q in QUANTILES.items():
        each = [scale.quantile(counts, q) for counts in real if counts.sum()]
        row.figures[f"{name}_{label}{unit}"] = (scale.quantile(model, q), median(each), min(each), max(each))
    theirs = real.sum(axis=0)
    for label, distance in distances(scale).items():
        row.distances[f"{name}_{label}"] = (distance(model, theirs), *interval(distance, model, real, draws))
