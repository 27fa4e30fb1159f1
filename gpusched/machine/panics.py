"""Deferred calls, panics, ``runtime.Goexit`` and ``recover``. Models ``runtime/panic.go``: gopanic, deferreturn, Goexit, gorecover.

A frame's list of deferred calls hangs in a register (``Func.defers``); a record is {next, function value, number of argument words, arguments}.
A panic puts a record of its own, of the type POINTERS, in place of the goroutine's current frame, with the frame that panicked as its parent, and goes on
at row 0 (UNWIND), which does one step at a time: it calls the newest deferred call with the record as the caller's frame, so that it returns to row 0
again; or leaves a frame that has none left; or ends the world. A record below another is an earlier panic that the newer one replaces and remembers.
Frames that were left stay until the panic is recovered: the world's end shows them (machine/traceback.py). At the very end the program's own
``preprintpanics`` (program/shown.py) asks the values for their texts. Words of a record that are no addresses are stored so that they are never positive.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.state import PanicKind, State, Status, caps, code, funcs, gs, itab, mem, params, world
from gpusched.machine.frames import called_frame, closure_function, copy_args, function_of_frame, new_frame
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.memory import alloc, free
from gpusched.machine.opcodes import FRAME_REGS, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.program.program import TYPE_POINTERS, TYPE_WORDS

wp.set_module_options({"enable_backward": False})

RECORD_WORDS = 14
STANDS = 1
"""Word of a panic's record: - the row at which the frame in STACK stands."""
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
STACK = 10
"""The frame that panicked."""
TEXT = 11
"""What the value's Error or String gave at the end: address of the string, - its length in the next word."""
PRINTED = 13
"""-1: the value was asked for its text."""
DEFER_NEXT, DEFER_FUNCTION, DEFER_COUNT, DEFER_ARGS = 0, 1, 2, 3


@wp.func(inline=True)
def put_scalar(s: State, addr: int, value: wp.int64):
    """Stores an integer in two words that are not positive."""
    mem(s)[addr] = -(value & wp.int64(0xFFFFFFFF))
    mem(s)[addr + 1] = -((value >> wp.int64(32)) & wp.int64(0xFFFFFFFF))


@wp.func(inline=True)
def take_scalar(s: State, addr: int) -> wp.int64:
    """The integer that ``put_scalar`` stored."""
    return -mem(s)[addr] | (-mem(s)[addr + 1] << wp.int64(32))


@wp.func(inline=True)
def is_record(s: State, frame: int) -> bool:
    """True for a panic's record, false for a frame."""
    return int(mem(s)[frame - 1]) & TYPE_MASK == TYPE_POINTERS


@wp.func(inline=False)
def start_panic(s: State, p: int, g: int, kind: int, a: wp.int64, b: wp.int64) -> int:
    """Begins a panic (or Goexit) of g, which stands at the instruction that causes it; Outcome: CONTINUE, or STALLED or ENDED with nothing done.

    VALUE: a = type id, b = data word of the argument; other kinds: see PanicKind.
    """
    record = alloc(s, TYPE_POINTERS, RECORD_WORDS)
    if record == 0:
        if world(s)[0].status != Status.RUNNING:
            return int(Outcome.ENDED)
        return int(Outcome.STALLED)
    mem(s)[record] = wp.int64(gs(s)[g].frame)
    mem(s)[record + STANDS] = wp.int64(-gs(s)[g].pc)
    mem(s)[record + STACK] = wp.int64(gs(s)[g].frame)
    mem(s)[record + KIND] = wp.int64(-kind)
    put_scalar(s, record + OPERANDS, a)
    if kind == PanicKind.VALUE:
        mem(s)[record + DATA] = b
    else:
        put_scalar(s, record + OPERANDS + 2, b)
    gs(s)[g].frame = record
    gs(s)[g].pc = 0
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def no_room(s: State) -> int:
    """Outcome of an instruction whose allocation failed."""
    if world(s)[0].status != Status.RUNNING:
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
def free_stack(s: State, record: int, end: int):
    """Gives back a panic's record and what was left of the stack: everything above the frame ``end``."""
    at = record
    while at != end:
        below = int(mem(s)[at])
        if is_record(s, at):
            below = int(mem(s)[at + STACK])
        free(s, at)
        at = below


