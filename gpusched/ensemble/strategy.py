"""What a strategy of exploring adds to the rows of Params: one P, the pace and the change points of each schedule, forced switches.

All is a function of the seed and the schedule's number (its replica). ``goruntime/choice.py`` and ``goruntime/noise.py`` say what they do.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.state import SWITCH_BITS, SWITCHES, Special, Strategy
from gpusched.random.threefry import NOISE, ROOT, threefry2x32

SWITCH_FIELDS = tuple(f"switch_{i}" for i in range(SWITCHES))
PACE = 5
"""Second counter word of the draw of a schedule's pace."""
CHANGES = 6
"""The same for its change points."""


def apply_strategy(params: NDArray[Any], explores: list[Any], replicas: int) -> None:
    """Completes the rows of Params, ``replicas`` for each of the settings ``explores``, in place."""
    params["procs"] = params["gomaxprocs"]
    for name in SWITCH_FIELDS:
        params[name] = -1
    for number, explore in enumerate(explores):
        rows = params[number * replicas : (number + 1) * replicas]
        strategy = Strategy[explore.strategy.upper()]
        rows["strategy"] = strategy
        if strategy >= Strategy.RANDOM:
            rows["gomaxprocs"], rows["sysmon"], rows["cpus"] = 1, 0, 0
        if strategy in (Strategy.RANDOM, Strategy.PCT):
            rows["pace"] = paces(rows, explore.slowest)
        if strategy == Strategy.PCT and explore.steps:
            change_points(rows, explore.depth - 1, explore.steps)
        if strategy == Strategy.FORCED:
            force(rows, explore.switches)
        rows["special"] = (int(Special.STRATEGY) if strategy else 0) | np.where(rows["cpus"] > 0, int(Special.CPUS), 0)


def force(rows: NDArray[Any], switches: Any) -> None:
    """Writes the same forced switches, pairs of choice and candidate, into all rows."""
    for name, (choice, candidate) in zip(SWITCH_FIELDS, switches, strict=False):
        rows[name] = choice << SWITCH_BITS | candidate


def paces(rows: NDArray[Any], slowest: int) -> NDArray[np.int32]:
    """Draws each schedule's pace, ns: log-uniform from 1 to ``slowest``, in steps of a power of two's sixteenth."""
    grid = np.unique([1 << e if not f else (1 << e) * (16 + f) // 16 for e in range(31) for f in range(16)])
    grid = grid[grid <= slowest]
    return grid[(_draws(rows, 0, PACE).astype(np.uint64) * np.uint64(len(grid))) >> np.uint64(32)].astype(np.int32)


def change_points(rows: NDArray[Any], changes: int, steps: int) -> None:
    """Draws PCT's change points, each uniform among ``steps`` steps."""
    for i in range(changes):
        rows[SWITCH_FIELDS[i]] = (_draws(rows, i, CHANGES).astype(np.uint64) * np.uint64(steps)) >> np.uint64(32)


def _draws(rows: NDArray[Any], number: int, kind: int) -> NDArray[np.uint32]:
    """Returns word ``number`` of a stream of each schedule."""
    k0, k1 = threefry2x32(rows["seed_lo"], rows["seed_hi"], rows["replica"], np.uint32(ROOT))
    mask = np.uint32(NOISE)
    return threefry2x32(k0 ^ mask, k1 ^ mask, np.uint32(number), np.uint32(kind))[0]
