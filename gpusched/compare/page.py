"""A comparison as a page of Markdown: docs/fidelity.md, and what all such pages share."""

import os
import re
from pathlib import Path
from typing import Any

from gpusched.compare.judge import rules, summary
from gpusched.compare.rows import Row
from gpusched.compare.table import cell, distributions, lost, quantile, short
from gpusched.errors import GpuschedError
from gpusched.workload import SHIPPED

MAIN = ("makespan_ns", "lifetime_p50_ns")
SHOWN = ("lifetime_p90_ns", "lifetime_p99_ns", "threads", "switches", "steals", "goroutines_ended")
NOTE = """
Each cell is model / real (ratio); real is the median of the undisturbed runs, in brackets the least and the greatest of them. `/sched/latencies` (latency)
counts one goroutine in eight, in buckets of which the first is 64 ns wide; the model's waits, all of them, are put into the same buckets, of which the middle
is shown. KS is the greatest difference of the two distribution functions, Wasserstein the mean distance in means of the real one; in parentheses the 95 %
interval by resampling the real runs.
"""


def command_of(machine: Any, overrides: list[str]) -> str:
    """The overrides as words of a command line, a calibrated machine by its file."""
    if machine.calibrated and not any(word.lstrip("+") == "compare.calibrate=true" for word in overrides):
        overrides = ["machine=./host.yaml", *(word for word in overrides if not word.lstrip("+").startswith("machine."))]
    words = [_relative(word.lstrip("+")) for word in overrides]
    return " ".join(f'"{word}"' if "[" in word else word for word in words)


def _relative(word: str) -> str:
    """The page's path as it was given: from the folder of the command."""
    name, _, value = word.partition("=")
    return f"page={os.path.relpath(value)}" if name == "compare.page" else word


def heading(title: str, machine: Any, overrides: list[str]) -> list[str]:
    """The first lines of a page: what it is, by which command, on which machine."""
    made = [f"Made by `gpusched compare {command_of(machine, overrides)}`.", f"Machine: {machine.calibrated or machine.name + ', not calibrated'}."]
    return [f"# {title}", "", *made, ""]


def table(head: list[str], lines: list[list[str]]) -> list[str]:
    """A table of Markdown."""
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(line)} |" for line in lines)]


def read_causes(path: str) -> list[str]:
    """The lines of the file that ends the page; none without one.

    Raises:
        GpuschedError: where it can not be read.
    """
    if not path:
        return []
    try:
        return ["", *Path(path).read_text(encoding="utf-8").rstrip().splitlines()]
    except (OSError, UnicodeDecodeError):
        raise GpuschedError(f"the file {path} can not be read", "compare.causes", "name a file of Markdown, or leave it out") from None


def page(rows: list[Row], machine: Any, overrides: list[str], said: list[str], more: list[str], causes: list[str]) -> str:
    """The page as Markdown.

    Args:
        rows: of all workloads.
        machine: of the config.
        overrides: the command line's.
        said: notes.
        more: sections that were made elsewhere.
        causes: of ``read_causes``.
    """
    lines = [*heading("The model against the real runtime", machine, overrides), *(f"Note: {sentence}." for sentence in said), *([""] if said else [])]
    lines += [*rules(), *NOTE.splitlines(), "", *summary(rows), ""]
    head = ["workload", "point", "P", "kind", "makespan", "throughput", "lifetime_p50", *(short(name) for name in SHOWN), "undisturbed", "verdict"]
    lines += table(head, [_line(row) for row in rows])
    notes = [f"{row.workload}, {row.gomaxprocs} P: {row.scaled}." for row in rows if row.scaled]
    notes += [f"{row.workload}, {row.label}: {lost(row)}." for row in rows if row.lost]
    lines += ["", *notes] if notes else []
    lines += followed(sorted({row.workload for row in rows}))
    lines += ["", "## Distributions", "", "Of lifetimes, of `/sched/latencies`, and of what the workloads observe.", ""]
    lines += table(["workload", "point", "P", "distribution", "p50", "p90", "p99", "KS", "Wasserstein"], [line for row in rows for line in _distances(row)])
    return "\n".join([*lines, *more, *causes]) + "\n"


def followed(workloads: list[str]) -> list[str]:
    """A section that says which tests of Go's runtime the shipped ones among the workloads follow, by the comments of their packages; none of none."""
    found = []
    for name in workloads:
        text = "".join(path.read_text(encoding="utf-8") for path in sorted((SHIPPED / name).glob("*.go")))
        said = re.search(r"After (Test\w+(?:(?:,| and) Test\w+)*) of Go's (\w+(?:/\w+)*\.go)", text.partition("\npackage ")[0].replace("\n// ", " "))
        if said:
            found.append([name, said[1], said[2]])
    return ["", "## After Go's own tests", "", *table(["workload", "follows", "in Go's source"], found)] if found else []


def _line(row: Row) -> list[str]:
    """A row's cells."""
    throughput = "; ".join(f"{short(name)}: {cell(row, name, spread=True)}" for name in row.throughputs) or "-"
    makespan, lifetime = (cell(row, name, spread=True) for name in MAIN)
    shown = [cell(row, name) for name in SHOWN]
    return [row.workload, row.label, str(row.gomaxprocs), row.kind, makespan, throughput, lifetime, *shown, f"{row.undisturbed} of {row.runs}", row.verdict]


def _distances(row: Row) -> list[list[str]]:
    """A line for each distribution of a row."""
    found = []
    for name in distributions(row):
        cells = [cell(row, quantile(row, name, label)) for label in ("p50", "p90", "p99")]
        distances = [f"{value:.3f} ({low:.3f} .. {high:.3f})" for value, low, high in (row.distances[f"{name}_{of}"] for of in ("ks", "wasserstein"))]
        found.append([row.workload, row.label, str(row.gomaxprocs), name, *cells, *distances])
    return found
