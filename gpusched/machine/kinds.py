"""Kinds of local instructions, which cost a machine different picoseconds, and what those of a segment cost together.

A compiler keeps moves, addresses and jumps out of the way, and processors do several additions in the time of a multiplication, so that one figure for
all instructions fits no program. A kind is known from the opcode. machine/plain.py counts all instructions and those of each kind in fields of one word,
so that one addition does both, divisions by themselves; what is left over is moves.
Instructions of other files (calls, copies, natives) cost ``Params.local_ps`` and what they charge themselves.
"""

from enum import IntEnum

import warp as wp

from gpusched.goruntime.state import MAX_SEGMENT, State, caps, mem, params, types
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.opcodes import IMM, Op

wp.set_module_options({"enable_backward": False})

TOTAL_BITS = 10
"""Bits of the count of all instructions of machine/plain.py, the lowest ones; the highest of them is set when the budget is used up."""
FIELD_BITS = 9
"""Bits of a kind's count: MAX_SEGMENT is the most that an action has of them."""
TOTAL = wp.constant(wp.int64((1 << TOTAL_BITS) - 1))
FIELD = wp.constant(wp.int64((1 << FIELD_BITS) - 1))
assert MAX_SEGMENT < 1 << FIELD_BITS


class InsnKind(IntEnum):
    """Kinds of the instructions of machine/plain.py; kind ``k`` costs ``Params.<name>_ps``."""

    MOVE = 0  # moves, constants, jumps, addresses of fields, renormalisation: the compiler folds most into others
    ARITHMETIC = 1  # additions, logic, shifts, comparisons into a register
    MULTIPLY = 2  # multiplications, float arithmetic and conversions, division by a constant (which compilers turn into a multiplication)
    DIVIDE = 3
    LOAD = 4
    STORE = 5
    INDEX = 6  # address of an element or byte of a string, with the check of its index
    BRANCH = 7  # conditional jumps


COUNTED = (InsnKind.ARITHMETIC, InsnKind.BRANCH, InsnKind.LOAD, InsnKind.INDEX, InsnKind.STORE, InsnKind.MULTIPLY)
"""The kinds that have a field, from the lowest on."""

_DIVISIONS = (Op.DIV, Op.REM, Op.DIVU, Op.REMU)
_FLOATS = (Op.FADD, Op.FSUB, Op.FMUL, Op.FEQ, Op.FNE, Op.FLT, Op.FLE, Op.FNEG, Op.I2F, Op.U2F, Op.F2I, Op.F2U, Op.F32)
_OTHERS = {Op.LOAD: InsnKind.LOAD, Op.STORE: InsnKind.STORE, Op.INDEX: InsnKind.INDEX, Op.STRINDEX: InsnKind.INDEX, Op.FDIV: InsnKind.DIVIDE}
_OTHERS |= {Op.NOT: InsnKind.ARITHMETIC, Op.MUL: InsnKind.MULTIPLY} | dict.fromkeys(_FLOATS, InsnKind.MULTIPLY)


def kind_of(op: int) -> InsnKind:
    """The kind of an opcode, of those in machine/plain.py."""
    immediate = IMM <= op < 2 * IMM
    base = op - IMM if immediate else op
    if base in _DIVISIONS:
        return InsnKind.MULTIPLY if immediate else InsnKind.DIVIDE
    if base in _OTHERS:
        return _OTHERS[Op(base)]
    if Op.JEQ <= base <= Op.JGEU:
        return InsnKind.BRANCH
    return InsnKind.ARITHMETIC if base < IMM else InsnKind.MOVE


def increment(op: int) -> int:
    """What an instruction adds to the word of counts."""
    kind = kind_of(op)
    return 1 + (1 << TOTAL_BITS + FIELD_BITS * COUNTED.index(kind) if kind in COUNTED else 0)


@wp.func(inline=False)
def weigh(s: State, frame: int, counts: wp.int64, divisions: int, others: int) -> wp.int64:
    """Picoseconds of the instructions of machine/plain.py that ``counts`` counts, and of ``others``, all of the function of ``frame``.

    divisions: how many of them are divisions | jumps that were not foreseen << 16.
    """
    missed = divisions >> 16
    divisions = divisions & 0xFFFF
    left = counts & TOTAL
    each = wp.uint64(counts) >> wp.uint64(TOTAL_BITS)
    costs = params(s)[0]
    ps = wp.int64(costs.local_ps) * wp.int64(others) + wp.int64(costs.divide_ps) * wp.int64(divisions) + wp.int64(costs.mispredict_ps) * wp.int64(missed)
    left -= wp.int64(divisions)
    for field in range(6):
        n = wp.int64(each) & FIELD
        each = each >> wp.uint64(FIELD_BITS)
        left -= n
        cost = costs.arithmetic_ps
        if field == 1:
            cost = costs.branch_ps
        elif field == 2:
            cost = costs.load_ps
        elif field == 3:
            cost = costs.index_ps
        elif field == 4:
            cost = costs.store_ps
        elif field == 5:
            cost = costs.multiply_ps
        ps += n * wp.int64(cost)
    ps += left * wp.int64(costs.move_ps)
    if caps(s)[0].scaled != 0 and frame != 0:
        scale = types(s)[int(mem(s)[frame - 1]) & TYPE_MASK].flags
        if scale != 0:
            ps = ps * wp.int64(scale) / wp.int64(1000)
    return ps
