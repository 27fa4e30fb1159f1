"""The heap of pending completions (system calls, poller events) and of Ms that act without a P, ordered by (time, completion before M, id)."""

import warp as wp

from gpusched.goruntime.state import Pending, PendingKind, State, pending, world

wp.set_module_options({"enable_backward": False})

M_KEY = wp.constant(wp.int64(1 << 61))
"""Added to an M's number in the key: at equal times completions come first."""
HOST_KEY = wp.constant(wp.int64(-1))
"""Before all others."""


@wp.func(inline=True)
def before(a: Pending, b: Pending) -> bool:
    """The order of the heap."""
    return a.time < b.time or (a.time == b.time and a.key < b.key)


@wp.func(inline=False)
def push(s: State, time: wp.int64, key: wp.int64, a: int, kind: int):
    """Adds an entry; room was checked before the action."""
    e = Pending()
    e.time = time
    e.key = key
    e.a = a
    e.kind = kind
    i = world(s)[0].pending_n + 1
    world(s)[0].pending_n = i
    while i > 1:
        parent = i / 2
        up = pending(s)[parent]
        if not before(e, up):
            break
        pending(s)[i] = up
        i = parent
    pending(s)[i] = e
    world(s)[0].least = wp.min(world(s)[0].least, time)


@wp.func(inline=False)
def pop(s: State):
    """Removes the first entry (row 1)."""
    n = world(s)[0].pending_n
    e = pending(s)[n]
    n -= 1
    world(s)[0].pending_n = n
    i = int(1)
    while 2 * i <= n:
        c = 2 * i
        if c < n and before(pending(s)[c + 1], pending(s)[c]):
            c += 1
        down = pending(s)[c]
        if not before(down, e):
            break
        pending(s)[i] = down
        i = c
    if n > 0:
        pending(s)[i] = e


@wp.func(inline=True)
def complete_at(s: State, time: wp.int64, g: int, kind: int):
    """A completion for ``g`` at ``time``."""
    n = world(s)[0].pending_seq
    world(s)[0].pending_seq = n + wp.int64(1)
    push(s, time, n, g, kind)


@wp.func(inline=True)
def host_looks_at(s: State, time: wp.int64):
    """The next look at the hardware threads is at ``time``, if none is before; one that was to be later does nothing."""
    if time < world(s)[0].host_armed:
        world(s)[0].host_armed = time
        push(s, time, HOST_KEY, 0, int(PendingKind.HOST))


@wp.func(inline=True)
def m_acts_at(s: State, time: wp.int64, m: int):
    """M ``m``, without a P, acts at ``time``."""
    push(s, time, wp.int64(m) + M_KEY, m, int(PendingKind.M))
