"""Comparison of interface values. Models ``runtime/alg.go``: efaceeq, and the generated equality functions of types.

A type's rule says how its values compare; a struct or array with fields that are not compared word by word lists them: their number, then for each its
offset, rule and words. An interface inside such a value is followed two levels down; the model refuses deeper ones by ending the world.
"""

import warp as wp

from gpusched.goruntime.state import PanicKind, State, Status, code, gs, kinds, mem, types, world
from gpusched.machine.opcodes import FRAME_REGS
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import panic_here
from gpusched.machine.text import compare_strings

wp.set_module_options({"enable_backward": False})

WORDS, STRING, INTERFACE, NEVER_EQUAL, FIELDS, FLOATS = 0, 1, 2, 3, 4, 5
"""Rules of comparison (``Type.compare``)."""
MAGNITUDE = wp.constant(wp.int64((1 << 63) - 1))
"""All bits of a float64 but its sign."""
INFINITY = wp.constant(wp.int64(0x7FF << 52))
DIRECT = 1
"""Bit of ``Type.flags``: the data word of an interface is the value itself."""


@wp.func(inline=True)
def equal_words(s: State, x: int, y: int, words: int) -> int:
    """1 if the words at two addresses are equal."""
    for i in range(words):
        if mem(s)[x + i] != mem(s)[y + i]:
            return 0
    return 1


@wp.func(inline=True)
def equal_floats(s: State, x: int, y: int, words: int) -> int:
    """1 if the float64 at two addresses are equal: both zeros are, NaN never is."""
    for i in range(words):
        bits = mem(s)[x + i]
        other = mem(s)[y + i]
        if is_nan(bits) or (bits != other and ((bits | other) << wp.int64(1)) != wp.int64(0)):
            return 0
    return 1


@wp.func(inline=True)
def is_nan(bits: wp.int64) -> bool:
    """Whether the bits are those of a float64 that is no number."""
    return (bits & MAGNITUDE) > INFINITY


@wp.func(inline=True)
def equal_strings(s: State, x: int, y: int) -> int:
    """1 if the strings whose (address, length) lie at two addresses are equal."""
    if mem(s)[x + 1] != mem(s)[y + 1]:
        return 0
    length = int(mem(s)[x + 1])
    if compare_strings(s, int(mem(s)[x]), length, int(mem(s)[y]), length) != 0:
        return 0
    return 1


@wp.func(inline=False)
def refuse_nested(s: State, x_type: wp.int64, x: wp.int64, y_type: wp.int64, y: wp.int64) -> int:
    """Equality at the depth that is no longer followed: the world ends unless the types or the data words decide."""
    if x_type != y_type:
        return 0
    if x != y:
        world(s)[0].status = Status.REFUSED
        world(s)[0].panic_a = wp.int64(-1000)
        return 0
    return 1


def equality(nested):
    """The function that compares two interface values, with ``nested`` for interfaces inside them.

    It returns 0 or 1, or ``-1 - type`` if that type is not comparable.
    """

    @wp.func(inline=False)
    def equal_interfaces(s: State, x_type: wp.int64, x: wp.int64, y_type: wp.int64, y: wp.int64) -> int:
        if x_type != y_type:
            return 0
        if x_type == wp.int64(0):
            return 1
        type_id = int(x_type)
        rule = types(s)[type_id].compare
        if rule == NEVER_EQUAL:
            return -1 - type_id
        if (types(s)[type_id].flags & DIRECT) != 0:
            if x == y:
                return 1
            return 0
        words = types(s)[type_id].words
        fields = int(1)
        at = types(s)[type_id].kinds + words + 1
        if rule == FIELDS:
            fields = kinds(s)[at - 1]
        offset = int(0)
        k = int(0)
        while k < fields:
            if types(s)[type_id].compare == FIELDS:
                offset = kinds(s)[at + 3 * k]
                rule = kinds(s)[at + 3 * k + 1]
                words = kinds(s)[at + 3 * k + 2]
            a = int(x) + offset
            b = int(y) + offset
            same = int(1)
            if rule == STRING:
                same = equal_strings(s, a, b)
            elif rule == FLOATS:
                same = equal_floats(s, a, b, words)
            elif rule == INTERFACE:
                same = nested(s, mem(s)[a], mem(s)[a + 1], mem(s)[b], mem(s)[b + 1])
            else:
                same = equal_words(s, a, b, words)
            if same != 1:
                return same
            k += 1
        return 1

    return equal_interfaces


inner_equal = equality(refuse_nested)
equal_interfaces = equality(inner_equal)


@wp.func(inline=True)
def compare_interfaces(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """IFACEEQ."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    regs = gs(s)[g].frame + FRAME_REGS
    same = equal_interfaces(s, mem(s)[regs + ins.b], mem(s)[regs + arg.a], mem(s)[regs + ins.c], mem(s)[regs + arg.b])
    if same < 0:
        return panic_here(s, p, g, first, int(PanicKind.UNCOMPARABLE), wp.int64(-1 - same), wp.int64(0))
    if world(s)[0].status != Status.RUNNING:
        return int(LocalOutcome.ENDED)
    mem(s)[regs + ins.a] = wp.int64(same)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)
