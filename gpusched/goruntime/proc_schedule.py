"""The scheduler's loop. Models ``runtime/proc.go``: schedule, and findRunnable as far as the own queue; proc_find_runnable.py goes on from there."""

import warp as wp

from gpusched.goruntime.choice import choose, runnable_count, take
from gpusched.goruntime.proc_execute import SERIAL, execute, spinning_busy
from gpusched.goruntime.proc_find_runnable import find_elsewhere, found_nothing, inject_step, poll_and_inject, steal_runnext
from gpusched.goruntime.proc_queues import REBASE, globrunqget, lock_sched
from gpusched.goruntime.proc_wake import (
    sched_lock_busy,
    spend,
    timers_wake_time,
    wakep_busy,
)
from gpusched.goruntime.state import (
    PPhase,
    PStatus,
    State,
    Strategy,
    gs,
    params,
    prefetch_g,
    prefetch_words,
    ps,
    rings,
    world,
)
from gpusched.goruntime.time import run_due

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def runqget_and_execute(s: State, p: int, now: wp.int64) -> bool:
    """``runqget`` + ``execute``; False: the local queue is empty."""
    g = ps(s)[p].runnext
    if g != 0:
        ps(s)[p].runnext = 0
        execute(s, p, g, True, now)
        return True
    h = ps(s)[p].head
    if h == ps(s)[p].tail:
        return False
    if h >= REBASE:
        ps(s)[p].tail -= REBASE
        h -= REBASE
    ps(s)[p].head = h + 1
    g = rings(s)[p * 256 + (h & 255)]
    prefetch_g(s, rings(s)[p * 256 + ((h + 3) & 255)])
    prefetch_words(s, gs(s)[rings(s)[p * 256 + ((h + 1) & 255)]].frame)
    execute(s, p, g, False, now)
    return True


@wp.func(inline=False)
def schedule_chosen(s: State, p: int, now: wp.int64) -> bool:
    """``schedule`` under a serial strategy, which chooses among the runnable goroutines; before, what the poller has is made runnable."""
    if spinning_busy(s, p, now):
        return False
    if world(s)[0].netready != 0 and world(s)[0].lastpoll != wp.int64(0):
        return poll_and_inject(s, p, now)
    if runnable_count(s, p) == 0:
        return find_elsewhere(s, p, now)
    execute(s, p, take(s, p, choose(s, p, 0, now)), False, now)
    if params(s)[0].strategy != int(Strategy.PCT):
        world(s)[0].chosen = 2
    return True


@wp.func(inline=False)
def schedule_phase(s: State, p: int, phase: int, now: wp.int64) -> bool:
    """Goes on with a ``find_runnable`` that was left in the middle; False: not an action."""
    if phase == int(PPhase.STEAL_RUNNEXT):
        return steal_runnext(s, p, now)
    if phase == int(PPhase.INJECT):
        return inject_step(s, p, now)
    if phase == int(PPhase.RELEASE):
        return found_nothing(s, p, now)
    if phase == int(PPhase.START_LOCKED):
        ps(s)[p].phase = int(PPhase.NONE)
        execute(s, p, ps(s)[p].phase_a, False, now)
        return True
    if wakep_busy(s, p, now) or spinning_busy(s, p, now):
        return False
    victim = ps(s)[p].phase_a
    if timers_wake_time(s, victim) <= now:
        r = run_due(s, p, victim, now)
        if r != 0:
            return r == 1
    ps(s)[p].timers_now = wp.int64(0)
    ps(s)[p].phase = int(PPhase.NONE)
    if runqget_and_execute(s, p, now):
        return True
    spend(s, params(s)[0].steal_look)
    return True


@wp.func(inline=True)
def schedule(s: State, p: int, now: wp.int64) -> bool:
    """One action of a P without a goroutine; False: a lock was busy (its clock was moved) or there is no room (nothing happened)."""
    ps(s)[p].status = int(PStatus.RUNNING)
    phase = ps(s)[p].phase
    if phase != int(PPhase.NONE):
        return schedule_phase(s, p, phase, now)
    if ps(s)[p].timers > 0:
        if timers_wake_time(s, p) <= now or ps(s)[p].zombies > ps(s)[p].timers / 4:
            if wakep_busy(s, p, now):
                return False
            r = run_due(s, p, p, now)
            if r != 0:
                return r == 1
        spend(s, params(s)[0].nanotime)
    ps(s)[p].timers_now = wp.int64(0)
    if params(s)[0].strategy >= SERIAL:
        return schedule_chosen(s, p, now)
    if spinning_busy(s, p, now):
        return False
    if world(s)[0].runq_size != 0 and ps(s)[p].schedtick % wp.uint32(61) == wp.uint32(0):
        if sched_lock_busy(s, p, now):
            return False
        lock_sched(s, now)
        execute(s, p, globrunqget(s), False, now)
        return True
    if runqget_and_execute(s, p, now):
        return True
    return find_elsewhere(s, p, now)
