"""A comparison for the terminal, in lines of 80 columns: a table of ratios, then each row's main outputs with the real runs' spread, and its distances."""

import textwrap

from gpusched.compare.judge import LIFETIMES, summary
from gpusched.compare.rows import RATE, Row
from gpusched.report.summary import duration

WIDTH = 80
MILLIONS = 10_000_000
"""From here on a number has three digits."""
RATIOS = {"time": "makespan_ns", "life50": "lifetime_p50_ns", "life99": "lifetime_p99_ns", "wait99": "latency_p99_ns"}
"""Columns of the table; the throughput comes after the first."""


def text(name: str, value: float) -> str:
    """A figure for people."""
    if name.endswith("_ns"):
        return duration(value)
    if name.endswith(RATE) or value >= MILLIONS:
        size, unit = next(((size, unit) for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if value >= 0.9995 * size), (1.0, ""))
        return f"{value / size:.3g} {unit}".rstrip() + "/s" * name.endswith(RATE)
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def short(name: str) -> str:
    """A figure's name without the unit that its text has."""
    return name.removesuffix("_ns").removesuffix(RATE)


def where(label: str, gomaxprocs: int) -> str:
    """A point in words that name GOMAXPROCS."""
    if "gomaxprocs=" in label:
        return label
    return f"GOMAXPROCS={gomaxprocs}" + (f", {label}" if label != "all" else "")


def ratio(row: Row, name: str) -> str:
    """Ratio of model to real median, "-" where there is none."""
    model, real, _, _ = row.figures.get(name, (0.0, 0.0, 0.0, 0.0))
    return f"{model / real:.2f}" if real else "-"


def cell(row: Row, name: str, spread: bool = False) -> str:
    """Model, real median and their ratio; with ``spread`` also the least and the greatest real run."""
    if name not in row.figures:
        return "-"
    model, real, least, most = row.figures[name]
    found = f"{text(name, model)} / {text(name, real)}" + (f" ({model / real:.2f})" if real else "")
    return f"{found} [{text(name, least)} .. {text(name, most)}]" if spread else found


def distributions(row: Row) -> list[str]:
    """Names of a row's distributions: lifetime, latency, the workload's own."""
    names = [name.removesuffix("_ks") for name in row.distances if name.endswith("_ks")]
    return sorted(names, key=lambda name: ["lifetime", "latency"].index(name) if name in ("lifetime", "latency") else 2)


def quantile(row: Row, distribution: str, label: str) -> str:
    """The name of the figure of a distribution's quantile."""
    name = f"{distribution}_{label}"
    return name if name in row.figures else f"{name}_ns"


def print_rows(rows: list[Row], said: list[str]) -> None:
    """Prints a table of several rows, all of each row, what the rows come to, and notes."""
    for line in lines_of(rows, said):
        print(line)


def lines_of(rows: list[Row], said: list[str]) -> list[str]:
    """What ``print_rows`` prints; of a single row every figure."""
    alone = len(rows) == 1
    lines = [] if alone else _table(rows)
    for row in rows:
        lines += ["", *_block(row, list(row.figures) if alone else ["makespan_ns", *row.throughputs, *LIFETIMES])]
    if not alone:
        lines += ["", *(line for sentence in summary(rows) for line in textwrap.wrap(sentence, WIDTH))]
    said = [*said, *dict.fromkeys(f"{row.workload}: {row.scaled}" for row in rows if row.scaled)]
    said += [f"{row.workload}, {row.label}: {lost(row)}" for row in rows if row.lost]
    return lines + [line for sentence in said for line in textwrap.wrap(f"Note: {sentence}.", WIDTH, break_on_hyphens=False)]


def lost(row: Row) -> str:
    """Says that lifetimes are of a part."""
    return f"{row.lost:,} goroutines are in no lifetime, as more than 64 functions start goroutines; lifetimes are not judged"


def _table(rows: list[Row]) -> list[str]:
    """A line of ratios for each row."""
    heads = list(RATIOS)
    heads.insert(1, "rate")
    lines = ["Model / real runs: makespan (time), throughput (rate), p50 and p99 of lifetimes", "(life50, life99), p99 of /sched/latencies (wait99).", ""]
    lines += [_line("workload", "point", heads, "verdict")]
    for row in rows:
        ratios = [ratio(row, name) for name in RATIOS.values()]
        ratios.insert(1, ratio(row, row.throughputs[0]) if row.throughputs else "-")
        lines.append(_line(row.workload, row.label, ratios, row.state))
    return lines


def _line(workload: str, point: str, cells: list[str], verdict: str) -> str:
    """A line of the table; long names are cut."""
    return f"{_cut(workload, 17)} {_cut(point, 14)}" + "".join(f" {value:>6}" for value in cells) + f" {verdict}"


def _cut(name: str, width: int) -> str:
    """A name in so many columns."""
    return f"{name:<{width}}" if len(name) <= width else f"{name[: width - 1]}…"


def _block(row: Row, names: list[str]) -> list[str]:
    """A row's heading and verdict, figures with the real runs' spread, quantiles' ratios and distances with their intervals."""
    told = f"{row.kind}, {row.share:.0%} work.CPU, {row.undisturbed} of {row.runs} real runs undisturbed"
    lines = textwrap.wrap(f"{row.workload}, {where(row.label, row.gomaxprocs)}: {told}", WIDTH)
    lines.append(f"  {'':24}{'model':>11}{'real':>11}{'real runs':>25} {'ratio':>6}")
    for name in names:
        if name in row.figures:
            model, real, least, most = row.figures[name]
            spread = f"{text(name, least)} .. {text(name, most)}"
            lines.append(f"  {_cut(short(name), 24)}{text(name, model):>11}{text(name, real):>11}{spread:>25} {ratio(row, name):>6}")
    if found := distributions(row):
        lines.append(f"  {'distribution':20}{'p50':>6}{'p90':>6}{'p99':>6}{'KS':>18}{'Wasserstein':>18}")
    for name in found:
        ratios = "".join(f"{ratio(row, quantile(row, name, label)):>6}" for label in ("p50", "p90", "p99"))
        lines.append(f"  {_cut(name, 20)}{ratios}{_interval(row, f'{name}_ks'):>18}{_interval(row, f'{name}_wasserstein'):>18}")
    return lines + textwrap.wrap(f"Verdict: {row.verdict}.", WIDTH, initial_indent="  ", subsequent_indent="  ")


def _interval(row: Row, name: str) -> str:
    """A distance and its 95 % interval."""
    value, low, high = row.distances[name]
    return f"{value:.2f} ({low:.2f}-{high:.2f})"
