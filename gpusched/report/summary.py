"""The summary of a run, from the arrays and attributes of its file: how worlds ended, goroutines, distributions, memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.memory import human
from gpusched.stats.histogram import quantiles

Arrays = dict[str, NDArray[Any]]
MAX_ROWS = 40
"""Points that a table shows; the file has all."""
SHOWN = (0.5, 0.9, 0.99)
MOST_LINES = 60
"""Lines of what a single world printed that are shown."""
FIXED = ("label", "program_hash", "worlds", "actions")


def print_summary(arrays: Arrays, attributes: dict[str, Any]) -> None:
    """Prints the summary to standard output."""
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=140)
    for line in _printed(arrays):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for table in [_ends(arrays), *_distributions(arrays)]:
        console.print(table)
    for line in [*_failures(arrays), *_stuck(arrays), *_leaked(arrays), *_closing(attributes)]:
        console.print(line, highlight=False, markup=False)


def _printed(arrays: Arrays) -> list[str]:
    """Returns what the program printed, where there is one world alone and its output was kept."""
    texts = arrays.get("output/output_text", [])
    if len(arrays["world"]) != 1 or not len(texts) or not texts[0]:
        return []
    lines = printable(str(texts[0])).rstrip("\n").split("\n")
    more = [f"... and {len(lines) - MOST_LINES} more lines, which the file has"] if len(lines) > MOST_LINES else []
    dropped = int(arrays["output/output_dropped"][0])
    more += [f"... and {dropped:,} more calls that print, which were not recorded (limits.output_words)"] if dropped else []
    return ["Printed:", *(f"  {line}" for line in lines[:MOST_LINES]), *more]


def swept(arrays: Arrays) -> dict[str, list[str]]:
    """Returns the swept settings: last part of the path (whole where that is ambiguous) -> value of each point."""
    paths = [path.removeprefix("points/") for path in arrays if path.startswith("points/") and path.removeprefix("points/") not in FIXED]
    last = [path.rsplit(".", 1)[-1] for path in paths]
    return {(end if last.count(end) == 1 else path): [str(v) for v in arrays[f"points/{path}"]] for path, end in zip(paths, last, strict=True)}


def _table(title: str, arrays: Arrays, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Any:
    """Makes a table with a row for each point: the swept values, then the columns."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    settings = swept(arrays)
    for name in (*settings, *columns):
        table.add_column(name, justify="right", no_wrap=name != "ended")
    for point, row in list(enumerate(rows))[:MAX_ROWS]:
        table.add_row(*(values[point] for values in settings.values()), *row)
    if len(rows) > MAX_ROWS:
        table.caption = f"{len(rows) - MAX_ROWS} more points are in the file"
    return table


def _ends(arrays: Arrays) -> Any:
    """Makes the table of how worlds ended, and their goroutines and actions."""
    point = arrays["worlds/point_of_world"]
    rows = []
    for number, ended in enumerate(arrays["points/worlds"]):
        mine = point == number
        ways = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in zip(arrays["status"], ended, strict=True) if count)
        rows.append(
            (
                ways,
                f"{arrays['worlds/time_ns'][mine].mean() / 1e9:.3g} s",
                f"{arrays['worlds/goroutines_created'][mine].mean():,.0f}",
                f"{arrays['worlds/goroutines_peak'][mine].max():,}",
                f"{arrays['worlds/threads'][mine].max():,}",
                f"{arrays['points/actions'][number]:,}",
            )
        )
    return _table("Worlds", arrays, ("ended", "simulated", "goroutines created", "alive at peak", "threads", "actions"), rows)


def _distributions(arrays: Arrays) -> list[Any]:
    """Makes a table for each histogram: what the workload recorded, the scheduling latency, lifetimes by function."""
    tables = []
    for index, name in enumerate(arrays.get("observations/histogram", [])):
        tables.append(_distribution(f"{name} (recorded by the workload)", arrays, "observations", index))
    if "latency/count" in arrays:
        tables.append(_distribution("Scheduling latency: runnable to running", arrays, "latency", None))
    functions = arrays.get("lifetimes/function", [])
    for index, name in enumerate(functions):
        if index == 0 and len(functions) > 1:
            continue  # main's lifetime is the simulated time of the first table
        alive = arrays["lifetimes/alive"][:, index]
        if arrays["lifetimes/count"][:, index].any() or alive.any():
            tables.append(_distribution(f"Lifetime of {name}", arrays, "lifetimes", index, alive))
    return tables


