"""Outcomes of schedules: what tells one from another, and their counts."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.explore.leaks import LeakFinder
from gpusched.goruntime.state import GStatus, Status, WaitReason
from gpusched.machine.decode import events, status_text
from gpusched.program.program import Program
from gpusched.results.goroutines import REASONS, line_of, user_rows
from gpusched.stats.interval import share_interval

KINDS = {
    Status.COMPLETED: "completed",
    Status.EXITED: "completed",
    Status.HORIZON: "timeout",
    Status.ACTION_LIMIT: "timeout",
    Status.OUTPUT_LIMIT: "timeout",
    Status.DEADLOCK: "deadlock",
    Status.NO_GOROUTINES: "deadlock",
    Status.PANIC: "panic",
    Status.FATAL: "fatal error",
    Status.STACK_OVERFLOW: "stack overflow",
    Status.OUT_OF_MEMORY: "out of memory",
    Status.THREADS: "thread exhaustion",
    Status.REFUSED: "refused",
    Status.INVARIANT: "invariant",
}
LIMITS = {Status.HORIZON: "limit of simulated time", Status.ACTION_LIMIT: "limit of actions", Status.OUTPUT_LIMIT: "limit of output"}
DEAD = (Status.DEADLOCK, Status.NO_GOROUTINES)


@dataclass(frozen=True)
class Key:
    """What makes two schedules' outcomes the same: kind, message in Go's words (its first line), and the places of goroutines that are blocked or panicked."""

    kind: str
    message: str
    places: tuple[str, ...]

    @property
    def bad(self) -> bool:
        """Whether it is a mistake of the program."""
        return self.kind != "completed"


@dataclass
class Found:
    """How often an outcome was seen, and its first schedules."""

    count: int = 0
    schedules: list[int] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The schedule with the lowest number."""
        return self.schedules[0]


class Tally:
    """Counts outcomes."""

    def __init__(self) -> None:
        """Starts without any."""
        self.number = 0
        self.found: dict[Key, Found] = {}
        self.news = 0

    def add(self, key: Key, schedule: int) -> None:
        """Counts a schedule's outcome."""
        if key not in self.found:
            self.found[key] = Found()
            self.news = self.number
        self.number += 1
        found = self.found[key]
        found.count += 1
        if len(found.schedules) < 8:
            found.schedules.append(schedule)

    @property
    def quiet(self) -> int:
        """Schedules since the last new outcome."""
        return self.number - self.news

    @property
    def bad(self) -> list[Key]:
        """The bad ones, most frequent first."""
        return [key for key, _ in self.ordered() if key.bad]

    def ordered(self) -> list[tuple[Key, Found]]:
        """All outcomes, most frequent first."""
        return sorted(self.found.items(), key=lambda item: (-item[1].count, item[1].first))

    def rows(self) -> list[dict[str, Any]]:
        """Each outcome as plain data, most frequent first."""
        rows = []
        for key, found in self.ordered():
            low, high = share_interval(found.count, self.number)
            rows.append(
                {
                    "kind": key.kind,
                    "message": key.message,
                    "places": list(key.places),
                    "count": found.count,
                    "share": found.count / self.number,
                    "interval": [low, high],
                    "schedule": found.first,
                }
            )
        return rows


def outcome_keys(engine: Any, state: Any, worlds: NDArray[Any], leaks: LeakFinder) -> list[Key]:
    """Returns the outcome of each world of an ended ensemble.

    Of a deadlock the places are those of all that wait; where main returned, or exited with status 0, those of the leaked goroutines by ``leaks``.
    """
    program = leaks.program
    blocked = _blocked_places(engine, state, worlds, leaks)
    known: dict[tuple[Any, ...], Key] = {}
    keys = []
    for world, row in enumerate(worlds):
        raw = (int(row["status"]), int(row["exit_code"]), blocked.get(world, ()))
        if raw[0] == Status.EXITED and raw[1] and program.package.endswith(".test"):
            keys.append(Key("failed test", _test_said(engine, state, program, world, row), ()))
            continue
        if raw[0] in (Status.PANIC, Status.FATAL, Status.REFUSED, Status.STACK_OVERFLOW, Status.INVARIANT):
            keys.append(_with_message(engine, state, program, world, row))
            continue
        if raw not in known:
            known[raw] = _plain(*raw)
        keys.append(known[raw])
    return keys


def _plain(status: int, exit_code: int, places: tuple[str, ...]) -> Key:
    """The outcome of a world whose message follows from its status."""
    if status == Status.EXITED and exit_code:
        return Key("exit", f"exit status {exit_code}", ())
    kind = KINDS[Status(status)]
    if kind == "completed":
        return Key("leak", "", places) if places else Key("completed", "", ())
    message = LIMITS.get(Status(status), "")
    if kind == "deadlock":
        message = "no goroutines" if status == Status.NO_GOROUTINES else "all goroutines are asleep"
    return Key(kind, message, places)


def _test_said(engine: Any, state: Any, program: Program, world: int, row: Any) -> str:
    """What a failed test logged last."""
    from gpusched.gotest.said import read

    tests, _ = read(events(np.asarray(engine.table(state, "out")[world]), int(row["out_n"])), program)
    lines = [line for one in tests.values() for line in one.lines if one.status != "PASS"]
    return (lines or [""])[-1].splitlines()[0] if lines else ""


def _with_message(engine: Any, state: Any, program: Program, world: int, row: Any) -> Key:
    """The outcome of a world that panicked or was ended by a fatal error."""
    text = status_text(row, program, np.asarray(engine.table(state, "mem")[world])).splitlines() or [""]
    place = ()
    if g := int(row["panic_g"]):
        living = engine.table(state, "gs")[world][[g]]
        at = user_rows(program, np.array([world]), living, lambda: engine.table(state, "mem"))
        place = (line_of(program, int(at[0])),)
    kind = KINDS[Status(int(row["status"]))]
    return Key(kind, text[0].removeprefix(f"{kind}: "), tuple(line for line in place if line))


def _blocked_places(engine: Any, state: Any, worlds: NDArray[Any], leaks: LeakFinder) -> dict[int, tuple[str, ...]]:
    """Returns for each world with blocked goroutines their places, each once, sorted: "chan send at main.go:12 (main.fetch)"."""
    gs = engine.table(state, "gs")[: len(worlds)]
    waiting = (gs["status"] == GStatus.WAITING) & np.isin(worlds["status"], DEAD)[:, None]
    waiting[:, 0] = False
    leaked = leaks.find(engine, state, (worlds["status"] == Status.COMPLETED) | (worlds["status"] == Status.EXITED) & (worlds["exit_code"] == 0))
    world, row = (np.concatenate(pair) for pair in zip(np.nonzero(waiting), leaked, strict=True))
    if not len(world):
        return {}
    living, program = gs[world, row], leaks.program
    at = user_rows(program, world, living, lambda: engine.table(state, "mem"))
    triples, which = np.unique(np.stack([living["fn"], at, living["waitreason"]], axis=1), axis=0, return_inverse=True)
    names = [_place(program, *(int(word) for word in triple)) for triple in triples]
    places: dict[int, set[str]] = {}
    for number, name in zip(world.tolist(), which.reshape(-1).tolist(), strict=True):
        places.setdefault(number, set()).add(names[name])
    return {number: tuple(sorted(some)) for number, some in places.items()}


def _place(program: Program, fn: int, row: int, reason: int) -> str:
    """A blocked goroutine's place in words."""
    name = "main" if fn == program.entry else program.functions[fn]
    return f"{REASONS.get(WaitReason(reason), 'waiting')} at {line_of(program, row)} ({name})"
