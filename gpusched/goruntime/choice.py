"""Choices of the serial strategies: which goroutine runs next. A world with such a strategy has one P; Go's own order is the default only of FORCED.

The candidates in order: the goroutine that runs (if one does), runnext, the ring, the global queue; then, while one runs, a timer: under RANDOM if it is due
or the poller has something, under FORCED the P's next one, due or not (its time comes while nobody runs). PCT lets due timers run first.

RANDOM: all candidates with equal probability. PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
Finding Bugs", ASPLOS 2010): the goroutine of highest priority; priorities are drawn from the goroutines' keys, and change point i lowers that of the
one that runs below all but those of lower i. With at most n goroutines and k steps a bug of depth d is found with probability 1 / (n k^(d-1)) at least.
Beyond the paper, lest others starve: who calls Gosched, or runs for PATIENCE steps while others wait, falls below all and stays there, oldest first.
FORCED: the first candidate, except at the choices that ``Params`` names. The cases of a select are candidates of a choice too, in source order.
"""

import warp as wp

from gpusched.goruntime.proc_queues import REBASE
from gpusched.goruntime.proc_wake import timers_wake_time
from gpusched.goruntime.rand import strategy_draw, threefry2x32
from gpusched.goruntime.state import DEMOTED, NEVER, SWITCH_BITS, SWITCHES, GFlag, State, Strategy, gs, params, ps, rings, world

wp.set_module_options({"enable_backward": False})

PATIENCE = 4096
"""Steps after which PCT demotes who runs although others could."""
TURN = 16
"""FORCED: at each so-manieth choice a select begins with another case than its first."""
LOWERED = int(GFlag.LOWERED)
LOWERED_MASK = LOWERED * DEMOTED
LEAST_DRAWN = wp.constant(wp.int64(DEMOTED + 1))
CHOICE = wp.constant(wp.uint32(2))
PRIORITY = wp.constant(wp.uint32(2))


@wp.func(inline=False)
def runnable_count(s: State, p: int) -> int:
    """How many goroutines wait to run."""
    n = ps(s)[p].tail - ps(s)[p].head + world(s)[0].runq_size
    if ps(s)[p].runnext != 0:
        n += 1
    return n


@wp.func(inline=False)
def take(s: State, p: int, i: int) -> int:
    """Takes the ``i``-th waiting goroutine out of its queue; the others keep their order."""
    g = ps(s)[p].runnext
    if g != 0:
        if i == 0:
            ps(s)[p].runnext = 0
            return g
        i -= 1
    h = ps(s)[p].head
    if i < ps(s)[p].tail - h:
        g = rings(s)[p * 256 + ((h + i) & 255)]
        for k in range(i):
            rings(s)[p * 256 + ((h + i - k) & 255)] = rings(s)[p * 256 + ((h + i - k - 1) & 255)]
        if h >= REBASE:
            ps(s)[p].tail -= REBASE
            h -= REBASE
        ps(s)[p].head = h + 1
        return g
    i -= ps(s)[p].tail - h
    before = int(0)
    g = world(s)[0].runq_head
    for _k in range(i):
        before = g
        g = gs(s)[g].link
    if before == 0:
        world(s)[0].runq_head = gs(s)[g].link
    else:
        gs(s)[before].link = gs(s)[g].link
        if world(s)[0].runq_tail == g:
            world(s)[0].runq_tail = before
    world(s)[0].runq_size -= 1
    return g


@wp.func(inline=False)
def lower(s: State, g: int, rank: int):
    """Lowers G's priority to ``rank`` (1 and on; DEMOTED: below all)."""
    gs(s)[g].flags = wp.int16((int(gs(s)[g].flags) & ~LOWERED_MASK) | (rank * LOWERED))


@wp.func(inline=False)
def demote(s: State, g: int):
    """Puts G below all others, those included that were put there before."""
    lower(s, g, DEMOTED)
    gs(s)[g].since = world(s)[0].now


@wp.func(inline=False)
def priority(s: State, g: int) -> wp.int64:
    """G's priority: drawn, or its rank, or for a demoted one the less the later it became runnable."""
    rank = (int(gs(s)[g].flags) & LOWERED_MASK) / LOWERED
    if rank == DEMOTED:
        return -wp.int64(1) - gs(s)[g].since
    if rank != 0:
        return wp.int64(rank)
    r0, _r1 = threefry2x32(gs(s)[g].key0, gs(s)[g].key1, wp.uint32(0), PRIORITY)
    return LEAST_DRAWN + wp.int64(r0)


