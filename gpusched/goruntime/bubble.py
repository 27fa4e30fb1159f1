"""The objects that stand for synctest bubbles, and which one a goroutine belongs to.

A bubble is an object of the frontend's package internal/synctest, a ``bubbleState``, whose words are named here. Those that still have goroutines form a list;
a goroutine names its own by the slot, a small number that no other bubble of the list has, so that a row of ``gs`` stays small.
"""

import warp as wp

from gpusched.goruntime.state import State, gs, mem, world

wp.set_module_options({"enable_backward": False})

NUMBER, CLOCK, ROOT, WAITER, MAIN, DONE, SLOT, NEXT = 0, 1, 2, 3, 4, 5, 6, 7


@wp.func(inline=False)
def in_slot(s: State, slot: int) -> int:
    """Address of the bubble in a slot; 0: none."""
    at = int(mem(s)[world(s)[0].bubble_list])
    while at != 0 and mem(s)[at + SLOT] != wp.int64(slot):
        at = int(mem(s)[at + NEXT])
    return at


@wp.func(inline=False)
def bubble_of(s: State, g: int) -> int:
    """Address of G's bubble; 0: it has none."""
    slot = int(gs(s)[g].bubble)
    if slot == 0:
        return 0
    return in_slot(s, slot)
