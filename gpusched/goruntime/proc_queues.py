"""Run queues: a P's runnext and ring, and the global queue. Models ``runtime/proc.go``: runqput, runqputslow, runqget, runqgrab, globrunq*."""

import warp as wp

from gpusched.goruntime.state import LINES, GFlag, GStatus, State, gs, lines, params, ps, rings, touched, world
from gpusched.machine.memory import object_key

wp.set_module_options({"enable_backward": False})

REBASE = 1 << 30
"""Taken off a ring's head and tail when they get there, so that they never overflow."""
TOUCHES = wp.constant(wp.uint32((1 << 24) - 1))
"""Mask of ``World.touches`` and of that part of a row of ``touched``; of the line in a row of ``lines``."""
FRESH = wp.constant(wp.uint32(255))
"""Instead of the P that had a G last: its memory is fresh."""
READ = wp.constant(wp.uint32(255))
"""In a row of ``lines`` for the P that changed it: somebody has read it since."""
HASH = wp.constant(wp.uint64(0x9E3779B97F4A7C15))


@wp.func(inline=False)
def fetch_line(s: State, p: int, key: wp.int64, change: bool) -> wp.int64:
    """How long a cache line takes to come to P, ns: not at all if P changed it last, or reads it and nobody changed it since another one read it.

    key: says whose line it is, whatever the capacities are. Few lines are remembered, by a hash; those with equal last bits share a place.
    """
    line = wp.uint32(wp.uint64(key) * HASH >> wp.uint64(40))
    i = int(line) & (LINES - 1)
    known = lines(s)[i]
    mine = wp.uint32(p) % READ
    last = known & READ
    elsewhere = known != wp.uint32(0) and (known >> wp.uint32(8)) == line and last != mine
    if elsewhere and not change:
        mine = READ
        elsewhere = last != READ
    lines(s)[i] = (line << wp.uint32(8)) | mine
    if elsewhere:
        return wp.int64(params(s)[0].transfer)
    return wp.int64(0)


@wp.func(inline=True)
def fetch_word(s: State, p: int, addr: int, change: bool):
    """P changes or reads the word at ``addr`` atomically."""
    if params(s)[0].transfer != 0 and world(s)[0].gomaxprocs > 1:
        world(s)[0].cost += fetch_line(s, p, object_key(s, addr) / wp.int64(8), change)


@wp.func(inline=False)
def lock_sched(s: State, now: wp.int64):
    """Takes ``sched.lock``, which was found free, for its hold time; whoever waits in line has it reserved until ``sched_lock_free``.

    Its cache line, and those that it guards, come from the processor that had it before.
    """
    held = wp.int64(params(s)[0].sched_lock)
    world(s)[0].sched_lock_owner = world(s)[0].actor
    if world(s)[0].sched_lock_p != world(s)[0].actor:
        world(s)[0].sched_lock_p = world(s)[0].actor
        held += wp.int64(params(s)[0].transfer)
        world(s)[0].cost += wp.int64(params(s)[0].transfer)
    world(s)[0].sched_lock_free = wp.max(world(s)[0].sched_lock_free, now + held)


@wp.func(inline=True)
def globrunqput(s: State, g: int):
    """``globrunqput``: to the tail of the global queue."""
    gs(s)[g].link = 0
    if world(s)[0].runq_size == 0:
        world(s)[0].runq_head = g
    else:
        gs(s)[world(s)[0].runq_tail].link = g
    world(s)[0].runq_tail = g
    world(s)[0].runq_size += 1


@wp.func(inline=True)
def globrunqget(s: State) -> int:
    """``globrunqget``: the head of the global queue, which is not empty."""
    g = world(s)[0].runq_head
    world(s)[0].runq_head = gs(s)[g].link
    world(s)[0].runq_size -= 1
    return g


@wp.func(inline=False)
def runqputslow(s: State, p: int, g: int):
    """``runqputslow``: the oldest half of the ring, then ``g``, to the tail of the global queue."""
    lock_sched(s, world(s)[0].now)
    h = ps(s)[p].head
    for i in range(128):
        globrunqput(s, rings(s)[p * 256 + ((h + i) & 255)])
    ps(s)[p].head = h + 128
    globrunqput(s, g)


@wp.func(inline=True)
def runqput_tail(s: State, p: int, g: int):
    """``runqput`` with next=false: to the tail of the ring."""
    t = ps(s)[p].tail
    if t - ps(s)[p].head < 256:
        rings(s)[p * 256 + (t & 255)] = g
        ps(s)[p].tail = t + 1
    else:
        runqputslow(s, p, g)


@wp.func(inline=True)
def runqput_next(s: State, p: int, g: int):
    """``runqput`` with next=true: to runnext; the G that was there is kicked to the tail of the ring."""
    old = ps(s)[p].runnext
    ps(s)[p].runnext = g
    if old != 0:
        runqput_tail(s, p, old)


@wp.func(inline=True)
def runqempty(s: State, p: int) -> bool:
    """``runqempty``."""
    return ps(s)[p].runnext == 0 and ps(s)[p].head == ps(s)[p].tail


