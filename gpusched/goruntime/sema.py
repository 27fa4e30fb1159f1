"""Semaphores and notification lists. Models ``runtime/sema.go``: 251 roots, a treap by address in each, a FIFO (or LIFO) list per address.

Addresses are compared by the allocation number of their object and the offset in it. A waiting sudog is ``G.waiting``, its key in ``c``
(high half) and ``elem`` (low half). The sudogs of a notifyList are kept in its head and tail words as negative row numbers.
"""

import warp as wp

from gpusched.goruntime.chan import RESUME, gopark, resumed
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_queues import fetch_word, make_runnable, runqput_tail
from gpusched.goruntime.proc_wake import ready, spend, wakep_busy
from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.rows import acquire_sudog, release_sudog, sudog_room
from gpusched.goruntime.state import SEMTAB, GFlag, PPhase, State, SudogFlag, WaitReason, gs, mem, params, ps, semtab, sudogs
from gpusched.machine.memory import object_key

wp.set_module_options({"enable_backward": False})

SEMA = int(SudogFlag.SEMA)
UINT32 = wp.constant(wp.int64(0xFFFFFFFF))


@wp.func(inline=True)
def sudog_key(s: State, d: int) -> wp.int64:
    """The address that a waiting sudog waits at, as its key."""
    return (wp.int64(sudogs(s)[d].c) << wp.int64(32)) | (wp.int64(sudogs(s)[d].elem) & UINT32)


@wp.func(inline=True)
def root_for(key: wp.int64) -> int:
    """``rootFor``."""
    return int(wp.uint64(key) * wp.uint64(0x9E3779B97F4A7C15) >> wp.uint64(33)) % SEMTAB


@wp.func(inline=False)
def replace_child(s: State, root: int, parent: int, old: int, new: int):
    """Puts ``new`` where ``old`` hangs below ``parent``, or at the root."""
    if parent == 0:
        semtab(s)[root] = new
    elif sudogs(s)[parent].prev == old:
        sudogs(s)[parent].prev = new
    else:
        sudogs(s)[parent].next = new


@wp.func(inline=False)
def rotate_left(s: State, root: int, x: int):
    """``rotateLeft``."""
    p = sudogs(s)[x].parent
    y = sudogs(s)[x].next
    b = sudogs(s)[y].prev
    sudogs(s)[y].prev = x
    sudogs(s)[x].parent = y
    sudogs(s)[x].next = b
    if b != 0:
        sudogs(s)[b].parent = x
    sudogs(s)[y].parent = p
    replace_child(s, root, p, x, y)


@wp.func(inline=False)
def rotate_right(s: State, root: int, y: int):
    """``rotateRight``."""
    p = sudogs(s)[y].parent
    x = sudogs(s)[y].prev
    b = sudogs(s)[x].next
    sudogs(s)[x].next = y
    sudogs(s)[y].parent = x
    sudogs(s)[y].prev = b
    if b != 0:
        sudogs(s)[b].parent = y
    sudogs(s)[x].parent = p
    replace_child(s, root, p, y, x)


@wp.func(inline=False)
def take_place(s: State, root: int, d: int, t: int):
    """``d`` takes the place of ``t`` in the treap."""
    parent = sudogs(s)[t].parent
    prev = sudogs(s)[t].prev
    nxt = sudogs(s)[t].next
    sudogs(s)[d].ticket = sudogs(s)[t].ticket
    sudogs(s)[d].parent = parent
    sudogs(s)[d].prev = prev
    sudogs(s)[d].next = nxt
    if prev != 0:
        sudogs(s)[prev].parent = d
    if nxt != 0:
        sudogs(s)[nxt].parent = d
    replace_child(s, root, parent, t, d)


@wp.func(inline=False)
def find(s: State, root: int, key: wp.int64) -> int:
    """The head of the list of ``key``; 0: none."""
    t = semtab(s)[root]
    while t != 0:
        k = sudog_key(s, t)
        if k == key:
            return t
        if key < k:
            t = sudogs(s)[t].prev
        else:
            t = sudogs(s)[t].next
    return t


