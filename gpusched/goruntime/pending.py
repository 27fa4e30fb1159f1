"""The heap of pending completions (system calls, poller events) and of Ms that act without a P, ordered by (time, completion before M, id)."""

import warp as wp

from gpusched.goruntime.state import Pending, PendingKind, State

wp.set_module_options({"enable_backward": False})

M_KEY = wp.constant(wp.int64(1 << 61))
"""Added to an M's number in the key: at equal times completions come first."""


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
    i = s.t[0].worlds[s.w].pending_n + 1
    s.t[0].worlds[s.w].pending_n = i
    while i > 1:
        parent = i / 2
        up = s.t[0].pending[s.w, parent]
        if not before(e, up):
            break
        s.t[0].pending[s.w, i] = up
        i = parent
    s.t[0].pending[s.w, i] = e
    s.t[0].worlds[s.w].least = wp.min(s.t[0].worlds[s.w].least, time)


@wp.func(inline=False)
def pop(s: State):
    """Removes the first entry (row 1)."""
    n = s.t[0].worlds[s.w].pending_n
    e = s.t[0].pending[s.w, n]
    n -= 1
    s.t[0].worlds[s.w].pending_n = n
    i = int(1)
    while 2 * i <= n:
        c = 2 * i
        if c < n and before(s.t[0].pending[s.w, c + 1], s.t[0].pending[s.w, c]):
            c += 1
        down = s.t[0].pending[s.w, c]
        if not before(down, e):
            break
        s.t[0].pending[s.w, i] = down
        i = c
    if n > 0:
        s.t[0].pending[s.w, i] = e


@wp.func(inline=True)
def complete_at(s: State, time: wp.int64, g: int, kind: int):
    """A completion for ``g`` at ``time``."""
    n = s.t[0].worlds[s.w].pending_seq
    s.t[0].worlds[s.w].pending_seq = n + wp.int64(1)
    push(s, time, n, g, kind)


@wp.func(inline=True)
def m_acts_at(s: State, time: wp.int64, m: int):
    """M ``m``, without a P, acts at ``time``."""
    push(s, time, wp.int64(m) + M_KEY, m, int(PendingKind.M))
