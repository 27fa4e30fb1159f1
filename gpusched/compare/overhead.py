"""What the recording costs: the same program as ``go build`` makes it, on the recorder's runtime without recording, and recording, in turn.

The first two are compared by the time and the processor time of the whole process, of which only the runtime differs; the recording by the makespan of
main, as its preparation (3 ms) and the writing of the record lie outside of main.
"""

import json
import os
import resource
import signal
import subprocess
import tempfile
import textwrap
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

from gpusched.compare.calibration import said_of_host
from gpusched.compare.page import command_of, table
from gpusched.compare.real import PAUSE_S, run_point
from gpusched.compare.rows import disturbed
from gpusched.compare.table import where
from gpusched.ensemble.points import Point, make_points
from gpusched.errors import GpuschedError
from gpusched.golang import toolchain
from gpusched.golang.real.binary import build
from gpusched.golang.ssa import WORK, overrides
from gpusched.report.summary import duration
from gpusched.workload import find

FILE = "overhead.json"


@dataclass
class Overhead:
    """Times of all runs of a point, ns.

    ``plain`` and ``patched``: of processes on Go's own runtime and on the recorder's, not recording; ``plain_cpu``, ``patched_cpu``: their processor time;
    ``silent`` and ``recorded``: makespans on the recorder's runtime, not recording and recording.
    """

    workload: str
    label: str
    gomaxprocs: int
    plain: list[int] = field(default_factory=list)
    patched: list[int] = field(default_factory=list)
    plain_cpu: list[int] = field(default_factory=list)
    patched_cpu: list[int] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    recorded: list[int] = field(default_factory=list)
    undisturbed: int = 0  # rounds


PAIRS = (("process", "plain", "patched"), ("processor time", "plain_cpu", "patched_cpu"), ("makespan", "silent", "recorded"))
"""What is compared: in words, without and with."""


def run_overhead(trees: list[dict[str, Any]], directory: Path, given: list[str]) -> Path:
    """Measures all points of the workloads, prints medians and ratios, and returns the path of overhead.json.

    Args:
        trees: the config of each workload.
        directory: where the file goes.
        given: the command line's overrides.

    Raises:
        GpuschedError: for a program that fails, or a CPU quota.
    """
    from gpusched.results.writer import check_absent

    path = directory / FILE
    check_absent(path)
    found = [one for tree in trees for one in measure(tree)]
    path.write_text(json.dumps({"format": "gpusched-overhead/1", "rows": [asdict(one) for one in found]}, indent=1) + "\n", encoding="utf-8")
    for line in lines_of(found):
        print(line)
    config = make_points(trees[0])[0].config
    if config.compare.page:
        Path(config.compare.page).write_text(page(found, config.machine, given), encoding="utf-8")
    print(path)
    return path


def measure(tree: dict[str, Any]) -> list[Overhead]:
    """Runs each point of a workload ``compare.runs`` times in each of the four ways, the ways in turn.

    A round of four in which others disturb the last two is repeated, ``compare.tries`` times at most; then the last one counts.
    """
    folder, points = find(tree["workload"]["name"]), make_points(tree)
    found = []
    for point in points:
        if point.config.machine.quota_us:
            raise GpuschedError("what the recording costs is measured without a CPU quota", "machine.quota_us", "leave it out")
        one = Overhead(folder.name, point.label, point.config.machine.gomaxprocs or point.config.machine.num_cpu)
        patched = build(folder, point.config.workload.const)
        with tempfile.TemporaryDirectory(prefix="gpusched-plain-") as temporary:
            plain = build_plain(folder, point.config.workload.const, Path(temporary) / "program")
            for replica in range(point.config.compare.runs):
                _round(one, point, replica, plain, patched)
        found.append(one)
    return found


def _round(one: Overhead, point: Point, replica: int, plain: Path, patched: Path) -> None:
    """Adds a run in each of the four ways."""
    for number in range(point.config.compare.tries):
        time.sleep(PAUSE_S * number)
        (wall, cpu), (wall_patched, cpu_patched) = (process(binary, point, replica) for binary in (plain, patched))
        records = [run_point(point.config, patched, replica, record) for record in ("", "lifetimes")]
        good = not any(disturbed(record) for record in records)
        if good:
            break
    one.undisturbed += good
    times = (wall, wall_patched, cpu, cpu_patched, *(record.elapsed_ns for record in records))
    for values, value in zip((one.plain, one.patched, one.plain_cpu, one.patched_cpu, one.silent, one.recorded), times, strict=True):
        values.append(value)


