"""The collector: precise mark and sweep of a world's memory, channels and timers, in no simulated time.

Roots are the frames of the goroutines that are not dead, the channels and elements of their sudogs (``G.waiting``), the package variables and the timers in
heaps. A page has a bit for each block that is marked, and one for each that is grey (marked, its words not looked at); the pages with grey blocks form
a stack, each on it once, so marking needs no memory of its own and a list of any length takes linear time. Which words are pointers is in
``kinds`` by the object's type; an object longer than its type repeats it. What it models has no counterpart in Go's time: it is the simulator's own memory.
"""

import warp as wp

from gpusched.goruntime.state import GLOBALS, PAGE, GStatus, State, TimerState
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
        if s.t[0].pages[s.w, page].mark0 & bit != wp.uint64(0):
            return
        s.t[0].pages[s.w, page].mark0 |= bit
    else:
        if s.t[0].pages[s.w, page].mark1 & bit != wp.uint64(0):
            return
        s.t[0].pages[s.w, page].mark1 |= bit
    pending = s.t[0].pages[s.w, page].grey0
    if s.t[0].pages[s.w, page].cls != LARGE:
        pending = pending | s.t[0].pages[s.w, page].grey1
    if pending == wp.uint64(0):
        s.t[0].pages[s.w, page].link = s.t[0].worlds[s.w].grey
        s.t[0].worlds[s.w].grey = page
    if offset < 64:
        s.t[0].pages[s.w, page].grey0 |= bit
    else:
        s.t[0].pages[s.w, page].grey1 |= bit


@wp.func(inline=True)
def mark_pointer(s: State, addr: int):
    """Marks the block that an address points into; free memory is left alone."""
    before = addr - 1
    page = before >> PAGE_SHIFT
    cls = s.t[0].pages[s.w, page].cls
    if cls >= LARGE:
        if cls == CONTINUED:
            page = s.t[0].pages[s.w, page].link
        grey(s, page, 0)
    elif cls != FREE:
        size = s.t[0].classes[s.w, cls].size
        offset = (before & (PAGE - 1)) / size * size
        if s.t[0].mem[s.w, (page << PAGE_SHIFT) + offset] != wp.int64(0):
            grey(s, page, offset)


@wp.func(inline=False)
def mark_object(s: State, addr: wp.int64):
    """``mark_pointer`` of a root; nil and static values are nothing."""
    if addr > wp.int64(0):
        mark_pointer(s, int(addr))


@wp.func(inline=False)
def mark_timer(s: State, row: int):
    """Marks a timer, its object and function; its channel is left to the caller."""
    if s.t[0].timers[s.w, row].mark == 1:
        s.t[0].timers[s.w, row].mark = 2
        mark_object(s, wp.int64(s.t[0].timers[s.w, row].object))
        if s.t[0].timers[s.w, row].kind == TimerKind.FUNC:
            mark_object(s, wp.int64(s.t[0].timers[s.w, row].arg))


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
            if s.t[0].chans[s.w, chan].mark == 1:
                s.t[0].chans[s.w, chan].mark = 2
                mark_object(s, wp.int64(s.t[0].chans[s.w, chan].buf))
                timer = s.t[0].chans[s.w, chan].timer
            chan = 0
        else:
            if s.t[0].timers[s.w, timer].mark == 1 and s.t[0].timers[s.w, timer].kind == TimerKind.CHAN:
                chan = s.t[0].timers[s.w, timer].arg
            mark_timer(s, timer)
            timer = 0


@wp.func(inline=True)
def mark_roots(s: State):
    """Marks what goroutines, package variables and running timers hold directly."""
    mark_object(s, wp.int64(GLOBALS))
    for g in range(1, s.t[0].worlds[s.w].allgs + 1):
        if s.t[0].gs[s.w, g].status != GStatus.DEAD:
            mark_object(s, wp.int64(s.t[0].gs[s.w, g].frame))
            sudog = s.t[0].gs[s.w, g].waiting
            while sudog != 0:
                mark_object(s, wp.int64(s.t[0].sudogs[s.w, sudog].elem))
                mark_resource(s, Kind.CHAN, s.t[0].sudogs[s.w, sudog].c)
                sudog = s.t[0].sudogs[s.w, sudog].waitlink
    for timer in range(1, s.t[0].timers.shape[1]):
        if s.t[0].timers[s.w, timer].mark != 0 and (s.t[0].timers[s.w, timer].state & TimerState.HEAPED) != 0:
            mark_resource(s, Kind.TIMER, timer)


@wp.func(inline=True)
def take_grey(s: State) -> int:
    """Takes a grey block from the stack of pages; address of its header, 0 if there is none."""
    page = s.t[0].worlds[s.w].grey
    if page == 0:
        return 0
    low = s.t[0].pages[s.w, page].grey0
    high = s.t[0].pages[s.w, page].grey1
    if s.t[0].pages[s.w, page].cls == LARGE:
        high = wp.uint64(0)
    at = page << PAGE_SHIFT
    if low != wp.uint64(0):
        at += lowest_bit(low)
        low = low & (low - wp.uint64(1))
        s.t[0].pages[s.w, page].grey0 = low
    else:
        at += 64 + lowest_bit(high)
        high = high & (high - wp.uint64(1))
        s.t[0].pages[s.w, page].grey1 = high
    if (low | high) == wp.uint64(0):
        s.t[0].worlds[s.w].grey = s.t[0].pages[s.w, page].link
    return at


