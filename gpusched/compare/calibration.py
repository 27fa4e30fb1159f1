"""``gpusched calibrate``: measures this host with the programs of golang/real/programs/ops and fits the model's costs to what they take.

The time of an operation in the model is linear in the costs at GOMAXPROCS=1. So the matrix comes from the model itself, a world for each cost, and the
costs are the least relative squares of measured against modelled times, held near those of the base table where an operation says nothing of them
(``go-runtime-model``'s micro-benchmarks; scipy.optimize.lsq_linear).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.compare.operations import (
    CHILL,
    COMPUTES,
    ENTER,
    FIRSTS,
    OPERATIONS,
    OTHERS,
    PACKS,
    PAIRS,
    RAW,
    SLACK,
    SLEEPS,
    SPANS,
    SPINS,
    WAKE,
    Operation,
)
from gpusched.config.costs import sealed
from gpusched.ensemble.params import KINDS
from gpusched.ensemble.points import make_points
from gpusched.errors import GpuschedError
from gpusched.golang.real.binary import Record, build, run
from gpusched.golang.toolchain import go_version
from gpusched.results.provenance import host_of
from gpusched.run import simulate_points
from gpusched.stats.histogram import BUCKETS, LARGEST_NS, quantiles, upper_bounds
from gpusched.workload import load_workload

OPS = Path(__file__).parent.parent / "golang" / "real" / "programs" / "ops"
FITTED = ("local_ps", "call_ps", "alloc_ps", "alloc_word_ps", "newproc", "malg", "goexit", "execute", "gopark", "goready", "gosched", "chan_op", "select_case")
FITTED += ("sema_op", "atomic_op", "nanotime", "timer_op", "io", "map_ps", "copy_ps", *KINDS, "mispredict_ps")
SHORT, LONG = 1100, 2200
"""Times that the model does an operation; the difference counts."""
NEAR, NEAR_KIND = 0.001, 0.01
"""Weight of the costs to begin with against the measurements: of their relative squares; of kinds of instructions, which loops of all sorts have."""
KIND_START = {
    "copy_ps": 100,
    "move_ps": 30,
    "arithmetic_ps": 250,
    "multiply_ps": 700,
    "divide_ps": 3000,
    "load_ps": 300,
    "store_ps": 300,
    "index_ps": 200,
    "branch_ps": 300,
    "mispredict_ps": 5000,
}
"""Where the fit of the kinds begins if the table has one cost for all."""
USUAL = {"map_ps": 10000.0}
"""Size of a cost that the base table has as 0."""
QUEUED_NS = 200_000
"""A woken thread that Linux queues behind its waker waits for the rest of a time slice, milliseconds; that depends on the waker and is no latency of waking."""
QUANTILES = {"p0": 0.0, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


COARSE_NS = 250_000
"""A timer due between two whole milliseconds is this late, or later, where the poller waits for whole ones."""
TURNS = (500, 1000, 2000, 4000, 8000, 16000, 32000, 64000)
"""Goroutines that take turns in SPANS; with the first the caches hold all."""
COLD = ("cold_1k", "cold_2k", "cold_4k", "cold_8k", "cold_16k", "cold_32k", "cold_64k")
"""What the others say."""
CROWD = "cold_16k"
"""That of as many goroutines as the real runs of the fitted operations have, of which the model has SHORT."""
AFTER = {"after 10us": 10_000, "after 100us": 100_000, "after 1ms": 1_000_000, "after 5ms": 5_000_000}
"""Histograms of CHILL: ns of computing before a start and a message."""
CHILL_AT = "after 1ms"
"""That which says by how much it varies."""
MOST_SPREAD = 20_000
"""Thousandths; what is beyond is an interrupt."""
CHILLED = 0.75 - 0.75**8
"""Of what the operations after computing take beyond, each a quarter of what is left, the second to the eighth are in those histograms."""
SLEPT = (1_000_000, 3_000_000)
"""Ns that the threads of PACKS slept."""
SPREADS = 0.1
"""A kernel of whose threads fewer stay after the shorter time puts threads where a processor idles."""
TRANSFERS = [0, 50, 100, 150, 200, 300, 400]
"""Costs of machine.transfer, ns, at which the model does two ping-pongs on two Ps; the one that takes as long as measured lies between two of them."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was found: the machine's fields, measured ns of each operation, and the model's ns with the fitted costs."""

    machine: dict[str, Any]
    measured: NDArray[np.float64]
    fitted: NDArray[np.float64]


