"""Run queues: a P's runnext and ring, and the global queue. Models ``runtime/proc.go``: runqput, runqputslow, runqget, runqgrab, globrunq*."""

import warp as wp

from gpusched.goruntime.state import GStatus, State

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def globrunqput(s: State, g: int):
    """``globrunqput``: to the tail of the global queue."""
    s.t[0].gs[s.w, g].link = 0
    if s.t[0].worlds[s.w].runq_size == 0:
        s.t[0].worlds[s.w].runq_head = g
    else:
        s.t[0].gs[s.w, s.t[0].worlds[s.w].runq_tail].link = g
    s.t[0].worlds[s.w].runq_tail = g
    s.t[0].worlds[s.w].runq_size += 1


@wp.func(inline=True)
def globrunqget(s: State) -> int:
    """``globrunqget``: the head of the global queue, which is not empty."""
    g = s.t[0].worlds[s.w].runq_head
    s.t[0].worlds[s.w].runq_head = s.t[0].gs[s.w, g].link
    s.t[0].worlds[s.w].runq_size -= 1
    return g


@wp.func(inline=False)
def runqputslow(s: State, p: int, g: int):
    """``runqputslow``: the oldest half of the ring, then ``g``, to the tail of the global queue."""
    h = s.t[0].ps[s.w, p].head
    for i in range(128):
        globrunqput(s, s.t[0].rings[s.w, p, (h + i) & 255])
    s.t[0].ps[s.w, p].head = h + 128
    globrunqput(s, g)


@wp.func(inline=True)
def runqput_tail(s: State, p: int, g: int):
    """``runqput`` with next=false: to the tail of the ring."""
    t = s.t[0].ps[s.w, p].tail
    if t - s.t[0].ps[s.w, p].head < 256:
        s.t[0].rings[s.w, p, t & 255] = g
        s.t[0].ps[s.w, p].tail = t + 1
    else:
        runqputslow(s, p, g)


@wp.func(inline=True)
def runqput_next(s: State, p: int, g: int):
    """``runqput`` with next=true: to runnext; the G that was there is kicked to the tail of the ring."""
    old = s.t[0].ps[s.w, p].runnext
    s.t[0].ps[s.w, p].runnext = g
    if old != 0:
        runqput_tail(s, p, old)


@wp.func(inline=True)
def runqempty(s: State, p: int) -> bool:
    """``runqempty``."""
    return s.t[0].ps[s.w, p].runnext == 0 and s.t[0].ps[s.w, p].head == s.t[0].ps[s.w, p].tail


@wp.func(inline=True)
def ring_full(s: State, p: int) -> bool:
    """Whether one more ready G would overflow to the global queue."""
    return s.t[0].ps[s.w, p].runnext != 0 and s.t[0].ps[s.w, p].tail - s.t[0].ps[s.w, p].head >= 256


@wp.func(inline=False)
def globrunqgetbatch(s: State, p: int) -> int:
    """``globrunqgetbatch`` + ``runqputbatch``: n = min(128, size, size/GOMAXPROCS + 1) Gs; the first is returned, the others go to P's ring."""
    size = s.t[0].worlds[s.w].runq_size
    n = wp.min(wp.min(size, size / s.t[0].params[s.w].gomaxprocs + 1), 128)
    g = globrunqget(s)
    for _i in range(n - 1):
        runqput_tail(s, p, globrunqget(s))
    return g


@wp.func(inline=True)
def runqgrab(s: State, p: int, victim: int) -> int:
    """``runqgrab`` + ``runqsteal``, ring only: half of the victim's ring, rounded up, goes to P; the last of it is returned to be run. 0: nothing.

    A thief's own ring is empty, so it has room for 127.
    """
    h = s.t[0].ps[s.w, victim].head
    n = s.t[0].ps[s.w, victim].tail - h
    n = n - n / 2
    if n == 0:
        return 0
    t = s.t[0].ps[s.w, p].tail
    for i in range(n - 1):
        s.t[0].rings[s.w, p, (t + i) & 255] = s.t[0].rings[s.w, victim, (h + i) & 255]
    s.t[0].ps[s.w, p].tail = t + n - 1
    s.t[0].ps[s.w, victim].head = h + n
    return s.t[0].rings[s.w, victim, (h + n - 1) & 255]


@wp.func(inline=True)
def make_runnable(s: State, g: int, now: wp.int64):
    """``casgstatus`` to _Grunnable; its wait for a P begins."""
    s.t[0].gs[s.w, g].status = int(GStatus.RUNNABLE)
    s.t[0].gs[s.w, g].since = now
