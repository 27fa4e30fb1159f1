"""Stack traces of a world's goroutines, in Go's layout. Models ``runtime/traceback.go``: goroutineheader, traceback2, printcreatedby, tracebackothers.

Made on the host from a world's final tables. Files are named as ``go build -trimpath`` does. A trace shows the calls that lowering inlined, and
leaves out wrappers and the runtime's own functions; those of Go's functions that the model makes itself (a parked ``Lock``, ``Sleep``) are shown where
Go has them. What cannot be had: words of arguments (``(...)`` stands for them) and offsets of machine code.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.bubble import NEXT, NUMBER, SLOT
from gpusched.goruntime.state import GFlag, GStatus, PanicKind, Status, WaitReason
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.opcodes import FRAME_LINK, Native, Op
from gpusched.machine.panics import KIND, STACK, STANDS
from gpusched.program.program import TYPE_POINTERS, Program

REASONS = {
    WaitReason.NONE: "waiting",
    WaitReason.CHAN_RECEIVE: "chan receive",
    WaitReason.CHAN_SEND: "chan send",
    WaitReason.CHAN_RECEIVE_NIL: "chan receive (nil chan)",
    WaitReason.CHAN_SEND_NIL: "chan send (nil chan)",
    WaitReason.SELECT: "select",
    WaitReason.SELECT_NO_CASES: "select (no cases)",
    WaitReason.SLEEP: "sleep",
    WaitReason.IO_WAIT: "IO wait",
    WaitReason.SEMACQUIRE: "semacquire",
    WaitReason.COND_WAIT: "sync.Cond.Wait",
    WaitReason.MUTEX_LOCK: "sync.Mutex.Lock",
    WaitReason.RWMUTEX_RLOCK: "sync.RWMutex.RLock",
    WaitReason.RWMUTEX_LOCK: "sync.RWMutex.Lock",
    WaitReason.WAITGROUP_WAIT: "sync.WaitGroup.Wait",
    WaitReason.COROUTINE: "coroutine",
    WaitReason.SYNCTEST_RUN: "synctest.Run",
    WaitReason.SYNCTEST_WAIT: "synctest.Wait",
    WaitReason.SYNCTEST_CHAN_RECEIVE: "chan receive (durable)",
    WaitReason.SYNCTEST_CHAN_SEND: "chan send (durable)",
    WaitReason.SYNCTEST_SELECT: "select (durable)",
    WaitReason.SYNCTEST_WAITGROUP_WAIT: "sync.WaitGroup.Wait (durable)",
    WaitReason.CLEANUP_WAIT: "cleanup wait",
}
"""Go's words for wait reasons (``runtime2.go: waitReasonStrings``)."""


@dataclass(frozen=True)
class Line:
    """A call on a stack: function, file as -trimpath names it, line."""

    function: str
    file: str
    line: int

    def text(self) -> str:
        """As Go prints it, without words of arguments and offsets."""
        return f"{self.function}(...)\n\t{self.file}:{self.line}\n"


ACQUIRE = {
    WaitReason.SEMACQUIRE: Line("sync.runtime_Semacquire", "runtime/sema.go", 71),
    WaitReason.MUTEX_LOCK: Line("internal/sync.runtime_SemacquireMutex", "runtime/sema.go", 95),
    WaitReason.RWMUTEX_RLOCK: Line("sync.runtime_SemacquireRWMutexR", "runtime/sema.go", 100),
    WaitReason.RWMUTEX_LOCK: Line("sync.runtime_SemacquireRWMutex", "runtime/sema.go", 105),
    WaitReason.WAITGROUP_WAIT: Line("sync.runtime_SemacquireWaitGroup", "runtime/sema.go", 114),
    WaitReason.SYNCTEST_WAITGROUP_WAIT: Line("sync.runtime_SemacquireWaitGroup", "runtime/sema.go", 114),
    WaitReason.COND_WAIT: Line("sync.runtime_notifyListWait", "runtime/sema.go", 617),
    WaitReason.SLEEP: Line("time.Sleep", "runtime/time.go", 368),
}
"""The frame that Go has on top of a goroutine that waits in a native of the model: places in Go 1.27.3."""
GOSCHED = Line("runtime.Gosched", "runtime/proc.go", 403)
GOPANIC = Line("panic", "runtime/panic.go", 859)
GOEXIT = Line("runtime.Goexit", "runtime/panic.go", 694)
GO_FUNC = Line("time.goFunc", "time/sleep.go", 182)
FATAL = {"internal/sync": Line("internal/sync.fatal", "runtime/panic.go", 1205), "sync": Line("sync.fatal", "runtime/panic.go", 1195)}
"""The frame of the function that ends the world, by the package that calls it."""
DURABLE = frozenset(
    {WaitReason.CHAN_RECEIVE_NIL, WaitReason.CHAN_SEND_NIL, WaitReason.SELECT_NO_CASES, WaitReason.SLEEP, WaitReason.COND_WAIT}
    | {WaitReason.COROUTINE, WaitReason.SYNCTEST_RUN, WaitReason.SYNCTEST_WAIT}
)
"""Waits that count as idle in a synctest bubble and whose text does not say so (``traceback.go: goroutineheader``)."""
DEADLOCK = "synctest.deadlockError"
"""The panic of a bubble's root after which the goroutines of the bubble are shown: its text and the bubble's slot."""
INNER, OUTER = 50, 50
"""Frames that are shown of a long stack, at its top and at its bottom (tracebackInnerFrames, tracebackOuterFrames)."""
MAX_DEPTH = 1 << 26
"""Frames that are followed at most."""


