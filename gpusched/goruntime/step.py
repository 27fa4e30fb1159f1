"""One action of one actor. Composes the parts of the runtime; the order of actors is here and nowhere else.

Actors are the pending completions, the blocked poller, sysmon, Ms without a P, and the Ps. The next action is the one with the least (time, kind, id), the
kinds in this order; the id is a completion's number, else that of the M or P.
"""

import warp as wp

from gpusched.goruntime.chan import ready_list
from gpusched.goruntime.netpoll import descriptor_ready
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.pending import pop
from gpusched.goruntime.proc_create import gdestroy
from gpusched.goruntime.proc_schedule import gosched_impl, poller_returns, recheck, schedule
from gpusched.goruntime.proc_wake import sched_lock_busy, spend
from gpusched.goruntime.starting import start
from gpusched.goruntime.state import NEVER, GFlag, MPhase, Overflow, PendingKind, PPhase, State, Status
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
LOCKS = int(GFlag.LOCKS)


@wp.func(inline=True)
def next_actor(s: State) -> int:
    """PENDING, POLLER, SYSMON or a P's row; leaves its time in ``World.now`` and the second-least time in ``World.least``."""
    best = NEVER
    rank = int(4)
    who = int(1)
    second = NEVER
    if s.t[0].worlds[s.w].pending_n > 0:
        best = s.t[0].pending[s.w, 1].time
        who = PENDING
        rank = 0
        if s.t[0].pending[s.w, 1].kind == int(PendingKind.M):
            rank = 3
    t = s.t[0].worlds[s.w].poller_clock
    if t < best or (t == best and rank > 1):
        second = best
        best = t
        rank = 1
        who = POLLER
    else:
        second = wp.min(second, t)
    t = s.t[0].worlds[s.w].sysmon_clock
    if t < best or (t == best and rank > 2):
        second = best
        best = t
        rank = 2
        who = SYSMON
    else:
        second = wp.min(second, t)
    for i in range(s.t[0].params[s.w].gomaxprocs):
        t = s.t[0].ps[s.w, i + 1].clock
        if t < best:
            second = best
            best = t
            who = i + 1
        elif t < second:
            second = t
    s.t[0].worlds[s.w].now = best
    s.t[0].worlds[s.w].least = second
    return who


@wp.func(inline=True)
def begin_action(s: State):
    """Clears the costs of the action under way."""
    s.t[0].worlds[s.w].cost = wp.int64(0)
    s.t[0].worlds[s.w].user_ns = wp.int64(0)
    s.t[0].worlds[s.w].local_ps = wp.int64(0)
    s.t[0].worlds[s.w].segment = 0


@wp.func(inline=True)
def advance_clock(s: State, p: int, now: wp.int64, user: wp.int64):
    """The action's cost moves P's clock: the runtime's part, then the user's, 1 ns at least. An idle P and one in a system call have no clock."""
    if s.t[0].ps[s.w, p].clock != NEVER:
        cost = s.t[0].worlds[s.w].cost
        s.t[0].ps[s.w, p].user_from = now + cost
        s.t[0].ps[s.w, p].clock = now + wp.max(cost + user, wp.int64(1))


@wp.func(inline=False)
def goexit(s: State, p: int, g: int, now: wp.int64):
    """``goexit0``: the goroutine's first frame returned, or Goexit unwound it. main's return ends the world."""
    returned = s.t[0].gs[s.w, g].pc != 0
    gdestroy(s, p, g, now)
    if g == 1 and returned:
        s.t[0].worlds[s.w].status = int(Status.COMPLETED)


