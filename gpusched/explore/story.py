"""One schedule as a story: the world is advanced action by action, and what changed is told.

A line says the time, the P, the goroutine and its function, the place and its source line, and what came of it; actions of one goroutine at one line of the
user's code are told together. The runtime's own deeds are told where they change which goroutine runs.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.explore.outcomes import outcome_keys
from gpusched.explore.schedules import Explorer
from gpusched.goruntime.state import GStatus, WaitReason
from gpusched.machine.opcodes import FRAME_REGS, Op
from gpusched.report.summary import duration
from gpusched.results.goroutines import REASONS, line_of, user_rows
from gpusched.results.outcome import output_text

MOST_LINES = 2000
"""Lines of a story."""
CHANNEL_REGISTER = {Op.SEND: "a", Op.RECV: "b", Op.CLOSE: "a", Op.CHANLEN: "b", Op.CHANCAP: "b"}
"""Where an operation on a channel names it."""


@dataclass
class Line:
    """A line of a story: who did what where, and what came of it."""

    time: int
    p: int
    goid: int
    function: str
    place: str
    source: str
    effects: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Returns it for people."""
        who = f"goroutine {self.goid} {self.function}" if self.goid else "scheduler"
        what = f"{self.place}  {self.source}" if self.place else ""
        effects = "; ".join(dict.fromkeys(self.effects))
        return f"{duration(self.time):>9}  P{self.p}  {who:34} {what}{'  -> ' if effects and what else ''}{effects}"


def print_story(explorer: Explorer, explore: Any) -> None:
    """Prints the story of schedule explore.trace, what it printed, and its outcome."""
    lines, ending, output = tell(explorer, explore, explore.trace)
    for line in lines[:MOST_LINES]:
        print(_printable(line.text()))
    if len(lines) > MOST_LINES:
        print(f"... {len(lines) - MOST_LINES:,} more lines are not shown")
    if output:
        print("It printed:", output, sep="\n")
    for line in ending.splitlines():
        print(_printable(line))


def _printable(text: str) -> str:
    """Returns text with what cannot be printed replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def tell(explorer: Explorer, explore: Any, schedule: int) -> tuple[list[Line], str, str]:
    """Returns the lines of a schedule, its outcome in a sentence, and what it printed."""
    engine, program = explorer.engine, explorer.program
    rows = explorer.rows(np.array([schedule]), explore)
    state = explorer.state(rows)
    teller = _Teller(program, explorer.folder)
    before = _Look(engine, state)
    while not before.world["status"]:
        state = engine.advance(state, 1)
        if engine.worlds(state)["overflow"][0]:
            state = engine.grow(state)
            before = _Look(engine, state)
            continue
        after = _Look(engine, state)
        teller.action(before, after)
        before = after
    key = outcome_keys(engine, state, engine.worlds(state), explorer.leaks)[0]
    what = f"{key.kind}: {key.message}" if key.message else key.kind
    ending = f"Schedule {schedule} ended after {duration(int(before.world['now']))}: {what}" + "".join(f"\n  {place}" for place in key.places)
    return teller.lines, ending, output_text(engine, state, program, 0)


class _Look:
    """Copies of world 0's tables at a moment."""

    def __init__(self, engine: Any, state: Any):
        """Copies them."""
        self.world: Any = engine.worlds(state)[0].copy()
        self.ps, self.gs, self.chans = (engine.table(state, name)[0].copy() for name in ("ps", "gs", "chans"))
        self.mem: NDArray[np.int64] = np.asarray(engine.table(state, "mem")[0])


