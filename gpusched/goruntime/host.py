"""The host: hardware threads that Ms share. Models Linux ``kernel/sched/fair.c`` (EEVDF), by rule; it is off where ``Params.cpus`` is 0.

An M acts only while it has a hardware thread. One that wakes takes its last one if that is free, else the free one of least number, else it queues; of 1000
such ``cpu_wakeup`` take one at once from the M whose turn is longest. The queue is in the order of ``vrun``, the time that an M ran: who ran least is first;
who wakes is put a slice before the least of the others, unless it ran more than that. An M keeps its hardware thread until it blocks, or until its slice is
over, somebody waits who ran no more than it, and the kernel's clock ticks. What its P was in the middle of goes on when it has one again. An M without a P
runs for microseconds and keeps what it has. sysmon, which sleeps most of the time, runs at once and takes no time from anybody.
(Beside one to four threads that computed on two processors one that slept for 0.1, 2 or 10 ms ran within 0.3 ms 94 to 99.9 % of the time.)

Where the hardware threads are much in use the kernel does not look for a free one (``cpu_scan``; of two, from 0.6 of their time on): then an M whose last one
is taken queues for that one alone, and the two take turns on it while another is free. They part when one blocks, when a hardware thread falls free and the M
that waits did not run just before, or when the kernel balances at a tick, the third time that it tries. All other Ms are in one queue for all hardware
threads; the kernel has a queue for each and balances them. Where the kernel packs (``cpu_pack``), who wakes an M may make it do so too; then they part only
when one blocks or at the fourth tick. The quota is in host_quota.py.
"""

import warp as wp

from gpusched.goruntime.host_quota import SOON, assign, distribute, give_back, period_ends, throttle, unthrottle
from gpusched.goruntime.host_turns import count_turn, count_used, dequeue_m, enqueue_m, resume, suspend, tick_from
from gpusched.goruntime.pending import host_looks_at
from gpusched.goruntime.rand import cheaprand, cheaprandn
from gpusched.goruntime.state import NEVER, Off, Owes, State, cpus, ms, params, ps, world

wp.set_module_options({"enable_backward": False})

NO = int(Off.NO)
QUEUED = int(Off.QUEUED)
THROTTLED = int(Off.THROTTLED)
HOT = wp.constant(wp.int64(500_000))
"""``sysctl_sched_migration_cost``, ns."""
LOOKS = 2
"""``cache_nice_tries`` + 1: looks at which an M that ran just before stays where it is."""
PACK_LOOKS = 3
"""The same where the kernel packs (perf sched of two workloads: pairs of threads stayed on one of two processors for 4 to 50 ms, the other idle)."""
REMEMBERED = wp.constant(wp.int64(46_000_000))
"""Mean age of what counts in ``World.cpu_share``, ns: PELT's half-life is 32 ms."""
MILLION = wp.constant(wp.int64(1_000_000))
SECOND = wp.constant(wp.int64(1_000_000_000))


@wp.func(inline=False)
def first_for(s: State, c: int) -> int:
    """The first of the queue that may get ``c``: none that queues for another one alone; 0: there is none."""
    m = world(s)[0].cpu_queue
    while m != 0 and ms(s)[m].behind != 0 and ms(s)[m].behind != c:
        m = ms(s)[m].cpu_next
    return m


@wp.func(inline=False)
def turn_ends(s: State, c: int, now: wp.int64) -> wp.int64:
    """When the turn of the M on hardware thread ``c`` may end, ``now`` or later: after its slice, when it ran as long as the first of the queue, at a tick."""
    m = cpus(s)[c].m
    first = first_for(s, c)
    if ms(s)[m].p == 0:
        return tick_from(s, now + params(s)[0].cpu_slice)
    at = wp.max(cpus(s)[c].since + params(s)[0].cpu_slice, now)
    if first != 0:
        at = wp.max(at, cpus(s)[c].used_until + ms(s)[first].vrun - ms(s)[m].vrun)
    return tick_from(s, at)


@wp.func(inline=False)
def looks_next(s: State, c: int, now: wp.int64):
    """Has ``c`` looked at when its M's quota, or its turn while somebody waits, ends."""
    if cpus(s)[c].m == 0 or cpus(s)[c].throttled != 0:
        return
    if params(s)[0].quota != wp.int64(0):
        host_looks_at(s, wp.max(tick_from(s, cpus(s)[c].used_until + cpus(s)[c].left), now + wp.int64(1)))
    if first_for(s, c) != 0:
        host_looks_at(s, turn_ends(s, c, now))


