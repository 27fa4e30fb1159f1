"""Waking Ps and threads. Models ``runtime/proc.go``: pidleput/pidleget, mput/mget, startm, wakep, ready, handoffp, wakeNetPoller; ``netpollBreak``."""

import warp as wp

from gpusched.goruntime.proc_queues import make_runnable, ring_full, runqempty, runqput_next
from gpusched.goruntime.rand import cheaprand, quantile
from gpusched.goruntime.state import NEVER, PPhase, PStatus, State, Status

wp.set_module_options({"enable_backward": False})

SYSMON_MIN = 20_000
"""sysmon's shortest sleep, ns (``proc.go: sysmon``)."""


@wp.func(inline=False)
def latency(s: State, table: int, scale: wp.int64) -> wp.int64:
    """One draw of a latency of the machine, ns, from the runtime's stream."""
    if scale == wp.int64(0):
        return wp.int64(0)
    hi = wp.uint64(cheaprand(s))
    lo = wp.uint64(cheaprand(s))
    return quantile(s, table, scale, (hi << wp.uint64(32)) | lo)


@wp.func(inline=True)
def wake_latency(s: State) -> wp.int64:
    """From a futex wake, or an event that ends epoll_wait, to the thread running, ns."""
    return latency(s, s.t[0].params[s.w].wake_table, s.t[0].params[s.w].wake_scale)


@wp.func(inline=True)
def timer_slack(s: State) -> wp.int64:
    """How late the kernel ends a timed sleep, ns."""
    return latency(s, s.t[0].params[s.w].slack_table, s.t[0].params[s.w].slack_scale)


@wp.func(inline=True)
def spend(s: State, ns: int):
    """Adds ``ns`` to the runtime's part of the action under way."""
    s.t[0].worlds[s.w].cost += wp.int64(ns)


@wp.func(inline=True)
def lock_sched(s: State, now: wp.int64):
    """Takes ``sched.lock``, which was found free, for its hold time."""
    s.t[0].worlds[s.w].sched_lock_free = now + wp.int64(s.t[0].params[s.w].sched_lock)


@wp.func(inline=True)
def sched_lock_busy(s: State, p: int, now: wp.int64) -> bool:
    """Whether ``sched.lock`` is held; then P's clock is moved to when it is free and the action must not begin."""
    free = s.t[0].worlds[s.w].sched_lock_free
    if free > now:
        s.t[0].ps[s.w, p].clock = free
        s.t[0].ps[s.w, p].user_from = free
        return True
    return False


@wp.func(inline=True)
def wakep_busy(s: State, p: int, now: wp.int64) -> bool:
    """The same for an action that readies a G: it needs the lock when nobody spins, and when the ring overflows."""
    if s.t[0].worlds[s.w].nmspinning == 0 or ring_full(s, p):
        return sched_lock_busy(s, p, now)
    return False


@wp.func(inline=True)
def set_clock(s: State, p: int, clock: wp.int64):
    """P acts next at ``clock``."""
    s.t[0].ps[s.w, p].clock = clock
    s.t[0].ps[s.w, p].user_from = clock
    s.t[0].worlds[s.w].least = wp.min(s.t[0].worlds[s.w].least, clock)


@wp.func(inline=True)
def pidleput(s: State, p: int):
    """``pidleput``: the idle Ps are a stack."""
    s.t[0].ps[s.w, p].status = int(PStatus.IDLE)
    s.t[0].ps[s.w, p].idle = 1
    s.t[0].ps[s.w, p].clock = NEVER
    s.t[0].ps[s.w, p].m = 0
    s.t[0].ps[s.w, p].g = 0
    s.t[0].ps[s.w, p].spinning = 0
    s.t[0].ps[s.w, p].phase = 0
    s.t[0].ps[s.w, p].link = s.t[0].worlds[s.w].pidle
    s.t[0].worlds[s.w].pidle = p
    s.t[0].worlds[s.w].npidle += 1


@wp.func(inline=True)
def pidleget(s: State) -> int:
    """``pidleget``: 0 if no P is idle."""
    p = s.t[0].worlds[s.w].pidle
    if p != 0:
        s.t[0].worlds[s.w].pidle = s.t[0].ps[s.w, p].link
        s.t[0].worlds[s.w].npidle -= 1
        s.t[0].ps[s.w, p].idle = 0
        s.t[0].ps[s.w, p].status = int(PStatus.RUNNING)
    return p


@wp.func(inline=True)
def pidleget_spinning(s: State) -> int:
    """``pidlegetSpinning``: finding none, asks a running M to spin."""
    p = pidleget(s)
    if p == 0:
        s.t[0].worlds[s.w].needspinning = 1
    return p


@wp.func(inline=True)
def acquirep(s: State, m: int, p: int, clock: wp.int64):
    """``acquirep``: M takes P and acts at ``clock``."""
    s.t[0].ms[s.w, m].p = p
    s.t[0].ms[s.w, m].phase = 0
    s.t[0].ps[s.w, p].m = m
    s.t[0].ps[s.w, p].status = int(PStatus.RUNNING)
    s.t[0].ps[s.w, p].phase = 0
    set_clock(s, p, clock)


@wp.func(inline=True)
def mput(s: State, m: int):
    """``mput``: the idle Ms are a stack."""
    s.t[0].ms[s.w, m].p = 0
    s.t[0].ms[s.w, m].g = 0
    s.t[0].ms[s.w, m].phase = 0
    s.t[0].ms[s.w, m].idle = 1
    s.t[0].ms[s.w, m].link = s.t[0].worlds[s.w].midle
    s.t[0].worlds[s.w].midle = m
    s.t[0].worlds[s.w].nmidle += 1


