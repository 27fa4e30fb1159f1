"""The table of a comparison, for the terminal and as a page."""

import os
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from gpusched.compare.rows import Row
from gpusched.report.summary import duration

SHOWN = ("makespan_ns", "lifetime_p50_ns", "lifetime_p99_ns", "latency_p50_ns", "latency_p99_ns", "threads", "switches")


SHORT = {"lifetime_p50_ns": "life p50", "lifetime_p99_ns": "life p99", "latency_p99_ns": "wait p99", "threads": "threads"}
"""Columns of the terminal's table, whose lines are short; the page and compare.json have all."""


def text(name: str, value: float) -> str:
    """A figure for people."""
    return duration(value) if name.endswith("_ns") else f"{value:,.0f}"


def cell(row: Row, name: str) -> str:
    """Model, real median and their ratio."""
    if name not in row.figures:
        return "-"
    model, real, _, _ = row.figures[name]
    ratio = f" ({model / real:.2f})" if real else ""
    return f"{text(name, model)} / {text(name, real)}{ratio}"


def _ratio(row: Row, name: str) -> str:
    """Ratio of model to real median."""
    model, real, _, _ = row.figures.get(name, (0.0, 0.0, 0.0, 0.0))
    return f"{model / real:.2f}" if real else "-"


def median_error(rows: list[Row]) -> float:
    """Median relative error of the makespan over computing workloads; 0 without any."""
    errors = [row.error("makespan_ns") for row in rows if row.kind == "cpu"]
    return median(errors) if errors else 0.0


def print_rows(rows: list[Row], said: list[str]) -> None:
    """Prints every figure of a single row, or a line for each of several."""
    console = Console()
    if len(rows) == 1:
        _print_one(console, rows[0])
    else:
        table = Table(
            "workload", "point", "makespan: model / real", *SHORT.values(), "verdict", title="model / real; the other columns are the ratio of the two"
        )
        for row in rows:
            cells = [_ratio(row, name) for name in SHORT]
            table.add_row(row.workload, row.label, cell(row, "makespan_ns"), *cells, row.verdict)
        console.print(table)
        observations = Table(*OBSERVED, title="the workloads' own observations: model / real (ratio)")
        for line in observed(rows):
            observations.add_row(*line)
        console.print(observations)
    said = [*said, *dict.fromkeys(f"{row.workload}: {row.scaled}" for row in rows if row.scaled)]
    for sentence in said:
        console.print(f"Note: {sentence}.", markup=False)


def observed(rows: list[Row]) -> list[tuple[str, ...]]:
    """Workload, point, P, name and median of each of the workloads' own histograms, its 99 % quantile, and the steals, model / real (ratio)."""
    found = []
    for row in rows:
        own = [name for name in row.figures if "_p50" in name and not name.startswith(("lifetime_", "latency_"))]
        for name in own:
            label = name.removesuffix("_ns").removesuffix("_p50")
            found.append((row.workload, row.label, str(row.gomaxprocs), label, cell(row, name), cell(row, name.replace("_p50", "_p99"))))
        if own and max(row.figures["steals"][:2]) >= 1:
            found.append((row.workload, row.label, str(row.gomaxprocs), "steals", cell(row, "steals"), "-"))
    return found


OBSERVED = ("workload", "point", "P", "observation", "p50", "p99")


def _print_one(console: Console, row: Row) -> None:
    """Prints all figures and distances of a row."""
    table = Table(
        "",
        "model",
        "real",
        "real runs",
        "ratio",
        title=f"{row.workload}, GOMAXPROCS={row.gomaxprocs}: {row.share:.0%} work.CPU, {row.runs} real runs, {row.undisturbed} undisturbed",
    )
    for name, (model, real, least, most) in row.figures.items():
        ratio = f"{model / real:.2f}" if real else "-"
        table.add_row(name.removesuffix("_ns"), text(name, model), text(name, real), f"{text(name, least)} .. {text(name, most)}", ratio)
    console.print(table)
    distances = Table("distance", "value", "95 % interval")
    for name, (value, low, high) in row.distances.items():
        distances.add_row(name, f"{value:.3f}", f"{low:.3f} .. {high:.3f}")
    console.print(distances)
    console.print(f"Verdict: {row.verdict}.", markup=False)


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


def page(rows: list[Row], machine: Any, overrides: list[str]) -> str:
    """The table as Markdown."""
    command = command_of(machine, overrides)
    lines = [
        "# The model against the real runtime",
        "",
        f"Made by `gpusched compare {command}`.",
        f"Machine: {machine.calibrated or machine.name + ', not calibrated'}.",
        "",
    ]
    lines += [
        "Each cell is model / real (ratio); real is the median of the runs. `cpu`: at least 80 % of the processor time is `work.CPU`.",
        "`code`: no work call at all; of such programs the makespan counts, within a factor of 1.5.",
        "",
    ]
    head = ["workload", "point", "P", "kind", *(name.removesuffix("_ns") for name in SHOWN), "undisturbed", "verdict"]
    lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        cells = [row.workload, row.label, str(row.gomaxprocs), row.kind, *(cell(row, name) for name in SHOWN), f"{row.undisturbed} of {row.runs}", row.verdict]
        lines.append(f"| {' | '.join(cells)} |")
    errors = f"{median_error(rows):.0%}" if any(row.kind == "cpu" for row in rows) else "-"
    outside, spread = sum(bool(row.outside) for row in rows), sum(bool(row.by_spread) and not row.outside for row in rows)
    lines += ["", f"Median error of the makespan over computing workloads: {errors} (at most 10 %)."]
    lines += [f"{outside} of {len(rows)} rows are outside, {spread} pass by the real runs' own spread."]
    lines += [f"{row.workload}, {row.gomaxprocs} P: {row.scaled}." for row in rows if row.scaled]
    if found := observed(rows):
        lines += ["", "## What the workloads observe", "", "Each cell is model / real (ratio).", ""]
        lines += [f"| {' | '.join(OBSERVED)} |", f"|{'---|' * len(OBSERVED)}", *(f"| {' | '.join(line)} |" for line in found)]
    return "\n".join(lines) + "\n"
