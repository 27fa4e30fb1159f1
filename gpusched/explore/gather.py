"""What a batch of schedules leaves for the results file: the same arrays as of a run, worlds with a bad outcome kept apart as failed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.driver import Outcome
from gpusched.ensemble.params import Ensemble
from gpusched.ensemble.points import Point
from gpusched.explore.outcomes import Key
from gpusched.results.collect import collect, failed_worlds
from gpusched.results.leaks import leak_entries


class _First:
    """An engine of which only the first worlds are seen: those behind them are fillers."""

    def __init__(self, engine: Any, count: int):
        """Shows ``count`` worlds of an engine."""
        self._engine, self._count = engine, count

    def table(self, state: Any, name: str) -> NDArray[Any]:
        """A table of these worlds."""
        return self._engine.table(state, name)[: self._count]

    def worlds(self, state: Any) -> NDArray[Any]:
        """Their rows."""
        return self._engine.worlds(state)[: self._count]

    def hist(self, state: Any) -> NDArray[np.uint32]:
        """The counts of their histograms."""
        return self._engine.hist(state)[: self._count]

    def sums(self, state: Any) -> NDArray[Any]:
        """The sums of their histograms."""
        return self._engine.sums(state)[: self._count]


def gather(explorer: Any, state: Any, worlds: NDArray[Any], replica: NDArray[np.int64], keys: list[Key]) -> dict[str, NDArray[Any]]:
    """Returns the arrays of an ended batch by path.

    Args:
        explorer: that ran it.
        state: of its engine.
        worlds: World of each schedule.
        replica: number of each schedule.
        keys: outcome of each schedule.
    """
    first: Any = _First(explorer.engine, len(worlds))
    values = np.zeros((len(worlds), 0), np.int64)
    ensemble = Ensemble(explorer.program, np.zeros(0), values[0], values, np.zeros(len(worlds), np.int32), replica)
    results = explorer.config.results
    failed = failed_worlds(worlds) | np.array([key.bad for key in keys])
    points = [Point(0, {"explore.strategy": explorer.config.explore.strategy}, explorer.config)]
    outcome = Outcome(state, worlds, 0.0, ())
    arrays = collect(first, outcome, ensemble, points, [sentence(key) for key in keys], results.output_worlds, failed)
    return arrays | (leak_entries(first, state, ensemble, results.leak_worlds) if results.leak_worlds else {})


def sentence(key: Key) -> str:
    """Returns an outcome in a line, "" where all went well."""
    if not key.bad:
        return ""
    what = f"{key.kind}: {key.message}" if key.message else key.kind
    return f"{what} [{'; '.join(key.places)}]" if key.places else what
