"""Timers of synctest bubbles. Models what ``runtime/time.go`` does with ``timer.isFake``.

A bubble's heap is the set of timers with its number that are HEAPED: the earliest is found by looking at all, so that their order is exact and the heaps of
the Ps know nothing of them. Those at the same time are ordered by a number that is drawn when they are added (``timer.rand``).
"""

import warp as wp

from gpusched.goruntime.bubble import CLOCK
from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.state import State, TimerState, mem, timers, world
from gpusched.goruntime.time import drain, needs_add, unlock_and_run
from gpusched.machine.opcodes import TimerKind

wp.set_module_options({"enable_backward": False})

HEAPED = int(TimerState.HEAPED)
ZOMBIE = int(TimerState.ZOMBIE)


@wp.func(inline=False)
def add_fake(s: State, t: int):
    """``maybeAdd`` of a timer of a bubble."""
    timers(s)[t].state = HEAPED
    timers(s)[t].rand = wp.int64(cheaprand(s))


@wp.func(inline=False)
def earliest(s: State, number: wp.int64, settle: bool) -> int:
    """The timer of a bubble that is due first; 0: none. ``settle``: takes those that were stopped out of its heap."""
    best = int(0)
    for t in range(1, world(s)[0].timer_top + 1):
        if timers(s)[t].mark != 0 and timers(s)[t].bubble == number:
            state = timers(s)[t].state
            if (state & ZOMBIE) != 0:
                if settle:
                    timers(s)[t].state = 0
            elif (state & HEAPED) != 0:
                if (
                    best == 0
                    or timers(s)[t].when < timers(s)[best].when
                    or (timers(s)[t].when == timers(s)[best].when and timers(s)[t].rand < timers(s)[best].rand)
                ):
                    best = t
    return best


@wp.func(inline=False)
def modify_fake(s: State, p: int, t: int, bubble: int, when: wp.int64, period: wp.int64, now: wp.int64) -> int:
    """``modify`` of a timer of a bubble: whether it was pending; 2: no room. One that is in no heap and due fires at once."""
    before = timers(s)[t].when
    period_before = timers(s)[t].period
    was_pending = int(0)
    if before > wp.int64(0):
        was_pending = 1
    timers(s)[t].when = when
    timers(s)[t].period = period
    if (timers(s)[t].state & HEAPED) != 0:
        timers(s)[t].state = HEAPED
    add = needs_add(s, t)
    if add and when <= mem(s)[bubble + CLOCK]:
        if not unlock_and_run(s, p, t, bubble, now):
            timers(s)[t].when = before
            timers(s)[t].period = period_before
            return 2
        return was_pending
    if timers(s)[t].kind == int(TimerKind.CHAN):
        if drain(s, timers(s)[t].arg):
            was_pending = 1
    if add:
        add_fake(s, t)
    return was_pending


@wp.func(inline=False)
def stop_all(s: State, number: wp.int64):
    """A bubble's time has ended: none of its timers fires any more."""
    for t in range(1, world(s)[0].timer_top + 1):
        if timers(s)[t].mark != 0 and timers(s)[t].bubble == number:
            timers(s)[t].when = wp.int64(0)
            timers(s)[t].state = 0
