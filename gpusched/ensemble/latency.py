"""Quantile tables of latencies that a machine file gives by a few measured quantiles."""

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.config.validate import QUANTILES
from gpusched.random.quantiles import ONE, starts

PROBABILITIES = (Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(99, 100), Fraction(1))


@cache
def table(values: tuple[int, ...]) -> NDArray[np.int64]:
    """Makes the table of a latency, int64[4098] in ns at the scale ONE: linear in the probability between the quantiles, in exact arithmetic."""
    rows = [_at(values, Fraction(t, 1 << 64)) for t in starts()]
    rows += [_at(values, 1 - Fraction(t, 1 << 64)) for t in starts()]
    return np.array(rows, np.int64)


def _at(values: tuple[int, ...], p: Fraction) -> int:
    """Returns the quantile at probability ``p``, rounded to nearest."""
    right = next(i for i in range(1, len(PROBABILITIES)) if p <= PROBABILITIES[i])
    left = right - 1
    share = (p - PROBABILITIES[left]) / (PROBABILITIES[right] - PROBABILITIES[left])
    return round(values[left] + (values[right] - values[left]) * share)


class LatencyTables:
    """The latencies of an ensemble: a row of ``Program.quantiles`` for each different one, from row ``first`` on."""

    def __init__(self, first: int):
        """Starts without rows."""
        self.first = first
        self.rows: dict[tuple[int, ...], int] = {}

    def number(self, latency: Any) -> tuple[int, int]:
        """Returns (table, scale) for ``Params``; scale 0, that is no delay, where all quantiles are 0."""
        values = tuple(getattr(latency, q) for q in QUANTILES)
        if not any(values):
            return 0, 0
        return self.first + self.rows.setdefault(values, len(self.rows)), ONE

    def array(self, before: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the program's tables with the latencies' rows after them."""
        if not self.rows:
            return before
        return np.concatenate([before.reshape(-1, len(table(next(iter(self.rows))))), *(table(values)[None] for values in self.rows)])
