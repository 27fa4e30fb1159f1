"""One action of one actor. Composes the parts of the runtime; the order of actors is here and nowhere else.

Actors are the pending completions, the blocked poller, sysmon, Ms without a P, and the Ps. The next action is the one with the least (time, kind, id), the
kinds in this order; the id is a completion's number, else that of the M or P.
"""

import warp as wp

from gpusched.goruntime.chan import ready_list
from gpusched.goruntime.choice import choose, runnable_count, take
from gpusched.goruntime.host import look_at_cpus, m_has_cpu, p_has_cpu, poller_has_cpu, sysmon_has_cpu
from gpusched.goruntime.netpoll import descriptor_ready
from gpusched.goruntime.noise import noise
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.pending import pop
from gpusched.goruntime.proc_create import gdestroy
from gpusched.goruntime.proc_execute import execute, gosched_impl, stoplockedm
from gpusched.goruntime.proc_find_runnable import poller_returns, recheck
from gpusched.goruntime.proc_queues import make_runnable, runqempty, runqput_tail
from gpusched.goruntime.proc_schedule import schedule
from gpusched.goruntime.proc_wake import latency, sched_lock_busy, set_clock, spend, timers_wake_time
from gpusched.goruntime.starting import start
from gpusched.goruntime.state import (
    GONE,
    NEVER,
    GFlag,
    MPhase,
    Overflow,
    PendingKind,
    PPhase,
    Special,
    State,
    Status,
    Strategy,
    caps,
    code,
    gs,
    ms,
    params,
    pending,
    ps,
    world,
)
from gpusched.goruntime.synctest import left
from gpusched.goruntime.syscall import exitsyscall_without_p, resume_after_syscall, syscall_completed
from gpusched.goruntime.sysmon import sysmon
from gpusched.machine.local import run_local
from gpusched.machine.opcodes import Op
from gpusched.machine.outcome import LocalOutcome

wp.set_module_options({"enable_backward": False})

PENDING = 0
"""``next_actor``: the first entry of the heap of pending completions."""
POLLER = -1
SYSMON = -2

PERFORMED = 1
RETRIED = 0
STALLED = -1

FIRST_STARTING = int(Op.GO)
PREEMPT = int(GFlag.PREEMPT)
REST = int(GFlag.REST)
LOCKS = int(GFlag.LOCKS)
LOCKED = int(GFlag.LOCKED)
SERIAL = int(Strategy.RANDOM)
CPUS = int(Special.CPUS)
LONG = wp.constant(wp.int64(1_000_000_000))
CHILLING = wp.constant(wp.int64(50_000))
"""After computing for so long, ns, what the caches lose varies."""
THOUSANDTHS = wp.constant(wp.int64(1 << 20))
"""Scale of a quantile table whose values are taken as they are."""


@wp.func(inline=True)
def next_actor(s: State) -> int:
    """PENDING, POLLER, SYSMON or a P's row; leaves its time in ``World.now`` and the second-least time in ``World.least``."""
    best = NEVER
    rank = int(4)
    who = int(1)
    second = NEVER
    if world(s)[0].pending_n > 0:
        best = pending(s)[1].time
        who = PENDING
        rank = 0
        if pending(s)[1].kind == int(PendingKind.M):
            rank = 3
    t = world(s)[0].poller_clock
    if t < best or (t == best and rank > 1):
        second = best
        best = t
        rank = 1
        who = POLLER
    else:
        second = wp.min(second, t)
    t = world(s)[0].sysmon_clock
    if t < best or (t == best and rank > 2):
        second = best
        best = t
        rank = 2
        who = SYSMON
    else:
        second = wp.min(second, t)
    for i in range(world(s)[0].gomaxprocs):
        t = ps(s)[i + 1].clock
        if t < best:
            second = best
            best = t
            who = i + 1
        elif t < second:
            second = t
    world(s)[0].now = best
    world(s)[0].least = second
    return who


@wp.func(inline=True)
def begin_action(s: State):
    """Clears the costs of the action under way."""
    world(s)[0].cost = wp.int64(0)
    world(s)[0].user_ns = wp.int64(0)
    world(s)[0].local_ps = wp.int64(0)
    world(s)[0].segment = 0
    world(s)[0].newborn = 0


@wp.func(inline=False)
def chill(s: State, p: int, user: wp.int64):
    """A P's caches lose the runtime's code and data while it computes or idles: its next runtime operations take more, each a quarter of what is left.

    After ``CHILLING`` and longer what they lose varies from time to time.
    """
    if world(s)[0].cost > wp.int64(0):
        computed = wp.min(ps(s)[p].computed, LONG)
        lost = wp.int64(params(s)[0].chill) * computed / (computed + wp.int64(params(s)[0].chill_half) + wp.int64(1))
        if computed >= CHILLING and params(s)[0].chill_table >= 0:
            lost = lost * latency(s, params(s)[0].chill_table, THOUSANDTHS) / wp.int64(1000)
        left = ps(s)[p].chilled + lost
        more = left / wp.int64(4)
        world(s)[0].cost += more
        ps(s)[p].chilled = left - more
        ps(s)[p].computed = wp.int64(0)
    ps(s)[p].computed += user


