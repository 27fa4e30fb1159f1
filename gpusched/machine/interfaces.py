"""Comparison of interface values. Models ``runtime/alg.go``: efaceeq, and the generated equality functions of types.

A type's rule says how its values compare; a struct or array with fields that are not compared word by word lists them: their number, then for each its
offset, rule and words. An interface inside such a value is followed two levels down; the model refuses deeper ones by ending the world.
"""

import warp as wp

from gpusched.goruntime.state import PanicKind, State, Status
from gpusched.machine.opcodes import FRAME_REGS
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import panic_here
from gpusched.machine.text import compare_strings

wp.set_module_options({"enable_backward": False})

WORDS, STRING, INTERFACE, NEVER_EQUAL, FIELDS = 0, 1, 2, 3, 4
"""Rules of comparison (``Type.compare``)."""
DIRECT = 1
"""Bit of ``Type.flags``: the data word of an interface is the value itself."""


@wp.func(inline=True)
def equal_words(s: State, x: int, y: int, words: int) -> int:
    """1 if the words at two addresses are equal."""
    for i in range(words):
        if s.t[0].mem[s.w, x + i] != s.t[0].mem[s.w, y + i]:
            return 0
    return 1


@wp.func(inline=True)
def equal_strings(s: State, x: int, y: int) -> int:
    """1 if the strings whose (address, length) lie at two addresses are equal."""
    if s.t[0].mem[s.w, x + 1] != s.t[0].mem[s.w, y + 1]:
        return 0
    length = int(s.t[0].mem[s.w, x + 1])
    if compare_strings(s, int(s.t[0].mem[s.w, x]), length, int(s.t[0].mem[s.w, y]), length) != 0:
        return 0
    return 1


@wp.func(inline=False)
def refuse_nested(s: State, x_type: wp.int64, x: wp.int64, y_type: wp.int64, y: wp.int64) -> int:
    """Equality at the depth that is no longer followed: the world ends unless the types or the data words decide."""
    if x_type != y_type:
        return 0
    if x != y:
        s.t[0].worlds[s.w].status = Status.REFUSED
        s.t[0].worlds[s.w].panic_a = wp.int64(-1000)
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
        rule = s.t[0].prog.types[type_id].compare
        if rule == NEVER_EQUAL:
            return -1 - type_id
        if x == y:
            return 1
        if (s.t[0].prog.types[type_id].flags & DIRECT) != 0:
            return 0
        words = s.t[0].prog.types[type_id].words
        fields = int(1)
        at = s.t[0].prog.types[type_id].kinds + words + 1
        if rule == FIELDS:
            fields = s.t[0].prog.kinds[at - 1]
        offset = int(0)
        k = int(0)
        while k < fields:
            if s.t[0].prog.types[type_id].compare == FIELDS:
                offset = s.t[0].prog.kinds[at + 3 * k]
                rule = s.t[0].prog.kinds[at + 3 * k + 1]
                words = s.t[0].prog.kinds[at + 3 * k + 2]
            a = int(x) + offset
            b = int(y) + offset
            same = int(1)
            if rule == STRING:
                same = equal_strings(s, a, b)
            elif rule == INTERFACE:
                same = nested(s, s.t[0].mem[s.w, a], s.t[0].mem[s.w, a + 1], s.t[0].mem[s.w, b], s.t[0].mem[s.w, b + 1])
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
    ins = s.t[0].prog.code[pc]
    arg = s.t[0].prog.code[pc + 1]
    regs = s.t[0].gs[s.w, g].frame + FRAME_REGS
    same = equal_interfaces(s, s.t[0].mem[s.w, regs + ins.b], s.t[0].mem[s.w, regs + arg.a], s.t[0].mem[s.w, regs + ins.c], s.t[0].mem[s.w, regs + arg.b])
    if same < 0:
        return panic_here(s, p, g, first, int(PanicKind.UNCOMPARABLE), wp.int64(-1 - same), wp.int64(0))
    if s.t[0].worlds[s.w].status != Status.RUNNING:
        return int(LocalOutcome.ENDED)
    s.t[0].mem[s.w, regs + ins.a] = wp.int64(same)
    s.t[0].gs[s.w, g].pc = pc + 2
    return int(LocalOutcome.DONE)
