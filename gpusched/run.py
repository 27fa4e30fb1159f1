"""A run from the composed config to the results file: compile, lay out the worlds, drive the engine, collect, write, summarise."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from gpusched.ensemble.points import Point, make_points
from gpusched.errors import GpuschedError
from gpusched.groups import Group, compile_groups, whole
from gpusched.workload import Workload

if TYPE_CHECKING:
    from gpusched.ensemble.driver import Snapshot

CUDA_FROM_WORLDS = 4096
"""Worlds from which on engine.device=auto takes a CUDA device, if there is one."""


@dataclass(frozen=True)
class Timing:
    """Wall seconds of compiling the workload and of building the kernel."""

    workload: float
    kernel: float


def run_experiment(tree: dict[str, Any], directory: Path, overrides: list[str]) -> Path:
    """Runs an experiment and returns the path of its results file.

    Args:
        tree: the composed config as plain containers.
        directory: where the file goes.
        overrides: the command line's, for the record.

    Raises:
        GpuschedError: for any mistake in the input; nothing is written then.
    """
    points = make_points(tree)
    config = points[0].config
    path = directory / config.results.file
    from gpusched.results.writer import check_absent

    check_absent(path)
    quieten()
    run = run_points(tree, points)
    warnings = warn(point.config.machine for point in points)
    from gpusched.results.provenance import attributes
    from gpusched.results.writer import write

    record = attributes(tree=tree, overrides=overrides, run=run, warnings=warnings)
    write(path, run.arrays, record)
    from gpusched.report.summary import print_summary, printable

    print_summary(run.arrays, record)
    for world, text in run.traces:
        print(f"\nWorld {world}:\n{printable(text)}\n")
    print(path if not path.is_relative_to(Path.cwd()) else path.relative_to(Path.cwd()))
    return path


def warn(machines: Iterable[Any]) -> list[str]:
    """Says on standard error where the machines of a run's points do not stand for this host or their calibration; the lines, for the file."""
    from gpusched.golang.toolchain import go_version
    from gpusched.results.calibrated import machine_warnings

    lines = machine_warnings(machines, go_version())
    for line in lines:
        print(f"warning: {line}", file=sys.stderr)
    return lines


def quieten() -> None:
    """Starts Warp without its banner and without its native library's complaint where there is no CUDA driver."""
    import warp as wp

    wp.config.log_level = wp.LOG_ERROR
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        wp.init()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@dataclass(frozen=True, eq=False)
class Run:
    """What a run leaves for the file."""

    arrays: dict[str, Any]
    traces: list[tuple[int, str]]
    program: Any
    timing: Timing
    run_seconds: float
    growths: tuple[str, ...]
    device: str
    bytes_per_world: int
    bytes_per_goroutine: int
    actions: int


def run_points(tree: dict[str, Any], points: list[Point]) -> Run:
    """Compiles the programs that the points need, runs the worlds of each, and puts all results together in the order of the points.

    Raises:
        GpuschedError: for any mistake in the input; a program that does not compile is told before any world runs.
    """
    from gpusched.ensemble.progress import progress

    start = perf_counter()
    groups = compile_groups(tree, points)
    compiling = perf_counter() - start
    if groups[0].workload.note:
        print(groups[0].workload.note, file=sys.stderr)
    if len(groups) == 1:
        return simulate_points(groups[0].points, groups[0].workload, compiling)
    worlds = len(points) * points[0].config.replicas
    device = choose_device(points[0].config.engine.device, worlds)
    runs: list[Run] = []
    with progress(worlds) as report:
        for group in groups:
            print(f"program {len(runs) + 1} of {len(groups)}: {group.label}", file=sys.stderr)
            ended = sum(len(run.arrays["world"]) for run in runs)
            shown = whole(report, ended, worlds, sum(run.actions for run in runs), sum(run.run_seconds for run in runs))
            runs.append(simulate_points(group.points, group.workload, report=shown, device=device))
    return joined(runs, groups, points, compiling)