@wp.func(inline=False)
def looks_elsewhere(s: State, p: int) -> bool:
    """Whether P has nothing to run and is about to look at other Ps' queues, whose cache lines must come over first."""
    return world(s)[0].gomaxprocs > 1 and world(s)[0].runq_size == 0 and ps(s)[p].phase == int(PPhase.NONE) and runqempty(s, p)


@wp.func(inline=True)
def be_born(s: State, g: int, now: wp.int64, at: wp.int64):
    """A new G is there, and runnable if it was made so, when the runtime's part of the action is over."""
    gs(s)[g].birth = at
    if gs(s)[g].since == now:
        gs(s)[g].since = at
    world(s)[0].newborn = 0


@wp.func(inline=True)
def advance_clock(s: State, p: int, now: wp.int64, user: wp.int64):
    """The action's cost moves P's clock: the runtime's part, then the user's, 1 ns at least. An idle P and one in a system call have no clock."""
    if params(s)[0].chill != 0:
        chill(s, p, user)
    if params(s)[0].special != 0:
        noise(s, user)
    if ps(s)[p].clock != NEVER:
        if ps(s)[p].g == 0 and params(s)[0].transfer != 0:
            if looks_elsewhere(s, p):
                world(s)[0].cost += wp.int64(params(s)[0].transfer)
        cost = world(s)[0].cost
        if world(s)[0].newborn != 0:
            be_born(s, world(s)[0].newborn, now, now + cost)
        ps(s)[p].user_from = now + cost
        ps(s)[p].clock = now + wp.max(cost + user, wp.int64(1))


@wp.func(inline=False)
def goexit(s: State, p: int, g: int, now: wp.int64):
    """``goexit0``: the goroutine's first frame returned, or Goexit unwound it. main's return ends the world."""
    main_returned = gs(s)[g].goid == wp.int64(1) and gs(s)[g].pc != 0
    locked = (int(gs(s)[g].flags) & LOCKED) != 0
    gdestroy(s, p, g, now)
    if world(s)[0].bubbles != 0:
        left(s, p, g, now)
    if locked:
        ms(s)[ps(s)[p].m].lockedg = GONE
        stoplockedm(s, p, now)
    if main_returned:
        world(s)[0].status = int(Status.COMPLETED)


@wp.func(inline=False)
def preempted(s: State, p: int, g: int, now: wp.int64) -> int:
    """``gopreempt_m``: the requested preemption takes place."""
    if sched_lock_busy(s, p, now):
        return RETRIED
    gs(s)[g].flags = gs(s)[g].flags & wp.int16(~PREEMPT)
    world(s)[0].preemptions += 1
    spend(s, params(s)[0].preempt)
    gosched_impl(s, p, g, now)
    if (int(gs(s)[g].flags) & LOCKED) != 0:
        stoplockedm(s, p, now)
    advance_clock(s, p, now, wp.int64(0))
    return PERFORMED


@wp.func(inline=False)
def switched(s: State, p: int, g: int, now: wp.int64) -> bool:
    """A serial strategy at the beginning of a goroutine's action: whether another one, or a timer that is due, goes first; then this is the action."""
    if world(s)[0].chosen != 0 or int(gs(s)[g].flags) >= LOCKS:
        return False
    i = choose(s, p, g, now)
    if i == 0:
        world(s)[0].chosen = 1
        return False
    world(s)[0].preemptions += 1
    other = int(0)
    if i <= runnable_count(s, p):
        other = take(s, p, i - 1)
    make_runnable(s, g, now)
    runqput_tail(s, p, g)
    ps(s)[p].g = 0
    if other == 0:
        at = now + wp.int64(1)
        if params(s)[0].strategy == int(Strategy.FORCED):
            at = wp.max(timers_wake_time(s, p), at)
        set_clock(s, p, at)
        return True
    execute(s, p, other, False, now)
    if params(s)[0].strategy != int(Strategy.PCT):
        world(s)[0].chosen = 2
    advance_clock(s, p, now, wp.int64(0))
    return True


