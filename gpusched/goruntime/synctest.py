"""Bubbles of ``testing/synctest``. Models ``runtime/synctest.go``, whose Run and Wait are Go code of ours (the frontend's ``_shims/internal/synctest``).

A goroutine belongs to the bubble of the one that started it. Whether all of a bubble is durably blocked is asked when one of its goroutines has left its P
(``left``), by looking at all goroutines; then the root is readied if a timer is due, else the one that waits, else the root. Go counts instead, with the same
answer.
"""

import warp as wp

from gpusched.goruntime.bubble import CLOCK, DONE, MAIN, NEXT, NUMBER, ROOT, SLOT, WAITER, bubble_of, in_slot
from gpusched.goruntime.chan import gopark, resumed
from gpusched.goruntime.coro import end_fatally
from gpusched.goruntime.fake_time import earliest, stop_all
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_wake import ready
from gpusched.goruntime.state import GLOBALS, GStatus, PanicKind, State, SudogFlag, WaitReason, caps, chans, code, gs, mem, pages, sudogs, timers, world
from gpusched.goruntime.time import nanotime, unlock_and_run
from gpusched.machine.frames import arg_reg, get_reg
from gpusched.machine.layout import CONTINUED, PAGE_SHIFT
from gpusched.machine.opcodes import Native, Op, SynctestOp

wp.set_module_options({"enable_backward": False})

NODE_POINTER, NODE_NUMBER, NODE_NEXT = 0, 1, 2
"""Words of an entry in the list of associated pointers."""
SEMA = int(SudogFlag.SEMA)


@wp.func(inline=True)
def durable(reason: int) -> bool:
    """``isIdleInSynctest``."""
    return (
        reason >= int(WaitReason.COROUTINE)
        or reason == int(WaitReason.CHAN_RECEIVE_NIL)
        or reason == int(WaitReason.CHAN_SEND_NIL)
        or reason == int(WaitReason.SELECT_NO_CASES)
        or reason == int(WaitReason.SLEEP)
        or reason == int(WaitReason.COND_WAIT)
    )


@wp.func(inline=False)
def synctest_reason(s: State, g: int) -> int:
    """The reason for which a goroutine of a bubble waits: the durable one if all that it waits for belongs to a bubble."""
    reason = int(gs(s)[g].waitreason)
    if reason == int(WaitReason.WAITGROUP_WAIT):
        row = gs(s)[g].pc
        if code(s)[row].op == int(Op.SYS) and code(s)[row].c == int(Native.SEMACQUIRE) and get_reg(s, g, arg_reg(s, row, 3)) != wp.int64(0):
            return int(WaitReason.SYNCTEST_WAITGROUP_WAIT)
        return reason
    if reason != int(WaitReason.CHAN_RECEIVE) and reason != int(WaitReason.CHAN_SEND) and reason != int(WaitReason.SELECT):
        return reason
    d = gs(s)[g].waiting
    while d != 0:
        if chans(s)[sudogs(s)[d].c].bubble == 0:
            return reason
        d = sudogs(s)[d].waitlink
    if reason == int(WaitReason.CHAN_RECEIVE):
        return int(WaitReason.SYNCTEST_CHAN_RECEIVE)
    if reason == int(WaitReason.CHAN_SEND):
        return int(WaitReason.SYNCTEST_CHAN_SEND)
    return int(WaitReason.SYNCTEST_SELECT)


@wp.func(inline=False)
def active(s: State, slot: wp.int16) -> bool:
    """Whether a goroutine of the bubble in a slot is not durably blocked."""
    for g in range(1, world(s)[0].allgs + 1):
        if gs(s)[g].bubble == slot:
            status = int(gs(s)[g].status)
            if status != int(GStatus.DEAD) and not (status == int(GStatus.WAITING) and durable(int(gs(s)[g].waitreason))):
                return True
    return False


@wp.func(inline=False)
def left(s: State, p: int, g: int, now: wp.int64):
    """``changegstatus`` and ``maybeWakeLocked``, after an action in which G may have left its P."""
    slot = gs(s)[g].bubble
    status = int(gs(s)[g].status)
    if slot == wp.int16(0):
        return
    bubble = bubble_of(s, g)
    if status == int(GStatus.DEAD):
        gs(s)[g].bubble = wp.int16(0)
        if mem(s)[bubble + MAIN] == gs(s)[g].goid:
            mem(s)[bubble + DONE] = wp.int64(1)
    elif status == int(GStatus.WAITING):
        gs(s)[g].waitreason = wp.int8(synctest_reason(s, g))
    else:
        return
    if active(s, slot):
        return
    woken = int(mem(s)[bubble + ROOT])
    t = earliest(s, mem(s)[bubble + NUMBER], False)
    if mem(s)[bubble + WAITER] != wp.int64(0) and (t == 0 or timers(s)[t].when > mem(s)[bubble + CLOCK]):
        woken = int(mem(s)[bubble + WAITER])
    if int(gs(s)[woken].status) == int(GStatus.WAITING):
        ready(s, p, woken, now)


