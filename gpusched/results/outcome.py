"""How worlds ended and what they printed, as text."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.driver import Engine, Outcome
from gpusched.ensemble.points import Point
from gpusched.errors import GpuschedError
from gpusched.goruntime.state import Status
from gpusched.machine import decode
from gpusched.machine.traceback import Stacks, trace
from gpusched.program.program import Program

SENTENCES = decode.SENTENCES | {
    Status.RUNNING: "still running",
    Status.COMPLETED: "",
    Status.HORIZON: "",
    Status.ACTION_LIMIT: "reached limits.max_actions",
    Status.OUTPUT_LIMIT: "reached limits.output_events",
}
"""Endings without operands."""

SHOWN = frozenset({Status.PANIC, Status.FATAL, Status.DEADLOCK, Status.NO_GOROUTINES, Status.STACK_OVERFLOW, Status.THREADS, Status.OUT_OF_MEMORY})
"""Endings at which Go prints goroutine traces."""
MOST_TRACES, MOST_LINES = 3, 60
"""Different failures whose traces are shown, and lines of each."""
EARLY_ACTIONS = 2000
"""A panic of package work before so many actions of a world is a mistake in the settings, such as a rate below 0; a later one is a result."""


def messages(engine: Engine, outcome: Outcome, program: Program) -> list[str]:
    """Returns for each world how it ended in Go's words, empty where it ended well."""
    return [_message(engine, outcome, program, world) for world in range(len(outcome.worlds))]


def _message(engine: Engine, outcome: Outcome, program: Program, world: int) -> str:
    """Returns one world's."""
    row: Any = outcome.worlds[world]
    status = Status(int(row["status"]))
    if status in SENTENCES:
        return SENTENCES[status]
    if status == Status.EXITED:
        return f"exit status {row['exit_code']}" if row["exit_code"] else ""
    return decode.status_text(row, program, np.asarray(engine.table(outcome.state, "mem")[world]))


def traces(engine: Engine, outcome: Outcome, program: Program, said: list[str]) -> list[tuple[int, str]]:
    """Returns (world, message and goroutine traces as Go prints them) for the first world of each of the first different failures.

    said: what ``messages`` returned.
    """
    first: dict[str, int] = {}
    for world, text in enumerate(said):
        if Status(int(outcome.worlds["status"][world])) in SHOWN:
            first.setdefault(text, world)
    found = []
    for text, world in list(first.items())[:MOST_TRACES]:
        stacks = Stacks(program, engine.table(outcome.state, "gs")[world], engine.table(outcome.state, "mem")[world])
        lines = f"{text}\n\n{trace(outcome.worlds[world], stacks)}".rstrip("\n").split("\n")
        more = [f"... and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
        found.append((world, "\n".join([*lines[:MOST_LINES], *more])))
    return found


def refuse_bad_arguments(engine: Engine, program: Program, points: list[Point]) -> Callable[[Any, NDArray[Any]], None]:
    """Makes the driver's check of what the worlds gave to package work.

    What it raises is the same, however the run is cut: it depends on the actions that a world did. Each point is judged by its first world.
    """
    seen: set[int] = set()

    def check(state: Any, rows: NDArray[Any]) -> None:
        replicas = len(rows) // len(points)
        for point in points:
            world = point.index * replicas
            if point.index in seen or rows["status"][world] != Status.PANIC:
                continue
            seen.add(point.index)
            text = _message(engine, Outcome(state, rows, 0.0, ()), program, world)
            if rows["actions"][world] < EARLY_ACTIONS and (told := re.match(r"panic: (work[.:].*)", text)):
                raise GpuschedError(told[1], point.label if point.values else "")

    return check


def output_text(engine: Engine, state: Any, program: Program, world: int) -> str:
    """Returns what a world printed."""
    return decode.output_text(np.asarray(engine.table(state, "out")[world]), int(engine.worlds(state)["out_n"][world]), program)