@wp.func(inline=False)
def queue(s: State, root: int, key: wp.int64, d: int, lifo: bool):
    """``semaRoot.queue``."""
    sudogs(s)[d].c = int(key >> wp.int64(32))
    sudogs(s)[d].elem = int(key & UINT32)
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = 0
    sudogs(s)[d].parent = 0
    sudogs(s)[d].waitlink = 0
    sudogs(s)[d].waittail = 0
    t = find(s, root, key)
    if t != 0 and lifo:
        take_place(s, root, d, t)
        sudogs(s)[d].waitlink = t
        tail = sudogs(s)[t].waittail
        if tail == 0:
            tail = t
        sudogs(s)[d].waittail = tail
        sudogs(s)[t].parent = 0
        sudogs(s)[t].prev = 0
        sudogs(s)[t].next = 0
        sudogs(s)[t].waittail = 0
        return
    if t != 0:
        tail = sudogs(s)[t].waittail
        if tail == 0:
            tail = t
        sudogs(s)[tail].waitlink = d
        sudogs(s)[t].waittail = d
        return
    last = int(0)
    t = semtab(s)[root]
    left = bool(False)
    while t != 0:
        last = t
        left = key < sudog_key(s, t)
        if left:
            t = sudogs(s)[t].prev
        else:
            t = sudogs(s)[t].next
    sudogs(s)[d].ticket = cheaprand(s) | wp.uint32(1)
    sudogs(s)[d].parent = last
    if last == 0:
        semtab(s)[root] = d
    elif left:
        sudogs(s)[last].prev = d
    else:
        sudogs(s)[last].next = d
    parent = last
    while parent != 0:
        if sudogs(s)[parent].ticket <= sudogs(s)[d].ticket:
            break
        if sudogs(s)[parent].prev == d:
            rotate_right(s, root, parent)
        else:
            rotate_left(s, root, parent)
        parent = sudogs(s)[d].parent


@wp.func(inline=False)
def dequeue(s: State, root: int, key: wp.int64) -> int:
    """``semaRoot.dequeue``: the first waiter of ``key``; 0: none."""
    d = find(s, root, key)
    if d == 0:
        return 0
    t = sudogs(s)[d].waitlink
    if t != 0:
        take_place(s, root, t, d)
        if sudogs(s)[t].waitlink != 0:
            sudogs(s)[t].waittail = sudogs(s)[d].waittail
        else:
            sudogs(s)[t].waittail = 0
    else:
        nxt = sudogs(s)[d].next
        prev = sudogs(s)[d].prev
        while nxt != 0 or prev != 0:
            right = nxt == 0
            if nxt != 0 and prev != 0:
                right = sudogs(s)[prev].ticket < sudogs(s)[nxt].ticket
            if right:
                rotate_right(s, root, d)
            else:
                rotate_left(s, root, d)
            nxt = sudogs(s)[d].next
            prev = sudogs(s)[d].prev
        replace_child(s, root, sudogs(s)[d].parent, d, 0)
    sudogs(s)[d].waitlink = 0
    sudogs(s)[d].waittail = 0
    sudogs(s)[d].parent = 0
    sudogs(s)[d].next = 0
    sudogs(s)[d].prev = 0
    sudogs(s)[d].ticket = wp.uint32(0)
    return d


@wp.func(inline=True)
def cansemacquire(s: State, addr: int) -> bool:
    """``cansemacquire``."""
    v = mem(s)[addr]
    if v == wp.int64(0):
        return False
    mem(s)[addr] = v - wp.int64(1)
    return True


@wp.func(inline=False)
def semacquire1(s: State, p: int, g: int, addr: int, reason: int, lifo: bool, now: wp.int64) -> int:
    """``semacquire1``: a woken waiter without ticket must win the count again."""
    waits = (int(gs(s)[g].flags) & RESUME) == 0 and mem(s)[addr] == wp.int64(0)
    if waits and not sudog_room(s, 1):
        return int(Outcome.STALLED)
    spend(s, params(s)[0].sema_op)
    fetch_word(s, p, addr, True)
    d = int(0)
    if resumed(s, g):
        d = gs(s)[g].waiting
        gs(s)[g].waiting = 0
        if sudogs(s)[d].ticket != wp.uint32(0) or cansemacquire(s, addr):
            release_sudog(s, d)
            return int(Outcome.CONTINUE)
    else:
        if cansemacquire(s, addr):
            return int(Outcome.CONTINUE)
        d = acquire_sudog(s)
        sudogs(s)[d].g = g
        sudogs(s)[d].flags = SEMA
    key = object_key(s, addr)
    queue(s, root_for(key), key, d, lifo)
    gs(s)[g].waiting = d
    gopark(s, p, g, reason, now)
    return int(Outcome.LEFT)


@wp.func(inline=True)
def goyield(s: State, p: int, g: int, now: wp.int64):
    """``goyield``: to the tail of the own ring; wakes nobody."""
    make_runnable(s, g, now)
    ps(s)[p].g = 0
    runqput_tail(s, p, g)
    spend(s, params(s)[0].gosched)


