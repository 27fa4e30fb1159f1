"""The interpreter: executes a goroutine's local instructions up to the next starting one.

The program counter, the frame and the counts live in local variables of one loop. Arithmetic, moves, jumps, loads and stores are in machine/plain.py,
calls, returns and allocations here, rare instructions and all that panics in machine/rare.py. ``G.frame`` is always current (the collector starts
from it), ``G.pc`` only when the loop is left.
An instruction that turns out to be a starting one (it would panic, or touches more than LOCAL_WORDS) is done only as the first of an action.
"""

import warp as wp

from gpusched.goruntime.rand import draw64, quantile
from gpusched.goruntime.state import (
    LOCAL_WORDS,
    MAX_SEGMENT,
    PAGE,
    State,
    Status,
    caps,
    code,
    consts,
    foreseen,
    funcs,
    gs,
    itab,
    mem,
    params,
    rodata,
    types,
    world,
)
from gpusched.machine.frames import copy_args, frame_link
from gpusched.machine.kinds import TOTAL, weigh
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.memory import alloc_inline, free
from gpusched.machine.opcodes import FRAME_LINK, FRAME_REGS, Native, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room
from gpusched.machine.plain import plain
from gpusched.machine.rare import rare
from gpusched.machine.text import byte_at

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def move_words(s: State, target: int, source: int, count: int):
    """Copies words that may overlap, or the bytes of a constant string."""
    if source < target:
        for i in range(count):
            k = count - 1 - i
            mem(s)[target + k] = byte_at(s, source, k)
    else:
        for i in range(count):
            mem(s)[target + i] = mem(s)[source + i]


@wp.func(inline=True)
def return_results(s: State, frame: int, pc: int, parent: int, back: int) -> int:
    """Copies the results of RET at ``pc`` to the registers that the caller lists at row ``back``, if it does; where the caller goes on."""
    rows = (code(s)[pc].b + 2) / 3
    if rows == 0 or code(s)[back].op != Op.ARG:
        return back
    for k in range(rows):
        value = code(s)[pc + 1 + k]
        target = code(s)[back + k]
        if target.a >= 0:
            mem(s)[parent + FRAME_REGS + target.a] = mem(s)[frame + FRAME_REGS + value.a]
        if target.b >= 0:
            mem(s)[parent + FRAME_REGS + target.b] = mem(s)[frame + FRAME_REGS + value.b]
        if target.c >= 0:
            mem(s)[parent + FRAME_REGS + target.c] = mem(s)[frame + FRAME_REGS + value.c]
    return back + rows


@wp.func(inline=True)
def callee(s: State, pc: int, regs: int) -> tuple[int, wp.int64]:
    """Function that CALL, CALLC or CALLI calls (-1: of nil), and its context."""
    ins = code(s)[pc]
    func = ins.a
    context = wp.int64(0)
    if ins.op == Op.CALLC:
        context = mem(s)[regs + ins.a]
        func = -1
        if context < wp.int64(0):
            func = int(-context) - 1
        elif context > wp.int64(0):
            func = int(mem(s)[int(context)])
    elif ins.op == Op.CALLI:
        dynamic = int(mem(s)[regs + ins.a])
        func = -1
        if dynamic != 0:
            func = itab(s)[dynamic * caps(s)[0].methods + code(s)[pc + 1].a]
    return func, context


@wp.func(inline=True)
def enter(s: State, g: int, pc: int, frame: int, func: int, context: wp.int64, made: int):
    """Makes ``made`` the frame of a call of ``func`` at ``pc``: context, arguments, the way back."""
    ins = code(s)[pc]
    row = pc
    if ins.op == Op.CALLI:
        row = pc + 1
    target = made + FRAME_REGS
    if funcs(s)[func].context != 0:
        mem(s)[target] = context
        target += 1
    copy_args(s, frame, row, ins.b, target)
    mem(s)[made + FRAME_LINK] = frame_link(frame, row + 1 + (ins.b + 2) / 3)
    gs(s)[g].frame = made


