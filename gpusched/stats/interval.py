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


def share_interval(count: int, number: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Returns Wilson's score interval of a probability from ``count`` successes in ``number`` independent trials; z: the normal quantile, 95 % by default.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927), pages 209-212.
    """
    if number == 0:
        return 0.0, 1.0
    share, square = count / number, z * z / number
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * np.sqrt(share * (1 - share) / number + square / (4 * number))
    low, high = max(0.0, float(middle - half)), min(1.0, float(middle + half))
    return (0.0 if count == 0 else low), (1.0 if count == number else high)
