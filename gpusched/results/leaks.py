"""Leaked goroutines of the first worlds, one an entry: the arrays of the group leaks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.params import Ensemble
from gpusched.machine.frames import link_frames
from gpusched.machine.leaks import TABLES, find_leaks
from gpusched.machine.liveness import Liveness
from gpusched.machine.traceback import Line

MOST = 10_000
"""Leaks that are kept."""


def leak_entries(engine: Any, state: Any, ensemble: Ensemble, replicas: int) -> dict[str, NDArray[Any]]:
    """Finds the leaks of the first ``replicas`` worlds of each point, as the worlds stand; no arrays where there are none."""
    tables = {name: engine.table(state, name) for name in TABLES}
    types, liveness = link_frames(ensemble.program), Liveness(ensemble.program)
    found = []
    for world in np.flatnonzero(ensemble.replica < replicas):
        one = {name: table[world] for name, table in tables.items()}
        found += [(int(world), leak) for leak in find_leaks(one, ensemble.program, types, liveness)]
        if len(found) >= MOST:
            break
    found = found[:MOST]
    if not found:
        return {}
    columns = {
        "function": [leak.function for _, leak in found],
        "line": [_place(leak.where) for _, leak in found],
        "reason": [leak.reason for _, leak in found],
        "object": [leak.object for _, leak in found],
        "creator": [leak.created_by.function if leak.created_by else "" for _, leak in found],
        "created": [_place(leak.created_by) for _, leak in found],
    }
    return {
        "leaks/leak": np.arange(len(found)),
        "leaks/leak_world": np.array([world for world, _ in found], np.int64),
        "leaks/leak_goid": np.array([leak.goid for _, leak in found], np.int64),
        "leaks/leak_object_number": np.array([leak.number for _, leak in found], np.int64),
        **{f"leaks/leak_{name}": np.array(values, object) for name, values in columns.items()},
    }


def _place(line: Line | None) -> str:
    """Returns file:line, "" for none."""
    return f"{line.file}:{line.line}" if line else ""
