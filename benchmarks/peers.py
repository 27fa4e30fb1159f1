"""The queue M/M/1 against SimPy and Cimba: customers per second on one core, all measured in turn in one run.

Cimba is installed from PyPI into a temporary environment (``--cimba PYTHON`` names an interpreter that has it instead); no dependency of the project.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from benchmarks.measure import HERE, PROGRAMS, Figure, ended, middle, prepare, record, run

CIMBA = "cimba==0.9.6"
RHO = 0.8
CUSTOMERS = 1_000_000
WORLDS = 64
SIMPY_CUSTOMERS = 100_000
REPEATS = 3
MEAN_SOJOURN = 1 / (1 - RHO)
TOLERANCE = 0.15
"""Relative error of the mean sojourn time beyond which a model is taken for wrong."""


def simpy_rate() -> float:
    """SimPy: a source and a server process around a Store; customers per wall second."""
    import simpy

    draws, env, sums = random.Random(1), simpy.Environment(), [0.0]
    queue = simpy.Store(env)

    def source():
        for _ in range(SIMPY_CUSTOMERS):
            yield env.timeout(draws.expovariate(RHO))
            yield queue.put(env.now)

    def server():
        for _ in range(SIMPY_CUSTOMERS):
            due = yield queue.get()
            yield env.timeout(draws.expovariate(1.0))
            sums[0] += env.now - due

    env.process(source())
    done = env.process(server())
    start = time.perf_counter()
    env.run(done)
    seconds = time.perf_counter() - start
    check("SimPy", sums[0] / SIMPY_CUSTOMERS)
    return SIMPY_CUSTOMERS / seconds


def check(name: str, mean: float) -> None:
    """Refuses a model whose mean sojourn time, in mean services, is far from that of M/M/1."""
    assert abs(mean / MEAN_SOJOURN - 1) < TOLERANCE, f"{name}: mean sojourn {mean}, not {MEAN_SOJOURN}"


def cimba_python(directory: Path) -> tuple[Path | None, str]:
    """Makes an environment with Cimba; its interpreter, or None and why not."""
    venv.create(directory, with_pip=True)
    python = directory / "bin" / "python"
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CIMBA], capture_output=True, text=True, check=False)
    return (python, "") if done.returncode == 0 else (None, (done.stderr.strip().splitlines() or ["pip failed"])[-1])


def cimba_rate(python: Path) -> float:
    """Cimba's compiled model in a process of its own, one worker; customers per wall second, its compilation excluded."""
    done = subprocess.run([python, HERE / "cimba_mm1.py", str(CUSTOMERS), str(RHO)], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    check("Cimba", said["mean"])
    return CUSTOMERS / said["seconds"]


def ours(worlds: int, customers: int) -> float:
    """Our simulation of the Go program on one core; customers per wall second."""
    constants = (f"workload.const.customers={customers}", f"workload.const.rho={RHO}")
    bench = prepare(PROGRAMS / "mm1", "machine=zero", "machine.gomaxprocs=2", "limits.horizon_s=100000", *constants, f"replicas={worlds}")
    run(bench)
    return worlds * customers / middle([ended(run(bench)).seconds for _ in range(REPEATS)])


def main() -> None:
    """Measures, prints, records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cimba", type=Path, help="interpreter that has Cimba")
    wanted = parser.parse_args().cimba
    with tempfile.TemporaryDirectory() as directory:
        python, why = (wanted, "") if wanted else cimba_python(Path(directory))
        alone, many = ours(1, CUSTOMERS), ours(WORLDS, CUSTOMERS // 20)
        slow = middle([simpy_rate() for _ in range(REPEATS)])
        fast = middle([cimba_rate(python) for _ in range(REPEATS)]) if python else 0.0
    figures = [
        Figure("one world against SimPy", alone / slow, "x", 50),
        Figure("64 worlds against SimPy", many / slow, "x"),
        Figure("one world", alone, "customers/s"),
        Figure("64 worlds", many, "customers/s"),
        Figure("SimPy", slow, "customers/s"),
    ]
    if python:
        figures += [
            Figure("one world against Cimba", alone / fast, "x"),
            Figure("64 worlds against Cimba", many / fast, "x"),
            Figure("Cimba", fast, "customers/s"),
        ]
    notes = [f"One core each. Ours runs a Go program on a model of Go's scheduler; the others run a model of the queue. Cimba is {CIMBA} of PyPI."]
    record("peers", figures, notes=notes if python else [*notes, f"Cimba was not measured: {why}"])


if __name__ == "__main__":
    sys.exit(main())
