"""The cgroup's CPU quota. Models Linux ``kernel/sched/fair.c``: __assign_cfs_rq_runtime, throttle_cfs_rq, the period's timer, the slack timer.

Each period refills the pool. A hardware thread takes a slice from it when it has used up the last, which it notices at a tick, so it may owe some; finding
the pool empty it stands with its M until the period ends, when those that stand get what they owe and one nanosecond, in their order. One that falls idle
gives back all but a millisecond. The timer stops after a period in which nobody took anything.
"""

import warp as wp

from gpusched.goruntime.host_turns import resume
from gpusched.goruntime.pending import host_looks_at
from gpusched.goruntime.rand import strategy_block
from gpusched.goruntime.state import NEVER, State, cpus, params, world

wp.set_module_options({"enable_backward": False})

KEPT = wp.constant(wp.int64(1_000_000))
"""``min_cfs_rq_runtime``: quota that an idle hardware thread keeps, ns."""
SLACK = wp.constant(wp.int64(5_000_000))
"""``cfs_bandwidth_slack_period``."""
PHASE = wp.constant(wp.uint32(9))
SOON = wp.constant(wp.int64(2_000_000))
"""``min_bandwidth_expiration``."""


@wp.func(inline=False)
def first_period(s: State) -> wp.int64:
    """When a period begins, within the world's first period: ``init_cfs_bandwidth`` draws it."""
    if params(s)[0].quota_phase >= wp.int64(0):
        return params(s)[0].quota_phase
    drawn, _unused = strategy_block(s, wp.uint32(0), PHASE)
    return wp.int64((wp.uint64(drawn) * wp.uint64(params(s)[0].period)) >> wp.uint64(32))


@wp.func(inline=False)
def start_period(s: State, now: wp.int64):
    """``start_cfs_bandwidth``: the timer fires where periods end."""
    if world(s)[0].period_on == 0:
        period = params(s)[0].period
        phase = first_period(s)
        world(s)[0].period_on = 1
        world(s)[0].period_end = (now - phase + period) / period * period + phase
        host_looks_at(s, world(s)[0].period_end)


@wp.func(inline=False)
def assign(s: State, c: int, now: wp.int64) -> bool:
    """``__assign_cfs_rq_runtime``: whether ``c`` has quota, of which it takes a slice if it has used up the last."""
    if params(s)[0].quota == wp.int64(0) or cpus(s)[c].left > wp.int64(0):
        return True
    start_period(s, now)
    if world(s)[0].quota_left > wp.int64(0):
        amount = wp.min(world(s)[0].quota_left, params(s)[0].quota_slice - cpus(s)[c].left)
        world(s)[0].quota_left -= amount
        world(s)[0].period_idle = 0
        cpus(s)[c].left += amount
    return cpus(s)[c].left > wp.int64(0)


@wp.func(inline=False)
def throttle(s: State, c: int, now: wp.int64):
    """``throttle_cfs_rq``: ``c`` stands."""
    cpus(s)[c].throttled = 1
    cpus(s)[c].throttled_since = now


@wp.func(inline=False)
def unthrottle(s: State, c: int, now: wp.int64):
    """``unthrottle_cfs_rq``: ``c`` goes on."""
    cpus(s)[c].throttled = 0
    world(s)[0].cpu_throttled_ns += now - cpus(s)[c].throttled_since
    cpus(s)[c].used_until = now
    cpus(s)[c].since = now
    m = cpus(s)[c].m
    if m != 0:
        resume(s, m, now)


@wp.func(inline=False)
def any_throttled(s: State) -> bool:
    """Whether a hardware thread stands."""
    standing = int(0)
    for i in range(params(s)[0].cpus):
        standing += cpus(s)[i + 1].throttled
    return standing != 0


@wp.func(inline=False)
def distribute(s: State, now: wp.int64):
    """``distribute_cfs_runtime``: those that stand get what they owe and one nanosecond, while the pool lasts."""
    for i in range(params(s)[0].cpus):
        c = i + 1
        if cpus(s)[c].throttled != 0 and world(s)[0].quota_left > wp.int64(0):
            amount = wp.min(world(s)[0].quota_left, wp.int64(1) - cpus(s)[c].left)
            world(s)[0].quota_left -= amount
            cpus(s)[c].left += amount
            if cpus(s)[c].left > wp.int64(0):
                unthrottle(s, c, now)


@wp.func(inline=False)
def period_ends(s: State, now: wp.int64):
    """``do_sched_cfs_period_timer``."""
    standing = any_throttled(s)
    world(s)[0].cpu_periods += 1
    world(s)[0].quota_left = params(s)[0].quota
    if world(s)[0].period_idle != 0 and not standing:
        world(s)[0].period_on = 0
        return
    world(s)[0].period_end += params(s)[0].period
    world(s)[0].period_idle = 1
    if standing:
        world(s)[0].cpu_throttled_periods += 1
        world(s)[0].period_idle = 0
        distribute(s, now)


@wp.func(inline=False)
def give_back(s: State, c: int, at: wp.int64):
    """``__return_cfs_rq_runtime``: the quota of an idle hardware thread; others that stand may get it after the slack period."""
    if params(s)[0].quota == wp.int64(0) or cpus(s)[c].left <= KEPT:
        return
    world(s)[0].quota_left += cpus(s)[c].left - KEPT
    cpus(s)[c].left = KEPT
    if world(s)[0].quota_left > params(s)[0].quota_slice and world(s)[0].slack_at == NEVER and world(s)[0].period_end - at > SLACK + SOON:
        if any_throttled(s):
            world(s)[0].slack_at = at + SLACK
            host_looks_at(s, at + SLACK)
