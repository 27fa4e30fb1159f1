"""What must hold between any two actions of goroutines: each G in the one place that its status says, each sudog on one list."""

import warp as wp

from gpusched.goruntime.invariants import (
    CALL,
    FREE,
    HELD,
    IO,
    LIST,
    QUEUE,
    RUN,
    SEMA,
    SLEEP,
    Invariant,
    breach,
    counted,
    expect,
    marks,
    note,
    sudog_mark,
)
from gpusched.goruntime.invariants_p import call_ends
from gpusched.goruntime.state import RING, GStatus, PPhase, State, SudogFlag, WaitReason, chans, gs, ps, rings, sudogs, world

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def note_list(s: State, at: wp.uint64, head: int, count: int, kind: int, which: int) -> int:
    """Counts the places of a list of ``count`` Gs; the last of them, 0 if there is none."""
    g = head
    last = int(0)
    for i in range(count):
        if g == 0:
            breach(s, which, wp.int64(i), wp.int64(count))
            return last
        if not note(s, at, g, kind):
            return last
        last = g
        g = gs(s)[g].link
    return last


@wp.func(inline=False)
def note_injected(s: State, at: wp.uint64, head: int):
    """A netpoll list of which some Gs are runnable already: these are in a queue, as it were."""
    g = head
    n = int(0)
    while g != 0 and n <= world(s)[0].allgs:
        if not note(s, at, g, QUEUE):
            return
        if int(gs(s)[g].status) == int(GStatus.WAITING):
            marks(at)[g] += IO - QUEUE
        g = gs(s)[g].link
        n += 1


@wp.func(inline=False)
def note_sudogs(s: State, at: wp.uint64, head: int):
    """The sudogs that closechan or Broadcast readies one by one."""
    d = head
    n = int(0)
    while d >= 1 and d <= world(s)[0].sudog_top and n <= world(s)[0].sudog_top:
        note(s, at, sudogs(s)[d].g, LIST)
        d = sudogs(s)[d].waittail
        n += 1


@wp.func(inline=False)
def note_queues(s: State, at: wp.uint64):
    """Counts where runnable, running and free goroutines are."""
    size = world(s)[0].runq_size
    last = note_list(s, at, world(s)[0].runq_head, size, QUEUE, int(Invariant.RUNQ_SIZE))
    if size < 0 or (size > 0 and last != world(s)[0].runq_tail):
        breach(s, int(Invariant.RUNQ_SIZE), wp.int64(size), wp.int64(size))
    note_list(s, at, world(s)[0].gfree, world(s)[0].gfree_n, FREE, int(Invariant.GFREE_N))
    for p in range(1, world(s)[0].gomaxprocs + 1):
        if ps(s)[p].runnext != 0:
            note(s, at, ps(s)[p].runnext, QUEUE)
        count = ps(s)[p].tail - ps(s)[p].head
        if count < 0 or count > RING:
            breach(s, int(Invariant.RING), wp.int64(p - 1), wp.int64(count))
            count = 0
        for i in range(count):
            note(s, at, rings(s)[p * RING + ((ps(s)[p].head + i) & (RING - 1))], QUEUE)
        note_list(s, at, ps(s)[p].gfree, ps(s)[p].gfree_n, FREE, int(Invariant.GFREE_N))
        if ps(s)[p].g != 0:
            note(s, at, ps(s)[p].g, RUN)
        if ps(s)[p].phase == int(PPhase.INJECT):
            note_injected(s, at, ps(s)[p].phase_a)
        elif ps(s)[p].phase == int(PPhase.START_LOCKED):
            note(s, at, ps(s)[p].phase_a, QUEUE)
        elif ps(s)[p].phase == int(PPhase.READY_LIST):
            note_sudogs(s, at, ps(s)[p].phase_a)
    g = world(s)[0].netready
    n = int(0)
    while g != 0 and n <= world(s)[0].allgs:
        if not note(s, at, g, IO):
            return
        g = gs(s)[g].link
        n += 1


@wp.func(inline=False)
def note_waiting(s: State, at: wp.uint64, g: int):
    """The sudogs on a G's list are its own; one at a semaphore is alone."""
    d = gs(s)[g].waiting
    n = int(0)
    while d != 0 and n <= world(s)[0].sudog_top:
        if d < 1 or d > world(s)[0].sudog_top:
            breach(s, int(Invariant.SUDOG_G), wp.int64(d), wp.int64(g))
            return
        if sudogs(s)[d].g != g:
            breach(s, int(Invariant.SUDOG_G), wp.int64(d), wp.int64(g))
        if counted(marks(at)[sudog_mark(s, d)], HELD) < 15:
            marks(at)[sudog_mark(s, d)] += HELD
        if (sudogs(s)[d].flags & int(SudogFlag.SEMA)) != 0:
            return
        d = sudogs(s)[d].waitlink
        n += 1


