"""What the benchmarks share: preparing a run, timing it as a user would see it, printing figures against targets, and recording them."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
RESULTS = HERE / "results"


@dataclass(frozen=True)
class Figure:
    """A measured number. ``target``: what it should be at least, or at most where ``at_most``; None: only told."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """Whether the target was met."""
        if self.target is None:
            return ""
        return "met" if (self.value <= self.target if self.at_most else self.value >= self.target) else "missed"


@dataclass(frozen=True, eq=False)
class Bench:
    """An ensemble ready to run: its engine with the kernel built, its program and its worlds' settings."""

    engine: Any
    program: Any
    ensemble: Any

    def state(self) -> Any:
        """Returns the state in which the worlds start."""
        return self.engine.init(self.ensemble.params, (self.ensemble.addresses, self.ensemble.values))


@dataclass(frozen=True, eq=False)
class Timing:
    """A finished run: wall and processor seconds from the first advance to the last world's end, the worlds' rows, the final state, the growths."""

    seconds: float
    cpu_seconds: float
    worlds: NDArray[Any]
    state: Any
    growths: tuple[str, ...]

    @property
    def actions(self) -> int:
        """Actions of all worlds."""
        return int(self.worlds["actions"].sum())


def prepare(package: Path | str, *overrides: str, threads: int = 1, capacities: dict[str, int] | None = None) -> Bench:
    """Compiles a package, composes its config and builds the kernel, none of which is timed.

    Args:
        package: a shipped workload's name, or the folder of a Go package.
        overrides: as on the command line.
        threads: processor cores.
        capacities: rows of tables to begin with.
    """
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import warp as wp

    wp.config.log_level = wp.LOG_ERROR
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.engine.warp import WarpEngine
    from gpusched.ensemble.params import make_ensemble
    from gpusched.ensemble.points import make_points
    from gpusched.groups import compile_workload

    tree = compose(rewrite([f"workload={package}", *overrides]))
    points = make_points(tree)
    ensemble = make_ensemble(compile_workload(tree, points).program, points)
    program = ensemble.program
    engine = WarpEngine(program, 1 + len(program.lifetimes) + len(program.histograms), threads=threads, capacities=capacities)
    engine.build()
    return Bench(engine, program, ensemble)


def run(bench: Bench) -> Timing:
    """Runs all worlds to their ends by the product's own driver; what is timed is ``run_seconds``: growth and statistics included."""
    from gpusched.ensemble.driver import simulate

    state = bench.state()
    cpu = time.process_time()
    outcome = simulate(bench.engine, state, bench.ensemble.params, chunk_actions=0, limit_bytes=1 << 62, report=lambda _: None)
    return Timing(outcome.run_seconds, time.process_time() - cpu, outcome.worlds, outcome.state, outcome.growths)


def repeated(bench: Bench, times: int) -> Timing:
    """Runs ``times`` times after a first run that is thrown away; the run of median wall time. Every run does the same actions."""
    run(bench)
    runs = sorted((run(bench) for _ in range(times)), key=lambda timing: timing.seconds)
    assert len({timing.actions for timing in runs}) == 1, "runs differ"
    return runs[len(runs) // 2]


def ended(timing: Timing, status: int = 1) -> Timing:
    """Checks that all worlds ended as they should (1: main returned) and returns the run."""
    assert np.all(timing.worlds["status"] == status), f"worlds ended with status {sorted(set(timing.worlds['status'].tolist()))}"
    return timing


def share(timing: Timing, threads: int = 1) -> Figure:
    """How much of its cores a run got: 100 % on an idle machine."""
    return Figure("processor time of wall time", 100 * timing.cpu_seconds / timing.seconds / threads, "%")


def middle(values: list[float]) -> float:
    """Returns the median."""
    return float(median(values))


def number(value: float) -> str:
    """Returns a number for people: four significant digits, thousands separated."""
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def print_table(figures: list[Figure]) -> None:
    """Prints figures with their targets and verdicts."""
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        bound = "" if figure.target is None else f"{'<=' if figure.at_most else '>='} {number(figure.target)}"
        ratio = "" if figure.target is None else f"{figure.value / figure.target:.2f} of it"
        print(f"{figure.name:{width}}  {number(figure.value):>14} {figure.unit:16} {bound:>14}  {ratio:>12} {figure.verdict}")


def record(name: str, figures: list[Figure], *, device: str = "cpu", notes: list[str] | None = None) -> None:
    """Prints the figures and appends them, with where and when, to results/NAME.jsonl."""
    from gpusched.results.provenance import commit

    print_table(figures)
    for note in notes or []:
        print(note)
    line = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "device": device,
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(value, 2) for value in os.getloadavg()],
        "versions": versions(),
        "notes": notes or [],
        "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures],
    }
    RESULTS.mkdir(exist_ok=True)
    with open(RESULTS / f"{name}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def versions() -> dict[str, str]:
    """Returns the versions that a figure depends on."""
    from gpusched.golang.toolchain import go_version

    found = {"python": platform.python_version(), "go": go_version(), "linux": platform.release()}
    for package in ("jax", "warp-lang", "numpy", "simpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def cpu_name() -> str:
    """Returns the processor's name."""
    from gpusched.run import device_name

    return device_name("cpu").removeprefix("cpu ")
