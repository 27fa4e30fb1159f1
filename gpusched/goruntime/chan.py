"""Channels. Models ``runtime/chan.go``: makechan, chansend, chanrecv, closechan.

A channel operation is one action at its time, under the channel's lock. A goroutine that parks stays at its instruction; when it runs again,
the same instruction completes it (what follows ``gopark`` in Go). ``closechan`` marks the channel closed and dequeues all waiters in one action, whose
cost and hold time of the lock grow with their number, and readies one of them an action.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_queues import TOUCHES, cold_after, fetch_line, first_line
from gpusched.goruntime.proc_wake import set_clock, spend, wakep_busy
from gpusched.goruntime.rows import acquire_sudog, chan_room, heap_room, new_chan_row, release_sudog, sudog_room
from gpusched.goruntime.state import GFlag, GStatus, PanicKind, PPhase, State, WaitReason, chans, gs, mem, params, ps, sudogs, types, world
from gpusched.goruntime.timer_chan import block_timer_chan, maybe_run_chan, unblock_timer_chan
from gpusched.goruntime.waitq import SUCCESS, recvq_dequeue, recvq_enqueue, sendq_dequeue, sendq_enqueue, wake
from gpusched.machine.frames import reg_address, set_reg
from gpusched.machine.memory import alloc
from gpusched.machine.panics import start_panic

wp.set_module_options({"enable_backward": False})

RESUME = int(GFlag.RESUME)
CHANNELS = wp.constant(wp.int64(1 << 62))
"""Bit of a channel's key among cache lines."""
HCHAN_LINES = 2
"""Cache lines that ``hchan`` takes: its lock is at its end. The elements of a buffer have one more."""


@wp.func(inline=False)
def makechan(s: State, elemtype: int, size: int) -> int:
    """``makechan``: the row of a new channel; 0: no room, nothing has changed."""
    if not chan_room(s):
        return 0
    words = types(s)[elemtype].words
    buf = int(0)
    if size * words > 0:
        buf = alloc(s, elemtype, size * words)
        if buf == 0:
            return 0
    c = new_chan_row(s)
    world(s)[0].alloc_number += wp.int64(1)
    chans(s)[c].num = world(s)[0].alloc_number
    chans(s)[c].lock_free = wp.int64(0)
    chans(s)[c].qcount = 0
    chans(s)[c].dataqsiz = size
    chans(s)[c].elemsize = words
    chans(s)[c].elemtype = elemtype
    chans(s)[c].buf = buf
    chans(s)[c].closed = 0
    chans(s)[c].sendx = 0
    chans(s)[c].recvx = 0
    chans(s)[c].recvq = 0
    chans(s)[c].recvq_last = 0
    chans(s)[c].sendq = 0
    chans(s)[c].sendq_last = 0
    chans(s)[c].timer = 0
    chans(s)[c].mark = 1
    chans(s)[c].touched = world(s)[0].touches
    return c


@wp.func(inline=True)
def chan_lock_busy(s: State, p: int, c: int, now: wp.int64) -> bool:
    """Whether the channel's lock is held; then P's clock is moved to when it is free."""
    free = chans(s)[c].lock_free
    if free > now:
        set_clock(s, p, free)
        return True
    return False


@wp.func(inline=True)
def hold_chan(s: State, c: int, now: wp.int64):
    """Takes the channel's lock, which was found free, for its hold time."""
    chans(s)[c].lock_free = now + wp.int64(params(s)[0].chan_lock)


@wp.func(inline=True)
def fetch_chan(s: State, c: int):
    """The channel comes from the P that had it last, or from memory, which its lock is held for, by an action that is sure to take place."""
    comes = wp.int64(0)
    if params(s)[0].cold_64k != 0:
        at = world(s)[0].touches
        comes = first_line(s, cold_after(s, (at - chans(s)[c].touched) & TOUCHES))
        chans(s)[c].touched = at
    if params(s)[0].transfer != 0 and world(s)[0].gomaxprocs > 1:
        lines = wp.int64(wp.where(chans(s)[c].dataqsiz > 0, HCHAN_LINES + 1, HCHAN_LINES))
        comes = wp.max(comes, lines * fetch_line(s, world(s)[0].actor, CHANNELS | chans(s)[c].num, True))
    world(s)[0].cost += comes
    chans(s)[c].lock_free += comes


@wp.func(inline=True)
def lock_chan(s: State, c: int, now: wp.int64):
    """Takes the channel's lock, which was found free."""
    hold_chan(s, c, now)
    fetch_chan(s, c)


@wp.func(inline=True)
def copy_words(s: State, to: int, start: int, n: int):
    """``typedmemmove``; a destination of 0 discards."""
    if to != 0:
        for i in range(n):
            mem(s)[to + i] = mem(s)[start + i]


@wp.func(inline=True)
def clear_words(s: State, to: int, n: int):
    """``typedmemclr``."""
    if to != 0:
        for i in range(n):
            mem(s)[to + i] = wp.int64(0)