@wp.func(inline=False)
def semrelease1(s: State, p: int, g: int, addr: int, handoff: bool, now: wp.int64) -> int:
    """``semrelease1``: with hand-off the waiter runs now, and this goroutine yields."""
    key = object_key(s, addr)
    root = root_for(key)
    if semtab(s)[root] != 0:
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
    spend(s, params(s)[0].sema_op)
    fetch_word(s, p, addr, True)
    mem(s)[addr] = (mem(s)[addr] + wp.int64(1)) & UINT32
    if semtab(s)[root] == 0:
        return int(Outcome.CONTINUE)
    d = dequeue(s, root, key)
    if d == 0:
        return int(Outcome.CONTINUE)
    if handoff and cansemacquire(s, addr):
        sudogs(s)[d].ticket = wp.uint32(1)
    ready(s, p, sudogs(s)[d].g, now)
    if sudogs(s)[d].ticket == wp.uint32(1) and int(gs(s)[g].flags) < int(GFlag.LOCKS):
        goyield(s, p, g, now)
        return int(Outcome.LEFT)
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def notify_list_add(s: State, l: int) -> wp.int64:
    """``notifyListAdd``: the caller's ticket."""
    t = mem(s)[l]
    mem(s)[l] = (t + wp.int64(1)) & UINT32
    return t


@wp.func(inline=True)
def less(a: wp.int64, b: wp.int64) -> bool:
    """``less``: order of 32-bit tickets that wrap."""
    return int((a - b) & UINT32) < 0


@wp.func(inline=False)
def notify_list_wait(s: State, p: int, g: int, l: int, t: wp.int64, now: wp.int64) -> int:
    """``notifyListWait``."""
    waits = (int(gs(s)[g].flags) & RESUME) == 0 and not less(t, mem(s)[l + 1])
    if waits and not sudog_room(s, 1):
        return int(Outcome.STALLED)
    spend(s, params(s)[0].sema_op)
    fetch_word(s, p, l, True)
    if resumed(s, g):
        release_sudog(s, gs(s)[g].waiting)
        gs(s)[g].waiting = 0
        return int(Outcome.CONTINUE)
    if not waits:
        return int(Outcome.CONTINUE)
    d = acquire_sudog(s)
    sudogs(s)[d].g = g
    sudogs(s)[d].flags = SEMA
    sudogs(s)[d].ticket = wp.uint32(t)
    tail = -int(mem(s)[l + 4])
    if tail == 0:
        mem(s)[l + 3] = wp.int64(-d)
    else:
        sudogs(s)[tail].next = d
    mem(s)[l + 4] = wp.int64(-d)
    gs(s)[g].waiting = d
    gopark(s, p, g, int(WaitReason.COND_WAIT), now)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def notify_list_all(s: State, p: int, g: int, l: int, now: wp.int64) -> int:
    """``notifyListNotifyAll``: detaches the list at once; the next actions ready its goroutines one by one."""
    spend(s, params(s)[0].sema_op)
    fetch_word(s, p, l, True)
    d = -int(mem(s)[l + 3])
    mem(s)[l + 1] = mem(s)[l]
    mem(s)[l + 3] = wp.int64(0)
    mem(s)[l + 4] = wp.int64(0)
    if d == 0:
        return int(Outcome.CONTINUE)
    ps(s)[p].phase = int(PPhase.READY_LIST)
    ps(s)[p].phase_a = d
    while d != 0:
        nxt = sudogs(s)[d].next
        sudogs(s)[d].next = 0
        sudogs(s)[d].waittail = nxt
        d = nxt
    return int(Outcome.LEFT)


@wp.func(inline=False)
def notify_list_one(s: State, p: int, g: int, l: int, now: wp.int64) -> int:
    """``notifyListNotifyOne``: readies the waiter whose ticket is next, if it waits already."""
    if mem(s)[l] == mem(s)[l + 1]:
        spend(s, params(s)[0].atomic_op)
        return int(Outcome.CONTINUE)
    if wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    spend(s, params(s)[0].sema_op)
    fetch_word(s, p, l, True)
    t = mem(s)[l + 1]
    mem(s)[l + 1] = (t + wp.int64(1)) & UINT32
    before = int(0)
    d = -int(mem(s)[l + 3])
    while d != 0:
        nxt = sudogs(s)[d].next
        if sudogs(s)[d].ticket == wp.uint32(t):
            if before == 0:
                mem(s)[l + 3] = wp.int64(-nxt)
            else:
                sudogs(s)[before].next = nxt
            if nxt == 0:
                mem(s)[l + 4] = wp.int64(-before)
            sudogs(s)[d].next = 0
            ready(s, p, sudogs(s)[d].g, now)
            return int(Outcome.CONTINUE)
        before = d
        d = nxt
    return int(Outcome.CONTINUE)