@wp.func(inline=False)
def stack_overflow(s: State, g: int):
    """The limit of memory was reached by a call: if g's own frames hold more than half of it, its stack is what is too large."""
    words = wp.int64(0)
    frame = gs(s)[g].frame
    while frame != 0:
        words += wp.int64(types(s)[int(mem(s)[frame - 1]) & TYPE_MASK].words + 1)
        frame = int(mem(s)[frame + FRAME_LINK])
    if words > wp.int64(params(s)[0].max_pages) * wp.int64(PAGE // 2):
        world(s)[0].status = Status.STACK_OVERFLOW
        world(s)[0].panic_g = g


@wp.func(inline=True)
def run_local(s: State, p: int, g: int, started: int) -> int:
    """Executes g's local instructions from ``G.pc`` on; LocalOutcome.

    started: 0 if nothing was done yet in this action, so that the first instruction may be a starting one of the machine's own.
    """
    done = world(s)[0].segment
    world(s)[0].segment = 0
    n = done
    pc = gs(s)[g].pc
    frame = gs(s)[g].frame
    regs = frame + FRAME_REGS
    pico = wp.int64(0)
    counts = wp.int64(0)
    divisions = int(0)
    weighed = done
    scaled = caps(s)[0].scaled
    outcome = int(LocalOutcome.OK)
    while n < MAX_SEGMENT:
        reached = plain(code(s), consts(s), rodata(s), mem(s), foreseen(s, p), pc, regs, MAX_SEGMENT - n)
        pc = int(reached[0] & wp.int64(0xFFFFFFFF))
        divisions += int(reached[0] >> wp.int64(32))
        counts += reached[1]
        n += int(reached[1] & TOTAL)
        if n >= MAX_SEGMENT:
            break
        first = started == 0 and n == 0
        slow = bool(False)
        ins = code(s)[pc]
        op = ins.op
        if op >= Op.GO:
            break
        if scaled != 0:
            pico += weigh(s, frame, counts, divisions, n - weighed - int(counts & TOTAL))
            weighed = n
            divisions = 0
            counts = wp.int64(0)
        if op == Op.RET:
            link = mem(s)[frame + FRAME_LINK]
            parent = int(link)
            if parent == 0 and not first:
                break
            if parent != 0:
                pc = return_results(s, frame, pc, parent, int(link >> wp.int64(32)))
            free(s, frame)
            gs(s)[g].frame = parent
            frame = parent
            regs = frame + FRAME_REGS
            if parent == 0:
                outcome = int(LocalOutcome.GOEXIT)
                break
        elif op == Op.ALLOC or (op >= Op.CALL and op <= Op.CALLI):
            type_id = ins.c
            func = int(0)
            context = wp.int64(0)
            if op != Op.ALLOC:
                func, context = callee(s, pc, regs)
                type_id = funcs(s)[wp.max(func, 0)].frame_type
            words = types(s)[type_id].words
            if op == Op.ALLOC and words > LOCAL_WORDS and not first:
                break
            if func < 0:
                slow = True
            else:
                made = alloc_inline(s, type_id, words)
                if made == 0:
                    outcome = no_room(s)
                    if outcome == LocalOutcome.ENDED and op != Op.ALLOC:
                        stack_overflow(s, g)
                    break
                if op == Op.ALLOC:
                    mem(s)[regs + ins.a] = wp.int64(made)
                    pico += wp.int64(params(s)[0].alloc_ps) + wp.int64(params(s)[0].alloc_word_ps) * wp.int64(words)
                    pc += 1
                else:
                    enter(s, g, pc, frame, func, context, made)
                    frame = made
                    regs = frame + FRAME_REGS
                    pc = funcs(s)[func].entry
                    pico += wp.int64(params(s)[0].call_ps)
        elif op == Op.NATIVE and ins.c == Native.QUANTILE:
            table = int(mem(s)[regs + code(s)[pc + 1].a])
            mem(s)[regs + ins.a] = quantile(s, table, mem(s)[regs + code(s)[pc + 1].b], draw64(s, g))
            pc += 2
        elif op == Op.ZERO:
            for i in range(ins.b):
                mem(s)[regs + ins.a + i] = wp.int64(0)
            pc += 1
        elif op == Op.COPY:
            words = int(mem(s)[regs + ins.c])
            if words > LOCAL_WORDS and not first:
                break
            move_words(s, int(mem(s)[regs + ins.a]), int(mem(s)[regs + ins.b]), words)
            pico += wp.int64(params(s)[0].copy_ps) * wp.int64(words)
            pc += 1
        else:
            slow = True
        if slow:
            gs(s)[g].pc = pc
            outcome = rare(s, p, g, pc, first)
            pc = gs(s)[g].pc
            frame = gs(s)[g].frame
            regs = frame + FRAME_REGS
            if outcome != LocalOutcome.DONE:
                break
            outcome = int(LocalOutcome.OK)
        n += 1
    gs(s)[g].pc = pc
    if outcome == LocalOutcome.STALLED:
        world(s)[0].segment = n
    if scaled != 0 or params(s)[0].by_kind != 0:
        pico += weigh(s, frame, counts, divisions, n - weighed - int(counts & TOTAL))
    else:
        pico += wp.int64(params(s)[0].local_ps) * wp.int64(n - done)
    world(s)[0].local_ps += pico
    return outcome
