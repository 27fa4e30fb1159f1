"""Go's arithmetic on words, as C++ so that a jump table chooses the operation and wrapping is defined.

The cases are the opcodes of machine/opcodes.py: binary operations (also the comparisons of conditional jumps) and unary ones.
Floats are the bits of a float64; no operation is fused with another.
"""

import warp as wp

wp.set_module_options({"enable_backward": False})


@wp.func_native("""
    const wp::uint64 ux = (wp::uint64)x, uy = (wp::uint64)y;
    union { wp::int64 word; double value; } fx, fy, fz;
    switch (op) {
    case 0: return (wp::int64)(ux + uy);
    case 1: return (wp::int64)(ux - uy);
    case 2: return (wp::int64)(ux * uy);
    case 3: return x & y;
    case 4: return x | y;
    case 5: return x ^ y;
    case 6: return x & ~y;
    case 7: return uy > 63 ? 0 : (wp::int64)(ux << uy);
    case 8: return uy > 63 ? 0 : (wp::int64)(ux >> uy);
    case 9: return x >> (uy > 63 ? 63 : y);
    case 10: return y == -1 ? (wp::int64)(0 - ux) : x / y;
    case 11: return y == -1 ? 0 : x % y;
    case 12: return (wp::int64)(ux / uy);
    case 13: return (wp::int64)(ux % uy);
    case 16: case 32: return x == y;
    case 17: case 33: return x != y;
    case 18: case 34: return x < y;
    case 19: case 35: return x <= y;
    case 20: case 36: return x > y;
    case 21: case 37: return x >= y;
    case 22: case 38: return ux < uy;
    case 23: return ux <= uy;
    case 24: return ux > uy;
    case 25: case 39: return ux >= uy;
    default: break;
    }
    fx.word = x; fy.word = y;
    switch (op) {
    case 48: fz.value = fx.value + fy.value; return fz.word;
    case 49: fz.value = fx.value - fy.value; return fz.word;
    case 50: fz.value = fx.value * fy.value; return fz.word;
    case 51: fz.value = fx.value / fy.value; return fz.word;
    case 52: return fx.value == fy.value;
    case 53: return fx.value != fy.value;
    case 54: return fx.value < fy.value;
    case 55: return fx.value <= fy.value;
    default: return 0;
    }
""")
def binary(op: int, x: wp.int64, y: wp.int64) -> wp.int64: ...


@wp.func_native("""
    union { wp::int64 word; double value; } fx, fz;
    fx.word = x;
    switch (op) {
    case 132: return ~x;
    case 133:
        switch (ext) {
        case 1: return (wp::int64)(wp::int8)x;
        case 2: return (wp::int64)(wp::int16)x;
        case 3: return (wp::int64)(wp::int32)x;
        case 4: return (wp::int64)(wp::uint8)x;
        case 5: return (wp::int64)(wp::uint16)x;
        case 6: return (wp::int64)(wp::uint32)x;
        default: return x;
        }
    case 134: fz.word = x ^ ((wp::int64)1 << 63); return fz.word;
    case 135: fz.value = (double)x; return fz.word;
    case 136: fz.value = (double)(wp::uint64)x; return fz.word;
    case 137:
        if (fx.value >= -9223372036854775808.0 && fx.value < 9223372036854775808.0) return (wp::int64)fx.value;
        return (wp::int64)1 << 63;
    case 138:
        if (fx.value > -1.0 && fx.value < 9223372036854775808.0) return (wp::int64)fx.value;
        if (fx.value >= 9223372036854775808.0 && fx.value < 18446744073709551616.0) return (wp::int64)(wp::uint64)fx.value;
        if (fx.value <= -1.0 && fx.value >= -9223372036854775808.0) return (wp::int64)fx.value;
        return (wp::int64)1 << 63;
    case 139: fz.value = (double)(float)fx.value; return fz.word;
    default: return x;
    }
""")
def unary(op: int, ext: int, x: wp.int64) -> wp.int64: ...


@wp.func_native("""
    union { wp::int64 word; double value; } fx;
    fx.word = x;
    fx.value = sqrt(fx.value);
    return fx.word;
""")
def square_root(x: wp.int64) -> wp.int64: ...


@wp.func_native("""
    union { wp::int64 word; double value; } fx;
    fx.word = x;
    fx.value = floor(fx.value);
    return fx.word;
""")
def floor_of(x: wp.int64) -> wp.int64: ...
