"""``runtime.GOMAXPROCS(n)``. Models ``runtime/proc.go``: stopTheWorldWithSema, procresize, p.destroy, startTheWorldWithSema; ``debug.go: GOMAXPROCS``.

The world stops in one action. It takes until the last P has stopped: a goroutine at its next safe point, where it becomes its P's runnext; a P that looks
for work, at the end of what it does. While one can not be stopped (its goroutine is pinned, or in the middle of a runtime function), the caller waits for it.
What happens on threads without a P between is not interleaved with the stop; the poller is not asked at the start.
"""

import warp as wp

from gpusched.goruntime.host_turns import stop_where_it_is
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_queues import keep_rest, lock_sched, make_runnable, runqempty, runqput_next
from gpusched.goruntime.proc_wake import mput, park_locked, pidleget, pidleput, sched_lock_busy, set_clock, spend, startm, wake_sysmon, wakep
from gpusched.goruntime.state import (
    MOST_PROCS,
    NEVER,
    GFlag,
    GStatus,
    Overflow,
    PPhase,
    PStatus,
    State,
    Status,
    Strategy,
    TimerState,
    TimerWhen,
    caps,
    gs,
    heaps,
    ms,
    params,
    ps,
    rings,
    timers,
    world,
)
from gpusched.goruntime.syscall import blocked_in_syscall, take_p
from gpusched.goruntime.time import sift_up, update_min_when

wp.set_module_options({"enable_backward": False})

LOCKS = int(GFlag.LOCKS)
PREEMPT = int(GFlag.PREEMPT)
ZOMBIE = int(TimerState.ZOMBIE)


@wp.func(inline=False)
def unstoppable(s: State, i: int) -> bool:
    """Whether a P is in the middle of what cannot be interrupted; its goroutine stops as soon as it may."""
    phase = ps(s)[i].phase
    if phase == int(PPhase.READY_LIST) or phase == int(PPhase.EXITSYSCALL) or phase == int(PPhase.INJECT) or phase == int(PPhase.START_LOCKED):
        return True
    g = ps(s)[i].g
    if g != 0 and phase != int(PPhase.BLOCKED) and int(gs(s)[g].flags) >= LOCKS:
        gs(s)[g].flags = gs(s)[g].flags | wp.int16(PREEMPT)
        return True
    return False


@wp.func(inline=False)
def must_wait(s: State, p: int, now: wp.int64) -> bool:
    """Whether another P can not be stopped yet; then this one looks again after that one's next action."""
    for i in range(1, world(s)[0].gomaxprocs + 1):
        if i != p and ps(s)[i].idle == 0 and unstoppable(s, i):
            set_clock(s, p, wp.max(ps(s)[i].clock, now) + wp.int64(1))
            return True
    return False


@wp.func(inline=False)
def stop_p(s: State, i: int, now: wp.int64) -> wp.int64:
    """Stops a P that is not idle: when it has stopped."""
    if blocked_in_syscall(s, i):
        take_p(s, i)
        ps(s)[i].clock = NEVER
        return now
    g = ps(s)[i].g
    if params(s)[0].cpus != 0:
        stop_where_it_is(s, i, now)
    at = wp.max(ps(s)[i].clock, now)
    if g != 0:
        cut = wp.max(ps(s)[i].user_from, now)
        if at > cut:
            keep_rest(s, g, at - cut)
            at = cut
        at += wp.int64(params(s)[0].preempt)
        world(s)[0].preemptions += 1
        make_runnable(s, g, at)
        runqput_next(s, i, g)
    elif ps(s)[i].spinning != 0:
        world(s)[0].nmspinning -= 1
    if ms(s)[ps(s)[i].m].lockedg != 0:
        park_locked(s, ps(s)[i].m)
    else:
        mput(s, ps(s)[i].m)
    ps(s)[i].g = 0
    ps(s)[i].m = 0
    ps(s)[i].spinning = 0
    ps(s)[i].phase = 0
    ps(s)[i].timers_now = wp.int64(0)
    ps(s)[i].clock = NEVER
    return at


@wp.func(inline=False)
def stop_the_world(s: State, p: int, now: wp.int64) -> wp.int64:
    """``stopTheWorldWithSema``: when all have stopped."""
    at = now
    for i in range(1, world(s)[0].gomaxprocs + 1):
        if i != p and ps(s)[i].idle == 0:
            at = wp.max(at, stop_p(s, i, now))
    while pidleget(s) != 0:
        spend(s, 0)
    return at


@wp.func(inline=False)
def init_p(s: State, i: int):
    """``p.init``."""
    ps(s)[i].clock = NEVER
    ps(s)[i].user_from = NEVER
    ps(s)[i].status = int(PStatus.IDLE)
    ps(s)[i].idle = 0
    ps(s)[i].min_when = NEVER
    ps(s)[i].min_modified = NEVER
    ps(s)[i].poll_until = NEVER
    ps(s)[i].steal_i = -1


@wp.func(inline=False)
def globrunqputhead(s: State, g: int):
    """``globrunqputhead``."""
    if world(s)[0].runq_size == 0:
        world(s)[0].runq_tail = g
    gs(s)[g].link = world(s)[0].runq_head
    world(s)[0].runq_head = g
    world(s)[0].runq_size += 1