@wp.func(inline=False)
def preempted(s: State, p: int, g: int, now: wp.int64) -> int:
    """``gopreempt_m``: the requested preemption takes place."""
    if sched_lock_busy(s, p, now):
        return RETRIED
    s.t[0].gs[s.w, g].flags = s.t[0].gs[s.w, g].flags & ~PREEMPT
    s.t[0].worlds[s.w].preemptions += 1
    spend(s, s.t[0].params[s.w].preempt)
    gosched_impl(s, p, g, now)
    advance_clock(s, p, now, wp.int64(0))
    return PERFORMED


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
    now = s.t[0].ps[s.w, p].clock
    g = s.t[0].ps[s.w, p].g
    started = int(0)
    if s.t[0].worlds[s.w].resumed != 0:
        started = s.t[0].worlds[s.w].resumed - 1
        s.t[0].worlds[s.w].resumed = 0
    else:
        begin_action(s)
        if g == 0:
            if not schedule(s, p, now):
                if s.t[0].worlds[s.w].overflow != 0:
                    return STALLED
                return RETRIED
            advance_clock(s, p, now, wp.int64(0))
            return PERFORMED
        phase = s.t[0].ps[s.w, p].phase
        flags = s.t[0].gs[s.w, g].flags
        if phase == 0 and (flags & PREEMPT) != 0 and flags < LOCKS:
            return preempted(s, p, g, now)
        rem = s.t[0].gs[s.w, g].rem
        if rem != wp.int64(0):
            s.t[0].gs[s.w, g].rem = wp.int64(0)
            advance_clock(s, p, now, rem)
            return PERFORMED
        outcome = int(Outcome.CONTINUE)
        if phase != 0:
            started = 1
            outcome = goroutine_phase(s, p, g, phase, now)
        elif s.t[0].prog.code[s.t[0].gs[s.w, g].pc].op >= FIRST_STARTING:
            started = 1
            outcome = start(s, p, g, now)
        if outcome != int(Outcome.CONTINUE):
            if outcome == int(Outcome.RETRY):
                return RETRIED
            if outcome == int(Outcome.STALLED):
                return STALLED
            advance_clock(s, p, now, wp.int64(0))
            return PERFORMED
    local = run_local(s, p, g, started)
    if local == int(LocalOutcome.STALLED):
        s.t[0].worlds[s.w].resumed = 1 + started
        s.t[0].worlds[s.w].actor = p
        return STALLED
    ps = s.t[0].worlds[s.w].local_ps + wp.int64(s.t[0].gs[s.w, g].ps)
    s.t[0].gs[s.w, g].ps = int(ps % wp.int64(1000))
    user = s.t[0].worlds[s.w].user_ns + ps / wp.int64(1000)
    if local == int(LocalOutcome.GOEXIT):
        goexit(s, p, g, now)
    advance_clock(s, p, now, user)
    return PERFORMED


@wp.func(inline=False)
def pending_action(s: State, now: wp.int64) -> int:
    """The first pending entry: a completion, or an M without a P."""
    begin_action(s)
    a = s.t[0].pending[s.w, 1].a
    kind = s.t[0].pending[s.w, 1].kind
    pop(s)
    if kind == int(PendingKind.IO):
        descriptor_ready(s, a, now)
    elif kind == int(PendingKind.SYSCALL):
        syscall_completed(s, a, now)
    elif s.t[0].ms[s.w, a].phase == int(MPhase.RECHECK):
        recheck(s, a, now)
    elif not exitsyscall_without_p(s, a, now):
        return RETRIED
    return PERFORMED


@wp.func(inline=False)
def other_action(s: State, who: int, now: wp.int64) -> int:
    """An action of an actor that is not a P; sysmon's looks are not counted."""
    if who == PENDING:
        return pending_action(s, now)
    if who == POLLER:
        begin_action(s)
        poller_returns(s, now)
        return PERFORMED
    sysmon(s, now)
    return RETRIED


@wp.func(inline=True)
def rooms(s: State) -> bool:
    """Whether the tables that any action may need a few rows of have them."""
    margin = s.t[0].params[s.w].gomaxprocs + 4
    if s.t[0].worlds[s.w].mcount + margin > s.t[0].ms.shape[1]:
        s.t[0].worlds[s.w].overflow = s.t[0].worlds[s.w].overflow | int(Overflow.MS)
        return False
    if s.t[0].worlds[s.w].pending_n + margin > s.t[0].pending.shape[1]:
        s.t[0].worlds[s.w].overflow = s.t[0].worlds[s.w].overflow | int(Overflow.PENDING)
        return False
    return True
