"""Timers. Models ``runtime/time.go``: per-P 4-ary heaps with lazy deletion, Sleep, channel timers that are in a heap only while somebody waits.

Differences from Go: a wake time of "none" is NEVER instead of 0; ``check`` runs one timer an action.
"""

import warp as wp

from gpusched.goruntime.bubble import CLOCK, SLOT
from gpusched.goruntime.proc_create import newproc
from gpusched.goruntime.proc_wake import ready, spend, wake_net_poller
from gpusched.goruntime.rand import child_key
from gpusched.goruntime.rows import free_timer_row, g_room
from gpusched.goruntime.state import NEVER, State, TimerState, TimerWhen, caps, chans, gs, heaps, mem, params, ps, sudogs, timers, world
from gpusched.goruntime.waitq import recvq_dequeue, wake
from gpusched.machine.frames import closure_context, closure_function, new_frame
from gpusched.machine.opcodes import TimerKind

wp.set_module_options({"enable_backward": False})

HEAPED = int(TimerState.HEAPED)
MODIFIED = int(TimerState.MODIFIED)
ZOMBIE = int(TimerState.ZOMBIE)
WALL_SECONDS = wp.constant(wp.int64(1767225600))
"""Unix time of every world's start: 2026-01-01 00:00:00 UTC."""
UNIX_TO_INTERNAL = wp.constant(wp.int64(62135596800))
"""``time.unixToInternal``: seconds from year 1 to 1970."""


@wp.func(inline=True)
def nanotime(s: State, now: wp.int64) -> wp.int64:
    """``nanotime``: 1 at a world's first look at the clock, ns."""
    origin = world(s)[0].nanotime_origin
    if origin == wp.int64(0):
        origin = now + wp.int64(1)
        world(s)[0].nanotime_origin = origin
    return now - origin + wp.int64(2)


@wp.func(inline=False)
def sift_up(s: State, p: int, start: int):
    """``siftUp``."""
    i = start
    tw = heaps(s)[p * caps(s)[0].heaps + i]
    while i > 0:
        parent = (i - 1) / 4
        up = heaps(s)[p * caps(s)[0].heaps + parent]
        if tw.when >= up.when:
            break
        heaps(s)[p * caps(s)[0].heaps + i] = up
        i = parent
    heaps(s)[p * caps(s)[0].heaps + i] = tw


@wp.func(inline=False)
def sift_down(s: State, p: int, start: int):
    """``siftDown``: the first of equal least children goes up."""
    n = ps(s)[p].timers
    i = start
    tw = heaps(s)[p * caps(s)[0].heaps + i]
    while i * 4 + 1 < n:
        first = i * 4 + 1
        least = tw.when
        c = int(0)
        for j in range(first, wp.min(first + 4, n)):
            if heaps(s)[p * caps(s)[0].heaps + j].when < least:
                least = heaps(s)[p * caps(s)[0].heaps + j].when
                c = j
        if c == 0:
            break
        heaps(s)[p * caps(s)[0].heaps + i] = heaps(s)[p * caps(s)[0].heaps + c]
        i = c
    heaps(s)[p * caps(s)[0].heaps + i] = tw


@wp.func(inline=True)
def update_min_when(s: State, p: int):
    """``updateMinWhenHeap``."""
    if ps(s)[p].timers == 0:
        ps(s)[p].min_when = NEVER
    else:
        ps(s)[p].min_when = heaps(s)[p * caps(s)[0].heaps + 0].when


@wp.func(inline=False)
def delete_min(s: State, p: int):
    """``deleteMin``."""
    last = ps(s)[p].timers - 1
    timers(s)[heaps(s)[p * caps(s)[0].heaps + 0].timer].p = 0
    ps(s)[p].timers = last
    if last > 0:
        heaps(s)[p * caps(s)[0].heaps + 0] = heaps(s)[p * caps(s)[0].heaps + last]
        sift_down(s, p, 0)
    update_min_when(s, p)
    if last == 0:
        ps(s)[p].min_modified = NEVER


