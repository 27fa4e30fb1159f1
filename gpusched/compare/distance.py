"""Distances between a distribution in the model and on the real runtime, both counted in the same log-linear buckets, with intervals by bootstrap."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gpusched.stats.histogram import lower_bounds, quantiles, upper_bounds

Counts = NDArray[np.int64]


def middles() -> NDArray[np.float64]:
    """The middle of each bucket, ns."""
    return (lower_bounds() + np.minimum(upper_bounds(), 2**48)) / 2


def kolmogorov_smirnov(model: Counts, real: Counts) -> float:
    """Greatest difference of the two distribution functions, 0 to 1; NaN where one is empty."""
    if not model.sum() or not real.sum():
        return float("nan")
    return float(np.abs(np.cumsum(model) / model.sum() - np.cumsum(real) / real.sum()).max())


def wasserstein(model: Counts, real: Counts) -> float:
    """Wasserstein-1 distance in units of the real mean; NaN where one is empty."""
    from scipy.stats import wasserstein_distance

    if not model.sum() or not real.sum():
        return float("nan")
    at = middles()
    return float(wasserstein_distance(at, at, model, real) / max((at * real).sum() / real.sum(), 1.0))


def quantile_ratio(q: float) -> Callable[[Counts, Counts], float]:
    """Model's quantile ``q`` over the real one."""

    def ratio(model: Counts, real: Counts) -> float:
        """The ratio; NaN where one is empty."""
        if not model.sum() or not real.sum():
            return float("nan")
        return float(quantiles(model, q) / max(float(quantiles(real, q)), 1.0))

    return ratio


def interval(distance: Callable[[Counts, Counts], float], model: Counts, real: NDArray[np.int64], draws: int, seed: int = 0) -> tuple[float, float]:
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