@wp.func(inline=False)
def inherit(s: State, g: int, child: int):
    """``newproc1``: a goroutine belongs to the bubble of the one that starts it, unless it is the runtime's own; the root's first one is main."""
    if gs(s)[child].fn == caps(s)[0].cleaner:
        return
    bubble = bubble_of(s, g)
    gs(s)[child].bubble = gs(s)[g].bubble
    if bubble != 0 and mem(s)[bubble + MAIN] == wp.int64(0):
        mem(s)[bubble + MAIN] = gs(s)[child].goid


@wp.func(inline=False)
def foreign_channel(s: State, g: int, c: int) -> bool:
    """Whether a channel belongs to a bubble that is not G's."""
    number = chans(s)[c].bubble
    if number == 0:
        return False
    bubble = bubble_of(s, g)
    return bubble == 0 or mem(s)[bubble + NUMBER] != wp.int64(number)


@wp.func(inline=False)
def channel_refused(s: State, g: int, row: int) -> bool:
    """Whether G stands at an operation on a channel of another bubble, which ends the world."""
    ins = code(s)[row]
    kind = int(0)
    if ins.op == int(Op.SEND) and foreign_channel(s, g, int(get_reg(s, g, ins.a))):
        kind = int(PanicKind.SYNCTEST_SEND)
    elif ins.op == int(Op.RECV) and foreign_channel(s, g, int(get_reg(s, g, ins.b))):
        kind = int(PanicKind.SYNCTEST_RECEIVE)
    elif ins.op == int(Op.CLOSE) and foreign_channel(s, g, int(get_reg(s, g, ins.a))):
        kind = int(PanicKind.SYNCTEST_CLOSE)
    elif ins.op == int(Op.SELECT):
        for i in range(ins.b):
            if foreign_channel(s, g, int(get_reg(s, g, code(s)[row + 2 + i].b))):
                kind = int(PanicKind.SYNCTEST_SELECT)
    if kind == 0:
        return False
    end_fatally(s, g, kind)
    return True


@wp.func(inline=False)
def wake_refused(s: State, g: int, l: int, all: bool) -> bool:
    """Whether a notification would wake a goroutine of a bubble that is not G's, which ends the world."""
    d = -int(mem(s)[l + 3])
    while d != 0:
        bubble = gs(s)[sudogs(s)[d].g].bubble
        if bubble != wp.int16(0) and bubble != gs(s)[g].bubble and (all or sudogs(s)[d].ticket == wp.uint32(mem(s)[l + 1])):
            end_fatally(s, g, int(PanicKind.SYNCTEST_WAKE))
            return True
        d = sudogs(s)[d].next
    return False


@wp.func(inline=False)
def total(s: State, slot: wp.int64) -> int:
    """How many goroutines belong to the bubble in a slot."""
    n = int(0)
    for g in range(1, world(s)[0].allgs + 1):
        if wp.int64(gs(s)[g].bubble) == slot:
            n += 1
    return n


@wp.func(inline=False)
def associate(s: State, g: int, at: int, pointer: wp.int64, node: int, add: bool) -> wp.int64:
    """``getOrSetBubbleSpecial``: the number of the bubble that a pointer belongs to, after it was added to G's; 0: none; -1: it is a package variable."""
    page = int(pointer - wp.int64(1)) >> PAGE_SHIFT
    if pages(s)[page].cls == CONTINUED:
        page = pages(s)[page].link
    if page == (GLOBALS - 1) >> PAGE_SHIFT:
        return wp.int64(-1)
    n = int(mem(s)[at])
    while n != 0:
        if mem(s)[n + NODE_POINTER] == pointer:
            return mem(s)[n + NODE_NUMBER]
        n = int(mem(s)[n + NODE_NEXT])
    if not add:
        return wp.int64(0)
    number = mem(s)[bubble_of(s, g) + NUMBER]
    mem(s)[node + NODE_POINTER] = pointer
    mem(s)[node + NODE_NUMBER] = number
    mem(s)[node + NODE_NEXT] = mem(s)[at]
    mem(s)[at] = wp.int64(node)
    return number


