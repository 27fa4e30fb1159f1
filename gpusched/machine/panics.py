"""Deferred calls, panics, ``runtime.Goexit`` and ``recover``. Models ``runtime/panic.go``: gopanic, deferreturn, Goexit, gorecover.

A frame's list of deferred calls hangs in a register (``Func.defers``); a record is {next, function value, number of argument words, arguments}.
A panic puts a record of its own, of the type POINTERS, in place of the goroutine's current frame, with the frame that panicked as its parent, and goes on
at row 0 (UNWIND), which does one step at a time: it calls the newest deferred call with the record as the caller's frame, so that it returns to row 0
again; or leaves a frame that has none left; or ends the world. A record below another is an earlier panic that the newer one replaces and remembers.
Words of a record that are no addresses are stored so that they are never positive.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.state import PanicKind, State, Status
from gpusched.machine.frames import called_frame, closure_function, copy_args, function_of_frame
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.memory import alloc, free
from gpusched.machine.opcodes import FRAME_REGS, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.program.program import TYPE_POINTERS, TYPE_WORDS

wp.set_module_options({"enable_backward": False})

RECORD_WORDS = 10
KIND = 2
"""Word of a panic's record: - PanicKind."""
DATA = 3
"""Data word of the interface that was the argument of panic."""
OPERANDS = 4
"""Four words: low and high half of ``a``, of ``b``, negated."""
RECOVERED = 8
"""-1: recover was called."""
OLDER = 9
"""The panic that this one replaced, by way of which ``panic: 1`` precedes ``panic: 2`` at the end."""
DEFER_NEXT, DEFER_FUNCTION, DEFER_COUNT, DEFER_ARGS = 0, 1, 2, 3


@wp.func(inline=True)
def put_scalar(s: State, addr: int, value: wp.int64):
    """Stores an integer in two words that are not positive."""
    s.t[0].mem[s.w, addr] = -(value & wp.int64(0xFFFFFFFF))
    s.t[0].mem[s.w, addr + 1] = -((value >> wp.int64(32)) & wp.int64(0xFFFFFFFF))


@wp.func(inline=True)
def take_scalar(s: State, addr: int) -> wp.int64:
    """The integer that ``put_scalar`` stored."""
    return -s.t[0].mem[s.w, addr] | (-s.t[0].mem[s.w, addr + 1] << wp.int64(32))


@wp.func(inline=True)
def is_record(s: State, frame: int) -> bool:
    """True for a panic's record, false for a frame."""
    return int(s.t[0].mem[s.w, frame - 1]) & TYPE_MASK == TYPE_POINTERS


@wp.func(inline=False)
def start_panic(s: State, p: int, g: int, kind: int, a: wp.int64, b: wp.int64) -> int:
    """Begins a panic (or Goexit) of g, which stands at the instruction that causes it; Outcome: CONTINUE, or STALLED or ENDED with nothing done.

    VALUE: a = type id, b = data word of the argument; other kinds: see PanicKind.
    """
    record = alloc(s, TYPE_POINTERS, RECORD_WORDS)
    if record == 0:
        if s.t[0].worlds[s.w].status != Status.RUNNING:
            return int(Outcome.ENDED)
        return int(Outcome.STALLED)
    s.t[0].mem[s.w, record] = wp.int64(s.t[0].gs[s.w, g].frame)
    s.t[0].mem[s.w, record + KIND] = wp.int64(-kind)
    put_scalar(s, record + OPERANDS, a)
    if kind == PanicKind.VALUE:
        s.t[0].mem[s.w, record + DATA] = b
    else:
        put_scalar(s, record + OPERANDS + 2, b)
    s.t[0].gs[s.w, g].frame = record
    s.t[0].gs[s.w, g].pc = 0
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def no_room(s: State) -> int:
    """Outcome of an instruction whose allocation failed."""
    if s.t[0].worlds[s.w].status != Status.RUNNING:
        return int(LocalOutcome.ENDED)
    return int(LocalOutcome.STALLED)


