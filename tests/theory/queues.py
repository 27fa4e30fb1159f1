"""Exact sojourn times of queues with Poisson arrivals, in units of the mean service time."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

Tail = Callable[[float], float]
"""Probability that a sojourn exceeds a time."""


def erlang_c(servers: int, rho: float) -> float:
    """Return the probability to wait in M/M/c."""
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = rho * servers * blocking / (n + rho * servers * blocking)
    return blocking / (1 - rho * (1 - blocking))


def mmc_mean(servers: int, rho: float) -> float:
    """Return the mean sojourn in M/M/c."""
    return 1 + erlang_c(servers, rho) / (servers * (1 - rho))


def mmc_tail(servers: int, rho: float) -> Tail:
    """Return the tail of the sojourn in M/M/c: service plus, with Erlang's C, an exponential wait."""
    wait, rate = erlang_c(servers, rho), servers * (1 - rho)
    if rate == 1:
        return lambda t: (1 + wait * t) * math.exp(-t)
    return lambda t: (1 - wait) * math.exp(-t) + wait * (rate * math.exp(-t) - math.exp(-rate * t)) / (rate - 1)


def md1_mean(rho: float) -> float:
    """Return the mean sojourn in M/D/1 (Pollaczek and Khinchine)."""
    return 1 + rho / (2 * (1 - rho))


def md1_tail(rho: float) -> Tail:
    """Return the tail of the sojourn in M/D/1 (Erlang's series for the wait, whose terms cancel: 60 digits)."""

    def tail(t: float) -> float:
        if t < 1:
            return 1.0
        with localcontext() as context:
            context.prec = 60
            total = Decimal(0)
            for j in range(int(t - 1) + 1):
                x = Decimal(rho) * (Decimal(t) - 1 - j)
                total += (-x) ** j / math.factorial(j) * x.exp() if j else x.exp()
            return 1 - float((1 - Decimal(rho)) * total)

    return tail


def p99(tail: Tail) -> float:
    """Return the time that one sojourn of a hundred exceeds."""
    low, high = 0.0, 1.0
    while tail(high) > 0.01:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > 0.01 else (low, middle)
    return high
