"""Semaphores and notification lists. Models ``runtime/sema.go``: 251 roots, a treap by address in each, a FIFO (or LIFO) list per address.

Addresses are compared by the allocation number of their object and the offset in it. A waiting sudog is held by ``G.param``, its key in ``c``
(high half) and ``elem`` (low half). The sudogs of a notifyList are kept in its head and tail words as negative row numbers.
"""

import warp as wp

from gpusched.goruntime.chan import gopark, resumed
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_queues import make_runnable, runqput_tail
from gpusched.goruntime.proc_wake import ready, spend, wakep_busy
from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.rows import acquire_sudog, release_sudog, sudog_room
from gpusched.goruntime.state import SEMTAB, GFlag, PPhase, State, WaitReason
from gpusched.machine.memory import object_key

wp.set_module_options({"enable_backward": False})

UINT32 = wp.constant(wp.int64(0xFFFFFFFF))


@wp.func(inline=True)
def sudog_key(s: State, d: int) -> wp.int64:
    """The address that a waiting sudog waits at, as its key."""
    return (wp.int64(s.t[0].sudogs[s.w, d].c) << wp.int64(32)) | (wp.int64(s.t[0].sudogs[s.w, d].elem) & UINT32)


@wp.func(inline=True)
def root_for(key: wp.int64) -> int:
    """``rootFor``."""
    return int(wp.uint64(key) * wp.uint64(0x9E3779B97F4A7C15) >> wp.uint64(33)) % SEMTAB


@wp.func(inline=False)
def replace_child(s: State, root: int, parent: int, old: int, new: int):
    """Puts ``new`` where ``old`` hangs below ``parent``, or at the root."""
    if parent == 0:
        s.t[0].semtab[s.w, root] = new
    elif s.t[0].sudogs[s.w, parent].prev == old:
        s.t[0].sudogs[s.w, parent].prev = new
    else:
        s.t[0].sudogs[s.w, parent].next = new


@wp.func(inline=False)
def rotate_left(s: State, root: int, x: int):
    """``rotateLeft``."""
    p = s.t[0].sudogs[s.w, x].parent
    y = s.t[0].sudogs[s.w, x].next
    b = s.t[0].sudogs[s.w, y].prev
    s.t[0].sudogs[s.w, y].prev = x
    s.t[0].sudogs[s.w, x].parent = y
    s.t[0].sudogs[s.w, x].next = b
    if b != 0:
        s.t[0].sudogs[s.w, b].parent = x
    s.t[0].sudogs[s.w, y].parent = p
    replace_child(s, root, p, x, y)


@wp.func(inline=False)
def rotate_right(s: State, root: int, y: int):
    """``rotateRight``."""
    p = s.t[0].sudogs[s.w, y].parent
    x = s.t[0].sudogs[s.w, y].prev
    b = s.t[0].sudogs[s.w, x].next
    s.t[0].sudogs[s.w, x].next = y
    s.t[0].sudogs[s.w, y].parent = x
    s.t[0].sudogs[s.w, y].prev = b
    if b != 0:
        s.t[0].sudogs[s.w, b].parent = y
    s.t[0].sudogs[s.w, x].parent = p
    replace_child(s, root, p, y, x)


@wp.func(inline=False)
def take_place(s: State, root: int, d: int, t: int):
    """``d`` takes the place of ``t`` in the treap."""
    parent = s.t[0].sudogs[s.w, t].parent
    prev = s.t[0].sudogs[s.w, t].prev
    nxt = s.t[0].sudogs[s.w, t].next
    s.t[0].sudogs[s.w, d].ticket = s.t[0].sudogs[s.w, t].ticket
    s.t[0].sudogs[s.w, d].parent = parent
    s.t[0].sudogs[s.w, d].prev = prev
    s.t[0].sudogs[s.w, d].next = nxt
    if prev != 0:
        s.t[0].sudogs[s.w, prev].parent = d
    if nxt != 0:
        s.t[0].sudogs[s.w, nxt].parent = d
    replace_child(s, root, parent, t, d)


