"""A channel's two FIFO queues of sudogs. Models ``runtime/chan.go``: waitq.enqueue, dequeue; ``select.go: dequeueSudoG``."""

import warp as wp

from gpusched.goruntime.proc_wake import ready
from gpusched.goruntime.state import State, SudogFlag

wp.set_module_options({"enable_backward": False})

SELECT = int(SudogFlag.SELECT)
DONE = int(SudogFlag.DONE)
SUCCESS = int(SudogFlag.SUCCESS)


@wp.func(inline=True)
def recvq_enqueue(s: State, c: int, d: int):
    """To the tail of the receivers."""
    last = s.t[0].chans[s.w, c].recvq_last
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = last
    if last == 0:
        s.t[0].chans[s.w, c].recvq = d
    else:
        s.t[0].sudogs[s.w, last].next = d
    s.t[0].chans[s.w, c].recvq_last = d


@wp.func(inline=True)
def sendq_enqueue(s: State, c: int, d: int):
    """To the tail of the senders."""
    last = s.t[0].chans[s.w, c].sendq_last
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = last
    if last == 0:
        s.t[0].chans[s.w, c].sendq = d
    else:
        s.t[0].sudogs[s.w, last].next = d
    s.t[0].chans[s.w, c].sendq_last = d


@wp.func(inline=True)
def decided(s: State, d: int) -> bool:
    """Whether the select that ``d`` waits for was already won by another case; if not, it is won now (selectDone)."""
    if (s.t[0].sudogs[s.w, d].flags & SELECT) == 0:
        return False
    first = s.t[0].gs[s.w, s.t[0].sudogs[s.w, d].g].waiting
    if (s.t[0].sudogs[s.w, first].flags & DONE) != 0:
        return True
    s.t[0].sudogs[s.w, first].flags = s.t[0].sudogs[s.w, first].flags | DONE
    return False


@wp.func(inline=True)
def recvq_dequeue(s: State, c: int) -> int:
    """The first receiver that still waits; 0: none."""
    d = s.t[0].chans[s.w, c].recvq
    while d != 0:
        nxt = s.t[0].sudogs[s.w, d].next
        s.t[0].chans[s.w, c].recvq = nxt
        if nxt == 0:
            s.t[0].chans[s.w, c].recvq_last = 0
        else:
            s.t[0].sudogs[s.w, nxt].prev = 0
            s.t[0].sudogs[s.w, d].next = 0
        if not decided(s, d):
            return d
        d = nxt
    return d


@wp.func(inline=True)
def sendq_dequeue(s: State, c: int) -> int:
    """The first sender that still waits; 0: none."""
    d = s.t[0].chans[s.w, c].sendq
    while d != 0:
        nxt = s.t[0].sudogs[s.w, d].next
        s.t[0].chans[s.w, c].sendq = nxt
        if nxt == 0:
            s.t[0].chans[s.w, c].sendq_last = 0
        else:
            s.t[0].sudogs[s.w, nxt].prev = 0
            s.t[0].sudogs[s.w, d].next = 0
        if not decided(s, d):
            return d
        d = nxt
    return d


@wp.func(inline=False)
def dequeue_sudog(s: State, c: int, d: int, send: bool):
    """``dequeueSudoG``: takes ``d`` out of the middle; nothing if it has left the queue."""
    first = s.t[0].chans[s.w, c].recvq
    if send:
        first = s.t[0].chans[s.w, c].sendq
    x = s.t[0].sudogs[s.w, d].prev
    y = s.t[0].sudogs[s.w, d].next
    if x == 0 and first != d:
        return
    if x != 0:
        s.t[0].sudogs[s.w, x].next = y
    elif send:
        s.t[0].chans[s.w, c].sendq = y
    else:
        s.t[0].chans[s.w, c].recvq = y
    if y != 0:
        s.t[0].sudogs[s.w, y].prev = x
    elif send:
        s.t[0].chans[s.w, c].sendq_last = x
    else:
        s.t[0].chans[s.w, c].recvq_last = x
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = 0


@wp.func(inline=True)
def wake(s: State, p: int, d: int, success: bool, now: wp.int64):
    """``goready`` of the goroutine behind a dequeued sudog, which learns what became of its operation."""
    g = s.t[0].sudogs[s.w, d].g
    if success:
        s.t[0].sudogs[s.w, d].flags = s.t[0].sudogs[s.w, d].flags | SUCCESS
    s.t[0].gs[s.w, g].param = d
    ready(s, p, g, now)