@wp.func(inline=True)
def goroutine_phase(s: State, p: int, g: int, phase: int, now: wp.int64) -> int:
    """A goroutine in the middle of a runtime function: an Outcome."""
    if phase == int(PPhase.READY_LIST):
        return ready_list(s, p, now)
    resume_after_syscall(s, p, g)
    spend(s, 1)
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def p_action(s: State, p: int) -> int:
    """One action of P: PERFORMED, RETRIED (a lock was busy) or STALLED (a capacity is too small)."""
    now = ps(s)[p].clock
    g = ps(s)[p].g
    world(s)[0].actor = p
    started = int(0)
    if world(s)[0].resumed != 0:
        started = world(s)[0].resumed - 1
        world(s)[0].resumed = 0
    else:
        begin_action(s)
        special = params(s)[0].special
        if special >= CPUS:
            if not p_has_cpu(s, p, now):
                return RETRIED
        if g == 0:
            if not schedule(s, p, now):
                if world(s)[0].overflow != 0:
                    return STALLED
                return RETRIED
            advance_clock(s, p, now, wp.int64(0))
            return PERFORMED
        ps(s)[p].executing = 0
        phase = ps(s)[p].phase
        flags = int(gs(s)[g].flags)
        if phase == 0 and (flags & PREEMPT) != 0 and flags < LOCKS:
            return preempted(s, p, g, now)
        if special != 0 and phase == 0 and params(s)[0].strategy >= SERIAL:
            if switched(s, p, g, now):
                return PERFORMED
        if (flags & REST) != 0:
            rem = gs(s)[g].rem
            gs(s)[g].rem = wp.int64(0)
            gs(s)[g].flags = gs(s)[g].flags & wp.int16(~REST)
            advance_clock(s, p, now, rem)
            return PERFORMED
        outcome = int(Outcome.CONTINUE)
        if phase != 0:
            started = 1
            outcome = goroutine_phase(s, p, g, phase, now)
        elif code(s)[gs(s)[g].pc].op >= FIRST_STARTING:
            started = 1
            outcome = start(s, p, g, now)
        if outcome != int(Outcome.CONTINUE):
            if outcome == int(Outcome.RETRY):
                return RETRIED
            if outcome == int(Outcome.STALLED):
                return STALLED
            if world(s)[0].bubbles != 0:
                left(s, p, g, now)
            if (flags & LOCKED) != 0:
                stoplockedm(s, p, now)
            advance_clock(s, p, now, wp.int64(0))
            return PERFORMED
    local = run_local(s, p, g, started)
    if local == int(LocalOutcome.STALLED):
        world(s)[0].resumed = 1 + started
        return STALLED
    world(s)[0].code_ps += world(s)[0].local_ps
    pico = world(s)[0].local_ps + wp.int64(gs(s)[g].ps)
    gs(s)[g].ps = wp.int16(pico % wp.int64(1000))
    user = world(s)[0].user_ns + pico / wp.int64(1000)
    if local == int(LocalOutcome.GOEXIT):
        goexit(s, p, g, now)
    advance_clock(s, p, now, user)
    return PERFORMED


@wp.func(inline=False)
def pending_action(s: State, now: wp.int64) -> int:
    """The first pending entry: a completion, or an M without a P."""
    begin_action(s)
    a = pending(s)[1].a
    kind = pending(s)[1].kind
    if kind == int(PendingKind.HOST) and world(s)[0].pending_n + params(s)[0].cpus + 4 > caps(s)[0].pending:
        world(s)[0].overflow = world(s)[0].overflow | int(Overflow.PENDING)
        return STALLED
    pop(s)
    if kind == int(PendingKind.IO):
        descriptor_ready(s, a, now)
    elif kind == int(PendingKind.SYSCALL):
        syscall_completed(s, a, now)
    elif kind == int(PendingKind.HOST):
        look_at_cpus(s, now)
        return RETRIED
    elif params(s)[0].special >= CPUS and not m_has_cpu(s, a, now):
        return RETRIED
    elif ms(s)[a].phase == int(MPhase.RECHECK):
        if not recheck(s, a, now):
            return RETRIED
    elif not exitsyscall_without_p(s, a, now):
        return RETRIED
    return PERFORMED


@wp.func(inline=False)
def other_action(s: State, who: int, now: wp.int64) -> int:
    """An action of an actor that is not a P; sysmon's looks are not counted."""
    world(s)[0].actor = 0
    if who == PENDING:
        return pending_action(s, now)
    if who == POLLER:
        begin_action(s)
        if params(s)[0].special >= CPUS and not poller_has_cpu(s, now):
            return RETRIED
        if poller_returns(s, now):
            return PERFORMED
        return RETRIED
    if params(s)[0].special >= CPUS and not sysmon_has_cpu(s, now):
        return RETRIED
    sysmon(s, now)
    return RETRIED


@wp.func(inline=True)
def rooms(s: State) -> bool:
    """Whether the tables that any action may need a few rows of have them."""
    margin = world(s)[0].gomaxprocs + 4
    if world(s)[0].mcount + margin > caps(s)[0].ms:
        world(s)[0].overflow = world(s)[0].overflow | int(Overflow.MS)
        return False
    if world(s)[0].pending_n + margin > caps(s)[0].pending:
        world(s)[0].overflow = world(s)[0].overflow | int(Overflow.PENDING)
        return False
    return True