class Measurements:
    """Rounds in which each operation was measured once on the real runtime."""

    def __init__(self) -> None:
        """Builds the programs.

        Raises:
            GpuschedError: where there is no toolchain.
        """
        self._binary = build(OPS)
        self._rounds: list[dict[Operation, Record]] = []

    def measure(self) -> float:
        """One round; the greatest share of the processors that others used in it."""
        self._rounds.append({op: measure(self._binary, op) for op in (*OPERATIONS, *OTHERS)})
        return max(record.others for record in self._rounds[-1].values())

    def _records(self, op: Operation) -> list[Record]:
        """The runs of an operation, one a round."""
        return [records[op] for records in self._rounds]

    def _each(self, op: Operation) -> float:
        """Ns of an operation, the median of the rounds."""
        return float(np.median([taken(record) for record in self._records(op)])) / op.times

    def fitted(self, base: dict[str, Any], report: Callable[[str], None]) -> Calibration:
        """The machine whose costs fit the medians of all rounds.

        Args:
            base: composed config whose machine holds the costs where nothing is measured.
            report: takes a line about what was left out.
        """
        measured = np.array([self._each(op) for op in OPERATIONS])
        spans = self._records(SPANS)
        cold = colds([latency(spans, f"turn of {many}")[0]["p50"] for many in TURNS])
        base = with_starts(base)
        firsts = self._records(FIRSTS)
        first, another = (latency(firsts, name)[0]["p50"] for name in ("first run", "another run"))
        base = base | {"machine": base["machine"] | cold | {"first_run": max(0, first - another)}}
        start = base["machine"]
        modelled, slopes = sensitivities(base)
        costs = fit(measured, modelled, slopes, np.array([start[name] for name in FITTED], np.float64))
        machine = start | {name: round(float(cost)) for name, cost in zip(FITTED, costs, strict=True)}
        machine["transfer"] = transfer_cost(base | {"machine": machine}, float(np.median([record.elapsed_ns for record in self._records(PAIRS)])) / PAIRS.times)
        wakes, chills = self._records(WAKE), self._records(CHILL)
        wake, queued = latency(wakes, "wake", QUEUED_NS)
        report(f"{queued:.0%} of the woken threads had to wait behind their waker; they are left out of the latencies of waking")
        machine["futexwakeup"] = max(0, latency(wakes, "waker")[0]["p50"] - machine["newproc"])
        machine |= {"syscall": max(0, round(self._each(ENTER) - self._each(RAW))), "spin": round(self._each(SPINS))}
        late = latency(self._records(SLEEPS), "late")[0]["p50"]
        machine["exact_timers"] = late < COARSE_NS
        report(f"the poller noticed a timer due between two whole milliseconds {late / 1000:.0f} us late: exact_timers={str(late < COARSE_NS).lower()}")
        took = latency(self._records(COMPUTES), "took")[0]
        report(f"work.CPU(100us) took {took['p50'] / 1000:.1f} us, one of a hundred {took['p99'] / 1000:.1f} us or more")
        machine["chill"], machine["chill_half"] = chilled({after: latency(chills, name)[0]["p50"] for name, after in AFTER.items()})
        machine["chill_spread"] = spread(latency(chills, CHILL_AT)[0], latency(chills, next(iter(AFTER)))[0]["p50"])
        packs = self._records(PACKS)
        kept, left = ({span: number(packs, f"{name} after {span // 1_000_000}ms") for span in SLEPT} for name in ("kept", "left"))
        machine["cpu_pack"] = packing(kept, left)
        if machine["cpu_pack"]:
            machine["cpu_switch"] = latency(packs, f"kept after {SLEPT[0] // 1_000_000}ms")[0]["p50"]
            share = kept[SLEPT[0]] / (kept[SLEPT[0]] + left[SLEPT[0]])
            report(f"the kernel packs threads: {share:.0%} that slept for 1 ms woke on their waker's processor while another idled (machine.cpu_pack)")
        count = os.cpu_count() or 1
        machine |= {"wake": wake, "slack": latency(self._records(SLACK), "slack")[0], "num_cpu": count, "cpus": count}
        machine |= {"name": "calibrated", "calibrated": said_of_host(), "measured": True, "gomaxprocs": None}
        machine = sealed(machine)
        rounded = np.array([machine[name] for name in FITTED], np.float64)
        return Calibration(machine, measured, modelled + slopes @ (rounded - np.array([start[name] for name in FITTED])))


