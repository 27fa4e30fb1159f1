"""Noise of a strategy on the time that actions take.

REALISTIC: the first microsecond of an action's cost, without work.CPU, is multiplied by a draw from the machine's jitter; and its thread is paused (other
load) with the probability that the action's time is of the mean time between pauses, for a draw from the machine's pauses. Some of the threads that are woken
take the processor of their waker, which stands still for a draw. RANDOM and PCT: an action takes
longer by a uniform draw from 0 to twice the world's pace, which is drawn log-uniformly (``ensemble/strategy.py``), so that timers meet fast and slow programs.
"""

import warp as wp

from gpusched.goruntime.rand import quantile, strategy_block
from gpusched.goruntime.state import State, Strategy, params, world

wp.set_module_options({"enable_backward": False})

NOISY = wp.constant(wp.int64(1000))
"""ns of an action that jitter multiplies."""
ONE = wp.constant(wp.int64(20))
"""Bits of the fixed point of quantile tables."""
TIME = wp.constant(wp.uint32(1))
DISPLACED = wp.constant(wp.uint32(7))


@wp.func(inline=False)
def noise(s: State, user: wp.int64):
    """Adds the noise of the action under way to ``World.cost``, and counts it as performed for ``World.chosen``."""
    world(s)[0].chosen = world(s)[0].chosen / 2
    strategy = params(s)[0].strategy
    if strategy == int(Strategy.FORCED) or strategy == int(Strategy.NONE):
        return
    n = world(s)[0].noise
    world(s)[0].noise = n + wp.uint32(1)
    if strategy != int(Strategy.REALISTIC):
        r0, _r1 = strategy_block(s, n, TIME)
        world(s)[0].cost += wp.int64((wp.uint64(r0) * wp.uint64(2 * params(s)[0].pace + 1)) >> wp.uint64(32))
        return
    cost = world(s)[0].cost
    part = wp.clamp(cost + user - world(s)[0].user_ns, wp.int64(0), NOISY)
    if params(s)[0].jitter_table >= 0:
        r0, r1 = strategy_block(s, n, TIME)
        r = wp.uint64(r0) | (wp.uint64(r1) << wp.uint64(32))
        cost += quantile(s, params(s)[0].jitter_table, (part << ONE) / wp.int64(1000), r) - part
    every = params(s)[0].load_every
    if every > wp.int64(0):
        r2, r3 = strategy_block(s, n, TIME + wp.uint32(2))
        ran = wp.max(cost + user, wp.int64(1))
        if ran >= every or wp.int64(r2) < (wp.min(ran, every) << wp.int64(32)) / every:
            r4, _r5 = strategy_block(s, n, TIME + wp.uint32(3))
            cost += quantile(s, params(s)[0].load_table, wp.int64(1) << ONE, wp.uint64(r3) | (wp.uint64(r4) << wp.uint64(32)))
    world(s)[0].cost = wp.max(cost, wp.int64(0))


@wp.func(inline=False)
def displaced(s: State, wake: wp.int64) -> wp.int64:
    """REALISTIC: the latency of a futex wake, which would be ``wake``; a thread that takes its waker's processor runs sooner, and the waker waits."""
    r0, r1 = strategy_block(s, wp.uint32(world(s)[0].wakeups), DISPLACED)
    if int((wp.uint64(r0) * wp.uint64(1000)) >> wp.uint64(32)) >= params(s)[0].displace:
        return wake
    r2, r3 = strategy_block(s, wp.uint32(world(s)[0].wakeups), DISPLACED + wp.uint32(1))
    here = quantile(s, params(s)[0].here_table, wp.int64(1) << ONE, (wp.uint64(r1) << wp.uint64(32)) | wp.uint64(r2))
    away = quantile(s, params(s)[0].away_table, wp.int64(1) << ONE, (wp.uint64(r3) << wp.uint64(32)) | wp.uint64(r0))
    world(s)[0].cost += here + away
    return here
