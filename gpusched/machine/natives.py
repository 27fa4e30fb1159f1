"""Local natives: functions without a Go body, or of the model, that touch only the goroutine's own world at no moment of their own.

Models what ``sync``, ``internal/sync`` and ``math`` reach by linkname (procPin, LoadAcquintptr), and the draws of ``gpusched/work``.
"""

import warp as wp

from gpusched.goruntime.rand import cheaprand, cheaprandn, draw64, uniform
from gpusched.goruntime.state import GFlag, State, Status, caps, code, gs, mem, params, tables, world
from gpusched.machine.maps import map_native
from gpusched.machine.opcodes import FRAME_LINK, FRAME_REGS, Native, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import KIND, STACK, STANDS, is_record
from gpusched.machine.text import convert_bytes

wp.set_module_options({"enable_backward": False})


@wp.func_native("""
    double value;
    memcpy(&value, &x, 8);
    value = native == 11 ? sqrt(value) : floor(value);
    memcpy(&x, &value, 8);
    return x;
""")
def float_function(native: int, x: wp.int64) -> wp.int64:
    """Return SQRT or FLOOR of a float64 in a word."""
    ...


@wp.func(inline=False)
def find_table(s: State, kind: wp.int64, shape: wp.int64) -> int:
    """Number of the quantile table of a distribution, -1 if the program has none."""
    for i in range(caps(s)[0].tables):
        if tables(s)[i * 2 + 0] == kind and tables(s)[i * 2 + 1] == shape:
            return i
    return -1


@wp.func(inline=True)
def refuse(s: State, native: int) -> int:
    """Ends the world: it reached a native that exists at compile time only."""
    world(s)[0].status = Status.REFUSED
    world(s)[0].panic_a = wp.int64(-1 - native)
    return int(LocalOutcome.ENDED)


@wp.func(inline=True)
def runtime_rand(s: State) -> wp.int64:
    """64 bits of the runtime's stream."""
    low = wp.uint64(cheaprand(s))
    return wp.int64(low | (wp.uint64(cheaprand(s)) << wp.uint64(32)))


@wp.func(inline=False)
def callers(s: State, g: int, pc: int, at: int, most: int) -> int:
    """CALLERS: the rows that ``Stacks.rows`` (machine/traceback.py) gives, of the goroutine that runs."""
    row = pc
    frame = gs(s)[g].frame
    n = int(0)
    while n < most and frame > 0:
        if is_record(s, frame):
            mem(s)[at + n] = mem(s)[frame + KIND]
            row = -int(mem(s)[frame + STANDS])
            frame = int(mem(s)[frame + STACK])
        else:
            mem(s)[at + n] = wp.int64(row)
            link = mem(s)[frame + FRAME_LINK]
            row = int(link >> wp.int64(32))
            frame = int(link & wp.int64(0xFFFFFFFF))
            if frame > 0:
                if code(s)[row].op != Op.RUNDEFERS:
                    row = wp.max(row - 1, 0)
        n += 1
    return n


@wp.func(inline=False)
def local_native(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """NATIVE: performs a local native and stores its results."""
    ins = code(s)[pc]
    native = ins.c
    next_pc = pc + 1 + (ins.b + 2) / 3
    if native == Native.STR_FROM_BYTES or native == Native.STR_TO_BYTES:
        return convert_bytes(s, g, pc, next_pc, first, native == Native.STR_TO_BYTES)
    if native >= Native.MAP_HASH and native <= Native.RAISE:
        return map_native(s, p, g, pc, first)
    regs = gs(s)[g].frame + FRAME_REGS
    x = wp.int64(0)
    y = wp.int64(0)
    if ins.b > 0:
        x = mem(s)[regs + code(s)[pc + 1].a]
    if ins.b > 1:
        y = mem(s)[regs + code(s)[pc + 1].b]
    result = wp.int64(0)
    if native == Native.PROC_PIN:
        gs(s)[g].flags += wp.int16(int(GFlag.LOCKS))
        result = wp.int64(p - 1)
    elif native == Native.PROC_UNPIN:
        gs(s)[g].flags -= wp.int16(int(GFlag.LOCKS))
    elif native == Native.RUNTIME_RAND:
        result = runtime_rand(s)
    elif native == Native.RUNTIME_RANDN:
        result = wp.int64(cheaprandn(s, wp.uint32(x)))
    elif native == Native.WORK_RAND:
        result = wp.int64(draw64(s, g))
    elif native == Native.TABLE:
        table = find_table(s, x, y)
        if table < 0:
            return refuse(s, native)
        result = wp.int64(table)
    elif native == Native.LOAD_ACQUINT:
        result = mem(s)[int(x)]
    elif native == Native.STORE_RELINT:
        mem(s)[int(x)] = y
    elif native == Native.ADD_WORD:
        mem(s)[int(x)] += y
    elif native == Native.SQRT or native == Native.FLOOR:
        result = float_function(native, x)
    elif native == Native.UNIFORM:
        result = wp.int64(uniform(draw64(s, g), wp.uint64(x)))
    elif native == Native.CALLERS:
        result = wp.int64(callers(s, g, pc, int(x), int(y)))
    elif native == Native.GOID:
        result = gs(s)[g].goid
    elif native == Native.NUM_CPU:
        result = wp.int64(params(s)[0].num_cpu)
    else:
        return refuse(s, native)
    if ins.a >= 0:
        mem(s)[regs + ins.a] = result
    gs(s)[g].pc = next_pc
    return int(LocalOutcome.DONE)