def calibrate(base: dict[str, Any], rounds: int, report: Callable[[str], None]) -> Calibration:
    """Measures this host and fits the costs.

    Args:
        base: composed config whose machine holds the costs where nothing is measured.
        rounds: how often each operation is measured; the median counts.
        report: takes a line for each round.

    Raises:
        GpuschedError: where there is no toolchain, or rounds is below 1.
    """
    if rounds < 1:
        raise GpuschedError(f"rounds={rounds} measures nothing", "", "give 1 or more")
    measurements = Measurements()
    for number in range(rounds):
        others = measurements.measure()
        report(f"round {number + 1} of {rounds}; others used {others:.0%} of the processors")
    return measurements.fitted(base, report)


MEASURED = (
    *FITTED,
    *COLD,
    "first_run",
    "transfer",
    "syscall",
    "spin",
    "exact_timers",
    "futexwakeup",
    "cpu_pack",
    "cpu_switch",
    "chill",
    "chill_half",
    "chill_spread",
    "wake",
    "slack",
)
MEASURED += ("num_cpu", "cpus", "name", "calibrated", "measured", "gomaxprocs")
"""Fields of the machine that a calibration sets."""


def write_machine(path: Path, machine: dict[str, Any], base: str) -> None:
    """Writes a machine file.

    Args:
        path: of the file.
        machine: its fields.
        base: name of the table from which the fields come that were not measured.
    """
    import yaml

    kept = ", ".join(sorted(set(machine) - set(MEASURED)))
    path.write_text(f"# gpusched calibrate: {machine['calibrated']}\n# Not measured, as in {base}: {kept}.\n" + yaml.safe_dump(machine, sort_keys=False))


def with_starts(base: dict[str, Any]) -> dict[str, Any]:
    """The config with a cost for each kind of instruction."""
    missing = {name: cost for name, cost in KIND_START.items() if not base["machine"][name]}
    return base | {"machine": base["machine"] | missing}


def measure(binary: Path, op: Operation) -> Record:
    """Runs an operation once on the real runtime, without garbage collection, as the model has none."""
    return run(binary, gomaxprocs=op.procs, gogc="off", env={"GPUSCHED_OPERATION": str(op.number), "GPUSCHED_TIMES": str(op.times)})


def taken(record: Record) -> float:
    """Ns of a run: its processor time where this is less than what passed, as it is where others use the processor meanwhile."""
    return float(max(1, min(record.elapsed_ns, record.told["main_cpu_ns"])))