@wp.func(inline=True)
def panic_here(s: State, p: int, g: int, first: bool, kind: int, a: wp.int64, b: wp.int64) -> int:
    """An instruction panics: starts the panic if it is the first of the action, otherwise the goroutine stands at it."""
    if not first:
        return int(LocalOutcome.OK)
    outcome = start_panic(s, p, g, kind, a, b)
    if outcome == Outcome.CONTINUE:
        return int(LocalOutcome.DONE)
    if outcome == Outcome.STALLED:
        return int(LocalOutcome.STALLED)
    return int(LocalOutcome.ENDED)


@wp.func(inline=True)
def die(s: State, g: int, record: int) -> int:
    """Nothing is left to unwind: the goroutine ends after Goexit, the world after a panic."""
    kind = -int(s.t[0].mem[s.w, record + KIND])
    if kind == PanicKind.GOEXIT:
        free(s, record)
        s.t[0].gs[s.w, g].frame = 0
        return int(LocalOutcome.GOEXIT)
    s.t[0].worlds[s.w].status = Status.PANIC
    s.t[0].worlds[s.w].panic_kind = kind
    s.t[0].worlds[s.w].panic_g = g
    s.t[0].worlds[s.w].panic_record = record
    s.t[0].worlds[s.w].panic_a = take_scalar(s, record + OPERANDS)
    s.t[0].worlds[s.w].panic_b = take_scalar(s, record + OPERANDS + 2)
    if kind == PanicKind.VALUE:
        s.t[0].worlds[s.w].panic_b = s.t[0].mem[s.w, record + DATA]
    return int(LocalOutcome.ENDED)


