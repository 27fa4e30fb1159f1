"""What maps need of the machine: hashes and comparison of keys, arrays of any type. Models ``runtime/alg.go`` (typehash); maps themselves are Go code.

A hash follows the type's rule of comparison, so that equal values have equal hashes. It looks at no address: a pointer counts as the allocation number
of its object and the offset, a channel as its own number. A NaN has a hash drawn anew each time. An interface within interfaces within an interface
counts by its type alone.
"""

import warp as wp

from gpusched.goruntime.rand import cheaprand
from gpusched.goruntime.state import LOCAL_WORDS, PanicKind, State, Status, chans, code, gs, kinds, mem, params, types, world
from gpusched.machine.interfaces import DIRECT, FIELDS, FLOATS, INTERFACE, NEVER_EQUAL, STRING, equal_interfaces, is_nan
from gpusched.machine.memory import object_key
from gpusched.machine.opcodes import FRAME_REGS, Kind, Native
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room, panic_here
from gpusched.machine.slices import alloc_array, charge_allocation
from gpusched.machine.text import byte_at

wp.set_module_options({"enable_backward": False})

FIRST = wp.constant(wp.uint64(0x9E3779B97F4A7C15))
SECOND = wp.constant(wp.uint64(0xD6E8FEB86659FD93))
HASHED = wp.constant(wp.uint64(1 << 63))
"""Bit that every hash has; a number without it names a type that has none."""


@wp.func(inline=True)
def mix(state: wp.uint64, word: wp.uint64) -> wp.uint64:
    """The hash of a word behind others."""
    x = (state ^ word) * FIRST
    x = (x ^ (x >> wp.uint64(32))) * SECOND
    return x ^ (x >> wp.uint64(29))


@wp.func(inline=False)
def hash_words(s: State, addr: int, kind: int, words: int, state: wp.uint64) -> wp.uint64:
    """Hashes ``words`` words at ``addr`` whose kinds lie at ``kind``."""
    for i in range(words):
        value = mem(s)[addr + i]
        what = kinds(s)[kind + i]
        if what == Kind.POINTER and value > wp.int64(0):
            value = object_key(s, int(value))
        elif what == Kind.CHAN and value > wp.int64(0):
            value = chans(s)[int(value)].num
        elif what == Kind.TIMER:
            value = wp.int64(0)
        state = mix(state, wp.uint64(value))
    return state


@wp.func(inline=False)
def hash_floats(s: State, addr: int, words: int, state: wp.uint64) -> wp.uint64:
    """``alg.go: f64hash``: one hash for both zeros, a random one for NaN."""
    for i in range(words):
        bits = mem(s)[addr + i]
        if bits << wp.int64(1) == wp.int64(0):
            bits = wp.int64(0)
        elif is_nan(bits):
            bits = wp.int64(cheaprand(s))
        state = mix(state, wp.uint64(bits))
    return state


@wp.func(inline=False)
def hash_string(s: State, addr: int, state: wp.uint64) -> wp.uint64:
    """Hashes the string whose (address, length) lie at ``addr``."""
    start = int(mem(s)[addr])
    length = int(mem(s)[addr + 1])
    word = wp.uint64(length)
    for i in range(length):
        word = (word << wp.uint64(8)) | wp.uint64(byte_at(s, start, i))
        if (i & 7) == 7 or i == length - 1:
            state = mix(state, word)
            word = wp.uint64(0)
    return mix(state, word)


@wp.func(inline=False)
def hash_nested(s: State, type_id: int, addr: int, state: wp.uint64) -> wp.uint64:
    """Hash at the depth that is not followed."""
    return state | HASHED


def hasher(nested):
    """The function that hashes a value at an address, with ``nested`` for what interfaces in it hold; without HASHED: the type that has no hash."""

    @wp.func(inline=False)
    def hash_value(s: State, type_id: int, addr: int, state: wp.uint64) -> wp.uint64:
        rule = types(s)[type_id].compare
        if rule == NEVER_EQUAL:
            return wp.uint64(type_id)
        words = types(s)[type_id].words
        first = types(s)[type_id].kinds
        at = first + words + 1
        fields = int(1)
        if rule == FIELDS:
            fields = kinds(s)[at - 1]
        offset = int(0)
        k = int(0)
        while k < fields:
            if types(s)[type_id].compare == FIELDS:
                offset = kinds(s)[at + 3 * k]
                rule = kinds(s)[at + 3 * k + 1]
                words = kinds(s)[at + 3 * k + 2]
            place = addr + offset
            if rule == STRING:
                state = hash_string(s, place, state)
            elif rule == FLOATS:
                state = hash_floats(s, place, words, state)
            elif rule == INTERFACE:
                dynamic = int(mem(s)[place])
                state = mix(state, wp.uint64(dynamic))
                if dynamic != 0:
                    place += 1
                    if (types(s)[dynamic].flags & DIRECT) == 0:
                        place = int(mem(s)[place])
                    state = nested(s, dynamic, place, state)
                    if (state & HASHED) == wp.uint64(0):
                        return state
            else:
                state = hash_words(s, place, first + offset, words, state)
            k += 1
        return state | HASHED

    return hash_value


inner_hash = hasher(hash_nested)
middle_hash = hasher(inner_hash)
hash_value = hasher(middle_hash)


@wp.func(inline=False)
def new_array(s: State, g: int, pc: int, type_id: int, count: wp.int64, first: bool) -> int:
    """NEW_ARRAY (``runtime/malloc.go: newarray``)."""
    ins = code(s)[pc]
    words = wp.int64(types(s)[type_id].words) * count
    if words > wp.int64(LOCAL_WORDS) and not first:
        return int(LocalOutcome.OK)
    made = alloc_array(s, type_id, count)
    if made == 0:
        return no_room(s)
    charge_allocation(s, words)
    mem(s)[gs(s)[g].frame + FRAME_REGS + ins.a] = wp.int64(made)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)


@wp.func(inline=False)
def map_native(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """MAP_HASH, MAP_EQUAL, NEW_ARRAY, RAISE."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    regs = gs(s)[g].frame + FRAME_REGS
    x = mem(s)[regs + arg.a]
    y = mem(s)[regs + arg.b]
    if ins.c == Native.NEW_ARRAY:
        return new_array(s, g, pc, int(x), y, first)
    z = mem(s)[regs + arg.c]
    if ins.c == Native.RAISE:
        return panic_here(s, p, g, first, int(x), y, z)
    type_id = int(x)
    if ins.c == Native.MAP_HASH:
        made = hash_value(s, type_id, int(y), wp.uint64(z))
        if (made & HASHED) == wp.uint64(0):
            return panic_here(s, p, g, first, int(PanicKind.UNHASHABLE), wp.int64(made), wp.int64(0))
        mem(s)[regs + ins.a] = wp.int64(made)
        world(s)[0].local_ps += wp.int64(params(s)[0].map_ps)
    else:
        if (types(s)[type_id].flags & DIRECT) != 0:
            y = mem(s)[int(y)]
            z = mem(s)[int(z)]
        same = wp.max(equal_interfaces(s, x, y, x, z), 0)
        mem(s)[regs + ins.a] = wp.int64(same)
        if world(s)[0].status != Status.RUNNING:
            return int(LocalOutcome.ENDED)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)
