"""``gpusched explore``: from the composed config to the table of outcomes, ``outcomes.json`` and the results file."""

import json
import re
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gpusched.errors import GpuschedError
from gpusched.explore.outcomes import Key, Tally
from gpusched.explore.schedules import Batch, Explorer
from gpusched.explore.smallest import Smallest, described, smallest
from gpusched.explore.table import print_outcomes
from gpusched.workload import Workload

PILOTS = 16
"""Schedules from which pct learns how many steps there are."""
FIRST = 64
"""Schedules of the first batch where the exploration may stop early."""
OUTCOMES = "outcomes.json"


@dataclass(frozen=True, eq=False)
class Explored:
    """A finished exploration: its outcomes, why it stopped, wall seconds of the schedules, and the smallest schedules of bad outcomes."""

    tally: Tally
    batches: list[Batch]
    stopped: str
    seconds: float
    smallest: dict[Key, Smallest]


def run_explore(tree: dict[str, Any], directory: Path, overrides: list[str]) -> Path:
    """Explores and returns the path of outcomes.json; with explore.trace prints a story instead.

    Args:
        tree: the composed config as plain containers.
        directory: where the files go.
        overrides: the command line's.

    Raises:
        GpuschedError: for any mistake in the input; nothing is written then.
    """
    from gpusched.run import warn

    start = perf_counter()
    explorer = make_explorer(tree)
    if explorer.config.explore.trace is not None:
        from gpusched.explore.story import print_story

        warn([explorer.config.machine])
        print_story(explorer, explorer.config.explore)
        return directory
    from gpusched.results.writer import check_absent

    check_absent(directory / explorer.config.results.file)
    compiled = perf_counter() - start
    explore = settled(explorer)
    explored = explore_schedules(explorer, explore)
    warnings = warn([explorer.config.machine])
    commands = Commands(overrides, explore)
    print_outcomes(explored, explore, commands)
    path = directory / OUTCOMES
    path.write_text(json.dumps(document(explorer, explored, explore, commands), indent=2) + "\n", encoding="utf-8")
    from gpusched.explore.store import store

    store(directory, tree, overrides, explorer, explored, compiled=compiled, warnings=warnings)
    print(path if not path.is_relative_to(Path.cwd()) else path.relative_to(Path.cwd()))
    return path


def make_explorer(tree: dict[str, Any]) -> Explorer:
    """Compiles the workload of a config and builds the kernel."""
    from gpusched.ensemble.points import make_points
    from gpusched.groups import compile_workload
    from gpusched.run import choose_device, quieten

    points = make_points(tree)
    config = points[0].config
    if config.explore.strategy == "none":
        raise GpuschedError("explore needs a strategy", "explore.strategy", "choose realistic, random, pct or forced")
    quieten()
    if config.explore.test:
        tree, workload = with_test(tree, config.explore.test)
    else:
        workload = compile_workload(tree, points)
    if workload.note:
        print(workload.note, file=sys.stderr)
    explorer = Explorer(tree, workload, choose_device(config.engine.device, config.explore.schedules))
    explorer.engine.build()
    return explorer


def with_test(tree: dict[str, Any], name: str) -> tuple[dict[str, Any], Workload]:
    """Compiles one test function of the workload's package; returns the config with the settings of its main, and the program.

    Raises:
        GpuschedError: where there is not exactly one test of that name.
    """
    from gpusched.gotest.packages import find_packages
    from gpusched.gotest.run import compile_tests

    packages = find_packages(str(tree["workload"]["name"]))
    if len(packages) != 1:
        raise GpuschedError(f"{tree['workload']['name']} names {len(packages)} packages", "workload", "explore one at a time")
    compiled = compile_tests(replace(packages[0], run=f"^{re.escape(name)}$"))
    const = {"turns": 1, "short": False, "which": 0} | tree["workload"]["const"]
    return {**tree, "workload": {**tree["workload"], "const": const}}, Workload(compiled.program, "")


def settled(explorer: Explorer) -> Any:
    """Returns the settings of explore, for pct with the number of steps measured if none is given."""
    explore = explorer.config.explore
    if explore.strategy == "pct" and not explore.steps:
        return explore.model_copy(update={"steps": explorer.steps_taken(explore, PILOTS)})
    return explore


