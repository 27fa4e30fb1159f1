"""Twelve concurrency bugs and their mended versions: how often each shows, in the model and in fresh processes of the real runtime.

    python experiments/concurrency_bugs/study.py model displaced causes real report

Each but the last writes a file of its name (real needs the Go toolchain); ``report`` makes the tables and the figures of what came out in README.md, and the
figure, from them alone.
"""

import json
import os
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
RARE, MOSTLY = 0.1, 0.9
"""Shares below and above which a bug is rare or shows mostly."""
NO_LATENCY = "{p0: 0, p10: 0, p50: 0, p90: 0, p99: 0, max: 0}"
DISPLACED = ["machine.displace=257"]
"""Wakers are displaced as often as was measured."""
VARIED = {
    "as it is": [],
    "displaced wakers": DISPLACED,
    "no parked threads": ["machine.parked=0"],
    "no jitter": [f"machine.jitter={NO_LATENCY}"],
    "no pauses": ["machine.load_every=0"],
    "wakes twice as fast": ["machine.wake={p0: 4850, p10: 15000, p50: 26000, p90: 48500, p99: 90000, max: 200000}"],
}
"""Settings that add, leave out or change a part of the noise."""
DIFFERED = ("ab_ba", "reader_writer_reader", "timer_close")
CAUSE_PROCS = (2, 8)


def bugs() -> list[str]:
    """Returns the names of the programs."""
    return sorted(path.parent.parent.name for path in HERE.glob("*/bug/main.go"))


def model() -> None:
    """Explores each program under each strategy."""
    found = {name: {kind: _explored(HERE / name / kind) for kind in ("bug", "fixed")} for name in bugs()}
    (HERE / "model.json").write_text(json.dumps({"schedules": SCHEDULES, "programs": found}, indent=1) + "\n", encoding="utf-8")


def _explorer(package: Path, *settings: str) -> Any:
    """Compiles a program for small_vm."""
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.explore.command import explore_overrides
    from gpusched.explore.run import make_explorer

    words = [str(package), "machine=small_vm", "machine.gomaxprocs=16", "engine.device=cpu", "limits.horizon_s=10", "steps=0", *settings]
    return make_explorer(compose(rewrite(explore_overrides(words))))


def _keys(explorer: Any, strategy: str, procs: int) -> list[Any]:
    """Returns the outcomes of the first schedules of a strategy."""
    settings = explorer.config.explore.model_copy(update={"strategy": strategy})
    size = explorer.batch_size(SCHEDULES)
    if strategy == "pct":
        settings = settings.model_copy(update={"steps": explorer.steps_taken(settings, size)})
    rows = explorer.rows(np.arange(SCHEDULES), settings)
    rows["gomaxprocs"], rows["procs"] = procs, procs
    return [key for at in range(0, SCHEDULES, size) for key in explorer.run(rows[at : at + size], size).keys]


def _counted(keys: list[Any]) -> dict[str, int]:
    """Counts outcomes by what is said of them."""
    return dict(Counter("completed" if not key.bad else f"{key.kind}: {key.message}".removesuffix(": ") for key in keys))


def _explored(package: Path) -> dict[str, Any]:
    """Counts the outcomes of one program: realistic by GOMAXPROCS, random, pct; how many schedules show the first bad one, and the fewest forced switches."""
    from gpusched.explore.smallest import smallest

    explorer = _explorer(package)
    result: dict[str, Any] = {"until": {}}
    bad = set()
    for label, strategy, procs in [*((str(p), "realistic", p) for p in PROCS), ("random", "random", 1), ("pct", "pct", 1)]:
        keys = _keys(explorer, strategy, procs)
        bad |= {key for key in keys if key.bad}
        result[label] = _counted(keys)
        if strategy == label:
            result["until"][label] = next((number for number, key in enumerate(keys, start=1) if key.bad), None)
    shortest = smallest(explorer, bad, 3) if bad and package.name == "bug" else {}
    result["switches"] = min((len(one.switches) for one in shortest.values()), default=None)
    print(package.relative_to(HERE), {label: 1 - ways.get("completed", 0) / SCHEDULES for label, ways in cells(result).items()}, flush=True)
    return result


