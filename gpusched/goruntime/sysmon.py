"""The system monitor. Models ``runtime/proc.go``: sysmon, retake, preemptone."""

import warp as wp

from gpusched.goruntime.netpoll import inject_without_p, netpoll
from gpusched.goruntime.proc_queues import runqempty
from gpusched.goruntime.proc_wake import SYSMON_MIN, handoffp, timer_slack, timers_wake_time
from gpusched.goruntime.state import NEVER, GFlag, PStatus, State
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
    """``preemptone``: requests that P's goroutine stops; in its own part of an action it stops now and keeps the rest for later."""
    g = s.t[0].ps[s.w, p].g
    if g == 0 or blocked_in_syscall(s, p):
        return
    s.t[0].gs[s.w, g].flags = s.t[0].gs[s.w, g].flags | int(GFlag.PREEMPT)
    clock = s.t[0].ps[s.w, p].clock
    if now >= s.t[0].ps[s.w, p].user_from and clock > now and s.t[0].gs[s.w, g].flags < int(GFlag.LOCKS):
        s.t[0].gs[s.w, g].rem += clock - now
        s.t[0].ps[s.w, p].clock = now


@wp.func(inline=True)
def retake_p(s: State, p: int, now: wp.int64) -> int:
    """``retake`` of one P: 1 if it was taken from a system call."""
    sysretake = bool(False)
    if s.t[0].ps[s.w, p].mon_schedtick != s.t[0].ps[s.w, p].schedtick:
        s.t[0].ps[s.w, p].mon_schedtick = s.t[0].ps[s.w, p].schedtick
        s.t[0].ps[s.w, p].mon_schedwhen = now
    elif s.t[0].ps[s.w, p].mon_schedwhen + FORCE_PREEMPT <= now:
        preemptone(s, p, now)
        sysretake = True
    if not blocked_in_syscall(s, p):
        return 0
    if not sysretake and s.t[0].ps[s.w, p].mon_syscalltick != s.t[0].ps[s.w, p].syscalltick:
        s.t[0].ps[s.w, p].mon_syscalltick = s.t[0].ps[s.w, p].syscalltick
        s.t[0].ps[s.w, p].mon_syscallwhen = now
        return 0
    helpers = s.t[0].worlds[s.w].nmspinning + s.t[0].worlds[s.w].npidle
    if runqempty(s, p) and helpers > 0 and s.t[0].ps[s.w, p].mon_syscallwhen + FORCE_PREEMPT > now:
        return 0
    take_p(s, p)
    s.t[0].worlds[s.w].retakes += 1
    handoffp(s, p, now)
    return 1


@wp.func(inline=True)
def time_sleep_until(s: State) -> wp.int64:
    """``timeSleepUntil``: when the next timer of any P is due."""
    until = NEVER
    for i in range(s.t[0].params[s.w].gomaxprocs):
        until = wp.min(until, timers_wake_time(s, i + 1))
    return until


@wp.func(inline=True)
def sleep_deeply(s: State, now: wp.int64) -> bool:
    """With all Ps idle sysmon sleeps until the next timer, a minute at most, or a system call."""
    if s.t[0].worlds[s.w].npidle != s.t[0].params[s.w].gomaxprocs:
        return False
    until = time_sleep_until(s)
    if until <= now:
        return False
    s.t[0].worlds[s.w].sysmon_wait = 1
    s.t[0].worlds[s.w].sysmon_clock = wp.min(until, now + DEEP_SLEEP) + timer_slack(s)
    return True


@wp.func(inline=False)
def sysmon(s: State, now: wp.int64):
    """One look of sysmon; it then sleeps 20 us, longer and longer up to 10 ms while it has nothing to do."""
    s.t[0].worlds[s.w].cost = wp.int64(0)
    if s.t[0].worlds[s.w].sysmon_wait == 0:
        if sleep_deeply(s, now):
            return
    s.t[0].worlds[s.w].sysmon_wait = 0
    lastpoll = s.t[0].worlds[s.w].lastpoll
    if lastpoll != wp.int64(0) and lastpoll + POLL_AFTER < now:
        s.t[0].worlds[s.w].lastpoll = now
        inject_without_p(s, netpoll(s), now)
    taken = int(0)
    for i in range(s.t[0].params[s.w].gomaxprocs):
        if s.t[0].ps[s.w, i + 1].status == int(PStatus.RUNNING):
            taken += retake_p(s, i + 1, now)
    if taken != 0:
        s.t[0].worlds[s.w].sysmon_idle = 0
    else:
        s.t[0].worlds[s.w].sysmon_idle += 1
    delay = s.t[0].worlds[s.w].sysmon_delay
    if s.t[0].worlds[s.w].sysmon_idle == 0:
        delay = SYSMON_MIN
    elif s.t[0].worlds[s.w].sysmon_idle > 50:
        delay *= 2
    delay = wp.min(delay, SYSMON_MAX)
    s.t[0].worlds[s.w].sysmon_delay = delay
    s.t[0].worlds[s.w].sysmon_clock = now + wp.int64(delay) + timer_slack(s)
