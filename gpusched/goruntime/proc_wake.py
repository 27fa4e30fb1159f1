"""Waking Ps and threads. Models ``runtime/proc.go``: pidleput/pidleget, mput/mget, startm, wakep, ready, handoffp, wakeNetPoller; ``netpollBreak``."""

import warp as wp

from gpusched.goruntime.host import first_free, leave_cpu, packed
from gpusched.goruntime.noise import displaced
from gpusched.goruntime.proc_queues import fetch_first_line, lock_sched, make_runnable, ring_full, runqempty, runqput_next
from gpusched.goruntime.rand import cheaprand, quantile
from gpusched.goruntime.state import NEVER, PPhase, PStatus, State, Status, Strategy, ms, params, ps, world

wp.set_module_options({"enable_backward": False})

LOCK_SPINS = 4
"""Times that ``lock2`` spins for 30 PAUSE before it sleeps (``lock_spinbit.go: mutexActiveSpinCount``)."""
SYSMON_MIN = 20_000
"""sysmon's shortest sleep, ns (``proc.go: sysmon``)."""


@wp.func(inline=False)
def latency(s: State, table: int, scale: wp.int64) -> wp.int64:
    """One draw of a latency of the machine, ns, from the runtime's stream."""
    if scale == wp.int64(0):
        return wp.int64(0)
    hi = wp.uint64(cheaprand(s))
    lo = wp.uint64(cheaprand(s))
    return quantile(s, table, scale, (hi << wp.uint64(32)) | lo)


@wp.func(inline=True)
def wake_latency(s: State) -> wp.int64:
    """From a futex wake, or an event that ends epoll_wait, to the thread running, ns."""
    return latency(s, params(s)[0].wake_table, params(s)[0].wake_scale)


@wp.func(inline=True)
def timer_slack(s: State) -> wp.int64:
    """How late the kernel ends a timed sleep, ns."""
    return latency(s, params(s)[0].slack_table, params(s)[0].slack_scale)


@wp.func(inline=True)
def spend(s: State, ns: int):
    """Adds ``ns`` to the runtime's part of the action under way."""
    world(s)[0].cost += wp.int64(ns)


@wp.func(inline=False)
def queue_for_sched_lock(s: State, actor: int, now: wp.int64) -> wp.int64:
    """Reserves ``sched.lock`` behind all that wait for it; returns when the turn is. Who waits longest is next: nobody starves (``lock_spinbit.go``).

    The turn begins when the lock's cache line has come.
    """
    turn = world(s)[0].sched_lock_free
    if world(s)[0].sched_lock_p != actor:
        turn += wp.int64(params(s)[0].transfer)
    world(s)[0].sched_lock_p = actor
    if world(s)[0].sched_lock_turn <= now:
        world(s)[0].sched_lock_turn = turn
    world(s)[0].sched_lock_free = turn + wp.int64(params(s)[0].sched_lock)
    return turn


@wp.func(inline=False)
def unlock2_wake(s: State, now: wp.int64):
    """``unlock2Wake``: the P that holds ``sched.lock`` will wake the thread that goes to sleep for it now: that takes its time."""
    p = world(s)[0].sched_lock_owner
    if p == 0 or ps(s)[p].status == int(PStatus.IDLE) or ms(s)[ps(s)[p].m].off != 0 or ps(s)[p].lock_turn == ps(s)[p].clock:
        return
    if ps(s)[p].clock != NEVER and ps(s)[p].clock > now:
        ps(s)[p].clock += wp.int64(params(s)[0].futexwakeup)
        ps(s)[p].user_from += wp.int64(params(s)[0].futexwakeup)


@wp.func(inline=False)
def await_sched_lock(s: State, p: int, now: wp.int64):
    """P waits until its action begins anew: for its turn, or asleep if the lock is not free before ``lock2`` gives up to spin (``lock_spinbit.go``)."""
    turn = world(s)[0].sched_lock_free
    if params(s)[0].spin != 0 and turn - now > wp.int64(LOCK_SPINS * params(s)[0].spin):
        turn += wake_latency(s)
        unlock2_wake(s, now)
        if params(s)[0].cpus != 0:
            leave_cpu(s, ps(s)[p].m, now)
    else:
        turn = queue_for_sched_lock(s, p, now)
        ps(s)[p].lock_turn = turn
    ps(s)[p].clock = turn
    ps(s)[p].user_from = turn


@wp.func(inline=False)
def sched_lock_busy_for(s: State, m: int, now: wp.int64) -> bool:
    """Whether ``sched.lock`` is held, for an M without a P; then ``lock_turn`` is when the M has its turn."""
    if world(s)[0].sched_lock_free > now and ms(s)[m].lock_turn != now:
        ms(s)[m].lock_turn = queue_for_sched_lock(s, 0, now)
        return True
    return False


