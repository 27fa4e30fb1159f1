"""Channels of timers. Models ``runtime/time.go``: maybeRunChan, blockTimerChan, unblockTimerChan."""

import warp as wp

from gpusched.goruntime.bubble import CLOCK, bubble_of
from gpusched.goruntime.fake_time import add_fake
from gpusched.goruntime.state import State, TimerState, chans, mem, ps, timers
from gpusched.goruntime.time import maybe_add, needs_add, unlock_and_run

wp.set_module_options({"enable_backward": False})

HEAPED = int(TimerState.HEAPED)
ZOMBIE = int(TimerState.ZOMBIE)


@wp.func(inline=False)
def maybe_run_chan(s: State, p: int, c: int, now: wp.int64) -> bool:
    """``maybeRunChan``: a timer that is in no heap is evaluated when its channel is looked at."""
    t = chans(s)[c].timer
    bubble = int(0)
    at = now
    if timers(s)[t].bubble != wp.int64(0):
        bubble = bubble_of(s, ps(s)[p].g)
        at = mem(s)[bubble + CLOCK]
    if (timers(s)[t].state & HEAPED) != 0 or timers(s)[t].when == wp.int64(0) or timers(s)[t].when > at:
        return True
    return unlock_and_run(s, p, t, bubble, now)


@wp.func(inline=False)
def block_timer_chan(s: State, p: int, c: int, now: wp.int64):
    """``blockTimerChan``: a goroutine is about to block on a timer's channel."""
    t = chans(s)[c].timer
    timers(s)[t].blocked += 1
    state = timers(s)[t].state
    if (state & HEAPED) != 0 and (state & ZOMBIE) != 0 and timers(s)[t].when > wp.int64(0):
        timers(s)[t].state = state & ~ZOMBIE
        if timers(s)[t].bubble == wp.int64(0):
            ps(s)[timers(s)[t].p].zombies -= 1
    if needs_add(s, t):
        if timers(s)[t].bubble != wp.int64(0):
            add_fake(s, t)
        else:
            maybe_add(s, p, t, now)


@wp.func(inline=False)
def unblock_timer_chan(s: State, c: int):
    """``unblockTimerChan``: a goroutine is no longer blocked on a timer's channel."""
    t = chans(s)[c].timer
    timers(s)[t].blocked -= 1
    state = timers(s)[t].state
    if timers(s)[t].blocked == 0 and (state & HEAPED) != 0 and (state & ZOMBIE) == 0:
        timers(s)[t].state = state | ZOMBIE
        if timers(s)[t].bubble == wp.int64(0):
            ps(s)[timers(s)[t].p].zombies += 1
