"""Records and rows made by hand."""

from typing import Any

import numpy as np

from gpusched.compare.judge import judge
from gpusched.compare.rows import Row, compare_row
from gpusched.golang.real.binary import Record
from gpusched.stats.histogram import BUCKETS, bucket_of

MEMORY, GOROUTINES = "/memory/classes/heap/objects:bytes", "/sched/goroutines:goroutines"


def counts(*values: int) -> np.ndarray:
    """A histogram of values."""
    row = np.zeros(BUCKETS, np.int64)
    for value in values:
        row[bucket_of(value)] += 1
    return row


def record(
    elapsed: int, lifetime: int = 1000, asked: int = 0, others: float = 0.0, probe: int = 1000, waits: tuple[int, ...] = (), lost: int = 0, **observed: int
) -> Record:
    """A real run of one goroutine; ``waits``: counts of the first buckets of /sched/latencies; ``observed``: a value that it recorded, by name."""
    told: dict[str, Any] = {"elapsed_ns": elapsed, "threads": 4, "switches": 10, "steals": 0, "main_cpu_ns": elapsed, "lost": lost}
    told["lifetimes"] = {"main.f": {"buckets": [bucket_of(lifetime), 1]}, "runtime.gcBgMarkWorker": {"buckets": [bucket_of(10**9), 1]}}
    histograms = {name: {"total_ns": value, "buckets": [bucket_of(value), 1]} for name, value in observed.items()}
    told["work"] = {"asked_ns": asked, "histograms": histograms, "probes": {"buckets": [bucket_of(probe), 20]}}
    latencies = [x for at, count in enumerate(waits) if count for x in (at * 64e-9, (at + 1) * 64e-9, count)]
    told["metrics"] = {MEMORY: [1000, 3000], GOROUTINES: [2, 3], "/godebug/x:events": [0, 0], "/sched/latencies:seconds": {"buckets": latencies}}
    return Record(told, "", 9 * elapsed, others)


def model_of(time_ns: int, lifetime: int = 1000, waits: tuple[int, ...] = (5,), **observed: int) -> dict[str, Any]:
    """What the model gives of a point: one world with one goroutine."""
    model: dict[str, Any] = {"time_ns": [time_ns], "threads": [4], "used": [0], "switches": [10.0], "steals": [0], "lifetimes": counts(lifetime)}
    model |= {"latency": counts(*waits), "observations": {name: counts(value) for name, value in observed.items()}, "totals": observed}
    return model


def judged(model: dict[str, Any], plain: list[Record], recorded: list[Record] | None = None, workload: str = "toy", procs: int = 1) -> Row:
    """A row with its verdict."""
    row = compare_row(workload, f"gomaxprocs={procs}", procs, model, plain, recorded or plain, 50)
    judge(row)
    return row


def row(model_ns: int, reals: list[int], lifetime: int = 1000, asked: int = 0, workload: str = "toy", procs: int = 1) -> Row:
    """A row whose model takes so long."""
    return judged(model_of(model_ns, lifetime), [record(real, asked=asked) for real in reals], workload=workload, procs=procs)
