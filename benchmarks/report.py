"""Makes RESULTS.md from the latest line of each benchmark's results."""

import json
from pathlib import Path
from typing import Any

from benchmarks.measure import HERE, RESULTS, number

TITLES = {
    "pool": "Worker pool, 8 Ps",
    "explore": "Exploring schedules",
    "local": "Local instructions: primes by trial division",
    "skynet": "Skynet, 10^6 leaves, 2 Ps, against the real Go program",
    "goroutines": "Very many goroutines",
    "peers": "M/M/1 against SimPy and Cimba",
    "build": "Cold build of the kernel",
}
GPU_ROWS = (
    "The test suite on a GPU, bits equal to the CPU's",
    "Actions/s at 32 worlds",
    "Actions/s at 1,024 worlds",
    "Actions/s at 16,384 worlds",
    "Actions/s at 131,072 worlds",
    "Occupancy",
)


def latest() -> dict[str, dict[str, Any]]:
    """Returns the last line of each results file that there is."""
    found = {}
    for name in TITLES:
        path = RESULTS / f"{name}.jsonl"
        if path.exists():
            found[name] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return found


def bound(figure: dict[str, Any]) -> str:
    """Returns a figure's target in words."""
    return "" if figure["target"] is None else f"{'at most' if figure['at_most'] else 'at least'} {number(figure['target'])}"


def verdict(figure: dict[str, Any]) -> str:
    """Returns how the figure stands against its target."""
    if figure["target"] is None:
        return ""
    return f"{'**missed**' if figure['verdict'] == 'missed' else 'met'} ({figure['value'] / figure['target']:.2f} of it)"


def summary(lines: dict[str, dict[str, Any]]) -> list[str]:
    """Returns the paragraph that says which targets are missed."""
    judged = [(name, figure) for name, line in lines.items() for figure in line["figures"] if figure["target"] is not None]
    missed = [(name, figure) for name, figure in judged if figure["verdict"] == "missed"]
    rows = [f"{len(judged) - len(missed)} of {len(judged)} targets are met." + (" Missed:" if missed else ""), ""]
    for name, figure in missed:
        rows.append(f"- {name}: {figure['name']} is {number(figure['value'])} {figure['unit']}, should be {bound(figure)}")
    absent = [name for name in TITLES if name not in lines]
    return [*rows, "", *([f"Not measured: {', '.join(absent)}.", ""] if absent else [])]


def section(name: str, line: dict[str, Any]) -> list[str]:
    """Returns a benchmark's table."""
    load = ", ".join(str(value) for value in line["load"])
    rows = [f"## {TITLES[name]} (`python -m benchmarks.{name}`)", ""]
    rows += [f"{line['date']}, {line['device']}: {line['cpu']}, {line['cores']} cores, load average {load}; commit {line['commit'][:12]}", ""]
    rows += ["| | measured | target | |", "|---|---|---|---|"]
    rows += [f"| {f['name']} | {number(f['value'])} {f['unit']} | {bound(f)} | {verdict(f)} |" for f in line["figures"]]
    return [*rows, "", *line["notes"], ""]


def report(lines: dict[str, dict[str, Any]]) -> str:
    """Returns the whole page."""
    rows = [
        "# Speed, measured",
        "",
        "Made by `python -m benchmarks.report` from the last line of each file in `benchmarks/results/`. Medians; the kernel's build is",
        "",
    ]
    rows[2] += " excluded, growth of tables and statistics are included. Load average: at the end, over 1, 5 and 15 minutes."
    rows += summary(lines)
    for name, line in lines.items():
        rows += section(name, line)
    rows += ["## On a CUDA GPU", "", "Not run: no GPU was at hand.", "", "| | measured |", "|---|---|"]
    rows += [f"| {name} | not measured |" for name in GPU_ROWS]
    if lines:
        versions = next(reversed(lines.values()))["versions"]
        rows += ["", "Versions: " + ", ".join(f"{name} {value}" for name, value in versions.items() if value) + "."]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Writes RESULTS.md."""
    path = Path(HERE / "RESULTS.md")
    path.write_text(report(latest()), encoding="utf-8")
    print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main()
