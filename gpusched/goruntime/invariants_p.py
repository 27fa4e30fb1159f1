"""What must hold between any two actions of Ps and threads: their clocks, the idle stacks, completions, hardware threads."""

import warp as wp

from gpusched.goruntime.host import first_for
from gpusched.goruntime.invariants import CALL, IO, Invariant, breach, expect, m_mark, marks, note
from gpusched.goruntime.state import (
    NEVER,
    GStatus,
    MPhase,
    Off,
    Owes,
    PendingKind,
    PPhase,
    PStatus,
    State,
    Status,
    caps,
    cpus,
    gs,
    ms,
    params,
    pending,
    ps,
    world,
)

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def check_clocks(s: State, before: wp.int64):
    """Time does not go back, and nobody acts before it."""
    now = world(s)[0].now
    if now < before:
        breach(s, int(Invariant.TIME), before, now)
    if world(s)[0].status != int(Status.RUNNING):
        return
    for p in range(1, world(s)[0].gomaxprocs + 1):
        if ps(s)[p].clock < now:
            breach(s, int(Invariant.CLOCK), wp.int64(p - 1), ps(s)[p].clock)
    if world(s)[0].pending_n > 0 and pending(s)[1].time < now:
        breach(s, int(Invariant.DUE), wp.int64(0), pending(s)[1].time)
    if world(s)[0].poller_clock < now:
        breach(s, int(Invariant.DUE), wp.int64(1), world(s)[0].poller_clock)
    if world(s)[0].sysmon_clock < now:
        breach(s, int(Invariant.DUE), wp.int64(2), world(s)[0].sysmon_clock)


@wp.func(inline=False)
def check_idle_ps(s: State):
    """The stack of idle Ps is those that are idle, with nothing to run and nobody to run on."""
    n = int(0)
    p = world(s)[0].pidle
    while p >= 1 and p <= world(s)[0].gomaxprocs and n <= world(s)[0].npidle:
        empty = ps(s)[p].g == 0 and ps(s)[p].m == 0 and ps(s)[p].runnext == 0 and ps(s)[p].head == ps(s)[p].tail
        if ps(s)[p].idle != 1 or ps(s)[p].clock != NEVER or not empty:
            breach(s, int(Invariant.IDLE_P), wp.int64(p - 1), wp.int64(ps(s)[p].m))
        n += 1
        p = ps(s)[p].link
    expect(s, int(Invariant.NPIDLE), world(s)[0].npidle, n)
    flagged = int(0)
    for i in range(1, world(s)[0].gomaxprocs + 1):
        flagged += ps(s)[i].idle
    expect(s, int(Invariant.NPIDLE), world(s)[0].npidle, flagged)


@wp.func(inline=False)
def check_ps(s: State):
    """A P that is not idle has an M, which has it; its status says whether its thread runs."""
    for p in range(1, world(s)[0].gomaxprocs + 1):
        if ps(s)[p].idle == 0:
            m = ps(s)[p].m
            if m < 1 or m > world(s)[0].mcount or ms(s)[m].p != p:
                breach(s, int(Invariant.P_M), wp.int64(p - 1), wp.int64(m))
            if ps(s)[p].g != 0 and ps(s)[p].status != int(PStatus.RUNNING):
                breach(s, int(Invariant.P_STATUS), wp.int64(p - 1), wp.int64(ps(s)[p].status))
        elif ps(s)[p].status != int(PStatus.IDLE):
            breach(s, int(Invariant.P_STATUS), wp.int64(p - 1), wp.int64(ps(s)[p].status))


@wp.func(inline=False)
def check_pending(s: State, at: wp.uint64):
    """The heap of completions is one; counts whom they are for."""
    n = world(s)[0].pending_n
    if n < 0 or n >= caps(s)[0].pending:
        breach(s, int(Invariant.PENDING), wp.int64(0), wp.int64(n))
        return
    for i in range(1, n + 1):
        up = i / 2
        if i > 1:
            early = pending(s)[i].time < pending(s)[up].time
            if early or (pending(s)[i].time == pending(s)[up].time and pending(s)[i].key < pending(s)[up].key):
                breach(s, int(Invariant.PENDING), wp.int64(i), wp.int64(n))
        a = pending(s)[i].a
        if pending(s)[i].kind == int(PendingKind.IO):
            note(s, at, a, IO)
        elif pending(s)[i].kind == int(PendingKind.SYSCALL):
            note(s, at, a, CALL)
        elif pending(s)[i].kind == int(PendingKind.M):
            if a < 1 or a > world(s)[0].mcount:
                breach(s, int(Invariant.M_PLACE), wp.int64(a), wp.int64(0))
            else:
                marks(at)[m_mark(s, a)] += 1


@wp.func(inline=True)
def in_a_call(s: State, m: int) -> bool:
    """Whether an M without a P is in a system call that goes on."""
    g = ms(s)[m].g
    if g < 1 or g > world(s)[0].allgs or ms(s)[m].p != 0 or ms(s)[m].phase != int(MPhase.NONE):
        return False
    return int(gs(s)[g].status) == int(GStatus.SYSCALL) and gs(s)[g].link == m


