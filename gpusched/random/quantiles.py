"""Distributions as integer quantile tables, so that a draw is the same bits on every machine and device.

A draw takes 64 random bits r. Side ``r >> 63`` says which half of the distribution: 0 the lower, where p = t / 2^64, 1 the upper, where
1 - p = t / 2^64, with t the low 63 bits. Octave k is the number of leading zeros of t in 63 bits, at most 31; the next 6 bits choose one of its 64 segments
(width 2^(56-k), and 2^26 for k = 31), the 20 bits after them the place in it. Row ``(31 - k) * 64 + segment`` of a side's 2049 rows begins the segment; side 1
begins at row 2049; row 2048 of each is the median. A value is linear between two rows, in 2^-20 of the scale, at most 2^42; the scale in ns multiplies it and
the product is rounded.

Error against the exact distribution (tests/random): from p0.1 to p99.99 at most 1e-4 of the quantile plus 2^-19 of the scale; of the mean 1e-4, for Pareto with
alpha from 1.5 on 0.1 %. Rows are made by correctly rounded steps (decimal's ln and exp, float + - * / and sqrt), never by the machine's libm or NumPy's vector
functions.
"""

import math
import struct
from collections.abc import Callable
from decimal import Context, Decimal
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gpusched.errors import GpuschedError
from gpusched.random.special import gamma_quantiles, normal_quantile

OCTAVES = 32
SEGMENTS = 64
SIDE = OCTAVES * SEGMENTS + 1
"""Rows of a side."""
ROWS = 2 * SIDE
LARGEST = 1 << 42
"""Largest value of a row, in 2^-20 of the scale."""
ONE = 1 << 20
"""The fixed point: this is one scale. With it as scale in ns, a table's values are ns."""

_CONTEXT = Context(prec=28)
_TAIL = 1 << 23
"""The upper side's row 0 is the quantile at this t: what makes the mean of an exponential's last segment right."""

Table = NDArray[np.int64]


class Kind(IntEnum):
    """Kinds of distributions; the numbers are constants of gpusched/golang/work/dist.go too."""

    UNIFORM = 1  # 0 .. 1
    EXPONENTIAL = 2  # mean 1
    LOGNORMAL = 3  # median 1; shape: sigma of the logarithm
    PARETO = 4  # least 1; shape: alpha
    GAMMA = 5  # mean 1; shape: k
    WEIBULL = 6  # scale 1; shape: k
    EMPIRICAL = 7  # of a file; values are ns at the scale ONE


def starts() -> tuple[int, ...]:
    """Return t at the beginning of each of a side's 2049 rows, ascending from 0 to 2^63."""
    rows = [segment << 26 for segment in range(SEGMENTS)]
    for k in range(OCTAVES - 2, -1, -1):
        rows += [(1 << (62 - k)) + (segment << (56 - k)) for segment in range(SEGMENTS)]
    return (*rows, 1 << 63)


def _ln(x: Decimal) -> Decimal:
    return _CONTEXT.ln(x)


def _exp(x: Decimal) -> Decimal:
    return _CONTEXT.exp(x)


def _probability(side: int, t: int) -> tuple[Decimal, Decimal]:
    """Return p and 1 - p at ``t`` of a side, the small one exactly."""
    small = Decimal(t) / Decimal(1 << 64)
    return (small, 1 - small) if side == 0 else (1 - small, small)


def _uniform(_shape: float, side: int, t: int) -> Decimal:
    return _probability(side, t)[0]


def _exponential(_shape: float, side: int, t: int) -> Decimal:
    return -_ln(_probability(side, t)[1])


def _lognormal(shape: float, side: int, t: int) -> Decimal:
    if t == 0:
        return Decimal(0)
    z = normal_quantile(t / 2.0**64)
    return _exp(Decimal(shape) * Decimal(z if side == 0 else -z))


def _pareto(shape: float, side: int, t: int) -> Decimal:
    return _exp(-_ln(_probability(side, t)[1]) / Decimal(shape))


def _weibull(shape: float, side: int, t: int) -> Decimal:
    e = _exponential(shape, side, t)
    return _exp(_ln(e) / Decimal(shape)) if e > 0 else Decimal(0)


_QUANTILES: dict[Kind, Callable[[float, int, int], Decimal]] = {
    Kind.UNIFORM: _uniform,
    Kind.EXPONENTIAL: _exponential,
    Kind.LOGNORMAL: _lognormal,
    Kind.PARETO: _pareto,
    Kind.WEIBULL: _weibull,
}


def _fixed(value: Decimal) -> int:
    """Return a value in 2^-20, rounded half to even, at most LARGEST."""
    return LARGEST if value >= LARGEST >> 20 else int((value * ONE).to_integral_value())


def _frozen(rows: list[int]) -> Table:
    """Return the rows as an array that cannot be written."""
    array = np.array(rows, dtype=np.int64)
    array.setflags(write=False)
    return array


