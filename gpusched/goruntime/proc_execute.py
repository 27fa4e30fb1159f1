"""What runs a goroutine. Models ``runtime/proc.go``: execute, goschedImpl; stopm and checkdead without one; startlockedm, stoplockedm, LockOSThread."""

import warp as wp

from gpusched.goruntime.histogram import LATENCY, observe
from gpusched.goruntime.proc_queues import globrunqput, lock_sched, make_runnable, touch
from gpusched.goruntime.proc_wake import (
    handoffp,
    mput,
    park_locked,
    sched_lock_busy,
    spend,
    wake_latency,
    wakep,
)
from gpusched.goruntime.state import (
    NEVER,
    GFlag,
    GStatus,
    PPhase,
    PStatus,
    State,
    Status,
    Strategy,
    gs,
    ms,
    params,
    ps,
    world,
)

wp.set_module_options({"enable_backward": False})

SERIAL = int(Strategy.RANDOM)
LOCKED = int(GFlag.LOCKED)


@wp.func(inline=True)
def become_spinning(s: State, p: int):
    """``becomeSpinning``."""
    ps(s)[p].spinning = 1
    world(s)[0].nmspinning += 1
    world(s)[0].needspinning = 0


@wp.func(inline=False)
def startlockedm(s: State, p: int, g: int) -> bool:
    """``startlockedm``: P goes to the M to which G is locked, and this M stops; False: this is that M."""
    m = ps(s)[p].m
    if ms(s)[m].lockedg == g:
        return False
    own = int(1)
    while ms(s)[own].lockedg != g:
        own += 1
    ms(s)[own].parked = 0
    world(s)[0].nmidlelocked -= 1
    mput(s, m)
    ms(s)[own].p = p
    ps(s)[p].m = own
    ps(s)[p].status = int(PStatus.IDLE)
    ps(s)[p].phase = int(PPhase.START_LOCKED)
    ps(s)[p].phase_a = g
    world(s)[0].wakeups += 1
    world(s)[0].cost += wake_latency(s)
    return True


@wp.func(inline=True)
def execute(s: State, p: int, g: int, inherit: bool, now: wp.int64):
    """``resetspinning`` + ``execute``: G runs on P from the next action on, on the M that it is locked to."""
    if ps(s)[p].spinning != 0:
        ps(s)[p].spinning = 0
        world(s)[0].nmspinning -= 1
        wakep(s, now)
    if (int(gs(s)[g].flags) & LOCKED) != 0:
        if startlockedm(s, p, g):
            return
    observe(s, LATENCY, wp.max(now - gs(s)[g].since, wp.int64(0)))
    gs(s)[g].status = wp.int8(int(GStatus.RUNNING))
    gs(s)[g].flags = gs(s)[g].flags & wp.int16(~int(GFlag.PREEMPT))
    ps(s)[p].g = g
    ps(s)[p].executing = 1
    if not inherit:
        ps(s)[p].schedtick += wp.uint32(1)
    spend(s, params(s)[0].execute)
    if params(s)[0].cold_64k != 0:
        touch(s, p, g)


@wp.func(inline=True)
def gosched_impl(s: State, p: int, g: int, now: wp.int64):
    """``goschedImpl``: to the tail of the global queue; ``sched.lock`` was found free."""
    make_runnable(s, g, now)
    ps(s)[p].g = 0
    lock_sched(s, now)
    globrunqput(s, g)
    wakep(s, now)
    spend(s, params(s)[0].gosched)


@wp.func(inline=True)
def spinning_busy(s: State, p: int, now: wp.int64) -> bool:
    """Whether P is the last spinner, whose finding work takes ``sched.lock``, and the lock is held; then P's clock was moved."""
    if ps(s)[p].spinning != 0 and world(s)[0].nmspinning == 1:
        return sched_lock_busy(s, p, now)
    return False


@wp.func(inline=False)
def checkdead(s: State):
    """``checkdead``: when no M runs, nothing can ever happen again, unless a timer is due."""
    if world(s)[0].mcount > world(s)[0].nmidle + world(s)[0].nmidlelocked:
        return
    if world(s)[0].live == 0:
        world(s)[0].status = int(Status.NO_GOROUTINES)
        return
    for i in range(world(s)[0].gomaxprocs):
        if ps(s)[i + 1].timers > 0:
            return
    world(s)[0].status = int(Status.DEADLOCK)


@wp.func(inline=False)
def stopm(s: State, m: int):
    """``stopm``."""
    mput(s, m)
    checkdead(s)


@wp.func(inline=False)
def stoplockedm(s: State, p: int, now: wp.int64):
    """``stoplockedm``: if the G of a locked M has left it, the M hands its P off and waits. It does not wait for ``sched.lock``, which G's leaving had."""
    m = ps(s)[p].m
    if m == 0 or ps(s)[p].g != 0 or ps(s)[p].phase != int(PPhase.NONE):
        return
    cost = world(s)[0].cost + wp.int64(params(s)[0].handoff)
    handoffp(s, p, now)
    park_locked(s, m)
    if ps(s)[p].clock != NEVER:
        world(s)[0].cost = cost + ps(s)[p].clock - now
    checkdead(s)


@wp.func(inline=False)
def lock_thread(s: State, p: int, g: int, delta: int):
    """``LockOSThread``, ``UnlockOSThread``; under a serial strategy, which has one P and chooses who runs, threads do not matter.

    Not modelled: the template thread, which starts threads for locked ones, and coroutines of locked goroutines.
    """
    m = ps(s)[p].m
    if params(s)[0].strategy >= SERIAL or ms(s)[m].locks + delta < 0:
        return
    ms(s)[m].locks += delta
    ms(s)[m].lockedg = 0
    gs(s)[g].flags = gs(s)[g].flags & wp.int16(~LOCKED)
    if ms(s)[m].locks > 0:
        ms(s)[m].lockedg = g
        gs(s)[g].flags = gs(s)[g].flags | wp.int16(LOCKED)
