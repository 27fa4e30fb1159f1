"""Run queues: a P's runnext and ring, and the global queue. Models ``runtime/proc.go``: runqput, runqputslow, runqget, runqgrab, globrunq*."""

import warp as wp

from gpusched.goruntime.state import GStatus, State, gs, params, ps, rings, world

wp.set_module_options({"enable_backward": False})

REBASE = 1 << 30
"""Taken off a ring's head and tail when they get there, so that they never overflow."""


@wp.func(inline=True)
def globrunqput(s: State, g: int):
    """``globrunqput``: to the tail of the global queue."""
    gs(s)[g].link = 0
    if world(s)[0].runq_size == 0:
        world(s)[0].runq_head = g
    else:
        gs(s)[world(s)[0].runq_tail].link = g
    world(s)[0].runq_tail = g
    world(s)[0].runq_size += 1


@wp.func(inline=True)
def globrunqget(s: State) -> int:
    """``globrunqget``: the head of the global queue, which is not empty."""
    g = world(s)[0].runq_head
    world(s)[0].runq_head = gs(s)[g].link
    world(s)[0].runq_size -= 1
    return g


@wp.func(inline=False)
def runqputslow(s: State, p: int, g: int):
    """``runqputslow``: the oldest half of the ring, then ``g``, to the tail of the global queue."""
    world(s)[0].sched_lock_free = wp.max(world(s)[0].sched_lock_free, world(s)[0].now + wp.int64(params(s)[0].sched_lock))
    h = ps(s)[p].head
    for i in range(128):
        globrunqput(s, rings(s)[p * 256 + ((h + i) & 255)])
    ps(s)[p].head = h + 128
    globrunqput(s, g)


@wp.func(inline=True)
def runqput_tail(s: State, p: int, g: int):
    """``runqput`` with next=false: to the tail of the ring."""
    t = ps(s)[p].tail
    if t - ps(s)[p].head < 256:
        rings(s)[p * 256 + (t & 255)] = g
        ps(s)[p].tail = t + 1
    else:
        runqputslow(s, p, g)


@wp.func(inline=True)
def runqput_next(s: State, p: int, g: int):
    """``runqput`` with next=true: to runnext; the G that was there is kicked to the tail of the ring."""
    old = ps(s)[p].runnext
    ps(s)[p].runnext = g
    if old != 0:
        runqput_tail(s, p, old)


@wp.func(inline=True)
def runqempty(s: State, p: int) -> bool:
    """``runqempty``."""
    return ps(s)[p].runnext == 0 and ps(s)[p].head == ps(s)[p].tail


@wp.func(inline=True)
def ring_full(s: State, p: int) -> bool:
    """Whether one more ready G would overflow to the global queue."""
    return ps(s)[p].runnext != 0 and ps(s)[p].tail - ps(s)[p].head >= 256


@wp.func(inline=False)
def globrunqgetbatch(s: State, p: int) -> int:
    """``globrunqgetbatch`` + ``runqputbatch``: n = min(128, size, size/GOMAXPROCS + 1) Gs; the first is returned, the others go to P's ring."""
    size = world(s)[0].runq_size
    n = wp.min(wp.min(size, size / world(s)[0].gomaxprocs + 1), 128)
    g = globrunqget(s)
    for _i in range(n - 1):
        runqput_tail(s, p, globrunqget(s))
    return g


@wp.func(inline=True)
def runqgrab(s: State, p: int, victim: int) -> int:
    """``runqgrab`` + ``runqsteal``, ring only: half of the victim's ring, rounded up, goes to P; the last of it is returned to be run. 0: nothing.

    A thief's own ring is empty, so it has room for 127.
    """
    h = ps(s)[victim].head
    n = ps(s)[victim].tail - h
    n = n - n / 2
    if n == 0:
        return 0
    t = ps(s)[p].tail
    for i in range(n - 1):
        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + ((h + n - 1) & 255)]


@wp.func(inline=True)
def make_runnable(s: State, g: int, now: wp.int64):
    """``casgstatus`` to _Grunnable; its wait for a P begins."""
    gs(s)[g].status = wp.int8(int(GStatus.RUNNABLE))
    gs(s)[g].since = now
