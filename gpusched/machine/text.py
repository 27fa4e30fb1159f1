"""Strings: comparison, concatenation, conversion from and to bytes. Models ``runtime/string.go``.

A string is (address, length), one byte a word; a negative address is constant data, byte k of a constant at ``-(k + 1)``.
"""

import warp as wp

from gpusched.goruntime.state import LOCAL_WORDS, State
from gpusched.machine.memory import alloc
from gpusched.machine.opcodes import FRAME_REGS
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room
from gpusched.machine.slices import charge_allocation, roundupsize
from gpusched.program.program import TYPE_WORDS

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def byte_at(s: State, addr: int, i: int) -> wp.int64:
    """Byte i of the string at ``addr``."""
    if addr < 0:
        return wp.int64(s.t[0].prog.rodata[i - addr - 1])
    return s.t[0].mem[s.w, addr + i]


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
    ins = s.t[0].prog.code[pc]
    arg = s.t[0].prog.code[pc + 1]
    regs = s.t[0].gs[s.w, g].frame + FRAME_REGS
    x_len = int(s.t[0].mem[s.w, regs + arg.a])
    order = compare_strings(s, int(s.t[0].mem[s.w, regs + ins.b]), x_len, int(s.t[0].mem[s.w, regs + ins.c]), int(s.t[0].mem[s.w, regs + arg.b]))
    s.t[0].mem[s.w, regs + ins.a] = wp.int64(order)
    s.t[0].gs[s.w, g].pc = pc + 2
    return int(LocalOutcome.DONE)


@wp.func(inline=True)
def copy_bytes(s: State, target: int, source: int, count: int):
    """Copies a string's bytes to fresh memory."""
    for i in range(count):
        s.t[0].mem[s.w, target + i] = byte_at(s, source, i)


@wp.func(inline=False)
def concatenate(s: State, g: int, pc: int, first: bool) -> int:
    """STRCAT (``concatstrings``): with an empty operand the result is the other one itself."""
    ins = s.t[0].prog.code[pc]
    head = s.t[0].prog.code[pc + 1]
    tail = s.t[0].prog.code[pc + 2]
    regs = s.t[0].gs[s.w, g].frame + FRAME_REGS
    x = int(s.t[0].mem[s.w, regs + head.a])
    x_len = int(s.t[0].mem[s.w, regs + head.b])
    y = int(s.t[0].mem[s.w, regs + head.c])
    y_len = int(s.t[0].mem[s.w, regs + tail.a])
    made = x
    if x_len == 0:
        made = y
    elif y_len != 0:
        if x_len + y_len > LOCAL_WORDS and not first:
            return int(LocalOutcome.OK)
        made = alloc(s, TYPE_WORDS, x_len + y_len)
        if made == 0:
            return no_room(s)
        charge_allocation(s, wp.int64(x_len + y_len))
        copy_bytes(s, made, x, x_len)
        copy_bytes(s, made + x_len, y, y_len)
    s.t[0].mem[s.w, regs + ins.a] = wp.int64(made)
    s.t[0].mem[s.w, regs + tail.b] = wp.int64(x_len + y_len)
    s.t[0].gs[s.w, g].pc = pc + 3
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def convert_bytes(s: State, g: int, pc: int, next_pc: int, first: bool, to_bytes: bool) -> int:
    """STR_FROM_BYTES (``slicebytetostring``) and STR_TO_BYTES (``stringtoslicebyte``, with Go's capacity)."""
    ins = s.t[0].prog.code[pc]
    arg = s.t[0].prog.code[pc + 1]
    regs = s.t[0].gs[s.w, g].frame + FRAME_REGS
    source = int(s.t[0].mem[s.w, regs + arg.a])
    length = int(s.t[0].mem[s.w, regs + arg.b])
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
        charge_allocation(s, wp.int64(capacity))
        copy_bytes(s, made, source, length)
    elif to_bytes:
        made = alloc(s, TYPE_WORDS, 0)
        if made == 0:
            return no_room(s)
    s.t[0].mem[s.w, regs + ins.a] = wp.int64(made)
    s.t[0].mem[s.w, regs + ins.a + 1] = wp.int64(length)
    if to_bytes:
        s.t[0].mem[s.w, regs + ins.a + 2] = wp.int64(capacity)
    s.t[0].gs[s.w, g].pc = next_pc
    return int(LocalOutcome.DONE)