@wp.func(inline=True)
def sched_lock_busy(s: State, p: int, now: wp.int64) -> bool:
    """Whether another one holds ``sched.lock``; then P's clock is moved to when it has its turn, and the action must not begin.

    Who had it last has let it go by its next action, and may take it again before the cache line has come to the first that waits (``lock2``: barging).
    """
    if world(s)[0].sched_lock_free > now and ps(s)[p].lock_turn != now:
        if world(s)[0].sched_lock_owner != p or (world(s)[0].sched_lock_p != p and world(s)[0].sched_lock_turn <= now):
            await_sched_lock(s, p, now)
            return True
    return False


@wp.func(inline=True)
def wakep_busy(s: State, p: int, now: wp.int64) -> bool:
    """The same for an action that readies a G: it needs the lock when nobody spins, and when the ring overflows."""
    if world(s)[0].nmspinning == 0 or ring_full(s, p):
        return sched_lock_busy(s, p, now)
    return False


@wp.func(inline=True)
def set_clock(s: State, p: int, clock: wp.int64):
    """P acts next at ``clock``."""
    ps(s)[p].clock = clock
    ps(s)[p].user_from = clock
    world(s)[0].least = wp.min(world(s)[0].least, clock)


@wp.func(inline=True)
def pidleput(s: State, p: int):
    """``pidleput``: the idle Ps are a stack."""
    ps(s)[p].status = int(PStatus.IDLE)
    ps(s)[p].idle = 1
    ps(s)[p].idle_since = world(s)[0].now + world(s)[0].cost
    ps(s)[p].clock = NEVER
    ps(s)[p].m = 0
    ps(s)[p].g = 0
    ps(s)[p].spinning = 0
    ps(s)[p].phase = 0
    ps(s)[p].link = world(s)[0].pidle
    world(s)[0].pidle = p
    world(s)[0].npidle += 1


@wp.func(inline=True)
def pidleget(s: State) -> int:
    """``pidleget``: 0 if no P is idle."""
    p = world(s)[0].pidle
    if p != 0:
        world(s)[0].pidle = ps(s)[p].link
        world(s)[0].npidle -= 1
        ps(s)[p].idle = 0
        ps(s)[p].computed += world(s)[0].now - ps(s)[p].idle_since
        ps(s)[p].status = int(PStatus.RUNNING)
    return p


@wp.func(inline=True)
def pidleget_spinning(s: State) -> int:
    """``pidlegetSpinning``: finding none, asks a running M to spin."""
    p = pidleget(s)
    if p == 0:
        world(s)[0].needspinning = 1
    return p


@wp.func(inline=True)
def acquirep(s: State, m: int, p: int, clock: wp.int64):
    """``acquirep``: M takes P and acts at ``clock``."""
    ms(s)[m].p = p
    ms(s)[m].phase = 0
    ps(s)[p].m = m
    ps(s)[p].status = int(PStatus.RUNNING)
    ps(s)[p].phase = 0
    set_clock(s, p, clock)


@wp.func(inline=True)
def mput(s: State, m: int):
    """``mput``: the idle Ms are a stack."""
    if params(s)[0].cpus != 0:
        leave_cpu(s, m, world(s)[0].now + world(s)[0].cost)
    ms(s)[m].p = 0
    ms(s)[m].g = 0
    ms(s)[m].phase = 0
    ms(s)[m].idle = 1
    ms(s)[m].link = world(s)[0].midle
    world(s)[0].midle = m
    world(s)[0].nmidle += 1


@wp.func(inline=False)
def park_locked(s: State, m: int):
    """``stoplockedm: mPark``: the M waits until somebody has its G, and a P for it; a thread whose locked G has ended is gone."""
    if params(s)[0].cpus != 0:
        leave_cpu(s, m, world(s)[0].now + world(s)[0].cost)
    ms(s)[m].p = 0
    ms(s)[m].g = 0
    ms(s)[m].phase = 0
    ms(s)[m].parked = 1
    world(s)[0].nmidlelocked += 1


@wp.func(inline=False)
def futexwakeup(s: State):
    """``futexwakeup``, or the write that ends epoll_wait: where a processor idles, the interrupt that is sent there takes the waker's time."""
    if params(s)[0].cpus == 0 or first_free(s) != 0:
        world(s)[0].cost += wp.int64(params(s)[0].futexwakeup)