@wp.func(inline=True)
def gopark(s: State, p: int, g: int, reason: int, now: wp.int64):
    """``gopark``: G waits, and stands at the instruction that it completes when it runs again."""
    gs(s)[g].status = wp.int8(int(GStatus.WAITING))
    gs(s)[g].since = now
    gs(s)[g].waitreason = wp.int8(reason)
    gs(s)[g].flags = gs(s)[g].flags | wp.int16(RESUME)
    ps(s)[p].g = 0
    spend(s, params(s)[0].gopark)


@wp.func(inline=True)
def resumed(s: State, g: int) -> bool:
    """Whether G stands at the instruction at which it parked; if so, it does no longer."""
    flags = int(gs(s)[g].flags)
    if (flags & RESUME) == 0:
        return False
    gs(s)[g].flags = wp.int16(flags & ~RESUME)
    gs(s)[g].waitreason = wp.int8(0)
    return True


@wp.func(inline=True)
def buffer_put(s: State, c: int, elem: int):
    """A value into the buffer, which has room."""
    n = chans(s)[c].elemsize
    x = chans(s)[c].sendx
    copy_words(s, chans(s)[c].buf + x * n, elem, n)
    x += 1
    if x == chans(s)[c].dataqsiz:
        x = 0
    chans(s)[c].sendx = x
    chans(s)[c].qcount += 1


@wp.func(inline=True)
def buffer_get(s: State, c: int, elem: int):
    """A value out of the buffer, which is not empty."""
    n = chans(s)[c].elemsize
    x = chans(s)[c].recvx
    copy_words(s, elem, chans(s)[c].buf + x * n, n)
    clear_words(s, chans(s)[c].buf + x * n, n)
    x += 1
    if x == chans(s)[c].dataqsiz:
        x = 0
    chans(s)[c].recvx = x
    chans(s)[c].qcount -= 1


@wp.func(inline=True)
def send_to(s: State, p: int, c: int, d: int, elem: int, now: wp.int64):
    """``send``: directly into a waiting receiver."""
    copy_words(s, sudogs(s)[d].elem, elem, chans(s)[c].elemsize)
    wake(s, p, d, True, now)


@wp.func(inline=True)
def recv_from(s: State, p: int, c: int, d: int, elem: int, now: wp.int64):
    """``recv``: from a waiting sender; with a (full) buffer, its head is taken and the sender's value goes to the tail."""
    n = chans(s)[c].elemsize
    if chans(s)[c].dataqsiz == 0:
        copy_words(s, elem, sudogs(s)[d].elem, n)
    else:
        x = chans(s)[c].recvx
        at = chans(s)[c].buf + x * n
        copy_words(s, elem, at, n)
        copy_words(s, at, sudogs(s)[d].elem, n)
        x += 1
        if x == chans(s)[c].dataqsiz:
            x = 0
        chans(s)[c].recvx = x
        chans(s)[c].sendx = x
    wake(s, p, d, True, now)


@wp.func(inline=True)
def chansend(s: State, p: int, g: int, c: int, reg: int, now: wp.int64) -> int:
    """``chansend``, blocking: SEND."""
    if c == 0:
        gopark(s, p, g, int(WaitReason.CHAN_SEND_NIL), now)
        return int(Outcome.LEFT)
    if (int(gs(s)[g].flags) & RESUME) != 0:
        d = gs(s)[g].waiting
        if (sudogs(s)[d].flags & SUCCESS) == 0:
            outcome = start_panic(s, p, g, int(PanicKind.SEND_CLOSED), wp.int64(0), wp.int64(0))
            if outcome != int(Outcome.CONTINUE):
                return outcome
        else:
            gs(s)[g].pc += 1
        resumed(s, g)
        release_sudog(s, d)
        gs(s)[g].waiting = 0
        spend(s, params(s)[0].chan_op)
        return int(Outcome.CONTINUE)
    if chan_lock_busy(s, p, c, now):
        return int(Outcome.RETRY)
    if chans(s)[c].closed != 0:
        return start_panic(s, p, g, int(PanicKind.SEND_CLOSED), wp.int64(0), wp.int64(0))
    elem = reg_address(s, g, reg)
    if chans(s)[c].recvq != 0:
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
        d = recvq_dequeue(s, c)
        if d != 0:
            lock_chan(s, c, now)
            spend(s, params(s)[0].chan_op)
            send_to(s, p, c, d, elem, now)
            gs(s)[g].pc += 1
            return int(Outcome.CONTINUE)
    if chans(s)[c].qcount < chans(s)[c].dataqsiz:
        lock_chan(s, c, now)
        spend(s, params(s)[0].chan_op)
        buffer_put(s, c, elem)
        gs(s)[g].pc += 1
        return int(Outcome.CONTINUE)
    if not sudog_room(s, 1):
        return int(Outcome.STALLED)
    lock_chan(s, c, now)
    d = acquire_sudog(s)
    sudogs(s)[d].g = g
    sudogs(s)[d].c = c
    sudogs(s)[d].elem = elem
    gs(s)[g].waiting = d
    sendq_enqueue(s, c, d)
    gopark(s, p, g, int(WaitReason.CHAN_SEND), now)
    return int(Outcome.LEFT)


