"""Turns of Ms on hardware threads: what they used, and where a P's action goes on after its M stood still. See host.py."""

import warp as wp

from gpusched.goruntime.pending import m_acts_at
from gpusched.goruntime.proc_queues import keep_rest
from gpusched.goruntime.state import NEVER, GFlag, Off, Owes, PPhase, State, cpus, gs, ms, params, ps, world

wp.set_module_options({"enable_backward": False})

NO = int(Off.NO)
QUEUED = int(Off.QUEUED)


@wp.func(inline=False)
def tick_from(s: State, at: wp.int64) -> wp.int64:
    """The first tick at ``at`` or later."""
    tick = params(s)[0].cpu_tick
    if tick == wp.int64(0):
        return at
    return (at + tick - wp.int64(1)) / tick * tick


@wp.func(inline=False)
def count_turn(s: State, c: int, now: wp.int64):
    """``update_curr``: counts what the M on ``c`` has used."""
    m = cpus(s)[c].m
    used = now - cpus(s)[c].used_until
    if m != 0 and cpus(s)[c].throttled == 0 and used > wp.int64(0):
        ms(s)[m].vrun += used
        world(s)[0].cpu_ns += used
        cpus(s)[c].used_until = now
        if params(s)[0].quota != wp.int64(0):
            cpus(s)[c].left -= used


@wp.func(inline=False)
def count_used(s: State, now: wp.int64):
    """The same for all hardware threads."""
    for i in range(params(s)[0].cpus):
        count_turn(s, i + 1, now)


@wp.func(inline=False)
def suspend(s: State, m: int, now: wp.int64):
    """M loses its hardware thread: its P looks whether it has one again at the end of a slice, until it is told."""
    ms(s)[m].owed = wp.int64(0)
    ms(s)[m].owed_runtime = wp.int64(0)
    p = ms(s)[m].p
    if p != 0:
        if ps(s)[p].clock != NEVER:
            ms(s)[m].owed = wp.max(ps(s)[p].clock - now, wp.int64(0))
            ms(s)[m].owed_runtime = wp.clamp(ps(s)[p].user_from - now, wp.int64(0), ms(s)[m].owed)
            ps(s)[p].clock = now + params(s)[0].cpu_slice
            ps(s)[p].user_from = ps(s)[p].clock


@wp.func(inline=False)
def resume(s: State, m: int, at: wp.int64):
    """M runs from ``at`` on. A goroutine that was to be preempted meanwhile keeps the rest of its part of the action for later."""
    ms(s)[m].off = NO
    p = ms(s)[m].p
    if p != 0:
        owed = ms(s)[m].owed
        runtime = ms(s)[m].owed_runtime
        g = ps(s)[p].g
        if g != 0 and owed > runtime and ps(s)[p].phase == int(PPhase.NONE):
            flags = int(gs(s)[g].flags)
            if (flags & int(GFlag.PREEMPT)) != 0 and flags < int(GFlag.LOCKS):
                keep_rest(s, g, owed - runtime)
                owed = runtime
        ps(s)[p].clock = at + owed
        ps(s)[p].user_from = at + runtime
        world(s)[0].least = wp.min(world(s)[0].least, at + owed)
    elif ms(s)[m].owes == int(Owes.ACTION):
        m_acts_at(s, at, m)
    elif ms(s)[m].owes == int(Owes.POLL):
        world(s)[0].poller_clock = at
        world(s)[0].least = wp.min(world(s)[0].least, at)
    ms(s)[m].owes = int(Owes.NOTHING)
    ms(s)[m].owed = wp.int64(0)
    ms(s)[m].owed_runtime = wp.int64(0)


@wp.func(inline=False)
def enqueue_m(s: State, m: int):
    """Into the queue, behind those that ran as little."""
    ms(s)[m].off = QUEUED
    if world(s)[0].cpu_queue == 0:
        world(s)[0].cpu_failed = 0
    before = int(0)
    n = world(s)[0].cpu_queue
    while n != 0 and ms(s)[n].vrun <= ms(s)[m].vrun:
        before = n
        n = ms(s)[n].cpu_next
    ms(s)[m].cpu_next = n
    if before == 0:
        world(s)[0].cpu_queue = m
    else:
        ms(s)[before].cpu_next = m


@wp.func(inline=False)
def dequeue_m(s: State, m: int):
    """Out of the queue."""
    before = int(0)
    n = world(s)[0].cpu_queue
    while n != m:
        before = n
        n = ms(s)[n].cpu_next
    if before == 0:
        world(s)[0].cpu_queue = ms(s)[m].cpu_next
    else:
        ms(s)[before].cpu_next = ms(s)[m].cpu_next
    ms(s)[m].cpu_next = 0
    ms(s)[m].off = NO


@wp.func(inline=False)
def stop_where_it_is(s: State, p: int, now: wp.int64):
    """P's M, if it waits for a hardware thread, has nothing to finish: the caller sleeps until it has run and stopped. Its goroutine does the rest later."""
    m = ps(s)[p].m
    if ms(s)[m].off == NO:
        return
    if ps(s)[p].g != 0:
        keep_rest(s, ps(s)[p].g, ms(s)[m].owed)
    ms(s)[m].owed = wp.int64(0)
    ms(s)[m].owed_runtime = wp.int64(0)
    ps(s)[p].clock = now
    ps(s)[p].user_from = now