@wp.func(inline=False)
def find(s: State, root: int, key: wp.int64) -> int:
    """The head of the list of ``key``; 0: none."""
    t = s.t[0].semtab[s.w, root]
    while t != 0:
        k = sudog_key(s, t)
        if k == key:
            return t
        if key < k:
            t = s.t[0].sudogs[s.w, t].prev
        else:
            t = s.t[0].sudogs[s.w, t].next
    return t


@wp.func(inline=False)
def queue(s: State, root: int, key: wp.int64, d: int, lifo: bool):
    """``semaRoot.queue``."""
    s.t[0].sudogs[s.w, d].c = int(key >> wp.int64(32))
    s.t[0].sudogs[s.w, d].elem = int(key & UINT32)
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = 0
    s.t[0].sudogs[s.w, d].parent = 0
    s.t[0].sudogs[s.w, d].waitlink = 0
    s.t[0].sudogs[s.w, d].waittail = 0
    t = find(s, root, key)
    if t != 0 and lifo:
        take_place(s, root, d, t)
        s.t[0].sudogs[s.w, d].waitlink = t
        tail = s.t[0].sudogs[s.w, t].waittail
        if tail == 0:
            tail = t
        s.t[0].sudogs[s.w, d].waittail = tail
        s.t[0].sudogs[s.w, t].parent = 0
        s.t[0].sudogs[s.w, t].prev = 0
        s.t[0].sudogs[s.w, t].next = 0
        s.t[0].sudogs[s.w, t].waittail = 0
        return
    if t != 0:
        tail = s.t[0].sudogs[s.w, t].waittail
        if tail == 0:
            tail = t
        s.t[0].sudogs[s.w, tail].waitlink = d
        s.t[0].sudogs[s.w, t].waittail = d
        return
    last = int(0)
    t = s.t[0].semtab[s.w, root]
    left = bool(False)
    while t != 0:
        last = t
        left = key < sudog_key(s, t)
        if left:
            t = s.t[0].sudogs[s.w, t].prev
        else:
            t = s.t[0].sudogs[s.w, t].next
    s.t[0].sudogs[s.w, d].ticket = cheaprand(s) | wp.uint32(1)
    s.t[0].sudogs[s.w, d].parent = last
    if last == 0:
        s.t[0].semtab[s.w, root] = d
    elif left:
        s.t[0].sudogs[s.w, last].prev = d
    else:
        s.t[0].sudogs[s.w, last].next = d
    parent = last
    while parent != 0:
        if s.t[0].sudogs[s.w, parent].ticket <= s.t[0].sudogs[s.w, d].ticket:
            break
        if s.t[0].sudogs[s.w, parent].prev == d:
            rotate_right(s, root, parent)
        else:
            rotate_left(s, root, parent)
        parent = s.t[0].sudogs[s.w, d].parent


@wp.func(inline=False)
def dequeue(s: State, root: int, key: wp.int64) -> int:
    """``semaRoot.dequeue``: the first waiter of ``key``; 0: none."""
    d = find(s, root, key)
    if d == 0:
        return 0
    t = s.t[0].sudogs[s.w, d].waitlink
    if t != 0:
        take_place(s, root, t, d)
        if s.t[0].sudogs[s.w, t].waitlink != 0:
            s.t[0].sudogs[s.w, t].waittail = s.t[0].sudogs[s.w, d].waittail
        else:
            s.t[0].sudogs[s.w, t].waittail = 0
    else:
        nxt = s.t[0].sudogs[s.w, d].next
        prev = s.t[0].sudogs[s.w, d].prev
        while nxt != 0 or prev != 0:
            right = nxt == 0
            if nxt != 0 and prev != 0:
                right = s.t[0].sudogs[s.w, prev].ticket < s.t[0].sudogs[s.w, nxt].ticket
            if right:
                rotate_right(s, root, d)
            else:
                rotate_left(s, root, d)
            nxt = s.t[0].sudogs[s.w, d].next
            prev = s.t[0].sudogs[s.w, d].prev
        replace_child(s, root, s.t[0].sudogs[s.w, d].parent, d, 0)
    s.t[0].sudogs[s.w, d].waitlink = 0
    s.t[0].sudogs[s.w, d].waittail = 0
    s.t[0].sudogs[s.w, d].parent = 0
    s.t[0].sudogs[s.w, d].next = 0
    s.t[0].sudogs[s.w, d].prev = 0
    s.t[0].sudogs[s.w, d].ticket = wp.uint32(0)
    return d


