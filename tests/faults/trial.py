"""Faults tried: a copy of the sources with all faults in it, each chosen by a number at run time, so that one build of the kernel does for all."""

import ast
import os
import shutil
import subprocess
import sys
import textwrap
from enum import Enum
from pathlib import Path

from tests.faults.fault import Fault

ROOT = Path(__file__).parents[2]
SOURCES = ("gpusched", "configs", "tests", "pyproject.toml")
LIMIT_S = 1200
"""Wall seconds for a build of the kernel and a test."""
FIELD = "    seed_lo: wp.uint32\n"
IMPORT = "import warp as wp\n"
HAS_FAULT = '''

@wp.func(inline=False)
def has_fault(s: State, fault: int) -> bool:
    """Whether this run tries the fault."""
    return params(s)[0].fault == fault
'''


class Verdict(Enum):
    """What a test made of a fault."""

    RED = "noticed"
    GREEN = "not noticed"
    BROKEN = "did not run"


def guarded(fault: Fault, number: int, present: str) -> str:
    """Source that is ``fault.new`` where the fault is chosen, else ``present``: an expression, or whole lines."""
    if not fault.old.endswith("\n"):
        ast.parse(fault.new, mode="eval")
        return f"wp.where(has_fault(s, {number}), {fault.new}, {present})"
    indent = " " * (len(fault.old) - len(fault.old.lstrip()))
    new, old = (textwrap.indent(text, "    ") for text in (fault.new, present))
    return f"{indent}if has_fault(s, {number}):\n{new}{indent}else:\n{old}"


def with_faults(source: str, faults: dict[int, Fault]) -> str:
    """A file's source with faults in it, by their numbers.

    Raises:
        ValueError: where a text to be replaced does not occur exactly once, or two of them overlap.
    """
    places: dict[tuple[int, str], str] = {}
    for number, fault in faults.items():
        if source.count(fault.old) != 1:
            raise ValueError(f"{fault.name}: the text to be replaced occurs {source.count(fault.old)} times in {fault.file}")
        place = (source.index(fault.old), fault.old)
        places[place] = guarded(fault, number, places.get(place, fault.old))
    made, end = "", 0
    for (start, old), text in sorted(places.items()):
        if start < end:
            raise ValueError(f"two faults change the same lines: {old}")
        made, end = made + source[end:start] + text, start + len(old)
    return made + source[end:]


def seed(package: Path, faults: tuple[Fault, ...]) -> None:
    """Puts the faults into a copy of the package; number 1 is the first of them."""
    numbered = dict(enumerate(faults, 1))
    for name in sorted({fault.file for fault in faults}):
        file = package / name
        source = with_faults(file.read_text(encoding="utf-8"), {number: fault for number, fault in numbered.items() if fault.file == name})
        file.write_text(source.replace(IMPORT, f"{IMPORT}\nfrom gpusched.goruntime.state import has_fault\n", 1), encoding="utf-8")
    state = package / "goruntime" / "state.py"
    state.write_text(state.read_text(encoding="utf-8").replace(FIELD, f"    fault: wp.int32\n{FIELD}", 1) + HAS_FAULT, encoding="utf-8")


def copy_sources(folder: Path) -> None:
    """Copies what a run of the tests needs."""
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        else:
            shutil.copy(ROOT / name, folder / name)


class Trials:
    """A folder with a seeded copy of the sources, and the kernel that its first run builds."""

    def __init__(self, folder: Path, faults: tuple[Fault, ...]) -> None:
        """Makes the copy."""
        self.folder, self.faults = folder, faults
        copy_sources(folder)
        seed(folder / "gpusched", faults)

    def run(self, tests: list[str], fault: Fault | None = None) -> tuple[Verdict, str]:
        """Runs tests, with the fault if one is given; returns what came out and what pytest said.

        A fault counts as noticed only where an assertion of the test failed: a program that does not end notices nothing.
        """
        environment = os.environ | {"PYTHONPATH": str(self.folder), "WARP_CACHE_PATH": str(self.folder / "kernels"), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= {"COLUMNS": "400", "SEEDED_FAULT": str(1 + self.faults.index(fault) if fault else 0)}
        command = [sys.executable, "-m", "tests.faults.seeded", "-q", "-rf", "-p", "no:cacheprovider", "--color=no", *tests]
        try:
            done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return Verdict.BROKEN, f"no end within {LIMIT_S} s"
        if done.returncode == 0:
            return Verdict.GREEN, done.stdout
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
        asserted = [line for line in failed if " - AssertionError" in line or " - assert " in line]
        red = done.returncode == 1 and len(failed) == len(tests) == len(asserted)
        return (Verdict.RED if red else Verdict.BROKEN), done.stdout + done.stderr