def sensitivities(base: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ns of each operation in the model at the base's costs, and their slopes [operations, costs]: ns for each unit of a cost."""
    tree = base | {"workload": {"name": str(OPS), "const": {}, "on_refused": "refuse"}, "replicas": len(FITTED) + 1}
    far = dict.fromkeys(COLD, base["machine"][CROWD])
    tree |= {"machine": base["machine"] | far | {"gomaxprocs": 1}, "policy": base["policy"] | {"sysmon": False}}
    tree |= {"sweep": {"workload": {"const": {"which": [op.number for op in OPERATIONS], "n": [SHORT, LONG]}}}}
    step = 100

    def vary(params: NDArray[Any]) -> None:
        """Adds a step to one cost in each replica but the first; all have the same draws, so that maps are the same."""
        for number, name in enumerate(FITTED):
            params[name][params["replica"] == number + 1] += step
        params["by_kind"], params["replica"] = 1, 0

    done = simulate_points(make_points(tree), load_workload(str(OPS), {}, ("which", "n")), vary=vary)
    ends = done.arrays["worlds/time_ns"].astype(np.float64).reshape(len(OPERATIONS), 2, len(FITTED) + 1)
    each = (ends[:, 1] - ends[:, 0]) / (LONG - SHORT)
    return each[:, 0], (each[:, 1:] - each[:, :1]) / step


def transfer_cost(base: dict[str, Any], measured: float) -> int:
    """machine.transfer, ns, at which two ping-pongs on two Ps take as long in the model as measured, ns a round trip, between the least and the most tried."""
    tree = base | {"workload": {"name": str(OPS), "const": {"which": PAIRS.number}, "on_refused": "refuse"}, "replicas": 1}
    tree |= {"machine": base["machine"] | {"gomaxprocs": 2, "num_cpu": 2}, "policy": base["policy"] | {"sysmon": False}}
    tree |= {"sweep": {"machine": {"transfer": TRANSFERS}, "workload": {"const": {"n": [SHORT, LONG]}}}}
    done = simulate_points(make_points(tree), load_workload(str(OPS), {"which": PAIRS.number}, ("n",)))
    ends = done.arrays["worlds/time_ns"].astype(np.float64).reshape(len(TRANSFERS), 2)
    each = np.maximum.accumulate((ends[:, 1] - ends[:, 0]) / (LONG - SHORT))
    return round(float(np.interp(measured, each, TRANSFERS)))


def fit(measured: NDArray[np.float64], modelled: NDArray[np.float64], slopes: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Costs of 0 or more, of least relative squares; ``start`` gives the base's, near which they stay where the measurements leave them free."""
    from scipy.optimize import lsq_linear

    scale = np.array([USUAL.get(name, 1.0) if cost == 0 else cost for name, cost in zip(FITTED, start, strict=True)])
    near = np.sqrt([NEAR_KIND if name in KINDS else NEAR for name in FITTED])
    weights = np.array([op.weight for op in OPERATIONS])
    rows = slopes * scale * (weights / measured)[:, None]
    wanted = (measured - modelled + slopes @ start) * weights / measured
    system = np.vstack([rows, np.diag(near)])
    right = np.concatenate([wanted, near * start / scale])
    return np.asarray(lsq_linear(system, right, bounds=(0, np.inf)).x) * scale


def latency(records: list[Record], name: str, below_ns: int = LARGEST_NS) -> tuple[dict[str, int], float]:
    """Quantiles, ns, of a histogram that the runs recorded, all runs together, of what lies below a limit; and the share that does not."""
    counts: dict[int, int] = {}
    for record in records:
        pairs = record.told["work"]["histograms"][name]["buckets"]
        for bucket, count in zip(pairs[::2], pairs[1::2], strict=True):
            counts[bucket] = counts.get(bucket, 0) + count
    every = dense(counts)
    kept = np.where(upper_bounds() <= below_ns, every, 0) if below_ns < LARGEST_NS else every
    found = quantiles(kept, list(QUANTILES.values()))
    return dict(zip(QUANTILES, map(int, found), strict=True)), 1 - float(kept.sum()) / float(every.sum())


def colds(turn_ns: list[int]) -> dict[str, int]:
    """machine.cold_1k to cold_64k, of what a turn took with TURNS goroutines, ns: what it takes beyond one that the caches hold, rising."""
    taken = np.maximum.accumulate(turn_ns)
    return dict(zip(COLD, map(int, taken[1:] - taken[0]), strict=True))


def chilled(taken_ns: dict[int, int]) -> tuple[int, int]:
    """machine.chill and chill_half, ns, of what a start and a message took after so many ns of computing; after the shortest they took nothing beyond."""
    first = min(taken_ns)
    after = np.array([span for span in sorted(taken_ns) if span > first], np.float64)
    more = np.array([taken_ns[int(span)] - taken_ns[first] for span in after], np.float64)
    if more.max() <= 0:
        return 0, 1_000_000
    best = (np.inf, 0.0, 0.0)
    weight = 1 / np.maximum(more, more.max() / 10)
    for half in np.geomspace(30_000, after.max(), 200):
        shape = after / (after + half) * weight
        most = max(0.0, float(shape @ (more * weight) / (shape @ shape)))
        best = min(best, (float(np.sum((most * shape - more * weight) ** 2)), most, float(half)))
    return round(best[1] / CHILLED), round(best[2])


def spread(taken: dict[str, int], usual: int) -> dict[str, int]:
    """machine.chill_spread, of quantiles of what a start and a message took after computing, ns, and of what they take without."""
    middle = taken["p50"] - usual
    return {name: min(max(0, round(1000 * (value - usual) / middle)), MOST_SPREAD) if middle > 0 else 0 for name, value in taken.items()}


def number(records: list[Record], name: str) -> int:
    """How many values the runs recorded, 0 where there is no such histogram."""
    return sum(sum(record.told["work"]["histograms"].get(name, {"buckets": []})["buckets"][1::2]) for record in records)


def packing(kept: dict[int, int], left: dict[int, int]) -> int:
    """machine.cpu_pack, ns, of how many threads stayed on their waker's processor after so many ns of sleep, and how many left; 0: few stay."""
    first = min(kept)
    if not kept[first] or kept[first] < SPREADS * (kept[first] + left[first]):
        return 0
    halves = np.geomspace(100_000, 100_000_000, 400)
    stay = {span: np.clip(0.5 ** (span / halves), 1e-9, 1 - 1e-9) for span in kept}
    likely = sum(kept[span] * np.log(stay[span]) + left[span] * np.log(1 - stay[span]) for span in kept)
    return round(float(halves[np.argmax(likely)]))


def dense(counts: dict[int, int]) -> NDArray[np.int64]:
    """Counts of all buckets."""
    row = np.zeros(BUCKETS, np.int64)
    for bucket, count in counts.items():
        row[min(bucket, BUCKETS - 1)] += count
    return row


def said_of_host() -> str:
    """Host, processor, kernel, Go version and date of a calibration."""
    return f"{host_of()}; {go_version()}; {datetime.now(UTC):%Y-%m-%d}"
