"""Distances between a distribution in the model and on the real runtime, both counted in the same buckets, with intervals by bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gpusched.stats.go_histogram import go_boundaries
from gpusched.stats.histogram import lower_bounds, quantiles, upper_bounds

Counts = NDArray[np.integer]


@dataclass(frozen=True)
class Scale:
    """Buckets in which values are counted: ``middles()`` has the value that stands for each, ns [buckets]; ``quantile`` that of counts [buckets], ns."""

    middles: Callable[[], NDArray[np.float64]]
    quantile: Callable[[Counts, float], float]


@cache
def middles() -> NDArray[np.float64]:
    """The middle of each of our buckets, ns."""
    return (lower_bounds() + np.minimum(upper_bounds(), 2**48)) / 2


@cache
def go_middles() -> NDArray[np.float64]:
    """The middle of each bucket of Go's time histogram, ns; 0 for the underflow, the least value of the overflow."""
    bounds = go_boundaries() * 1e9
    bounds[0], bounds[-1] = 0.0, bounds[-2]
    return (bounds[:-1] + bounds[1:]) / 2


def _go_quantile(counts: Counts, q: float) -> float:
    """The middle of the bucket of Go's that holds the value of rank ``ceil(q n)``; NaN where there is none."""
    below = np.cumsum(counts.astype(np.int64))
    if not below[-1]:
        return float("nan")
    return float(go_middles()[np.searchsorted(below, max(1, int(np.ceil(q * below[-1] - 1e-9))))])


OURS = Scale(middles, lambda counts, q: float(quantiles(counts, q)))
"""The kernel's buckets, 32 to a power of two."""
GO = Scale(go_middles, _go_quantile)
"""Those of runtime/metrics, 4 to a power of two, the first of them 64 ns wide: all that lies in one is the same."""


def kolmogorov_smirnov(model: Counts, real: Counts) -> float:
    """Greatest difference of the two distribution functions, 0 to 1; NaN where one is empty."""
    if not model.sum() or not real.sum():
        return float("nan")
    return float(np.abs(np.cumsum(model) / model.sum() - np.cumsum(real) / real.sum()).max())


def wasserstein(model: Counts, real: Counts, scale: Scale = OURS) -> float:
    """Wasserstein-1 distance in units of the real mean; NaN where one is empty."""
    from scipy.stats import wasserstein_distance

    if not model.sum() or not real.sum():
        return float("nan")
    at = scale.middles()
    return float(wasserstein_distance(at, at, model, real) / max((at * real).sum() / real.sum(), 1.0))


def quantile_ratio(q: float, scale: Scale = OURS) -> Callable[[Counts, Counts], float]:
    """Model's quantile ``q`` over the real one."""

    def ratio(model: Counts, real: Counts) -> float:
        """The ratio; NaN where one is empty."""
        if not model.sum() or not real.sum():
            return float("nan")
        return scale.quantile(model, q) / max(scale.quantile(real, q), 1.0)

    return ratio


def distances(scale: Scale = OURS) -> dict[str, Callable[[Counts, Counts], float]]:
    """All distances by name."""
    ratios = {f"p{round(100 * q)}_ratio": quantile_ratio(q, scale) for q in (0.5, 0.9, 0.99)}
    return {"ks": kolmogorov_smirnov, "wasserstein": lambda model, real: wasserstein(model, real, scale), **ratios}


def interval(distance: Callable[[Counts, Counts], float], model: Counts, real: Counts, draws: int, seed: int = 0) -> tuple[float, float]:
    """95 % interval of a distance by resampling the real runs (Efron and Tibshirani, percentile method).

    Args:
        distance: of two histograms.
        model: counts [buckets].
        real: counts [runs, buckets].
        draws: how often to resample.
        seed: of the resampling.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    found = []
    for _ in range(draws):
        found.append(distance(model, real[generator.integers(len(real), size=len(real))].sum(axis=0)))
    low, high = np.nanpercentile(found, (2.5, 97.5)) if not np.all(np.isnan(found)) else (np.nan, np.nan)
    return float(low), float(high)
