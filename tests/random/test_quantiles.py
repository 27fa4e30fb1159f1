"""Quantile tables against the exact distributions, their error bounds as stated in gpusched/random/quantiles.py."""

import hashlib
import math

import numpy as np
import pytest
from scipy import stats

from gpusched.errors import GpuschedError
from gpusched.random import quantiles, threefry
from gpusched.random.quantiles import ONE, Kind

CASES = [
    (Kind.UNIFORM, 0.0, stats.uniform()),
    (Kind.EXPONENTIAL, 0.0, stats.expon()),
    (Kind.LOGNORMAL, 0.25, stats.lognorm(0.25)),
    (Kind.LOGNORMAL, 1.0, stats.lognorm(1.0)),
    (Kind.LOGNORMAL, 2.0, stats.lognorm(2.0)),
    (Kind.PARETO, 1.1, stats.pareto(1.1)),
    (Kind.PARETO, 1.5, stats.pareto(1.5)),
    (Kind.PARETO, 3.0, stats.pareto(3.0)),
    (Kind.GAMMA, 0.5, stats.gamma(0.5, scale=2.0)),
    (Kind.GAMMA, 4.0, stats.gamma(4.0, scale=0.25)),
    (Kind.GAMMA, 100.0, stats.gamma(100.0, scale=0.01)),
    (Kind.WEIBULL, 0.7, stats.weibull_min(0.7)),
    (Kind.WEIBULL, 2.0, stats.weibull_min(2.0)),
]
IDS = [f"{kind.name.lower()}-{shape}" for kind, shape, _ in CASES]
RELATIVE = 1e-4


def words_at(probability: np.ndarray) -> np.ndarray:
    """Return the 64-bit words that draw the quantiles at ``probability``."""
    upper = probability > 0.5
    t = np.ldexp(np.where(upper, 1 - probability, probability), 64).astype(np.uint64)
    return np.minimum(t, np.uint64((1 << 63) - 1)) | upper.astype(np.uint64) << np.uint64(63)


@pytest.mark.parametrize(("kind", "shape", "exact"), CASES, ids=IDS)
def test_error_of_quantiles(kind: Kind, shape: float, exact: stats.rv_continuous) -> None:
    """From p0.1 to p99.99 a draw is within a ten-thousandth of the exact quantile and 2^-19 of the scale."""
    probability = np.concatenate([np.linspace(0.001, 0.999, 4999), 1 - np.geomspace(1e-3, 1e-4, 500)])
    scale = 1 << 40
    drawn = quantiles.quantile(quantiles.table(kind, shape), scale, words_at(probability)) / scale
    expected = exact.ppf(probability)
    assert np.max(np.abs(drawn - expected) - RELATIVE * expected - 2 / ONE) <= 0


@pytest.mark.parametrize(("kind", "shape", "exact"), CASES, ids=IDS)
def test_error_of_the_mean(kind: Kind, shape: float, exact: stats.rv_continuous) -> None:
    """The mean of all draws is within 1e-4 of the exact mean; a Pareto's, whose tail ends at 2^22 scales, within 0.1 % from alpha 1.5 on."""
    if kind == Kind.PARETO and shape < 1.5:
        pytest.skip("the mean of a Pareto with alpha 1.1 lies in draws beyond the table's end")
    bound = 1e-3 if kind == Kind.PARETO else 1e-4
    assert quantiles.mean(quantiles.table(kind, shape)) == pytest.approx(exact.mean(), rel=bound)


@pytest.mark.parametrize(("kind", "shape", "exact"), CASES, ids=IDS)
def test_draws_follow_the_distribution(kind: Kind, shape: float, exact: stats.rv_continuous) -> None:
    """10^5 draws of a stream pass Kolmogorov and Smirnov's test."""
    draws = quantiles.quantile(quantiles.table(kind, shape), 10**12, threefry.draw64(1, 2, np.arange(100_000))) / 1e12
    assert stats.kstest(draws, exact.cdf).pvalue > 1e-4


@pytest.mark.parametrize(("kind", "shape"), [case[:2] for case in CASES], ids=IDS)
def test_rows_are_monotone(kind: Kind, shape: float) -> None:
    """Along t the lower side grows from the least value, the upper falls to the same median."""
    rows = quantiles.table(kind, shape)
    lower, upper = np.split(rows, 2)
    assert len(rows) == quantiles.ROWS
    assert np.all(np.diff(lower) >= 0)
    assert np.all(np.diff(upper) <= 0)
    assert abs(int(lower[-1]) - int(upper[-1])) <= 1
    assert upper[0] <= quantiles.LARGEST