@wp.func(inline=False)
def place(s: State, m: int, c: int, at: wp.int64):
    """Gives ``c`` to M from ``at`` on; it stands there if there is no quota."""
    cpus(s)[c].m = m
    cpus(s)[c].since = at
    cpus(s)[c].used_until = at
    ms(s)[m].cpu = c
    ms(s)[m].last_cpu = c
    ms(s)[m].behind = 0
    if assign(s, c, at):
        resume(s, m, at)
    else:
        ms(s)[m].off = THROTTLED
        throttle(s, c, at)
    looks_next(s, c, at)


@wp.func(inline=False)
def give(s: State, m: int, c: int, at: wp.int64):
    """M, which queues, gets ``c``."""
    dequeue_m(s, m)
    place(s, m, c, at)


@wp.func(inline=False)
def pulled(s: State, at: wp.int64) -> int:
    """``sched_balance_newidle``: the first of the queue that did not run just before ``at`` (``task_hot``); 0: there is none, or the kernel packs."""
    if params(s)[0].cpu_pack != 0:
        return 0
    m = world(s)[0].cpu_queue
    while m != 0 and at - ms(s)[m].ran_until < HOT:
        m = ms(s)[m].cpu_next
    return m


@wp.func(inline=False)
def leave_cpu(s: State, m: int, at: wp.int64):
    """M blocks at ``at``: the first of the queue gets its hardware thread."""
    if ms(s)[m].off == QUEUED:
        dequeue_m(s, m)
    ms(s)[m].behind = 0
    c = ms(s)[m].cpu
    ms(s)[m].off = NO
    ms(s)[m].owes = int(Owes.NOTHING)
    ms(s)[m].owed = wp.int64(0)
    if c == 0:
        return
    count_turn(s, c, at)
    ms(s)[m].cpu = 0
    cpus(s)[c].m = 0
    if cpus(s)[c].throttled != 0:
        unthrottle(s, c, at)
    cpus(s)[c].used_until = at
    ms(s)[m].ran_until = at
    m = first_for(s, c)
    if m == 0:
        m = pulled(s, at)
    if m != 0:
        give(s, m, c, at)
    else:
        give_back(s, c, at)
        if world(s)[0].cpu_queue != 0:
            host_looks_at(s, tick_from(s, at + wp.int64(1)))


@wp.func(inline=False)
def first_free(s: State) -> int:
    """The free hardware thread of least number; 0: none is."""
    for i in range(params(s)[0].cpus):
        if cpus(s)[i + 1].m == 0:
            return i + 1
    return 0


@wp.func(inline=False)
def take_away(s: State, c: int, now: wp.int64):
    """The M on ``c`` loses it and queues, for ``c`` alone where another one is free."""
    m = cpus(s)[c].m
    suspend(s, m, now)
    ms(s)[m].cpu = 0
    ms(s)[m].ran_until = now
    if first_free(s) != 0:
        ms(s)[m].behind = c
    cpus(s)[c].m = 0
    enqueue_m(s, m)


@wp.func(inline=False)
def credit(s: State, m: int, now: wp.int64):
    """``place_entity``: a slice before the one that ran least of those that run or wait."""
    count_used(s, now)
    least = NEVER
    for i in range(params(s)[0].cpus):
        if cpus(s)[i + 1].m != 0:
            least = wp.min(least, ms(s)[cpus(s)[i + 1].m].vrun)
    if world(s)[0].cpu_queue != 0:
        least = wp.min(least, ms(s)[world(s)[0].cpu_queue].vrun)
    if least != NEVER:
        world(s)[0].vrun = wp.max(world(s)[0].vrun, least)
    ms(s)[m].vrun = wp.max(ms(s)[m].vrun, world(s)[0].vrun - params(s)[0].cpu_slice)


@wp.func(inline=False)
def drawn(s: State, of_thousand: int) -> bool:
    """Draws what happens so many times of 1000."""
    if of_thousand == 0:
        return False
    return int((wp.uint64(cheaprand(s)) * wp.uint64(1000)) >> wp.uint64(32)) < of_thousand


@wp.func(inline=False)
def much_used(s: State, now: wp.int64) -> bool:
    """``update_idle_cpu_scan``: whether so much of the hardware threads' time is used that the kernel looks at none: of n, (1 - (share / cpu_scan)^2) n."""
    n = wp.int64(params(s)[0].cpus)
    span = now - world(s)[0].cpu_share_at
    if span > wp.int64(0):
        count_used(s, now)
        used = (world(s)[0].cpu_ns - world(s)[0].cpu_share_ns) / n
        share = wp.int64(0)
        if span > SECOND:
            share = used / (span / MILLION)
        else:
            share = (wp.int64(world(s)[0].cpu_share) * REMEMBERED + used * MILLION) / (REMEMBERED + span)
        world(s)[0].cpu_share = int(share)
        world(s)[0].cpu_share_at = now
        world(s)[0].cpu_share_ns = world(s)[0].cpu_ns
    limit = wp.int64(params(s)[0].cpu_scan) * wp.int64(1000)
    share = wp.int64(world(s)[0].cpu_share)
    return n * share * share > (n - wp.int64(1)) * limit * limit


