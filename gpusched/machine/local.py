"""The interpreter: executes a goroutine's local instructions up to the next starting one.

The program counter, the frame and the counts live in local variables of one loop; instructions that do arithmetic, move words, call and return are here,
rare ones in machine/rare.py. ``G.frame`` is always current (the collector starts from it), ``G.pc`` only when the loop is left.
An instruction that turns out to be a starting one (it would panic, or touches more than LOCAL_WORDS) is done only as the first of an action.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.state import LOCAL_WORDS, MAX_SEGMENT, PanicKind, State, Status
from gpusched.machine.arithmetic import binary, unary
from gpusched.machine.frames import copy_args
from gpusched.machine.memory import alloc, free
from gpusched.machine.opcodes import FRAME_PC, FRAME_REGS, IMM, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room, start_panic
from gpusched.machine.rare import rare

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def word_at(s: State, addr: int) -> wp.int64:
    """A word of memory, or a byte of a constant string (negative address)."""
    if addr < 0:
        return wp.int64(s.prog.rodata[-addr - 1])
    return s.mem[s.w, addr]


@wp.func(inline=True)
def move_words(s: State, target: int, source: int, count: int):
    """Copies words that may overlap."""
    if source < target:
        for i in range(count):
            k = count - 1 - i
            value = wp.int64(0)
            if source < 0:
                value = wp.int64(s.prog.rodata[k - source - 1])
            else:
                value = s.mem[s.w, source + k]
            s.mem[s.w, target + k] = value
    else:
        for i in range(count):
            s.mem[s.w, target + i] = s.mem[s.w, source + i]


@wp.func(inline=True)
def return_results(s: State, frame: int, pc: int, parent: int, back: int) -> int:
    """Copies the results of RET at ``pc`` to the registers that the caller lists at row ``back``, if it does; where the caller goes on."""
    rows = (s.prog.code[pc].b + 2) / 3
    if rows == 0 or s.prog.code[back].op != Op.ARG:
        return back
    for k in range(rows):
        value = s.prog.code[pc + 1 + k]
        target = s.prog.code[back + k]
        if target.a >= 0:
            s.mem[s.w, parent + FRAME_REGS + target.a] = s.mem[s.w, frame + FRAME_REGS + value.a]
        if target.b >= 0:
            s.mem[s.w, parent + FRAME_REGS + target.b] = s.mem[s.w, frame + FRAME_REGS + value.b]
        if target.c >= 0:
            s.mem[s.w, parent + FRAME_REGS + target.c] = s.mem[s.w, frame + FRAME_REGS + value.c]
    return back + rows


@wp.func(inline=True)
def run_local(s: State, p: int, g: int, started: int) -> int:
    """Executes g's local instructions from ``G.pc`` on; LocalOutcome.

    started: 0 if nothing was done yet in this action, so that the first instruction may be a starting one of the machine's own.
    """
    done = s.worlds[s.w].segment
    s.worlds[s.w].segment = 0
    n = done
    pc = s.gs[s.w, g].pc
    frame = s.gs[s.w, g].frame
    regs = frame + FRAME_REGS
    ps = wp.int64(0)
    outcome = int(LocalOutcome.OK)
    kind = int(PanicKind.NONE)
    operand_a = wp.int64(0)
    operand_b = wp.int64(0)
    while n < MAX_SEGMENT:
        ins = s.prog.code[pc]
        op = ins.op
        if op < 128:
            x = s.mem[s.w, regs + ins.b]
            y = wp.int64(ins.c)
            if op < IMM:
                y = s.mem[s.w, regs + ins.c]
            else:
                op -= IMM
            if op >= Op.DIV and op <= Op.REMU and y == wp.int64(0):
                kind = int(PanicKind.DIVIDE)
                break
            value = binary(op, x, y)
            pc += 1
            if op >= Op.JEQ and op <= Op.JGEU:
                if value != wp.int64(0):
                    pc = ins.a
            else:
                s.mem[s.w, regs + ins.a] = value
        elif op == Op.MOV:
            s.mem[s.w, regs + ins.a] = s.mem[s.w, regs + ins.b]
            pc += 1
        elif op == Op.JMP:
            pc = ins.a
        elif op == Op.LDI:
            s.mem[s.w, regs + ins.a] = wp.int64(ins.c)
            pc += 1
        elif op == Op.LOAD:
            base = int(s.mem[s.w, regs + ins.b])
            if base == 0:
                kind = int(PanicKind.NIL_DEREFERENCE)
                break
            s.mem[s.w, regs + ins.a] = s.mem[s.w, base + ins.c]
            pc += 1
        elif op == Op.STORE:
            base = int(s.mem[s.w, regs + ins.a])
            if base == 0:
                kind = int(PanicKind.NIL_DEREFERENCE)
                break
            s.mem[s.w, base + ins.c] = s.mem[s.w, regs + ins.b]
            pc += 1
        elif op == Op.INDEX:
            arg = s.prog.code[pc + 1]
            base = int(s.mem[s.w, regs + ins.b])
            index = s.mem[s.w, regs + ins.c]
            length = wp.int64(arg.c)
            if arg.b >= 0:
                length = s.mem[s.w, regs + arg.b]
            if wp.uint64(index) >= wp.uint64(length):
                kind = int(PanicKind.INDEX)
                operand_a = index
                operand_b = length
                break
            if base == 0:
                kind = int(PanicKind.NIL_DEREFERENCE)
                break
            s.mem[s.w, regs + ins.a] = wp.int64(base + int(index) * arg.a)
            pc += 2
        elif op == Op.FIELD:
            base = int(s.mem[s.w, regs + ins.b])
            if base == 0:
                kind = int(PanicKind.NIL_DEREFERENCE)
                break
            s.mem[s.w, regs + ins.a] = wp.int64(base + ins.c)
            pc += 1
        elif op == Op.RET:
            parent = int(s.mem[s.w, frame])
            if parent == 0:
                if started == 0 and n == 0:
                    free(s, frame)
                    s.gs[s.w, g].frame = 0
                    outcome = int(LocalOutcome.GOEXIT)
                break
            pc = return_results(s, frame, pc, parent, int(s.mem[s.w, frame + FRAME_PC]))
            free(s, frame)
            s.gs[s.w, g].frame = parent
            frame = parent
            regs = frame + FRAME_REGS
        elif op == Op.ALLOC or (op >= Op.CALL and op <= Op.CALLI):
            func = ins.a
            type_id = ins.c
            context = wp.int64(0)
            row = pc
            if op != Op.ALLOC:
                if op == Op.CALLC:
                    context = s.mem[s.w, regs + ins.a]
                    if context == wp.int64(0):
                        kind = int(PanicKind.NIL_DEREFERENCE)
                        break
                    if context < wp.int64(0):
                        func = int(-context) - 1
                    else:
                        func = int(s.mem[s.w, int(context)])
                elif op == Op.CALLI:
                    dynamic = int(s.mem[s.w, regs + ins.a])
                    if dynamic == 0:
                        kind = int(PanicKind.NIL_DEREFERENCE)
                        break
                    row = pc + 1
                    func = s.prog.itab[dynamic, s.prog.code[row].a]
                type_id = s.prog.funcs[func].frame_type
            words = s.prog.types[type_id].words
            if op == Op.ALLOC and words > LOCAL_WORDS and (started != 0 or n != 0):
                break
            addr = alloc(s, type_id, words)
            if addr == 0:
                outcome = no_room(s)
                break
            if op == Op.ALLOC:
                s.mem[s.w, regs + ins.a] = wp.int64(addr)
                ps += wp.int64(s.params[s.w].alloc_ps) + wp.int64(s.params[s.w].alloc_word_ps) * wp.int64(words)
                pc += 1
            else:
                target = addr + FRAME_REGS
                if s.prog.funcs[func].context != 0:
                    s.mem[s.w, target] = context
                    target += 1
                copy_args(s, frame, row, ins.b, target)
                s.mem[s.w, addr] = wp.int64(frame)
                s.mem[s.w, addr + FRAME_PC] = wp.int64(row + 1 + (ins.b + 2) / 3)
                s.gs[s.w, g].frame = addr
                frame = addr
                regs = frame + FRAME_REGS
                pc = s.prog.funcs[func].entry
                ps += wp.int64(s.params[s.w].call_ps)
        elif op == Op.LDK:
            s.mem[s.w, regs + ins.a] = s.prog.consts[ins.c]
            pc += 1
        elif op == Op.LEA:
            s.mem[s.w, regs + ins.a] = wp.int64(regs + ins.b)
            pc += 1
        elif op >= Op.NOT and op <= Op.F32:
            s.mem[s.w, regs + ins.a] = unary(op, ins.c, s.mem[s.w, regs + ins.b])
            pc += 1
        elif op == Op.STRINDEX:
            index = s.mem[s.w, regs + ins.c]
            length = s.mem[s.w, regs + s.prog.code[pc + 1].a]
            if wp.uint64(index) >= wp.uint64(length):
                kind = int(PanicKind.INDEX)
                operand_a = index
                operand_b = length
                break
            base = int(s.mem[s.w, regs + ins.b])
            if base < 0:
                s.mem[s.w, regs + ins.a] = wp.int64(s.prog.rodata[int(index) - base - 1])
            else:
                s.mem[s.w, regs + ins.a] = s.mem[s.w, base + int(index)]
            pc += 2
        elif op == Op.SHIFTCHK:
            if s.mem[s.w, regs + ins.b] < wp.int64(0):
                kind = int(PanicKind.SHIFT)
                break
            pc += 1
        elif op == Op.ZERO:
            for i in range(ins.b):
                s.mem[s.w, regs + ins.a + i] = wp.int64(0)
            pc += 1
        elif op == Op.COPY:
            words = int(s.mem[s.w, regs + ins.c])
            if words > LOCAL_WORDS and (started != 0 or n != 0):
                break
            move_words(s, int(s.mem[s.w, regs + ins.a]), int(s.mem[s.w, regs + ins.b]), words)
            ps += wp.int64(s.params[s.w].alloc_word_ps) * wp.int64(words)
            pc += 1
        elif op >= Op.GO:
            break
        else:
            s.gs[s.w, g].pc = pc
            outcome = rare(s, p, g, pc, started == 0 and n == 0)
            pc = s.gs[s.w, g].pc
            frame = s.gs[s.w, g].frame
            regs = frame + FRAME_REGS
            if outcome != LocalOutcome.DONE:
                break
            outcome = int(LocalOutcome.OK)
        n += 1
    s.gs[s.w, g].pc = pc
    if kind != PanicKind.NONE and started == 0 and n == 0:
        raised = start_panic(s, p, g, kind, operand_a, operand_b)
        if raised == Outcome.STALLED:
            outcome = int(LocalOutcome.STALLED)
        elif raised == Outcome.ENDED:
            outcome = int(LocalOutcome.ENDED)
        else:
            n = 1
    if outcome == LocalOutcome.STALLED:
        s.worlds[s.w].segment = n
    s.worlds[s.w].local_ps += ps + wp.int64(s.params[s.w].local_ps) * wp.int64(n - done)
    return outcome
