"""The network poller: waits of ``work.IO``, ready descriptors, lists of ready goroutines.

Models ``runtime/netpoll.go``, ``netpoll_epoll.go``, ``proc.go: injectglist``.

A completion puts its goroutine on the list of ready ones. Taking the first of them is a poll.
"""

import warp as wp

from gpusched.goruntime.chan import gopark
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.pending import complete_at
from gpusched.goruntime.proc_queues import fetch_first_line, globrunqput, lock_sched, make_runnable, runqput_tail
from gpusched.goruntime.proc_wake import netpoll_break, pidleget_spinning, spend, startm, wakep
from gpusched.goruntime.state import RING, PendingKind, State, WaitReason, gs, params, ps, world

wp.set_module_options({"enable_backward": False})


MOST_EVENTS = 128
"""``netpoll_epoll.go: netpoll``: events of one poll."""


@wp.func(inline=False)
def io_wait(s: State, p: int, g: int, ns: wp.int64, now: wp.int64) -> int:
    """``work.IO``: waits for a descriptor that becomes ready after ``ns``."""
    if ns <= wp.int64(0):
        return int(Outcome.CONTINUE)
    world(s)[0].netpoll_waiters += 1
    complete_at(s, now + ns, g, int(PendingKind.IO))
    gopark(s, p, g, int(WaitReason.IO_WAIT), now)
    spend(s, params(s)[0].io)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def descriptor_ready(s: State, g: int, now: wp.int64):
    """A completion of ``work.IO``: the descriptor is ready; a blocked poller wakes."""
    gs(s)[g].link = 0
    if world(s)[0].netready == 0:
        world(s)[0].netready = g
    else:
        gs(s)[world(s)[0].netready_last].link = g
    world(s)[0].netready_last = g
    netpoll_break(s, now)


@wp.func(inline=True)
def netpoll(s: State) -> int:
    """``netpoll``: the oldest 128 Gs whose descriptors are ready, the last of them first; 0: none."""
    spend(s, params(s)[0].netpoll)
    head = int(0)
    n = int(0)
    while world(s)[0].netready != 0 and n < MOST_EVENTS:
        g = world(s)[0].netready
        world(s)[0].netready = gs(s)[g].link
        gs(s)[g].link = head
        head = g
        n += 1
    return head


@wp.func(inline=True)
def mark_ready(s: State, g: int, now: wp.int64):
    """One G of a list becomes runnable; it does not wait for the poller any more."""
    world(s)[0].netpoll_waiters -= 1
    make_runnable(s, g, now)
    if params(s)[0].cold_64k != 0:
        fetch_first_line(s, g)


@wp.func(inline=True)
def start_idle(s: State, n: int, now: wp.int64):
    """``injectglist: startIdle``: non-spinning Ms on up to ``n`` idle Ps."""
    for _i in range(n):
        q = pidleget_spinning(s)
        if q == 0:
            break
        startm(s, q, 0, now)


@wp.func(inline=False)
def inject_with_p(s: State, p: int, head: int, now: wp.int64):
    """``injectglist`` on a P: as many Gs as Ps are idle to the global queue, the rest to the own ring. The Gs are runnable already."""
    g = head
    n = int(0)
    idle = world(s)[0].npidle
    while idle > 0 and g != 0:
        nxt = gs(s)[g].link
        globrunqput(s, g)
        g = nxt
        n += 1
        idle -= 1
    if n > 0:
        lock_sched(s, now)
        start_idle(s, n, now)
    while g != 0:
        nxt = gs(s)[g].link
        if ps(s)[p].tail - ps(s)[p].head < RING:
            runqput_tail(s, p, g)
        else:
            globrunqput(s, g)
        g = nxt
    if head != 0:
        wakep(s, now)


@wp.func(inline=False)
def inject_without_p(s: State, head: int, now: wp.int64):
    """``injectglist`` without a P (sysmon, a poller that found no idle P): all to the global queue. One action, for nobody waits on the caller."""
    g = head
    n = int(0)
    while g != 0:
        nxt = gs(s)[g].link
        mark_ready(s, g, now)
        globrunqput(s, g)
        g = nxt
        n += 1
    if n > 0:
        lock_sched(s, now)
        start_idle(s, n, now)
