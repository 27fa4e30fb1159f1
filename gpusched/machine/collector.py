"""The collector: precise mark and sweep of a world's memory, channels and timers, in no simulated time.

Roots are the frames of the goroutines that are not dead, the channels and elements of their sudogs (``G.waiting``), the package variables and the timers in
heaps. A page has a bit for each block that is marked, and one for each that is grey (marked, its words not looked at); the pages with grey blocks form
a stack, each on it once, so marking needs no memory of its own and a list of any length takes linear time. Which words are pointers is in
``kinds`` by the object's type; an object longer than its type repeats it. What it models has no counterpart in Go's time: it is the simulator's own memory.
"""

import warp as wp

from gpusched.goruntime.state import (
    GLOBALS,
    PAGE,
    GStatus,
    State,
    SudogFlag,
    TimerState,
    caps,
    chans,
    classes,
    gs,
    kinds,
    mem,
    pages,
    sudogs,
    timers,
    types,
    world,
)
from gpusched.machine.layout import CONTINUED, FREE, LARGE, PAGE_SHIFT, TYPE_MASK
from gpusched.machine.opcodes import Kind, TimerKind

wp.set_module_options({"enable_backward": False})


@wp.func_native("""
#if defined(__CUDA_ARCH__)
    return __ffsll((long long)bits) - 1;
#else
    return __builtin_ctzll(bits);
#endif
""")
def lowest_bit(bits: wp.uint64) -> int:
    """Return the number of the lowest bit that is set."""
    ...


@wp.func_native("""
#if defined(__CUDA_ARCH__)
    return __popcll(bits);
#else
    return __builtin_popcountll(bits);
#endif
""")
def count_bits(bits: wp.uint64) -> int:
    """Return how many bits are set."""
    ...


@wp.func(inline=True)
def grey(s: State, page: int, offset: int):
    """Marks the block at ``offset`` of a page, and puts it among those to be looked at if it was not marked."""
    bit = wp.uint64(1) << wp.uint64(offset & 63)
    if offset < 64:
        if pages(s)[page].mark0 & bit != wp.uint64(0):
            return
        pages(s)[page].mark0 |= bit
    else:
        if pages(s)[page].mark1 & bit != wp.uint64(0):
            return
        pages(s)[page].mark1 |= bit
    greys = pages(s)[page].grey0
    if pages(s)[page].cls != LARGE:
        greys = greys | pages(s)[page].grey1
    if greys == wp.uint64(0):
        pages(s)[page].link = world(s)[0].grey
        world(s)[0].grey = page
    if offset < 64:
        pages(s)[page].grey0 |= bit
    else:
        pages(s)[page].grey1 |= bit


@wp.func(inline=True)
def mark_pointer(s: State, addr: int):
    """Marks the block that an address points into; free memory is left alone."""
    before = addr - 1
    page = before >> PAGE_SHIFT
    cls = pages(s)[page].cls
    if cls >= LARGE:
        if cls == CONTINUED:
            page = pages(s)[page].link
        grey(s, page, 0)
    elif cls != FREE:
        size = classes(s)[cls].size
        offset = (before & (PAGE - 1)) / size * size
        if mem(s)[(page << PAGE_SHIFT) + offset] != wp.int64(0):
            grey(s, page, offset)


@wp.func(inline=False)
def mark_object(s: State, addr: wp.int64):
    """``mark_pointer`` of a root; nil and static values are nothing."""
    if addr > wp.int64(0):
        mark_pointer(s, int(addr))


@wp.func(inline=False)
def mark_timer(s: State, row: int):
    """Marks a timer, its location and function; its channel is left to the caller."""
    if timers(s)[row].mark == 1:
        timers(s)[row].mark = 2
        mark_object(s, wp.int64(timers(s)[row].loc))
        if timers(s)[row].kind == TimerKind.FUNC:
            mark_object(s, wp.int64(timers(s)[row].arg))


@wp.func(inline=False)
def mark_resource(s: State, kind: int, row: int):
    """Marks a channel or timer, and on from one to the other: a channel has its buffer and its timer, a timer its channel."""
    chan = int(0)
    timer = int(0)
    if kind == Kind.CHAN:
        chan = row
    else:
        timer = row
    while chan > 0 or timer > 0:
        if chan > 0:
            timer = 0
            if chans(s)[chan].mark == 1:
                chans(s)[chan].mark = 2
                mark_object(s, wp.int64(chans(s)[chan].buf))
                timer = chans(s)[chan].timer
            chan = 0
        else:
            if timers(s)[timer].mark == 1 and timers(s)[timer].kind == TimerKind.CHAN:
                chan = timers(s)[timer].arg
            mark_timer(s, timer)
            timer = 0


@wp.func(inline=True)
def mark_roots(s: State):
    """Marks what goroutines, package variables and running timers hold directly."""
    mark_object(s, wp.int64(GLOBALS))
    for g in range(1, world(s)[0].allgs + 1):
        if int(gs(s)[g].status) != GStatus.DEAD:
            mark_object(s, wp.int64(gs(s)[g].frame))
            sudog = gs(s)[g].waiting
            if (sudogs(s)[sudog].flags & int(SudogFlag.SEMA)) != 0:
                sudog = 0
            while sudog != 0:
                mark_object(s, wp.int64(sudogs(s)[sudog].elem))
                mark_resource(s, Kind.CHAN, sudogs(s)[sudog].c)
                sudog = sudogs(s)[sudog].waitlink
    for timer in range(1, caps(s)[0].timers):
        if timers(s)[timer].mark != 0 and (timers(s)[timer].state & TimerState.HEAPED) != 0:
            mark_resource(s, Kind.TIMER, timer)