def test_rows_of_a_side_begin_where_the_format_says() -> None:
    """Octaves, segments and the ends of t."""
    starts = quantiles.starts()
    assert len(starts) == quantiles.SIDE
    assert (starts[0], starts[1], starts[64], starts[128], starts[2047], starts[2048]) == (0, 1 << 26, 1 << 32, 1 << 33, (1 << 63) - (1 << 56), 1 << 63)
    assert list(starts) == sorted(starts)


@pytest.mark.parametrize("row", [0, 1, 63, 64, 65, 1024, 2047])
@pytest.mark.parametrize("side", [0, 1])
def test_a_row_is_the_draw_at_its_start(row: int, side: int) -> None:
    """At the start of a segment nothing is interpolated, one step before its end nearly the next row is reached."""
    rows = quantiles.table(Kind.EXPONENTIAL)
    start, end = quantiles.starts()[row : row + 2]
    index = side * quantiles.SIDE + row
    assert quantiles.quantile(rows, ONE, np.uint64(side << 63 | start)) == rows[index]
    step = abs(int(rows[index + 1] - rows[index]))
    assert abs(int(quantiles.quantile(rows, ONE, np.uint64(side << 63 | end - 1))) - int(rows[index + 1])) <= 1 + step / 2**20


def test_scale_multiplies_and_rounds_to_nearest() -> None:
    """The product is exact for all scales and ends at 2^62."""
    random = np.random.default_rng(1)
    scale = random.integers(0, 1 << 62, 5000) >> random.integers(0, 62, 5000)
    value = random.integers(0, quantiles.LARGEST, 5000) >> random.integers(0, 42, 5000)
    for s, v, got in zip(scale.tolist(), value.tolist(), quantiles.scaled(scale, value).tolist(), strict=True):
        exact = (s * v + (1 << 19)) >> 20
        assert got == exact if exact < 1 << 61 else got >= 1 << 61


HASHES = {
    (Kind.EXPONENTIAL, 0.0): "ee315219e8b57373",
    (Kind.LOGNORMAL, 0.5): "18cc8d64291f6cf3",
    (Kind.PARETO, 1.1): "a5cc9db6b42c9274",
    (Kind.GAMMA, 4.0): "432d39dd4667a275",
    (Kind.GAMMA, 0.5): "554cdb616946768d",
    (Kind.WEIBULL, 0.7): "056fd510849a2daf",
}


@pytest.mark.parametrize(("kind", "shape"), HASHES, ids=[f"{kind.name.lower()}-{shape}" for kind, shape in HASHES])
def test_tables_are_the_same_everywhere(kind: Kind, shape: float) -> None:
    """The tables' bits do not depend on the machine: their SHA-256 is known."""
    assert hashlib.sha256(quantiles.table(kind, shape).astype("<i8").tobytes()).hexdigest()[:16] == HASHES[kind, shape]


def test_empirical_draws_between_neighbours() -> None:
    """Three observations: the median is the middle one, quarters lie halfway, the ends are reached."""
    rows = quantiles.empirical([3000, 1000, 7000])
    at = quantiles.quantile(rows, ONE, words_at(np.array([1e-9, 0.25, 0.5, 0.75, 1 - 1e-9])))
    assert np.max(np.abs(at - [1000, 2000, 3000, 5000, 7000])) <= 1


def test_empirical_file() -> None:
    """Units, counts, comments."""
    rows = quantiles.read_empirical("# seen in May\n1.5us 3\n\n2000 1 # plain ns\n1ms\n", "backend.txt")
    assert np.array_equal(rows, quantiles.empirical([1500, 2000, 10**6], [3, 1, 1]))


@pytest.mark.parametrize("line", ["quick", "1.5 ms", "-1ms", "1ms 0", "1ms 9999999999", "1ms 2 3", "1e99", "nan", "2000s x", "99999s"])
def test_empirical_file_refuses(line: str) -> None:
    """A line that is no duration is named with its number."""
    with pytest.raises(GpuschedError, match=r"backend\.txt:2"):
        quantiles.read_empirical(f"1ms\n{line}\n", "backend.txt")


def test_empty_file_is_refused() -> None:
    """A file without durations has no distribution."""
    with pytest.raises(GpuschedError, match="no durations"):
        quantiles.read_empirical("# nothing\n", "e.txt")


@pytest.mark.parametrize(("kind", "shape"), [(99, 0.0), (Kind.EMPIRICAL, 0.0), (Kind.GAMMA, 0.0), (Kind.LOGNORMAL, math.nan), (Kind.PARETO, 1e9)])
def test_wrong_kinds_and_shapes_are_refused(kind: int, shape: float) -> None:
    """No such kind, or a shape out of range."""
    with pytest.raises(GpuschedError):
        quantiles.table(kind, shape)
