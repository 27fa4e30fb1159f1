"""Goroutines that are alive when a world ends: counted by function, and by function, line and wait reason."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.params import Ensemble
from gpusched.goruntime.state import GStatus, WaitReason
from gpusched.machine.opcodes import FRAME_LINK
from gpusched.machine.panics import STACK, STANDS
from gpusched.machine.traceback import REASONS
from gpusched.program.program import Program

MAX_DEPTH = 64
"""Frames of the standard library that are looked through for the caller's line."""


def alive_rows(gs: NDArray[Any]) -> NDArray[np.bool_]:
    """Says which rows of a G table [worlds, rows] are goroutines that live."""
    alive = np.isin(gs["status"], (GStatus.RUNNABLE, GStatus.RUNNING, GStatus.SYSCALL, GStatus.WAITING))
    alive[:, 0] = False
    return alive


def alive_by_function(gs: NDArray[Any], ensemble: Ensemble, points: int) -> NDArray[np.int64]:
    """Counts the living by the point and by the lifetime histogram of the function that they were started with: int64[points, lifetimes]."""
    counts = np.zeros((points, len(ensemble.program.lifetimes)), np.int64)
    world, row = np.nonzero(alive_rows(gs))
    number = ensemble.program.funcs["lifetimes"][gs["fn"][world, row]]
    np.add.at(counts, (ensemble.point[world], number), 1)
    return counts


def goroutine_entries(engine: Any, state: Any, gs: NDArray[Any], ensemble: Ensemble, failed: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """Counts the living by point, failure, function, line and reason: the arrays of the group goroutines, none where nobody lives."""
    world, row = np.nonzero(alive_rows(gs))
    if not len(world):
        return {}
    living = gs[world, row]
    pc = user_rows(ensemble.program, world, living, partial(engine.table, state, "mem"))
    reason = np.where(living["status"] == GStatus.WAITING, living["waitreason"], -living["status"])
    keys = np.stack([ensemble.point[world], failed[world], living["fn"], pc, reason], axis=1).astype(np.int64)
    entries, counts = np.unique(keys, axis=0, return_counts=True)
    program = ensemble.program
    return {
        "goroutines/entry": np.arange(len(entries)),
        "goroutines/goroutine_point": entries[:, 0].astype(np.int32),
        "goroutines/goroutine_failed": entries[:, 1].astype(np.int8),
        "goroutines/goroutine_function": np.array([_started_with(program, int(fn)) for fn in entries[:, 2]], object),
        "goroutines/goroutine_line": np.array([line_of(program, int(at)) for at in entries[:, 3]], object),
        "goroutines/goroutine_reason": np.array([_reason(int(code)) for code in entries[:, 4]], object),
        "goroutines/goroutine_count": counts.astype(np.int64),
    }


def _started_with(program: Program, fn: int) -> str:
    """Returns a function's name; main's goroutine, which starts in the runtime, is named main.main."""
    return "main.main" if fn == program.entry else program.functions[fn]


def _reason(code: int) -> str:
    """Returns a wait reason's words, or for a negative code the status."""
    return REASONS.get(WaitReason(code), "waiting") if code >= 0 else GStatus(-code).name.lower()


def line_of(program: Program, row: int) -> str:
    """Returns file:line of a row of code, "" where it has none; of the user's call where a function of the library was inlined."""
    if not 0 <= row < len(program.positions):
        return ""
    (file, line), name = program.positions[row], ""
    site = program.site_of[row] if program.site_of else -1
    while site >= 0:
        name, call_file, call_line, outer = program.sites[site]
        if name.startswith(user_prefixes(program)):
            break
        file, line, site = call_file, call_line, outer
    return f"{program.files[file].rsplit('/', 1)[-1]}:{line}" if file >= 0 else ""


def user_prefixes(program: Program) -> tuple[str, ...]:
    """Returns what the names of the user's functions begin with: package main, and where the program runs a package's tests that package."""
    if not program.package.endswith(".test"):
        return ("main.",)
    tested = program.package.removesuffix(".test")
    return ("main.", f"{tested}.", f"{tested}_test.")


def user_rows(program: Program, world: NDArray[Any], gs: NDArray[Any], memory: Any) -> NDArray[np.int64]:
    """Returns for each goroutine the row of code of its innermost frame in the user's package; its own row where there is none.

    Args:
        program: what they run.
        world: the world of each.
        gs: G[n].
        memory: returns the table mem, [worlds, words]; called only if a goroutine stands in the library.
    """
    user = user_code(program)
    pc, frame = gs["pc"].astype(np.int64), gs["frame"].astype(np.int64)
    if not (~user[np.clip(pc, 0, len(user) - 1)]).any():
        return pc
    mem = memory()
    unwinding = (pc == 0) & (frame > 0)
    pc[unwinding], frame[unwinding] = -mem[world[unwinding], frame[unwinding] + STANDS], mem[world[unwinding], frame[unwinding] + STACK]
    result = pc.copy()
    looking = ~user[np.clip(pc, 0, len(user) - 1)]
    for _ in range(MAX_DEPTH):
        looking &= frame > 0
        if not looking.any():
            break
        at, here = frame[looking], world[looking]
        link = mem[here, at + FRAME_LINK]
        pc[looking], frame[looking] = link >> 32, link & 0xFFFFFFFF
        found = looking & user[np.clip(pc - 1, 0, len(user) - 1)] & (frame > 0)
        result[found] = pc[found] - 1
        looking &= ~found
    return result


def user_code(program: Program) -> NDArray[np.bool_]:
    """Says which rows of code belong to functions of package main, or of the package whose tests the program runs."""
    prefixes = user_prefixes(program)
    user = np.zeros(len(program.code), bool)
    entries = np.append(program.funcs["entry"], len(program.code))
    order = np.argsort(entries[:-1], kind="stable")
    ends = np.append(entries[order][1:], len(program.code))
    for function, end in zip(order, ends, strict=True):
        if program.functions[function].startswith(prefixes):
            user[entries[function] : end] = True
    return user