@lru_cache(maxsize=256)
def table(kind: int, shape: float = 0.0) -> Table:
    """Return the quantile table of a kind of distribution and its shape: int64[4098], read-only."""
    if kind not in _QUANTILES and kind != Kind.GAMMA:
        known = ", ".join(f"{k.value} {k.name.lower()}" for k in (*_QUANTILES, Kind.GAMMA))
        raise GpuschedError(f"{kind} is no kind of distribution with a shape", "quantile table", f"kinds are {known}")
    if kind > Kind.EXPONENTIAL and not 0.01 <= shape <= 1000:
        raise GpuschedError(f"the shape {shape} of {Kind(kind).name.lower()} is out of range", "quantile table", "a shape is from 0.01 to 1000")
    places = [starts(), (_TAIL, *starts()[1:])]
    if kind == Kind.GAMMA:
        return _frozen([_fixed(Decimal(x)) for side in (0, 1) for x in gamma_quantiles(shape, side, places[side])])
    quantile = _QUANTILES[Kind(kind)]
    return _frozen([_fixed(quantile(shape, side, t)) for side in (0, 1) for t in places[side]])


def empirical(values: list[int], counts: list[int] | None = None) -> Table:
    """Return the table of observed durations in ns (each as often as its count says), linear between neighbours; for the scale ONE."""
    pairs = sorted(zip(values, counts or [1] * len(values), strict=True))
    if not pairs or pairs[0][0] < 0 or pairs[-1][0] > LARGEST or any(count < 1 for _, count in pairs):
        raise GpuschedError("no durations, or one that is negative or over 73 minutes", "empirical distribution", "give at least one duration in ns")
    ends = np.cumsum([count for _, count in pairs])
    last = int(ends[-1]) - 1
    ordered = [value for value, _ in pairs]

    def at(side: int, t: int) -> int:
        place = last * t  # in 2^-64 of an observation
        place = place if side == 0 else (last << 64) - place
        i, part = place >> 64, place & ((1 << 64) - 1)
        low = ordered[int(np.searchsorted(ends, i, side="right"))]
        high = ordered[int(np.searchsorted(ends, min(i + 1, last), side="right"))]
        return low + ((high - low) * part >> 64)

    return _frozen([at(side, t) for side in (0, 1) for t in starts()])


_UNITS = {"ns": 1, "us": 1000, "µs": 1000, "ms": 10**6, "s": 10**9, "": 1}


def read_empirical(text: str, where: str) -> Table:
    """Return the table of a file: a line is a duration (a number with ns, us, ms or s; without unit ns) and, after a space, how often it was seen.

    Empty lines and what follows ``#`` are skipped.
    """
    values, counts = [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        digits = words[0].rstrip("nuµms")
        try:
            value = Decimal(digits) * _UNITS[words[0][len(digits) :]]
            count = int(words[1]) if len(words) > 1 else 1
            if len(words) > 2 or not 0 <= value <= LARGEST or not 1 <= count < 1 << 32:
                raise ValueError
        except (ArithmeticError, KeyError, ValueError):
            raise GpuschedError(f"no duration: {line.strip()[:60]}", f"{where}:{number}", "a line is a duration as 1.5ms and, optionally, its count") from None
        values.append(int(value.to_integral_value()))
        counts.append(count)
    return empirical(values, counts)


def shape_bits(shape: float) -> int:
    """Return a shape as ``Program.tables`` holds it: the float64's bits as int64."""
    return struct.unpack("<q", struct.pack("<d", shape))[0]


def quantile(rows: Table, scale: ArrayLike, r: ArrayLike) -> NDArray[np.int64]:
    """Return ns: the draws of the 64-bit words ``r`` from a table at ``scale`` ns (0 or more); the reference of ``goruntime/rand.py: quantile``."""
    bits = np.asarray(r, dtype=np.uint64)
    t = (bits & np.uint64((1 << 63) - 1)).astype(np.int64)
    upper = (bits >> np.uint64(63)).astype(np.int64)
    k = np.zeros_like(t)
    for octave in range(OCTAVES - 1):
        k += (t >> np.int64(62 - octave)) == 0
    width = 56 - np.minimum(k, OCTAVES - 2)
    row = upper * SIDE + (OCTAVES - 1 - k) * SEGMENTS + ((t >> width) & (SEGMENTS - 1))
    frac = (t >> (width - 20)) & (ONE - 1)
    value = rows[row] + (((rows[row + 1] - rows[row]) * frac) >> 20)
    return scaled(np.asarray(scale, dtype=np.int64), value)


def scaled(scale: NDArray[np.int64], value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return scale * value * 2^-20 rounded to nearest, at most 2^62; 0 where the scale is below 0."""
    scale = np.maximum(scale, 0)
    too_much = (value > 0) & (scale > 1 << 40) & ((scale >> 20) >= (1 << 62) // np.maximum(value, 1))
    safe = np.where(too_much, 0, scale)
    product = (safe >> 20) * value + (((safe & (ONE - 1)) * value + (ONE >> 1)) >> 20)
    return np.where(too_much, np.int64(1 << 62), product)


def mean(rows: Table) -> float:
    """Return the mean of a table's draws in scales, exactly but for the last rounding."""
    t = starts()
    twice = sum((int(rows[side * SIDE + i]) + int(rows[side * SIDE + i + 1])) * (t[i + 1] - t[i]) for side in (0, 1) for i in range(SIDE - 1))
    return math.ldexp(twice, -85)
