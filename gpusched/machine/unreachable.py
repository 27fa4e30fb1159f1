"""What no goroutine can reach any more: a mark that goes by the registers that are still read, as the mark phase of Go's collector does by stack maps.

Models ``runtime/mgcmark.go``: markroot, scanstack, scanframeworker. The collector of machine/collector.py takes whole frames for roots, so that it needs
no maps; what it keeps too long nobody sees. A cleanup is seen: it runs for an object that a register still holds which is not read again. A frame that a
pointer points into is looked at where variables lie whose address is taken, as Go does with stack objects. Nothing is swept.
"""

import warp as wp

from gpusched.goruntime.state import GLOBALS, PAGE, GStatus, State, TimerState, caps, chans, gs, kinds, lives, mem, pages, timers, types, world
from gpusched.machine.collector import mark_object, mark_resource, scan, take_grey
from gpusched.machine.layout import FREE, LARGE, PAGE_SHIFT, TYPE_MASK, block_start
from gpusched.machine.opcodes import FRAME_LINK, FRAME_REGS, Kind
from gpusched.machine.panics import DATA, OLDER, STACK, STANDS, is_record

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def mark_registers(s: State, frame: int, live: int):
    """Marks what registers of a frame refer to: those of the set at ``live``."""
    type_id = int(mem(s)[frame - 1]) & TYPE_MASK
    first = types(s)[type_id].kinds + FRAME_REGS
    for i in range(types(s)[type_id].words - FRAME_REGS):
        kind = kinds(s)[first + i]
        if kind != int(Kind.SCALAR) and (lives(s)[live + (i >> 5)] >> (i & 31)) & 1 != 0:
            value = mem(s)[frame + FRAME_REGS + i]
            if value > wp.int64(0):
                if kind == int(Kind.POINTER):
                    mark_object(s, value)
                else:
                    mark_resource(s, kind, int(value))


@wp.func(inline=False)
def mark_stack(s: State, g: int):
    """``scanstack``: what a goroutine that goes on can use; where its frames stand is as in ``Stacks.rows`` (machine/traceback.py)."""
    row = gs(s)[g].pc
    frame = gs(s)[g].frame
    while frame > 0:
        if is_record(s, frame):
            panic = frame
            while panic != 0:
                mark_object(s, mem(s)[panic + DATA])
                panic = int(mem(s)[panic + OLDER])
            row = -int(mem(s)[frame + STANDS])
            frame = int(mem(s)[frame + STACK])
        else:
            mark_registers(s, frame, lives(s)[row])
            link = mem(s)[frame + FRAME_LINK]
            row = int(link >> wp.int64(32))
            frame = int(link & wp.int64(0xFFFFFFFF))


@wp.func(inline=False)
def mark_roots(s: State):
    """Package variables, timers in heaps, and what goroutines can use."""
    mark_object(s, wp.int64(GLOBALS))
    for g in range(1, world(s)[0].allgs + 1):
        if int(gs(s)[g].status) != int(GStatus.DEAD):
            mark_stack(s, g)
    for timer in range(1, caps(s)[0].timers):
        if timers(s)[timer].mark != 0 and (timers(s)[timer].state & int(TimerState.HEAPED)) != 0:
            mark_resource(s, int(Kind.TIMER), timer)


@wp.func(inline=False)
def drain(s: State):
    """``gcDrain``: marks all that is reached from what is marked."""
    at = take_grey(s)
    while at != 0:
        addressed = lives(s)[caps(s)[0].frames + (int(mem(s)[at]) & TYPE_MASK)]
        if addressed != 0:
            mark_registers(s, at + 1, addressed)
        else:
            scan(s, at)
        at = take_grey(s)


@wp.func(inline=False)
def marked(s: State, address: int) -> bool:
    """Whether the object that an address points into was reached."""
    at = block_start(s, address)
    offset = at & (PAGE - 1)
    bits = pages(s)[at >> PAGE_SHIFT].mark0
    if offset >= 64:
        bits = pages(s)[at >> PAGE_SHIFT].mark1
    return (bits >> wp.uint64(offset & 63)) & wp.uint64(1) != wp.uint64(0)


@wp.func(inline=False)
def unmark(s: State):
    """Takes all marks away again."""
    for page in range(1, world(s)[0].page_top):
        if pages(s)[page].cls != FREE:
            pages(s)[page].mark0 = wp.uint64(0)
            if pages(s)[page].cls != LARGE:
                pages(s)[page].mark1 = wp.uint64(0)
    for chan in range(1, caps(s)[0].chans):
        chans(s)[chan].mark = wp.min(chans(s)[chan].mark, 1)
    for timer in range(1, caps(s)[0].timers):
        timers(s)[timer].mark = wp.min(timers(s)[timer].mark, 1)
