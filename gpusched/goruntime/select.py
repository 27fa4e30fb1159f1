"""select. Models ``runtime/select.go: selectgo``; random poll order, channels locked in order of their creation (Go: by address).

Neither order is stored: the poll order is drawn case by case (a bit set remembers up to 64 of them), the lock order found by search for the next
channel number.
"""

import warp as wp

from gpusched.goruntime.chan import (
    RESUME,
    buffer_get,
    buffer_put,
    chan_lock_busy,
    clear_words,
    fetch_chan,
    gopark,
    hold_chan,
    lock_chan,
    recv_from,
    resumed,
    send_to,
)
from gpusched.goruntime.choice import choose_case
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_wake import set_clock, spend, wakep_busy
from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.rows import acquire_sudog, overflow, release_sudog, sudog_room
from gpusched.goruntime.state import NEVER, Overflow, PanicKind, State, Strategy, WaitReason, caps, chans, code, gs, params, ps, sudogs, world
from gpusched.goruntime.timer_chan import block_timer_chan, maybe_run_chan, unblock_timer_chan
from gpusched.goruntime.waitq import SELECT, SUCCESS, WON, dequeue_sudog, recvq_dequeue, recvq_enqueue, sendq_dequeue, sendq_enqueue
from gpusched.machine.frames import get_reg, reg_address, set_reg
from gpusched.machine.panics import start_panic

wp.set_module_options({"enable_backward": False})

MAX_CASES = 64
"""Cases of one select statement; lowering refuses more."""
SEND = 1
PCG_MUL = wp.constant(wp.uint32(747796405))
PCG_INC = wp.constant(wp.uint32(2891336453))
PCG_OUT = wp.constant(wp.uint32(277803737))


@wp.func(inline=True)
def case_chan(s: State, g: int, row: int, i: int) -> int:
    """Channel of case ``i`` of the SELECT at ``row``; 0: nil."""
    return int(get_reg(s, g, code(s)[row + 2 + i].b))


@wp.func(inline=True)
def case_elem(s: State, g: int, row: int, i: int) -> int:
    """Address of the element of case ``i``; 0: discarded."""
    reg = code(s)[row + 2 + i].c
    if reg < 0:
        return 0
    return reg_address(s, g, reg)


@wp.func(inline=True)
def finish(s: State, g: int, row: int, n: int, index: int, ok: bool) -> int:
    """Sets the results and goes on after the SELECT."""
    set_reg(s, g, code(s)[row].a, wp.int64(index))
    ok_reg = code(s)[row].c
    if ok_reg >= 0:
        v = wp.int64(0)
        if ok:
            v = wp.int64(1)
        set_reg(s, g, ok_reg, v)
    gs(s)[g].pc = row + 2 + n
    return int(Outcome.CONTINUE)


@wp.func(inline=False)
def next_in_lock_order(s: State, g: int, row: int, n: int, turn: int, after_num: wp.int64, after_rank: int) -> int:
    """The case that follows (channel number, rank) in lock order; -1: none. Cases of one channel are ranked by turns, the first one of all is ``turn``."""
    best = int(-1)
    best_num = NEVER
    for rank in range(n):
        i = rank + turn
        if i >= n:
            i -= n
        c = case_chan(s, g, row, i)
        if c != 0:
            num = chans(s)[c].num
            later = num > after_num or (num == after_num and rank > after_rank)
            if later and num < best_num:
                best = rank
                best_num = num
    return best


@wp.func(inline=False)
def locks_busy(s: State, p: int, g: int, row: int, n: int, now: wp.int64) -> bool:
    """Whether a channel of the select is locked; then P's clock is moved to when all are free."""
    free = now
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            free = wp.max(free, chans(s)[c].lock_free)
    if free > now:
        set_clock(s, p, free)
        return True
    return False


@wp.func(inline=False)
def select_resume(s: State, p: int, g: int, row: int, n: int, now: wp.int64) -> int:
    """Pass 3: takes the other sudogs off their queues; the winner is the one that the waker passed."""
    if locks_busy(s, p, g, row, n, now):
        return int(Outcome.RETRY)
    winner = gs(s)[g].waiting
    while (sudogs(s)[winner].flags & WON) == 0:
        winner = sudogs(s)[winner].waitlink
    closed = code(s)[row + 2 + (sudogs(s)[winner].flags >> 8)].a == SEND and (sudogs(s)[winner].flags & SUCCESS) == 0
    if closed:
        outcome = start_panic(s, p, g, int(PanicKind.SEND_CLOSED), wp.int64(0), wp.int64(0))
        if outcome != int(Outcome.CONTINUE):
            return outcome
    resumed(s, g)
    d = gs(s)[g].waiting
    gs(s)[g].waiting = 0
    index = int(-1)
    success = bool(False)
    while d != 0:
        i = sudogs(s)[d].flags >> 8
        c = sudogs(s)[d].c
        lock_chan(s, c, now)
        if chans(s)[c].timer != 0:
            unblock_timer_chan(s, c)
        if d == winner:
            index = i
            success = (sudogs(s)[d].flags & SUCCESS) != 0
        else:
            dequeue_sudog(s, c, d, code(s)[row + 2 + i].a == SEND)
        nxt = sudogs(s)[d].waitlink
        release_sudog(s, d)
        d = nxt
    spend(s, params(s)[0].select_case * n)
    if closed:
        return int(Outcome.CONTINUE)
    return finish(s, g, row, n, index, success)


