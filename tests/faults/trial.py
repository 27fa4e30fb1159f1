"""One fault tried: a copy of the sources with the fault in it, and its test run there in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from enum import Enum
from pathlib import Path

from tests.faults.faults import Fault

ROOT = Path(__file__).parents[2]
SOURCES = ("gpusched", "configs", "tests", "pyproject.toml")
LIMIT_S = 900
"""Wall seconds for a build of the kernel and a test."""
PYTEST = "import sys, pytest, warp; warp.config.optimization_level = 0; sys.exit(pytest.main(sys.argv[1:]))"
"""Runs pytest with a kernel that is built fast rather than fast: the programs are small."""


class Verdict(Enum):
    """What a test made of a fault."""

    RED = "noticed"
    GREEN = "not noticed"
    BROKEN = "did not run"


def apply(fault: Fault, package: Path) -> None:
    """Puts the fault into a copy of the package.

    Raises:
        ValueError: where the text to be replaced does not occur exactly once.
    """
    file = package / "goruntime" / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.name}: the text to be replaced occurs {text.count(fault.old)} times in {fault.file}")
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")


def run(tests: list[str], fault: Fault | None = None) -> tuple[Verdict, str]:
    """Runs tests on a copy of the sources, with the fault if there is one; returns what came out and what pytest said.

    A fault counts as noticed only where an assertion of the test failed: a program that does not build or does not end notices nothing.
    """
    with tempfile.TemporaryDirectory(prefix="gpusched-fault-") as temporary:
        copy = Path(temporary)
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
            else:
                shutil.copy(ROOT / name, copy / name)
        if fault is not None:
            apply(fault, copy / "gpusched")
        environment = os.environ | {"PYTHONPATH": str(copy), "WARP_CACHE_PATH": str(copy / "kernels"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"}
        command = [sys.executable, "-c", PYTEST, "-q", "-rf", "-p", "no:cacheprovider", "--color=no", *tests]
        try:
            done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return Verdict.BROKEN, f"no end within {LIMIT_S} s"
    if done.returncode == 0:
        return Verdict.GREEN, done.stdout
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    asserted = [line for line in failed if " - AssertionError" in line or " - assert " in line]
    red = done.returncode == 1 and len(failed) == len(tests) == len(asserted)
    return (Verdict.RED if red else Verdict.BROKEN), done.stdout + done.stderr
