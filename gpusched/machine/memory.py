"""Memory of a world: words in pages of 128, handed out by size class, large objects as runs of pages.

A block is a header word and the object's words; an object's address is that of its first word. The header holds the type number (20 bits) and the
allocation number above it; a free block has the header 0 and the link of its size class's list in the next word. A pointer may point anywhere into an
object, also at the word after its last one (an empty slice's address), which the next header never is mistaken for: a pointer belongs to the block that
holds the word before it. Every object is zeroed over its whole block, so that an array's unused tail holds no stale pointers.

The limit of memory (``Params.max_pages``) counts words of blocks. ``World.words_free`` is what is left of it: taken by allocation, given back by ``free``
and, when it is used up, by a collection that finds what is really reachable. These moments depend on the program alone, whereas a collection because the
pages ran out depends on the capacity, and leaves the count alone: so the action at which a world runs out of memory does not depend on capacities.
"""

import warp as wp

from gpusched.goruntime.state import CLASSES, PAGE, Overflow, State, Status, caps, classes, mem, pages, params, prefetch_words, world
from gpusched.machine.collector import collect
from gpusched.machine.layout import CONTINUED, FREE, LARGE, NUMBER_SHIFT, OFFSET_BITS, PAGE_SHIFT, block_start

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def size_class(size: int) -> int:
    """Class of a block of ``size`` words (header included, at most PAGE): the least that holds it; ``layout.BLOCK_WORDS`` is the inverse."""
    if size <= 12:
        return wp.max(size - 1, 1)
    if size <= 18:
        return (size + 11) / 2
    if size <= 25:
        if size <= 21:
            return 15
        return 16
    if size <= 42:
        if size <= 32:
            return 17
        return 18
    if size <= 64:
        return 19
    return CLASSES


@wp.func(inline=False)
def within_limit(s: State, need: int) -> bool:
    """Collects because the limit of memory was reached; False ends the world: what is reachable leaves less than a 32nd of the limit free."""
    limit = wp.int64(params(s)[0].max_pages) * wp.int64(PAGE)
    left = limit - collect(s)
    world(s)[0].words_free = left
    if left < wp.int64(need) + limit / wp.int64(32):
        world(s)[0].status = Status.OUT_OF_MEMORY
        return False
    return True


@wp.func(inline=True)
def free_page(s: State) -> int:
    """Takes the lowest free page, 0 if there is none. ``World.page_free`` is a page below which none is free."""
    page = world(s)[0].page_free
    top = world(s)[0].page_top
    while page < top and pages(s)[page].cls != FREE:
        page += 1
    if page == top:
        if top == caps(s)[0].pages:
            world(s)[0].page_free = page
            return 0
        world(s)[0].page_top = top + 1
    world(s)[0].page_free = page + 1
    world(s)[0].pages_used += 1
    return page


@wp.func(inline=True)
def free_run(s: State, count: int) -> int:
    """First of ``count`` free pages in a row, 0 if there are none from ``World.page_run`` (where the last search ended) on."""
    capacity = caps(s)[0].pages
    top = world(s)[0].page_top
    page = world(s)[0].page_run
    length = int(0)
    while length < count and page < capacity:
        if page < top and pages(s)[page].cls != FREE:
            length = 0
        else:
            length += 1
        page += 1
    world(s)[0].page_run = page
    if length < count:
        return 0
    world(s)[0].page_top = wp.max(top, page)
    world(s)[0].pages_used += count
    return page - count


@wp.func(inline=True)
def crowded(s: State, live: wp.int64) -> bool:
    """True if a collection left less than a quarter of the capacity free: the host grows it before collections come too often."""
    capacity = wp.int64(caps(s)[0].pages - 1) * wp.int64(PAGE)
    return live > capacity - capacity / wp.int64(4)


@wp.func(inline=True)
def take_page(s: State, cls: int) -> int:
    """Gives a free page to a size class and takes its first block; 0 if no page is free."""
    page = free_page(s)
    if page == 0:
        return 0
    size = classes(s)[cls].size
    at = page << PAGE_SHIFT
    pages(s)[page].cls = cls
    pages(s)[page].mark0 = wp.uint64(0)
    pages(s)[page].mark1 = wp.uint64(0)
    pages(s)[page].grey0 = wp.uint64(0)
    pages(s)[page].grey1 = wp.uint64(0)
    for i in range(0, PAGE, size):
        mem(s)[at + i] = wp.int64(0)
    classes(s)[cls].bump = at + size
    classes(s)[cls].end = at + PAGE / size * size
    return at


