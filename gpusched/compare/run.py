"""``gpusched compare``: the same Go package on the real runtime and in the model, figures side by side."""

import copy
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.compare.calibration import MEASURED, Measurements, write_machine
from gpusched.compare.host import host_page
from gpusched.compare.rows import MEDIAN_CPU, Row, compare_row, disturbed, judge_ratios, too_many_by_spread
from gpusched.compare.table import median_error, page, print_rows
from gpusched.ensemble.points import Point, make_points
from gpusched.errors import GpuschedError
from gpusched.golang.real.binary import Record, build, check_procs, run
from gpusched.golang.real.cgroup import Cgroup
from gpusched.run import Run, compile_groups, quieten, run_points, simulate_points, warn
from gpusched.workload import find, members

FILE, MACHINE = "compare.json", "host.yaml"
ROUNDS = 5
"""Rounds of calibration among the real runs, at least; spread over the workloads."""


class Outside(GpuschedError):
    """A main output lies outside its threshold: exit code 1."""

    exit_code = 1


def run_compare(tree: dict[str, Any], directory: Path, overrides: list[str]) -> Path:
    """Compares and returns the path of compare.json.

    Args:
        tree: the composed config as plain containers; ``workload=all`` takes every shipped workload, ``scheduling`` and ``code`` those groups.
        directory: where the files go.
        overrides: the command line's.

    Raises:
        Outside: where a main output is outside; everything is written then.
        GpuschedError: for any mistake in the input; nothing is written then.
    """
    from gpusched.results.provenance import attributes
    from gpusched.results.writer import write

    names = [*members(tree["workload"]["name"]), *tree["compare"]["also"]]
    trees = [_named(tree, name) for name in names]
    config = make_points(trees[0])[0].config
    quieten()
    files = _files(names, directory)
    _check(trees, config.compare)
    said = [] if config.compare.calibrate else warn(point.config.machine for point in make_points(trees[0]))
    measurements = Measurements() if config.compare.calibrate else None
    real = [measure(one, measurements, -(-ROUNDS // len(trees))) for one in trees]
    if config.compare.trace:
        for one in trees:
            trace(one, directory)
    if measurements:
        found = measurements.fitted(trees[0], lambda line: print(line, file=sys.stderr)).machine
        write_machine(directory / MACHINE, found, tree["machine"]["name"])
        for one in (tree, *trees):
            one["machine"] |= {name: found[name] for name in MEASURED if name != "gomaxprocs"}
        config = make_points(trees[0])[0].config
        said = warn(point.config.machine for point in make_points(trees[0]))
    rows: list[Row] = []
    for file, one, runs in zip(files, trees, real, strict=True):
        compared, simulated = compare_workload(one, runs)
        rows += compared
        scaled = dict.fromkeys(row.scaled for row in compared if row.scaled)
        write(file, simulated.arrays, attributes(tree=one, overrides=overrides, run=simulated, warnings=[*said, *scaled]))
    path = directory / FILE
    content = {
        "format": "gpusched-compare/1",
        "machine": tree["machine"],
        "warnings": said,
        "rows": [asdict(row) | {"verdict": row.verdict, "kind": row.kind} for row in rows],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print_rows(rows, [])
    if config.compare.page:
        written = host_page if config.compare.host else page
        Path(config.compare.page).write_text(written(rows, config.machine, overrides), encoding="utf-8")
    print(path)
    bad = [row for row in rows if row.outside]
    if bad or median_error(rows) > MEDIAN_CPU:
        raise Outside(f"{len(bad)} of {len(rows)} rows are outside their thresholds", str(path), "the table names them")
    if too_many_by_spread(rows):
        raise Outside("more than a fifth of the rows are within only by the spread of the real runs", str(path), "measure where less else is running")
    return path


def _named(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """The config for one workload, with as many worlds as real runs."""
    own = copy.deepcopy(tree)
    own["workload"]["name"] = name
    own["replicas"] = max(int(own["replicas"]), int(own["compare"]["runs"]))
    return own


def _files(names: list[str], directory: Path) -> list[Path]:
    """The results files of the workloads.

    Raises:
        GpuschedError: for an unknown workload, for two of one name, where such a file exists.
    """
    from gpusched.results.writer import check_absent

    folders = [find(name).name for name in names]
    if len(set(folders)) < len(folders):
        twice = next(name for name in folders if folders.count(name) > 1)
        raise GpuschedError(f"two of the workloads are called {twice}", "compare.also", "compare them apart: their results would have one name")
    files = [directory / (f"{name}.h5" if len(names) > 1 else "results.h5") for name in folders]
    for file in files:
        check_absent(file)
    return files


def _check(trees: list[dict[str, Any]], settings: Any) -> None:
    """Finds out before anything is measured what would fail after it: the page, cgroups, packages that do not compile here or there.

    Args:
        trees: the config of each workload.
        settings: of compare.

    Raises:
        GpuschedError: for the first mistake.
    """
    from gpusched.results.writer import check_writable

    if settings.page:
        check_writable(Path(settings.page))
    for point in make_points(trees[0]):
        check_procs(_procs(point.config))
        with _cgroup(point.config):
            pass
    for tree in trees:
        points = make_points(tree)
        for point in points:
            build(find(tree["workload"]["name"]), point.config.workload.const)
        compile_groups(tree, points)


@dataclass(frozen=True)
class RealRuns:
    """Real runs of each point of a workload: without and with recorded lifetimes."""

    plain: list[list[Record]]
    recorded: list[list[Record]]


def compare_workload(tree: dict[str, Any], runs: RealRuns) -> tuple[list[Row], Run]:
    """Rows of all points of a workload, and the model's results."""
    points = make_points(tree)
    folder = find(tree["workload"]["name"])
    simulated, told, by = _simulated(tree, points)
    for line in told:
        print(line)
    failed = np.flatnonzero(simulated.arrays["worlds/failed"])
    if len(failed):
        message = str(simulated.arrays["worlds/message"][failed[0]]).splitlines()[0]
        raise GpuschedError(f"world {failed[0]} of the model ended badly: {message}", tree["workload"]["name"])
    rows = []
    for point in points:
        procs = _procs(point.config)
        model = of_point(simulated.arrays, point.index, point.config.policy.sysmon)
        quota, draws = point.config.machine.quota_us / point.config.machine.period_us, point.config.compare.draws
        row = compare_row(folder.name, point.label, procs, model, runs.plain[point.index], runs.recorded[point.index], draws, quota)
        row.scaled = by
        rows.append(row)
    judge_ratios(rows)
    return rows, simulated


def _simulated(tree: dict[str, Any], points: list[Point]) -> tuple[Run, list[str], str]:
    """The model's runs, lines about the time of code where they are wanted, and what was scaled."""
    from gpusched.compare.code import code_time, factors, lines_of, scaled, sentence

    settings = points[0].config.compare
    if not (settings.code or settings.fit_code):
        return run_points(tree, points), [], ""
    groups = compile_groups(tree, points)
    if len(groups) > 1:
        raise GpuschedError("the time of code is told of one program, not of several", "compare.code", "run each value of the swept constant by itself")
    workload, first = groups[0].workload, points[0].config
    time = code_time(tree, first.workload.const, workload)
    told, by = lines_of(time), ""
    if settings.fit_code:
        found = factors(tree, first, time)
        workload, by = scaled(workload, found), sentence(found)
        told.append(by)
    return simulate_points(points, workload), told, by


def measure(tree: dict[str, Any], measurements: Measurements | None, rounds: int) -> RealRuns:
    """Real runs of all points of a workload, the points in turn; a disturbed one is repeated.

    Args:
        tree: the workload's config.
        measurements: gets rounds of calibration between the runs.
        rounds: how many, spread evenly.
    """
    points = make_points(tree)
    folder = find(tree["workload"]["name"])
    binaries = [build(folder, point.config.workload.const) for point in points]
    plain: list[list[Record]] = [[] for _ in points]
    recorded: list[list[Record]] = [[] for _ in points]
    runs = points[0].config.compare.runs
    for replica in range(runs):
        if measurements:
            for _ in range((replica + 1) * rounds // runs - replica * rounds // runs):
                measurements.measure()
        for point, binary in zip(points, binaries, strict=True):
            plain[point.index].append(_undisturbed(point, binary, replica, ""))
            recorded[point.index].append(_undisturbed(point, binary, replica, "lifetimes"))
    return RealRuns(plain, recorded)


def trace(tree: dict[str, Any], directory: Path) -> None:
    """Runs each point of a workload once more on the real runtime, with Go's execution tracer on: WORKLOAD-POINT.trace, for ``go tool trace``."""
    folder = find(tree["workload"]["name"])
    for point in make_points(tree):
        path = directory / f"{folder.name}-{point.index}.trace"
        _run(point.config, build(folder, point.config.workload.const), 0, "", {"GPUSCHED_TRACE_TO": str(path.absolute())})
        print(path)


def _undisturbed(point: Point, binary: Path, replica: int, record: str) -> Record:
    """A run that nothing disturbed, or the least disturbed of some."""
    config, found = point.config, []
    for _ in range(config.compare.tries):
        found.append(_run(config, binary, replica, record))
        if not disturbed(found[-1]):
            return found[-1]
    return min(found, key=lambda one: one.others)


def _run(config: Any, binary: Path, replica: int, record: str, env: dict[str, str] | None = None) -> Record:
    """One run, in a cgroup of its own where the point has a quota or the real runs have shares."""
    settings = config.compare
    drawn = {"seed": config.seed, "replica": replica}
    with _cgroup(config) as cgroup:
        return run(binary, gomaxprocs=_procs(config), record=record, limit_s=settings.limit_s, gogc=settings.gogc, env=env, cgroup=cgroup, **drawn)


def _procs(config: Any) -> int:
    """GOMAXPROCS of a run."""
    return int(config.machine.gomaxprocs or config.machine.num_cpu)


def _cgroup(config: Any) -> AbstractContextManager[Cgroup | None]:
    """The cgroup of a run, none where it has neither quota nor shares."""
    machine, shares = config.machine, config.compare.shares
    return Cgroup(machine.quota_us, machine.period_us, shares) if machine.quota_us or shares else nullcontext()


def of_point(arrays: dict[str, Any], point: int, sysmon: bool) -> dict[str, Any]:
    """What ``compare_row`` needs of the model at a point; the model's sysmon has no M, Go's has."""
    mine = arrays["worlds/point_of_world"] == point
    functions = [str(name) for name in arrays.get("lifetimes/function", [])]
    started = [number for number, name in enumerate(functions) if name != "main.main"]
    lifetimes = arrays["lifetimes/counts"][point][started].sum(axis=0) if started else np.zeros_like(arrays["latency/counts"][point])
    names = [str(name) for name in arrays.get("observations/histogram", [])]
    return {
        "time_ns": arrays["worlds/time_ns"][mine].tolist(),
        "threads": (arrays["worlds/threads"][mine] + int(sysmon)).tolist(),
        "used": arrays["worlds/cpu_ns"][mine].tolist(),
        "cgroup": {name: arrays[f"worlds/cpu_{name}"][mine].tolist() for name in ("periods", "throttled_periods", "throttled_ns")},
        "steals": arrays["worlds/steals"][mine].tolist(),
        "switches": [float(arrays["latency/count"][point]) / int(mine.sum())],
        "lifetimes": lifetimes,
        "latency": arrays["latency/counts"][point],
        "observations": {name: arrays["observations/counts"][point][number] for number, name in enumerate(names)},
    }