@wp.func(inline=False)
def take_timers(s: State, p: int, i: int):
    """``timers.take``: P gets the timers of P ``i`` but those that were stopped."""
    for k in range(ps(s)[i].timers):
        t = heaps(s)[i * caps(s)[0].heaps + k].timer
        timers(s)[t].p = 0
        if (timers(s)[t].state & ZOMBIE) != 0:
            timers(s)[t].state = 0
        else:
            timers(s)[t].state = int(TimerState.HEAPED)
            timers(s)[t].p = p
            n = ps(s)[p].timers
            entry = TimerWhen()
            entry.when = timers(s)[t].when
            entry.timer = t
            heaps(s)[p * caps(s)[0].heaps + n] = entry
            ps(s)[p].timers = n + 1
            sift_up(s, p, n)
    ps(s)[i].timers = 0
    ps(s)[i].zombies = 0
    ps(s)[i].min_when = NEVER
    ps(s)[i].min_modified = NEVER
    update_min_when(s, p)


@wp.func(inline=False)
def destroy(s: State, p: int, i: int):
    """``p.destroy``: goroutines to the head of the global queue, timers to P, free Gs to the global list."""
    while ps(s)[i].tail != ps(s)[i].head:
        ps(s)[i].tail -= 1
        globrunqputhead(s, rings(s)[i * 256 + (ps(s)[i].tail & 255)])
    if ps(s)[i].runnext != 0:
        globrunqputhead(s, ps(s)[i].runnext)
        ps(s)[i].runnext = 0
    take_timers(s, p, i)
    while ps(s)[i].gfree_n > 0:
        g = ps(s)[i].gfree
        ps(s)[i].gfree = gs(s)[g].link
        ps(s)[i].gfree_n -= 1
        gs(s)[g].link = world(s)[0].gfree
        world(s)[0].gfree = g
        world(s)[0].gfree_n += 1
    ps(s)[i].idle = 1
    ps(s)[i].status = int(PStatus.IDLE)


@wp.func(inline=False)
def heaps_fit(s: State, n: int) -> bool:
    """Whether one heap has room for the timers of all Ps from ``n`` on besides its own."""
    most = int(0)
    moved = int(0)
    for i in range(1, world(s)[0].gomaxprocs + 1):
        if i > n:
            moved += ps(s)[i].timers
        else:
            most = wp.max(most, ps(s)[i].timers)
    if most + moved <= caps(s)[0].heaps:
        return True
    world(s)[0].overflow = world(s)[0].overflow | int(Overflow.HEAPS)
    return False


@wp.func(inline=False)
def move_to_first(s: State, p: int, g: int):
    """The caller's M leaves its P, which is to be destroyed, for P 0."""
    m = ps(s)[p].m
    ps(s)[p].m = 0
    ps(s)[p].g = 0
    ps(s)[p].clock = NEVER
    ms(s)[m].p = 1
    ps(s)[1].m = m
    ps(s)[1].g = g
    ps(s)[1].idle = 0
    ps(s)[1].status = int(PStatus.RUNNING)


@wp.func(inline=False)
def procresize(s: State, p: int, g: int, n: int, at: wp.int64) -> int:
    """``procresize`` and ``startTheWorldWithSema``: the world goes on with ``n`` Ps at ``at``; the caller's P from then on."""
    old = world(s)[0].gomaxprocs
    for i in range(old + 1, n + 1):
        init_p(s, i)
    world(s)[0].gomaxprocs = n
    current = p
    if p > n:
        move_to_first(s, p, g)
        current = 1
    for i in range(n + 1, old + 1):
        destroy(s, current, i)
    for i in range(1, n + 1):
        if i != current and runqempty(s, i):
            pidleput(s, i)
    for i in range(1, n + 1):
        if i != current and ps(s)[i].idle == 0:
            startm(s, i, 0, at)
    if world(s)[0].sysmon_wait == 1:
        wake_sysmon(s, at)
    wakep(s, at)
    return current


@wp.func(inline=False)
def gomaxprocs(s: State, p: int, g: int, n: wp.int64, now: wp.int64) -> int:
    """``GOMAXPROCS``: an Outcome. A world of a serial strategy keeps its one P."""
    if n <= wp.int64(0) or n == wp.int64(world(s)[0].procs):
        return int(Outcome.CONTINUE)
    if n > wp.int64(MOST_PROCS):
        world(s)[0].status = int(Status.REFUSED)
        world(s)[0].panic_a = wp.int64(-1)
        world(s)[0].panic_g = g
        return int(Outcome.ENDED)
    if params(s)[0].strategy >= int(Strategy.RANDOM):
        world(s)[0].procs = int(n)
        return int(Outcome.CONTINUE)
    if n > wp.int64(caps(s)[0].ps):
        world(s)[0].overflow = world(s)[0].overflow | int(Overflow.PS)
        return int(Outcome.STALLED)
    if not heaps_fit(s, int(n)):
        return int(Outcome.STALLED)
    if sched_lock_busy(s, p, now) or must_wait(s, p, now):
        return int(Outcome.RETRY)
    at = stop_the_world(s, p, now)
    world(s)[0].cost += at - now
    lock_sched(s, at)
    current = procresize(s, p, g, int(n), at)
    world(s)[0].procs = int(n)
    gs(s)[g].status = wp.int8(int(GStatus.RUNNING))
    if current != p:
        set_clock(s, current, now + wp.max(world(s)[0].cost, wp.int64(1)))
    return int(Outcome.LEFT)
