"""Distances of distributions against values that are known."""

import numpy as np
import pytest

from gpusched.compare.distance import interval, kolmogorov_smirnov, middles, quantile_ratio, wasserstein
from gpusched.stats.histogram import BUCKETS, bucket_of


def counts(*values: int) -> np.ndarray:
    """A histogram of values."""
    row = np.zeros(BUCKETS, np.int64)
    for value in values:
        row[bucket_of(value)] += 1
    return row


def test_known_distances() -> None:
    """Three of four values are the same; one is moved from 10 to 30 ns."""
    model, real = counts(5, 10, 20, 30), counts(5, 10, 10, 20)
    assert kolmogorov_smirnov(model, real) == pytest.approx(0.25)
    moved = middles()[30] + middles()[20] - 2 * middles()[10] + middles()[10] - middles()[20]
    mean = (middles()[5] + 2 * middles()[10] + middles()[20]) / 4
    assert wasserstein(model, real) == pytest.approx(moved / 4 / mean)
    assert quantile_ratio(0.5)(model, model) == 1.0
    assert quantile_ratio(1.0)(model, real) == pytest.approx(1.5, rel=0.05)


def test_an_empty_distribution_has_no_distance() -> None:
    """NaN, not 0."""
    assert all(np.isnan(f(counts(), counts(1))) for f in (kolmogorov_smirnov, wasserstein, quantile_ratio(0.5)))


def test_the_interval_covers_the_runs_spread() -> None:
    """Equal runs give an interval of width 0, different ones hold the distance of all together."""
    model = counts(*range(100, 200))
    same = np.array([counts(*range(110, 210))] * 5)
    low, high = interval(kolmogorov_smirnov, model, same, 200)
    assert low == high == kolmogorov_smirnov(model, same.sum(axis=0))
    differing = np.array([counts(*range(100 + 10 * i, 200 + 10 * i)) for i in range(5)])
    low, high = interval(kolmogorov_smirnov, model, differing, 500)
    assert low < kolmogorov_smirnov(model, differing.sum(axis=0)) < high
    assert interval(kolmogorov_smirnov, model, differing, 500) == (low, high)