@wp.func(inline=True)
def cansemacquire(s: State, addr: int) -> bool:
    """``cansemacquire``."""
    v = s.t[0].mem[s.w, addr]
    if v == wp.int64(0):
        return False
    s.t[0].mem[s.w, addr] = v - wp.int64(1)
    return True


@wp.func(inline=False)
def semacquire1(s: State, p: int, g: int, addr: int, reason: int, lifo: bool, now: wp.int64) -> int:
    """``semacquire1``: a woken waiter without ticket must win the count again."""
    spend(s, s.t[0].params[s.w].sema_op)
    d = int(0)
    if resumed(s, g):
        d = s.t[0].gs[s.w, g].param
        s.t[0].gs[s.w, g].param = 0
        if s.t[0].sudogs[s.w, d].ticket != wp.uint32(0) or cansemacquire(s, addr):
            release_sudog(s, d)
            return int(Outcome.CONTINUE)
    else:
        if cansemacquire(s, addr):
            return int(Outcome.CONTINUE)
        if not sudog_room(s, 1):
            return int(Outcome.STALLED)
        d = acquire_sudog(s)
        s.t[0].sudogs[s.w, d].g = g
    key = object_key(s, addr)
    queue(s, root_for(key), key, d, lifo)
    s.t[0].gs[s.w, g].param = d
    gopark(s, p, g, reason, now)
    return int(Outcome.LEFT)


@wp.func(inline=True)
def goyield(s: State, p: int, g: int, now: wp.int64):
    """``goyield``: to the tail of the own ring; wakes nobody."""
    make_runnable(s, g, now)
    s.t[0].ps[s.w, p].g = 0
    runqput_tail(s, p, g)
    spend(s, s.t[0].params[s.w].gosched)


@wp.func(inline=False)
def semrelease1(s: State, p: int, g: int, addr: int, handoff: bool, now: wp.int64) -> int:
    """``semrelease1``: with hand-off the waiter runs now, and this goroutine yields."""
    key = object_key(s, addr)
    root = root_for(key)
    if s.t[0].semtab[s.w, root] != 0:
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
    spend(s, s.t[0].params[s.w].sema_op)
    s.t[0].mem[s.w, addr] = (s.t[0].mem[s.w, addr] + wp.int64(1)) & UINT32
    if s.t[0].semtab[s.w, root] == 0:
        return int(Outcome.CONTINUE)
    d = dequeue(s, root, key)
    if d == 0:
        return int(Outcome.CONTINUE)
    if handoff and cansemacquire(s, addr):
        s.t[0].sudogs[s.w, d].ticket = wp.uint32(1)
    ready(s, p, s.t[0].sudogs[s.w, d].g, now)
    if s.t[0].sudogs[s.w, d].ticket == wp.uint32(1) and s.t[0].gs[s.w, g].flags < int(GFlag.LOCKS):
        goyield(s, p, g, now)
        return int(Outcome.LEFT)
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def notify_list_add(s: State, l: int) -> wp.int64:
    """``notifyListAdd``: the caller's ticket."""
    t = s.t[0].mem[s.w, l]
    s.t[0].mem[s.w, l] = (t + wp.int64(1)) & UINT32
    return t