def _distribution(title: str, arrays: Arrays, group: str, index: int | None, alive: NDArray[Any] | None = None) -> Any:
    """Makes the table of one histogram."""
    chosen = slice(None) if index is None else (slice(None), index)
    count, least, most = (arrays[f"{group}/{name}"][chosen] for name in ("count", "least_ns", "most_ns"))
    values = quantiles(arrays[f"{group}/counts"][chosen], SHOWN, least, most)
    total = arrays[f"{group}/total_ns"][chosen]
    rows = []
    for point in range(len(count)):
        n = int(count[point])
        durations = [total[point] / n, *values[point], most[point]] if n else [np.nan] * 5
        rows.append((f"{n:,}", *(duration(v) for v in durations), *([f"{alive[point]:,}"] if alive is not None else [])))
    columns = ("count", "mean", "p50", "p90", "p99", "max", *(["alive at end"] if alive is not None else []))
    return _table(title, arrays, columns, rows)


def duration(ns: float) -> str:
    """Returns a duration with three digits, as Go prints its unit; "-" for NaN."""
    if np.isnan(ns):
        return "-"
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size * 0.9995:
            value = ns / size
            return f"{value:,.0f} {unit}" if value >= 999.5 else f"{value:.3g} {unit}"
    return f"{ns:.3g} ns"


def printable(text: str) -> str:
    """Returns a program's text as a terminal may have it: lines and tabs kept, other control characters replaced."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _failures(arrays: Arrays) -> list[str]:
    """Returns a line for each different way in which worlds failed."""
    failed = arrays["worlds/failed"] != 0
    if not failed.any():
        return []
    worlds: dict[str, list[int]] = {}
    for world in np.flatnonzero(failed):
        lines = str(arrays["worlds/message"][world]).splitlines() or ["failed"]
        worlds.setdefault(printable(lines[0]), []).append(int(world))
    most = sorted(worlds.items(), key=lambda item: -len(item[1]))
    lines = [f"  {len(same):,} x {message} (first: world {same[0]})" for message, same in most[:6]]
    return ["Failed worlds (not in the tables of durations):", *lines, *([f"  and {len(most) - 6} other ways"] if len(most) > 6 else [])]


def _stuck(arrays: Arrays) -> list[str]:
    """Returns lines that say where the goroutines that were alive at the end stood, the most frequent ones."""
    if "goroutines/goroutine_count" not in arrays:
        return []
    totals: dict[tuple[str, str, str], int] = {}
    columns = (arrays[f"goroutines/goroutine_{name}"] for name in ("function", "line", "reason", "count"))
    for function, line, reason, count in zip(*columns, strict=True):
        key = (str(function), str(line), str(reason))
        totals[key] = totals.get(key, 0) + int(count)
    most = sorted(totals.items(), key=lambda item: -item[1])[:6]
    lines = [f"  {count:,} in {function} at {line}: {reason}" for (function, line, reason), count in most]
    more = [f"  and {len(totals) - 6} other places"] if len(totals) > 6 else []
    return ["Goroutines alive at the end, all worlds:", *lines, *more]


def _leaked(arrays: Arrays) -> list[str]:
    """Returns lines that say which goroutines can never run again, the most frequent ones."""
    if "leaks/leak" not in arrays:
        return []
    totals: dict[tuple[str, ...], int] = {}
    columns = (arrays[f"leaks/leak_{name}"] for name in ("function", "line", "reason", "object", "created"))
    for row in zip(*columns, strict=True):
        key = tuple(str(part) for part in row)
        totals[key] = totals.get(key, 0) + 1
    worlds = len(set(arrays["leaks/leak_world"].tolist()))
    lines = [
        f"  {count:,} in {function} at {line}: {reason}{f' on {held}' if held else ''}{f', created at {made}' if made else ''}"
        for (function, line, reason, held, made), count in sorted(totals.items(), key=lambda item: -item[1])[:6]
    ]
    more = [f"  and {len(totals) - 6} other places"] if len(totals) > 6 else []
    return [f"Leaked goroutines, which can never run again, in {worlds:,} of the worlds looked at:", *lines, *more]


def _closing(attributes: dict[str, Any]) -> list[str]:
    """Returns the lines on speed and memory."""
    actions, seconds = int(attributes["actions"]), float(attributes["run_seconds"])
    return [
        f"{actions:,} actions in {seconds:.2f} s on {attributes['device']}: {actions / max(seconds, 1e-9) / 1e6:.1f} M actions/s"
        f" (compiled in {float(attributes['compile_seconds']):.1f} s)",
        f"A world took {human(int(attributes['bytes_per_world']))}, a parked goroutine {int(attributes['bytes_per_goroutine'])} bytes.",
    ]
