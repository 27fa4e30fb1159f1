"""Exploring: schedules per second on one core of a program of about 1,000 actions, by strategy; outcomes counted, as people see it."""

import os
from time import perf_counter, process_time

import numpy as np

from benchmarks.measure import PROGRAMS, Figure, record

PROGRAM = PROGRAMS / "exchange"
SCHEDULES = 8192
TARGET = 1000.0
"""Schedules per second and core for 1,000 actions."""


def main() -> None:
    """Measures, prints, records."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    figures = []
    for strategy in ("realistic", "random", "pct"):
        rate, share, actions = measure(strategy)
        figures += [
            Figure(f"{strategy}: schedules", rate, "per second", TARGET),
            Figure(f"{strategy}: actions of a schedule", actions, "actions"),
            Figure(f"{strategy}: processor time of wall time", 100 * share, "%"),
        ]
    record("explore", figures, notes=[f"{SCHEDULES:,} schedules on one thread, GOMAXPROCS=2 where realistic, kernel and program compiled before."])


def measure(strategy: str) -> tuple[float, float, float]:
    """Returns schedules per second, processor time of wall time, and actions of a schedule."""
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.explore.command import explore_overrides
    from gpusched.explore.run import explore_schedules, make_explorer, settled

    words = [str(PROGRAM), f"strategy={strategy}", f"schedules={SCHEDULES}", "shrink=0", "machine=small_vm", "engine.device=cpu", "engine.threads=1"]
    explorer = make_explorer(compose(rewrite(explore_overrides(words))))
    explore = settled(explorer)
    size = explorer.batch_size(SCHEDULES)
    explorer.run(explorer.rows(np.arange(size), explore), size)
    wall, processor = perf_counter(), process_time()
    explored = explore_schedules(explorer, explore)
    wall, processor = perf_counter() - wall, process_time() - processor
    actions = sum(int(batch.worlds["actions"].sum()) for batch in explored.batches)
    return explored.tally.number / wall, processor / wall, actions / explored.tally.number


if __name__ == "__main__":
    main()
