"""Slices: bounds, ``make``, growth by ``append``. Models ``runtime/slice.go`` and ``runtime/msize.go`` (roundupsize)."""

import warp as wp

from gpusched.goruntime.state import LOCAL_WORDS, PAGE, PanicKind, State, Status, code, gs, kinds, mem, params, types, world
from gpusched.machine.memory import alloc
from gpusched.machine.opcodes import FRAME_REGS, Kind, SliceOf
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.panics import no_room, panic_here

wp.set_module_options({"enable_backward": False})

MAX_ALLOC = wp.constant(wp.int64(1 << 48))
"""``malloc.go: maxAlloc`` on amd64, bytes."""


@wp.func_native("""
    const unsigned short sizes[68] = {0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480,
        512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192,
        9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};
    wp::int64 asked = size;
    if (asked > 32768 - 8) return (asked + 8191) & ~(wp::int64)8191;
    if (!noscan && asked > 512) asked += 8;
    int low = 0, high = 67;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (sizes[middle] < asked) low = middle + 1; else high = middle;
    }
    return sizes[low] - (asked - size);
""")
def roundupsize(size: wp.int64, noscan: bool) -> wp.int64:
    """Return the bytes that Go's allocator hands out for ``size`` (``msize.go: roundupsize``)."""
    ...


@wp.func(inline=True)
def has_no_pointers(s: State, type_id: int) -> bool:
    """Whether no word of a type is anything but a scalar."""
    first = types(s)[type_id].kinds
    i = int(0)
    while i < types(s)[type_id].words and kinds(s)[first + i] == Kind.SCALAR:
        i += 1
    return i == types(s)[type_id].words


