"""The smallest schedule that has an outcome: as few forced switches as can be found.

Under the strategy FORCED a world has one P whose goroutine runs until it blocks and whose queues are Go's, and a select looks at its cases in source order;
only at forced choices another candidate is taken: another goroutine, a timer, or the case that a select looks at first.
No switch is one schedule; with one switch all are tried, if they are at most ``MOST``; with more, random ones. Of what is found then each subset is tried.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.strategy import force
from gpusched.explore.outcomes import Key
from gpusched.explore.schedules import Explorer
from gpusched.goruntime.state import SWITCH_BITS
from gpusched.machine.opcodes import Op

MOST = 16384
"""Schedules tried with each number of switches."""
MOST_ACTIONS = 3 * 10**7
"""Actions of all schedules tried, after which no more are, but for the subsets of what was found: a program of many actions does not keep its user waiting."""
MOST_CANDIDATES = (1 << SWITCH_BITS) - 1

Switches = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Smallest:
    """The smallest schedule found: its forced switches (choice, candidate), its actions, and how many schedules were tried."""

    switches: Switches
    actions: int
    tried: int


class _Search:
    """A search for schedules with one of several outcomes."""

    def __init__(self, explorer: Explorer, wanted: set[Key]):
        """Prepares the rows of the strategy FORCED."""
        self.explorer = explorer
        self.wanted = wanted
        self.explore = explorer.config.explore.model_copy(update={"strategy": "forced", "switches": []})
        self.size = explorer.batch_size(1024)
        code = explorer.program.code
        self.choices = 1
        self.candidates = max(1, int(code["b"][code["op"] == Op.SELECT].max(initial=1)))
        self.tried = self.actions = 0
        self.found: dict[Key, tuple[Switches, int]] = {}

    def attempt(self, schedules: list[Switches], *, few: bool = False) -> None:
        """Runs schedules and keeps the best for each outcome that is wanted; few: also those beyond ``MOST_ACTIONS``."""
        for start in range(0, len(schedules), self.size):
            if self.actions >= MOST_ACTIONS and not few:
                return
            some = schedules[start : start + self.size]
            rows = self.explorer.rows(np.zeros(len(some), np.int64), self.explore)
            for i, switches in enumerate(some):
                force(rows[i : i + 1], switches)
            batch = self.explorer.run(rows, self.size)
            self.choices = max(self.choices, int(batch.worlds["choices"].max()))
            self.candidates = max(self.candidates, int(batch.worlds["peak"].max()))
            for switches, key, actions in zip(some, batch.keys, batch.worlds["actions"].tolist(), strict=True):
                if self.actions >= MOST_ACTIONS and not few:
                    return
                self.tried, self.actions = self.tried + 1, self.actions + actions
                best = self.found.get(key)
                if key in self.wanted and (best is None or (len(switches), actions) < (len(best[0]), best[1])):
                    self.found[key] = (switches, actions)

    def missing(self) -> set[Key]:
        """Outcomes that were not seen yet."""
        return self.wanted - set(self.found)


def smallest(explorer: Explorer, wanted: set[Key], most_switches: int) -> dict[Key, Smallest]:
    """Seeks the smallest schedule of each wanted outcome; those that were not found with so many switches are left out."""
    search = _Search(explorer, wanted)
    search.attempt([()])
    for count in range(1, most_switches + 1):
        if not search.missing():
            break
        search.attempt(_schedules(count, search.choices, min(search.candidates, MOST_CANDIDATES), explorer.config.seed))
    for switches, _ in list(search.found.values()):
        search.attempt([part for size in range(1, len(switches)) for part in combinations(switches, size)], few=True)
    return {key: Smallest(switches, actions, search.tried) for key, (switches, actions) in search.found.items()}


def _schedules(count: int, choices: int, candidates: int, seed: int) -> list[Switches]:
    """Returns sets of ``count`` switches: all if count is 1 and they are few enough, else random ones."""
    if count == 1 and choices * candidates <= MOST:
        return [((choice, candidate),) for choice in range(choices) for candidate in range(1, candidates + 1)]
    draws = np.random.Generator(np.random.Philox(key=[seed, count]))
    at: NDArray[np.int64] = np.sort(draws.integers(0, choices, (MOST, count)), axis=1)
    to = draws.integers(1, candidates + 1, (MOST, count))
    return sorted({tuple(zip(a, t, strict=True)) for a, t in zip(at.tolist(), to.tolist(), strict=True) if len(set(a)) == count})


def described(smallest_one: Smallest) -> dict[str, Any]:
    """Returns it as plain data."""
    return {"switches": [list(pair) for pair in smallest_one.switches], "actions": smallest_one.actions, "tried": smallest_one.tried}
