import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpusched.stats.go_histogram import GO_BUCKETS, go_boundaries, go_bucket_of, to_go
from gpusched.stats.histogram import BUCKETS, bucket_of, lower_bounds, merge, quantiles, upper_bounds


@pytest.mark.parametrize(
    ("value", "bucket"),
    [(-5, 0), (0, 0), (31, 31), (32, 32), (63, 63), (64, 64), (65, 64), (66, 65), (1000, 190), (2**47 - 1, 1375), (2**47, 1376), (2**60, 1376)],
)
def test_bucket_of_known_values(value: int, bucket: int) -> None:
    assert bucket_of(value) == bucket


@given(st.integers(0, 2**47 - 1))
def test_a_value_lies_between_its_bucket_s_bounds(value: int) -> None:
    bucket = bucket_of(value)
    assert lower_bounds()[bucket] <= value < upper_bounds()[bucket]
    assert upper_bounds()[bucket] - lower_bounds()[bucket] <= max(1, value // 32)


def test_every_bucket_holds_its_bounds() -> None:
    assert [bucket_of(int(v)) for v in lower_bounds()] == list(range(BUCKETS))
    assert [bucket_of(int(v) - 1) for v in upper_bounds()[:-1]] == list(range(BUCKETS - 1))


def counted(values: list[int]) -> np.ndarray:
    return np.bincount([bucket_of(v) for v in values], minlength=BUCKETS).astype(np.uint64)


@given(st.lists(st.integers(0, 2**46), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_is_off_by_at_most_a_bucket(values: list[int], q: float) -> None:
    exact = sorted(values)[max(int(np.ceil(q * len(values) - 1e-9)), 1) - 1]
    found = quantiles(counted(values), q, min(values), max(values))
    assert abs(found - exact) <= max(exact / 32, 1e-9)


def test_quantiles_interpolate_within_a_bucket_by_the_stated_rule() -> None:
    counts = np.zeros((2, BUCKETS), np.uint32)
    counts[0, bucket_of(1024)] = 4  # integers 1024 .. 1055
    assert quantiles(counts, (0.25, 1.0)).tolist()[0] == [1024 + 31 * 0.5 / 4, 1024 + 31 * 3.5 / 4]
    assert np.isnan(quantiles(counts, 0.5)[1])


def test_merge_adds_up_groups_and_leaves_negative_ones_out() -> None:
    counts = np.arange(4 * 3, dtype=np.uint32).reshape(4, 3)
    assert merge(counts, np.array([0, -1, 1, 0]), 2).tolist() == [[9, 11, 13], [6, 7, 8]]


@given(st.integers(-10, 2**62))
def test_conversion_to_go_counts_as_go_does(value: int) -> None:
    go = to_go(counted([value]))
    assert go.sum() == 1
    assert go[go_bucket_of(max(value, 0))] == 1


def test_go_s_boundaries_and_buckets_agree() -> None:
    bounds = go_boundaries()
    assert len(bounds) == GO_BUCKETS + 1 == 163
    assert bounds[1:6].tolist() == [0, 64e-9, 128e-9, 192e-9, 256e-9]
    assert bounds[161] == 2**47 / 1e9
    for bucket in range(1, 162):
        assert go_bucket_of(round(bounds[bucket] * 1e9)) == bucket
        if bucket > 1:
            assert go_bucket_of(round(bounds[bucket] * 1e9) - 1) == bucket - 1
