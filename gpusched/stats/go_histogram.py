"""Go's time histogram (``runtime/histogram.go: timeHistogram``), made from ours without loss: each of our buckets lies within one of Go's."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from gpusched.stats.histogram import lower_bounds

GO_BUCKETS = 162
"""Underflow, 4 buckets below 256 ns, 4 to each power of two up to 2^47 ns, overflow."""


def go_bucket_of(value_ns: int) -> int:
    """Returns the bucket that ``timeHistogram.record`` counts a duration in."""
    if value_ns < 0:
        return 0
    length = value_ns.bit_length()
    bucket, sub = (0, value_ns >> 6 & 3) if length < 9 else (length - 8, value_ns >> (length - 3) & 3)
    return GO_BUCKETS - 1 if bucket >= 40 else 1 + 4 * bucket + sub


@cache
def _go_buckets() -> NDArray[np.int64]:
    """Returns for each of our buckets the one of Go's that holds it."""
    return np.array([go_bucket_of(int(bound)) for bound in lower_bounds()])


def to_go(counts: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Converts histograms [..., BUCKETS] to Go's counts, uint64 [..., GO_BUCKETS]. Negative values were counted as 0, so the underflow is empty."""
    result = np.zeros((*counts.shape[:-1], GO_BUCKETS), np.uint64)
    for bucket in range(GO_BUCKETS):
        result[..., bucket] = counts[..., _go_buckets() == bucket].sum(axis=-1, dtype=np.uint64)
    return result


def go_boundaries() -> NDArray[np.float64]:
    """Returns the 163 boundaries in seconds as ``runtime/metrics`` gives them: from -Inf to +Inf, lower-inclusive."""
    bounds = [64 * k for k in range(4)] + [2 ** (i - 1) + j * 2 ** (i - 3) for i in range(9, 48) for j in range(4)] + [2**47]
    return np.array([-np.inf, *(b / 1e9 for b in bounds), np.inf])
