"""Runs the tests of one package: compiles them into one program, and gives each test function, point and replica a world of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gpusched.ensemble.points import Point, make_points
from gpusched.errors import GpuschedError
from gpusched.golang.escapes import load_escapes
from gpusched.golang.ssa import load_tests
from gpusched.gotest.result import REFUSED, Ended, Result, checked, ended, merged
from gpusched.gotest.said import read
from gpusched.program.allocations import counts, instrument
from gpusched.program.lower import lower
from gpusched.program.program import Program

LIMITS = ("limits.horizon_s=600", "limits.output_words=65536", "limits.max_actions=300000000")
"""Where a test's world ends unless the user says otherwise: go test's ten minutes, in simulated time."""
RETRIES = 16
"""Tests that are compiled apart, where the program that has them all cannot be initialised."""

Worlds = dict[str, list[tuple[str, Ended]]]
"""For each test the label of the point and how it ended, world by world."""


@dataclass(frozen=True)
class Package:
    """A package's folder, its import path, and which of its tests are wanted: regular expressions for tests and benchmarks, files that declare them.

    run and bench are as go test takes them, with / before each level of subtests; full: long tests are not cut short, whatever the settings say.
    """

    directory: Path
    path: str
    run: str = ""
    bench: str = ""
    full: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How tests run: the config's overrides as Hydra takes them, what testing.Short says, and N of benchmarks."""

    overrides: tuple[str, ...] = ()
    short: bool = False
    turns: int = 1


@dataclass(frozen=True)
class Compiled:
    """A program of tests; of each its name, kind, file and line, by the number that the variable ``which`` takes."""

    program: Program
    tests: list[dict[str, Any]]


def compile_tests(package: Package) -> Compiled:
    """Compiles the wanted tests; what cannot be simulated ends the world that reaches it."""
    ssa = load_tests(package.directory, package.run, package.bench, package.files)
    counted = instrument(ssa, load_escapes(package.directory, ssa)) if counts(ssa) else ssa
    return Compiled(lower(counted, package.directory, trap=True, tests=True), ssa["tests"])


def run_package(package: Package, settings: Settings) -> list[Result]:
    """Runs the wanted tests of a package at all points of the config.

    Raises:
        GpuschedError: for what does not compile, a name that nothing matches, a bad setting.
    """
    compiled = compile_tests(package)
    settings = replace(settings, short=settings.short and not package.full)
    found = _simulate(compiled, range(len(compiled.tests)), settings)
    results = {name: merged(package.path, name, worlds) for name, worlds in found.items()}
    stuck = [name for name, one in results.items() if one.status == REFUSED and not one.example.began]
    if 0 < len(stuck) <= RETRIES and len(results) > 1:
        for name in stuck:
            alone = compile_tests(_only(package, name))
            results[name] = merged(package.path, name, _simulate(alone, range(1), settings)[name])
    return [results[test["name"]] for test in compiled.tests]


def _only(package: Package, name: str) -> Package:
    """Returns a package's choice narrowed to one test, so that its initialisation is only what this one needs."""
    given = package.bench if name.startswith("Benchmark") else package.run
    alone = "/".join([f"^{re.escape(name)}$", *given.split("/")[1:]]) if "|" not in given else f"^{re.escape(name)}$"
    return replace(package, run="^$", bench=alone) if name.startswith("Benchmark") else replace(package, run=alone, bench="")


def _simulate(compiled: Compiled, chosen: range, settings: Settings) -> Worlds:
    """Runs the worlds of some tests; in halves, if they do not fit in memory together."""
    from gpusched.ensemble.params import make_ensemble

    points = _points(compiled.program.package, chosen, settings)
    try:
        outcome, ends = _drive(make_ensemble(compiled.program, points), points[0].config)
    except GpuschedError as error:
        if error.where != "memory" or len(chosen) == 1:
            raise
        middle = (chosen.start + chosen.stop) // 2
        return _simulate(compiled, range(chosen.start, middle), settings) | _simulate(compiled, range(middle, chosen.stop), settings)
    found: Worlds = {}
    replicas = points[0].config.replicas
    for world, row in enumerate(outcome.worlds):
        point = points[world // replicas]
        test = compiled.tests[point.values["workload.const.which"]]
        one = ends(test["name"], world, row)
        one = checked(one, test["output"], test["unordered"]) if "output" in test else one
        found.setdefault(test["name"], []).append((_label(point), one))
    return found


def _points(name: str, chosen: range, settings: Settings) -> list[Point]:
    """Makes the points of the config for the chosen tests of the package called so."""
    from gpusched.config.compose import compose

    constants = {"turns": settings.turns, "short": str(settings.short).lower()}
    given = [f"++workload.const.{name}={value}" for name, value in constants.items()]
    tree = compose([*LIMITS, *settings.overrides, *given, f"++sweep.workload.const.which={list(chosen)}"])
    return make_points(tree | {"workload": tree["workload"] | {"name": name}})


def settings_points(settings: Settings) -> list[Point]:
    """Makes the points of the config alone."""
    return _points("tests", range(1), settings)


def _label(point: Point) -> str:
    """Names a point without the test's number."""
    values = {path: value for path, value in point.values.items() if path != "workload.const.which"}
    return replace(point, values=values).label


def _drive(ensemble: Any, config: Any) -> tuple[Any, Callable[[str, int, Any], Ended]]:
    """Runs an ensemble; returns its outcome and what tells how the test called so in the world of that number and row ended."""
    from gpusched.engine.warp import WarpEngine
    from gpusched.ensemble.driver import simulate
    from gpusched.ensemble.memory import free_bytes
    from gpusched.machine.decode import events
    from gpusched.results.outcome import messages
    from gpusched.run import choose_device

    program = ensemble.program
    device = choose_device(config.engine.device, len(ensemble.params))
    engine = WarpEngine(program, 1 + len(program.lifetimes) + len(program.histograms), threads=config.engine.threads, device=device, debug=config.engine.debug)
    state = engine.init(ensemble.params, (ensemble.addresses, ensemble.values))
    limit = free_bytes(device)
    outcome = simulate(engine, state, ensemble.params, chunk_actions=config.engine.chunk_actions, limit_bytes=limit, report=lambda _: None)
    said, out = messages(engine, outcome, program), engine.table(outcome.state, "out")

    def end(name: str, world: int, row: Any) -> Ended:
        tests, printed = read(events(out[world], int(row["out_n"])), program)
        return ended(name, row, said[world], tests, printed)

    return outcome, end
