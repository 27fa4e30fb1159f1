"""Twelve concurrency bugs and their mended versions: how often each shows, in the model and in fresh processes of the real runtime.

    python experiments/concurrency_bugs/study.py model real report

``model`` and ``real`` write model.json and real.json (real needs the Go toolchain), ``report`` makes the tables in README.md and the figure from them alone.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.stats.interval import share_interval

HERE = Path(__file__).parent
PROCS = (1, 2, 4, 8, 16)
SCHEDULES = 1000
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"


def bugs() -> list[str]:
    """Returns the names of the programs."""
    return sorted(path.parent.parent.name for path in HERE.glob("*/bug/main.go"))


def model() -> None:
    """Explores each program under each strategy."""
    found = {name: {kind: _explored(HERE / name / kind) for kind in ("bug", "fixed")} for name in bugs()}
    (HERE / "model.json").write_text(json.dumps({"schedules": SCHEDULES, "programs": found}, indent=1) + "\n", encoding="utf-8")


def _explored(package: Path) -> dict[str, Any]:
    """Counts the outcomes of one program: realistic by GOMAXPROCS, random, pct; and the fewest forced switches that show a bad one."""
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.explore.command import explore_overrides
    from gpusched.explore.run import make_explorer
    from gpusched.explore.smallest import smallest

    words = explore_overrides([str(package), "machine=small_vm", "machine.gomaxprocs=16", "engine.device=cpu", "limits.horizon_s=10", "steps=0"])
    explorer = make_explorer(compose(rewrite(words)))
    explore = explorer.config.explore
    size = explorer.batch_size(SCHEDULES)
    result: dict[str, Any] = {}
    bad = set()
    for label, strategy, procs in [*((str(p), "realistic", p) for p in PROCS), ("random", "random", 1), ("pct", "pct", 1)]:
        settings = explore.model_copy(update={"strategy": strategy})
        if strategy == "pct":
            settings = settings.model_copy(update={"steps": explorer.steps_taken(settings, size)})
        rows = explorer.rows(np.arange(SCHEDULES), settings)
        rows["gomaxprocs"], rows["procs"] = procs, procs
        keys = [key for at in range(0, SCHEDULES, size) for key in explorer.run(rows[at : at + size], size).keys]
        bad |= {key for key in keys if key.bad}
        result[label] = dict(Counter("completed" if not key.bad else f"{key.kind}: {key.message}" for key in keys))
    shortest = smallest(explorer, bad, 3) if bad else {}
    result["switches"] = min((len(one.switches) for one in shortest.values()), default=None)
    print(package.relative_to(HERE), {label: 1 - result[label].get("completed", 0) / SCHEDULES for label in result if label != "switches"}, flush=True)
    return result


def real() -> None:
    """Builds each program once and runs it in fresh processes."""
    from gpusched.golang.toolchain import go_version, require_go

    go = require_go()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        launch = _built(go, "launch", folder)
        for name in bugs():
            found[name] = {}
            for kind in ("bug", "fixed"):
                program = _built(go, f"{name}/{kind}", folder)
                found[name][kind] = {str(p): _launched(launch, program, p) for p in PROCS}
            print(name, {p: 1 - ways.get("completed", 0) / SCHEDULES for p, ways in found[name]["bug"].items()}, flush=True)
    from gpusched.run import device_name

    where = {"go": go_version(), "host": device_name("cpu").removeprefix("cpu ")}
    (HERE / "real.json").write_text(json.dumps({"processes": SCHEDULES, **where, "programs": found}, indent=1) + "\n", encoding="utf-8")


def _built(go: Path, package: str, folder: str) -> Path:
    """Builds a package and returns the program."""
    program = Path(folder) / package.replace("/", "_")
    subprocess.run([go, "build", "-o", program, f"./{package}"], cwd=HERE, check=True)
    return program


def _launched(launch: Path, program: Path, procs: int) -> dict[str, int]:
    """Runs a program in fresh processes and counts how they ended."""
    return json.loads(subprocess.run([launch, str(SCHEDULES), str(procs), program], capture_output=True, text=True, check=True).stdout)


def share(ways: dict[str, int]) -> tuple[int, int]:
    """Returns how many ended badly, of how many."""
    number = sum(ways.values())
    return number - ways.get("completed", 0), number


def cell(ways: dict[str, int]) -> str:
    """Returns a share with its interval, in per cent."""
    count, number = share(ways)
    low, high = share_interval(count, number)
    return f"{100 * count / number:.3g} ({100 * low:.3g} to {100 * high:.3g})"


def report() -> None:
    """Writes the tables into README.md and the figure."""
    modelled, measured = (json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["programs"] for name in ("model", "real"))
    lines = [f"| bug | | {' | '.join(f'P = {p}' for p in PROCS)} |", f"|---|---|{'---|' * len(PROCS)}"]
    for name in modelled:
        for label, source in (("model", modelled), ("real", measured)):
            cells = " | ".join(cell(source[name]["bug"][str(p)]) for p in PROCS)
            lines.append(f"| {name if label == 'model' else ''} | {label} | {cells} |")
    lines += ["", "| bug | random | pct, depth 3 | fewest forced switches |", "|---|---|---|---|"]
    for name, kinds in modelled.items():
        bug = kinds["bug"]
        lines.append(f"| {name} | {cell(bug['random'])} | {cell(bug['pct'])} | {bug['switches'] if bug['switches'] is not None else 'more than 3'} |")
    lines += ["", "Mended versions that still ended badly:"]
    for label, source in (("model", modelled), ("real", measured)):
        pairs = {f"{name} ({p})": share(ways) for name, kinds in source.items() for p, ways in kinds["fixed"].items() if p != "switches"}
        count, number = sum(c for c, _ in pairs.values()), sum(n for _, n in pairs.values())
        where = ", ".join(f"{name}: {c}" for name, (c, _) in pairs.items() if c)
        lines.append(f"- {label}: {count} of {number:,}{f' ({where})' if where else ''}")
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    readme.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END)[1], encoding="utf-8")
    _figure(modelled, measured)


def _figure(modelled: dict[str, Any], measured: dict[str, Any]) -> None:
    """Draws a panel for each bug: the share of bad outcomes against GOMAXPROCS, model and real."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "gpusched"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(3, 4, figsize=(12, 7.5), sharex=True, sharey=True, layout="constrained")
    for axis, name in zip(axes.flat, modelled, strict=True):
        for label, source, marker in (("model", modelled, "o"), ("real", measured, "s")):
            points = [share(source[name]["bug"][str(p)]) for p in PROCS]
            middle = np.array([count / number for count, number in points])
            ends = np.array([share_interval(count, number) for count, number in points])
            axis.errorbar(PROCS, middle, yerr=np.abs(ends.T - middle), marker=marker, markersize=4, capsize=2, label=label)
        axis.set(title=name.replace("_", " "), xscale="log", ylim=(-0.05, 1.05))
        axis.set_xticks(PROCS, [str(p) for p in PROCS], minor=False)
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0, 0].legend(frameon=False)
    figure.supxlabel("GOMAXPROCS")
    figure.supylabel("share of runs that end badly, with 95 % intervals")
    figure.savefig(HERE / "shares_by_gomaxprocs.svg", metadata={"Date": None})


if __name__ == "__main__":
    for command in sys.argv[1:] or ["report"]:
        {"model": model, "real": real, "report": report}[command]()
