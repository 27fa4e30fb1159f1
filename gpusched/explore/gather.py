"""What a batch of schedules leaves for the results file: the same arrays as of a run, worlds with a bad outcome kept apart as failed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.points import Point
from gpusched.explore.outcomes import Key
from gpusched.program.program import Program
from gpusched.results.collect import collect, failed_worlds
from gpusched.results.leaks import leak_entries


@dataclass(frozen=True, eq=False)
class _First:
    """The first worlds of an ended ensemble, as an engine, its outcome and its layout for ``collect``; those behind them are fillers."""

    engine: Any
    state: Any
    worlds: NDArray[Any]
    replica: NDArray[np.int64]
    program: Program

    @property
    def point(self) -> NDArray[np.int32]:
        """All belong to one point."""
        return np.zeros(len(self.worlds), np.int32)

    def table(self, state: Any, name: str) -> NDArray[Any]:
        """A table of these worlds."""
        return self.engine.table(state, name)[: len(self.worlds)]

    def hist(self, state: Any) -> NDArray[np.uint32]:
        """The counts of their histograms."""
        return self.engine.hist(state)[: len(self.worlds)]

    def sums(self, state: Any) -> NDArray[Any]:
        """The sums of their histograms."""
        return self.engine.sums(state)[: len(self.worlds)]


def gather(explorer: Any, state: Any, worlds: NDArray[Any], replica: NDArray[np.int64], keys: list[Key]) -> dict[str, NDArray[Any]]:
    """Returns the arrays of an ended batch by path.

    Args:
        explorer: that ran it.
        state: of its engine.
        worlds: World of each schedule.
        replica: number of each schedule.
        keys: outcome of each schedule.
    """
    first: Any = _First(explorer.engine, state, worlds, replica, explorer.program)
    results = explorer.config.results
    failed = failed_worlds(worlds) | np.array([key.bad for key in keys])
    points = [Point(0, {"explore.strategy": explorer.config.explore.strategy}, explorer.config)]
    arrays = collect(first, first, first, points, [sentence(key) for key in keys], results.output_worlds, failed)
    return arrays | (leak_entries(first, state, first, results.leak_worlds) if results.leak_worlds else {})


def sentence(key: Key) -> str:
    """Returns an outcome in a line, "" where all went well."""
    if not key.bad:
        return ""
    what = f"{key.kind}: {key.message}" if key.message else key.kind
    return f"{what} [{'; '.join(key.places)}]" if key.places else what