@wp.func(inline=True)
def slice_check(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """SLICECHK: Go's checks of ``s[low:high:max]``, in Go's order."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    regs = gs(s)[g].frame + FRAME_REGS
    length = mem(s)[regs + arg.c]
    limit = length
    low = wp.int64(0)
    high = length
    if arg.a >= 0:
        limit = mem(s)[regs + arg.a]
    if ins.a >= 0:
        low = mem(s)[regs + ins.a]
    if ins.b >= 0:
        high = mem(s)[regs + ins.b]
    kind = int(PanicKind.NONE)
    a = high
    b = limit
    if ins.c >= 0:
        most = mem(s)[regs + ins.c]
        if wp.uint64(most) > wp.uint64(limit):
            kind = int(PanicKind.SLICE3_ACAP)
            if arg.b != SliceOf.SLICE:
                kind = int(PanicKind.SLICE3_ALEN)
            a = most
        elif wp.uint64(high) > wp.uint64(most):
            kind = int(PanicKind.SLICE3_B)
            b = most
        elif wp.uint64(low) > wp.uint64(high):
            kind = int(PanicKind.SLICE3_C)
            a = low
            b = high
    elif wp.uint64(high) > wp.uint64(limit):
        kind = int(PanicKind.SLICE_ACAP)
        if arg.b == SliceOf.ARRAY:
            kind = int(PanicKind.SLICE_ALEN)
        elif arg.b == SliceOf.STRING:
            kind = int(PanicKind.SLICE_STRLEN)
    elif wp.uint64(low) > wp.uint64(high):
        kind = int(PanicKind.SLICE_B)
        a = low
        b = high
    if kind != PanicKind.NONE:
        return panic_here(s, p, g, first, kind, a, b)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)


@wp.func(inline=True)
def alloc_array(s: State, type_id: int, count: wp.int64) -> int:
    """An array of ``count`` elements of a type; 0 as ``alloc``; an array beyond the limit of memory ends the world at once."""
    words = wp.int64(types(s)[type_id].words) * count
    if words > wp.int64(params(s)[0].max_pages) * wp.int64(PAGE):
        world(s)[0].status = Status.OUT_OF_MEMORY
        return 0
    return alloc(s, type_id, int(words))


@wp.func(inline=True)
def words_of(size: wp.int64) -> wp.int64:
    """Words of 8 bytes that so many bytes take."""
    return (size + wp.int64(7)) / wp.int64(8)


@wp.func(inline=True)
def charge_allocation(s: State, words: wp.int64):
    """Adds the cost of an allocation of Go's words, 8 bytes each, to the action's local part."""
    world(s)[0].local_ps += wp.int64(params(s)[0].alloc_ps) + wp.int64(params(s)[0].alloc_word_ps) * words


@wp.func(inline=True)
def too_large(size: wp.int64, count: wp.int64) -> bool:
    """Whether ``count`` elements of ``size`` bytes are negative or exceed the address space."""
    return count < wp.int64(0) or (size > wp.int64(0) and count > MAX_ALLOC / size)


@wp.func(inline=False)
def make_slice(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """MAKESLICE (``makeslice``); the size that is checked is that of words, 8 bytes each."""
    ins = code(s)[pc]
    type_id = code(s)[pc + 1].a
    regs = gs(s)[g].frame + FRAME_REGS
    length = mem(s)[regs + ins.b]
    capacity = mem(s)[regs + ins.c]
    words = wp.int64(types(s)[type_id].words)
    if too_large(words * wp.int64(8), length):
        return panic_here(s, p, g, first, int(PanicKind.MAKESLICE_LEN), length, capacity)
    if too_large(words * wp.int64(8), capacity) or length > capacity:
        return panic_here(s, p, g, first, int(PanicKind.MAKESLICE_CAP), length, capacity)
    if words * capacity > wp.int64(LOCAL_WORDS) and not first:
        return int(LocalOutcome.OK)
    made = alloc_array(s, type_id, capacity)
    if made == 0:
        return no_room(s)
    size = words * wp.int64(8)
    if code(s)[pc + 1].b >= 0:
        size = wp.min(size, wp.int64(code(s)[pc + 1].b))
    charge_allocation(s, words_of(size * capacity))
    mem(s)[regs + ins.a] = wp.int64(made)
    gs(s)[g].pc = pc + 2
    return int(LocalOutcome.DONE)


@wp.func(inline=True)
def nextslicecap(needed: wp.int64, old: wp.int64) -> wp.int64:
    """``slice.go: nextslicecap``."""
    if needed > old + old:
        return needed
    if old < wp.int64(256):
        return old + old
    capacity = old
    while capacity < needed:
        capacity += (capacity + wp.int64(3 * 256)) >> wp.int64(2)
    return capacity


@wp.func(inline=False)
def grow_slice(s: State, p: int, g: int, pc: int, first: bool) -> int:
    """GROWSLICE (``growslice``): Go's capacity, so that ``cap`` prints what Go prints."""
    ins = code(s)[pc]
    arg = code(s)[pc + 1]
    type_id = code(s)[pc + 2].a
    size = wp.int64(code(s)[pc + 2].b)
    regs = gs(s)[g].frame + FRAME_REGS
    old = int(mem(s)[regs + ins.b])
    length = mem(s)[regs + ins.c]
    needed = mem(s)[regs + arg.b]
    words = wp.int64(types(s)[type_id].words)
    capacity = needed
    if too_large(size, needed):
        return panic_here(s, p, g, first, int(PanicKind.GROWSLICE_LEN), needed, wp.int64(0))
    if size > wp.int64(0):
        capacity = roundupsize(nextslicecap(needed, mem(s)[regs + arg.c]) * size, has_no_pointers(s, type_id)) / size
    if words * capacity > wp.int64(LOCAL_WORDS) and not first:
        return int(LocalOutcome.OK)
    made = alloc_array(s, type_id, capacity)
    if made == 0:
        return no_room(s)
    charge_allocation(s, words_of(wp.min(size, words * wp.int64(8)) * capacity))
    for i in range(int(words * length)):
        mem(s)[made + i] = mem(s)[old + i]
    mem(s)[regs + ins.a] = wp.int64(made)
    mem(s)[regs + arg.a] = capacity
    gs(s)[g].pc = pc + 3
    return int(LocalOutcome.DONE)