def joined(runs: list[Run], groups: list[Group], points: list[Point], compiling: float) -> Run:
    """Puts the runs of the groups together as one of all points; ``compiling``: seconds of compiling all programs."""
    from gpusched.results.outcome import MOST_TRACES
    from gpusched.results.union import union

    worlds = [len(run.arrays["world"]) for run in runs]
    replicas = points[0].config.replicas
    pairs = list(zip(runs, groups, strict=True))
    traces = [(int(group.numbers[world // replicas]) * replicas + world % replicas, text) for run, group in pairs for world, text in run.traces]
    return replace(
        runs[0],
        arrays=union([run.arrays for run in runs], [group.numbers for group in groups], points),
        traces=sorted(traces)[:MOST_TRACES],
        timing=Timing(compiling, sum(run.timing.kernel for run in runs)),
        run_seconds=sum(run.run_seconds for run in runs),
        growths=tuple(growth for run in runs for growth in run.growths),
        bytes_per_world=sum(run.bytes_per_world * count for run, count in zip(runs, worlds, strict=True)) // sum(worlds),
        bytes_per_goroutine=max(run.bytes_per_goroutine for run in runs),
        actions=sum(run.actions for run in runs),
    )


def simulate_points(
    points: list[Point],
    workload: Workload,
    workload_seconds: float = 0.0,
    vary: Callable[[Any], None] | None = None,
    *,
    report: "Callable[[Snapshot], None] | None" = None,
    device: str = "",
) -> Run:
    """Runs all worlds of one program and collects their results.

    Args:
        points: of ``make_points``, numbered from 0.
        workload: compiled for them.
        workload_seconds: how long that took.
        vary: takes the worlds' rows of Params, to change them before they start.
        report: shows how far the run is; none: on standard error.
        device: of ``choose_device``; "": as the config says.
    """
    from gpusched.engine.warp import WarpEngine
    from gpusched.ensemble.driver import simulate
    from gpusched.ensemble.memory import check_worlds, free_bytes, human, world_bytes
    from gpusched.ensemble.params import make_ensemble
    from gpusched.ensemble.progress import progress
    from gpusched.program.text import program_hash
    from gpusched.results.collect import collect
    from gpusched.results.leaks import leak_entries
    from gpusched.results.outcome import messages, refuse_bad_arguments, traces

    config = points[0].config
    ensemble = make_ensemble(workload.program, points)
    if vary is not None:
        vary(ensemble.params)
    worlds = len(ensemble.params)
    device = device or choose_device(config.engine.device, worlds)
    program = ensemble.program
    histograms = 1 + len(program.lifetimes) + len(program.histograms)
    each, limit = world_bytes(program, ensemble.params, histograms), free_bytes(device)
    print(f"{worlds:,} {'world' if worlds == 1 else 'worlds'} of {human(each)} on {device}: {human(worlds * each)} of {human(limit)}", file=sys.stderr)
    check_worlds(worlds, each, limit)
    engine = WarpEngine(program, histograms, threads=config.engine.threads, device=device, debug=config.engine.debug)
    kernel_seconds = engine.build()
    with nullcontext(report) if report else progress(worlds) as shown:
        outcome = simulate(
            engine,
            engine.init(ensemble.params, (ensemble.addresses, ensemble.values)),
            ensemble.params,
            chunk_actions=config.engine.chunk_actions,
            limit_bytes=limit,
            report=shown,
            check=refuse_bad_arguments(engine, program, points),
        )
    said = messages(engine, outcome, program)
    leaks = leak_entries(engine, outcome.state, ensemble, config.results.leak_worlds) if config.results.leak_worlds else {}
    arrays = collect(engine, outcome, ensemble, points, said, config.results.output_worlds)
    arrays["points/program_hash"] = np.full(len(points), program_hash(program), object)
    return Run(
        arrays=arrays | leaks,
        traces=traces(engine, outcome, program, said),
        program=program,
        timing=Timing(workload_seconds, kernel_seconds),
        run_seconds=outcome.run_seconds,
        growths=outcome.growths,
        device=device_name(device),
        bytes_per_world=sum(engine.bytes(outcome.state).values()) // worlds,
        bytes_per_goroutine=goroutine_bytes(program),
        actions=int(outcome.worlds["actions"].sum()),
    )


def choose_device(wanted: str, worlds: int) -> str:
    """Returns cpu or cuda:N for engine.device.

    Raises:
        GpuschedError: where a CUDA device is asked for and there is none.
    """
    if wanted == "cpu":
        return "cpu"
    import jax

    try:
        count = len(jax.devices("cuda"))
    except RuntimeError:
        count = 0
    if wanted == "auto":
        return "cuda:0" if count and worlds >= CUDA_FROM_WORLDS else "cpu"
    number = int(wanted.partition(":")[2] or 0)
    if number >= count:
        raise GpuschedError(f"there is no device {wanted}", "engine.device", f"{count} CUDA devices are visible to JAX; use cpu or auto")
    return f"cuda:{number}"


def device_name(device: str) -> str:
    """Returns a device in words: its kind, and on the CPU the processor's name."""
    if device != "cpu":
        import warp as wp

        return f"{device} {wp.get_device(device).name}"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            return f"cpu {line.split(':', 1)[1].strip()}"
    return "cpu"


def goroutine_bytes(program: Any) -> int:
    """Returns the bytes of a parked goroutine: its row, one wait-queue entry, and the frame of the largest function that ``go`` starts."""
    from gpusched.goruntime.state import G, Sudog
    from gpusched.machine.opcodes import FRAME_REGS

    started = program.funcs[[name in program.lifetimes for name in program.functions]]
    words = program.types["words"][started["frame_type"]].max(initial=FRAME_REGS)
    return G.numpy_dtype()["itemsize"] + Sudog.numpy_dtype()["itemsize"] + 8 * (int(words) + 1)