@wp.func(inline=False)
def update_heap(s: State, t: int) -> bool:
    """``updateHeap``: settles the marks of the timer at its heap's head; whether there were any."""
    p = timers(s)[t].p
    state = timers(s)[t].state
    if (state & ZOMBIE) != 0:
        timers(s)[t].state = 0
        ps(s)[p].zombies -= 1
        delete_min(s, p)
        return True
    if (state & MODIFIED) != 0:
        timers(s)[t].state = HEAPED
        heaps(s)[p * caps(s)[0].heaps + 0].when = timers(s)[t].when
        sift_down(s, p, 0)
        update_min_when(s, p)
        return True
    return False


@wp.func(inline=False)
def clean_head(s: State, p: int):
    """``cleanHead``: removes zombies at the tail, settles marked heads."""
    while ps(s)[p].timers > 0:
        n = ps(s)[p].timers
        t = heaps(s)[p * caps(s)[0].heaps + n - 1].timer
        if (timers(s)[t].state & ZOMBIE) != 0:
            timers(s)[t].state = 0
            timers(s)[t].p = 0
            ps(s)[p].zombies -= 1
            ps(s)[p].timers = n - 1
            continue
        head = heaps(s)[p * caps(s)[0].heaps + 0].timer
        if (timers(s)[head].state & (MODIFIED | ZOMBIE)) == 0:
            return
        if not update_heap(s, head):
            return


@wp.func(inline=False)
def adjust(s: State, p: int, now: wp.int64, force: bool):
    """``adjust``: settles all marks once the earliest modification is due."""
    if not force and ps(s)[p].min_modified > now:
        return
    ps(s)[p].min_when = wp.min(ps(s)[p].min_when, ps(s)[p].min_modified)
    ps(s)[p].min_modified = NEVER
    changed = bool(False)
    i = int(0)
    while i < ps(s)[p].timers:
        t = heaps(s)[p * caps(s)[0].heaps + i].timer
        state = timers(s)[t].state
        if (state & ZOMBIE) != 0:
            n = ps(s)[p].timers - 1
            ps(s)[p].zombies -= 1
            timers(s)[t].state = 0
            timers(s)[t].p = 0
            heaps(s)[p * caps(s)[0].heaps + i] = heaps(s)[p * caps(s)[0].heaps + n]
            ps(s)[p].timers = n
            changed = True
        else:
            if (state & MODIFIED) != 0:
                heaps(s)[p * caps(s)[0].heaps + i].when = timers(s)[t].when
                timers(s)[t].state = HEAPED
                changed = True
            i += 1
    n = ps(s)[p].timers
    if changed and n > 1:
        k = (n - 2) / 4
        while k >= 0:
            sift_down(s, p, k)
            k -= 1
    update_min_when(s, p)


@wp.func(inline=True)
def needs_add(s: State, t: int) -> bool:
    """``needsAdd``: a channel timer is in a heap only while a goroutine is blocked on its channel."""
    return (timers(s)[t].state & HEAPED) == 0 and timers(s)[t].when > wp.int64(0) and (timers(s)[t].kind != int(TimerKind.CHAN) or timers(s)[t].blocked > 0)


@wp.func(inline=False)
def maybe_add(s: State, p: int, t: int, now: wp.int64):
    """``maybeAdd``: into the heap of the P that executes this; wakes the poller if it must look earlier."""
    clean_head(s, p)
    if not needs_add(s, t):
        return
    when = timers(s)[t].when
    wake = when < wp.min(ps(s)[p].min_when, ps(s)[p].min_modified)
    timers(s)[t].state = HEAPED
    timers(s)[t].p = p
    n = ps(s)[p].timers
    tw = TimerWhen()
    tw.when = when
    tw.timer = t
    heaps(s)[p * caps(s)[0].heaps + n] = tw
    ps(s)[p].timers = n + 1
    sift_up(s, p, n)
    if heaps(s)[p * caps(s)[0].heaps + 0].timer == t:
        update_min_when(s, p)
    if wake:
        wake_net_poller(s, when, now)