@wp.func(inline=False)
def disassociate(s: State, at: int, pointer: wp.int64):
    """``removespecial``."""
    before = at
    n = int(mem(s)[at])
    while n != 0:
        if mem(s)[n + NODE_POINTER] == pointer:
            mem(s)[before] = mem(s)[n + NODE_NEXT]
            return
        before = n + NODE_NEXT
        n = int(mem(s)[before])


@wp.func(inline=False)
def fire(s: State, p: int, bubble: int, now: wp.int64) -> int:
    """``timers.check`` of a bubble, one timer: 1 if one was due and ran, 2 if there is no room."""
    t = earliest(s, mem(s)[bubble + NUMBER], True)
    if t == 0 or timers(s)[t].when > mem(s)[bubble + CLOCK]:
        return 0
    if unlock_and_run(s, p, t, bubble, now):
        return 1
    return 2


@wp.func(inline=False)
def enter(s: State, g: int, at: int, bubble: int):
    """G becomes the root of a new bubble, which comes into the list at ``at``."""
    number = world(s)[0].bubbles + 1
    world(s)[0].bubbles = number
    world(s)[0].bubble_list = at
    slot = int(1)
    while in_slot(s, slot) != 0:
        slot += 1
    mem(s)[bubble + NUMBER] = wp.int64(number)
    mem(s)[bubble + ROOT] = wp.int64(g)
    mem(s)[bubble + SLOT] = wp.int64(slot)
    mem(s)[bubble + NEXT] = mem(s)[at]
    mem(s)[at] = wp.int64(bubble)
    gs(s)[g].bubble = wp.int16(slot)


@wp.func(inline=False)
def leave(s: State, g: int, bubble: int):
    """The root leaves its bubble, whose time ends; the bubble leaves the list unless goroutines remain in it."""
    stop_all(s, mem(s)[bubble + NUMBER])
    gs(s)[g].bubble = wp.int16(0)
    if total(s, mem(s)[bubble + SLOT]) > 0:
        return
    at = world(s)[0].bubble_list
    while int(mem(s)[at]) != bubble:
        at = int(mem(s)[at]) + NEXT
    mem(s)[at] = mem(s)[bubble + NEXT]


@wp.func(inline=False)
def park(s: State, p: int, g: int, bubble: int, op: int, now: wp.int64) -> int:
    """IDLE and WAIT."""
    if resumed(s, g):
        if op == int(SynctestOp.WAIT):
            mem(s)[bubble + WAITER] = wp.int64(0)
        return int(Outcome.CONTINUE)
    if op == int(SynctestOp.WAIT):
        mem(s)[bubble + WAITER] = wp.int64(g)
        gopark(s, p, g, int(WaitReason.SYNCTEST_WAIT), now)
    else:
        gopark(s, p, g, int(WaitReason.SYNCTEST_RUN), now)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def operate(s: State, g: int, row: int, op: int, x: int, now: wp.int64) -> wp.int64:
    """The operations that neither wait nor fire: their result. ``x``: the second argument."""
    own = bubble_of(s, g)
    if op == int(SynctestOp.ENTER):
        enter(s, g, x, int(get_reg(s, g, arg_reg(s, row, 2))))
    elif op == int(SynctestOp.LEAVE):
        leave(s, g, own)
    elif op == int(SynctestOp.NEXT):
        t = earliest(s, mem(s)[x + NUMBER], False)
        if t != 0:
            return timers(s)[t].when
    elif op == int(SynctestOp.TOTAL):
        return wp.int64(total(s, mem(s)[x + SLOT]))
    elif op == int(SynctestOp.ASSOCIATE):
        node = int(get_reg(s, g, arg_reg(s, row, 3)))
        return associate(s, g, x, get_reg(s, g, arg_reg(s, row, 2)), node, get_reg(s, g, arg_reg(s, row, 4)) != wp.int64(0))
    elif op == int(SynctestOp.DISASSOCIATE):
        disassociate(s, x, get_reg(s, g, arg_reg(s, row, 2)))
    elif op == int(SynctestOp.BUBBLE):
        return wp.int64(own)
    elif op == int(SynctestOp.BUBBLED):
        return wp.int64(wp.min(own, 1))
    elif op == int(SynctestOp.NANO):
        if own != 0:
            return mem(s)[own + CLOCK]
        return nanotime(s, now)
    return wp.int64(0)
