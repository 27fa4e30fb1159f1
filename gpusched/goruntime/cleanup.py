"""Cleanups of objects that nothing reaches. Models ``runtime/mcleanup.go``, whose AddCleanup, Stop and runCleanups are Go code of ours (shimdata.go).

Only ``runtime.GC`` finds objects: the collector of the simulator's own memory keeps what has a cleanup, so that results do not depend on capacities.
There is one goroutine that runs cleanups; Go has one more for each four Ps if the queue asks for them. It wakes when the cycle has found something; Go wakes it
when a thread next looks for work. The cycle itself takes no time.
"""

import warp as wp

from gpusched.goruntime.chan import gopark, resumed
from gpusched.goruntime.netpoll import inject_with_p
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_queues import make_runnable
from gpusched.goruntime.state import GLOBALS, GStatus, State, WaitReason, caps, gs, kinds, mem, types, world
from gpusched.machine.collector import mark_object
from gpusched.machine.layout import TYPE_MASK, block_start
from gpusched.machine.opcodes import Kind
from gpusched.machine.unreachable import drain, mark_roots, marked, unmark

wp.set_module_options({"enable_backward": False})

SPECIALS, QUEUE, LAST, SLEEPING, STARTED, FLUSHED, NUMBER = 0, 1, 2, 3, 4, 5, 6
"""Words of the program's cleanups: list of the registered ones, the oldest and newest of those to be run, row of the goroutine that waits for them, 1: it was
started, 1: a collection has been, number of the newest."""
NEXT, POINTER, CALL, ID = 0, 1, 2, 3
"""Words of a special: what it is registered for, the function value that calls the cleanup with its argument, its number."""
EQUAL, WITHIN, CLOSES_OVER, NO_OBJECT = 1, 2, 3, 4
"""What is wrong with a cleanup: the argument is the pointer, or points into its object; the function has captured it; a package variable is never collected."""


@wp.func(inline=False)
def check(s: State, pointer: wp.int64, arg: wp.int64, cleanup: wp.int64) -> wp.int64:
    """``AddCleanup``: the first thing that is wrong, 0: nothing."""
    at = block_start(s, int(pointer))
    if at == GLOBALS - 1:
        return wp.int64(NO_OBJECT)
    if arg > wp.int64(0):
        if arg == pointer:
            return wp.int64(EQUAL)
        if block_start(s, int(arg)) == at:
            return wp.int64(WITHIN)
    if cleanup > wp.int64(0):
        type_id = int(mem(s)[int(cleanup) - 1]) & TYPE_MASK
        for i in range(types(s)[type_id].words):
            held = mem(s)[int(cleanup) + i]
            if kinds(s)[types(s)[type_id].kinds + i] == int(Kind.POINTER) and held > wp.int64(0) and block_start(s, int(held)) == at:
                return wp.int64(CLOSES_OVER)
    return wp.int64(0)


@wp.func(inline=False)
def add(s: State, cleanups: int, special: int) -> wp.int64:
    """``addCleanup``: registers a special; 1: the goroutine that runs cleanups has to be started."""
    mem(s)[special + NEXT] = mem(s)[cleanups + SPECIALS]
    mem(s)[cleanups + SPECIALS] = wp.int64(special)
    mem(s)[cleanups + NUMBER] += wp.int64(1)
    mem(s)[special + ID] = mem(s)[cleanups + NUMBER]
    if mem(s)[cleanups + STARTED] != wp.int64(0):
        return wp.int64(0)
    mem(s)[cleanups + STARTED] = wp.int64(1)
    return wp.int64(1)


@wp.func(inline=False)
def stop_cleanup(s: State, cleanups: int, id: wp.int64):
    """``Cleanup.Stop``: takes a special out of the list."""
    before = cleanups + SPECIALS
    special = int(mem(s)[before])
    while special != 0:
        if mem(s)[special + ID] == id:
            mem(s)[before] = mem(s)[special + NEXT]
            return
        before = special + NEXT
        special = int(mem(s)[before])


@wp.func(inline=False)
def enqueue(s: State, cleanups: int, special: int):
    """``cleanupQueue.enqueue``: behind all others; its object may go."""
    mem(s)[special + NEXT] = wp.int64(0)
    mem(s)[special + POINTER] = wp.int64(0)
    last = int(mem(s)[cleanups + LAST])
    if last == 0:
        mem(s)[cleanups + QUEUE] = wp.int64(special)
    else:
        mem(s)[last + NEXT] = wp.int64(special)
    mem(s)[cleanups + LAST] = wp.int64(special)


@wp.func(inline=False)
def sweep_specials(s: State, cleanups: int, specials: int):
    """``freeSpecial`` of the objects that were not reached; the others stay registered."""
    before = cleanups + SPECIALS
    mem(s)[before] = wp.int64(specials)
    special = specials
    while special != 0:
        following = int(mem(s)[special + NEXT])
        if marked(s, int(mem(s)[special + POINTER])):
            before = special + NEXT
        else:
            mem(s)[before] = wp.int64(following)
            enqueue(s, cleanups, special)
        special = following


@wp.func(inline=False)
def collect_cleanups(s: State, p: int, cleanups: int, now: wp.int64):
    """``runtime.GC``: a cycle as far as cleanups go. The list of specials is hidden from the mark; functions and arguments are roots (``markrootSpans``)."""
    specials = int(mem(s)[cleanups + SPECIALS])
    mem(s)[cleanups + SPECIALS] = wp.int64(0)
    mark_roots(s)
    special = specials
    while special != 0:
        mark_object(s, mem(s)[special + CALL])
        special = int(mem(s)[special + NEXT])
    drain(s)
    sweep_specials(s, cleanups, specials)
    unmark(s)
    mem(s)[cleanups + FLUSHED] = wp.int64(1)
    g = int(mem(s)[cleanups + SLEEPING])
    if g != 0 and mem(s)[cleanups + QUEUE] != wp.int64(0):
        mem(s)[cleanups + SLEEPING] = wp.int64(0)
        make_runnable(s, g, now)
        gs(s)[g].link = 0
        inject_with_p(s, p, g, now)


@wp.func(inline=False)
def take(s: State, p: int, g: int, cleanups: int, now: wp.int64) -> int:
    """``cleanupQueue.dequeue``: CONTINUE with a queue that is not empty, else G waits."""
    resumed(s, g)
    if mem(s)[cleanups + QUEUE] != wp.int64(0):
        return int(Outcome.CONTINUE)
    mem(s)[cleanups + SLEEPING] = wp.int64(g)
    gopark(s, p, g, int(WaitReason.CLEANUP_WAIT), now)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def empty(s: State, cleanups: int) -> wp.int64:
    """``blockUntilEmpty``: 1 if a cycle has been, nothing is queued and the goroutine that runs cleanups, if there is one, waits."""
    sleeps = mem(s)[cleanups + STARTED] == wp.int64(0) or mem(s)[cleanups + SLEEPING] != wp.int64(0)
    if mem(s)[cleanups + FLUSHED] != wp.int64(0) and mem(s)[cleanups + QUEUE] == wp.int64(0) and sleeps:
        return wp.int64(1)
    return wp.int64(0)


@wp.func(inline=False)
def system_goroutines(s: State) -> int:
    """``sched.ngsys``: the goroutine that runs cleanups, from when it was made."""
    if caps(s)[0].cleaner >= 0:
        for g in range(1, world(s)[0].allgs + 1):
            if gs(s)[g].fn == caps(s)[0].cleaner and int(gs(s)[g].status) != int(GStatus.DEAD):
                return 1
    return 0
