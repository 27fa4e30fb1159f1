"""Birth and death of goroutines. Models ``runtime/proc.go``: newproc1, gfget, gfput, gdestroy.

Lineage: a goroutine's stream of draws is keyed by its parent's key and the number of goroutines that the parent had started before, so it
does not depend on the schedule.
"""

import warp as wp

from gpusched.goruntime.histogram import observe
from gpusched.goruntime.proc_queues import touch_fresh
from gpusched.goruntime.proc_wake import ready, spend
from gpusched.goruntime.state import GStatus, State, funcs, gs, params, prefetch_g, ps, world

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def gfget_slow(s: State, p: int) -> int:
    """``gfget`` with an empty local list: refills up to 32 from the global one, else a fresh row (``malg``)."""
    n = world(s)[0].gfree_n
    if n == 0:
        g = world(s)[0].allgs + 1
        world(s)[0].allgs = g
        spend(s, params(s)[0].malg)
        if params(s)[0].cold_64k != 0:
            touch_fresh(s, g)
        return g
    k = wp.min(n, 32)
    for _i in range(k):
        g = world(s)[0].gfree
        world(s)[0].gfree = gs(s)[g].link
        gs(s)[g].link = ps(s)[p].gfree
        ps(s)[p].gfree = g
    world(s)[0].gfree_n = n - k
    g = ps(s)[p].gfree
    ps(s)[p].gfree = gs(s)[g].link
    ps(s)[p].gfree_n = k - 1
    return g


@wp.func(inline=True)
def gfget(s: State, p: int) -> int:
    """``gfget``; room was checked."""
    n = ps(s)[p].gfree_n
    if n > 0:
        g = ps(s)[p].gfree
        after = gs(s)[g].link
        prefetch_g(s, after)
        ps(s)[p].gfree = after
        ps(s)[p].gfree_n = n - 1
        return g
    return gfget_slow(s, p)


@wp.func(inline=True)
def gfput(s: State, p: int, g: int):
    """``gfput``: at 64 free Gs, 33 go to the global list."""
    gs(s)[g].link = ps(s)[p].gfree
    ps(s)[p].gfree = g
    n = ps(s)[p].gfree_n + 1
    if n >= 64:
        while n >= 32:
            h = ps(s)[p].gfree
            ps(s)[p].gfree = gs(s)[h].link
            gs(s)[h].link = world(s)[0].gfree
            world(s)[0].gfree = h
            world(s)[0].gfree_n += 1
            n -= 1
    ps(s)[p].gfree_n = n


@wp.func(inline=True)
def newproc1(s: State, p: int, func: int, frame: int, gopc: int, key0: wp.uint32, key1: wp.uint32, now: wp.int64) -> int:
    """``newproc1``: the new G, standing at its function's first instruction, in no queue yet."""
    g = gfget(s, p)
    goid = ps(s)[p].goidcache
    if goid == ps(s)[p].goidcache_end:
        goid = world(s)[0].goidgen + wp.int64(1)
        world(s)[0].goidgen += wp.int64(16)
        ps(s)[p].goidcache_end = goid + wp.int64(16)
    ps(s)[p].goidcache = goid + wp.int64(1)
    gs(s)[g].goid = goid
    gs(s)[g].birth = now
    world(s)[0].newborn = g
    gs(s)[g].rem = wp.int64(0)
    gs(s)[g].key0 = key0
    gs(s)[g].key1 = key1
    gs(s)[g].draws = wp.uint32(0)
    gs(s)[g].starts = wp.uint32(0)
    gs(s)[g].pc = funcs(s)[func].entry
    gs(s)[g].frame = frame
    gs(s)[g].fn = func
    gs(s)[g].gopc = gopc
    gs(s)[g].waiting = 0
    gs(s)[g].waitreason = wp.int8(0)
    gs(s)[g].link = 0
    gs(s)[g].flags = wp.int16(0)
    gs(s)[g].ps = wp.int16(0)
    world(s)[0].goroutines_created += wp.int64(1)
    live = world(s)[0].live + 1
    world(s)[0].live = live
    world(s)[0].peak = wp.max(world(s)[0].peak, live)
    spend(s, params(s)[0].newproc - params(s)[0].goready)
    return g


@wp.func(inline=True)
def newproc(s: State, p: int, func: int, frame: int, gopc: int, key0: wp.uint32, key1: wp.uint32, now: wp.int64):
    """``newproc1`` + ``runqput`` + ``wakep``: the new G becomes P's runnext."""
    ready(s, p, newproc1(s, p, func, frame, gopc, key0, key1, now), now)


@wp.func(inline=True)
def gdestroy(s: State, p: int, g: int, now: wp.int64):
    """``gdestroy``: the goroutine is dead, its lifetime counted, its row on the free list."""
    observe(s, 1 + funcs(s)[gs(s)[g].fn].lifetimes, wp.max(now - gs(s)[g].birth, wp.int64(0)))
    gs(s)[g].status = wp.int8(int(GStatus.DEAD))
    gs(s)[g].frame = 0
    gs(s)[g].flags = wp.int16(0)
    gs(s)[g].rem = wp.int64(0)
    world(s)[0].live -= 1
    gfput(s, p, g)
    ps(s)[p].g = 0
    spend(s, params(s)[0].goexit)
