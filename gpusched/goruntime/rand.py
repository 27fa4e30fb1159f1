"""Draws on the device: Threefry-2x32-20, streams of goroutines and of the runtime, quantile tables.

Bit-equal to ``gpusched/random`` on the host, which says what the formats are. A goroutine's draw is a function of its key and of the number of its draws,
the key one of its lineage: so it draws the same under every schedule. Models ``rand.go: cheaprand`` and, for ``math/rand``, the per-thread generators.
"""

import warp as wp

from gpusched.goruntime.state import QUANTILE_ROW, State, gs, quantiles, world
from gpusched.random.quantiles import OCTAVES, SIDE
from gpusched.random.threefry import CHILD, NOISE, PARITY, ROOT, RUNTIME

_PARITY = wp.constant(wp.uint32(PARITY))
_ROOT = wp.constant(wp.uint32(ROOT))
_RUNTIME = wp.constant(wp.uint32(RUNTIME))
_NOISE = wp.constant(wp.uint32(NOISE))
_CHILD = wp.constant(wp.uint32(CHILD))
_SIDE = wp.constant(SIDE)
_LAST_OCTAVE = wp.constant(OCTAVES - 1)
_LARGE_SCALE = wp.constant(wp.int64(1 << 40))
_MOST = wp.constant(wp.int64(1 << 62))


@wp.func(inline=True)
def _rotate(x: wp.uint32, left: int) -> wp.uint32:
    """Rotate a word to the left by 1 to 31 bits."""
    return (x << wp.uint32(left)) | (x >> wp.uint32(32 - left))


@wp.func(inline=True)
def _four_rounds(x0: wp.uint32, x1: wp.uint32, odd: bool) -> tuple[wp.uint32, wp.uint32]:
    """Do four rounds with the even or the odd group of rotations."""
    a = x0 + x1
    b = wp.uint32(0)
    if odd:
        b = _rotate(x1, 17) ^ a
        a = a + b
        b = _rotate(b, 29) ^ a
        a = a + b
        b = _rotate(b, 16) ^ a
        a = a + b
        b = _rotate(b, 24) ^ a
    else:
        b = _rotate(x1, 13) ^ a
        a = a + b
        b = _rotate(b, 15) ^ a
        a = a + b
        b = _rotate(b, 26) ^ a
        a = a + b
        b = _rotate(b, 6) ^ a
    return a, b


@wp.func(inline=False)
def threefry2x32(k0: wp.uint32, k1: wp.uint32, c0: wp.uint32, c1: wp.uint32) -> tuple[wp.uint32, wp.uint32]:
    """Return the block of key (k0, k1) and counter (c0, c1)."""
    k2 = k0 ^ k1 ^ _PARITY
    a0, a1 = _four_rounds(c0 + k0, c1 + k1, False)
    b0, b1 = _four_rounds(a0 + k1, a1 + k2 + wp.uint32(1), True)
    d0, d1 = _four_rounds(b0 + k2, b1 + k0 + wp.uint32(2), False)
    e0, e1 = _four_rounds(d0 + k0, d1 + k1 + wp.uint32(3), True)
    f0, f1 = _four_rounds(e0 + k1, e1 + k2 + wp.uint32(4), False)
    return f0 + k2, f1 + k0 + wp.uint32(5)


@wp.func(inline=True)
def root_key(seed_lo: wp.uint32, seed_hi: wp.uint32, replica: wp.uint32) -> tuple[wp.uint32, wp.uint32]:
    """Return the main goroutine's key."""
    r0, r1 = threefry2x32(seed_lo, seed_hi, replica, _ROOT)
    return r0, r1


@wp.func(inline=True)
def child_key(k0: wp.uint32, k1: wp.uint32, n: wp.uint32, kind: wp.uint32) -> tuple[wp.uint32, wp.uint32]:
    """Return the key of the goroutine that one with key (k0, k1) starts after ``n`` others of this ``kind`` of start."""
    r0, r1 = threefry2x32(k0, k1, n, kind | _CHILD)
    return r0, r1


@wp.func(inline=True)
def draw64(s: State, g: int) -> wp.uint64:
    """Return the next 64 bits of goroutine ``g``'s stream."""
    n = gs(s)[g].draws
    gs(s)[g].draws = n + wp.uint32(1)
    r0, r1 = threefry2x32(gs(s)[g].key0, gs(s)[g].key1, n, wp.uint32(0))
    return wp.uint64(r0) | (wp.uint64(r1) << wp.uint64(32))