@wp.func(inline=False)
def check_ms(s: State, at: wp.uint64):
    """Each M is in one place, and those that spin are counted.

    Idle, with a P, about to act without one or waiting for a hardware thread to, blocked in the poller, in a system call, waiting for its locked G.
    ``check_pending`` came before.
    """
    count = world(s)[0].mcount
    n = int(0)
    m = world(s)[0].midle
    while m >= 1 and m <= count and n <= world(s)[0].nmidle:
        if ms(s)[m].idle != 1 or ms(s)[m].p != 0:
            breach(s, int(Invariant.IDLE_M), wp.int64(m), wp.int64(ms(s)[m].p))
        marks(at)[m_mark(s, m)] += 1
        n += 1
        m = ms(s)[m].link
    expect(s, int(Invariant.NMIDLE), world(s)[0].nmidle, n)
    spinning = int(0)
    parked = int(0)
    for p in range(1, world(s)[0].gomaxprocs + 1):
        if ps(s)[p].idle == 0:
            spinning += ps(s)[p].spinning
    for i in range(1, count + 1):
        places = marks(at)[m_mark(s, i)]
        p = ms(s)[i].p
        if p >= 1 and p <= world(s)[0].gomaxprocs:
            if ps(s)[p].m == i:
                places += 1
        if world(s)[0].poller_m == i:
            places += 1
        if ms(s)[i].parked != 0:
            places += 1
            parked += 1
        if in_a_call(s, i):
            places += 1
        if ms(s)[i].owes == int(Owes.ACTION):
            places += 1
        if places != 1:
            breach(s, int(Invariant.M_PLACE), wp.int64(i), wp.int64(places))
        if ms(s)[i].phase == int(MPhase.RECHECK):
            spinning += ms(s)[i].spinning
    expect(s, int(Invariant.NMSPINNING), world(s)[0].nmspinning, spinning)
    expect(s, int(Invariant.NMIDLE), world(s)[0].nmidlelocked, parked)


@wp.func(inline=True)
def call_ends(s: State, g: int) -> int:
    """In how many places the end of a G's system call goes on that has completed: its P's phase, or its M's."""
    m = gs(s)[g].link
    if m < 1 or m > world(s)[0].mcount:
        return 15
    if ms(s)[m].g != g:
        return 14
    p = ms(s)[m].p
    if p >= 1 and p <= world(s)[0].gomaxprocs:
        if ps(s)[p].phase == int(PPhase.EXITSYSCALL):
            return 1
        return 0
    if ms(s)[m].phase == int(MPhase.EXITSYSCALL):
        return 1
    return 0


@wp.func(inline=False)
def check_cpus(s: State):
    """An M has one hardware thread at most, which has it and stands as it does; those that wait are in the queue by how long they ran, and none is free."""
    count = world(s)[0].mcount
    for m in range(1, count + 1):
        c = ms(s)[m].cpu
        if c != 0 and (c < 0 or c > params(s)[0].cpus or cpus(s)[wp.clamp(c, 0, params(s)[0].cpus)].m != m):
            breach(s, int(Invariant.CPU), wp.int64(m), wp.int64(c))
    for c in range(1, params(s)[0].cpus + 1):
        m = cpus(s)[c].m
        stands = bool(False)
        if m < 0 or m > count:
            breach(s, int(Invariant.CPU), wp.int64(m), wp.int64(c))
        elif m != 0:
            stands = ms(s)[m].off == int(Off.THROTTLED)
            if ms(s)[m].cpu != c:
                breach(s, int(Invariant.CPU), wp.int64(m), wp.int64(c))
        elif first_for(s, c) != 0:
            breach(s, int(Invariant.CPU), wp.int64(first_for(s, c)), wp.int64(c))
        if stands != (cpus(s)[c].throttled != 0):
            breach(s, int(Invariant.CPU), wp.int64(m), wp.int64(c))
    check_cpu_queue(s, count)


@wp.func(inline=False)
def check_cpu_queue(s: State, count: int):
    """The queue for a hardware thread: those that wait, each once, who ran least first."""
    n = int(0)
    m = world(s)[0].cpu_queue
    least = -NEVER
    while m >= 1 and m <= count and n <= count:
        if ms(s)[m].off != int(Off.QUEUED) or ms(s)[m].cpu != 0 or ms(s)[m].vrun < least:
            breach(s, int(Invariant.CPU_QUEUE), wp.int64(m), wp.int64(n))
        least = ms(s)[m].vrun
        n += 1
        m = ms(s)[m].cpu_next
    queued = int(0)
    for i in range(1, count + 1):
        if ms(s)[i].off == int(Off.QUEUED):
            queued += 1
    expect(s, int(Invariant.CPU_QUEUE), queued, n)