@wp.func(inline=True)
def drain(s: State, c: int) -> bool:
    """``timerchandrain``: removes a stale value from a timer's channel."""
    if chans(s)[c].qcount == 0:
        return False
    chans(s)[c].qcount = 0
    chans(s)[c].recvx = 0
    chans(s)[c].sendx = 0
    return True


@wp.func(inline=False)
def modify(s: State, p: int, t: int, when: wp.int64, period: wp.int64, now: wp.int64) -> bool:
    """``modify``: sets the timer; whether it was pending. ``when`` is in the world's time."""
    was_pending = timers(s)[t].when > wp.int64(0)
    timers(s)[t].period = period
    timers(s)[t].when = when
    wake = bool(False)
    state = timers(s)[t].state
    if (state & HEAPED) != 0:
        hp = timers(s)[t].p
        if (state & ZOMBIE) != 0:
            ps(s)[hp].zombies -= 1
        timers(s)[t].state = HEAPED | MODIFIED
        if when < ps(s)[hp].min_modified:
            wake = True
            ps(s)[hp].min_modified = when
    if timers(s)[t].kind == int(TimerKind.CHAN):
        if drain(s, timers(s)[t].arg):
            was_pending = True
    if needs_add(s, t):
        maybe_add(s, p, t, now)
    if wake:
        wake_net_poller(s, when, now)
    return was_pending


@wp.func(inline=False)
def stop(s: State, t: int) -> bool:
    """``stop``: only marks a heaped timer; whether it was pending."""
    state = timers(s)[t].state
    if (state & HEAPED) != 0:
        if (state & ZOMBIE) == 0 and timers(s)[t].bubble == wp.int64(0):
            ps(s)[timers(s)[t].p].zombies += 1
        timers(s)[t].state = state | MODIFIED | ZOMBIE
    was_pending = timers(s)[t].when > wp.int64(0)
    timers(s)[t].when = wp.int64(0)
    if timers(s)[t].kind == int(TimerKind.CHAN):
        if drain(s, timers(s)[t].arg):
            was_pending = True
    return was_pending


@wp.func(inline=True)
def wall(now_ns: wp.int64) -> wp.int64:
    """``time.Time.wall`` of a time with monotonic reading: seconds since 1885 and nanoseconds."""
    since_1885 = WALL_SECONDS + now_ns / wp.int64(1000000000) + wp.int64(2682288000)
    return wp.int64(wp.uint64(1) << wp.uint64(63)) | (since_1885 << wp.int64(30)) | (now_ns % wp.int64(1000000000))


@wp.func(inline=True)
def time_word(s: State, t: int, now: wp.int64, i: int) -> wp.int64:
    """Word ``i`` of the ``time.Time`` that ``time.Now`` gives timer ``t`` at ``now``: wall, ext, loc (UTC); without monotonic reading in a bubble."""
    if timers(s)[t].bubble != wp.int64(0):
        if i == 0:
            return now % wp.int64(1000000000)
        if i == 1:
            return now / wp.int64(1000000000) + UNIX_TO_INTERNAL
        return wp.int64(timers(s)[t].loc)
    mono = nanotime(s, now) - wp.int64(1)
    if i == 0:
        return wall(mono)
    if i == 1:
        return mono + wp.int64(1)
    return wp.int64(0)


@wp.func(inline=False)
def send_time(s: State, p: int, t: int, when: wp.int64, now: wp.int64):
    """``time.sendTime``: a non-blocking send of the time at which the timer was due (``Now().Add(-delay)``)."""
    c = timers(s)[t].arg
    d = recvq_dequeue(s, c)
    if d != 0:
        elem = sudogs(s)[d].elem
        if elem != 0:
            for i in range(3):
                mem(s)[elem + i] = time_word(s, t, when, i)
        wake(s, p, d, True, now)
        return
    if chans(s)[c].qcount == 0:
        buf = chans(s)[c].buf
        for i in range(3):
            mem(s)[buf + i] = time_word(s, t, when, i)
        chans(s)[c].qcount = 1


