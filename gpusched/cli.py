"""The command line: one entry point; ``run`` is Hydra's, the others are plain. Mistakes in the input are one sentence and exit code 2."""

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gpusched import __version__
from gpusched.errors import GpuschedError

USAGE = """gpusched: Go's scheduler, simulated exactly.

  gpusched run experiment=quickstart                 run a shipped experiment
  gpusched run workload=NAME [key=value ...]         run a shipped workload; run --help lists the settings
  gpusched run workload=./mypool "sweep.machine.gomaxprocs=[1,2,4]" replicas=32
  gpusched test ./mypool [run=REGEX]                 run a package's tests in simulated time; std: Go's own tests
  gpusched explore ./mypool schedules=100000         run many schedules, count the distinct outcomes; explore --help lists the settings
  gpusched explore ./mypool strategy=pct until=bug   ... until one is bad; strategies are realistic, random, pct; --trace N tells schedule N
  gpusched calibrate out=host.yaml                   measure this host: costs for machine=./host.yaml
  gpusched compare workload=NAME machine=./host.yaml the same package on the real runtime and in the model, side by side
  gpusched disasm WORKLOAD                           show the compiled program beside its source lines
  gpusched report results.h5 [--out DIR]             summary and figures of a results file
  gpusched --version
"""


class Stopped(KeyboardInterrupt):
    """A signal that asks to end, but Ctrl-C's; ``number``: of the signal."""

    def __init__(self, number: int):
        """Keeps the number."""
        super().__init__()
        self.number = number


def main(argv: list[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    0; 2 for a mistake in the input; 1 for a comparison outside its thresholds, 3 for one without verdicts; 128 and a signal's number.
    """
    arguments = sys.argv[1:] if argv is None else argv
    try:
        with _signals_unwind():
            return _dispatch(arguments)
    except GpuschedError as error:
        print(f"gpusched: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt as stop:
        number = stop.number if isinstance(stop, Stopped) else signal.SIGINT
        print(f"gpusched: ended by {signal.Signals(number).name}; what was not finished was not written", file=sys.stderr)
        return 128 + number
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


@contextmanager
def _signals_unwind() -> Iterator[None]:
    """SIGTERM and SIGHUP raise an exception, as Ctrl-C does, so that programs that were started end too; the second one ends at once."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Stopped(number)

    mine = threading.current_thread() is threading.main_thread()
    changed = [number for number in (signal.SIGTERM, signal.SIGHUP) if mine and signal.getsignal(number) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _dispatch(arguments: list[str]) -> int:
    """Calls the command that the first argument names."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if arguments else 2
    command, rest = arguments[0], arguments[1:]
    if command in ("--version", "version"):
        print(f"gpusched {__version__}")
        return 0
    commands = {"run": _run, "test": _test, "explore": _explore, "calibrate": _calibrate, "compare": _compare, "disasm": _disasm, "report": _report}
    if command not in commands:
        raise GpuschedError(f"unknown command {command!r}", "", f"commands are {', '.join(commands)}, --version, --help")
    return commands[command](rest)


def _run(arguments: list[str]) -> int:
    """Runs an experiment through Hydra."""
    from gpusched.config.compose import run_hydra

    return run_hydra(rewrite(arguments))


def _test(arguments: list[str]) -> int:
    """Runs the tests of packages."""
    from gpusched.gotest.command import USAGE as usage
    from gpusched.gotest.command import parse, run_tests
    from gpusched.run import quieten

    if not arguments or "--help" in arguments or "-h" in arguments:
        print(usage, end="")
        return 0 if arguments else 2
    overrides = rewrite(parse(arguments).overrides)
    quieten()
    return run_tests(arguments, overrides)


def _explore(arguments: list[str]) -> int:
    """Explores schedules through Hydra."""
    from gpusched.config.compose import run_hydra
    from gpusched.explore.command import explore_overrides

    return run_hydra(rewrite(explore_overrides(arguments)), "explore")


def _calibrate(arguments: list[str]) -> int:
    """Measures this host."""
    from gpusched.compare.command import CALIBRATE_USAGE, run_calibrate

    if not arguments or "--help" in arguments or "-h" in arguments:
        print(CALIBRATE_USAGE, end="")
        return 0 if arguments else 2
    return run_calibrate(arguments)


def _compare(arguments: list[str]) -> int:
    """Compares with the real runtime, through Hydra."""
    from dataclasses import fields

    from gpusched.compare.command import COMPARE_USAGE, compare_overrides
    from gpusched.config.compose import run_hydra
    from gpusched.config.schema import Compare

    if not arguments or "--help" in arguments or "-h" in arguments:
        print(COMPARE_USAGE.format(settings=", ".join(f.name for f in fields(Compare))), end="")
        return 0 if arguments else 2
    return run_hydra(rewrite(compare_overrides(arguments)), "compare")


def rewrite(arguments: list[str]) -> list[str]:
    """Puts ``++`` before ``sweep.`` and ``workload.const.`` overrides, which Hydra refuses otherwise, and lets workload= and machine= name a path."""
    from gpusched.compare.command import machine_overrides
    from gpusched.config.compose import config_directory

    result = []
    for argument in arguments:
        machine = re.fullmatch(r"machine=([^,]*\.ya?ml)", argument)
        if machine:
            result += machine_overrides(Path(machine[1]))
            continue
        workload = re.fullmatch(r"workload=([^,\[\]{}()]+)", argument)
        if re.match(r"(sweep|workload\.const)\.", argument):
            argument = f"++{argument}"
        elif workload and not (config_directory() / "workload" / f"{workload[1]}.yaml").is_file():
            argument = f"workload.name='{workload[1]}'" if "'" not in workload[1] else f"workload.name={workload[1]}"
        result.append(argument)
    return result


def _disasm(arguments: list[str]) -> int:
    """Prints a compiled program beside its source lines."""
    parser = _parser("disasm", "Shows the compiled program of a workload beside its source lines.")
    parser.add_argument("workload", help="name of a shipped workload, or the folder of a Go package")
    options = parser.parse_args(arguments)
    from gpusched.workload import find, load_workload

    path = find(options.workload)
    from gpusched.program.disassembly import disassemble

    workload = load_workload(options.workload)
    if workload.note:
        print(workload.note, file=sys.stderr)
    sources = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in path.glob("*.go")}
    print(disassemble(workload.program, sources), end="")
    return 0


def _report(arguments: list[str]) -> int:
    """Prints the summary of a results file and writes its figures."""
    parser = _parser("report", "Prints the summary of a results file and writes its figures, from the file alone.")
    parser.add_argument("results", type=Path, help="a results file")
    parser.add_argument("--out", type=Path, help="folder of the figures; default: beside the file")
    options = parser.parse_args(arguments)
    from gpusched.report.figures import write_figures
    from gpusched.report.summary import print_summary
    from gpusched.results.reader import read

    arrays, attributes = read(options.results)
    print_summary(arrays, attributes)
    for path in write_figures(arrays, attributes, options.out or options.results.parent):
        print(path)
    return 0


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours."""

    def error(self, message: str) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Raises the mistake."""
        raise GpuschedError(message, f"gpusched {self.prog}", "see --help")


def _parser(command: str, description: str) -> argparse.ArgumentParser:
    """Makes the parser of a command."""
    return _Parser(prog=command, description=description)


if __name__ == "__main__":
    sys.exit(main())
