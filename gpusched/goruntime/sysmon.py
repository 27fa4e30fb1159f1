"""The system monitor. Models ``runtime/proc.go``: sysmon, retake, preemptone."""

import warp as wp

from gpusched.goruntime.netpoll import inject_without_p, netpoll
from gpusched.goruntime.proc_queues import keep_rest, runqempty
from gpusched.goruntime.proc_wake import SYSMON_MIN, handoffp, timer_slack, timers_wake_time
from gpusched.goruntime.state import NEVER, GFlag, PStatus, State, gs, ps, world
from gpusched.goruntime.syscall import blocked_in_syscall, take_p

wp.set_module_options({"enable_backward": False})

FORCE_PREEMPT = wp.constant(wp.int64(10_000_000))
"""``forcePreemptNS``."""
POLL_AFTER = wp.constant(wp.int64(10_000_000))
DEEP_SLEEP = wp.constant(wp.int64(60_000_000_000))
"""``forcegcperiod`` / 2."""
SYSMON_MAX = 10_000_000


@wp.func(inline=True)
def preemptone(s: State, p: int, now: wp.int64):
    """``preemptone``: requests that P's goroutine stops; in its own part of an action it stops now and keeps the rest for later.

    ``execute`` erases the request before the goroutine runs.
    """
    g = ps(s)[p].g
    if g == 0 or ps(s)[p].executing != 0 or blocked_in_syscall(s, p):
        return
    gs(s)[g].flags = gs(s)[g].flags | wp.int16(int(GFlag.PREEMPT))
    clock = ps(s)[p].clock
    if now >= ps(s)[p].user_from and clock > now and int(gs(s)[g].flags) < int(GFlag.LOCKS):
        keep_rest(s, g, clock - now)
        ps(s)[p].clock = now


@wp.func(inline=True)
def retake_p(s: State, p: int, now: wp.int64) -> int:
    """``retake`` of one P: 1 if it was taken from a system call."""
    sysretake = bool(False)
    if ps(s)[p].mon_schedtick != ps(s)[p].schedtick:
        ps(s)[p].mon_schedtick = ps(s)[p].schedtick
        ps(s)[p].mon_schedwhen = now
    elif ps(s)[p].mon_schedwhen + FORCE_PREEMPT <= now:
        preemptone(s, p, now)
        sysretake = True
    if not blocked_in_syscall(s, p):
        return 0
    if not sysretake and ps(s)[p].mon_syscalltick != ps(s)[p].syscalltick:
        ps(s)[p].mon_syscalltick = ps(s)[p].syscalltick
        ps(s)[p].mon_syscallwhen = now
        return 0
    helpers = world(s)[0].nmspinning + world(s)[0].npidle
    if runqempty(s, p) and helpers > 0 and ps(s)[p].mon_syscallwhen + FORCE_PREEMPT > now:
        return 0
    take_p(s, p)
    world(s)[0].retakes += 1
    handoffp(s, p, now)
    return 1


@wp.func(inline=True)
def time_sleep_until(s: State) -> wp.int64:
    """``timeSleepUntil``: when the next timer of any P is due."""
    until = NEVER
    for i in range(world(s)[0].gomaxprocs):
        until = wp.min(until, timers_wake_time(s, i + 1))
    return until


@wp.func(inline=True)
def sleep_deeply(s: State, now: wp.int64) -> bool:
    """With all Ps idle sysmon sleeps until the next timer, a minute at most, or a system call."""
    if world(s)[0].npidle != world(s)[0].gomaxprocs:
        return False
    until = time_sleep_until(s)
    if until <= now:
        return False
    world(s)[0].sysmon_wait = 1
    world(s)[0].sysmon_clock = wp.min(until, now + DEEP_SLEEP) + timer_slack(s)
    return True


@wp.func(inline=False)
def sysmon(s: State, now: wp.int64):
    """One look of sysmon; it then sleeps 20 us, longer and longer up to 10 ms while it has nothing to do."""
    world(s)[0].cost = wp.int64(0)
    if world(s)[0].sysmon_wait == 0:
        if sleep_deeply(s, now):
            return
    world(s)[0].sysmon_wait = 0
    lastpoll = world(s)[0].lastpoll
    if lastpoll != wp.int64(0) and lastpoll + POLL_AFTER < now:
        world(s)[0].lastpoll = now
        inject_without_p(s, netpoll(s), now)
    taken = int(0)
    for i in range(world(s)[0].gomaxprocs):
        if ps(s)[i + 1].status == int(PStatus.RUNNING):
            taken += retake_p(s, i + 1, now)
    if taken != 0:
        world(s)[0].sysmon_idle = 0
    else:
        world(s)[0].sysmon_idle += 1
    delay = world(s)[0].sysmon_delay
    if world(s)[0].sysmon_idle == 0:
        delay = SYSMON_MIN
    elif world(s)[0].sysmon_idle > 50:
        delay *= 2
    delay = wp.min(delay, SYSMON_MAX)
    world(s)[0].sysmon_delay = delay
    world(s)[0].sysmon_clock = now + world(s)[0].cost + wp.int64(delay) + timer_slack(s)