@wp.func(inline=False)
def startm(s: State, p: int, spinning: int, now: wp.int64):
    """``startm``: an idle M, else a new thread, runs P after its wake latency; until then P's status is _Pidle. ``nmspinning`` was counted by the caller."""
    m = world(s)[0].midle
    wake = wake_latency(s)
    if m != 0:
        if params(s)[0].displace != 0 and params(s)[0].strategy == int(Strategy.REALISTIC):
            wake = displaced(s, wake)
        world(s)[0].midle = ms(s)[m].link
        world(s)[0].nmidle -= 1
        ms(s)[m].idle = 0
        if packed(s, m, ms(s)[ps(s)[world(s)[0].actor].m].cpu, now):
            wake = wp.int64(params(s)[0].cpu_switch)
        else:
            futexwakeup(s)
    else:
        if world(s)[0].mcount + 2 > params(s)[0].max_threads:
            world(s)[0].status = int(Status.THREADS)
            return
        m = world(s)[0].mcount + 1
        world(s)[0].mcount = m
        spend(s, params(s)[0].new_thread)
        wake += wp.int64(params(s)[0].new_thread)
    acquirep(s, m, p, now + wake)
    ps(s)[p].status = int(PStatus.IDLE)
    ps(s)[p].g = 0
    ps(s)[p].spinning = spinning
    world(s)[0].wakeups += 1


@wp.func(inline=False)
def wakep_locked(s: State, now: wp.int64):
    """The part of ``wakep`` under ``sched.lock``."""
    lock_sched(s, now)
    p = pidleget_spinning(s)
    if p != 0:
        world(s)[0].nmspinning += 1
        startm(s, p, 1, now)


@wp.func(inline=True)
def wakep(s: State, now: wp.int64):
    """``wakep``: if nobody spins, starts a spinning M on an idle P."""
    if world(s)[0].nmspinning == 0:
        if world(s)[0].pidle == 0:
            world(s)[0].needspinning = 1
            lock_sched(s, now)
        else:
            wakep_locked(s, now)


@wp.func(inline=True)
def ready(s: State, p: int, g: int, now: wp.int64):
    """``ready`` with next=true: G becomes P's runnext."""
    make_runnable(s, g, now)
    runqput_next(s, p, g)
    wakep(s, now)
    spend(s, params(s)[0].goready)
    if params(s)[0].cold_64k != 0:
        fetch_first_line(s, g)


@wp.func(inline=False)
def netpoll_break(s: State, now: wp.int64):
    """``netpollBreak``: ends the blocked poller's epoll_wait."""
    if world(s)[0].poller_m != 0 and world(s)[0].poller_broken == 0:
        world(s)[0].poller_broken = 1
        futexwakeup(s)
        at = now + wake_latency(s)
        world(s)[0].poller_clock = wp.min(world(s)[0].poller_clock, at)
        world(s)[0].least = wp.min(world(s)[0].least, at)


@wp.func(inline=False)
def wake_net_poller(s: State, when: wp.int64, now: wp.int64):
    """``wakeNetPoller``: somebody must wait for a timer at ``when``."""
    if world(s)[0].lastpoll == wp.int64(0):
        until = world(s)[0].poll_until
        if until == wp.int64(0) or until > when:
            netpoll_break(s, now)
    else:
        wakep(s, now)


@wp.func(inline=True)
def timers_wake_time(s: State, p: int) -> wp.int64:
    """``timers.wakeTime``: when P's timers need a look; NEVER: it has none."""
    return wp.min(ps(s)[p].min_when, ps(s)[p].min_modified)


@wp.func(inline=False)
def handoffp(s: State, p: int, now: wp.int64):
    """``handoffp``: finds an M for a P whose M is in a system call, or lets it idle."""
    world(s)[0].handoffs += 1
    ps(s)[p].g = 0
    ps(s)[p].m = 0
    ps(s)[p].phase = int(PPhase.NONE)
    spend(s, params(s)[0].handoff)
    if not runqempty(s, p) or world(s)[0].runq_size != 0:
        startm(s, p, 0, now)
    elif world(s)[0].nmspinning + world(s)[0].npidle == 0:
        world(s)[0].nmspinning += 1
        world(s)[0].needspinning = 0
        startm(s, p, 1, now)
    elif world(s)[0].npidle == world(s)[0].gomaxprocs - 1 and world(s)[0].lastpoll != wp.int64(0):
        startm(s, p, 0, now)
    else:
        when = timers_wake_time(s, p)
        pidleput(s, p)
        if when != NEVER:
            wake_net_poller(s, when, now)


@wp.func(inline=False)
def wake_sysmon(s: State, now: wp.int64):
    """Wakes sysmon from its deep sleep (``proc.go: entersyscallWakeSysmon``)."""
    world(s)[0].sysmon_wait = 2
    world(s)[0].sysmon_idle = 0
    world(s)[0].sysmon_delay = SYSMON_MIN
    futexwakeup(s)
    at = now + wake_latency(s)
    world(s)[0].sysmon_clock = at
    world(s)[0].least = wp.min(world(s)[0].least, at)