@wp.func(inline=False)
def linked(s: State, d: int) -> bool:
    """Whether a sudog is in a queue of its channel, as its neighbours or the queue's ends say."""
    c = sudogs(s)[d].c
    if c < 1 or c > world(s)[0].chan_top:
        return False
    before = sudogs(s)[d].prev
    after = sudogs(s)[d].next
    if chans(s)[c].mark == 0 or before < 0 or before > world(s)[0].sudog_top or after < 0 or after > world(s)[0].sudog_top:
        return False
    first = chans(s)[c].recvq == d or chans(s)[c].sendq == d
    if before != 0:
        first = sudogs(s)[before].next == d and sudogs(s)[before].c == c
    last = chans(s)[c].recvq_last == d or chans(s)[c].sendq_last == d
    if after != 0:
        last = sudogs(s)[after].prev == d and sudogs(s)[after].c == c
    return first and last


@wp.func(inline=False)
def check_waiting(s: State, at: wp.uint64, g: int):
    """A G that waits is where its reason says that somebody finds it."""
    reason = int(gs(s)[g].waitreason)
    word = marks(at)[g]
    d = gs(s)[g].waiting
    found = reason != int(WaitReason.NONE)
    if reason == int(WaitReason.SLEEP):
        found = counted(word, SLEEP) == 1 or gs(s)[g].bubble != wp.int16(0)
    elif reason == int(WaitReason.IO_WAIT):
        found = counted(word, IO) == 1
    elif d != 0 and counted(word, LIST) == 0:
        if (sudogs(s)[d].flags & int(SudogFlag.SEMA)) != 0:
            found = found and (reason == int(WaitReason.COND_WAIT) or counted(marks(at)[sudog_mark(s, d)], SEMA) == 1)
        else:
            while d != 0:
                if not linked(s, d):
                    breach(s, int(Invariant.SUDOG_QUEUE), wp.int64(d), wp.int64(g))
                    return
                d = sudogs(s)[d].waitlink
    elif d == 0:
        queued = reason == int(WaitReason.CHAN_RECEIVE) or reason == int(WaitReason.CHAN_SEND) or reason == int(WaitReason.SELECT)
        locked = reason >= int(WaitReason.SEMACQUIRE) and reason <= int(WaitReason.WAITGROUP_WAIT)
        found = found and not queued and not locked
    if not found or counted(word, LIST) > 1:
        breach(s, int(Invariant.WAITING), wp.int64(g), wp.int64(reason))


@wp.func(inline=False)
def check_goroutine(s: State, at: wp.uint64, g: int, status: int):
    """A G is in the one place that its status says."""
    word = marks(at)[g]
    runnable = int(0)
    dead = int(0)
    running = int(0)
    if status == int(GStatus.RUNNABLE):
        runnable = 1
    elif status == int(GStatus.DEAD):
        dead = 1
    elif status == int(GStatus.RUNNING):
        running = 1
    elif status == int(GStatus.SYSCALL):
        running = wp.min(counted(word, RUN), 1)
        ends = counted(word, CALL) + call_ends(s, g)
        if ends != 1:
            breach(s, int(Invariant.SYSCALL), wp.int64(g), wp.int64(ends))
    elif status != int(GStatus.WAITING):
        breach(s, int(Invariant.STATUS), wp.int64(g), wp.int64(status))
    if counted(word, QUEUE) != runnable:
        breach(s, int(Invariant.QUEUED), wp.int64(g), wp.int64(counted(word, QUEUE)))
    if counted(word, FREE) != dead:
        breach(s, int(Invariant.FREED), wp.int64(g), wp.int64(counted(word, FREE)))
    if counted(word, RUN) != running:
        breach(s, int(Invariant.RUN), wp.int64(g), wp.int64(counted(word, RUN)))
    if status == int(GStatus.WAITING):
        check_waiting(s, at, g)


@wp.func(inline=False)
def check_goroutines(s: State, at: wp.uint64):
    """All Gs, the counts of those that live and of those that wait for the poller, all sudogs. What counts places came before."""
    live = int(0)
    polled = int(0)
    for g in range(1, world(s)[0].allgs + 1):
        if int(gs(s)[g].status) != int(GStatus.DEAD):
            note_waiting(s, at, g)
    for g in range(1, world(s)[0].allgs + 1):
        status = int(gs(s)[g].status)
        check_goroutine(s, at, g, status)
        if status != int(GStatus.DEAD):
            live += 1
        if status == int(GStatus.WAITING) and int(gs(s)[g].waitreason) == int(WaitReason.IO_WAIT):
            polled += 1
    expect(s, int(Invariant.LIVE), world(s)[0].live, live)
    expect(s, int(Invariant.NETPOLL_WAITERS), world(s)[0].netpoll_waiters, polled)
    d = world(s)[0].sudog_free
    n = int(0)
    while d >= 1 and d <= world(s)[0].sudog_top and n <= world(s)[0].sudog_top:
        marks(at)[sudog_mark(s, d)] += FREE
        d = sudogs(s)[d].next
        n += 1
    for i in range(1, world(s)[0].sudog_top + 1):
        word = marks(at)[sudog_mark(s, i)]
        places = counted(word, HELD) + counted(word, FREE)
        if places != 1:
            breach(s, int(Invariant.SUDOG), wp.int64(i), wp.int64(places))