@wp.func(inline=False)
def unlock_and_run(s: State, p: int, t: int, bubble: int, now: wp.int64) -> bool:
    """``unlockAndRun``: fires a timer on P, of a bubble unless that is 0; False: no room for its goroutine, nothing has happened."""
    kind = timers(s)[t].kind
    func = int(0)
    frame = int(0)
    if kind == int(TimerKind.FUNC):
        func = closure_function(s, wp.int64(timers(s)[t].arg))
        if not g_room(s, p):
            return False
        frame = new_frame(s, func, closure_context(wp.int64(timers(s)[t].arg)))
        if frame == 0:
            return False
    spend(s, params(s)[0].timer_op)
    when = timers(s)[t].when
    period = timers(s)[t].period
    follow = wp.int64(0)
    if period > wp.int64(0):
        at = now
        if bubble != 0:
            at = mem(s)[bubble + CLOCK]
        follow = when + period * (wp.int64(1) + (at - when) / period)
        if follow < when:
            follow = NEVER
    timers(s)[t].when = follow
    if bubble != 0:
        if follow == wp.int64(0):
            timers(s)[t].state = 0
    elif (timers(s)[t].state & HEAPED) != 0:
        timers(s)[t].state = timers(s)[t].state | MODIFIED
        if follow == wp.int64(0):
            timers(s)[t].state = timers(s)[t].state | ZOMBIE
            ps(s)[timers(s)[t].p].zombies += 1
        update_heap(s, t)
    if kind == int(TimerKind.SLEEP):
        g = timers(s)[t].arg
        free_timer_row(s, t)
        ready(s, p, g, now)
    elif kind == int(TimerKind.CHAN):
        send_time(s, p, t, when, now)
    else:
        fired = timers(s)[t].fired
        timers(s)[t].fired = fired + 1
        k0, k1 = child_key(timers(s)[t].key0, timers(s)[t].key1, wp.uint32(fired), wp.uint32(2))
        newproc(s, p, func, frame, timers(s)[t].gopc, k0, k1, now)
        if bubble != 0:
            gs(s)[ps(s)[p].runnext].bubble = wp.int16(mem(s)[bubble + SLOT])
    return True


@wp.func(inline=False)
def run_due_at(s: State, p: int, owner: int, due: wp.int64, now: wp.int64) -> int:
    """``run_due`` for timers that are due at ``due``."""
    if ps(s)[owner].timers == 0:
        return 0
    adjust(s, owner, now, False)
    while ps(s)[owner].timers > 0:
        t = heaps(s)[owner * caps(s)[0].heaps + 0].timer
        marked = (timers(s)[t].state & (MODIFIED | ZOMBIE)) != 0
        if not marked and heaps(s)[owner * caps(s)[0].heaps + 0].when > due:
            break
        if update_heap(s, t):
            continue
        if timers(s)[t].when > due:
            break
        if not unlock_and_run(s, p, t, 0, now):
            return 2
        return 1
    if owner == p and ps(s)[p].zombies > ps(s)[p].timers / 4:
        adjust(s, p, now, True)
    return 0


@wp.func(inline=False)
def run_due(s: State, p: int, owner: int, now: wp.int64) -> int:
    """``check``: runs at most one timer of ``owner``'s heap that was due when P began to look. 0: there is none, 1: one ran, 2: no room.

    The look goes on with P's next action, for the timers that were due at its beginning: one that is set anew meanwhile waits for the next look.
    """
    due = ps(s)[p].timers_now
    if due == wp.int64(0):
        due = now
    r = run_due_at(s, p, owner, due, now)
    if r == 1:
        ps(s)[p].timers_now = due
    return r
