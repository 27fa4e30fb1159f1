"""Birth and death of goroutines. Models ``runtime/proc.go``: newproc1, gfget, gfput, gdestroy.

Lineage: a goroutine's stream of draws is keyed by its parent's key and the number of goroutines that the parent had started before, so it
does not depend on the schedule.
"""

import warp as wp

from gpusched.goruntime.histogram import observe
from gpusched.goruntime.proc_wake import ready, spend
from gpusched.goruntime.state import GStatus, State

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def gfget_slow(s: State, p: int) -> int:
    """``gfget`` with an empty local list: refills up to 32 from the global one, else a fresh row (``malg``)."""
    n = s.t[0].worlds[s.w].gfree_n
    if n == 0:
        g = s.t[0].worlds[s.w].allgs + 1
        s.t[0].worlds[s.w].allgs = g
        return g
    k = wp.min(n, 32)
    for _i in range(k):
        g = s.t[0].worlds[s.w].gfree
        s.t[0].worlds[s.w].gfree = s.t[0].gs[s.w, g].link
        s.t[0].gs[s.w, g].link = s.t[0].ps[s.w, p].gfree
        s.t[0].ps[s.w, p].gfree = g
    s.t[0].worlds[s.w].gfree_n = n - k
    g = s.t[0].ps[s.w, p].gfree
    s.t[0].ps[s.w, p].gfree = s.t[0].gs[s.w, g].link
    s.t[0].ps[s.w, p].gfree_n = k - 1
    return g


@wp.func(inline=True)
def gfget(s: State, p: int) -> int:
    """``gfget``; room was checked."""
    n = s.t[0].ps[s.w, p].gfree_n
    if n > 0:
        g = s.t[0].ps[s.w, p].gfree
        s.t[0].ps[s.w, p].gfree = s.t[0].gs[s.w, g].link
        s.t[0].ps[s.w, p].gfree_n = n - 1
        return g
    return gfget_slow(s, p)


@wp.func(inline=True)
def gfput(s: State, p: int, g: int):
    """``gfput``: at 64 free Gs, 33 go to the global list."""
    s.t[0].gs[s.w, g].link = s.t[0].ps[s.w, p].gfree
    s.t[0].ps[s.w, p].gfree = g
    n = s.t[0].ps[s.w, p].gfree_n + 1
    if n >= 64:
        while n >= 32:
            h = s.t[0].ps[s.w, p].gfree
            s.t[0].ps[s.w, p].gfree = s.t[0].gs[s.w, h].link
            s.t[0].gs[s.w, h].link = s.t[0].worlds[s.w].gfree
            s.t[0].worlds[s.w].gfree = h
            s.t[0].worlds[s.w].gfree_n += 1
            n -= 1
    s.t[0].ps[s.w, p].gfree_n = n


@wp.func(inline=True)
def newproc(s: State, p: int, func: int, frame: int, gopc: int, key0: wp.uint32, key1: wp.uint32, now: wp.int64):
    """``newproc1`` + ``runqput`` + ``wakep``: the new G, standing at its function's first instruction, becomes P's runnext."""
    g = gfget(s, p)
    goid = s.t[0].ps[s.w, p].goidcache
    if goid == s.t[0].ps[s.w, p].goidcache_end:
        goid = s.t[0].worlds[s.w].goidgen + wp.int64(1)
        s.t[0].worlds[s.w].goidgen += wp.int64(16)
        s.t[0].ps[s.w, p].goidcache_end = goid + wp.int64(16)
    s.t[0].ps[s.w, p].goidcache = goid + wp.int64(1)
    s.t[0].gs[s.w, g].goid = goid
    s.t[0].gs[s.w, g].birth = now
    s.t[0].gs[s.w, g].rem = wp.int64(0)
    s.t[0].gs[s.w, g].key0 = key0
    s.t[0].gs[s.w, g].key1 = key1
    s.t[0].gs[s.w, g].draws = wp.uint32(0)
    s.t[0].gs[s.w, g].starts = wp.uint32(0)
    s.t[0].gs[s.w, g].pc = s.t[0].prog.funcs[func].entry
    s.t[0].gs[s.w, g].frame = frame
    s.t[0].gs[s.w, g].fn = func
    s.t[0].gs[s.w, g].gopc = gopc
    s.t[0].gs[s.w, g].waiting = 0
    s.t[0].gs[s.w, g].param = 0
    s.t[0].gs[s.w, g].waitreason = 0
    s.t[0].gs[s.w, g].m = 0
    s.t[0].gs[s.w, g].flags = 0
    s.t[0].gs[s.w, g].ps = 0
    s.t[0].worlds[s.w].goroutines_created += wp.int64(1)
    live = s.t[0].worlds[s.w].live + 1
    s.t[0].worlds[s.w].live = live
    s.t[0].worlds[s.w].peak = wp.max(s.t[0].worlds[s.w].peak, live)
    ready(s, p, g, now)
    spend(s, s.t[0].params[s.w].newproc - s.t[0].params[s.w].goready)


@wp.func(inline=True)
def gdestroy(s: State, p: int, g: int, now: wp.int64):
    """``gdestroy``: the goroutine is dead, its lifetime counted, its row on the free list."""
    observe(s, 1 + s.t[0].prog.funcs[s.t[0].gs[s.w, g].fn].lifetimes, now - s.t[0].gs[s.w, g].birth)
    s.t[0].gs[s.w, g].status = int(GStatus.DEAD)
    s.t[0].gs[s.w, g].frame = 0
    s.t[0].gs[s.w, g].flags = 0
    s.t[0].gs[s.w, g].rem = wp.int64(0)
    s.t[0].worlds[s.w].live -= 1
    gfput(s, p, g)
    s.t[0].ps[s.w, p].g = 0
    spend(s, s.t[0].params[s.w].goexit)
