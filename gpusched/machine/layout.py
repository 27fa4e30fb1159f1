"""How pages are divided into blocks, and a new world's memory on the host."""

import numpy as np
import warp as wp

from gpusched.goruntime.state import CLASSES, GLOBALS, PAGE, State, classes, pages
from gpusched.program.program import Program

wp.set_module_options({"enable_backward": False})

PAGE_SHIFT = 7
"""log2 of PAGE."""
NUMBER_SHIFT = 20
"""A header is type number | allocation number << NUMBER_SHIFT."""
TYPE_MASK = (1 << NUMBER_SHIFT) - 1
OFFSET_BITS = 24
"""Bits of an object's key that hold the offset within it."""
FREE = 0
"""Page.cls of a page that belongs to nothing."""
LARGE = CLASSES + 1
"""Page.cls of the first page of a large object; ``grey1`` is its number of pages."""
CONTINUED = CLASSES + 2
"""Page.cls of the other pages of a large object; ``link`` is its first page."""
BLOCK_WORDS = (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 25, 32, 42, 64, 128)
"""Words of a block of each size class, header included; class 0 is none."""


@wp.func(inline=True)
def block_start(s: State, addr: int) -> int:
    """Address of the header of the block that ``addr`` points into; 0 if that page is free.

    The word before ``addr`` decides: it is the header or a word of the object, also when ``addr`` lies just behind the object.
    """
    before = addr - 1
    page = before >> PAGE_SHIFT
    cls = pages(s)[page].cls
    if cls >= LARGE:
        if cls == CONTINUED:
            page = pages(s)[page].link
        return page << PAGE_SHIFT
    if cls == FREE:
        return 0
    size = classes(s)[cls].size
    return (page << PAGE_SHIFT) + (before & (PAGE - 1)) / size * size


def pages_for(words: int) -> int:
    """Pages of a large object of ``words`` words."""
    return (words + PAGE) // PAGE


def least_pages(program: Program) -> int:
    """Rows of the table of pages that a world needs at the very least: the null page, the globals, the main goroutine's first frame and a little room."""
    frame = int(program.types["words"][program.funcs["frame_type"][program.entry]])
    return 1 + pages_for(int(program.types["words"][program.globals_type])) + pages_for(frame) + 4


def init_world_memory(program: Program, params: np.ndarray, worlds: np.ndarray, mem: np.ndarray, pages: np.ndarray, classes: np.ndarray) -> int:
    """Lays out the globals and the main goroutine's first frame in the zeroed memory of every world; the address of that frame.

    params and worlds: structured arrays [worlds]; mem: int64 [worlds, pages * PAGE]; pages: [worlds, pages]; classes: [worlds, CLASSES + 1].
    Memory grows by zero rows of pages and zero words of mem behind the old ones: nothing else changes.
    """
    classes["size"][:] = np.array(BLOCK_WORDS, np.int32)
    frame_type = int(program.funcs["frame_type"][program.entry])
    first, page = GLOBALS // PAGE, GLOBALS // PAGE
    for number, type_id in enumerate((program.globals_type, frame_type), start=1):
        count = pages_for(int(program.types["words"][type_id]))
        pages["cls"][:, page : page + count] = CONTINUED
        pages["link"][:, page : page + count] = page
        pages["cls"][:, page] = LARGE
        pages["grey1"][:, page] = count
        mem[:, page * PAGE] = number << NUMBER_SHIFT | type_id
        first, page = page, page + count
    for address, value in program.initial.items():
        mem[:, address] = np.array(value & (1 << 64) - 1, np.uint64).view(np.int64)
    worlds["alloc_number"] = 2
    worlds["page_top"] = worlds["page_free"] = worlds["page_run"] = page
    worlds["pages_used"] = page - 1
    worlds["words_free"] = params["max_pages"].astype(np.int64) * PAGE - (page - 1) * PAGE
    return first * PAGE + 1
