"""The command ``gpusched test``."""

import re
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from gpusched.errors import GpuschedError
from gpusched.gotest import table
from gpusched.gotest.packages import find_packages
from gpusched.gotest.result import FAIL, Result
from gpusched.gotest.run import Package, Settings, run_package, settings_points
from gpusched.gotest.std import TESTS, std_packages
from gpusched.results.writer import check_writable
from gpusched.run import warn

USAGE = """usage: gpusched test PACKAGE... [run=REGEX] [bench=REGEX] [turns=N] [short=true] [full=PACKAGE,...] [verbose=true] [out=DIR] [page=FILE]
                     [setting=value ...]
       gpusched test std [PACKAGE...]

Runs the tests of Go packages in simulated time: folders, import paths, ./..., or Go's own (std). Settings are those of gpusched run, such as
machine.gomaxprocs=4, replicas=100, "sweep.machine.gomaxprocs=[1,2,4,8]". run and bench are as go test takes them (run=TestA/sub); full names packages
whose long tests short=true does not cut short. Exit code 1 when a test fails.
"""
OURS = ("run", "bench", "turns", "short", "full", "verbose", "out", "page")


@dataclass
class Wanted:
    """The command's arguments, taken apart."""

    patterns: list[str] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> bool:
        """Returns a yes or no.

        Raises:
            GpuschedError: where it is neither.
        """
        value = self.options.get(name, "false")
        if value not in ("true", "false"):
            raise GpuschedError(f"{name}={value} is neither true nor false", "gpusched test", f"write {name}=true")
        return value == "true"


def parse(arguments: list[str]) -> Wanted:
    """Takes the arguments apart: patterns, our options, and what Hydra composes."""
    wanted = Wanted()
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            wanted.patterns.append(argument)
        elif name in OURS:
            wanted.options[name] = value
        else:
            wanted.overrides.append(argument)
    if not wanted.patterns:
        raise GpuschedError("no package is named", "gpusched test", "name one: gpusched test ./mypool")
    return wanted


def run_tests(arguments: list[str], overrides: list[str] | None = None) -> int:
    """Runs the command; returns 1 where a test failed.

    Args:
        arguments: the command line's.
        overrides: those of its config, as Hydra takes them; None: as they stand in the arguments.
    """
    wanted = parse(arguments)
    settings = Settings(tuple(wanted.overrides if overrides is None else overrides), wanted.flag("short"), _turns(wanted))
    chosen = {name: wanted.options[name] for name in ("run", "bench") if name in wanted.options}
    full = wanted.options.get("full", "").split(",")
    packages = [replace(one, full=one.path in full, **chosen) for one in _packages(wanted)]
    if page := wanted.options.get("page"):
        check_writable(Path(page))
    results: list[Result] = []
    for package in packages:
        results += _tell(package, settings, wanted, len(packages) > 1)
    if not results:
        raise GpuschedError("no test matches", "gpusched test", "see the packages' test files")
    warn(point.config.machine for point in settings_points(settings))
    directory = Path(wanted.options.get("out") or f"outputs/{datetime.now():%Y-%m-%d/%H-%M-%S}")
    directory.mkdir(parents=True, exist_ok=True)
    table.write_json(directory / "tests.json", results)
    print(directory / "tests.json")
    if "page" in wanted.options:
        from gpusched.gotest.page import page

        given = [argument for argument in arguments if argument.partition("=")[0] not in ("std", "page", "out")]
        Path(wanted.options["page"]).write_text(page(results, " ".join(f'"{one}"' if "[" in one else one for one in given)), encoding="utf-8")
    return int(any(one.status == FAIL for one in results))


def _turns(wanted: Wanted) -> int:
    """Returns N of benchmarks."""
    value = wanted.options.get("turns", "100").removesuffix("x")
    if not re.fullmatch(r"[1-9]\d{0,8}", value):
        raise GpuschedError(f"turns={value} is no number of turns", "gpusched test", "write turns=1000")
    return int(value)


def _packages(wanted: Wanted) -> list[Package]:
    """Returns the packages that the patterns name."""
    first, rest = wanted.patterns[0], wanted.patterns[1:]
    if first != "std" or Path("std").is_dir():
        return [package for pattern in wanted.patterns for package in find_packages(pattern)]
    if unknown := [name for name in rest if name not in TESTS]:
        raise GpuschedError(f"{unknown[0]} is none of Go's packages whose tests run here", "gpusched test std", f"choose of {', '.join(TESTS)}")
    return std_packages(rest)


def _tell(package: Package, settings: Settings, wanted: Wanted, many: bool) -> list[Result]:
    """Runs one package's tests and prints how they ended; of many packages, those without a test that matches are passed over."""
    try:
        results = run_package(package, settings)
    except GpuschedError as error:
        if many and any(part in error.what for part in ("no test files", "no tests", "no test matches")):
            print(f"?   \t{package.path}\t[no test files]")
            return []
        raise
    for line in table.told(results, wanted.flag("verbose")):
        print(line)
    print(table.summary(package.path, results))
    sys.stdout.flush()
    return results
