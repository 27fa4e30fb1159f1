"""Runs schedules of one program: worlds by number under a strategy, in batches of one size, so that the engine compiles once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.driver import simulate
from gpusched.ensemble.memory import free_bytes, world_bytes
from gpusched.ensemble.params import make_ensemble
from gpusched.ensemble.points import make_points
from gpusched.ensemble.strategy import apply_strategy
from gpusched.errors import GpuschedError
from gpusched.explore.gather import gather
from gpusched.explore.leaks import LeakFinder
from gpusched.explore.outcomes import Key, outcome_keys
from gpusched.goruntime.state import Status
from gpusched.workload import Workload, find

BATCH = {"cpu": 1024, "cuda": 65536}
"""Schedules at once, if memory allows."""
SHARE = 4
"""A batch takes this part of the free memory at most: tables grow and are copied."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Schedules that have ended: their numbers, outcomes, rows of World, the seconds that the engine took, and the results file's arrays if asked for."""

    schedules: NDArray[np.int64]
    keys: list[Key]
    worlds: NDArray[Any]
    seconds: float
    arrays: dict[str, NDArray[Any]]


class Explorer:
    """Holds the program, its engine, and the row of Params from which each schedule's is made."""

    def __init__(self, tree: dict[str, Any], workload: Workload, device: str):
        """Prepares a composed config whose workload was compiled."""
        from gpusched.engine.warp import WarpEngine

        plain = {**tree, "replicas": 1, "explore": {**tree["explore"], "strategy": "none"}}
        ensemble = make_ensemble(workload.program, make_points(plain))
        if len(ensemble.params) > 1:
            raise GpuschedError("explore takes no sweep", "sweep", "explore each point by itself")
        self.config = make_points(tree)[0].config
        self.program = ensemble.program
        self.leaks = LeakFinder(self.program)
        self.folder = find(self.config.workload.name) if not self.config.explore.test else Path(self.config.workload.name)
        self.device = device
        self._row, self._values, self._addresses = ensemble.params, ensemble.values, ensemble.addresses
        self._limit = free_bytes(device)
        histograms = 1 + len(self.program.lifetimes) + len(self.program.histograms)
        self.bytes_per_world = world_bytes(self.program, self._row, histograms)
        self.engine = WarpEngine(self.program, histograms, threads=self.config.engine.threads, device=device, debug=self.config.engine.debug)

    def batch_size(self, wanted: int) -> int:
        """Returns how many schedules are run at once, where ``wanted`` are wanted in all."""
        most = self.config.explore.batch or BATCH[self.device.partition(":")[0]]
        return max(1, min(most, wanted, self._limit // SHARE // self.bytes_per_world))

    def rows(self, schedules: NDArray[np.int64], explore: Any) -> NDArray[Any]:
        """Returns the rows of Params of schedules by number under the settings ``explore``."""
        rows = np.repeat(self._row, len(schedules))
        rows["replica"] = schedules
        apply_strategy(rows, [explore], len(rows))
        return rows

    def state(self, rows: NDArray[Any]) -> Any:
        """Returns the state in which these worlds start."""
        return self.engine.init(rows, (self._addresses, np.repeat(self._values, len(rows), axis=0)))

    def run(self, rows: NDArray[Any], size: int, *, arrays: bool = False) -> Batch:
        """Runs at most ``size`` worlds to their ends; fewer are filled up with copies of the last one, which are left out. arrays: for the results file."""
        full = rows[np.minimum(np.arange(size), len(rows) - 1)]
        outcome = simulate(self.engine, self.state(full), full, chunk_actions=self.config.engine.chunk_actions, limit_bytes=self._limit, report=lambda _: None)
        if outcome.growths:
            self.engine.remember()
        worlds = outcome.worlds[: len(rows)].copy()
        keys = outcome_keys(self.engine, outcome.state, worlds, self.leaks)
        schedules = rows["replica"].astype(np.int64)
        gathered = gather(self, outcome.state, worlds, schedules, keys) if arrays else {}
        return Batch(schedules, keys, worlds, outcome.run_seconds, gathered)

    def steps_taken(self, explore: Any, schedules: int) -> int:
        """Returns the most steps that the first schedules take without change points."""
        rows = self.rows(np.arange(schedules), explore)
        batch = self.run(rows, len(rows))
        ended = batch.worlds["status"] != Status.ACTION_LIMIT
        return max(1, int(batch.worlds["steps"][ended].max(initial=1)))