@wp.func(inline=False)
def refill(s: State, cls: int) -> int:
    """A block of a size class whose list is empty: of a new page, or of what a collection finds; 0 sets ``Overflow.PAGES``."""
    at = take_page(s, cls)
    if at != 0:
        return at
    if not crowded(s, collect(s)):
        at = classes(s)[cls].free
        if at != 0:
            classes(s)[cls].free = int(mem(s)[at + 1])
            return at
        at = take_page(s, cls)
        if at != 0:
            return at
    world(s)[0].overflow |= Overflow.PAGES
    return 0


@wp.func(inline=False)
def alloc_large(s: State, type_id: int, words: int) -> int:
    """``alloc`` of an object that needs a run of pages of its own."""
    count = (words + PAGE) >> PAGE_SHIFT
    if world(s)[0].words_free < wp.int64(count * PAGE) and not within_limit(s, count * PAGE):
        return 0
    page = free_run(s, count)
    if page == 0:
        if not crowded(s, collect(s) + wp.int64(count * PAGE)):
            page = free_run(s, count)
        if page == 0:
            world(s)[0].overflow |= Overflow.PAGES
            return 0
    world(s)[0].words_free -= wp.int64(count * PAGE)
    for i in range(count):
        pages(s)[page + i].cls = CONTINUED
        pages(s)[page + i].link = page
    pages(s)[page].cls = LARGE
    pages(s)[page].mark0 = wp.uint64(0)
    pages(s)[page].grey0 = wp.uint64(0)
    pages(s)[page].grey1 = wp.uint64(count)
    at = page << PAGE_SHIFT
    world(s)[0].alloc_number += wp.int64(1)
    mem(s)[at] = (world(s)[0].alloc_number << wp.int64(NUMBER_SHIFT)) | wp.int64(type_id)
    for i in range(1, count * PAGE):
        mem(s)[at + i] = wp.int64(0)
    return at + 1


@wp.func(inline=True)
def alloc_inline(s: State, type_id: int, words: int) -> int:
    """``alloc``, for the few places that are worth its code: calls, ``go``, small objects."""
    if words >= PAGE:
        return alloc_large(s, type_id, words)
    cls = size_class(words + 1)
    size = classes(s)[cls].size
    if world(s)[0].words_free < wp.int64(size) and not within_limit(s, size):
        return 0
    at = classes(s)[cls].free
    if at != 0:
        after = int(mem(s)[at + 1])
        prefetch_words(s, after)
        classes(s)[cls].free = after
    else:
        at = classes(s)[cls].bump
        if at != classes(s)[cls].end:
            classes(s)[cls].bump = at + size
        else:
            at = refill(s, cls)
            if at == 0:
                return 0
    world(s)[0].words_free -= wp.int64(size)
    world(s)[0].alloc_number += wp.int64(1)
    mem(s)[at] = (world(s)[0].alloc_number << wp.int64(NUMBER_SHIFT)) | wp.int64(type_id)
    for i in range(1, size):
        mem(s)[at + i] = wp.int64(0)
    return at + 1


@wp.func(inline=False)
def alloc(s: State, type_id: int, words: int) -> int:
    """New zeroed object of ``words`` words; its address.

    0: there is no room even after a collection. Then ``Overflow.PAGES`` is set, or the status is OUT_OF_MEMORY, and nothing else has changed.
    """
    return alloc_inline(s, type_id, words)


@wp.func(inline=False)
def free_large(s: State, page: int):
    """``free`` of a large object."""
    count = int(pages(s)[page].grey1)
    for i in range(count):
        pages(s)[page + i].cls = FREE
    world(s)[0].page_free = wp.min(world(s)[0].page_free, page)
    world(s)[0].page_run = wp.min(world(s)[0].page_run, page)
    world(s)[0].pages_used -= count
    world(s)[0].words_free += wp.int64(count * PAGE)


@wp.func(inline=True)
def free(s: State, addr: int):
    """Gives back an object that nothing points at any more: a frame at its function's return."""
    at = addr - 1
    page = at >> PAGE_SHIFT
    cls = pages(s)[page].cls
    if cls == LARGE:
        free_large(s, page)
        return
    mem(s)[at] = wp.int64(0)
    mem(s)[addr] = wp.int64(classes(s)[cls].free)
    classes(s)[cls].free = at
    world(s)[0].words_free += wp.int64(classes(s)[cls].size)


@wp.func(inline=True)
def object_key(s: State, addr: int) -> wp.int64:
    """What orders addresses independently of where objects lie: the object's allocation number << 24 | offset of the word in it."""
    at = block_start(s, addr)
    return (mem(s)[at] >> wp.int64(NUMBER_SHIFT) << wp.int64(OFFSET_BITS)) | wp.int64(addr - at - 1)
