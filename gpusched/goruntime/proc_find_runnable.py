"""Where a P without work looks for some. Models ``runtime/proc.go``: findRunnable from the global queue on, stealWork, checkRunqsNoP, checkTimersNoP.

``find_runnable`` is one action, except for due timers, netpoll lists, the sleep before a runnext is stolen, the re-check after the P was released, and
the blocking poll: each of them ends an action, and the next one goes on there. After the sleep the victim's timers are looked at again, and after a
victim's timer ran without bringing work ``find_runnable`` begins anew (Go finishes the pass first). sysmon never waits for ``sched.lock``, nor does a
spinning P that stole something and wakes another one.
"""

import warp as wp

from gpusched.goruntime.host import leave_cpu
from gpusched.goruntime.netpoll import inject_with_p, inject_without_p, mark_ready, netpoll
from gpusched.goruntime.pending import m_acts_at
from gpusched.goruntime.proc_execute import become_spinning, execute, stopm
from gpusched.goruntime.proc_queues import globrunqgetbatch, lock_sched, runqempty, runqgrab
from gpusched.goruntime.proc_wake import (
    acquirep,
    netpoll_break,
    pidleget,
    pidleget_spinning,
    pidleput,
    sched_lock_busy,
    sched_lock_busy_for,
    set_clock,
    spend,
    timer_slack,
    timers_wake_time,
)
from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.state import (
    COPRIMES_ROW,
    NEVER,
    MPhase,
    PPhase,
    PStatus,
    State,
    coprimes,
    gs,
    ms,
    params,
    ps,
    world,
)
from gpusched.goruntime.time import run_due

wp.set_module_options({"enable_backward": False})

USLEEP = wp.constant(wp.int64(3000))
"""``runqgrab``: sleep before a runnext is stolen, ns."""
MILLISECOND = wp.constant(wp.int64(1000000))
STEAL_TRIES = 4


@wp.func(inline=False)
def steal_timers(s: State, p: int, victim: int, now: wp.int64) -> int:
    """Pass 4: runs one due timer of the victim on this P. 0: none due; 1: one ran; 2: no room."""
    if timers_wake_time(s, victim) > now:
        ps(s)[p].poll_until = wp.min(ps(s)[p].poll_until, timers_wake_time(s, victim))
        return 0
    r = run_due(s, p, victim, now)
    if r == 0:
        ps(s)[p].poll_until = wp.min(ps(s)[p].poll_until, timers_wake_time(s, victim))
    return r


STEAL_NONE = 0
STEAL_GOT = 1
STEAL_SLEEP = 2
STEAL_TIMER = 3
STEAL_STALLED = 4


@wp.func(inline=True)
def runnext_needs_sleep(s: State, victim: int) -> bool:
    """``runqgrab``: a runnext behind a system call is taken without delay."""
    return ps(s)[victim].status == int(PStatus.RUNNING) and ps(s)[victim].phase != int(PPhase.BLOCKED)