@wp.func(inline=True)
def less(a: wp.int64, b: wp.int64) -> bool:
    """``less``: order of 32-bit tickets that wrap."""
    return int((a - b) & UINT32) < 0


@wp.func(inline=False)
def notify_list_wait(s: State, p: int, g: int, l: int, t: wp.int64, now: wp.int64) -> int:
    """``notifyListWait``."""
    spend(s, s.t[0].params[s.w].sema_op)
    if resumed(s, g):
        release_sudog(s, s.t[0].gs[s.w, g].param)
        s.t[0].gs[s.w, g].param = 0
        return int(Outcome.CONTINUE)
    if less(t, s.t[0].mem[s.w, l + 1]):
        return int(Outcome.CONTINUE)
    if not sudog_room(s, 1):
        return int(Outcome.STALLED)
    d = acquire_sudog(s)
    s.t[0].sudogs[s.w, d].g = g
    s.t[0].sudogs[s.w, d].ticket = wp.uint32(t)
    tail = -int(s.t[0].mem[s.w, l + 4])
    if tail == 0:
        s.t[0].mem[s.w, l + 3] = wp.int64(-d)
    else:
        s.t[0].sudogs[s.w, tail].next = d
    s.t[0].mem[s.w, l + 4] = wp.int64(-d)
    s.t[0].gs[s.w, g].param = d
    gopark(s, p, g, int(WaitReason.COND_WAIT), now)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def notify_list_all(s: State, p: int, g: int, l: int, now: wp.int64) -> int:
    """``notifyListNotifyAll``: detaches the list at once; the next actions ready its goroutines one by one."""
    spend(s, s.t[0].params[s.w].sema_op)
    d = -int(s.t[0].mem[s.w, l + 3])
    s.t[0].mem[s.w, l + 1] = s.t[0].mem[s.w, l]
    s.t[0].mem[s.w, l + 3] = wp.int64(0)
    s.t[0].mem[s.w, l + 4] = wp.int64(0)
    if d == 0:
        return int(Outcome.CONTINUE)
    s.t[0].ps[s.w, p].phase = int(PPhase.READY_LIST)
    s.t[0].ps[s.w, p].phase_a = d
    while d != 0:
        nxt = s.t[0].sudogs[s.w, d].next
        s.t[0].sudogs[s.w, d].next = 0
        s.t[0].sudogs[s.w, d].waittail = nxt
        d = nxt
    return int(Outcome.LEFT)


@wp.func(inline=False)
def notify_list_one(s: State, p: int, g: int, l: int, now: wp.int64) -> int:
    """``notifyListNotifyOne``: readies the waiter whose ticket is next, if it waits already."""
    if s.t[0].mem[s.w, l] == s.t[0].mem[s.w, l + 1]:
        spend(s, s.t[0].params[s.w].atomic_op)
        return int(Outcome.CONTINUE)
    if wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    spend(s, s.t[0].params[s.w].sema_op)
    t = s.t[0].mem[s.w, l + 1]
    s.t[0].mem[s.w, l + 1] = (t + wp.int64(1)) & UINT32
    before = int(0)
    d = -int(s.t[0].mem[s.w, l + 3])
    while d != 0:
        nxt = s.t[0].sudogs[s.w, d].next
        if s.t[0].sudogs[s.w, d].ticket == wp.uint32(t):
            if before == 0:
                s.t[0].mem[s.w, l + 3] = wp.int64(-nxt)
            else:
                s.t[0].sudogs[s.w, before].next = nxt
            if nxt == 0:
                s.t[0].mem[s.w, l + 4] = wp.int64(-before)
            s.t[0].sudogs[s.w, d].next = 0
            ready(s, p, s.t[0].sudogs[s.w, d].g, now)
            return int(Outcome.CONTINUE)
        before = d
        d = nxt
    return int(Outcome.CONTINUE)
