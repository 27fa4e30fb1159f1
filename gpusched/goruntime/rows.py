"""Rows of the tables: taking and returning channels, sudogs and timers; the checks that must precede an action's first effect.

Go allocates these objects on its heap (``proc.go: acquireSudog``, ``chan.go: makechan``, ``time.go: newTimer``); here each kind has a table with
a free list through one of its links. A check that fails sets the overflow bit of the table, and the action does not begin.
"""

import warp as wp

from gpusched.goruntime.state import Overflow, State
from gpusched.machine.memory import collect

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def overflow(s: State, bit: int):
    """Notes which capacity is too small."""
    s.t[0].worlds[s.w].overflow = s.t[0].worlds[s.w].overflow | bit


@wp.func(inline=True)
def sudog_room(s: State, n: int) -> bool:
    """Whether ``n`` sudogs can be had; the free list counts as at most one."""
    if s.t[0].worlds[s.w].sudog_top + n < s.t[0].sudogs.shape[1]:
        return True
    if n == 1 and s.t[0].worlds[s.w].sudog_free != 0:
        return True
    overflow(s, int(Overflow.SUDOGS))
    return False


@wp.func(inline=True)
def acquire_sudog(s: State) -> int:
    """A zeroed sudog (``proc.go: acquireSudog``); room was checked."""
    d = s.t[0].worlds[s.w].sudog_free
    if d != 0:
        s.t[0].worlds[s.w].sudog_free = s.t[0].sudogs[s.w, d].next
    else:
        d = s.t[0].worlds[s.w].sudog_top + 1
        s.t[0].worlds[s.w].sudog_top = d
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = 0
    s.t[0].sudogs[s.w, d].parent = 0
    s.t[0].sudogs[s.w, d].c = 0
    s.t[0].sudogs[s.w, d].elem = 0
    s.t[0].sudogs[s.w, d].waitlink = 0
    s.t[0].sudogs[s.w, d].waittail = 0
    s.t[0].sudogs[s.w, d].ticket = wp.uint32(0)
    s.t[0].sudogs[s.w, d].flags = 0
    return d


@wp.func(inline=True)
def release_sudog(s: State, d: int):
    """``proc.go: releaseSudog``."""
    s.t[0].sudogs[s.w, d].g = 0
    s.t[0].sudogs[s.w, d].next = s.t[0].worlds[s.w].sudog_free
    s.t[0].worlds[s.w].sudog_free = d


@wp.func(inline=True)
def enough_rows(s: State, rows: int) -> int:
    """Rows of a table that a collection must have freed: a quarter, and one for two pages of memory; with fewer, collections would come too often."""
    return wp.max(rows / 4, s.t[0].worlds[s.w].page_top / 2)


@wp.func(inline=False)
def chan_room(s: State) -> bool:
    """Whether a channel row can be had, after a collection if need be."""
    if s.t[0].worlds[s.w].chan_free != 0 or s.t[0].worlds[s.w].chan_top + 1 < s.t[0].chans.shape[1]:
        return True
    collect(s)
    free = int(0)
    c = s.t[0].worlds[s.w].chan_free
    while c != 0 and free < enough_rows(s, s.t[0].chans.shape[1]):
        free += 1
        c = s.t[0].chans[s.w, c].link
    if free == enough_rows(s, s.t[0].chans.shape[1]):
        return True
    overflow(s, int(Overflow.CHANS))
    return False


@wp.func(inline=True)
def new_chan_row(s: State) -> int:
    """A channel row; room was checked."""
    c = s.t[0].worlds[s.w].chan_free
    if c != 0:
        s.t[0].worlds[s.w].chan_free = s.t[0].chans[s.w, c].link
    else:
        c = s.t[0].worlds[s.w].chan_top + 1
        s.t[0].worlds[s.w].chan_top = c
    return c


@wp.func(inline=False)
def timer_room(s: State) -> bool:
    """Whether a timer row can be had, after a collection if need be."""
    if s.t[0].worlds[s.w].timer_free != 0 or s.t[0].worlds[s.w].timer_top + 1 < s.t[0].timers.shape[1]:
        return True
    collect(s)
    free = int(0)
    timer = s.t[0].worlds[s.w].timer_free
    while timer != 0 and free < enough_rows(s, s.t[0].timers.shape[1]):
        free += 1
        timer = s.t[0].timers[s.w, timer].link
    if free == enough_rows(s, s.t[0].timers.shape[1]):
        return True
    overflow(s, int(Overflow.TIMERS))
    return False


@wp.func(inline=True)
def new_timer_row(s: State) -> int:
    """A zeroed timer row marked as in use; room was checked."""
    t = s.t[0].worlds[s.w].timer_free
    if t != 0:
        s.t[0].worlds[s.w].timer_free = s.t[0].timers[s.w, t].link
    else:
        t = s.t[0].worlds[s.w].timer_top + 1
        s.t[0].worlds[s.w].timer_top = t
    s.t[0].timers[s.w, t].when = wp.int64(0)
    s.t[0].timers[s.w, t].period = wp.int64(0)
    s.t[0].timers[s.w, t].seq = wp.int64(0)
    s.t[0].timers[s.w, t].state = 0
    s.t[0].timers[s.w, t].p = 0
    s.t[0].timers[s.w, t].kind = 0
    s.t[0].timers[s.w, t].arg = 0
    s.t[0].timers[s.w, t].blocked = 0
    s.t[0].timers[s.w, t].fired = 0
    s.t[0].timers[s.w, t].gopc = 0
    s.t[0].timers[s.w, t].mark = 1
    return t


@wp.func(inline=True)
def free_timer_row(s: State, t: int):
    """Returns the timer of a finished Sleep."""
    s.t[0].timers[s.w, t].mark = 0
    s.t[0].timers[s.w, t].link = s.t[0].worlds[s.w].timer_free
    s.t[0].worlds[s.w].timer_free = t


@wp.func(inline=True)
def heap_room(s: State, p: int) -> bool:
    """Whether P's timer heap takes one more entry."""
    if s.t[0].ps[s.w, p].timers < s.t[0].heaps.shape[2]:
        return True
    overflow(s, int(Overflow.HEAPS))
    return False


@wp.func(inline=True)
def g_room(s: State, p: int) -> bool:
    """Whether ``gfget`` finds a G."""
    if s.t[0].ps[s.w, p].gfree_n > 0 or s.t[0].worlds[s.w].gfree_n > 0 or s.t[0].worlds[s.w].allgs + 1 < s.t[0].gs.shape[1]:
        return True
    overflow(s, int(Overflow.GS))
    return False
