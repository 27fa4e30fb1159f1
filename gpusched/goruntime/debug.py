"""The debug kernel: as ``kernel.py``, and after each action it checks the invariants. A world that breaks one ends with ``Status.INVARIANT``.

A module of its own: the kernel that people run has none of this. Results are the same. What is linear in the number of goroutines is checked so often that
it costs a bounded number of looks an action, memory each 64th action or less often.
"""

import warp as wp

from gpusched.goruntime.invariants import m_mark, marks
from gpusched.goruntime.invariants_g import check_goroutines, note_queues
from gpusched.goruntime.invariants_p import check_clocks, check_cpus, check_idle_ps, check_ms, check_pending, check_ps
from gpusched.goruntime.invariants_queues import check_chans, check_semaphores, check_timers
from gpusched.goruntime.kernel import advance_world, keep_subnormals, restore_subnormals
from gpusched.goruntime.state import State, Status, Tables, params, state_of, world
from gpusched.machine.invariants import BIT_WORDS, ENTRIES, check_memory

wp.set_module_options({"enable_backward": False})

LOOKS = 256
"""Rows of goroutines, threads, sudogs, channels and timers up to which all are checked after each action."""
MEMORY_EVERY = 64
"""Actions between two checks of memory, for as many pages."""


def scratch_words(*, gs: int, sudogs: int, ms: int, chans: int, timers: int, pages: int) -> int:
    """Words of 32 bits of scratch memory for a world of these capacities."""
    return gs + sudogs + ms + 2 * (chans + timers) + (BIT_WORDS + ENTRIES) * pages + 1


@wp.func(inline=False)
def check_rows(s: State, at: wp.uint64):
    """All goroutines, threads, queues and timers."""
    for i in range(m_mark(s, world(s)[0].mcount) + 1):
        marks(at)[i] = 0
    check_pending(s, at)
    check_ms(s, at)
    note_queues(s, at)
    check_timers(s, at)
    check_semaphores(s, at)
    check_goroutines(s, at)
    check_chans(s)
    if params(s)[0].cpus != 0:
        check_cpus(s)


@wp.func(inline=False)
def check(s: State, at: wp.uint64, before: wp.int64):
    """After an action; ``before``: the world's time ahead of it."""
    status = world(s)[0].status
    if world(s)[0].overflow != 0 or (status != int(Status.RUNNING) and status != int(Status.COMPLETED)):
        return
    check_clocks(s, before)
    check_idle_ps(s)
    check_ps(s)
    rows = world(s)[0].allgs + world(s)[0].mcount + world(s)[0].sudog_top + world(s)[0].chan_top + world(s)[0].timer_top
    if world(s)[0].actions % wp.int64(1 + rows / LOOKS) == wp.int64(0):
        check_rows(s, at)
    pages = MEMORY_EVERY * (1 + world(s)[0].page_top / MEMORY_EVERY)
    if world(s)[0].actions % wp.int64(pages) == wp.int64(0) and world(s)[0].status != int(Status.INVARIANT):
        check_memory(s, at, True)


@wp.func(inline=True)
def advance_checked(s: State, at: wp.uint64, max_actions: int):
    """Performs actions one by one, with a check of everything first and one after each; with none to perform it looks at memory too."""
    check_clocks(s, wp.int64(0))
    check_idle_ps(s)
    check_ps(s)
    check_rows(s, at)
    if max_actions == 0:
        check_memory(s, at, False)
        check_memory(s, at, True)
    done = wp.int64(0)
    calls = wp.int64(0)
    most_calls = wp.int64(max_actions) * wp.int64(2) + wp.int64(64)
    while done < wp.int64(max_actions) and calls < most_calls and world(s)[0].status == int(Status.RUNNING) and world(s)[0].overflow == 0:
        now = world(s)[0].now
        actions = world(s)[0].actions
        advance_world(s, 1)
        done += world(s)[0].actions - actions
        calls += wp.int64(1)
        check(s, at, now)


@wp.kernel
def advance(t: Tables, first: int, budget: wp.array[wp.int32], scratch: wp.uint64, words: int):
    """A world's lane, as that of ``kernel.advance``; ``scratch``: memory of ``words`` words for each world."""
    w = first + wp.tid()
    s = state_of(t, w)
    if world(s)[0].status == int(Status.RUNNING) and world(s)[0].overflow == 0:
        before = keep_subnormals()
        advance_checked(s, scratch + wp.uint64(wp.int64(w) * wp.int64(words) * wp.int64(4)), budget[0])
        restore_subnormals(before)
