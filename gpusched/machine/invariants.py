"""What must hold of a world's memory: what can be reached is not free, and right after a collection everything else is, once.

The debug kernel collects, which changes no result, and then looks: it follows the pointers with marks and a stack of its own in scratch memory (a bit for
each word, an entry for each block, channel and timer), without the collector's code, so that it can contradict it.
"""

import warp as wp

from gpusched.goruntime.invariants import Invariant, breach, expect, marks
from gpusched.goruntime.state import (
    CLASSES,
    GLOBALS,
    PAGE,
    GStatus,
    State,
    Status,
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
from gpusched.machine.collector import collect
from gpusched.machine.layout import CONTINUED, FREE, LARGE, PAGE_SHIFT, TYPE_MASK
from gpusched.machine.opcodes import Kind, TimerKind

wp.set_module_options({"enable_backward": False})

BIT_WORDS = 4
"""Words of 32 bits for a page's words."""
ENTRIES = 64
"""Blocks of a page at most."""


@wp.func(inline=True)
def chan_seen(s: State, c: int) -> int:
    """Where it is noted whether a channel was reached; those of the timers lie behind, then the bits of the pages, then the stack."""
    return caps(s)[0].gs + caps(s)[0].sudogs + caps(s)[0].ms + c


@wp.func(inline=True)
def timer_seen(s: State, t: int) -> int:
    """The same of a timer."""
    return chan_seen(s, caps(s)[0].chans) + t


@wp.func(inline=True)
def bits_of(s: State, page: int) -> int:
    """Where a page's bits are."""
    return timer_seen(s, caps(s)[0].timers) + BIT_WORDS * page


@wp.func(inline=True)
def stack_at(s: State, n: int) -> int:
    """Where entry ``n`` of the stack is; entry 0 holds its height."""
    return bits_of(s, caps(s)[0].pages) + n


@wp.func(inline=True)
def push(s: State, at: wp.uint64, value: int):
    """Puts a block's header, or a channel's or timer's negative number, on the stack."""
    n = marks(at)[stack_at(s, 0)] + 1
    marks(at)[stack_at(s, 0)] = n
    marks(at)[stack_at(s, n)] = value


@wp.func(inline=False)
def taken(s: State, at: wp.uint64, header: int) -> bool:
    """Sets the bit of a block; whether it was set."""
    word = bits_of(s, header >> PAGE_SHIFT) + ((header & (PAGE - 1)) >> 5)
    bit = 1 << (header & 31)
    before = marks(at)[word]
    marks(at)[word] = before | bit
    return (before & bit) != 0


@wp.func(inline=False)
def header_of(s: State, address: int) -> int:
    """The header of the block that holds the word before an address; 0: none."""
    before = address - 1
    page = before >> PAGE_SHIFT
    if page < 1 or page >= world(s)[0].page_top:
        return 0
    cls = pages(s)[page].cls
    if cls == CONTINUED:
        return pages(s)[page].link << PAGE_SHIFT
    if cls == LARGE:
        return page << PAGE_SHIFT
    if cls < 1 or cls > CLASSES:
        return 0
    size = classes(s)[cls].size
    return (page << PAGE_SHIFT) + (before & (PAGE - 1)) / size * size


@wp.func(inline=False)
def reach(s: State, at: wp.uint64, kind: int, value: wp.int64, holder: int):
    """Something refers to ``value``; ``holder``: the block that does."""
    address = int(value)
    if value <= wp.int64(0) or address <= 0:
        return
    if kind == int(Kind.POINTER):
        header = header_of(s, address)
        if header == 0 or mem(s)[header] == wp.int64(0):
            breach(s, int(Invariant.DANGLING), wp.int64(address), wp.int64(holder))
        elif not taken(s, at, header):
            push(s, at, header)
    elif kind == int(Kind.CHAN) and address <= world(s)[0].chan_top:
        if chans(s)[address].mark == 0:
            breach(s, int(Invariant.DANGLING), value, wp.int64(holder))
        elif marks(at)[chan_seen(s, address)] == 0:
            marks(at)[chan_seen(s, address)] = 1
            push(s, at, -2 * address)
    elif kind == int(Kind.TIMER) and address <= world(s)[0].timer_top:
        if timers(s)[address].mark != 0 and marks(at)[timer_seen(s, address)] == 0:
            marks(at)[timer_seen(s, address)] = 1
            push(s, at, -2 * address - 1)


@wp.func(inline=False)
def reach_words(s: State, at: wp.uint64, header: int):
    """What an object's words refer to."""
    page = header >> PAGE_SHIFT
    words = classes(s)[wp.min(pages(s)[page].cls, CLASSES)].size - 1
    if pages(s)[page].cls == LARGE:
        words = int(pages(s)[page].grey1) * PAGE - 1
    type_id = int(mem(s)[header]) & TYPE_MASK
    period = types(s)[type_id].words
    first = types(s)[type_id].kinds
    if period > 0:
        for i in range(words):
            kind = kinds(s)[first + i % period]
            if kind != int(Kind.SCALAR):
                reach(s, at, kind, mem(s)[header + 1 + i], header)


@wp.func(inline=False)
def reach_roots(s: State, at: wp.uint64):
    """What goroutines, package variables and timers in heaps hold."""
    reach(s, at, int(Kind.POINTER), wp.int64(GLOBALS), 0)
    for g in range(1, world(s)[0].allgs + 1):
        if int(gs(s)[g].status) != int(GStatus.DEAD):
            reach(s, at, int(Kind.POINTER), wp.int64(gs(s)[g].frame), 0)
            d = gs(s)[g].waiting
            while d != 0 and (sudogs(s)[d].flags & int(SudogFlag.SEMA)) == 0:
                reach(s, at, int(Kind.POINTER), wp.int64(sudogs(s)[d].elem), 0)
                reach(s, at, int(Kind.CHAN), wp.int64(sudogs(s)[d].c), 0)
                d = sudogs(s)[d].waitlink
    for t in range(1, world(s)[0].timer_top + 1):
        if timers(s)[t].mark != 0 and (timers(s)[t].state & int(TimerState.HEAPED)) != 0:
            reach(s, at, int(Kind.TIMER), wp.int64(t), 0)


@wp.func(inline=False)
def reach_all(s: State, at: wp.uint64):
    """Follows everything from the roots."""
    reach_roots(s, at)
    while marks(at)[stack_at(s, 0)] > 0:
        n = marks(at)[stack_at(s, 0)]
        value = marks(at)[stack_at(s, n)]
        marks(at)[stack_at(s, 0)] = n - 1
        if value > 0:
            reach_words(s, at, value)
        else:
            row = -value / 2
            if -value == 2 * row:
                reach(s, at, int(Kind.POINTER), wp.int64(chans(s)[row].buf), 0)
                reach(s, at, int(Kind.TIMER), wp.int64(chans(s)[row].timer), 0)
            else:
                reach(s, at, int(Kind.POINTER), wp.int64(timers(s)[row].loc), 0)
                if timers(s)[row].kind == int(TimerKind.FUNC):
                    reach(s, at, int(Kind.POINTER), wp.int64(timers(s)[row].arg), 0)
                elif timers(s)[row].kind == int(TimerKind.CHAN):
                    reach(s, at, int(Kind.CHAN), wp.int64(timers(s)[row].arg), 0)


@wp.func(inline=False)
def check_lists(s: State, at: wp.uint64):
    """Blocks on the lists of the size classes are free ones of their class, each once."""
    for cls in range(1, CLASSES + 1):
        block = classes(s)[cls].free
        while block != 0:
            page = block >> PAGE_SHIFT
            good = page >= 1 and page < world(s)[0].page_top
            if good:
                good = pages(s)[page].cls == cls and (block & (PAGE - 1)) % classes(s)[cls].size == 0
            if good:
                good = mem(s)[block] == wp.int64(0)
            if not good:
                breach(s, int(Invariant.LISTED), wp.int64(block), wp.int64(cls))
                return
            if taken(s, at, block):
                breach(s, int(Invariant.TWICE), wp.int64(block), wp.int64(cls))
                return
            block = int(mem(s)[block + 1])


@wp.func(inline=False)
def check_blocks(s: State, at: wp.uint64):
    """Every block of every page in use was found, and so many pages are in use."""
    used = int(0)
    page = int(1)
    while page < world(s)[0].page_top:
        cls = pages(s)[page].cls
        count = int(1)
        if cls == LARGE:
            count = wp.max(int(pages(s)[page].grey1), 1)
        if cls != FREE:
            used += count
            size = PAGE
            if cls <= CLASSES:
                size = classes(s)[cls].size
            for i in range(0, PAGE - size + 1, size):
                if not taken(s, at, page * PAGE + i):
                    breach(s, int(Invariant.LOST), wp.int64(page * PAGE + i), wp.int64(cls))
        page += count
    expect(s, int(Invariant.PAGES_USED), world(s)[0].pages_used, used)


@wp.func(inline=False)
def check_memory(s: State, at: wp.uint64, collected: bool):
    """Follows all pointers and lists of free blocks; ``collected``: after a collection, which the world does not count, and then nothing else may be."""
    if world(s)[0].status == int(Status.INVARIANT):
        return
    if collected:
        collect(s)
        world(s)[0].collections -= wp.int64(1)
    for i in range(chan_seen(s, 0), stack_at(s, 1)):
        marks(at)[i] = 0
    reach_all(s, at)
    check_lists(s, at)
    if collected:
        check_blocks(s, at)
