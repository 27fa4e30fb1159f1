import numpy as np
import pytest

from gpusched.stats.interval import mean_interval, share_interval


def test_mean_interval_of_a_worked_example() -> None:
    mean, half = mean_interval([1.0, 2.0, 3.0, 4.0])
    assert mean == 2.5
    assert half == pytest.approx(3.182446 * np.sqrt(5 / 3) / 2, rel=1e-6)  # t(0.975, 3) = 3.182446


def test_mean_interval_leaves_nan_out_and_needs_two() -> None:
    assert mean_interval([np.nan, 5.0])[0] == 5.0
    assert np.isnan(mean_interval([5.0])[1])
    assert np.isnan(mean_interval([])[0])


def test_mean_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(2000):
        mean, half = mean_interval(rng.normal(size=8), 0.9)
        covered += abs(mean) <= half
    assert 0.88 < covered / 2000 < 0.92


def test_wilson_interval_of_worked_examples() -> None:
    assert share_interval(10, 100) == pytest.approx((0.055229, 0.174366), abs=1e-6)
    assert share_interval(0, 1000) == pytest.approx((0.0, 0.003827), abs=1e-6)
    assert share_interval(7, 7)[1] == 1.0
    assert share_interval(0, 0) == (0.0, 1.0)


def test_wilson_interval_covers_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    for share in (0.03, 0.5):
        inside = [low <= share <= high for low, high in (share_interval(int(count), 300) for count in rng.binomial(300, share, 2000))]
        assert 0.93 < np.mean(inside) < 0.97