def explore_schedules(explorer: Explorer, explore: Any) -> Explored:
    """Runs schedules until there were enough, or nothing new comes, or a bad one was seen; then seeks smallest ones."""
    tally, batches, start = Tally(), [], perf_counter()
    early = bool(explore.quiet or explore.until)
    size = explorer.batch_size(FIRST if early else explore.schedules)
    next_schedule, stopped = 0, "all schedules were run"
    while next_schedule < explore.schedules:
        numbers = np.arange(next_schedule, min(next_schedule + size, explore.schedules))
        batch = explorer.run(explorer.rows(numbers, explore), size, arrays=True)
        batches.append(batch)
        next_schedule += len(numbers)
        if why := _count(tally, batch, explore):
            stopped = why
            break
        if early:
            size = explorer.batch_size(min(size * 4, explore.schedules - next_schedule or 1))
        _tell(tally, explore, perf_counter() - start)
    seconds = perf_counter() - start
    found = smallest(explorer, set(tally.bad[:8]), explore.shrink) if tally.bad and explore.shrink and explore.strategy != "forced" else {}
    return Explored(tally, batches, stopped, seconds, found)


def _count(tally: Tally, batch: Batch, explore: Any) -> str:
    """Counts a batch's outcomes in the order of their numbers; returns why it stops there, "" where it does not."""
    for number, key in zip(batch.schedules.tolist(), batch.keys, strict=True):
        tally.add(key, number)
        if explore.until == "bug" and key.bad:
            return "a bad outcome was seen"
        if explore.quiet and tally.quiet >= explore.quiet:
            return f"{explore.quiet:,} schedules brought nothing new"
    return ""


def _tell(tally: Tally, explore: Any, seconds: float) -> None:
    """Shows on a terminal how far it is."""
    if sys.stderr.isatty():
        print(
            f"\r{tally.number:,}/{explore.schedules:,} schedules, {len(tally.found)} outcomes, {tally.number / max(seconds, 1e-9):,.0f}/s ",
            end="",
            file=sys.stderr,
        )


class Commands:
    """The commands that repeat a schedule."""

    OWN = ("explore.trace", "explore.schedules", "explore.quiet", "explore.until", "explore.shrink", "explore.steps", "hydra.", "results.", "engine.")
    FORCED = ("explore.strategy", "explore.switches", "explore.depth", "explore.slowest")

    def __init__(self, overrides: list[str], explore: Any):
        """Keeps what decides of a schedule."""
        kept = [override for override in overrides if not override.lstrip("+").startswith(self.OWN)]
        steps = [f"steps={explore.steps}"] if explore.strategy == "pct" else []
        self._kept = [*map(_short, kept), *steps]
        self._plain = [_short(override) for override in kept if not override.startswith(self.FORCED)]

    def schedule(self, number: int) -> str:
        """Returns the command that tells a schedule by number."""
        return shlex.join(["gpusched", "explore", *self._kept, "--trace", str(number)])

    def forced(self, one: Smallest) -> str:
        """Returns the command that tells a schedule with forced switches."""
        switches = ",".join(f"[{choice},{candidate}]" for choice, candidate in one.switches)
        return shlex.join(["gpusched", "explore", *self._plain, "strategy=forced", f"switches=[{switches}]", "--trace", "0"])


def _short(override: str) -> str:
    """Returns an override as people write it."""
    name, _, value = override.lstrip("+").removeprefix("explore.").partition("=")
    return f"workload={value.strip(chr(39))}" if name == "workload.name" else f"{name}={value}"


def document(explorer: Explorer, explored: Explored, explore: Any, commands: Commands) -> dict[str, Any]:
    """Returns outcomes.json."""
    rows = explored.tally.rows()
    for row, (key, _) in zip(rows, explored.tally.ordered(), strict=True):
        row["seed"] = explorer.config.seed
        row["command"] = commands.schedule(row["schedule"])
        if key in explored.smallest:
            one = explored.smallest[key]
            row["smallest"] = described(one) | {"command": commands.forced(one)}
    return {
        "format": "gpusched-outcomes",
        "version": 1,
        "package": explorer.program.package,
        "strategy": explore.strategy,
        "depth": explore.depth if explore.strategy == "pct" else None,
        "steps": explore.steps if explore.strategy == "pct" else None,
        "gomaxprocs": explorer.config.machine.gomaxprocs or explorer.config.machine.num_cpu,
        "seed": explorer.config.seed,
        "schedules": explored.tally.number,
        "stopped": explored.stopped,
        "schedules_per_second": explored.tally.number / max(explored.seconds, 1e-9),
        "confidence": 0.95,
        "outcomes": rows,
    }
