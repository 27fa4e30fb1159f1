"""What must hold between any two actions, checked by the debug kernel: the list, its texts, how a breach ends a world, and the marks.

The checks are written from what the tables mean, without the transition's code, so that they can contradict it: ``invariants_p.py`` has those of Ps and
threads, ``invariants_g.py`` of goroutines, ``invariants_queues.py`` of timers, semaphores and channels, ``machine/invariants.py`` of memory. Places are
counted in scratch memory of a world: a word for each G, sudog and M, four bits for each kind of place.
"""

from enum import IntEnum

import warp as wp

from gpusched.goruntime.state import ROWS, State, Status, caps, world

wp.set_module_options({"enable_backward": False})


class Invariant(IntEnum):
    """Which invariant a world broke: ``World.panic_kind`` of a world that ended with ``Status.INVARIANT``."""

    TIME = 1
    CLOCK = 2
    DUE = 3
    NPIDLE = 4
    IDLE_P = 5
    P_STATUS = 6
    P_M = 7
    NMIDLE = 8
    IDLE_M = 9
    M_PLACE = 10
    NMSPINNING = 11
    PENDING = 12
    RUNQ_SIZE = 13
    RING = 14
    STRANGER = 15
    QUEUED = 16
    FREED = 17
    RUN = 18
    STATUS = 19
    SYSCALL = 20
    WAITING = 21
    LIVE = 22
    NETPOLL_WAITERS = 23
    GFREE_N = 24
    SUDOG = 25
    SUDOG_G = 26
    SUDOG_QUEUE = 27
    TREAP = 28
    CHAN = 29
    HEAP = 30
    TIMER = 31
    ZOMBIES = 32
    HEAPED = 33
    LISTED = 34
    TWICE = 35
    LOST = 36
    DANGLING = 37
    PAGES_USED = 38
    CPU = 39
    CPU_QUEUE = 40


TEXTS = {
    Invariant.TIME: "time went back from {a} to {b} ns",
    Invariant.CLOCK: "P{a} acts at {b} ns, before the world's time",
    Invariant.DUE: "actor {a} (0: completion, 1: poller, 2: sysmon) acts at {b} ns, before the world's time",
    Invariant.NPIDLE: "npidle is {a} and {b} Ps are idle",
    Invariant.IDLE_P: "P{a} is on the stack of idle Ps and is not idle (M{b})",
    Invariant.P_STATUS: "P{a} has status {b}",
    Invariant.P_M: "P{a} runs on M{b}, which has another P or none",
    Invariant.NMIDLE: "nmidle is {a} and {b} Ms are idle",
    Invariant.IDLE_M: "M{a} is on the stack of idle Ms and is not idle (P row {b})",
    Invariant.M_PLACE: "M{a} is in {b} places",
    Invariant.NMSPINNING: "nmspinning is {a} and {b} threads spin",
    Invariant.PENDING: "pending completion {a} of {b} comes before the one above it",
    Invariant.RUNQ_SIZE: "runq_size is {a} and entry {b} of the global queue is missing or not the last",
    Invariant.RING: "the ring of P{a} has {b} entries",
    Invariant.STRANGER: "G{a} is in a queue or list and does not exist (place {b})",
    Invariant.QUEUED: "G{a} is in {b} run queues",
    Invariant.FREED: "G{a} is in {b} free lists",
    Invariant.RUN: "G{a} is run by {b} Ps",
    Invariant.STATUS: "G{a} has status {b}",
    Invariant.SYSCALL: "G{a} is in a system call that ends in {b} places",
    Invariant.WAITING: "G{a} waits (reason {b}) where nobody can find it",
    Invariant.LIVE: "live is {a} and {b} goroutines are not dead",
    Invariant.NETPOLL_WAITERS: "netpoll_waiters is {a} and {b} goroutines wait for the poller",
    Invariant.GFREE_N: "a list of free Gs ends after {a} of {b}",
    Invariant.SUDOG: "sudog {a} is in {b} places",
    Invariant.SUDOG_G: "sudog {a} on the list of G{b} belongs to another goroutine",
    Invariant.SUDOG_QUEUE: "sudog {a} of G{b} is not in the queue of its channel",
    Invariant.TREAP: "sudog {a} is out of place in root {b} of the semaphore table",
    Invariant.CHAN: "channel {a} holds {b} elements, or a list of free channels is wrong",
    Invariant.HEAP: "entry {b} of the timers of P{a} is out of order",
    Invariant.TIMER: "timer {a} in the heap of P{b} says otherwise",
    Invariant.ZOMBIES: "P{a} counts other zombies than the {b} of its heap",
    Invariant.HEAPED: "{a} timers are marked as in a heap and {b} are",
    Invariant.LISTED: "block {a} is on the list of size class {b} and is no free block of it",
    Invariant.TWICE: "block {a} of size class {b} is free twice, or free and reachable",
    Invariant.LOST: "block {a} of size class {b} is neither free nor reachable",
    Invariant.DANGLING: "the pointer to {a} in block {b} leads to free memory",
    Invariant.PAGES_USED: "pages_used is {a} and {b} pages are used",
    Invariant.CPU: "M{a} and hardware thread {b} disagree",
    Invariant.CPU_QUEUE: "M{a} is out of place in the queue for a hardware thread, of {b}",
}
"""What a breach says; a and b are ``World.panic_a`` and ``panic_b``."""

QUEUE = 1
"""Kinds of places, each the lowest of the four bits that count it: run queues, free lists, Ps that run it, ..."""
FREE = 1 << 4
RUN = 1 << 8
SLEEP = 1 << 12
IO = 1 << 16
CALL = 1 << 20
LIST = 1 << 24
HELD = 1
"""The same of sudogs: on its G's list; ``FREE``; in the semaphore table."""
SEMA = 1 << 8
IDLE = 1
"""Of Ms."""


@wp.func(inline=True)
def marks(at: wp.uint64) -> wp.array[wp.int32]:
    """The world's scratch memory."""
    return wp.array(ptr=at, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def sudog_mark(s: State, d: int) -> int:
    """Where a sudog's word is."""
    return caps(s)[0].gs + d


@wp.func(inline=True)
def m_mark(s: State, m: int) -> int:
    """Where an M's word is."""
    return caps(s)[0].gs + caps(s)[0].sudogs + m


@wp.func(inline=True)
def counted(word: int, kind: int) -> int:
    """How many places of a kind a word counts."""
    return word / kind & 15


@wp.func(inline=False)
def breach(s: State, which: int, a: wp.int64, b: wp.int64):
    """Ends the world; the first breach counts."""
    if world(s)[0].status != int(Status.INVARIANT):
        world(s)[0].status = int(Status.INVARIANT)
        world(s)[0].panic_kind = which
        world(s)[0].panic_a = a
        world(s)[0].panic_b = b


@wp.func(inline=False)
def expect(s: State, which: int, a: int, b: int):
    """Two numbers that must be equal."""
    if a != b:
        breach(s, which, wp.int64(a), wp.int64(b))


@wp.func(inline=False)
def note(s: State, at: wp.uint64, g: int, kind: int) -> bool:
    """Counts a place of a G; False: there is no such G."""
    if g < 1 or g > world(s)[0].allgs:
        breach(s, int(Invariant.STRANGER), wp.int64(g), wp.int64(kind))
        return False
    if counted(marks(at)[g], kind) < 15:
        marks(at)[g] += kind
    return True
