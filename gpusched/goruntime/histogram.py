"""Log-linear histograms: 32 buckets to a power of two, exact below 32 ns, one bucket for 2^47 ns and more.

Each of them refines the buckets of Go's time histogram (``histogram.go``), so counts convert exactly.
"""

import warp as wp

from gpusched.goruntime.rand import leading_zeros
from gpusched.goruntime.state import State, hist, sums

wp.set_module_options({"enable_backward": False})

BUCKETS = 1377
LATENCY = 0
"""Histogram of scheduling latency: every wait in runnable."""


@wp.func(inline=True)
def bucket(v: wp.int64) -> int:
    """Bucket of ``v`` ns."""
    if v < wp.int64(32):
        return wp.max(int(v), 0)
    if v >> wp.int64(47) != wp.int64(0):
        return BUCKETS - 1
    e = 58 - leading_zeros(v)
    return (e + 1) * 32 + int((v >> wp.int64(e)) & wp.int64(31))


@wp.func(inline=False)
def observe(s: State, h: int, v: wp.int64):
    """Counts ``v`` ns in histogram ``h``."""
    b = bucket(v)
    hist(s)[h * BUCKETS + b] = hist(s)[h * BUCKETS + b] + wp.uint32(1)
    n = sums(s)[h].count
    sums(s)[h].count = n + wp.int64(1)
    sums(s)[h].total += v
    if n == wp.int64(0) or v < sums(s)[h].least:
        sums(s)[h].least = v
    if v > sums(s)[h].most:
        sums(s)[h].most = v
