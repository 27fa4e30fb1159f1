"""Counts the actions of a world by kind: performs them one by one and looks at the tables before and after each."""

from collections import Counter
from typing import Any

import numpy as np

from benchmarks.measure import Bench

GOROUTINE_KINDS = {"SEND": "channel send", "RECV": "channel receive", "GO": "go statement", "CLOSE": "channel close", "SELECT": "select"}


def count_kinds(bench: Bench, warm_up: int, actions: int) -> dict[str, int]:
    """Counts ``actions`` actions of world 0 after ``warm_up`` of them; retries at busy locks and sysmon's looks are not among them."""
    engine = bench.engine
    state = engine.advance(bench.state(), warm_up)
    counts: Counter[str] = Counter()
    before = _look(engine, state)
    while sum(counts.values()) < actions:
        state = engine.advance(state, 1)
        if engine.worlds(state)["overflow"][0]:
            state = engine.grow(state)
            before = _look(engine, state)
            continue
        after = _look(engine, state)
        if after["worlds"]["status"]:
            break
        if after["worlds"]["actions"] > before["worlds"]["actions"]:
            counts[_kind(bench.program, before, after)] += 1
        before = after
    return dict(counts.most_common())


def _look(engine: Any, state: Any) -> dict[str, Any]:
    """World 0's row and its rows of P and G."""
    return {"worlds": engine.worlds(state)[0].copy()} | {name: engine.table(state, name)[0].copy() for name in ("ps", "gs")}


def _kind(program: Any, before: dict[str, Any], after: dict[str, Any]) -> str:
    """What the one action between two looks was: an action of the P that changed, by where it and its goroutine stood."""
    p = _actor(before, after)
    if p == 0:
        return "thread, poller or completion"
    row, g = before["ps"][p], int(before["ps"]["g"][p])
    if g == 0:
        if after["ps"]["g"][p] == 0:
            return "schedule: nothing found"
        stolen = after["worlds"]["steals"] > before["worlds"]["steals"]
        return "schedule: runs a goroutine, stolen" if stolen else "schedule: runs a goroutine"
    goroutine = before["gs"][g]
    if row["phase"] != 0:
        return "runtime function goes on"
    if goroutine["rem"] != 0:
        return "rest of work.CPU after a preemption"
    if goroutine["flags"] & 1:
        return "preemption"
    return _instruction(program, int(goroutine["pc"]))


def _actor(before: dict[str, Any], after: dict[str, Any]) -> int:
    """The P whose action it was: the one whose clock moved on from the action's time; retries moved others."""
    changed = [p for p in range(1, len(before["ps"])) if before["ps"][p] != after["ps"][p]]
    deeds = [p for p in changed if any(before["ps"][name][p] != after["ps"][name][p] for name in ("g", "phase", "schedtick"))]
    at_time = [p for p in changed if before["ps"]["clock"][p] == after["worlds"]["now"]]
    both = [p for p in at_time if p in deeds]
    moved = [p for p in changed if before["gs"][before["ps"]["g"][p]] != after["gs"][before["ps"]["g"][p]] and before["ps"]["g"][p] != 0]
    for candidates in (both, at_time, [p for p in deeds if p in moved], deeds, moved):
        if candidates:
            return candidates[0]
    return 0


def _instruction(program: Any, pc: int) -> str:
    """The kind of action that begins at a row of code."""
    from gpusched.machine.opcodes import Native, Op

    op = int(program.code["op"][pc])
    if op < int(Op.GO):
        return "local instructions"
    if op == int(Op.SYS):
        return f"native {Native(int(program.code['c'][pc])).name.lower()}"
    name = Op(op).name
    return GOROUTINE_KINDS.get(name, name.lower())


def per_job(counts: dict[str, int], jobs: float) -> list[tuple[str, float]]:
    """Actions per job of each kind, most frequent first."""
    return [(kind, n / jobs) for kind, n in counts.items()]


def jobs_done(counts: dict[str, int]) -> int:
    """Jobs among counted actions: each is sent once."""
    return int(np.sum([n for kind, n in counts.items() if kind == "channel send"]))