@wp.func(inline=False)
def highest(s: State, p: int, g: int) -> int:
    """The candidate of highest priority, at equal ones the first."""
    best = -NEVER
    at = int(0)
    i = int(0)
    if g != 0:
        best = priority(s, g)
        i = 1
    if ps(s)[p].runnext != 0:
        value = priority(s, ps(s)[p].runnext)
        if value > best:
            best = value
            at = i
        i += 1
    for h in range(ps(s)[p].head, ps(s)[p].tail):
        value = priority(s, rings(s)[p * 256 + (h & 255)])
        if value > best:
            best = value
            at = i
        i += 1
    other = world(s)[0].runq_head
    for _k in range(world(s)[0].runq_size):
        value = priority(s, other)
        if value > best:
            best = value
            at = i
        i += 1
        other = gs(s)[other].link
    return at


@wp.func(inline=False)
def switch(s: State, i: int) -> int:
    """``Params.switch_i``."""
    if i == 0:
        return params(s)[0].switch_0
    if i == 1:
        return params(s)[0].switch_1
    if i == 2:
        return params(s)[0].switch_2
    if i == 3:
        return params(s)[0].switch_3
    if i == 4:
        return params(s)[0].switch_4
    if i == 5:
        return params(s)[0].switch_5
    if i == 6:
        return params(s)[0].switch_6
    return params(s)[0].switch_7


@wp.func(inline=False)
def choose_pct(s: State, p: int, g: int, step: int, others: int) -> int:
    """PCT's candidate at a step."""
    if g != 0:
        for i in range(SWITCHES):
            if switch(s, i) == step:
                lower(s, g, i + 1)
        if others > 0 and step - world(s)[0].switched_at > PATIENCE:
            demote(s, g)
    return highest(s, p, g)


@wp.func(inline=False)
def choose_forced(s: State, choice: int, candidates: int) -> int:
    """FORCED's candidate at a choice."""
    for i in range(SWITCHES):
        entry = switch(s, i)
        if entry >= 0 and (entry >> SWITCH_BITS) == choice:
            return (entry & ((1 << SWITCH_BITS) - 1)) % candidates
    return 0


@wp.func(inline=False)
def choose_case(s: State, n: int) -> int:
    """FORCED at a select of ``n`` cases, a choice as well: the case that is looked at first, before the others in source order.

    Candidate 0 is the first case; at each ``TURN``-th choice it is another one, by turns, lest a case that is always ready starves the others.
    """
    choice = world(s)[0].choices
    world(s)[0].choices = choice + 1
    first = int(0)
    if choice % TURN == TURN - 1:
        first = choice / TURN
    return (first + choose_forced(s, choice, n)) % n


@wp.func(inline=False)
def choose(s: State, p: int, g: int, now: wp.int64) -> int:
    """The number of the candidate that goes on: 0 is G itself unless it is 0, the last may be a timer."""
    strategy = params(s)[0].strategy
    others = runnable_count(s, p)
    candidates = others
    timers = bool(False)
    if g != 0:
        candidates += 1
        timers = timers_wake_time(s, p) <= now or world(s)[0].netready != 0
        if strategy == int(Strategy.FORCED):
            timers = ps(s)[p].timers > 0
        if timers:
            candidates += 1
    step = world(s)[0].steps
    if g != 0:
        world(s)[0].steps = step + 1
    choice = world(s)[0].choices
    if candidates > 1:
        world(s)[0].choices = choice + 1
    i = int(0)
    if strategy == int(Strategy.PCT):
        i = choose_pct(s, p, g, step, others)
        if timers:
            i = others + 1
    elif candidates > 1:
        if strategy == int(Strategy.RANDOM):
            i = int((wp.uint64(strategy_draw(s, wp.uint32(choice), CHOICE)) * wp.uint64(candidates)) >> wp.uint64(32))
        else:
            i = choose_forced(s, choice, candidates)
    if g == 0 or i != 0:
        world(s)[0].switched_at = step
    return i
