"""The log-linear histogram that the kernel counts in: 32 buckets to a power of two, as seen from the host.

A value ``v`` in ns lies in bucket 0 if it is negative, in bucket ``v`` below 32, else with ``e = bitlen(v) - 6`` in bucket
``(e + 1) * 32 + ((v >> e) & 31)``; from 2^47 on in the last one. A bucket is at most 1/32 of its lower bound wide.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

SUB_BUCKETS = 32
BUCKETS = 1377
LARGEST_NS = 2**47
"""Least value of the last bucket, which has no upper bound."""
CHUNK = 512
"""Histograms whose quantiles are computed at once."""


def bucket_of(value_ns: int) -> int:
    """Returns the bucket of a value."""
    if value_ns < SUB_BUCKETS:
        return max(value_ns, 0)
    if value_ns >= LARGEST_NS:
        return BUCKETS - 1
    e = value_ns.bit_length() - 6
    return (e + 1) * SUB_BUCKETS + ((value_ns >> e) & (SUB_BUCKETS - 1))


@cache
def lower_bounds() -> NDArray[np.int64]:
    """Returns the least value of each bucket, int64[BUCKETS] in ns."""
    index = np.arange(BUCKETS, dtype=np.int64)
    e = np.maximum(index // SUB_BUCKETS - 1, 0)
    bounds = np.where(index < SUB_BUCKETS, index, (SUB_BUCKETS + index % SUB_BUCKETS) << e)
    bounds.flags.writeable = False
    return bounds


@cache
def upper_bounds() -> NDArray[np.int64]:
    """Returns the least value above each bucket, int64[BUCKETS] in ns; the last bucket's is a formal 2^48."""
    bounds = np.append(lower_bounds()[1:], np.int64(2 * LARGEST_NS))
    bounds.flags.writeable = False
    return bounds


def quantiles(counts: NDArray[np.integer], q: ArrayLike, least: ArrayLike | None = None, most: ArrayLike | None = None) -> NDArray[np.float64]:
    """Returns quantiles of histograms in ns.

    Of n values the one of rank ``k = ceil(q * n)`` (at least 1) is asked for. The c integers in its bucket are taken as spread evenly over it: the
    j-th of them stands at ``lower + (width - 1) * (j - 1/2) / c``. The result is exact for buckets of width 1 and off by at most 1/32 elsewhere.
    ``least`` and ``most`` (arrays like counts without the last axis) clip it where they are known.

    Args:
        counts: integers [..., BUCKETS].
        q: quantiles in [0, 1], a scalar or an array [k].
        least: least value of each histogram.
        most: greatest value of each histogram.

    Returns:
        float64 [...] or [..., k]; NaN where a histogram is empty.
    """
    wanted = np.atleast_1d(np.asarray(q, np.float64))
    shape = counts.shape[:-1]
    flat = counts.reshape(-1, BUCKETS)
    result = np.full((len(flat), len(wanted)), np.nan)
    lower, width = lower_bounds(), upper_bounds() - lower_bounds()
    for start in range(0, len(flat), CHUNK):
        some = flat[start : start + CHUNK].astype(np.int64)
        below = np.cumsum(some, axis=1)
        total, rows = below[:, -1], np.flatnonzero(below[:, -1])
        for column, share in enumerate(wanted):
            rank = np.maximum(np.ceil(share * total - 1e-9).astype(np.int64), 1)[rows]
            bucket = (below[rows] < rank[:, None]).sum(axis=1)
            within = rank - (below[rows, bucket] - some[rows, bucket])
            result[start + rows, column] = lower[bucket] + (width[bucket] - 1) * (within - 0.5) / some[rows, bucket]
    result = result.reshape(*shape, len(wanted))
    if least is not None:
        result = np.maximum(result, np.asarray(least)[..., None])
    if most is not None:
        result = np.minimum(result, np.asarray(most)[..., None])
    return result if np.ndim(q) else result[..., 0]


def merge(counts: NDArray[np.unsignedinteger], group: NDArray[np.integer], groups: int) -> NDArray[np.uint64]:
    """Adds up the histograms of each group's worlds: [worlds, ...] to uint64 [groups, ...]; worlds with a negative group are left out."""
    merged = np.zeros((groups, *counts.shape[1:]), np.uint64)
    for number in range(groups):
        chosen = np.flatnonzero(group == number)
        for start in range(0, len(chosen), 1024):
            merged[number] += counts[chosen[start : start + 1024]].sum(axis=0, dtype=np.uint64)
    return merged