@wp.func(inline=True)
def recv_done(s: State, g: int, ok_reg: int, ok: bool) -> int:
    """A receive is complete: sets ok and goes on."""
    if ok_reg >= 0:
        v = wp.int64(0)
        if ok:
            v = wp.int64(1)
        set_reg(s, g, ok_reg, v)
    gs(s)[g].pc += 1
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def chanrecv(s: State, p: int, g: int, c: int, reg: int, ok_reg: int, now: wp.int64) -> int:
    """``chanrecv``, blocking: RECV."""
    if c == 0:
        gopark(s, p, g, int(WaitReason.CHAN_RECEIVE_NIL), now)
        return int(Outcome.LEFT)
    timer = chans(s)[c].timer
    if resumed(s, g):
        d = gs(s)[g].waiting
        ok = (sudogs(s)[d].flags & SUCCESS) != 0
        release_sudog(s, d)
        gs(s)[g].waiting = 0
        if timer != 0:
            unblock_timer_chan(s, c)
        spend(s, params(s)[0].chan_op)
        return recv_done(s, g, ok_reg, ok)
    if chan_lock_busy(s, p, c, now):
        return int(Outcome.RETRY)
    if timer != 0:
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
        if not heap_room(s, p) or not maybe_run_chan(s, p, c, now):
            return int(Outcome.STALLED)
    elem = reg_address(s, g, reg)
    if chans(s)[c].closed != 0 and chans(s)[c].qcount == 0:
        lock_chan(s, c, now)
        spend(s, params(s)[0].chan_op)
        clear_words(s, elem, chans(s)[c].elemsize)
        return recv_done(s, g, ok_reg, False)
    if chans(s)[c].sendq != 0 and chans(s)[c].closed == 0:
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
        d = sendq_dequeue(s, c)
        if d != 0:
            lock_chan(s, c, now)
            spend(s, params(s)[0].chan_op)
            recv_from(s, p, c, d, elem, now)
            return recv_done(s, g, ok_reg, True)
    if chans(s)[c].qcount > 0:
        lock_chan(s, c, now)
        spend(s, params(s)[0].chan_op)
        buffer_get(s, c, elem)
        return recv_done(s, g, ok_reg, True)
    if not sudog_room(s, 1):
        return int(Outcome.STALLED)
    lock_chan(s, c, now)
    d = acquire_sudog(s)
    sudogs(s)[d].g = g
    sudogs(s)[d].c = c
    sudogs(s)[d].elem = elem
    gs(s)[g].waiting = d
    recvq_enqueue(s, c, d)
    if timer != 0:
        block_timer_chan(s, p, c, now)
    gopark(s, p, g, int(WaitReason.CHAN_RECEIVE), now)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def closechan(s: State, p: int, g: int, c: int, now: wp.int64) -> int:
    """``closechan``: all receivers, then all senders are put on a LIFO list, which the next actions ready one by one."""
    if c == 0:
        return start_panic(s, p, g, int(PanicKind.CLOSE_NIL), wp.int64(0), wp.int64(0))
    if chan_lock_busy(s, p, c, now):
        return int(Outcome.RETRY)
    if chans(s)[c].closed != 0:
        return start_panic(s, p, g, int(PanicKind.CLOSE_CLOSED), wp.int64(0), wp.int64(0))
    lock_chan(s, c, now)
    spend(s, params(s)[0].chan_op)
    chans(s)[c].closed = 1
    head = int(0)
    n = int(0)
    d = recvq_dequeue(s, c)
    while d != 0:
        n += 1
        clear_words(s, sudogs(s)[d].elem, chans(s)[c].elemsize)
        sudogs(s)[d].waittail = head
        head = d
        d = recvq_dequeue(s, c)
    d = sendq_dequeue(s, c)
    while d != 0:
        n += 1
        sudogs(s)[d].waittail = head
        head = d
        d = sendq_dequeue(s, c)
    gs(s)[g].pc += 1
    if head == 0:
        return int(Outcome.CONTINUE)
    spend(s, params(s)[0].chan_op * n)
    chans(s)[c].lock_free += wp.int64(params(s)[0].chan_lock) * wp.int64(n)
    ps(s)[p].phase = int(PPhase.READY_LIST)
    ps(s)[p].phase_a = head
    return int(Outcome.LEFT)


@wp.func(inline=False)
def ready_list(s: State, p: int, now: wp.int64) -> int:
    """Readies the next G of a list made by closechan; the running goroutine goes on after the last."""
    if wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    d = ps(s)[p].phase_a
    nxt = sudogs(s)[d].waittail
    sudogs(s)[d].waittail = 0
    ps(s)[p].phase_a = nxt
    wake(s, p, d, False, now)
    if nxt == 0:
        ps(s)[p].phase = int(PPhase.NONE)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def chanlen(s: State, p: int, c: int, capacity: bool, now: wp.int64) -> int:
    """``chanlen``, ``chancap``; a timer's channel shows 0. -1: no room to run a due timer."""
    if c == 0:
        return 0
    if chans(s)[c].timer != 0:
        return 0
    if capacity:
        return chans(s)[c].dataqsiz
    return chans(s)[c].qcount
