"""Rows of the tables: taking and returning channels, sudogs and timers; the checks that must precede an action's first effect.

Go allocates these objects on its heap (``proc.go: acquireSudog``, ``chan.go: makechan``, ``time.go: newTimer``); here each kind has a table with
a free list through one of its links. A check that fails sets the overflow bit of the table, and the action does not begin.
"""

import warp as wp

from gpusched.goruntime.state import Overflow, State, caps, chans, params, ps, sudogs, timers, world
from gpusched.machine.memory import collect

wp.set_module_options({"enable_backward": False})

SUDOG_WORDS = 12
"""Of a sudog, with its size class."""


@wp.func(inline=True)
def overflow(s: State, bit: int):
    """Notes which capacity is too small."""
    world(s)[0].overflow = world(s)[0].overflow | bit


@wp.func(inline=True)
def sudog_room(s: State, n: int) -> bool:
    """Whether ``n`` sudogs can be had; the free list counts as at most one."""
    if world(s)[0].sudog_top + n < caps(s)[0].sudogs:
        return True
    if n == 1 and world(s)[0].sudog_free != 0:
        return True
    overflow(s, int(Overflow.SUDOGS))
    return False


@wp.func(inline=True)
def acquire_sudog(s: State) -> int:
    """A zeroed sudog (``proc.go: acquireSudog``); room was checked."""
    d = world(s)[0].sudog_free
    if d != 0:
        world(s)[0].sudog_free = sudogs(s)[d].next
    else:
        d = world(s)[0].sudog_top + 1
        world(s)[0].sudog_top = d
        world(s)[0].cost += wp.int64((params(s)[0].alloc_ps + SUDOG_WORDS * params(s)[0].alloc_word_ps) / 1000)
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = 0
    sudogs(s)[d].parent = 0
    sudogs(s)[d].c = 0
    sudogs(s)[d].elem = 0
    sudogs(s)[d].waitlink = 0
    sudogs(s)[d].waittail = 0
    sudogs(s)[d].ticket = wp.uint32(0)
    sudogs(s)[d].flags = 0
    return d


@wp.func(inline=True)
def release_sudog(s: State, d: int):
    """``proc.go: releaseSudog``."""
    sudogs(s)[d].g = 0
    sudogs(s)[d].next = world(s)[0].sudog_free
    world(s)[0].sudog_free = d


@wp.func(inline=True)
def enough_rows(s: State, rows: int) -> int:
    """Rows of a table that a collection must have freed: a quarter, and one for two pages of memory; with fewer, collections would come too often."""
    return wp.max(rows / 4, world(s)[0].page_top / 2)


@wp.func(inline=False)
def chan_room(s: State) -> bool:
    """Whether a channel row can be had, after a collection if need be."""
    if world(s)[0].chan_free != 0 or world(s)[0].chan_top + 1 < caps(s)[0].chans:
        return True
    collect(s)
    free = int(0)
    c = world(s)[0].chan_free
    while c != 0 and free < enough_rows(s, caps(s)[0].chans):
        free += 1
        c = chans(s)[c].link
    if free == enough_rows(s, caps(s)[0].chans):
        return True
    overflow(s, int(Overflow.CHANS))
    return False


@wp.func(inline=True)
def new_chan_row(s: State) -> int:
    """A channel row; room was checked."""
    c = world(s)[0].chan_free
    if c != 0:
        world(s)[0].chan_free = chans(s)[c].link
    else:
        c = world(s)[0].chan_top + 1
        world(s)[0].chan_top = c
    return c


@wp.func(inline=False)
def timer_room(s: State) -> bool:
    """Whether a timer row can be had, after a collection if need be."""
    if world(s)[0].timer_free != 0 or world(s)[0].timer_top + 1 < caps(s)[0].timers:
        return True
    collect(s)
    free = int(0)
    timer = world(s)[0].timer_free
    while timer != 0 and free < enough_rows(s, caps(s)[0].timers):
        free += 1
        timer = timers(s)[timer].link
    if free == enough_rows(s, caps(s)[0].timers):
        return True
    overflow(s, int(Overflow.TIMERS))
    return False


@wp.func(inline=True)
def new_timer_row(s: State) -> int:
    """A zeroed timer row marked as in use; room was checked."""
    t = world(s)[0].timer_free
    if t != 0:
        world(s)[0].timer_free = timers(s)[t].link
    else:
        t = world(s)[0].timer_top + 1
        world(s)[0].timer_top = t
    timers(s)[t].when = wp.int64(0)
    timers(s)[t].period = wp.int64(0)
    timers(s)[t].bubble = wp.int64(0)
    timers(s)[t].loc = 0
    timers(s)[t].state = 0
    timers(s)[t].p = 0
    timers(s)[t].kind = 0
    timers(s)[t].arg = 0
    timers(s)[t].blocked = 0
    timers(s)[t].fired = 0
    timers(s)[t].gopc = 0
    timers(s)[t].mark = 1
    return t


@wp.func(inline=True)
def free_timer_row(s: State, t: int):
    """Returns the timer of a finished Sleep."""
    timers(s)[t].mark = 0
    timers(s)[t].link = world(s)[0].timer_free
    world(s)[0].timer_free = t


@wp.func(inline=True)
def heap_room(s: State, p: int) -> bool:
    """Whether P's timer heap takes one more entry."""
    if ps(s)[p].timers < caps(s)[0].heaps:
        return True
    overflow(s, int(Overflow.HEAPS))
    return False


@wp.func(inline=True)
def g_room(s: State, p: int) -> bool:
    """Whether ``gfget`` finds a G."""
    if ps(s)[p].gfree_n > 0 or world(s)[0].gfree_n > 0 or world(s)[0].allgs + 1 < caps(s)[0].gs:
        return True
    overflow(s, int(Overflow.GS))
    return False
