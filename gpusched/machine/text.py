"""Strings: comparison, concatenation, conversion from and to bytes. Models ``runtime/string.go``.

A string is (address, length), one byte a word; a negative address is constant data, byte k of a constant at ``-(k + 1)``.
"""

import warp as wp

from gpusched.goruntime.state import LOCAL_WORDS, State, code, gs, mem, rodata
from gpusched.machine.memory import alloc
from gpusched.machine.opcodes import FRAME_REGS
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room
from gpusched.machine.slices import charge_allocation, roundupsize, words_of
from gpusched.program.program import TYPE_WORDS

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def byte_at(s: State, addr: int, i: int) -> wp.int64:
    """Byte i of the string at ``addr``."""
    if addr < 0:
        return wp.int64(rodata(s)[i - addr - 1])
    return mem(s)[addr + i]


@wp.func(inline=False)
def compare_strings(s: State, x: int, x_len: int, y: int, y_len: int) -> int:
    """-1, 0 or 1: the order of two strings by bytes."""
    if x != y:
        for i in range(wp.min(x_len, y_len)):
            difference = int(byte_at(s, x, i) - byte_at(s, y, i))
            if difference < 0:
                return -1
            if difference > 0:
                return 1
    if x_len < y_len:
        return -1
    if x_len > y_len:
        return 1
    return 0


@wp.func(inline=True)
def compare_registers(s: State, g: int, pc: int) -> int:
    """STRCMP."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    regs = gs(s)[g].frame + FRAME_REGS
    x_len = int(mem(s)[regs + arg.a])
    order = compare_strings(s, int(mem(s)[regs + ins.b]), x_len, int(mem(s)[regs + ins.c]), int(mem(s)[regs + arg.b]))
    mem(s)[regs + ins.a] = wp.int64(order)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)


@wp.func(inline=True)
def copy_bytes(s: State, target: int, source: int, count: int):
    """Copies a string's bytes to fresh memory."""
    for i in range(count):
        mem(s)[target + i] = byte_at(s, source, i)


@wp.func(inline=False)
def concatenate(s: State, g: int, pc: int, first: bool) -> int:
    """STRCAT (``concatstrings``): with an empty operand the result is the other one itself."""
    ins = code(s)[pc]
    head = code(s)[pc + 1]
    tail = code(s)[pc + 2]
    regs = gs(s)[g].frame + FRAME_REGS
    x = int(mem(s)[regs + head.a])
    x_len = int(mem(s)[regs + head.b])
    y = int(mem(s)[regs + head.c])
    y_len = int(mem(s)[regs + tail.a])
    made = x
    if x_len == 0:
        made = y
    elif y_len != 0:
        if x_len + y_len > LOCAL_WORDS and not first:
            return int(LocalOutcome.OK)
        made = alloc(s, TYPE_WORDS, x_len + y_len)
        if made == 0:
            return no_room(s)
        charge_allocation(s, words_of(wp.int64(x_len + y_len)))
        copy_bytes(s, made, x, x_len)
        copy_bytes(s, made + x_len, y, y_len)
    mem(s)[regs + ins.a] = wp.int64(made)
    mem(s)[regs + tail.b] = wp.int64(x_len + y_len)
    gs(s)[g].pc = pc + 3
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def convert_bytes(s: State, g: int, pc: int, next_pc: int, first: bool, to_bytes: bool) -> int:
    """STR_FROM_BYTES (``slicebytetostring``) and STR_TO_BYTES (``stringtoslicebyte``, with Go's capacity)."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    regs = gs(s)[g].frame + FRAME_REGS
    source = int(mem(s)[regs + arg.a])
    length = int(mem(s)[regs + arg.b])
    capacity = length
    if to_bytes:
        capacity = int(roundupsize(wp.int64(length), True))
    made = int(0)
    if length != 0:
        if capacity > LOCAL_WORDS and not first:
            return int(LocalOutcome.OK)
        made = alloc(s, TYPE_WORDS, capacity)
        if made == 0:
            return no_room(s)
        charge_allocation(s, words_of(wp.int64(capacity)))
        copy_bytes(s, made, source, length)
    elif to_bytes:
        made = alloc(s, TYPE_WORDS, 0)
        if made == 0:
            return no_room(s)
    mem(s)[regs + ins.a] = wp.int64(made)
    mem(s)[regs + ins.a + 1] = wp.int64(length)
    if to_bytes:
        mem(s)[regs + ins.a + 2] = wp.int64(capacity)
    gs(s)[g].pc = next_pc
    return int(LocalOutcome.DONE)
