"""A channel's two FIFO queues of sudogs. Models ``runtime/chan.go``: waitq.enqueue, dequeue; ``select.go: dequeueSudoG``."""

import warp as wp

from gpusched.goruntime.proc_wake import ready
from gpusched.goruntime.state import State, SudogFlag, chans, gs, prefetch_g, sudogs

wp.set_module_options({"enable_backward": False})

SELECT = int(SudogFlag.SELECT)
DONE = int(SudogFlag.DONE)
SUCCESS = int(SudogFlag.SUCCESS)
WON = int(SudogFlag.WON)


@wp.func(inline=True)
def recvq_enqueue(s: State, c: int, d: int):
    """To the tail of the receivers."""
    last = chans(s)[c].recvq_last
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = last
    if last == 0:
        chans(s)[c].recvq = d
    else:
        sudogs(s)[last].next = d
    chans(s)[c].recvq_last = d


@wp.func(inline=True)
def sendq_enqueue(s: State, c: int, d: int):
    """To the tail of the senders."""
    last = chans(s)[c].sendq_last
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = last
    if last == 0:
        chans(s)[c].sendq = d
    else:
        sudogs(s)[last].next = d
    chans(s)[c].sendq_last = d


@wp.func(inline=True)
def decided(s: State, d: int) -> bool:
    """Whether the select that ``d`` waits for was already won by another case; if not, it is won now (selectDone)."""
    if (sudogs(s)[d].flags & SELECT) == 0:
        return False
    first = gs(s)[sudogs(s)[d].g].waiting
    if (sudogs(s)[first].flags & DONE) != 0:
        return True
    sudogs(s)[first].flags = sudogs(s)[first].flags | DONE
    return False


@wp.func(inline=True)
def recvq_dequeue(s: State, c: int) -> int:
    """The first receiver that still waits; 0: none."""
    d = chans(s)[c].recvq
    while d != 0:
        nxt = sudogs(s)[d].next
        chans(s)[c].recvq = nxt
        if nxt == 0:
            chans(s)[c].recvq_last = 0
        else:
            sudogs(s)[nxt].prev = 0
            sudogs(s)[d].next = 0
            prefetch_g(s, sudogs(s)[nxt].g)
        if not decided(s, d):
            return d
        d = nxt
    return d


@wp.func(inline=True)
def sendq_dequeue(s: State, c: int) -> int:
    """The first sender that still waits; 0: none."""
    d = chans(s)[c].sendq
    while d != 0:
        nxt = sudogs(s)[d].next
        chans(s)[c].sendq = nxt
        if nxt == 0:
            chans(s)[c].sendq_last = 0
        else:
            sudogs(s)[nxt].prev = 0
            sudogs(s)[d].next = 0
            prefetch_g(s, sudogs(s)[nxt].g)
        if not decided(s, d):
            return d
        d = nxt
    return d


@wp.func(inline=False)
def dequeue_sudog(s: State, c: int, d: int, send: bool):
    """``dequeueSudoG``: takes ``d`` out of the middle; nothing if it has left the queue."""
    first = chans(s)[c].recvq
    if send:
        first = chans(s)[c].sendq
    x = sudogs(s)[d].prev
    y = sudogs(s)[d].next
    if x == 0 and first != d:
        return
    if x != 0:
        sudogs(s)[x].next = y
    elif send:
        chans(s)[c].sendq = y
    else:
        chans(s)[c].recvq = y
    if y != 0:
        sudogs(s)[y].prev = x
    elif send:
        chans(s)[c].sendq_last = x
    else:
        chans(s)[c].recvq_last = x
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = 0


@wp.func(inline=True)
def wake(s: State, p: int, d: int, success: bool, now: wp.int64):
    """``goready`` of the goroutine behind a dequeued sudog, which learns what became of its operation."""
    g = sudogs(s)[d].g
    flags = sudogs(s)[d].flags | WON
    if success:
        flags = flags | SUCCESS
    sudogs(s)[d].flags = flags
    ready(s, p, g, now)
