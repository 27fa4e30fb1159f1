"""Skynet with 10^6 leaves on two Ps: wall time of the simulation against the real Go program, in turn on the same machine."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Bench, Figure, ended, middle, prepare, record, run, share

REPEATS = 5
CAPACITIES = {"gs": 1 << 17, "sudogs": 1 << 17, "chans": 1 << 17, "pages": 1 << 14}


def build_go(directory: Path) -> tuple[Path, float]:
    """Builds the real program from the shipped workload's source; its path and the seconds that took."""
    from gpusched.golang.toolchain import go_env, require_go
    from gpusched.workload import SHIPPED

    go, program = require_go(), directory / "skynet"
    start = time.perf_counter()
    subprocess.run([go, "build", "-trimpath", "-o", program, "./skynet"], cwd=SHIPPED, env=go_env(go) | {"GOWORK": "off"}, check=True)
    return program, time.perf_counter() - start


def run_go(program: Path) -> tuple[float, float]:
    """Runs the real program on two Ps; wall and processor seconds."""
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([program], env={"GOMAXPROCS": "2"}, capture_output=True, text=True, check=True)
    seconds, after = time.perf_counter() - start, os.times()
    assert done.stdout == "499999500000\n", done.stdout
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def skynet(capacities: dict[str, int] | None) -> tuple[Bench, float]:
    """Prepares the simulation; seconds of compiling the package, the kernel apart."""
    prepare("skynet", "machine=small_vm", "machine.gomaxprocs=2")
    start = time.perf_counter()
    bench = prepare("skynet", "machine=small_vm", "machine.gomaxprocs=2", capacities=capacities)
    return bench, time.perf_counter() - start


def main() -> None:
    """Measures, prints, records."""
    with tempfile.TemporaryDirectory() as directory:
        program, built = build_go(Path(directory))
        bench, compiled = skynet(CAPACITIES)
        growing, _ = skynet(None)
        ended(run(bench))
        first = ended(run(growing))
        run_go(program)
        real, ours, from_small = [], [], []
        for _ in range(REPEATS):
            real.append(run_go(program))
            ours.append(ended(run(bench)))
            from_small.append(ended(run(growing)).seconds)
    timing = sorted(ours, key=lambda t: t.seconds)[len(ours) // 2]
    real_wall, real_cpu = middle([wall for wall, _ in real]), middle([cpu for _, cpu in real])
    figures = [
        Figure("simulation against real Go", timing.seconds / real_wall, "of wall time", 0.6, at_most=True),
        Figure("simulation that grows from small tables", middle(from_small) / real_wall, "of wall time"),
        Figure("simulation that grows, first run of a process", first.seconds, "s"),
        Figure("simulation", timing.seconds, "s"),
        Figure("real Go", real_wall, "s"),
        Figure("real Go, processor time of wall time and two cores", 50 * real_cpu / real_wall, "%"),
        Figure("an action", timing.seconds / timing.actions * 1e9, "ns"),
        Figure("actions", timing.actions, "actions"),
        Figure("goroutines alive at peak", int(timing.worlds["peak"][0]), "goroutines"),
        share(timing),
        Figure("compiling: our front end and lowering, cached SSA", compiled, "s"),
        Figure("compiling: go build", built, "s"),
    ]
    record(
        "skynet", figures, notes=[f"Tables begin with {CAPACITIES}: rows wanted through WarpEngine(capacities=...); growths: {list(timing.growths) or 'none'}."]
    )


if __name__ == "__main__":
    sys.exit(main())
