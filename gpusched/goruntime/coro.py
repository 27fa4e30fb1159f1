"""Coroutines, on which ``iter.Pull`` stands. Models ``runtime/coro.go``: newcoro, coroswitch, coroexit.

A coro is an object whose word 0 is the row of the goroutine that waits in it. A switch hands it the P at once: no queue, no ``schedtick``, the time slice
goes on. It costs three atomic operations, as many as Go's own has on its fast path.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_create import gdestroy, newproc1
from gpusched.goruntime.proc_wake import spend
from gpusched.goruntime.rand import child_key
from gpusched.goruntime.rows import g_room
from gpusched.goruntime.state import GStatus, PanicKind, State, Status, WaitReason, funcs, gs, mem, params, ps, world
from gpusched.machine.frames import closure_context, closure_function, new_frame
from gpusched.machine.opcodes import FRAME_LINK, FRAME_REGS

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def end_fatally(s: State, g: int, kind: int) -> int:
    """``throw``, ``fatal`` with a text of the runtime's own."""
    world(s)[0].status = int(Status.FATAL)
    world(s)[0].panic_kind = kind
    world(s)[0].panic_g = g
    return int(Outcome.ENDED)


@wp.func(inline=False)
def newcoro(s: State, p: int, g: int, row: int, value: wp.int64, c: int, now: wp.int64) -> int:
    """``newcoro``: a goroutine that waits in the coro ``c``; at the first switch it begins with the function value, whose argument is ``c``."""
    if not g_room(s, p):
        return int(Outcome.STALLED)
    func = closure_function(s, value)
    frame = new_frame(s, func, closure_context(value))
    if frame == 0:
        return int(Outcome.STALLED)
    mem(s)[frame + FRAME_LINK] = gs(s)[g].goid << wp.int64(32)
    mem(s)[frame + FRAME_REGS + funcs(s)[func].context] = wp.int64(c)
    n = gs(s)[g].starts
    gs(s)[g].starts = n + wp.uint32(1)
    k0, k1 = child_key(gs(s)[g].key0, gs(s)[g].key1, n, wp.uint32(0))
    h = newproc1(s, p, func, frame, row, k0, k1, now)
    gs(s)[h].bubble = gs(s)[g].bubble
    gs(s)[h].status = wp.int8(int(GStatus.WAITING))
    gs(s)[h].waitreason = wp.int8(int(WaitReason.COROUTINE))
    gs(s)[h].since = now
    mem(s)[c] = wp.int64(h)
    return int(Outcome.CONTINUE)


@wp.func(inline=False)
def coroswitch(s: State, p: int, g: int, c: int, leaving: bool, now: wp.int64) -> int:
    """``coroswitch_m``: the goroutine in the coro ``c`` runs on this P, and the one that calls waits there, or ends."""
    h = int(mem(s)[c])
    if h == 0:
        return end_fatally(s, g, int(PanicKind.CORO_EXITED))
    if h == g:
        return end_fatally(s, g, int(PanicKind.CORO_SELF))
    if leaving:
        gdestroy(s, p, g, now)
        mem(s)[c] = wp.int64(0)
    else:
        gs(s)[g].status = wp.int8(int(GStatus.WAITING))
        gs(s)[g].waitreason = wp.int8(int(WaitReason.COROUTINE))
        gs(s)[g].since = now
        mem(s)[c] = wp.int64(g)
    gs(s)[h].status = wp.int8(int(GStatus.RUNNING))
    gs(s)[h].waitreason = wp.int8(0)
    ps(s)[p].g = h
    spend(s, 3 * params(s)[0].atomic_op)
    return int(Outcome.LEFT)