@wp.func(inline=False)
def steal_work(s: State, p: int, first_try: int, now: wp.int64) -> int:
    """``stealWork`` from pass ``first_try`` on; a stolen G is left in ``phase_a``, a victim to sleep for in ``phase_a`` with its runnext in ``phase_b``.

    In the fourth pass it goes on at ``steal_i`` of the order drawn as ``steal_r``.
    """
    n = world(s)[0].gomaxprocs
    choices = coprimes(s)[n * COPRIMES_ROW + 0]
    for attempt in range(first_try, STEAL_TRIES):
        if ps(s)[p].steal_i < 0:
            ps(s)[p].steal_r = cheaprand(s)
            ps(s)[p].steal_i = 0
        r = ps(s)[p].steal_r
        inc = coprimes(s)[n * COPRIMES_ROW + 1 + int((r / wp.uint32(n)) % wp.uint32(choices))]
        i = ps(s)[p].steal_i
        pos = int((wp.int64(r % wp.uint32(n)) + wp.int64(i) * wp.int64(inc)) % wp.int64(n))
        while i < n:
            victim = pos + 1
            if victim != p:
                spend(s, params(s)[0].steal_look)
                if attempt == STEAL_TRIES - 1 and ps(s)[victim].timers > 0:
                    ran = steal_timers(s, p, victim, now)
                    if ran == 2:
                        return STEAL_STALLED
                    if ran == 1:
                        ps(s)[p].steal_i = i
                        ps(s)[p].phase_a = victim
                        return STEAL_TIMER
                if ps(s)[victim].idle == 0:
                    g = runqgrab(s, p, victim)
                    if g != 0:
                        ps(s)[p].phase_a = g
                        return STEAL_GOT
                    g = ps(s)[victim].runnext
                    if attempt == STEAL_TRIES - 1 and g != 0:
                        if not runnext_needs_sleep(s, victim):
                            ps(s)[victim].runnext = 0
                            ps(s)[p].phase_a = g
                            return STEAL_GOT
                        ps(s)[p].steal_i = i
                        ps(s)[p].phase_a = victim
                        ps(s)[p].phase_b = g
                        return STEAL_SLEEP
            i += 1
            pos += inc
            if pos >= n:
                pos -= n
        ps(s)[p].steal_i = -1
    return STEAL_NONE


@wp.func(inline=False)
def release_and_idle(s: State, p: int, now: wp.int64):
    """``findRunnable`` l: releases the P; its M looks once more, without a P, when that is done."""
    lock_sched(s, now)
    m = ps(s)[p].m
    ms(s)[m].spinning = ps(s)[p].spinning
    ms(s)[m].poll_until = ps(s)[p].poll_until
    ms(s)[m].p = 0
    ms(s)[m].phase = int(MPhase.RECHECK)
    pidleput(s, p)
    spend(s, params(s)[0].idle_work)
    m_acts_at(s, now + wp.max(world(s)[0].cost, wp.int64(1)), m)


@wp.func(inline=False)
def after_steal(s: State, p: int, result: int, now: wp.int64) -> bool:
    """What follows a pass of stealing; False: no room, nothing has happened."""
    if result == STEAL_STALLED:
        return False
    ps(s)[p].phase = int(PPhase.NONE)
    if result == STEAL_GOT:
        world(s)[0].steals += 1
        execute(s, p, ps(s)[p].phase_a, False, now)
    elif result == STEAL_SLEEP:
        ps(s)[p].phase = int(PPhase.STEAL_RUNNEXT)
        if params(s)[0].cpus != 0:
            leave_cpu(s, ps(s)[p].m, now + world(s)[0].cost)
        world(s)[0].cost += USLEEP + timer_slack(s)
    elif result == STEAL_TIMER:
        ps(s)[p].phase = int(PPhase.STEAL_TIMERS)
    else:
        ps(s)[p].phase = int(PPhase.RELEASE)
    return True


@wp.func(inline=False)
def found_nothing(s: State, p: int, now: wp.int64) -> bool:
    """``findRunnable`` l: with ``sched.lock``, the global queue once more, then the P is released; False: the lock is busy."""
    if sched_lock_busy(s, p, now):
        return False
    ps(s)[p].phase = int(PPhase.NONE)
    if world(s)[0].runq_size != 0:
        lock_sched(s, now)
        execute(s, p, globrunqgetbatch(s, p), False, now)
    elif ps(s)[p].spinning == 0 and world(s)[0].needspinning == 1:
        become_spinning(s, p)
    else:
        release_and_idle(s, p, now)
    return True


