"""Goroutines that can never run again, found as Go 1.27's goroutineleak profile does: blocked on what nothing that can still run reaches.

Models ``runtime/mgc.go``: isMaybeRunnable, findMaybeRunnableGoroutines, findGoroutineLeaks. On the host, over one world's tables: marking begins at the
package variables, running timers and the stacks of goroutines that can run (runnable, running, sleeping, in system calls, waiting for IO); a blocked one
whose channel, mutex, WaitGroup or Cond was marked can run too, and its stack is marked in turn. What remains is leaked. Main in ``select {}`` is not
reported. Stacks count by live registers (machine/liveness.py), as in Go by stack maps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.state import GLOBALS, PAGE, GStatus, TimerState, WaitReason
from gpusched.machine.layout import BLOCK_WORDS, CONTINUED, LARGE, NUMBER_SHIFT, TYPE_MASK
from gpusched.machine.liveness import Liveness
from gpusched.machine.opcodes import FRAME_REGS, Kind, Op, TimerKind
from gpusched.machine.panics import DATA, OLDER
from gpusched.machine.traceback import REASONS, Line, Stacks, alive
from gpusched.program.program import Program

NEVER = frozenset({WaitReason.CHAN_RECEIVE_NIL, WaitReason.CHAN_SEND_NIL, WaitReason.SELECT_NO_CASES})
"""Waits that nothing ends."""
CHANNELS = frozenset(
    {WaitReason.CHAN_RECEIVE, WaitReason.CHAN_SEND, WaitReason.SELECT}
    | {WaitReason.SYNCTEST_CHAN_RECEIVE, WaitReason.SYNCTEST_CHAN_SEND, WaitReason.SYNCTEST_SELECT}
)
SYNC = frozenset(
    {WaitReason.COND_WAIT, WaitReason.MUTEX_LOCK, WaitReason.RWMUTEX_RLOCK, WaitReason.RWMUTEX_LOCK}
    | {WaitReason.WAITGROUP_WAIT, WaitReason.SYNCTEST_WAITGROUP_WAIT}
)
BLOCKED = NEVER | CHANNELS | SYNC
"""Waits that only another goroutine can end: who waits for another reason can run."""
POINTER, CHAN, TIMER, SCALAR, WAITING = int(Kind.POINTER), int(Kind.CHAN), int(Kind.TIMER), int(Kind.SCALAR), int(GStatus.WAITING)
LINK = 0xFFFFFFFF
"""The part of a pointer's word that is an address: a frame's link has a row of code above it."""
TABLES = ("gs", "chans", "sudogs", "timers", "mem", "pages")
"""Tables that the analysis reads."""


@dataclass(frozen=True)
class Leak:
    """A leaked goroutine.

    Attributes:
        goid: its number.
        function: that it was started with.
        where: the user's line at which it stands, None where there is none.
        reason: Go's wait reason.
        object: what it waits on, by kind: ``chan int``, ``sync.Mutex``, or the type of the object that holds it; several are listed.
        number: allocation number of the (first) object; 0: it has none, or is a package variable.
        created_by: function and line of the go statement, None for main.
    """

    goid: int
    function: str
    where: Line | None
    reason: str
    object: str
    number: int
    created_by: Line | None


class Reach:
    """What has been marked of one world: headers of objects, rows of channels and timers. ``tables``: TABLES of the world."""

    def __init__(self, tables: dict[str, NDArray[Any]], program: Program, types: NDArray[Any], liveness: Liveness) -> None:
        """Nothing is marked. types: as ``frames.link_frames`` returns them."""
        self.tables, self.program, self.types, self.liveness = tables, program, types, liveness
        self.mem = memoryview(np.ascontiguousarray(tables["mem"]).data)
        self.stacks = Stacks(program, tables["gs"], tables["mem"])
        self.objects: set[int] = set()
        self.rows: set[tuple[int, int]] = set()
        self._pointers: dict[int, list[tuple[int, int]]] = {}

    @cached_property
    def _pages(self) -> tuple[memoryview, memoryview, memoryview]:
        pages = self.tables["pages"]
        cls, link, count = (np.ascontiguousarray(pages[name]) for name in ("cls", "link", "grey1"))
        return memoryview(cls.data), memoryview(link.data), memoryview(count.data)

    def block(self, address: int) -> tuple[int, int]:
        """Header and words of the block that holds the word before an address; (0, 0): that page is free."""
        page = (address - 1) // PAGE
        cls, link, count = self._pages
        kind = cls[page]
        if kind == CONTINUED:
            page, kind = link[page], LARGE
        if kind == LARGE:
            return page * PAGE, count[page] * PAGE
        if not 1 <= kind < LARGE:
            return 0, 0
        size = BLOCK_WORDS[kind]
        return page * PAGE + ((address - 1) % PAGE) // size * size, size

    def mark(self, todo: list[tuple[int, int]]) -> None:
        """Marks (kind, value) and everything that they lead to."""
        while todo:
            kind, value = todo.pop()
            if value <= 0:
                continue
            if kind == POINTER:
                at, size = self.block(value & LINK)
                if at and self.mem[at] and at not in self.objects:
                    self.objects.add(at)
                    todo += self._words(at, size)
            elif (kind, value) not in self.rows:
                self.rows.add((kind, value))
                todo += self._of_row(kind, value)

    def _of_row(self, kind: int, row: int) -> list[tuple[int, int]]:
        """What a channel or timer refers to."""
        if kind == CHAN:
            chan = self.tables["chans"][row]
            return [(POINTER, int(chan["buf"])), (TIMER, int(chan["timer"]))]
        timer = self.tables["timers"][row]
        of_kind = {int(TimerKind.FUNC): POINTER, int(TimerKind.CHAN): CHAN}
        arg = of_kind.get(int(timer["kind"]))
        return [(POINTER, int(timer["loc"])), *([(int(arg), int(timer["arg"]))] if arg is not None else [])]

    def _words(self, at: int, size: int) -> Iterator[tuple[int, int]]:
        """The references in an object."""
        type_id = self.mem[at] & TYPE_MASK
        period = int(self.types["words"][type_id])
        if type_id not in self._pointers:
            first = int(self.types["kinds"][type_id])
            kinds = self.program.kinds[first : first + period]
            self._pointers[type_id] = [(int(i), int(kinds[i])) for i in np.flatnonzero(kinds != SCALAR)]
        found = self._pointers[type_id]
        if found:
            for base in range(at + 1, at + size, period):
                for i, kind in found:
                    if base + i < at + size:
                        yield kind, self.mem[base + i]

    def mark_stack(self, g: int) -> None:
        """Marks what a goroutine that goes on can use."""
        todo: list[tuple[int, int]] = []
        above = True
        for row, frame, kind in self.stacks.rows(g):
            if kind:
                todo += [(POINTER, self.mem[frame + DATA]), (POINTER, self.mem[frame + OLDER])]
                above = True
                continue
            function = self.stacks.function(row)
            live = self.liveness.at(function, row) if above or self._runs_defers(row) else self.liveness.after_call(function, row + 1)
            type_id = self.mem[frame - 1] & TYPE_MASK
            words, first = int(self.types["words"][type_id]), int(self.types["kinds"][type_id])
            for register in range(words - FRAME_REGS):
                kind_of = int(self.program.kinds[first + FRAME_REGS + register])
                if kind_of != SCALAR and live >> register & 1:
                    todo.append((kind_of, self.mem[frame + FRAME_REGS + register]))
            above = False
        self.mark(todo)

    def _runs_defers(self, row: int) -> bool:
        return int(self.program.code[row]["op"]) == Op.RUNDEFERS

    def waits_on(self, g: int) -> list[tuple[int, int]]:
        """(kind, value) of what a goroutine waits on: channels, or the address of a semaphore or notification list."""
        row = self.tables["gs"][g]
        reason = int(row["waitreason"])
        if reason in CHANNELS:
            found, sudog = [], int(row["waiting"])
            while sudog:
                found.append((CHAN, int(self.tables["sudogs"]["c"][sudog])))
                sudog = int(self.tables["sudogs"]["waitlink"][sudog])
            return found
        if reason in SYNC:
            register = int(self.program.code[int(row["pc"]) + 1]["a"])
            return [(POINTER, self.mem[int(row["frame"]) + FRAME_REGS + register])]
        return []

    def marked(self, kind: int, value: int) -> bool:
        """Whether something that runs reaches it."""
        if kind == POINTER:
            return value <= 0 or self.block(value + 1)[0] in self.objects
        return (kind, value) in self.rows

    def may_run(self, g: int) -> bool:
        """``isMaybeRunnable``."""
        row = self.tables["gs"][g]
        reason = int(row["waitreason"])
        if int(row["status"]) != WAITING or reason not in BLOCKED:
            return True
        return reason not in NEVER and any(self.marked(*one) for one in self.waits_on(g))


def find_leaks(tables: dict[str, NDArray[Any]], program: Program, types: NDArray[Any], liveness: Liveness) -> list[Leak]:
    """The leaked goroutines of a world, in the order of their rows. Arguments as of ``leaked_rows``."""
    reach = Reach(tables, program, types, liveness)
    return [_leak(reach, g) for g in _leaked(reach)]


def leaked_rows(tables: dict[str, NDArray[Any]], program: Program, types: NDArray[Any], liveness: Liveness) -> list[int]:
    """The rows of a world's leaked goroutines.

    Args:
        tables: TABLES of the world.
        program: what it runs.
        types: as ``frames.link_frames`` returns them.
        liveness: of the program; shared by its worlds.
    """
    return _leaked(Reach(tables, program, types, liveness))


def _leaked(reach: Reach) -> list[int]:
    """``findGoroutineLeaks``: marks from the roots and from one goroutine after the other that may run; the rows of those that are left."""
    tables = reach.tables
    gs = tables["gs"]
    running = np.flatnonzero((tables["timers"]["mark"] != 0) & (tables["timers"]["state"] & TimerState.HEAPED != 0))
    reach.mark([(POINTER, GLOBALS), *((TIMER, int(row)) for row in running)])
    left = alive(gs)
    while True:
        found = [g for g in left if reach.may_run(g)]
        if not found:
            break
        for g in found:
            reach.mark_stack(g)
        left = [g for g in left if g not in set(found)]
    return [g for g in left if not (gs["goid"][g] == 1 and gs["waitreason"][g] == WaitReason.SELECT_NO_CASES)]


def _leak(reach: Reach, g: int) -> Leak:
    """What is said of a leaked goroutine."""
    row, program = reach.tables["gs"][g], reach.program
    lines = list(reach.stacks.stack(g))
    where = next((line for line in lines if line.function.startswith("main.")), lines[0] if lines else None)
    objects = [_object(reach, kind, value) for kind, value in reach.waits_on(g)]
    return Leak(
        goid=int(row["goid"]),
        function="main.main" if row["fn"] == program.entry else program.functions[int(row["fn"])],
        where=where,
        reason=REASONS.get(WaitReason(int(row["waitreason"])), "waiting"),
        object=", ".join(name for name, _ in objects),
        number=objects[0][1] if objects else 0,
        created_by=reach.stacks.created_by(g),
    )


def _object(reach: Reach, kind: int, value: int) -> tuple[str, int]:
    """Kind and allocation number of what is waited on."""
    names = reach.program.type_names
    if kind == CHAN:
        chan = reach.tables["chans"][value]
        return f"chan {names[int(chan['elemtype'])]}", int(chan["num"])
    at, _ = reach.block(value + 1)
    if at + 1 == GLOBALS or not at:
        return "package variable", 0
    header = reach.mem[at]
    return names[header & TYPE_MASK], header >> NUMBER_SHIFT
