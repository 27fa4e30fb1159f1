"""Renormalisation of integers outside of the inner loop: atomics of 32-bit words."""

import warp as wp

wp.set_module_options({"enable_backward": False})


@wp.func_native("""
    switch (ext) {
    case 1: return (wp::int64)(wp::int8)x;
    case 2: return (wp::int64)(wp::int16)x;
    case 3: return (wp::int64)(wp::int32)x;
    case 4: return (wp::int64)(wp::uint8)x;
    case 5: return (wp::int64)(wp::uint16)x;
    case 6: return (wp::int64)(wp::uint32)x;
    default: return x;
    }
""")
def extend(ext: int, x: wp.int64) -> wp.int64:
    """Return ``x`` renormalised to the kind ``ext``."""
    ...


@wp.func(inline=True)
def unary(op: int, ext: int, x: wp.int64) -> wp.int64:
    """EXT as a function: ``x`` renormalised to the kind ``ext`` (0: as it is)."""
    return extend(ext, x)