@wp.func(inline=False)
def inject_step(s: State, p: int, now: wp.int64) -> bool:
    """A netpoll list: marks one G runnable; after the last one queues all but the first, which runs (``injectglist``)."""
    cursor = ps(s)[p].phase_b
    if cursor != 0:
        mark_ready(s, cursor, now)
        ps(s)[p].phase_b = gs(s)[cursor].link
        spend(s, params(s)[0].goready)
        return True
    if sched_lock_busy(s, p, now):
        return False
    g = ps(s)[p].phase_a
    ps(s)[p].phase = int(PPhase.NONE)
    inject_with_p(s, p, gs(s)[g].link, now)
    mark_ready(s, g, now)
    execute(s, p, g, False, now)
    return True


@wp.func(inline=False)
def poll_and_inject(s: State, p: int, now: wp.int64) -> bool:
    """Begins with a netpoll list; False: the poll found nothing. A list of one G is done with at once if ``sched.lock`` is free."""
    head = netpoll(s)
    if head == 0:
        return False
    ps(s)[p].phase = int(PPhase.INJECT)
    ps(s)[p].phase_a = head
    ps(s)[p].phase_b = gs(s)[head].link
    if ps(s)[p].phase_b == 0:
        inject_step(s, p, now)
    return True


@wp.func(inline=False)
def find_elsewhere(s: State, p: int, now: wp.int64) -> bool:
    """``findRunnable`` h to k: global queue, poller, stealing; False: a lock is busy or there is no room."""
    if world(s)[0].runq_size != 0:
        if sched_lock_busy(s, p, now):
            return False
        lock_sched(s, now)
        execute(s, p, globrunqgetbatch(s, p), False, now)
        return True
    if world(s)[0].netpoll_waiters > 0 and world(s)[0].lastpoll != wp.int64(0):
        if poll_and_inject(s, p, now):
            return True
    ps(s)[p].poll_until = timers_wake_time(s, p)
    if ps(s)[p].spinning == 0 and 2 * world(s)[0].nmspinning >= world(s)[0].gomaxprocs - world(s)[0].npidle:
        return after_steal(s, p, STEAL_NONE, now)
    drawn = world(s)[0].rand
    spinning = ps(s)[p].spinning
    needspinning = world(s)[0].needspinning
    if spinning == 0:
        become_spinning(s, p)
    ps(s)[p].steal_i = -1
    result = steal_work(s, p, 0, now)
    if result == STEAL_STALLED:
        world(s)[0].rand = drawn
        world(s)[0].nmspinning -= 1 - spinning
        ps(s)[p].spinning = spinning
        world(s)[0].needspinning = needspinning
    return after_steal(s, p, result, now)


@wp.func(inline=False)
def steal_runnext(s: State, p: int, now: wp.int64) -> bool:
    """After the sleep: takes the victim's runnext if it is still the same; else tries the victim again, ring first."""
    if sched_lock_busy(s, p, now):
        return False
    victim = ps(s)[p].phase_a
    g = ps(s)[p].phase_b
    if ps(s)[victim].runnext == g and ps(s)[victim].idle == 0:
        ps(s)[victim].runnext = 0
        ps(s)[p].phase_a = g
        return after_steal(s, p, STEAL_GOT, now)
    i = ps(s)[p].steal_i
    if ps(s)[victim].idle != 0 or runqempty(s, victim):
        ps(s)[p].steal_i = i + 1
    result = steal_work(s, p, STEAL_TRIES - 1, now)
    if result == STEAL_STALLED:
        ps(s)[p].steal_i = i
    return after_steal(s, p, result, now)


@wp.func(inline=False)
def poll_timeout(s: State, until: wp.int64, now: wp.int64) -> wp.int64:
    """When ``epoll_wait`` until ``until`` returns: whole milliseconds, at least one, and the kernel's slack."""
    delay = until - now
    if delay <= wp.int64(0):
        return now
    if params(s)[0].exact_timers != 0:
        return until
    if delay < MILLISECOND:
        delay = MILLISECOND
    else:
        delay = delay / MILLISECOND * MILLISECOND
    return now + delay + timer_slack(s)


