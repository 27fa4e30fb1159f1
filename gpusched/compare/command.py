"""The words of the commands compare and calibrate."""

import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gpusched.config.costs import incomplete
from gpusched.config.schema import Compare, Machine
from gpusched.config.validate import mistake, model
from gpusched.errors import GpuschedError
from gpusched.results.writer import check_writable

COMPARE_USAGE = """gpusched compare workload=NAME|PATH|all|scheduling|code [machine=./host.yaml] [machine.gomaxprocs=N] [runs=5] [page=FILE] [key=value ...]

Builds the package with the real toolchain, runs it in fresh processes, simulates it with the same draws, and prints both side by side with distances
and a verdict. With machine.quota_us the real program runs in a cgroup of that quota (as root). Exit code 1: a main output is outside its threshold.
Settings of compare: {settings}.
"""
CALIBRATE_USAGE = """gpusched calibrate out=host.yaml [machine=small_vm] [rounds=7]

Measures this host and writes a machine file for machine=./host.yaml. What is not measured keeps the value of the named table.
"""


def compare_overrides(arguments: list[str]) -> list[str]:
    """Turns the short words of compare to overrides: runs=9 to compare.runs=9, page=FILE to an absolute compare.page."""
    short = {f.name for f in fields(Compare)}
    result = []
    for word in arguments:
        word = "fit_code=true" if word == "--fit-code" else word
        name, equals, value = word.partition("=")
        if name in ("page", "compare.page") and value:
            result.append(f"compare.page={Path(value).absolute()}")
        elif equals and name in short:
            result.append(f"compare.{word}")
        elif not equals and not word.startswith("-"):
            result.append(f"workload={word}")
        else:
            result.append(word)
    return result


def machine_overrides(path: Path) -> list[str]:
    """The settings of a machine file as overrides.

    Raises:
        GpuschedError: where it is no machine file.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GpuschedError("the machine file can not be read", str(path), "give a file of gpusched calibrate") from error
    _check_machine(content, str(path))
    return [f"machine.{name}={_word(value)}" for name, value in incomplete(content).items() if value is not None]


def _check_machine(content: Any, path: str) -> None:
    """Refuses what is no machine."""
    if not isinstance(content, dict):
        raise GpuschedError("the machine file has no settings", path, "give a file of gpusched calibrate")
    keys = [*content, *(key for value in content.values() if isinstance(value, dict) for key in value)]
    if wrong := sorted((key for key in keys if not isinstance(key, str)), key=str):
        raise GpuschedError(f"unknown setting {wrong[0]!r} in the machine file", path, "give a file of gpusched calibrate")
    for name, value in content.items():
        if isinstance(value, str) and "${" in value:
            raise GpuschedError(f"machine.{name}={value!r} refers to another setting", path, "write what it stands for")
    try:
        model(Machine).model_validate({name: value for name, value in content.items() if value is not None})
    except ValidationError as error:
        raise GpuschedError(*mistake(error, group="machine", where=path)) from None


def _word(value: Any) -> str:
    """A value in Hydra's grammar."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_word(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return "'" + re.sub(r"(\\*)('|$)", lambda found: found[1] * 2 + "\\'" * bool(found[2]), value) + "'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def run_calibrate(arguments: list[str]) -> int:
    """Measures the host and writes the machine file; the exit code.

    Raises:
        GpuschedError: for a mistake in the words.
    """
    given: dict[str, str] = {word.partition("=")[0]: word.partition("=")[2] for word in arguments}
    unknown = set(given) - {"out", "machine", "rounds"}
    if unknown or not given.get("out"):
        raise GpuschedError(f"unknown word {sorted(unknown)[0]!r}" if unknown else "no file is named", "calibrate", "write gpusched calibrate out=host.yaml")
    rounds = given.get("rounds", "7")
    if not rounds.isdigit() or not 1 <= int(rounds) <= 1000:
        raise GpuschedError(f"rounds={rounds} is no number from 1 to 1000", "calibrate")
    path = Path(given["out"])
    if path.exists():
        raise GpuschedError("the file exists", str(path), "name another, or remove it")
    if not path.absolute().parent.is_dir():
        raise GpuschedError("there is no such folder", str(path.absolute().parent))
    check_writable(path)
    from gpusched.cli import rewrite
    from gpusched.compare.calibration import calibrate, write_machine
    from gpusched.compare.operations import OPERATIONS
    from gpusched.config.compose import compose
    from gpusched.run import quieten

    quieten()
    base = compose(rewrite([f"machine={given.get('machine', 'small_vm')}"]))
    found = calibrate(base, int(rounds), lambda line: print(line, file=sys.stderr))
    from rich.console import Console
    from rich.table import Table

    table = Table("operation", "real ns", "model ns", "ratio", title="Operations, on one P")
    for op, real, fitted in zip(OPERATIONS, found.measured, found.fitted, strict=True):
        table.add_row(op.words, f"{real:.1f}", f"{fitted:.1f}", f"{fitted / real:.2f}")
    Console().print(table)
    try:
        write_machine(path, found.machine, base["machine"]["name"])
    except OSError as error:
        raise GpuschedError(f"{path} cannot be written: {error.strerror}") from None
    print(path)
    return 0