@wp.func(inline=True)
def die(s: State, g: int, record: int) -> int:
    """Nothing is left to unwind: the goroutine ends after Goexit, the world after a panic, once ``preprintpanics`` has run."""
    kind = -int(mem(s)[record + KIND])
    if kind == PanicKind.GOEXIT:
        free_stack(s, record, 0)
        gs(s)[g].frame = 0
        return int(LocalOutcome.GOEXIT)
    preprint = caps(s)[0].preprint
    if preprint > 0 and mem(s)[record + PRINTED] == wp.int64(0):
        frame = new_frame(s, preprint, 0)
        if frame == 0:
            return no_room(s)
        mem(s)[frame] = wp.int64(record)
        mem(s)[frame + FRAME_REGS] = wp.int64(record)
        gs(s)[g].frame = frame
        gs(s)[g].pc = funcs(s)[preprint].entry
        return int(LocalOutcome.DONE)
    world(s)[0].status = Status.PANIC
    world(s)[0].panic_kind = kind
    world(s)[0].panic_g = g
    world(s)[0].panic_record = record
    world(s)[0].panic_a = take_scalar(s, record + OPERANDS)
    world(s)[0].panic_b = take_scalar(s, record + OPERANDS + 2)
    if kind == PanicKind.VALUE:
        world(s)[0].panic_b = mem(s)[record + DATA]
    return int(LocalOutcome.ENDED)


