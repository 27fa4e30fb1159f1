"""The inner loop of the interpreter, as C++ so that one jump table does the dispatch: arithmetic, moves, jumps, loads, stores, indexing.

The cases are the opcodes of machine/opcodes.py. The loop stops at every instruction that it does not know and at every one that would panic, with nothing
of it done: machine/local.py goes on from there. Integers wrap; floats are the bits of a float64, no operation is fused with another.

Where ``foreseen`` is an address, conditional jumps are foreseen as processors do (T.-Y. Yeh, Y. N. Patt: Two-level adaptive training branch prediction, 1991):
each has the ways that it went the last five times, and for each such history a count from 0 to 3, of 2 and more that it is taken. Those that went another
way are counted.
"""

import re

import warp as wp

from gpusched.goruntime.state import BRANCHES, Insn
from gpusched.machine.kinds import TOTAL_BITS, InsnKind, increment, kind_of

wp.set_module_options({"enable_backward": False})

_INTEGER = {
    0: "(wp::int64)((wp::uint64)x + (wp::uint64)y)",
    1: "(wp::int64)((wp::uint64)x - (wp::uint64)y)",
    2: "(wp::int64)((wp::uint64)x * (wp::uint64)y)",
    3: "x & y",
    4: "x | y",
    5: "x ^ y",
    6: "x & ~y",
    7: "(wp::uint64)y > 63 ? 0 : (wp::int64)((wp::uint64)x << y)",
    8: "(wp::uint64)y > 63 ? 0 : (wp::int64)((wp::uint64)x >> y)",
    9: "x >> ((wp::uint64)y > 63 ? 63 : y)",
    10: "y == -1 ? (wp::int64)(0 - (wp::uint64)x) : x / y",
    11: "y == -1 ? 0 : x % y",
    12: "(wp::int64)((wp::uint64)x / (wp::uint64)y)",
    13: "(wp::int64)((wp::uint64)x % (wp::uint64)y)",
    16: "x == y",
    17: "x != y",
    18: "x < y",
    19: "x <= y",
    20: "x > y",
    21: "x >= y",
    22: "(wp::uint64)x < (wp::uint64)y",
    23: "(wp::uint64)x <= (wp::uint64)y",
    24: "(wp::uint64)x > (wp::uint64)y",
    25: "(wp::uint64)x >= (wp::uint64)y",
}
"""What each binary operation on integers yields."""

_JUMP = {32: 16, 33: 17, 34: 18, 35: 19, 36: 20, 37: 21, 38: 22, 39: 25}
"""The comparison of each conditional jump."""

_FLOAT = {48: "u + v", 49: "u - v", 50: "u * v", 51: "u / v"}
_FLOAT_COMPARE = {52: "u == v", 53: "u != v", 54: "u < v", 55: "u <= v"}

_UNARY = {
    132: "~x",
    134: "x ^ ((wp::int64)1 << 63)",
}
"""What each unary operation on words yields."""


def _count(op: int) -> str:
    """The statement that counts an instruction with opcode ``op``."""
    division = "++divisions; " if kind_of(op) == InsnKind.DIVIDE else ""
    return f"{division}counts += (wp::uint64){increment(op)}; "


def _cases() -> str:
    """The cases of all binary operations and conditional jumps, with a register and with an immediate."""
    text = []
    for immediate, operand in ((0, "r[ins[3]]"), (64, "(wp::int64)ins[3]")):
        head = f"{{ const wp::int64 x = r[ins[2]], y = {operand};"
        for op, value in _INTEGER.items():
            guard = "if (y == 0) goto stop; " if 10 <= op <= 13 else ""
            text.append(f"case {op + immediate}: {head} {guard}{_count(op + immediate)}r[ins[1]] = {value}; ++pc; break; }}")
        for op, compare in _JUMP.items():
            text.append(f"case {op + immediate}: {head} {_count(op)}const bool taken = {_INTEGER[compare]}; JUMP break; }}")
    head = "{ double u, v, z; memcpy(&u, r + ins[2], 8); memcpy(&v, r + ins[3], 8);"
    for op, value in _FLOAT.items():
        text.append(f"case {op}: {head} {_count(op)}z = {value}; memcpy(r + ins[1], &z, 8); ++pc; break; }}")
    for op, value in _FLOAT_COMPARE.items():
        text.append(f"case {op}: {head} {_count(op)}z = 0; r[ins[1]] = {value}; ++pc; break; }}")
    for op, value in _UNARY.items():
        text.append(f"case {op}: {{ const wp::int64 x = r[ins[2]]; {_count(op)}r[ins[1]] = {value}; ++pc; break; }}")
    return "\n        ".join(text)


