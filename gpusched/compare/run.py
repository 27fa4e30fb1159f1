"""``gpusched compare``: the same Go package on the real runtime and in the model, figures side by side."""

import copy
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.compare.calibration import MEASURED, write_machine
from gpusched.compare.code import CodeTime
from gpusched.compare.host import host_page
from gpusched.compare.judge import check, judge, judge_ratios
from gpusched.compare.kinds import Split, print_splits, section, split
from gpusched.compare.overhead import run_overhead
from gpusched.compare.page import page, read_causes
from gpusched.compare.real import RealRuns, Rounds, cgroup_of, measure, procs_of, trace
from gpusched.compare.rows import Row, compare_row
from gpusched.compare.stored import arrays_of
from gpusched.compare.table import print_rows
from gpusched.ensemble.points import Point, make_points
from gpusched.errors import GpuschedError
from gpusched.golang.real.binary import build, check_procs
from gpusched.run import Run, compile_groups, quieten, run_points, simulate_points, warn
from gpusched.workload import CODE, find, members, shipped

FILE, MACHINE = "compare.json", "host.yaml"
ROUNDS = 5
"""Rounds of calibration among the real runs, at least; spread over the workloads."""


def run_compare(tree: dict[str, Any], directory: Path, overrides: list[str]) -> Path:
    """Compares and returns the path of compare.json; with ``compare.overhead`` measures what the recording costs instead.

    Args:
        tree: the composed config as plain containers; ``workload=all`` takes every shipped workload, ``scheduling`` and ``code`` those groups.
        directory: where the files go.
        overrides: the command line's.

    Raises:
        Outside: where a main output is outside; everything is written then.
        NoVerdict: where nothing is outside, but rows have too few undisturbed real runs; everything is written then.
        GpuschedError: for any mistake in the input; nothing is written then.
    """
    from gpusched.results.provenance import attributes
    from gpusched.results.writer import write

    names = [*members(tree["workload"]["name"]), *tree["compare"]["also"]]
    trees = [_named(tree, name, len(names) == 1) for name in names]
    config = make_points(trees[0])[0].config
    quieten()
    files = _files(names, directory)
    causes = read_causes(config.compare.causes)
    _check(trees, config.compare)
    if config.compare.overhead:
        return run_overhead(trees, directory, overrides)
    said = [] if config.compare.calibrate else warn(point.config.machine for point in make_points(trees[0]))
    calibration = Rounds() if config.compare.calibrate else None
    real = [measure(one, calibration, -(-ROUNDS // len(trees))) for one in trees]
    if config.compare.trace:
        for one in trees:
            trace(one, directory)
    noted: list[str] = []
    if calibration:
        measurements, of_rounds = calibration.result()
        found = measurements.fitted(trees[0], lambda line: print(line, file=sys.stderr)).machine
        write_machine(directory / MACHINE, found, tree["machine"]["name"])
        for one in (tree, *trees):
            one["machine"] |= {name: found[name] for name in MEASURED if name != "gomaxprocs"}
        config = make_points(trees[0])[0].config
        said = warn(point.config.machine for point in make_points(trees[0]))
        noted = [of_rounds] if of_rounds else []
        said += noted
    rows: list[Row] = []
    splits: list[Split] = []
    for file, one, runs in zip(files, trees, real, strict=True):
        compared, simulated, time = compare_workload(one, runs)
        rows += compared
        splits += [split(row, time) for row in compared if time and row.kind == "code" and row.gomaxprocs == 1 and not row.scaled]
        scaled = dict.fromkeys(row.scaled for row in compared if row.scaled)
        record = attributes(tree=one, overrides=overrides, run=simulated, warnings=[*said, *scaled])
        write(file, simulated.arrays | arrays_of(compared, runs, simulated.arrays), record)
    path = directory / FILE
    content = {
        "format": "gpusched-compare/1",
        "machine": tree["machine"],
        "warnings": said,
        "rows": [asdict(row) | {"verdict": row.verdict, "state": row.state, "kind": row.kind} for row in rows],
        "kinds": [asdict(one) for one in splits],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print_rows(rows, noted)
    print_splits(splits)
    if config.compare.page:
        more = section(splits)
        text = host_page(rows, config.machine, overrides, said, causes) if config.compare.host else page(rows, config.machine, overrides, said, more, causes)
        Path(config.compare.page).write_text(text, encoding="utf-8")
    print(path)
    check(rows, str(path))
    return path


def _named(tree: dict[str, Any], name: str, alone: bool) -> dict[str, Any]:
    """The config for one workload, with as many worlds as real runs; the time of code is not told of a table's shipped workloads with work calls."""
    own = copy.deepcopy(tree)
    own["workload"]["name"] = name
    own["replicas"] = max(int(own["replicas"]), int(own["compare"]["runs"]))
    own["compare"]["code"] = own["compare"]["code"] and (alone or name in CODE or name not in shipped())
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
        check_procs(procs_of(point.config))
        with cgroup_of(point.config):
            pass
    for tree in trees:
        points = make_points(tree)
        for point in points:
            build(find(tree["workload"]["name"]), point.config.workload.const)
        compile_groups(tree, points)


def compare_workload(tree: dict[str, Any], runs: RealRuns) -> tuple[list[Row], Run, CodeTime | None]:
    """Rows of all points of a workload, the model's results, and what the time of code consists of, where that is wanted."""
    points = make_points(tree)
    folder = find(tree["workload"]["name"])
    simulated, time, by = _simulated(tree, points)
    failed = np.flatnonzero(simulated.arrays["worlds/failed"])
    if len(failed):
        message = str(simulated.arrays["worlds/message"][failed[0]]).splitlines()[0]
        raise GpuschedError(f"world {failed[0]} of the model ended badly: {message}", tree["workload"]["name"])
    rows = []
    for point in points:
        procs = procs_of(point.config)
        model = of_point(simulated.arrays, point.index, point.config.policy.sysmon)
        quota, draws = point.config.machine.quota_us / point.config.machine.period_us, point.config.compare.draws
        row = compare_row(folder.name, point.label, procs, model, runs.plain[point.index], runs.recorded[point.index], draws, quota)
        row.scaled = by
        judge(row)
        rows.append(row)
    judge_ratios(rows)
    return rows, simulated, time


def _simulated(tree: dict[str, Any], points: list[Point]) -> tuple[Run, CodeTime | None, str]:
    """The model's runs, the time of code, which is printed where it is wanted, and what was scaled."""
    from gpusched.compare.code import code_time, factors, lines_of, scaled, sentence

    settings = points[0].config.compare
    if not (settings.code or settings.fit_code):
        return run_points(tree, points), None, ""
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
    print(f"\n{find(tree['workload']['name']).name}:", *told, sep="\n")
    return simulate_points(points, workload), time if settings.code else None, by


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
        "totals": {name: int(arrays["observations/total_ns"][point][number]) for number, name in enumerate(names)},
    }
