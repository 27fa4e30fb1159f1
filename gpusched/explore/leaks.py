"""Leaked goroutines of many worlds of one program, by the rule of ``machine/leaks.py``.

Only a world with a goroutine that another one would have to wake is looked at, and worlds that are alike in all that the rule reads are looked at once.
"""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.state import GStatus
from gpusched.machine.frames import link_frames
from gpusched.machine.leaks import BLOCKED, TABLES, leaked_rows
from gpusched.machine.liveness import Liveness
from gpusched.machine.traceback import alive
from gpusched.program.program import Program

READ = {
    "gs": ("goid", "pc", "frame", "waiting", "status", "waitreason"),
    "chans": ("buf", "timer"),
    "sudogs": ("c", "waitlink"),
    "timers": ("mark", "state", "kind", "arg", "loc"),
    "pages": ("cls", "link", "grey1"),
}
"""Fields that the rule reads; of memory it may read every word."""
MOST_KNOWN = 1 << 16
"""Worlds that are remembered."""


class LeakFinder:
    """Finds leaks in the worlds of a program."""

    def __init__(self, program: Program) -> None:
        """Nothing has been looked at yet."""
        self.program = program
        self._types, self._liveness = link_frames(program), Liveness(program)
        self._known: dict[bytes, tuple[int, ...]] = {}

    def find(self, engine: Any, state: Any, worlds: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """World and row of each leaked goroutine of the worlds that are marked, world by world."""
        gs = engine.table(state, "gs")[: len(worlds)]
        blocked = (gs["status"] == GStatus.WAITING) & np.isin(gs["waitreason"], [int(reason) for reason in BLOCKED])
        chosen = np.flatnonzero(worlds & blocked[:, 1:].any(axis=1))
        if not len(chosen):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        tables = {name: engine.table(state, name) for name in TABLES}
        rows = [self._rows({name: table[world] for name, table in tables.items()}) for world in chosen]
        return np.repeat(chosen, [len(some) for some in rows]), np.array([row for some in rows for row in some], np.int64)

    def _rows(self, tables: dict[str, NDArray[Any]]) -> tuple[int, ...]:
        """Rows of a world's leaked goroutines."""
        digest = self._digest(tables)
        if digest not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[digest] = tuple(leaked_rows(tables, self.program, self._types, self._liveness))
        return self._known[digest]

    def _digest(self, tables: dict[str, NDArray[Any]]) -> bytes:
        """A digest of all that the rule reads of a world; of goroutines only those alive."""
        digest = blake2b(digest_size=20)
        rows = alive(tables["gs"])
        digest.update(np.array(rows, np.int64).data)
        for name, fields in READ.items():
            table = tables["gs"][rows] if name == "gs" else tables[name]
            for field in fields:
                digest.update(np.ascontiguousarray(table[field]).data)
            digest.update(len(table).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(tables["mem"]).data)
        return digest.digest()