@wp.func(inline=True)
def call_deferred(s: State, p: int, g: int, pc: int, first: bool, list_at: int, caller: int) -> int:
    """Calls the newest deferred call of the list whose head is at ``list_at``; it returns to ``pc`` in the frame ``caller``."""
    record = int(mem(s)[list_at])
    value = mem(s)[record + DEFER_FUNCTION]
    if value == wp.int64(0):
        outcome = panic_here(s, p, g, first, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
        if outcome == LocalOutcome.DONE:
            mem(s)[list_at] = mem(s)[record + DEFER_NEXT]
        return outcome
    frame = called_frame(s, caller, pc, value, record + DEFER_ARGS, int(mem(s)[record + DEFER_COUNT]))
    if frame == 0:
        return no_room(s)
    mem(s)[list_at] = mem(s)[record + DEFER_NEXT]
    free(s, record)
    gs(s)[g].frame = frame
    gs(s)[g].pc = funcs(s)[closure_function(s, value)].entry
    world(s)[0].local_ps += wp.int64(params(s)[0].call_ps)
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def unwind(s: State, p: int, g: int, first: bool) -> int:
    """One step of the panic (or Goexit) whose record stands in place of g's frame."""
    record = gs(s)[g].frame
    frame = int(mem(s)[record])
    if frame == 0:
        if first:
            return die(s, g, record)
        return int(LocalOutcome.OK)
    if is_record(s, frame):
        mem(s)[record] = mem(s)[frame]
        oldest = record
        while mem(s)[oldest + OLDER] != wp.int64(0):
            oldest = int(mem(s)[oldest + OLDER])
        mem(s)[oldest + OLDER] = wp.int64(frame)
        return int(LocalOutcome.DONE)
    func = function_of_frame(s, frame)
    defers = funcs(s)[func].defers
    if defers >= 0 and mem(s)[frame + FRAME_REGS + defers] != wp.int64(0):
        return call_deferred(s, p, g, 0, first, frame + FRAME_REGS + defers, record)
    if mem(s)[record + RECOVERED] != wp.int64(0):
        older = int(mem(s)[record + OLDER])
        while older != 0 and mem(s)[older + KIND] != wp.int64(-PanicKind.GOEXIT):
            older = int(mem(s)[older + OLDER])
        if older != 0:
            mem(s)[record + KIND] = wp.int64(-PanicKind.GOEXIT)
            mem(s)[record + RECOVERED] = wp.int64(0)
            mem(s)[record + OLDER] = wp.int64(0)
            return int(LocalOutcome.DONE)
        gs(s)[g].frame = frame
        gs(s)[g].pc = funcs(s)[func].recover
        free_stack(s, record, frame)
        return int(LocalOutcome.DONE)
    mem(s)[record] = mem(s)[frame]
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def run_defers(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """RUNDEFERS (``deferreturn``): calls the newest deferred call, which returns here; with none left goes on."""
    frame = gs(s)[g].frame
    list_at = frame + FRAME_REGS + funcs(s)[function_of_frame(s, frame)].defers
    if mem(s)[list_at] == wp.int64(0):
        gs(s)[g].pc = pc + 1
        return int(LocalOutcome.DONE)
    return call_deferred(s, p, g, pc, first, list_at, frame)


@wp.func(inline=False)
def defer_call(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """DEFER, DEFERC, DEFERI: puts a record in front of the frame's list (``deferproc``)."""
    ins = code(s)[pc]
    frame = gs(s)[g].frame
    row = pc
    value = wp.int64(-(ins.a + 1))
    if ins.op != Op.DEFER:
        value = mem(s)[frame + FRAME_REGS + ins.a]
        if ins.op == Op.DEFERI:
            if value == wp.int64(0):
                return panic_here(s, p, g, first, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
            row = pc + 1
            value = wp.int64(-(itab(s)[(int(value)) * caps(s)[0].methods + code(s)[row].a] + 1))
    record = alloc(s, ins.c, DEFER_ARGS + ins.b)
    if record == 0:
        return no_room(s)
    list_at = frame + FRAME_REGS + funcs(s)[function_of_frame(s, frame)].defers
    mem(s)[record + DEFER_NEXT] = mem(s)[list_at]
    mem(s)[record + DEFER_FUNCTION] = value
    mem(s)[record + DEFER_COUNT] = wp.int64(ins.b)
    copy_args(s, frame, row, ins.b, record + DEFER_ARGS)
    mem(s)[list_at] = wp.int64(record)
    gs(s)[g].pc = row + 1 + (ins.b + 2) / 3
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def recover(s: State, g: int, pc: int) -> int:
    """RECOVER (``gorecover``): the argument of the panic that called this very frame's function as a deferred call, else nil.

    A run-time error comes as an object {PanicKind, a, b} of the type WORDS.
    """
    reg = code(s)[pc].a
    frame = gs(s)[g].frame
    regs = frame + FRAME_REGS
    record = int(mem(s)[frame])
    type_id = wp.int64(0)
    data = wp.int64(0)
    if record != 0 and is_record(s, record) and mem(s)[record + RECOVERED] == wp.int64(0):
        kind = -int(mem(s)[record + KIND])
        if kind == PanicKind.VALUE:
            type_id = take_scalar(s, record + OPERANDS)
            data = mem(s)[record + DATA]
        elif kind != PanicKind.GOEXIT:
            box = alloc(s, TYPE_WORDS, 3)
            if box == 0:
                return no_room(s)
            mem(s)[box] = wp.int64(kind)
            mem(s)[box + 1] = take_scalar(s, record + OPERANDS)
            mem(s)[box + 2] = take_scalar(s, record + OPERANDS + 2)
            type_id = wp.int64(TYPE_WORDS)
            data = wp.int64(box)
        if kind != PanicKind.GOEXIT:
            mem(s)[record + RECOVERED] = wp.int64(-1)
    mem(s)[regs + reg] = type_id
    mem(s)[regs + reg + 1] = data
    gs(s)[g].pc = pc + 1
    return int(LocalOutcome.DONE)
