"""The less frequent local instructions, each family a function of its own that is called, not inlined: this keeps the loop in machine/local.py small.

Each returns a LocalOutcome: DONE with ``G.pc`` (and ``G.frame``) moved on, or OK when the goroutine has to stand at the instruction.
"""

import warp as wp

from gpusched.goruntime.bubble import NUMBER, bubble_of
from gpusched.goruntime.chan import makechan
from gpusched.goruntime.state import LOCAL_WORDS, PanicKind, State, Status, caps, chans, code, gs, implements, mem, types, world
from gpusched.machine.interfaces import compare_interfaces
from gpusched.machine.natives import local_native
from gpusched.machine.opcodes import FRAME_REGS, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import defer_call, no_room, panic_here, recover, run_defers, unwind
from gpusched.machine.slices import charge_allocation, grow_slice, make_slice, slice_check, too_large
from gpusched.machine.text import compare_registers, concatenate

wp.set_module_options({"enable_backward": False})

HCHAN_WORDS = wp.constant(wp.int64(14))
"""Words of a channel's descriptor (``chan.go: hchan``), allocated with its buffer."""


@wp.func(inline=True)
def make_chan(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """MAKECHAN: ``makechan`` with its check of the size."""
    ins = code(s)[pc]
    regs = gs(s)[g].frame + FRAME_REGS
    size = mem(s)[regs + ins.b]
    words = wp.int64(types(s)[ins.c].words)
    if too_large(wp.max(words, wp.int64(1)) * wp.int64(8), size) or size >= wp.int64(0x7FFFFFFF) / wp.max(words, wp.int64(1)):
        return panic_here(s, p, g, first, int(PanicKind.MAKECHAN_SIZE), size, wp.int64(0))
    if words * size > wp.int64(LOCAL_WORDS) and not first:
        return int(LocalOutcome.OK)
    row = makechan(s, ins.c, int(size))
    if row == 0:
        return no_room(s)
    charge_allocation(s, words * size + HCHAN_WORDS)
    if world(s)[0].bubbles != 0:
        chans(s)[row].bubble = 0
        if gs(s)[g].bubble != wp.int16(0):
            chans(s)[row].bubble = int(mem(s)[bubble_of(s, g) + NUMBER])
    mem(s)[regs + ins.a] = wp.int64(row)
    gs(s)[g].pc = pc + 1
    return int(LocalOutcome.DONE)


@wp.func(inline=True)
def implements_interface(s: State, g: int, pc: int) -> int:
    """IMPLEMENTS: whether a dynamic type has an interface's methods."""
    ins = code(s)[pc]
    regs = gs(s)[g].frame + FRAME_REGS
    mem(s)[regs + ins.a] = wp.int64(implements(s)[(int(mem(s)[regs + ins.b])) * caps(s)[0].interfaces + ins.c])
    gs(s)[g].pc = pc + 1
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def plain_panic(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """An instruction of machine/plain.py or a call that panics: says why, in Go's order of checks."""
    ins = code(s)[pc]
    regs = gs(s)[g].frame + FRAME_REGS
    kind = int(PanicKind.NIL_DEREFERENCE)
    index = wp.int64(0)
    length = wp.int64(0)
    if ins.op < 128:
        kind = int(PanicKind.DIVIDE)
    elif ins.op == Op.SHIFTCHK:
        kind = int(PanicKind.SHIFT)
    elif ins.op == Op.INDEX or ins.op == Op.STRINDEX:
        arg = code(s)[pc + 1]
        bound = arg.a
        if ins.op == Op.INDEX:
            bound = arg.b
        index = mem(s)[regs + ins.c]
        length = wp.int64(arg.c)
        if bound >= 0:
            length = mem(s)[regs + bound]
        if wp.uint64(index) >= wp.uint64(length):
            kind = int(PanicKind.INDEX)
    return panic_here(s, p, g, first, kind, index, length)


@wp.func(inline=False)
def rare(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """Performs the instruction at ``pc``; ``first``: it is the first of an action, so it may be a starting one."""
    op = code(s)[pc].op
    if op == Op.SLICECHK:
        return slice_check(s, p, g, pc, first)
    if op == Op.RUNDEFERS:
        return run_defers(s, p, g, pc, first)
    if op >= Op.DEFER and op <= Op.DEFERI:
        return defer_call(s, p, g, pc, first)
    if op == Op.NATIVE:
        return local_native(s, p, g, pc, first)
    if op == Op.GROWSLICE:
        return grow_slice(s, p, g, pc, first)
    if op == Op.MAKESLICE:
        return make_slice(s, p, g, pc, first)
    if op == Op.MAKECHAN:
        return make_chan(s, p, g, pc, first)
    if op == Op.IMPLEMENTS:
        return implements_interface(s, g, pc)
    if op == Op.IFACEEQ:
        return compare_interfaces(s, p, g, pc, first)
    if op == Op.STRCMP:
        return compare_registers(s, g, pc)
    if op == Op.STRCAT:
        return concatenate(s, g, pc, first)
    if op == Op.UNWIND:
        return unwind(s, p, g, first)
    if op == Op.RECOVER:
        return recover(s, g, pc)
    if op <= Op.SHIFTCHK or op == Op.CALLC or op == Op.CALLI:
        return plain_panic(s, p, g, pc, first)
    world(s)[0].status = Status.REFUSED
    world(s)[0].panic_a = wp.int64(gs(s)[g].fn)
    return int(LocalOutcome.ENDED)