@wp.func(inline=False)
def select_enqueue(s: State, p: int, g: int, row: int, n: int, draw: wp.uint32, now: wp.int64):
    """Pass 2: one sudog on every channel, in lock order; which of the cases of one channel comes first is drawn."""
    last = int(0)
    num = wp.int64(-1)
    turn = int(draw % wp.uint32(n))
    rank = next_in_lock_order(s, g, row, n, turn, num, -1)
    while rank >= 0:
        i = rank + turn
        if i >= n:
            i -= n
        c = case_chan(s, g, row, i)
        d = acquire_sudog(s)
        sudogs(s)[d].g = g
        sudogs(s)[d].c = c
        sudogs(s)[d].elem = case_elem(s, g, row, i)
        sudogs(s)[d].flags = SELECT | (i << 8)
        if last == 0:
            gs(s)[g].waiting = d
        else:
            sudogs(s)[last].waitlink = d
        last = d
        if code(s)[row + 2 + i].a == SEND:
            sendq_enqueue(s, c, d)
        else:
            recvq_enqueue(s, c, d)
        if chans(s)[c].timer != 0:
            block_timer_chan(s, p, c, now)
        num = chans(s)[c].num
        rank = next_in_lock_order(s, g, row, n, turn, num, rank)


@wp.func(inline=False)
def try_case(s: State, p: int, g: int, row: int, i: int, now: wp.int64) -> int:
    """Performs case ``i`` if it can proceed. -1: it can not; 0: done, not ok; 1: done, ok; 2: send on closed channel."""
    c = case_chan(s, g, row, i)
    elem = case_elem(s, g, row, i)
    if code(s)[row + 2 + i].a == SEND:
        if chans(s)[c].closed != 0:
            return 2
        d = recvq_dequeue(s, c)
        if d != 0:
            send_to(s, p, c, d, elem, now)
            return 1
        if chans(s)[c].qcount < chans(s)[c].dataqsiz:
            buffer_put(s, c, elem)
            return 1
        return -1
    d = sendq_dequeue(s, c)
    if d != 0:
        recv_from(s, p, c, d, elem, now)
        return 1
    if chans(s)[c].qcount > 0:
        buffer_get(s, c, elem)
        return 1
    if chans(s)[c].closed != 0:
        clear_words(s, elem, chans(s)[c].elemsize)
        return 0
    return -1


@wp.func(inline=False)
def poll(s: State, p: int, g: int, row: int, n: int, draw: wp.uint32, first: int, now: wp.int64) -> int:
    """Pass 1: the first case in random poll order that can proceed: case * 4 + result of ``try_case``; -1: none.

    The order is a uniform permutation: at each step one of the cases not yet looked at, by a hash of the select's draw. Or, where ``first`` is not negative,
    that case and then the others in source order.
    """
    looked = wp.uint64(0)
    left = n
    x = draw
    while left > 0:
        x = x * PCG_MUL + PCG_INC
        word = ((x >> ((x >> wp.uint32(28)) + wp.uint32(4))) ^ x) * PCG_OUT
        word = (word >> wp.uint32(22)) ^ word
        k = int((wp.uint64(word) * wp.uint64(left)) >> wp.uint64(32))
        if first >= 0:
            k = first
            first = 0
        i = int(0)
        while i < n:
            if ((looked >> wp.uint64(i)) & wp.uint64(1)) == wp.uint64(0):
                if k == 0:
                    break
                k -= 1
            i += 1
        looked = looked | (wp.uint64(1) << wp.uint64(i))
        left -= 1
        if case_chan(s, g, row, i) != 0:
            r = try_case(s, p, g, row, i, now)
            if r >= 0:
                return i * 4 + r
    return -1


@wp.func(inline=False)
def heap_room_for(s: State, p: int, row: int, g: int, n: int) -> bool:
    """Whether P's timer heap takes the timers of the select's channels."""
    wanted = int(0)
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            if chans(s)[c].timer != 0:
                wanted += 1
    if ps(s)[p].timers + wanted <= caps(s)[0].heaps:
        return True
    overflow(s, int(Overflow.HEAPS))
    return False


@wp.func(inline=False)
def may_ready(s: State, g: int, row: int, n: int) -> bool:
    """Whether a case finds somebody waiting, or a timer: only then can the select need ``sched.lock``."""
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            waiting = chans(s)[c].sendq
            if code(s)[row + 2 + i].a == SEND:
                waiting = chans(s)[c].recvq
            if waiting != 0 or chans(s)[c].timer != 0:
                return True
    return False