@wp.func(inline=True)
def take_grey(s: State) -> int:
    """Takes a grey block from the stack of pages; address of its header, 0 if there is none."""
    page = world(s)[0].grey
    if page == 0:
        return 0
    low = pages(s)[page].grey0
    high = pages(s)[page].grey1
    if pages(s)[page].cls == LARGE:
        high = wp.uint64(0)
    at = page << PAGE_SHIFT
    if low != wp.uint64(0):
        at += lowest_bit(low)
        low = low & (low - wp.uint64(1))
        pages(s)[page].grey0 = low
    else:
        at += 64 + lowest_bit(high)
        high = high & (high - wp.uint64(1))
        pages(s)[page].grey1 = high
    if (low | high) == wp.uint64(0):
        world(s)[0].grey = pages(s)[page].link
    return at


@wp.func(inline=True)
def block_words(s: State, at: int) -> int:
    """Words of the object in the block with the header at ``at``."""
    page = at >> PAGE_SHIFT
    if pages(s)[page].cls == LARGE:
        return int(pages(s)[page].grey1) * PAGE - 1
    return classes(s)[pages(s)[page].cls].size - 1


@wp.func(inline=True)
def scan(s: State, at: int):
    """Marks everything that the object of a block points at."""
    type_id = int(mem(s)[at]) & TYPE_MASK
    period = types(s)[type_id].words
    first_kind = types(s)[type_id].kinds
    first = int(0)
    while first < period and kinds(s)[first_kind + first] == Kind.SCALAR:
        first += 1
    if first == period:
        return
    words = block_words(s, at)
    k = first
    i = first
    while i < words:
        kind = kinds(s)[first_kind + k]
        if kind != Kind.SCALAR:
            value = mem(s)[at + 1 + i]
            if value > wp.int64(0):
                if kind == Kind.POINTER:
                    if int(value) > 0:
                        mark_pointer(s, int(value))
                else:
                    mark_resource(s, kind, int(value))
        k += 1
        i += 1
        if k == period:
            k = 0


@wp.func(inline=True)
def sweep_page(s: State, page: int, cls: int) -> int:
    """Puts the unmarked blocks of a page on its class's list, or frees the page; words of its live blocks."""
    low = pages(s)[page].mark0
    high = pages(s)[page].mark1
    pages(s)[page].mark0 = wp.uint64(0)
    pages(s)[page].mark1 = wp.uint64(0)
    if (low | high) == wp.uint64(0):
        pages(s)[page].cls = FREE
        return 0
    size = classes(s)[cls].size
    link = classes(s)[cls].free
    at = page << PAGE_SHIFT
    for i in range(0, PAGE - size + 1, size):
        bits = low
        if i >= 64:
            bits = high
        if bits >> wp.uint64(i & 63) & wp.uint64(1) == wp.uint64(0):
            mem(s)[at + i] = wp.int64(0)
            mem(s)[at + i + 1] = wp.int64(link)
            link = at + i
    classes(s)[cls].free = link
    return (count_bits(low) + count_bits(high)) * size


@wp.func(inline=True)
def sweep_pages(s: State) -> wp.int64:
    """Rebuilds the lists of all size classes and finds the free pages; words of live blocks."""
    for cls in range(1, LARGE):
        classes(s)[cls].free = 0
        classes(s)[cls].bump = 0
        classes(s)[cls].end = 0
    live = wp.int64(0)
    used = int(0)
    last = int(0)
    page = int(1)
    while page < world(s)[0].page_top:
        cls = pages(s)[page].cls
        count = int(1)
        if cls == LARGE:
            count = int(pages(s)[page].grey1)
            if pages(s)[page].mark0 == wp.uint64(0):
                for i in range(count):
                    pages(s)[page + i].cls = FREE
            else:
                pages(s)[page].mark0 = wp.uint64(0)
                live += wp.int64(count * PAGE)
        elif cls != FREE:
            live += wp.int64(sweep_page(s, page, cls))
        if pages(s)[page].cls != FREE:
            used += count
            last = page + count - 1
        page += count
    world(s)[0].page_top = last + 1
    world(s)[0].page_free = 1
    world(s)[0].page_run = 1
    world(s)[0].pages_used = used
    return live


@wp.func(inline=True)
def sweep_resources(s: State):
    """Frees the rows of channels that nothing reaches, and of timers that nothing reaches and that are in no heap."""
    for chan in range(1, caps(s)[0].chans):
        if chans(s)[chan].mark == 1:
            chans(s)[chan].mark = 0
            chans(s)[chan].link = world(s)[0].chan_free
            world(s)[0].chan_free = chan
        elif chans(s)[chan].mark == 2:
            chans(s)[chan].mark = 1
    for timer in range(1, caps(s)[0].timers):
        if timers(s)[timer].mark == 1:
            timers(s)[timer].mark = 0
            timers(s)[timer].link = world(s)[0].timer_free
            world(s)[0].timer_free = timer
        elif timers(s)[timer].mark == 2:
            timers(s)[timer].mark = 1


@wp.func(inline=False)
def collect(s: State) -> wp.int64:
    """Recovers what the program no longer reaches: blocks, pages, channels, timers. Returns the words of blocks that are left."""
    world(s)[0].collections += wp.int64(1)
    mark_roots(s)
    at = take_grey(s)
    while at != 0:
        scan(s, at)
        at = take_grey(s)
    sweep_resources(s)
    return sweep_pages(s)