class Stacks:
    """The stacks of one world's goroutines: program, rows of gs, words of memory."""

    def __init__(self, program: Program, gs: NDArray[Any], mem: NDArray[np.int64]) -> None:
        """Keeps the tables."""
        self.program, self.gs, self.mem = program, gs, memoryview(np.ascontiguousarray(mem).data)
        self._lines: dict[int, list[Line]] = {}

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        entries = self.program.funcs["entry"].astype(np.int64)
        order = np.argsort(entries, kind="stable")
        return entries[order], order

    def function(self, row: int) -> int:
        """Number of the function that a row of code belongs to."""
        entries, order = self._order
        return int(order[max(int(np.searchsorted(entries, row, side="right")) - 1, 0)])

    def place(self, file: int, line: int, function: str) -> Line | None:
        """A line of a trace; None for what has no position and for the runtime's own functions."""
        hidden = re.match(r"runtime\.[^A-Z]", function) is not None or "." not in function
        if file < 0 or hidden:
            return None
        name = self.program.files[file]
        return Line(function, name if "/" in name else f"{self.program.package}/{name}", line)

    def lines(self, row: int) -> list[Line]:
        """The call that a row of code belongs to and those into which it was inlined, innermost first."""
        if row not in self._lines:
            self._lines[row] = list(self._find_lines(row))
        return self._lines[row]

    def _find_lines(self, row: int) -> Iterator[Line]:
        program = self.program
        file, line = program.positions[row] if row < len(program.positions) else (-1, 0)
        site = program.site_of[row] if program.site_of else -1
        while site >= 0:
            name, call_file, call_line, outer = program.sites[site]
            if found := self.place(file, line, name):
                yield found
            file, line, site = call_file, call_line, outer
        if found := self.place(file, line, program.functions[self.function(row)]):
            yield found

    def is_record(self, frame: int) -> bool:
        """Whether an address is that of a panic's record (machine/panics.py) instead of a frame."""
        return int(self.mem[frame - 1]) & TYPE_MASK == TYPE_POINTERS

    def rows(self, g: int) -> Iterator[tuple[int, int, int]]:
        """(row of code at which it stands, its address, 0) of each frame, innermost first, and (-1, address, PanicKind) of each panic's record."""
        frame, row = int(self.gs["frame"][g]), int(self.gs["pc"][g])
        for _ in range(MAX_DEPTH):
            if frame <= 0:
                return
            if self.is_record(frame):
                yield -1, frame, -int(self.mem[frame + KIND])
                row, frame = -int(self.mem[frame + STANDS]), int(self.mem[frame + STACK])
                continue
            yield row, frame, 0
            link = int(self.mem[frame + FRAME_LINK])
            back, frame = link >> 32, link & 0xFFFFFFFF
            if frame == 0:
                return
            row = back if int(self.program.code[back]["op"]) == Op.RUNDEFERS else max(back - 1, 0)

    def creator(self, g: int) -> int:
        """The goid of the goroutine that started it; 0: none did, a timer, or it is unknown."""
        bottom = 0
        for _, frame, kind in self.rows(g):
            bottom = bottom if kind else frame
        return int(self.mem[bottom + FRAME_LINK]) >> 32 if bottom else 0

    def stack(self, g: int) -> Iterator[Line]:
        """All calls on a goroutine's stack, innermost first."""
        top = True
        for row, _, kind in self.rows(g):
            if kind:
                if not top:
                    yield GOEXIT if kind == PanicKind.GOEXIT else GOPANIC
            else:
                if top:
                    yield from self._native(g, row)
                yield from self.lines(row)
            top = False

    def _native(self, g: int, row: int) -> Iterator[Line]:
        """The frame of Go's function where the model has an instruction: a goroutine waits in it, yields or ends the world."""
        ins = self.program.code[row]
        if int(ins["op"]) != Op.SYS:
            before = self.program.code[max(row - 1, 0)]
            waits = int(self.gs["status"][g]) == GStatus.WAITING
            if not waits and int(before["op"]) == Op.SYS and int(before["c"]) == Native.GOSCHED:
                yield GOSCHED
            return
        native = int(ins["c"])
        if native in (Native.THROW, Native.FATAL):
            package = self.program.functions[self.function(row)].rsplit("/", 1)
            name = "/".join([*package[:-1], package[-1].split(".")[0]])
            if name in FATAL:
                yield FATAL[name]
        elif int(self.gs["status"][g]) == GStatus.WAITING:
            if line := ACQUIRE.get(WaitReason(int(self.gs["waitreason"][g]))):
                yield line

    def created_by(self, g: int) -> Line | None:
        """The function and line that started a goroutine; None for main's."""
        row = int(self.gs["gopc"][g])
        if int(self.gs["goid"][g]) == 1 or not 0 < row < len(self.program.code):
            return None
        if int(self.program.code[row]["op"]) == Op.SYS:
            return GO_FUNC
        file, line = self.program.positions[row]
        return self.place(file, line, self.program.functions[self.function(row)])

    def status(self, g: int, now: int) -> str:
        """What stands in brackets: wait reason or status, and for how many minutes it has waited."""
        status = int(self.gs["status"][g])
        locked = ", locked to thread" if int(self.gs["flags"][g]) & GFlag.LOCKED else ""
        if status != GStatus.WAITING:
            return GStatus(status).name.lower() + locked
        reason = WaitReason(int(self.gs["waitreason"][g]))
        text = REASONS.get(reason, "waiting")
        if self.gs["bubble"][g] and reason in DURABLE:
            text += " (durable)"
        minutes = (now - int(self.gs["since"][g])) // (60 * 10**9)
        return (f"{text}, {minutes} minutes" if minutes >= 1 else text) + locked

    def bubble(self, g: int, bubbles: int) -> str:
        """What stands in brackets of a goroutine in a synctest bubble, by the list at an address (goruntime/bubble.py)."""
        at = int(self.mem[bubbles]) if self.gs["bubble"][g] else 0
        while at and int(self.mem[at + SLOT]) != int(self.gs["bubble"][g]):
            at = int(self.mem[at + NEXT])
        return f", synctest bubble {int(self.mem[at + NUMBER])}" if at else ""

    def goroutine(self, g: int, now: int, bubbles: int = 0) -> str:
        """A goroutine's trace; bubbles: ``World.bubble_list``."""
        text = f"goroutine {int(self.gs['goid'][g])} [{self.status(g, now)}{self.bubble(g, bubbles)}]:\n"
        lines = self.stack(g)
        text += "".join(line.text() for line in islice(lines, INNER))
        count, outer = 0, deque[Line](maxlen=OUTER)
        for count, line in enumerate(lines, 1):  # noqa: B007
            outer.append(line)
        text += f"...{count - OUTER} frames elided...\n" if count > OUTER else ""
        text += "".join(line.text() for line in outer)
        if made := self.created_by(g):
            parent = self.creator(g)
            text += f"created by {made.function}{f' in goroutine {parent}' if parent else ''}\n\t{made.file}:{made.line}\n"
        return text


