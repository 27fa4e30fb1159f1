"""What a goroutine prints: events in the world's output words, turned to text on the host by machine/decode.py.

An event is: format | number of arguments << 16 | words of the event << 32, time, goid; then for each argument its type | words << 32 and that many words:
a string is its length and its first MAX_STRING bytes, eight in a word; a value that is its own data word is that word, and, if it points at an object
that begins with a string, that string (error values of package errors); a slice is address, length, capacity and up to MAX_WORDS words of
elements; everything else its words.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.state import Overflow, State, Status, caps, code, gs, kinds, mem, out, params, types, world
from gpusched.machine.frames import arg_reg, get_reg
from gpusched.machine.interfaces import DIRECT, NEVER_EQUAL, STRING
from gpusched.machine.layout import TYPE_MASK, block_start
from gpusched.machine.opcodes import Kind
from gpusched.machine.text import byte_at

wp.set_module_options({"enable_backward": False})

MAX_STRING = 4096
"""Bytes of a string that are kept."""
MAX_WORDS = 64
"""Words of another value that are kept."""


@wp.func(inline=True)
def put(s: State, at: int, value: wp.int64) -> int:
    """Stores a word of the event, if there is room; where the next one goes."""
    if at < caps(s)[0].out:
        out(s)[at] = value
    return at + 1


@wp.func(inline=False)
def put_string(s: State, at: int, addr: int, length: int) -> int:
    """Stores a string."""
    at = put(s, at, wp.int64(length))
    kept = wp.min(length, MAX_STRING)
    word = wp.int64(0)
    for i in range(kept):
        word = word | (byte_at(s, addr, i) << wp.int64(8 * (i & 7)))
        if (i & 7) == 7 or i == kept - 1:
            at = put(s, at, word)
            word = wp.int64(0)
    return at


@wp.func(inline=True)
def begins_with_string(s: State, addr: int) -> bool:
    """Whether the object at ``addr`` has a string as its first two words, going by their kinds and values."""
    if addr <= 0:
        return False
    header = block_start(s, addr)
    if header != addr - 1:
        return False
    type_id = int(mem(s)[header]) & TYPE_MASK
    first_kind = types(s)[type_id].kinds
    if types(s)[type_id].words < 2 or kinds(s)[first_kind] != Kind.POINTER or kinds(s)[first_kind + 1] != Kind.SCALAR:
        return False
    start = mem(s)[addr]
    length = mem(s)[addr + 1]
    if length < wp.int64(0) or length > wp.int64(MAX_STRING):
        return False
    if start < wp.int64(0):
        return length - start - wp.int64(1) <= wp.int64(caps(s)[0].rodata)
    return start + length <= wp.int64(caps(s)[0].words)


@wp.func(inline=False)
def put_value(s: State, at: int, type_id: int, data: int) -> int:
    """Stores an argument: an interface of a dynamic type and its data word."""
    head = at
    at += 1
    words = types(s)[type_id].words
    if type_id == 0:
        words = 0
    elif (types(s)[type_id].flags & DIRECT) != 0:
        at = put(s, at, wp.int64(data))
        if begins_with_string(s, data):
            at = put_string(s, at, int(mem(s)[data]), int(mem(s)[data + 1]))
    elif types(s)[type_id].compare == STRING:
        at = put_string(s, at, int(mem(s)[data]), int(mem(s)[data + 1]))
    else:
        for i in range(wp.min(words, MAX_WORDS)):
            at = put(s, at, mem(s)[data + i])
        if words == 3 and types(s)[type_id].compare == NEVER_EQUAL:
            start = int(mem(s)[data])
            if start > 0:
                kept = wp.min(wp.min(caps(s)[0].words - start, int(mem(s)[data + 1])), MAX_WORDS)
                for i in range(kept):
                    at = put(s, at, mem(s)[start + i])
    put(s, head, wp.int64(type_id) | (wp.int64(at - head - 1) << wp.int64(32)))
    return at


@wp.func(inline=False)
def output_event(s: State, g: int, row: int, now: wp.int64) -> int:
    """Native.OUTPUT at ``row``: records what is printed. Outcome: CONTINUE, or STALLED with nothing done.

    An event beyond ``Params.output_words`` is counted and dropped; the last of ``Params.output_events`` such ends the world.
    """
    count = (code(s)[row].b - 1) / 2
    first = world(s)[0].out_n
    at = first + 3
    for i in range(count):
        type_id = int(get_reg(s, g, arg_reg(s, row, 1 + 2 * i)))
        at = put_value(s, at, type_id, int(get_reg(s, g, arg_reg(s, row, 2 + 2 * i))))
    if at > params(s)[0].output_words:
        world(s)[0].output_dropped += wp.int64(1)
        if world(s)[0].output_dropped >= params(s)[0].output_events:
            world(s)[0].status = int(Status.OUTPUT_LIMIT)
            return int(Outcome.ENDED)
        return int(Outcome.CONTINUE)
    if at > caps(s)[0].out:
        world(s)[0].overflow |= Overflow.OUT
        return int(Outcome.STALLED)
    format = get_reg(s, g, arg_reg(s, row, 0))
    put(s, first, format | (wp.int64(count) << wp.int64(16)) | (wp.int64(at - first) << wp.int64(32)))
    put(s, first + 1, now)
    put(s, first + 2, gs(s)[g].goid)
    world(s)[0].out_n = at
    return int(Outcome.CONTINUE)