def build_plain(directory: Path, constants: dict[str, object], binary: Path) -> Path:
    """Builds a package as ``go build`` does, on Go's own runtime, its constants overridden.

    Raises:
        GpuschedError: what the Go compiler says, or no toolchain.
    """
    go = toolchain.require_go()
    command = [str(toolchain.build_frontend()), "-work", str(WORK), "-tags", "", *overrides(constants, ()), "-build", str(binary), "--", str(directory)]
    done = subprocess.run(command, env=toolchain.go_env(go), capture_output=True, check=False)
    if done.returncode:
        raise GpuschedError(done.stderr.decode(errors="replace").strip() or "the Go compiler failed without a message")
    return binary


def process(binary: Path, point: Point, replica: int) -> tuple[int, int]:
    """Time and processor time of a process that records nothing, ns.

    Raises:
        GpuschedError: it ended with another exit code than 0, or took too long.
    """
    settings, machine = point.config.compare, point.config.machine
    env = {"PATH": os.environ.get("PATH", ""), "GOMAXPROCS": str(machine.gomaxprocs or machine.num_cpu), "GOGC": settings.gogc}
    env |= {"GPUSCHED_SEED": str(point.config.seed), "GPUSCHED_REPLICA": str(replica)}
    with tempfile.TemporaryDirectory(prefix="gpusched-run-") as temporary, (Path(temporary) / "stderr").open("w+b") as said:
        used, start = _children(), time.monotonic_ns()
        one = subprocess.Popen([str(binary)], env=env, cwd=temporary, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        limit = Timer(settings.limit_s, one.kill)
        limit.start()
        code = one.wait()  # with a limit of its own it would look only now and then
        wall = time.monotonic_ns() - start
        limit.cancel()
        said.seek(0)
        first = said.readline(1000).decode(errors="replace").strip() or "no message"
    if code == -signal.SIGKILL and wall >= 1e9 * settings.limit_s:
        raise GpuschedError(
            f"the real program did not end within {settings.limit_s:g} s", point.config.workload.name, "raise compare.limit_s or make it smaller"
        )
    if code:
        raise GpuschedError(f"the real program ended with exit code {code}: {first}", point.config.workload.name)
    return wall, _children() - used


def _children() -> int:
    """Processor time of all ended child processes, ns."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) * 1e9)


def cells(one: Overhead, without: str, recording: str) -> tuple[str, str, str]:
    """Medians of the two lists with the least and the greatest, and the ratio of the medians."""
    texts = []
    for values in (getattr(one, without), getattr(one, recording)):
        texts.append(f"{duration(median(values))} [{duration(min(values))} .. {duration(max(values))}]")
    return texts[0], texts[1], f"{median(getattr(one, recording)) / max(median(getattr(one, without)), 1):.3f}"


def lines_of(found: list[Overhead]) -> list[str]:
    """The medians and ratios in lines of 80 columns."""
    lines = textwrap.wrap("Medians of the runs [least .. greatest]. " + " ".join(EXPLAINED), 80)
    for one in found:
        lines += ["", f"{one.workload}, {where(one.label, one.gomaxprocs)}: {len(one.plain)} runs of each, {one.undisturbed} undisturbed"]
        for words, without, recording in PAIRS:
            first, second, ratio = cells(one, without, recording)
            lines.append(f"  {words:14}{first:>29}{second:>29}{ratio:>6}")
    return lines


EXPLAINED = (
    "The process and its processor time: of the program as `go build` makes it, then on the recorder's runtime, which records nothing.",
    "The makespan: on the recorder's runtime, not recording, then recording lifetimes, switches and steals.",
    "Draws of the program as `go build` makes it are its own, so that what draws its times differs by these too.",
)


def page(found: list[Overhead], machine: Any, given: list[str]) -> str:
    """The same as Markdown."""
    lines = [
        "# What the recording costs",
        "",
        f"Made by `gpusched compare {command_of(machine, given)}`.",
        f"Host: {said_of_host()}.",
        "",
        "Medians of the runs, in brackets the least and the greatest; of the rounds of a run of each so many were undisturbed.",
        *EXPLAINED,
        "",
    ]
    head = ["workload", "point", "P", "undisturbed", "what", "without", "with", "ratio"]
    rows = [
        [one.workload, one.label, str(one.gomaxprocs), f"{one.undisturbed} of {len(one.plain)}", words, *cells(one, *names)]
        for one in found
        for words, *names in PAIRS
    ]
    return "\n".join([*lines, *table(head, rows)]) + "\n"