def alive(gs: NDArray[Any]) -> list[int]:
    """Rows of the goroutines that live, in the order in which their rows were made; without the runtime's own (``isSystemGoroutine``) while it waits."""
    lives = np.isin(gs["status"], (GStatus.RUNNABLE, GStatus.RUNNING, GStatus.SYSCALL, GStatus.WAITING))
    return [int(g) for g in np.flatnonzero(lives & (gs["waitreason"] != WaitReason.CLEANUP_WAIT)) if g]


def trace(world: Any, stacks: Stacks, *, everyone: bool = False) -> str:
    """The traces that follow the message of a world that failed: of the goroutine that ended it, and of all where Go shows all.

    world: its row; everyone: show all, as GOTRACEBACK=all does.
    """
    status = int(world["status"])
    if status not in (Status.PANIC, Status.FATAL, Status.DEADLOCK, Status.NO_GOROUTINES, Status.STACK_OVERFLOW, Status.THREADS, Status.OUT_OF_MEMORY):
        return ""
    current = int(world["panic_g"]) if status in (Status.PANIC, Status.FATAL, Status.STACK_OVERFLOW) else 0
    rows = [current] if current else []
    if status == Status.PANIC and DEADLOCK in stacks.program.type_names and int(world["panic_a"]) == stacks.program.type_names.index(DEADLOCK):
        slot = stacks.mem[int(world["panic_b"]) + 2]
        rows += [g for g in alive(stacks.gs) if g != current and stacks.gs["bubble"][g] == slot]
    elif everyone or not (current and status in (Status.PANIC, Status.FATAL)):
        rows += [g for g in alive(stacks.gs) if g != current]
    return "\n".join(stacks.goroutine(g, int(world["now"]), int(world["bubble_list"])) for g in rows)
