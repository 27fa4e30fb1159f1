"""The real side of a comparison: runs of each point in fresh processes, repeated where others disturb them, with rounds of calibration in between."""

import copy
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpusched.compare.calibration import Measurements
from gpusched.compare.rows import OTHERS, disturbed
from gpusched.ensemble.points import Point, make_points
from gpusched.golang.real.binary import Record, build, run
from gpusched.golang.real.cgroup import Cgroup
from gpusched.workload import find

PAUSE_S = 0.1
"""After a disturbed run nothing runs for so long, after the second for twice as long and so on: what disturbs them often ends soon."""
ROUND_TRIES = 3
"""Tries of a round of calibration that others disturb."""


@dataclass(frozen=True)
class RealRuns:
    """Real runs of each point of a workload, a run for each replica of the model: without and with recorded lifetimes."""

    plain: list[list[Record]]
    recorded: list[list[Record]]


@dataclass
class Rounds:
    """Rounds of calibration; the ones that others disturbed are dropped, but the best of them if there is no other.

    ``kept``: holds what the undisturbed rounds measured; ``number``: of them; ``dropped``: rounds; ``best``: the least disturbed one of the dropped
    with the greatest share of the processors that others used in it.
    """

    kept: Measurements = field(default_factory=Measurements)
    number: int = 0
    dropped: int = 0
    best: tuple[float, Measurements] | None = None

    def measure(self) -> None:
        """One round, tried again if others disturb it."""
        for _ in range(ROUND_TRIES):
            tried = copy.deepcopy(self.kept)
            others = tried.measure()
            if others <= OTHERS:
                self.kept, self.number = tried, self.number + 1
                return
            self.dropped += 1
            if self.best is None or others < self.best[0]:
                self.best = others, tried

    def result(self) -> tuple[Measurements, str]:
        """The measurements that count, and what is to be said of the rounds, "" for nothing."""
        if not self.number and self.best:
            return self.best[
                1
            ], f"others used up to {self.best[0]:.0%} of the processors in the best of {self.dropped} rounds of calibration: its costs are too high"
        return self.kept, f"of {self.number + self.dropped} rounds of calibration {self.dropped} were disturbed and dropped" if self.dropped else ""


def measure(tree: dict[str, Any], calibration: Rounds | None, rounds: int) -> RealRuns:
    """Real runs of all points of a workload, the points in turn; a disturbed one is repeated.

    Args:
        tree: the workload's config.
        calibration: gets rounds of calibration between the runs.
        rounds: how many, spread evenly.
    """
    points = make_points(tree)
    folder = find(tree["workload"]["name"])
    binaries = [build(folder, point.config.workload.const) for point in points]
    plain: list[list[Record]] = [[] for _ in points]
    recorded: list[list[Record]] = [[] for _ in points]
    runs = points[0].config.compare.runs
    for replica in range(runs):
        if calibration:
            for _ in range((replica + 1) * rounds // runs - replica * rounds // runs):
                calibration.measure()
        for point, binary in zip(points, binaries, strict=True):
            plain[point.index].append(_undisturbed(point, binary, replica, ""))
            recorded[point.index].append(_undisturbed(point, binary, replica, "lifetimes"))
    every = [record for of_point in (*plain, *recorded) for record in of_point]
    print(f"{folder.name}: {sum(not disturbed(record) for record in every)} of {len(every)} real runs undisturbed", file=sys.stderr)
    return RealRuns(plain, recorded)


def trace(tree: dict[str, Any], directory: Path) -> None:
    """Runs each point of a workload once more on the real runtime, with Go's execution tracer on: WORKLOAD-POINT.trace, for ``go tool trace``."""
    folder = find(tree["workload"]["name"])
    for point in make_points(tree):
        path = directory / f"{folder.name}-{point.index}.trace"
        run_point(point.config, build(folder, point.config.workload.const), 0, "", {"GPUSCHED_TRACE_TO": str(path.absolute())})
        print(path)


def _undisturbed(point: Point, binary: Path, replica: int, record: str) -> Record:
    """A run that nothing disturbed, or the least disturbed of some."""
    found: list[Record] = []
    for number in range(point.config.compare.tries):
        time.sleep(PAUSE_S * number)
        found.append(run_point(point.config, binary, replica, record))
        if not disturbed(found[-1]):
            return found[-1]
    return min(found, key=lambda one: one.others)


def run_point(config: Any, binary: Path, replica: int, record: str, env: dict[str, str] | None = None) -> Record:
    """One run, in a cgroup of its own where the point has a quota or the real runs have shares."""
    settings = config.compare
    drawn = {"seed": config.seed, "replica": replica}
    with cgroup_of(config) as cgroup:
        return run(binary, gomaxprocs=procs_of(config), record=record, limit_s=settings.limit_s, gogc=settings.gogc, env=env, cgroup=cgroup, **drawn)


def procs_of(config: Any) -> int:
    """GOMAXPROCS of a run."""
    return int(config.machine.gomaxprocs or config.machine.num_cpu)


def cgroup_of(config: Any) -> AbstractContextManager[Cgroup | None]:
    """The cgroup of a run, none where it has neither quota nor shares."""
    machine, shares = config.machine, config.compare.shares
    return Cgroup(machine.quota_us, machine.period_us, shares) if machine.quota_us or shares else nullcontext()