@wp.func(inline=True)
def call_deferred(s: State, p: int, g: int, pc: int, first: bool, list_at: int, caller: int) -> int:
    """Calls the newest deferred call of the list whose head is at ``list_at``; it returns to ``pc`` in the frame ``caller``."""
    record = int(s.t[0].mem[s.w, list_at])
    value = s.t[0].mem[s.w, record + DEFER_FUNCTION]
    if value == wp.int64(0):
        outcome = panic_here(s, p, g, first, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
        if outcome == LocalOutcome.DONE:
            s.t[0].mem[s.w, list_at] = s.t[0].mem[s.w, record + DEFER_NEXT]
        return outcome
    frame = called_frame(s, caller, pc, value, record + DEFER_ARGS, int(s.t[0].mem[s.w, record + DEFER_COUNT]))
    if frame == 0:
        return no_room(s)
    s.t[0].mem[s.w, list_at] = s.t[0].mem[s.w, record + DEFER_NEXT]
    free(s, record)
    s.t[0].gs[s.w, g].frame = frame
    s.t[0].gs[s.w, g].pc = s.t[0].prog.funcs[closure_function(s, value)].entry
    s.t[0].worlds[s.w].local_ps += wp.int64(s.t[0].params[s.w].call_ps)
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def unwind(s: State, p: int, g: int, first: bool) -> int:
    """One step of the panic (or Goexit) whose record stands in place of g's frame."""
    record = s.t[0].gs[s.w, g].frame
    frame = int(s.t[0].mem[s.w, record])
    if frame == 0:
        if first:
            return die(s, g, record)
        return int(LocalOutcome.OK)
    if is_record(s, frame):
        s.t[0].mem[s.w, record] = s.t[0].mem[s.w, frame]
        oldest = record
        while s.t[0].mem[s.w, oldest + OLDER] != wp.int64(0):
            oldest = int(s.t[0].mem[s.w, oldest + OLDER])
        s.t[0].mem[s.w, oldest + OLDER] = wp.int64(frame)
        return int(LocalOutcome.DONE)
    func = function_of_frame(s, frame)
    defers = s.t[0].prog.funcs[func].defers
    if defers >= 0 and s.t[0].mem[s.w, frame + FRAME_REGS + defers] != wp.int64(0):
        return call_deferred(s, p, g, 0, first, frame + FRAME_REGS + defers, record)
    if s.t[0].mem[s.w, record + RECOVERED] != wp.int64(0):
        s.t[0].gs[s.w, g].frame = frame
        s.t[0].gs[s.w, g].pc = s.t[0].prog.funcs[func].recover
        free(s, record)
        return int(LocalOutcome.DONE)
    s.t[0].mem[s.w, record] = s.t[0].mem[s.w, frame]
    free(s, frame)
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def run_defers(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """RUNDEFERS (``deferreturn``): calls the newest deferred call, which returns here; with none left goes on."""
    frame = s.t[0].gs[s.w, g].frame
    list_at = frame + FRAME_REGS + s.t[0].prog.funcs[function_of_frame(s, frame)].defers
    if s.t[0].mem[s.w, list_at] == wp.int64(0):
        s.t[0].gs[s.w, g].pc = pc + 1
        return int(LocalOutcome.DONE)
    return call_deferred(s, p, g, pc, first, list_at, frame)


@wp.func(inline=False)
def defer_call(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """DEFER, DEFERC, DEFERI: puts a record in front of the frame's list (``deferproc``)."""
    ins = s.t[0].prog.code[pc]
    frame = s.t[0].gs[s.w, g].frame
    row = pc
    value = wp.int64(-(ins.a + 1))
    if ins.op != Op.DEFER:
        value = s.t[0].mem[s.w, frame + FRAME_REGS + ins.a]
        if ins.op == Op.DEFERI:
            if value == wp.int64(0):
                return panic_here(s, p, g, first, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
            row = pc + 1
            value = wp.int64(-(s.t[0].prog.itab[int(value), s.t[0].prog.code[row].a] + 1))
    record = alloc(s, ins.c, DEFER_ARGS + ins.b)
    if record == 0:
        return no_room(s)
    list_at = frame + FRAME_REGS + s.t[0].prog.funcs[function_of_frame(s, frame)].defers
    s.t[0].mem[s.w, record + DEFER_NEXT] = s.t[0].mem[s.w, list_at]
    s.t[0].mem[s.w, record + DEFER_FUNCTION] = value
    s.t[0].mem[s.w, record + DEFER_COUNT] = wp.int64(ins.b)
    copy_args(s, frame, row, ins.b, record + DEFER_ARGS)
    s.t[0].mem[s.w, list_at] = wp.int64(record)
    s.t[0].gs[s.w, g].pc = row + 1 + (ins.b + 2) / 3
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def recover(s: State, g: int, pc: int) -> int:
    """RECOVER (``gorecover``): the argument of the panic that called this very frame's function as a deferred call, else nil.

    A run-time error comes as an object {PanicKind, a, b} of the type WORDS.
    """
    reg = s.t[0].prog.code[pc].a
    frame = s.t[0].gs[s.w, g].frame
    regs = frame + FRAME_REGS
    record = int(s.t[0].mem[s.w, frame])
    type_id = wp.int64(0)
    data = wp.int64(0)
    if record != 0 and is_record(s, record) and s.t[0].mem[s.w, record + RECOVERED] == wp.int64(0):
        kind = -int(s.t[0].mem[s.w, record + KIND])
        if kind == PanicKind.VALUE:
            type_id = take_scalar(s, record + OPERANDS)
            data = s.t[0].mem[s.w, record + DATA]
        elif kind != PanicKind.GOEXIT:
            box = alloc(s, TYPE_WORDS, 3)
            if box == 0:
                return no_room(s)
            s.t[0].mem[s.w, box] = wp.int64(kind)
            s.t[0].mem[s.w, box + 1] = take_scalar(s, record + OPERANDS)
            s.t[0].mem[s.w, box + 2] = take_scalar(s, record + OPERANDS + 2)
            type_id = wp.int64(TYPE_WORDS)
            data = wp.int64(box)
        if kind != PanicKind.GOEXIT:
            s.t[0].mem[s.w, record + RECOVERED] = wp.int64(-1)
    s.t[0].mem[s.w, regs + reg] = type_id
    s.t[0].mem[s.w, regs + reg + 1] = data
    s.t[0].gs[s.w, g].pc = pc + 1
    return int(LocalOutcome.DONE)