@wp.func(inline=True)
def cheaprand(s: State) -> wp.uint32:
    """Return the next word of the runtime's own stream (``rand.go: cheaprand``)."""
    n = world(s)[0].rand
    world(s)[0].rand = n + wp.uint32(1)
    r0, _r1 = threefry2x32(world(s)[0].root_key0 ^ _RUNTIME, world(s)[0].root_key1 ^ _RUNTIME, n, wp.uint32(1))
    return r0


@wp.func(inline=True)
def cheaprandn(s: State, n: wp.uint32) -> wp.uint32:
    """Return a number below ``n`` of the runtime's own stream (``rand.go: cheaprandn``)."""
    return wp.uint32((wp.uint64(cheaprand(s)) * wp.uint64(n)) >> wp.uint64(32))


@wp.func(inline=False)
def strategy_block(s: State, n: wp.uint32, kind: wp.uint32) -> tuple[wp.uint32, wp.uint32]:
    """Return block ``n`` of a stream of the world's strategy."""
    r0, r1 = threefry2x32(world(s)[0].root_key0 ^ _NOISE, world(s)[0].root_key1 ^ _NOISE, n, kind)
    return r0, r1


@wp.func(inline=True)
def strategy_draw(s: State, n: wp.uint32, kind: wp.uint32) -> wp.uint32:
    """Return word ``n`` of a stream of the world's strategy."""
    r0, _r1 = strategy_block(s, n, kind)
    return r0


@wp.func(inline=True)
def uniform(r: wp.uint64, n: wp.uint64) -> wp.uint64:
    """Return what the 64 bits ``r`` draw below ``n``: the high word of their product (``math/rand/v2`` without its rejection: a bias of n / 2^64)."""
    low = wp.uint64(0xFFFFFFFF)
    word = wp.uint64(32)
    middle = (r >> word) * (n & low) + (((r & low) * (n & low)) >> word)
    other = (r & low) * (n >> word) + (middle & low)
    return (r >> word) * (n >> word) + (middle >> word) + (other >> word)


@wp.func_native("""
#if defined(__CUDA_ARCH__)
    return __clzll(x);
#else
    return __builtin_clzll(x);
#endif
""")
def leading_zeros(x: wp.int64) -> wp.int32:
    """Return the number of leading zeros of a word that is not 0."""
    ...


@wp.func(inline=True)
def table_value(s: State, table: int, r: wp.uint64) -> wp.int64:
    """Return what the 64 bits ``r`` draw from a quantile table, in 2^-20 of the scale."""
    t = wp.int64(r & wp.uint64(0x7FFFFFFFFFFFFFFF))
    row = wp.int32(0)
    if (r >> wp.uint64(63)) != wp.uint64(0):
        row = _SIDE
    k = wp.min(leading_zeros(t | wp.int64(1)) - 1, _LAST_OCTAVE)
    width = 56 - wp.min(k, _LAST_OCTAVE - 1)
    seg = int(t >> wp.int64(width)) & 63
    row = row + (_LAST_OCTAVE - k) * 64 + seg
    frac = (t >> wp.int64(width - 20)) & wp.int64(0xFFFFF)
    low = quantiles(s)[table * QUANTILE_ROW + row]
    return low + (((quantiles(s)[table * QUANTILE_ROW + row + 1] - low) * frac) >> wp.int64(20))


@wp.func(inline=True)
def scaled(scale: wp.int64, value: wp.int64) -> wp.int64:
    """Return scale (0 or more) * value * 2^-20 rounded to nearest, at most 2^62."""
    if scale > _LARGE_SCALE and value > wp.int64(0) and (scale >> wp.int64(20)) >= _MOST / value:
        return _MOST
    return (scale >> wp.int64(20)) * value + (((scale & wp.int64(0xFFFFF)) * value + wp.int64(0x80000)) >> wp.int64(20))


@wp.func(inline=False)
def quantile(s: State, table: int, scale: wp.int64, r: wp.uint64) -> wp.int64:
    """Return ns: the draw of the 64 bits ``r`` from ``table`` at ``scale`` ns; a scale of 0 or less gives 0."""
    if scale <= wp.int64(0):
        return wp.int64(0)
    return scaled(scale, table_value(s, table, r))