@wp.func(inline=True)
def block_words(s: State, at: int) -> int:
    """Words of the object in the block with the header at ``at``."""
    page = at >> PAGE_SHIFT
    if s.t[0].pages[s.w, page].cls == LARGE:
        return int(s.t[0].pages[s.w, page].grey1) * PAGE - 1
    return s.t[0].classes[s.w, s.t[0].pages[s.w, page].cls].size - 1


@wp.func(inline=True)
def scan(s: State, at: int):
    """Marks everything that the object of a block points at."""
    type_id = int(s.t[0].mem[s.w, at]) & TYPE_MASK
    period = s.t[0].prog.types[type_id].words
    kinds = s.t[0].prog.types[type_id].kinds
    first = int(0)
    while first < period and s.t[0].prog.kinds[kinds + first] == Kind.SCALAR:
        first += 1
    if first == period:
        return
    words = block_words(s, at)
    k = first
    i = first
    while i < words:
        kind = s.t[0].prog.kinds[kinds + k]
        if kind != Kind.SCALAR:
            value = s.t[0].mem[s.w, at + 1 + i]
            if value > wp.int64(0):
                if kind == Kind.POINTER:
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
    low = s.t[0].pages[s.w, page].mark0
    high = s.t[0].pages[s.w, page].mark1
    s.t[0].pages[s.w, page].mark0 = wp.uint64(0)
    s.t[0].pages[s.w, page].mark1 = wp.uint64(0)
    if (low | high) == wp.uint64(0):
        s.t[0].pages[s.w, page].cls = FREE
        return 0
    size = s.t[0].classes[s.w, cls].size
    link = s.t[0].classes[s.w, cls].free
    at = page << PAGE_SHIFT
    for i in range(0, PAGE - size + 1, size):
        bits = low
        if i >= 64:
            bits = high
        if bits >> wp.uint64(i & 63) & wp.uint64(1) == wp.uint64(0):
            s.t[0].mem[s.w, at + i] = wp.int64(0)
            s.t[0].mem[s.w, at + i + 1] = wp.int64(link)
            link = at + i
    s.t[0].classes[s.w, cls].free = link
    return (count_bits(low) + count_bits(high)) * size


@wp.func(inline=True)
def sweep_pages(s: State) -> wp.int64:
    """Rebuilds the lists of all size classes and finds the free pages; words of live blocks."""
    for cls in range(1, LARGE):
        s.t[0].classes[s.w, cls].free = 0
        s.t[0].classes[s.w, cls].bump = 0
        s.t[0].classes[s.w, cls].end = 0
    live = wp.int64(0)
    used = int(0)
    last = int(0)
    page = int(1)
    while page < s.t[0].worlds[s.w].page_top:
        cls = s.t[0].pages[s.w, page].cls
        count = int(1)
        if cls == LARGE:
            count = int(s.t[0].pages[s.w, page].grey1)
            if s.t[0].pages[s.w, page].mark0 == wp.uint64(0):
                for i in range(count):
                    s.t[0].pages[s.w, page + i].cls = FREE
            else:
                s.t[0].pages[s.w, page].mark0 = wp.uint64(0)
                live += wp.int64(count * PAGE)
        elif cls != FREE:
            live += wp.int64(sweep_page(s, page, cls))
        if s.t[0].pages[s.w, page].cls != FREE:
            used += count
            last = page + count - 1
        page += count
    s.t[0].worlds[s.w].page_top = last + 1
    s.t[0].worlds[s.w].page_free = 1
    s.t[0].worlds[s.w].page_run = 1
    s.t[0].worlds[s.w].pages_used = used
    return live


@wp.func(inline=True)
def sweep_resources(s: State):
    """Frees the rows of channels that nothing reaches, and of timers that nothing reaches and that are in no heap."""
    for chan in range(1, s.t[0].chans.shape[1]):
        if s.t[0].chans[s.w, chan].mark == 1:
            s.t[0].chans[s.w, chan].mark = 0
            s.t[0].chans[s.w, chan].link = s.t[0].worlds[s.w].chan_free
            s.t[0].worlds[s.w].chan_free = chan
        elif s.t[0].chans[s.w, chan].mark == 2:
            s.t[0].chans[s.w, chan].mark = 1
    for timer in range(1, s.t[0].timers.shape[1]):
        if s.t[0].timers[s.w, timer].mark == 1:
            s.t[0].timers[s.w, timer].mark = 0
            s.t[0].timers[s.w, timer].link = s.t[0].worlds[s.w].timer_free
            s.t[0].worlds[s.w].timer_free = timer
        elif s.t[0].timers[s.w, timer].mark == 2:
            s.t[0].timers[s.w, timer].mark = 1


@wp.func(inline=False)
def collect(s: State) -> wp.int64:
    """Recovers what the program no longer reaches: blocks, pages, channels, timers. Returns the words of blocks that are left."""
    s.t[0].worlds[s.w].collections += wp.int64(1)
    mark_roots(s)
    at = take_grey(s)
    while at != 0:
        scan(s, at)
        at = take_grey(s)
    sweep_resources(s)
    return sweep_pages(s)