@wp.func(inline=False)
def packed(s: State, m: int, c: int, now: wp.int64) -> bool:
    """Whether M, woken by who runs on ``c``, its last one, will run there though another one is free: half of them after sleeping for ``cpu_pack``.

    A quarter after twice as long, and so on (``sched_vcpu_pack`` of some guests' kernels).
    """
    half = wp.int64(params(s)[0].cpu_pack)
    if half == wp.int64(0) or params(s)[0].cpu_tick == wp.int64(0) or c == 0 or ms(s)[m].last_cpu != c or first_free(s) == 0:
        return False
    slept = now - ms(s)[m].ran_until
    octaves = slept / half
    if octaves >= wp.int64(10):
        return False
    of_thousand = wp.int64(1000) - wp.int64(500) * (slept - octaves * half) / half
    if not drawn(s, int(of_thousand) >> int(octaves)):
        return False
    ms(s)[m].behind = c
    return True


@wp.func(inline=False)
def runs_more(s: State, c: int, m: int, now: wp.int64) -> bool:
    """Whether M may take ``c`` from an M with a P that ran more than it (``wakeup_preempt_fair``)."""
    other = cpus(s)[c].m
    if ms(s)[other].p == 0 or cpus(s)[c].throttled != 0 or cpus(s)[c].since >= now:
        return False
    return ms(s)[m].vrun < ms(s)[other].vrun


@wp.func(inline=False)
def selected(s: State, m: int, owes: int, now: wp.int64) -> int:
    """``select_task_rq_fair``: the free hardware thread that M takes when it wakes; 0: none is free, or M queues for its last one alone.

    The interrupt that ends a wait for I/O comes to any of them, and M stays there.
    """
    c = ms(s)[m].behind
    if c != 0:
        if cpus(s)[c].m == 0:
            return c
        return 0
    free = first_free(s)
    c = ms(s)[m].last_cpu
    if free == 0 or c == 0:
        return free
    if cpus(s)[c].m == 0:
        if owes == int(Owes.POLL) and world(s)[0].netready != 0:
            other = 1 + int(cheaprandn(s, wp.uint32(params(s)[0].cpus)))
            if cpus(s)[other].m == 0:
                return other
        return c
    if params(s)[0].cpu_scan == 0 or params(s)[0].cpu_tick == wp.int64(0) or not much_used(s, now):
        return free
    ms(s)[m].behind = c
    return 0


@wp.func(inline=False)
def balance(s: State, now: wp.int64):
    """``sched_balance_rq``: those that queue get what is free; one that queues for another one alone at the third look."""
    for i in range(params(s)[0].cpus):
        if world(s)[0].cpu_queue != 0 and cpus(s)[i + 1].m == 0:
            m = first_for(s, i + 1)
            if m == 0:
                world(s)[0].cpu_failed += 1
                if world(s)[0].cpu_failed > wp.where(params(s)[0].cpu_pack != 0, PACK_LOOKS, LOOKS):
                    world(s)[0].cpu_failed = 0
                    m = world(s)[0].cpu_queue
            if m != 0:
                give(s, m, i + 1, wp.max(now, cpus(s)[i + 1].used_until))


@wp.func(inline=False)
def longest_turn(s: State, now: wp.int64) -> int:
    """The hardware thread whose M has had it longest, of Ms with a P that run; 0: none."""
    found = int(0)
    for i in range(params(s)[0].cpus):
        c = i + 1
        if cpus(s)[c].m != 0 and cpus(s)[c].throttled == 0 and cpus(s)[c].since < now:
            if ms(s)[cpus(s)[c].m].p != 0 and (found == 0 or cpus(s)[c].since < cpus(s)[found].since):
                found = c
    return found