def cells(result: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Returns a program's counts by GOMAXPROCS or strategy."""
    return {label: ways for label, ways in result.items() if label not in ("switches", "until")}


def displaced() -> None:
    """Explores each program with displaced wakers."""
    found: dict[str, Any] = {}
    for name in bugs():
        explorer = _explorer(HERE / name / "bug", *DISPLACED)
        found[name] = {"bug": {str(p): _counted(_keys(explorer, "realistic", p)) for p in PROCS}}
        print(name, {p: cell(ways) for p, ways in found[name]["bug"].items()}, flush=True)
    (HERE / "displaced.json").write_text(json.dumps({"schedules": SCHEDULES, "programs": found}, indent=1) + "\n", encoding="utf-8")


def causes() -> None:
    """Varies one part of the noise at a time for the programs in which model and real processes differed without it; and real processes on one processor."""
    from gpusched.golang.toolchain import find_go

    found: dict[str, Any] = {"model": {}, "real": {}}
    for name in DIFFERED:
        found["model"][name] = {}
        for label, settings in VARIED.items():
            explorer = _explorer(HERE / name / "bug", *settings)
            found["model"][name][label] = {str(p): _counted(_keys(explorer, "realistic", p)) for p in CAUSE_PROCS}
            print(name, label, {p: cell(ways) for p, ways in found["model"][name][label].items()}, flush=True)
    if go := find_go():
        with tempfile.TemporaryDirectory() as folder:
            launch = _built(go, "launch", folder)
            for name in DIFFERED:
                program = _built(go, f"{name}/bug", folder)
                found["real"][name] = {str(p): _launched(launch, program, p, one=True) for p in CAUSE_PROCS}
                print(name, "one processor", {p: cell(ways) for p, ways in found["real"][name].items()}, flush=True)
    (HERE / "causes.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


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


def _launched(launch: Path, program: Path, procs: int, *, one: bool = False) -> dict[str, int]:
    """Runs a program in fresh processes, all on one processor if ``one``, and counts how they ended."""
    allowed = os.sched_getaffinity(0)
    try:
        if one:
            os.sched_setaffinity(0, {min(allowed)})
        return json.loads(subprocess.run([launch, str(SCHEDULES), str(procs), program], capture_output=True, text=True, check=True).stdout)
    finally:
        os.sched_setaffinity(0, allowed)


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
    """Writes the tables and what follows from them into README.md, and the figure."""
    modelled, away, measured = (json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["programs"] for name in ("model", "displaced", "real"))
    varied = json.loads((HERE / "causes.json").read_text(encoding="utf-8"))
    tables = [*_shares(modelled, away, measured), "", *_strategies(modelled), "", *_varied(varied, measured)]
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name, lines in (("tables", tables), ("figures", [*_agreement(modelled, away, measured), *_searched(modelled, measured), *_mended(modelled, measured)])):
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    readme.write_text(text, encoding="utf-8")
    _figure(modelled, measured)


def _shares(modelled: dict[str, Any], away: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """The table of shares by GOMAXPROCS."""
    lines = [f"| bug | | {' | '.join(f'P = {p}' for p in PROCS)} |", f"|---|---|{'---|' * len(PROCS)}"]
    for name in modelled:
        for label, source in (("model", modelled), ("displaced", away), ("real", measured)):
            shares = " | ".join(cell(source[name]["bug"][str(p)]) for p in PROCS)
            lines.append(f"| {name if label == 'model' else ''} | {label} | {shares} |")
    return lines


def _strategies(modelled: dict[str, Any]) -> list[str]:
    """The table of the strategies that test."""
    lines = ["| bug | random | first after | pct, depth 3 | first after | fewest forced switches |", "|---|---|---|---|---|---|"]
    for name, kinds in modelled.items():
        bug = kinds["bug"]
        row = [cell(bug["random"]), bug["until"]["random"], cell(bug["pct"]), bug["until"]["pct"], bug["switches"]]
        lines.append(f"| {name} | {' | '.join('none found' if value is None else str(value) for value in row)} |")
    return lines


def _varied(varied: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """The table of what each part of the noise does."""
    heads = [f"{name}, P = {p}" for name in DIFFERED for p in CAUSE_PROCS]
    lines = [f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for label in VARIED:
        lines.append(f"| model, {label} | {' | '.join(cell(varied['model'][name][label][str(p)]) for name in DIFFERED for p in CAUSE_PROCS)} |")
    lines.append(f"| real | {' | '.join(cell(measured[name]['bug'][str(p)]) for name in DIFFERED for p in CAUSE_PROCS)} |")
    if varied["real"]:
        lines.append(f"| real, on one processor | {' | '.join(cell(varied['real'][name][str(p)]) for name in DIFFERED for p in CAUSE_PROCS)} |")
    return lines


def _kind(ways: dict[str, int]) -> str:
    """Whether a bug shows never or rarely, sometimes, or mostly."""
    count, number = share(ways)
    return "rare" if count / number < RARE else "mostly" if count / number > MOSTLY else "sometimes"


def _agreement(modelled: dict[str, Any], away: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """In how many programs and cells the model and real processes agree."""
    pairs = {(name, p): [source[name]["bug"][str(p)] for source in (modelled, measured)] for name in modelled for p in PROCS}
    differ = sorted({name for (name, _), (a, b) in pairs.items() if _kind(a) != _kind(b)})
    apart = [f"{name} ({p})" for (name, p), (a, b) in pairs.items() if not _overlap(a, b)]
    between = sum(_between(*(source[name]["bug"][str(p)] for source in (modelled, away, measured))) for name, p in pairs)
    return [
        f"- {len(modelled) - len(differ)} of {len(modelled)} agree in kind: rare (below {RARE:.0%}), sometimes, mostly (above {MOSTLY:.0%}), the same at every"
        f" GOMAXPROCS{_listed('; not ', differ)}.",
        f"- The intervals overlap in {len(pairs) - len(apart)} of {len(pairs)} cells{_listed('; not in ', apart)}.",
        f"- The real share lies between the model's without displaced wakers and with them, or the intervals meet, in {between} of {len(pairs)} cells.",
    ]


def _listed(before: str, names: list[str]) -> str:
    """Returns names after words, nothing where there are none."""
    return before + ", ".join(names) if names else ""


def _overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    """Whether the intervals of two shares overlap."""
    (low, high), (other_low, other_high) = share_interval(*share(a)), share_interval(*share(b))
    return low <= other_high and other_low <= high


def _between(a: dict[str, int], b: dict[str, int], real: dict[str, int]) -> bool:
    """Whether a share lies between two others, or its interval overlaps one of theirs."""
    low, high = sorted(count / number for count, number in (share(a), share(b)))
    count, number = share(real)
    return low <= count / number <= high or _overlap(a, real) or _overlap(b, real)


def _searched(modelled: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """What it takes to see each bug."""
    until = {name: kinds["bug"]["until"]["random"] for name, kinds in modelled.items()}
    seen = {name: number for name, number in until.items() if number}
    worst = max(seen, key=lambda name: seen[name])
    few = [name for name, kinds in modelled.items() if (kinds["bug"]["switches"] or 0) <= 1 and kinds["bug"]["switches"] is not None]
    never = [name for name, kinds in measured.items() if not sum(share(kinds["bug"][str(p)])[0] for p in PROCS)]
    once = [name for name, kinds in measured.items() if sum(share(kinds["bug"][str(p)])[0] for p in PROCS) == 1]
    return [
        f"- Of {SCHEDULES * len(PROCS):,} real processes each, none shows{_listed(' ', never) or ' no bug'}{_listed(', one shows ', once)}.",
        f"- `random` shows {len(seen)} of {len(until)} within {seen[worst]} schedules ({worst} last); {len(few)} need at most one forced switch.",
    ]


def _mended(modelled: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """Which mended versions ended badly, and how."""
    lines = []
    for label, source in (("model", modelled), ("real", measured)):
        ways = {f"{name} ({p})": counts for name, kinds in source.items() for p, counts in cells(kinds["fixed"]).items()}
        count, number = sum(share(w)[0] for w in ways.values()), sum(share(w)[1] for w in ways.values())
        where = "; ".join(f"{name}: {n} {way}" for name, w in ways.items() for way, n in w.items() if way != "completed")
        lines.append(f"- Mended versions, {label}: {count} of {number:,} ended badly{f' ({where})' if where else ''}.")
    return lines


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
        {"model": model, "displaced": displaced, "causes": causes, "real": real, "report": report}[command]()