class _Teller:
    """Makes lines of actions."""

    def __init__(self, program: Any, folder: Path):
        """Starts with an empty story; ``folder``: of the package, for its source lines."""
        self.program = program
        self.folder = folder
        self.lines: list[Line] = []
        self._sources: dict[str, list[str]] = {}

    def action(self, before: _Look, after: _Look) -> None:
        """Tells an action."""
        p, g = _actor(before, after)
        effects = self._effects(before, after, g)
        if g:
            self._goroutine(before, p, g, effects)
        elif effects:
            time = int(before.ps["clock"][p]) if p else int(after.world["now"])
            self.lines.append(Line(time, max(p - 1, 0), 0, "", "", "", effects))

    def _goroutine(self, before: _Look, p: int, g: int, effects: list[str]) -> None:
        """Tells an action of a goroutine; joins it to the line before if that is about the same line of code."""
        row = before.gs[g]
        pc = int(row["pc"])
        at = int(user_rows(self.program, np.array([0]), before.gs[[g]], lambda: before.mem[None])[0])
        place = line_of(self.program, at)
        if channel := self._channel(before, pc, row):
            effects.insert(0, channel)
        last = self.lines[-1] if self.lines else None
        if last and (last.p, last.goid, last.place) == (p - 1, int(row["goid"]), place):
            last.effects += effects
            return
        function = "main" if row["fn"] == self.program.entry else self.program.functions[row["fn"]]
        self.lines.append(Line(int(before.ps["clock"][p]), p - 1, int(row["goid"]), function, place, self._source(place), effects))

    def _channel(self, before: _Look, pc: int, row: Any) -> str:
        """Names the channel of an operation by the number of its making."""
        code = self.program.code
        if not 0 <= pc < len(code) or int(code["op"][pc]) not in CHANNEL_REGISTER:
            return ""
        register = int(code[CHANNEL_REGISTER[Op(int(code["op"][pc]))]][pc])
        channel = int(before.mem[int(row["frame"]) + FRAME_REGS + register])
        return f"channel {before.chans['num'][channel]}" if channel else "nil channel"

    def _effects(self, before: _Look, after: _Look, g: int) -> list[str]:
        """Says which goroutines began, ended, blocked, woke, or came to run."""
        effects = []
        old, new = before.gs["status"], after.gs["status"]
        for other in np.flatnonzero(old != new).tolist():
            was, is_, goid = int(old[other]), int(new[other]), int(after.gs["goid"][other])
            who = "it" if other == g else f"goroutine {goid}"
            if is_ == GStatus.RUNNABLE and was in (GStatus.IDLE, GStatus.DEAD):
                effects.append(f"starts goroutine {goid} {self.program.functions[after.gs['fn'][other]]}")
            elif is_ == GStatus.RUNNABLE and was in (GStatus.WAITING, GStatus.SYSCALL):
                effects.append(f"wakes {who}")
            elif is_ == GStatus.RUNNABLE:
                effects.append(f"{who} has to wait for a P")
            elif is_ == GStatus.WAITING:
                effects.append(f"blocks: {REASONS.get(WaitReason(int(after.gs['waitreason'][other])), 'waiting')}")
            elif is_ == GStatus.DEAD:
                effects.append("ends")
            elif is_ == GStatus.SYSCALL:
                effects.append("enters a system call")
            elif is_ == GStatus.RUNNING and was == GStatus.RUNNABLE:
                effects.append(f"runs goroutine {goid} {self._function(after, other)}")
        return effects

    def _function(self, look: _Look, g: int) -> str:
        """Names the function that a goroutine was started with."""
        return "main" if look.gs["fn"][g] == self.program.entry else self.program.functions[look.gs["fn"][g]]

    def _source(self, place: str) -> str:
        """Returns the line of the user's code at a place file:line, "" where it is not in the package's folder."""
        name, _, line = place.rpartition(":")
        if name not in self._sources:
            path = self.folder / name
            self._sources[name] = path.read_text(encoding="utf-8", errors="replace").splitlines() if name and path.is_file() else []
        lines = self._sources[name]
        return lines[int(line) - 1].strip() if line.isdigit() and 0 < int(line) <= len(lines) else ""


def _actor(before: _Look, after: _Look) -> tuple[int, int]:
    """The P that acted, and the goroutine that acted on it; 0: none."""
    for p in range(1, len(before.ps)):
        g = int(before.ps["g"][p])
        if g and (int(before.ps["phase"][p]) != int(after.ps["phase"][p]) or _moved(before.gs[g], after.gs[g])):
            switched = after.ps["g"][p] != g and after.gs["status"][g] == GStatus.RUNNABLE and after.gs["pc"][g] == before.gs["pc"][g]
            return p, 0 if switched else g
    for p in range(1, len(before.ps)):
        if before.ps["g"][p] != after.ps["g"][p] or before.ps["phase"][p] != after.ps["phase"][p]:
            return p, 0
    return 0, 0


def _moved(before: Any, after: Any) -> bool:
    """Whether a goroutine that ran did something."""
    return any(before[name] != after[name] for name in ("pc", "frame", "status", "goid", "flags"))