@wp.func(inline=False)
def m_wakes(s: State, m: int, owes: int, now: wp.int64) -> bool:
    """M, whose time has come, looks for a hardware thread: whether it acts now; else it is resumed later and then does what it ``owes``."""
    if ms(s)[m].off == NO and ms(s)[m].cpu == 0:
        credit(s, m, now)
        c = selected(s, m, owes, now)
        at = now
        if c != 0:
            at = wp.max(now, cpus(s)[c].used_until)
        elif ms(s)[m].behind != 0:
            if params(s)[0].cpu_pack != 0 and runs_more(s, ms(s)[m].behind, m, now):
                c = ms(s)[m].behind
                take_away(s, c, now)
            host_looks_at(s, tick_from(s, now + wp.int64(1)))
        elif drawn(s, params(s)[0].cpu_wakeup):
            c = longest_turn(s, now)
            if c != 0:
                take_away(s, c, now)
        if c == 0:
            enqueue_m(s, m)
        else:
            if at > now:
                ms(s)[m].owes = owes
            place(s, m, c, at)
            if at > now:
                return False
        if world(s)[0].cpu_queue != 0:
            for i in range(params(s)[0].cpus):
                looks_next(s, i + 1, now)
    if ms(s)[m].off == NO:
        return True
    ms(s)[m].owes = owes
    return False


@wp.func(inline=False)
def p_has_cpu(s: State, p: int, now: wp.int64) -> bool:
    """Whether P's M has a hardware thread, so that P's action may begin; else P's clock was moved."""
    m = ps(s)[p].m
    if ms(s)[m].cpu != 0 and ms(s)[m].off == NO:
        return True
    if m_wakes(s, m, int(Owes.NOTHING), now):
        return True
    if ms(s)[m].off != NO:
        ps(s)[p].clock = now + params(s)[0].cpu_slice
        ps(s)[p].user_from = ps(s)[p].clock
    return False


@wp.func(inline=False)
def m_has_cpu(s: State, m: int, now: wp.int64) -> bool:
    """The same for an M without a P."""
    return m_wakes(s, m, int(Owes.ACTION), now)


@wp.func(inline=False)
def poller_has_cpu(s: State, now: wp.int64) -> bool:
    """The same for the M that was blocked in netpoll; nobody breaks its wait any more."""
    world(s)[0].poller_clock = NEVER
    world(s)[0].poller_broken = 1
    return m_wakes(s, world(s)[0].poller_m, int(Owes.POLL), now)


@wp.func(inline=False)
def sysmon_has_cpu(s: State, now: wp.int64) -> bool:
    """Whether sysmon runs now, as it does unless all hardware threads stand: then its clock was moved to the period's end."""
    for i in range(params(s)[0].cpus):
        c = i + 1
        if cpus(s)[c].m != 0:
            if cpus(s)[c].throttled == 0:
                return True
        elif params(s)[0].quota == wp.int64(0) or cpus(s)[c].left > wp.int64(0) or world(s)[0].quota_left > wp.int64(0) or world(s)[0].period_on == 0:
            return True
    world(s)[0].sysmon_clock = wp.max(world(s)[0].period_end, now + wp.int64(1))
    return False


@wp.func(inline=False)
def end_turn(s: State, c: int, now: wp.int64):
    """``c``'s turn ends if its M has had its slice and somebody waits who ran no more than it."""
    m = cpus(s)[c].m
    first = first_for(s, c)
    if first == 0 or ms(s)[m].p == 0 or cpus(s)[c].since + params(s)[0].cpu_slice > now or tick_from(s, now) != now:
        return
    if ms(s)[first].vrun <= ms(s)[m].vrun:
        take_away(s, c, now)
        give(s, first, c, now)


@wp.func(inline=False)
def look_at_cpus(s: State, now: wp.int64):
    """What the period's timer, the slack timer and the ticks do at ``now``; a look that is not the next one any more does nothing."""
    if world(s)[0].host_armed != now:
        return
    world(s)[0].host_armed = NEVER
    count_used(s, now)
    if world(s)[0].period_on != 0 and world(s)[0].period_end <= now:
        period_ends(s, now)
    if world(s)[0].slack_at <= now:
        world(s)[0].slack_at = NEVER
        if world(s)[0].period_end - now >= SOON and world(s)[0].quota_left > params(s)[0].quota_slice:
            distribute(s, now)
    if world(s)[0].cpu_queue != 0 and tick_from(s, now) == now:
        balance(s, now)
    for i in range(params(s)[0].cpus):
        c = i + 1
        if cpus(s)[c].m != 0 and cpus(s)[c].throttled == 0:
            if not assign(s, c, now):
                ms(s)[cpus(s)[c].m].off = THROTTLED
                suspend(s, cpus(s)[c].m, now)
                throttle(s, c, now)
            else:
                end_turn(s, c, now)
    for i in range(params(s)[0].cpus):
        looks_next(s, i + 1, now)
        if cpus(s)[i + 1].m == 0 and world(s)[0].cpu_queue != 0:
            host_looks_at(s, tick_from(s, now + wp.int64(1)))
    if world(s)[0].period_on != 0:
        host_looks_at(s, world(s)[0].period_end)
    if world(s)[0].slack_at != NEVER:
        host_looks_at(s, world(s)[0].slack_at)