@wp.func(inline=False)
def block_or_stop(s: State, m: int, until: wp.int64, now: wp.int64):
    """``findRunnable`` n and o: the M blocks in netpoll if nobody does and there is something to wait for, else it stops."""
    waiting = world(s)[0].netpoll_waiters > 0 or until != NEVER
    if waiting and world(s)[0].lastpoll != wp.int64(0):
        if params(s)[0].cpus != 0:
            leave_cpu(s, m, now + world(s)[0].cost)
        world(s)[0].lastpoll = wp.int64(0)
        world(s)[0].poller_m = m
        world(s)[0].poll_until = wp.int64(0)
        world(s)[0].poller_clock = NEVER
        world(s)[0].poller_broken = 0
        if until != NEVER:
            world(s)[0].poll_until = until
            world(s)[0].poller_clock = poll_timeout(s, until, now)
        if world(s)[0].netready != 0:
            world(s)[0].poller_clock = now + wp.int64(1)
            world(s)[0].poller_broken = 1
        return
    if until != NEVER:
        known = world(s)[0].poll_until
        if known == wp.int64(0) or known > until:
            netpoll_break(s, now)
    stopm(s, m)


@wp.func(inline=False)
def recheck(s: State, m: int, now: wp.int64) -> bool:
    """``findRunnable`` m: an M that was spinning looks at all queues once more, without a P. False: ``sched.lock`` is busy, it looks when it is free."""
    if sched_lock_busy_for(s, m, now):
        m_acts_at(s, ms(s)[m].lock_turn, m)
        return False
    until = ms(s)[m].poll_until
    ms(s)[m].phase = int(MPhase.NONE)
    ms(s)[m].was_spinning = 0
    if ms(s)[m].spinning != 0:
        ms(s)[m].spinning = 0
        world(s)[0].nmspinning -= 1
        waiting = world(s)[0].runq_size != 0
        work = waiting
        for i in range(world(s)[0].gomaxprocs):
            if ps(s)[i + 1].idle == 0 and not runqempty(s, i + 1):
                work = True
            until = wp.min(until, timers_wake_time(s, i + 1))
        if work:
            lock_sched(s, now)
            p = pidleget_spinning(s)
            if p != 0:
                acquirep(s, m, p, now + wp.int64(1))
                ps(s)[p].g = 0
                become_spinning(s, p)
                if waiting:
                    execute(s, p, globrunqgetbatch(s, p), False, now)
                    set_clock(s, p, now + wp.max(world(s)[0].cost, wp.int64(1)))
                return True
        ms(s)[m].was_spinning = 1
    block_or_stop(s, m, until, now)
    return True


@wp.func(inline=False)
def poller_returns(s: State, now: wp.int64) -> bool:
    """The blocked poller's ``netpoll`` returns: takes an idle P for what it found, or hands the list to the global queue. False: ``sched.lock`` is busy."""
    m = world(s)[0].poller_m
    if sched_lock_busy_for(s, m, now):
        world(s)[0].poller_clock = ms(s)[m].lock_turn
        return False
    world(s)[0].poller_m = 0
    world(s)[0].poller_broken = 0
    world(s)[0].poller_clock = NEVER
    world(s)[0].poll_until = wp.int64(0)
    world(s)[0].lastpoll = now + wp.int64(1)
    head = netpoll(s)
    lock_sched(s, now)
    p = pidleget(s)
    if p == 0:
        inject_without_p(s, head, now)
        stopm(s, m)
        return True
    acquirep(s, m, p, now + wp.max(world(s)[0].cost, wp.int64(1)))
    ps(s)[p].g = 0
    if head != 0:
        ps(s)[p].phase = int(PPhase.INJECT)
        ps(s)[p].phase_a = head
        ps(s)[p].phase_b = gs(s)[head].link
    elif ms(s)[m].was_spinning != 0:
        become_spinning(s, p)
    return True
