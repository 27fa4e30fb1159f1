"""Confidence intervals from independent replicas."""

import numpy as np
from numpy.typing import ArrayLike


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> tuple[float, float]:
    """Returns the mean of independent values and the half-width of its confidence interval (Student's t).

    The values are one number a replica or batch. NaNs (a replica that observed nothing) are left out; the half-width of fewer than two values is NaN.
    """
    sample = np.asarray(values, np.float64)
    sample = sample[~np.isnan(sample)]
    if len(sample) < 2:
        return (float(sample[0]) if len(sample) else float("nan")), float("nan")
    from scipy.stats import t

    half = t.ppf((1 + confidence) / 2, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample))
    return float(sample.mean()), float(half)


def quantile_interval(values: ArrayLike, q: float, confidence: float = 0.95) -> tuple[float, float]:
    """Returns a distribution-free confidence interval of the q-quantile of independent values, by the binomial ranks of order statistics.

    It covers with at least the confidence asked for where the sample is large enough; else its ends are the sample's extremes.
    """
    sample = np.sort(np.asarray(values, np.float64))
    from scipy.stats import binom

    tail = (1 - confidence) / 2
    low = int(binom.ppf(tail, len(sample), q)) - 1
    high = int(binom.ppf(1 - tail, len(sample), q))
    return float(sample[max(low, 0)]), float(sample[min(high, len(sample) - 1)])
