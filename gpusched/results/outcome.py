"""How worlds ended and what they printed, as text."""

from typing import Any

import numpy as np

from gpusched.ensemble.driver import Engine, Outcome
from gpusched.goruntime.state import Status
from gpusched.machine import decode
from gpusched.program.program import Program

SENTENCES = {
    Status.RUNNING: "still running",
    Status.COMPLETED: "",
    Status.HORIZON: "",
    Status.ACTION_LIMIT: "reached limits.max_actions",
    Status.DEADLOCK: "fatal error: all goroutines are asleep - deadlock!",
    Status.NO_GOROUTINES: "fatal error: no goroutines (main called runtime.Goexit) - deadlock!",
    Status.THREADS: "fatal error: thread exhaustion",
    Status.STACK_OVERFLOW: "fatal error: stack overflow",
    Status.OUT_OF_MEMORY: "reached limits.memory_words",
}
"""Endings without operands."""


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


def output_text(engine: Engine, state: Any, program: Program, world: int) -> str:
    """Returns what a world printed."""
    return decode.output_text(np.asarray(engine.table(state, "out")[world]), int(engine.worlds(state)["out_n"][world]), program)