@wp.func(inline=False)
def startm(s: State, p: int, spinning: int, now: wp.int64):
    """``startm``: an idle M, else a new thread, runs P after its wake latency. ``nmspinning`` was counted by the caller."""
    m = s.t[0].worlds[s.w].midle
    clock = now + wake_latency(s)
    if m != 0:
        s.t[0].worlds[s.w].midle = s.t[0].ms[s.w, m].link
        s.t[0].worlds[s.w].nmidle -= 1
        s.t[0].ms[s.w, m].idle = 0
    else:
        if s.t[0].worlds[s.w].mcount + 2 > s.t[0].params[s.w].max_threads:
            s.t[0].worlds[s.w].status = int(Status.THREADS)
            return
        m = s.t[0].worlds[s.w].mcount + 1
        s.t[0].worlds[s.w].mcount = m
        spend(s, s.t[0].params[s.w].new_thread)
        clock += wp.int64(s.t[0].params[s.w].new_thread)
    acquirep(s, m, p, clock)
    s.t[0].ps[s.w, p].g = 0
    s.t[0].ps[s.w, p].spinning = spinning
    s.t[0].worlds[s.w].wakeups += 1


@wp.func(inline=False)
def wakep_locked(s: State, now: wp.int64):
    """The part of ``wakep`` under ``sched.lock``."""
    lock_sched(s, now)
    p = pidleget_spinning(s)
    if p != 0:
        s.t[0].worlds[s.w].nmspinning += 1
        s.t[0].worlds[s.w].needspinning = 0
        startm(s, p, 1, now)


@wp.func(inline=True)
def wakep(s: State, now: wp.int64):
    """``wakep``: if nobody spins, starts a spinning M on an idle P."""
    if s.t[0].worlds[s.w].nmspinning == 0:
        if s.t[0].worlds[s.w].pidle == 0:
            s.t[0].worlds[s.w].needspinning = 1
            lock_sched(s, now)
        else:
            wakep_locked(s, now)


@wp.func(inline=True)
def ready(s: State, p: int, g: int, now: wp.int64):
    """``ready`` with next=true: G becomes P's runnext."""
    make_runnable(s, g, now)
    runqput_next(s, p, g)
    wakep(s, now)
    spend(s, s.t[0].params[s.w].goready)


@wp.func(inline=False)
def netpoll_break(s: State, now: wp.int64):
    """``netpollBreak``: ends the blocked poller's epoll_wait."""
    if s.t[0].worlds[s.w].poller_m != 0:
        at = now + wake_latency(s)
        s.t[0].worlds[s.w].poller_clock = wp.min(s.t[0].worlds[s.w].poller_clock, at)
        s.t[0].worlds[s.w].least = wp.min(s.t[0].worlds[s.w].least, at)


@wp.func(inline=False)
def wake_net_poller(s: State, when: wp.int64, now: wp.int64):
    """``wakeNetPoller``: somebody must wait for a timer at ``when``."""
    if s.t[0].worlds[s.w].lastpoll == wp.int64(0):
        until = s.t[0].worlds[s.w].poll_until
        if until == wp.int64(0) or until > when:
            netpoll_break(s, now)
    else:
        wakep(s, now)


@wp.func(inline=True)
def timers_wake_time(s: State, p: int) -> wp.int64:
    """``timers.wakeTime``: when P's timers need a look; NEVER: it has none."""
    return wp.min(s.t[0].ps[s.w, p].min_when, s.t[0].ps[s.w, p].min_modified)


@wp.func(inline=False)
def handoffp(s: State, p: int, now: wp.int64):
    """``handoffp``: finds an M for a P whose M is in a system call, or lets it idle."""
    s.t[0].worlds[s.w].handoffs += 1
    s.t[0].ps[s.w, p].g = 0
    s.t[0].ps[s.w, p].m = 0
    s.t[0].ps[s.w, p].phase = int(PPhase.NONE)
    spend(s, s.t[0].params[s.w].handoff)
    if not runqempty(s, p) or s.t[0].worlds[s.w].runq_size != 0:
        startm(s, p, 0, now)
    elif s.t[0].worlds[s.w].nmspinning + s.t[0].worlds[s.w].npidle == 0:
        s.t[0].worlds[s.w].nmspinning += 1
        s.t[0].worlds[s.w].needspinning = 0
        startm(s, p, 1, now)
    elif s.t[0].worlds[s.w].npidle == s.t[0].params[s.w].gomaxprocs - 1 and s.t[0].worlds[s.w].lastpoll != wp.int64(0):
        startm(s, p, 0, now)
    else:
        when = timers_wake_time(s, p)
        pidleput(s, p)
        if when != NEVER:
            wake_net_poller(s, when, now)


@wp.func(inline=False)
def wake_sysmon(s: State, now: wp.int64):
    """Wakes sysmon from its deep sleep (``proc.go: entersyscallWakeSysmon``)."""
    s.t[0].worlds[s.w].sysmon_wait = 0
    s.t[0].worlds[s.w].sysmon_idle = 0
    s.t[0].worlds[s.w].sysmon_delay = SYSMON_MIN
    at = now + wake_latency(s)
    s.t[0].worlds[s.w].sysmon_clock = at
    s.t[0].worlds[s.w].least = wp.min(s.t[0].worlds[s.w].least, at)