_PLAIN = """
    const wp::int32* const rows = (const wp::int32*)code.data;
    wp::int64* const m = mem.data;
    wp::int64* const r = m + regs;
    const wp::uint64 start = FULL - (wp::uint64)budget;
    wp::uint64 counts = start;
    wp::int32 divisions = 0, missed = 0;
    bool taken_by = false;
    while (!(counts & FULL)) {
        const wp::int32* const ins = rows + 4 * (size_t)pc;
        switch (ins[0]) {
        CASES
        case 128: r[ins[1]] = r[ins[2]]; COUNT(128) ++pc; break;
        case 129: r[ins[1]] = ins[3]; COUNT(129) ++pc; break;
        case 130: r[ins[1]] = consts.data[ins[3]]; COUNT(130) ++pc; break;
        case 131: COUNT(131) pc = ins[1]; break;
        case 133: {
            const wp::int64 x = r[ins[2]];
            switch (ins[3]) {
            case 1: r[ins[1]] = (wp::int8)x; break;
            case 2: r[ins[1]] = (wp::int16)x; break;
            case 3: r[ins[1]] = (wp::int32)x; break;
            case 4: r[ins[1]] = (wp::uint8)x; break;
            case 5: r[ins[1]] = (wp::uint16)x; break;
            case 6: r[ins[1]] = (wp::uint32)x; break;
            default: r[ins[1]] = x; break;
            }
            COUNT(133) ++pc; break;
        }
        case 135: { const double z = (double)r[ins[2]]; memcpy(r + ins[1], &z, 8); COUNT(135) ++pc; break; }
        case 136: { const double z = (double)(wp::uint64)r[ins[2]]; memcpy(r + ins[1], &z, 8); COUNT(136) ++pc; break; }
        case 137: {
            double u; memcpy(&u, r + ins[2], 8);
            r[ins[1]] = u >= -9223372036854775808.0 && u < 9223372036854775808.0 ? (wp::int64)u : (wp::int64)((wp::uint64)1 << 63);
            COUNT(137) ++pc; break;
        }
        case 138: {
            double u; memcpy(&u, r + ins[2], 8);
            if (u >= 9223372036854775808.0 && u < 18446744073709551616.0) r[ins[1]] = (wp::int64)(wp::uint64)u;
            else r[ins[1]] = u >= -9223372036854775808.0 && u < 9223372036854775808.0 ? (wp::int64)u : (wp::int64)((wp::uint64)1 << 63);
            COUNT(138) ++pc; break;
        }
        case 139: {
            double u; memcpy(&u, r + ins[2], 8);
            const double z = (double)(float)u; memcpy(r + ins[1], &z, 8); COUNT(139) ++pc; break;
        }
        case 140: { const wp::int64 base = r[ins[2]]; if (base == 0) goto stop; r[ins[1]] = m[base + ins[3]]; COUNT(140) ++pc; break; }
        case 141: { const wp::int64 base = r[ins[1]]; if (base == 0) goto stop; m[base + ins[3]] = r[ins[2]]; COUNT(141) ++pc; break; }
        case 142: { const wp::int64 base = r[ins[2]]; if (base == 0) goto stop; r[ins[1]] = base + ins[3]; COUNT(142) ++pc; break; }
        case 143: r[ins[1]] = regs + ins[2]; COUNT(143) ++pc; break;
        case 144: {
            const wp::int64 base = r[ins[2]], index = r[ins[3]], length = ins[6] >= 0 ? r[ins[6]] : ins[7];
            if ((wp::uint64)index >= (wp::uint64)length || base == 0) goto stop;
            r[ins[1]] = base + index * ins[5];
            COUNT(144) pc += 2; break;
        }
        case 145: {
            const wp::int64 base = r[ins[2]], index = r[ins[3]];
            if ((wp::uint64)index >= (wp::uint64)r[ins[5]]) goto stop;
            r[ins[1]] = base < 0 ? (wp::int64)rodata.data[index - base - 1] : m[base + index];
            COUNT(145) pc += 2; break;
        }
        case 147: if (r[ins[2]] < 0) goto stop; COUNT(147) ++pc; break;
        default: goto stop;
        }
        continue;
    foresee:
        wp::uint32* const jump = (wp::uint32*)foreseen + 4 * ((pc ^ pc >> 8) & LAST);
        const wp::uint32 way = jump[2] & 31, shift = 2 * (way & 15), level = jump[way >> 4] >> shift & 3;
        missed += (level >> 1) != (wp::uint32)taken_by;
        jump[way >> 4] += taken_by ? (wp::uint32)(level < 3) << shift : (wp::uint32)0 - ((wp::uint32)(level > 0) << shift);
        jump[2] = jump[2] << 1 | (wp::uint32)taken_by;
        pc = taken_by ? ins[1] : pc + 1;
    }
stop:
    return wp::vec_t<2, wp::int64>((wp::int64)pc | (wp::int64)(divisions | missed << 16) << 32, (wp::int64)(counts - start));
"""


_JUMPS = "if (foreseen) { taken_by = taken; goto foresee; } pc = taken ? ins[1] : pc + 1;"
_SOURCE = re.sub(r"COUNT\((\d+)\) ", lambda found: _count(int(found[1])), _PLAIN.replace("CASES", _cases()).replace("JUMP", _JUMPS))


@wp.func_native(_SOURCE.replace("FULL", f"(wp::uint64){1 << TOTAL_BITS - 1}").replace("LAST", str(BRANCHES - 1)))
def plain(
    code: wp.array[Insn],
    consts: wp.array[wp.int64],
    rodata: wp.array[wp.int32],
    mem: wp.array[wp.int64],
    foreseen: wp.uint64,
    pc: int,
    regs: int,
    budget: int,
) -> wp.vec2l:
    """Execute instructions from row ``pc`` on, at most ``budget``, 256 at most; ``regs``: address of register 0.

    Returns the row where it stopped | divisions << 32 | jumps not foreseen << 48, and the word of counts (machine/kinds.py).
    """
    ...