@wp.func(inline=True)
def ring_full(s: State, p: int) -> bool:
    """Whether one more ready G would overflow to the global queue."""
    return ps(s)[p].runnext != 0 and ps(s)[p].tail - ps(s)[p].head >= 256


@wp.func(inline=True)
def cold_at(s: State, i: int) -> int:
    """What a G takes beyond after 512 << i others, i of 0 to 7."""
    if i == 0:
        return 0
    if i == 1:
        return params(s)[0].cold_1k
    if i == 2:
        return params(s)[0].cold_2k
    if i == 3:
        return params(s)[0].cold_4k
    if i == 4:
        return params(s)[0].cold_8k
    if i == 5:
        return params(s)[0].cold_16k
    if i == 6:
        return params(s)[0].cold_32k
    return params(s)[0].cold_64k


@wp.func(inline=False)
def cold_after(s: State, behind: wp.uint32) -> wp.int64:
    """What a G takes beyond after ``behind`` others, ns."""
    if behind < wp.uint32(512):
        return wp.int64(0)
    i = int(0)
    from_ = wp.int64(512)
    n = wp.int64(behind)
    while i < 7 and n >= from_ + from_:
        from_ += from_
        i += 1
    low = wp.int64(cold_at(s, i))
    if i == 7:
        return low
    return low + (wp.int64(cold_at(s, i + 1)) - low) * (n - from_) / from_


@wp.func(inline=True)
def first_line(s: State, cold: wp.int64) -> wp.int64:
    """The part of it that the first line of G's descriptor takes."""
    return cold * wp.int64(params(s)[0].cold_first) / wp.int64(1000)


@wp.func(inline=False)
def globrunqgetbatch(s: State, p: int) -> int:
    """``globrunqgetbatch`` + ``runqputbatch``: n = min(128, size, size/GOMAXPROCS + 1) Gs; the first is returned, the others go to P's ring.

    The first of a long list has left the caches: as many others were queued since. ``sched.lock``, which the caller has, is held for as long as the list is
    followed from one such G to the next.
    """
    size = world(s)[0].runq_size
    n = wp.min(wp.min(size, size / world(s)[0].gomaxprocs + 1), 128)
    if params(s)[0].cold_64k != 0:
        held = wp.int64(n) * first_line(s, cold_after(s, wp.uint32(size)))
        world(s)[0].sched_lock_free += held
        world(s)[0].cost += held
    g = globrunqget(s)
    for _i in range(n - 1):
        runqput_tail(s, p, globrunqget(s))
    return g


@wp.func(inline=True)
def runqgrab(s: State, p: int, victim: int) -> int:
    """``runqgrab`` + ``runqsteal``, ring only: half of the victim's ring, rounded up, goes to P; the last of it is returned to be run. 0: nothing.

    A thief's own ring is empty, so it has room for 127.
    """
    h = ps(s)[victim].head
    n = ps(s)[victim].tail - h
    n = n - n / 2
    if n == 0:
        return 0
    t = ps(s)[p].tail
    for i in range(n - 1):
        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + ((h + n - 1) & 255)]


@wp.func(inline=True)
def owner(p: int) -> wp.uint32:
    """P among those that had a G last."""
    return wp.uint32(p) % FRESH


@wp.func(inline=False)
def touch_fresh(s: State, g: int):
    """The memory of a new G is fresh; it has not run yet."""
    touched(s)[g] = FRESH << wp.uint32(24) | ((world(s)[0].touches - wp.uint32(2)) & TOUCHES)


@wp.func(inline=False)
def fetch_first_line(s: State, g: int):
    """Who makes G, of a dead one, or readies it changes its status."""
    world(s)[0].cost += first_line(s, cold_after(s, (world(s)[0].touches - touched(s)[g]) & TOUCHES))


@wp.func(inline=False)
def touch(s: State, p: int, g: int):
    """G's descriptor and stack come to P's caches: from farther away the more others ran since it did, or from the P where it ran last."""
    at = world(s)[0].touches
    last = touched(s)[g]
    behind = (at - last) & TOUCHES
    before = last >> wp.uint32(24)
    elsewhere = before != owner(p)
    cold = cold_after(s, behind)
    cold -= first_line(s, cold)
    if before == FRESH:
        cold += wp.int64(params(s)[0].first_run)
    elif elsewhere:
        cold = wp.max(cold, wp.int64(params(s)[0].transfer))
    world(s)[0].cost += cold
    if elsewhere or behind > wp.uint32(1):
        at = (at + wp.uint32(1)) & TOUCHES
        world(s)[0].touches = at
    touched(s)[g] = owner(p) << wp.uint32(24) | at


@wp.func(inline=True)
def keep_rest(s: State, g: int, ns: wp.int64):
    """G does ``ns`` of its part of an action, which was cut off, when it runs again."""
    rem = gs(s)[g].rem + ns
    gs(s)[g].rem = rem
    if rem != wp.int64(0):
        gs(s)[g].flags = gs(s)[g].flags | wp.int16(int(GFlag.REST))


@wp.func(inline=True)
def make_runnable(s: State, g: int, now: wp.int64):
    """``casgstatus`` to _Grunnable; its wait for a P begins."""
    gs(s)[g].status = wp.int8(int(GStatus.RUNNABLE))
    gs(s)[g].since = now
