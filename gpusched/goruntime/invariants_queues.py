"""What must hold between any two actions of timers, semaphores and channels."""

import warp as wp

from gpusched.goruntime.invariants import SEMA, SLEEP, Invariant, breach, counted, expect, marks, note, sudog_mark
from gpusched.goruntime.sema import root_for, sudog_key
from gpusched.goruntime.state import NEVER, SEMTAB, State, TimerState, caps, chans, heaps, ps, semtab, sudogs, timers, world
from gpusched.machine.opcodes import TimerKind

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def check_timers(s: State, at: wp.uint64):
    """The heaps are ordered, each timer is in one of them, bits and counts are right; counts the timers of sleeping goroutines."""
    heaped = int(0)
    for p in range(1, world(s)[0].gomaxprocs + 1):
        base = p * caps(s)[0].heaps
        zombies = int(0)
        if ps(s)[p].timers > caps(s)[0].heaps or (ps(s)[p].timers > 0 and ps(s)[p].min_when == NEVER and ps(s)[p].min_modified == NEVER):
            breach(s, int(Invariant.HEAP), wp.int64(p - 1), wp.int64(0))
            return
        for i in range(ps(s)[p].timers):
            t = heaps(s)[base + i].timer
            if t < 1 or t > world(s)[0].timer_top:
                breach(s, int(Invariant.HEAP), wp.int64(p - 1), wp.int64(i))
                return
            when = heaps(s)[base + i].when
            if i > 0:
                if when < heaps(s)[base + (i - 1) / 4].when:
                    breach(s, int(Invariant.HEAP), wp.int64(p - 1), wp.int64(i))
            state = timers(s)[t].state
            moved = (state & int(TimerState.MODIFIED)) == 0 and timers(s)[t].when != when
            if timers(s)[t].p != p or (state & int(TimerState.HEAPED)) == 0 or timers(s)[t].mark == 0 or moved:
                breach(s, int(Invariant.TIMER), wp.int64(t), wp.int64(p - 1))
            if (state & int(TimerState.ZOMBIE)) != 0:
                zombies += 1
            if timers(s)[t].kind == int(TimerKind.SLEEP):
                note(s, at, timers(s)[t].arg, SLEEP)
        heaped += ps(s)[p].timers
        if ps(s)[p].zombies != zombies:
            breach(s, int(Invariant.ZOMBIES), wp.int64(p - 1), wp.int64(zombies))
    marked = int(0)
    for t in range(1, world(s)[0].timer_top + 1):
        if timers(s)[t].mark != 0 and (timers(s)[t].state & int(TimerState.HEAPED)) != 0:
            marked += 1
    expect(s, int(Invariant.HEAPED), marked, heaped)


@wp.func(inline=False)
def check_node(s: State, at: wp.uint64, d: int, root: int):
    """A node of the semaphore table's treap, its children, and the list of those that wait at the same address."""
    key = sudog_key(s, d)
    left = sudogs(s)[d].prev
    right = sudogs(s)[d].next
    good = root_for(key) == root
    if left != 0:
        good = good and sudogs(s)[left].parent == d and sudogs(s)[left].ticket >= sudogs(s)[d].ticket and sudog_key(s, left) < key
    if right != 0:
        good = good and sudogs(s)[right].parent == d and sudogs(s)[right].ticket >= sudogs(s)[d].ticket and sudog_key(s, right) > key
    marks(at)[sudog_mark(s, d)] += SEMA
    last = int(0)
    n = int(0)
    w = sudogs(s)[d].waitlink
    while w >= 1 and w <= world(s)[0].sudog_top and n <= world(s)[0].sudog_top:
        good = good and sudog_key(s, w) == key
        if counted(marks(at)[sudog_mark(s, w)], SEMA) < 15:
            marks(at)[sudog_mark(s, w)] += SEMA
        last = w
        n += 1
        w = sudogs(s)[w].waitlink
    if not good or sudogs(s)[d].waittail != last:
        breach(s, int(Invariant.TREAP), wp.int64(d), wp.int64(root))


@wp.func(inline=False)
def check_semaphores(s: State, at: wp.uint64):
    """The treaps of the semaphore table, each walked along its links."""
    top = world(s)[0].sudog_top
    for root in range(SEMTAB):
        d = semtab(s)[root]
        came = int(0)
        steps = int(0)
        while d >= 1 and d <= top and steps <= 3 * top:
            steps += 1
            left = sudogs(s)[d].prev
            right = sudogs(s)[d].next
            parent = sudogs(s)[d].parent
            if left < 0 or left > top or right < 0 or right > top or parent < 0 or parent > top:
                breach(s, int(Invariant.TREAP), wp.int64(d), wp.int64(root))
                return
            following = parent
            if came == parent:
                check_node(s, at, d, root)
                if left != 0:
                    following = left
                elif right != 0:
                    following = right
            elif came == left and right != 0:
                following = right
            came = d
            d = following


@wp.func(inline=False)
def check_chans(s: State):
    """Channels hold what they can hold; free ones are on their list."""
    free = int(0)
    for c in range(1, world(s)[0].chan_top + 1):
        if chans(s)[c].mark == 0:
            free += 1
        elif chans(s)[c].qcount < 0 or chans(s)[c].qcount > chans(s)[c].dataqsiz:
            breach(s, int(Invariant.CHAN), wp.int64(c), wp.int64(chans(s)[c].qcount))
    c = world(s)[0].chan_free
    n = int(0)
    while c >= 1 and c <= world(s)[0].chan_top and n <= free:
        if chans(s)[c].mark != 0:
            breach(s, int(Invariant.CHAN), wp.int64(c), wp.int64(chans(s)[c].mark))
        n += 1
        c = chans(s)[c].link
    expect(s, int(Invariant.CHAN), free, n)
