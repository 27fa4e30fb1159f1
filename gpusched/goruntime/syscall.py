"""Blocking system calls. Models ``runtime/proc.go``: entersyscall, exitsyscall, exitsyscallTryGetP, exitsyscallNoP.

The P stays with its M during a call, without a clock, until the call's completion gives it one, or somebody takes it.
"""

import warp as wp

from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.pending import complete_at, m_acts_at
from gpusched.goruntime.proc_queues import globrunqput, make_runnable
from gpusched.goruntime.proc_schedule import stopm
from gpusched.goruntime.proc_wake import acquirep, lock_sched, pidleget, set_clock, spend, wake_sysmon
from gpusched.goruntime.state import NEVER, GStatus, MPhase, PendingKind, PPhase, State

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def entersyscall(s: State, p: int, g: int, ns: wp.int64, now: wp.int64) -> int:
    """``entersyscall`` of a call that blocks its thread for ``ns``."""
    m = s.t[0].ps[s.w, p].m
    s.t[0].gs[s.w, g].status = int(GStatus.SYSCALL)
    s.t[0].gs[s.w, g].since = now
    s.t[0].gs[s.w, g].m = m
    s.t[0].ms[s.w, m].g = g
    s.t[0].ms[s.w, m].oldp = p
    s.t[0].ms[s.w, m].syscalltick = s.t[0].ps[s.w, p].syscalltick
    s.t[0].ps[s.w, p].phase = int(PPhase.BLOCKED)
    s.t[0].ps[s.w, p].clock = NEVER
    if s.t[0].worlds[s.w].sysmon_wait == 1:
        wake_sysmon(s, now)
    spend(s, s.t[0].params[s.w].syscall)
    complete_at(s, now + s.t[0].worlds[s.w].cost + wp.max(ns, wp.int64(0)), g, int(PendingKind.SYSCALL))
    return int(Outcome.LEFT)


@wp.func(inline=False)
def syscall_completed(s: State, g: int, now: wp.int64):
    """The kernel's side of a call is done: its P, or its M if the P was taken, goes on with exitsyscall."""
    m = s.t[0].gs[s.w, g].m
    p = s.t[0].ms[s.w, m].p
    if p != 0:
        s.t[0].ps[s.w, p].phase = int(PPhase.EXITSYSCALL)
        set_clock(s, p, now)
    else:
        s.t[0].ms[s.w, m].phase = int(MPhase.EXITSYSCALL)
        m_acts_at(s, now, m)


@wp.func(inline=True)
def resume_after_syscall(s: State, p: int, g: int):
    """G runs on P again; ``schedtick`` stays, so does the time slice."""
    s.t[0].gs[s.w, g].status = int(GStatus.RUNNING)
    s.t[0].ms[s.w, s.t[0].gs[s.w, g].m].g = 0
    s.t[0].gs[s.w, g].m = 0
    s.t[0].ps[s.w, p].g = g
    s.t[0].ps[s.w, p].phase = int(PPhase.NONE)
    s.t[0].ps[s.w, p].syscalltick += wp.uint32(1)


@wp.func(inline=True)
def blocked_in_syscall(s: State, p: int) -> bool:
    """``setBlockOnExitSyscall``: whether the P's M is in a system call, so that the P may be taken."""
    return s.t[0].ps[s.w, p].phase == int(PPhase.BLOCKED)


@wp.func(inline=True)
def take_p(s: State, p: int):
    """``syscallingThread.takeP``: the M in the call loses its P."""
    s.t[0].ms[s.w, s.t[0].ps[s.w, p].m].p = 0
    s.t[0].ps[s.w, p].m = 0
    s.t[0].ps[s.w, p].g = 0
    s.t[0].ps[s.w, p].phase = int(PPhase.NONE)
    s.t[0].ps[s.w, p].syscalltick += wp.uint32(1)


@wp.func(inline=False)
def exitsyscall_without_p(s: State, m: int, now: wp.int64) -> bool:
    """``exitsyscall`` of an M whose P was taken: its old P if that is in another call, an idle P, else the G goes to the global queue.

    False: ``sched.lock`` is busy, and the M looks again when it is free.
    """
    if s.t[0].worlds[s.w].sched_lock_free > now:
        m_acts_at(s, s.t[0].worlds[s.w].sched_lock_free, m)
        return False
    g = s.t[0].ms[s.w, m].g
    p = s.t[0].ms[s.w, m].oldp
    s.t[0].ms[s.w, m].oldp = 0
    s.t[0].ms[s.w, m].phase = int(MPhase.NONE)
    spend(s, s.t[0].params[s.w].syscall)
    if blocked_in_syscall(s, p):
        take_p(s, p)
    else:
        lock_sched(s, now)
        p = pidleget(s)
        if p != 0 and s.t[0].worlds[s.w].sysmon_wait == 1:
            wake_sysmon(s, now)
    if p == 0:
        make_runnable(s, g, now)
        s.t[0].gs[s.w, g].m = 0
        s.t[0].ms[s.w, m].g = 0
        globrunqput(s, g)
        stopm(s, m)
        return True
    acquirep(s, m, p, now + wp.max(s.t[0].worlds[s.w].cost, wp.int64(1)))
    resume_after_syscall(s, p, g)
    return True