@wp.func(inline=False)
def unlock_all(s: State, g: int, row: int, n: int, now: wp.int64):
    """Takes back the locks of an attempt that did not come about."""
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            chans(s)[c].lock_free = now


@wp.func(inline=False)
def fetch_all(s: State, g: int, row: int, n: int):
    """The channels of the select come from the Ps that had them last."""
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            fetch_chan(s, c)


@wp.func(inline=True)
def cannot_proceed(s: State, c: int, send: bool) -> bool:
    """``full``, ``empty``: what ``selectnbsend`` and ``selectnbrecv`` look at without the lock."""
    if send:
        if chans(s)[c].dataqsiz == 0:
            return chans(s)[c].recvq == 0
        return chans(s)[c].qcount == chans(s)[c].dataqsiz
    if chans(s)[c].dataqsiz == 0:
        return chans(s)[c].sendq == 0
    return chans(s)[c].qcount == 0


@wp.func(inline=False)
def select_one(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """One case and default: a non-blocking send or receive (``chan.go: selectnbsend``, ``selectnbrecv``), refused without the lock where possible."""
    c = case_chan(s, g, row, 0)
    if c == 0:
        return finish(s, g, row, 1, -1, False)
    send = code(s)[row + 2].a == SEND
    if may_ready(s, g, row, 1) and wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if chans(s)[c].timer != 0:
        maybe_run_chan(s, p, c, now)
    if cannot_proceed(s, c, send):
        if chans(s)[c].closed == 0:
            spend(s, params(s)[0].atomic_op)
            return finish(s, g, row, 1, -1, False)
        if not send:
            spend(s, params(s)[0].atomic_op)
            clear_words(s, case_elem(s, g, row, 0), chans(s)[c].elemsize)
            return finish(s, g, row, 1, 0, False)
    if chan_lock_busy(s, p, c, now):
        return int(Outcome.RETRY)
    if send and chans(s)[c].closed != 0:
        return start_panic(s, p, g, int(PanicKind.SEND_CLOSED), wp.int64(0), wp.int64(0))
    lock_chan(s, c, now)
    spend(s, params(s)[0].chan_op)
    r = try_case(s, p, g, row, 0, now)
    if r < 0:
        return finish(s, g, row, 1, -1, False)
    return finish(s, g, row, 1, 0, r == 1 and not send)


@wp.func(inline=False)
def selectgo(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """``selectgo``: SELECT at ``row``. A select readies at most one goroutine."""
    n = code(s)[row].b
    if (int(gs(s)[g].flags) & RESUME) != 0:
        return select_resume(s, p, g, row, n, now)
    if n == 0:
        gopark(s, p, g, int(WaitReason.SELECT_NO_CASES), now)
        return int(Outcome.LEFT)
    if n == 1 and code(s)[row + 1].a == 0:
        return select_one(s, p, g, row, now)
    if locks_busy(s, p, g, row, n, now):
        return int(Outcome.RETRY)
    if may_ready(s, g, row, n) and wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if not sudog_room(s, n):
        return int(Outcome.STALLED)
    if ps(s)[p].timers + n > caps(s)[0].heaps and not heap_room_for(s, p, row, g, n):
        return int(Outcome.STALLED)
    for i in range(n):
        c = case_chan(s, g, row, i)
        if c != 0:
            if chans(s)[c].timer != 0:
                if not maybe_run_chan(s, p, c, now):
                    return int(Outcome.STALLED)
            hold_chan(s, c, now)
    spend(s, params(s)[0].select_case * n)
    drawn = world(s)[0].rand
    draw = cheaprand(s)
    first = int(-1)
    choices = world(s)[0].choices
    if params(s)[0].strategy == int(Strategy.FORCED):
        first = int(0)
        draw = wp.uint32(0)
        if n > 1:
            first = choose_case(s, n)
    r = poll(s, p, g, row, n, draw, first, now)
    if r >= 0:
        if (r & 3) == 2:
            outcome = start_panic(s, p, g, int(PanicKind.SEND_CLOSED), wp.int64(0), wp.int64(0))
            if outcome != int(Outcome.CONTINUE):
                world(s)[0].rand = drawn
                world(s)[0].choices = choices
                unlock_all(s, g, row, n, now)
            return outcome
    if params(s)[0].transfer != 0:
        fetch_all(s, g, row, n)
    if r >= 0:
        return finish(s, g, row, n, r / 4, (r & 3) == 1 and code(s)[row + 2 + r / 4].a != SEND)
    if code(s)[row + 1].a == 0:
        return finish(s, g, row, n, -1, False)
    select_enqueue(s, p, g, row, n, draw, now)
    gopark(s, p, g, int(WaitReason.SELECT), now)
    return int(Outcome.LEFT)
