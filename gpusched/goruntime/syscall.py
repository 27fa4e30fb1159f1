"""Blocking system calls. Models ``runtime/proc.go``: entersyscall, exitsyscall, exitsyscallTryGetP, exitsyscallNoP.

The P stays with its M during a call, without a clock, until the call's completion gives it one, or somebody takes it.
"""

import warp as wp

from gpusched.goruntime.host import leave_cpu
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.pending import complete_at, m_acts_at
from gpusched.goruntime.proc_execute import LOCKED, checkdead, stopm
from gpusched.goruntime.proc_queues import globrunqput, lock_sched, make_runnable
from gpusched.goruntime.proc_wake import acquirep, park_locked, pidleget, sched_lock_busy_for, set_clock, spend, wake_sysmon
from gpusched.goruntime.state import NEVER, GStatus, MPhase, PendingKind, PPhase, State, gs, ms, params, ps, world

wp.set_module_options({"enable_backward": False})


@wp.func(inline=False)
def entersyscall(s: State, p: int, g: int, ns: wp.int64, now: wp.int64) -> int:
    """``entersyscall`` of a call that blocks its thread for ``ns``."""
    m = ps(s)[p].m
    gs(s)[g].status = wp.int8(int(GStatus.SYSCALL))
    gs(s)[g].since = now
    gs(s)[g].link = m
    ms(s)[m].g = g
    ms(s)[m].oldp = p
    ms(s)[m].syscalltick = ps(s)[p].syscalltick
    ps(s)[p].phase = int(PPhase.BLOCKED)
    ps(s)[p].clock = NEVER
    if world(s)[0].sysmon_wait == 1:
        wake_sysmon(s, now)
    spend(s, params(s)[0].syscall)
    complete_at(s, now + world(s)[0].cost + wp.max(ns, wp.int64(0)), g, int(PendingKind.SYSCALL))
    if params(s)[0].cpus != 0:
        leave_cpu(s, m, now + world(s)[0].cost)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def syscall_completed(s: State, g: int, now: wp.int64):
    """The kernel's side of a call is done: its P, or its M if the P was taken, goes on with exitsyscall."""
    m = gs(s)[g].link
    p = ms(s)[m].p
    if p != 0:
        ps(s)[p].phase = int(PPhase.EXITSYSCALL)
        set_clock(s, p, now)
    else:
        ms(s)[m].phase = int(MPhase.EXITSYSCALL)
        m_acts_at(s, now, m)


@wp.func(inline=True)
def resume_after_syscall(s: State, p: int, g: int):
    """G runs on P again; ``schedtick`` stays, so does the time slice."""
    gs(s)[g].status = wp.int8(int(GStatus.RUNNING))
    ms(s)[gs(s)[g].link].g = 0
    gs(s)[g].link = 0
    ps(s)[p].g = g
    ps(s)[p].phase = int(PPhase.NONE)
    ps(s)[p].syscalltick += wp.uint32(1)


@wp.func(inline=True)
def blocked_in_syscall(s: State, p: int) -> bool:
    """``setBlockOnExitSyscall``: whether the P's M is in a system call, so that the P may be taken."""
    return ps(s)[p].phase == int(PPhase.BLOCKED)


@wp.func(inline=True)
def take_p(s: State, p: int):
    """``syscallingThread.takeP``: the M in the call loses its P."""
    ms(s)[ps(s)[p].m].p = 0
    ps(s)[p].m = 0
    ps(s)[p].g = 0
    ps(s)[p].phase = int(PPhase.NONE)
    ps(s)[p].syscalltick += wp.uint32(1)


@wp.func(inline=False)
def exitsyscall_without_p(s: State, m: int, now: wp.int64) -> bool:
    """``exitsyscall`` of an M whose P was taken: its old P if that is in another call, an idle P, else the G goes to the global queue.

    False: ``sched.lock`` is busy, and the M looks again when it is free.
    """
    if not blocked_in_syscall(s, ms(s)[m].oldp):
        if sched_lock_busy_for(s, m, now):
            m_acts_at(s, ms(s)[m].lock_turn, m)
            return False
    g = ms(s)[m].g
    p = ms(s)[m].oldp
    ms(s)[m].oldp = 0
    ms(s)[m].phase = int(MPhase.NONE)
    spend(s, params(s)[0].syscall)
    if blocked_in_syscall(s, p):
        take_p(s, p)
    else:
        lock_sched(s, now)
        p = pidleget(s)
        if p != 0 and world(s)[0].sysmon_wait == 1:
            wake_sysmon(s, now)
    if p == 0:
        make_runnable(s, g, now)
        ms(s)[m].g = 0
        globrunqput(s, g)
        if (int(gs(s)[g].flags) & LOCKED) != 0:
            park_locked(s, m)
            checkdead(s)
        else:
            stopm(s, m)
        return True
    acquirep(s, m, p, now + wp.max(world(s)[0].cost, wp.int64(1)))
    resume_after_syscall(s, p, g)
    return True
