"""Quantiles of the normal and the gamma distribution by steps that round alike on every machine: + - * /, sqrt, and decimal's ln and exp."""

import math
from collections.abc import Sequence
from decimal import Context, Decimal

_CONTEXT = Context(prec=24)

_CENTRE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4),
    (1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4),
    (5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)
_NEAR = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0),
    (3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1),
    (6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
)
_FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2),
    (2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4),
    (1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
)


def ln(x: float) -> float:
    """Return the natural logarithm, correctly rounded."""
    return float(_CONTEXT.ln(Decimal(x)))


def exp(x: float) -> float:
    """Return the exponential, correctly rounded."""
    return float(_CONTEXT.exp(Decimal(x)))


def _horner(coefficients: Sequence[float], x: float) -> float:
    value = 0.0
    for c in coefficients:
        value = value * x + c
    return value


def _ratio(rows: Sequence[Sequence[float]], x: float) -> float:
    return _horner((*rows[0], *rows[1]), x) / _horner((*rows[2], *rows[3]), x)


def normal_quantile(p: float) -> float:
    """Return the standard normal quantile at 0 < p <= 1/2; relative error near 1e-16 (Wichura, AS 241, Applied Statistics 37, 1988)."""
    q = p - 0.5
    if q >= -0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = math.sqrt(-ln(p))
    return -_ratio(_NEAR, r - 1.6) if r <= 5 else -_ratio(_FAR, r - 5)


def ln_gamma(a: float) -> float:
    """Return the logarithm of the gamma function at a > 0, by Stirling's series after moving a beyond 15."""
    product, x = 1.0, a
    while x < 15:
        product *= x
        x += 1
    square = x * x
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / x
    return (x - 0.5) * ln(x) - x + 0.9189385332046727 + series - ln(product)


def gamma_tails(a: float, x: float, ln_gamma_a: float) -> tuple[float, float, float]:
    """Return P(a, x), Q(a, x) and the density at x > 0, the smaller tail to full relative precision."""
    density = exp(a * ln(x) - x - ln_gamma_a) / x
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-17:
            n += 1
            term *= x / n
            total += term
        p = total * density * x
        return p, 1 - p, density
    b = x + 1 - a
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 10_000):  # Lentz's method; a few dozen steps are enough
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    q = h * density * x
    return 1 - q, q, density


def _gamma_quantile(a: float, ln_gamma_a: float, target: float, upper: bool, bracket: tuple[float, float, float]) -> float:
    """Return x whose lower (upper) tail is ``target``, within a bracket (low, high, first guess): Newton's steps, halving where they leave it."""
    low, high, x = bracket
    for _ in range(200):
        p, q, density = gamma_tails(a, x, ln_gamma_a)
        excess = target - q if upper else p - target
        if excess > 0:
            high = x
        else:
            low = x
        step = x - excess / density if density > 0 else low
        step = step if low < step < high else low + (high - low) / 2
        if abs(step - x) <= 1e-9 * x or high - low <= 1e-14 * high:
            return step
        x = step
    return x


def gamma_quantiles(a: float, side: int, places: Sequence[int]) -> list[float]:
    """Return the quantiles of a gamma distribution of shape ``a`` and mean 1 where its lower (side 1: upper) tail is t / 2^64, t ascending."""
    ln_gamma_a = ln_gamma(a)
    found: list[float] = []
    # The lower tail grows along the rows, the upper one shrinks: each row bounds the next and is its first guess.
    most = a + 40 * math.sqrt(a) + 60
    bracket = (0.0, most, most / 2)
    for t in places:
        x = _gamma_quantile(a, ln_gamma_a, t / 2.0**64, bool(side), bracket) if t else 0.0
        found.append(x / a)
        if t:
            bracket = (0.0, x * (1 + 1e-9), x) if side else (x * (1 - 1e-9), most, x)
    return found
