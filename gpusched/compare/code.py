"""What the time of code consists of, by function and kind of instruction, and its fit to the CPU profile of the real program.

The model says itself how often it executes each kind: the time of code (``worlds/code_ps``) is linear in the cost of a kind and in the scale of a
function's code, so it is measured with one of them, or one of each, made larger (GOMAXPROCS=1, no sysmon, one world for each cost).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.params import KINDS
from gpusched.ensemble.points import make_points
from gpusched.golang.real.binary import build
from gpusched.golang.real.profile import Stack, sample
from gpusched.run import simulate_points
from gpusched.workload import Workload, find

FIELDS = (*KINDS, "mispredict_ps", "local_ps", "call_ps", "alloc_ps", "alloc_word_ps", "copy_ps", "map_ps")
"""Costs that make up the time of code; those of the kinds and local_ps are scaled by function."""
SCALED = len(KINDS) + 2
STEP = 100
UNSCALED = 1000
"""Thousandths of code as it is."""
MOST_FUNCTIONS = 24
"""Functions of the package, and other packages, that are looked at; the rest counts as others."""
OTHERS = "other functions"
WANTED, MOST_RUNS, LEAST = 1000, 200, 20
"""Samples of a profile, most runs for them, and samples from which a function is scaled."""
LEAST_SHARE = 0.02
"""Share of the time of code from which a function is scaled."""
BOUNDS = 0.05, 20.0


@dataclass(frozen=True, eq=False)
class CodeTime:
    """Ps of a world's code at the machine's costs: ``functions`` [function, scaled fields], ``whole`` [FIELDS]; ``names`` of the functions."""

    names: tuple[str, ...]
    functions: NDArray[np.float64]
    whole: NDArray[np.float64]

    def share(self) -> NDArray[np.float64]:
        """Of each function in all that functions can be told from."""
        each = self.functions.sum(axis=1)
        return np.asarray(each / max(float(each.sum()), 1.0))


def code_time(tree: dict[str, Any], const: Mapping[str, Any], workload: Workload) -> CodeTime:
    """Measures the model's time of code of a workload with the given constants."""
    alone = tree | {"sweep": {}, "replicas": 1 + len(FIELDS), "workload": tree["workload"] | {"const": dict(const)}}
    alone |= {"machine": tree["machine"] | {"gomaxprocs": 1}, "policy": tree["policy"] | {"sysmon": False}}
    costs: list[float] = []

    def vary(params: NDArray[Any]) -> None:
        """Adds a step to one cost in each world but the first; all have the same draws."""
        costs[:] = [float(params[name][0]) for name in FIELDS]
        for number, name in enumerate(FIELDS):
            params[name][number + 1] += STEP
        params["by_kind"], params["replica"] = 1, 0

    scales = dict(workload.program.scales)

    def measured(doubled: Sequence[int]) -> NDArray[np.float64]:
        """How often each field counts, [FIELDS], the code of some functions twice."""
        twice = {f: 2 * scales.get(f, UNSCALED) for f in doubled}
        program = replace(workload.program, scales=tuple((scales | twice).items()))
        ps = simulate_points(make_points(alone), workload._replace(program=program), vary=vary).arrays["worlds/code_ps"].astype(np.float64)
        return (ps[1:] - ps[0]) / STEP

    once = measured(())
    own = grouped(workload.program.functions)
    twice = np.array([measured(members) for members in own.values()]).reshape(len(own), len(FIELDS))
    each = np.maximum(twice - once, 0)[:, :SCALED]
    rest = np.maximum(once[:SCALED] - each.sum(axis=0), 0)
    counts = np.vstack([each, rest])
    used = counts.sum(axis=1) > 0
    names = np.array([*own, OTHERS])
    return CodeTime(tuple(str(name) for name in names[used]), counts[used] * np.array(costs[:SCALED]), once * np.array(costs))


def grouped(functions: Sequence[str]) -> dict[str, list[int]]:
    """The functions that are told apart by name: each of the package's own, those of another package together."""
    found: dict[str, list[int]] = {}
    for f, name in enumerate(functions):
        path, _, last = name.rpartition("/")
        package = f"{path}/" * bool(path) + last.partition(".")[0]
        label = name if package == "main" else f"package {package}"
        if label in found or len(found) < MOST_FUNCTIONS:
            found.setdefault(label, []).append(f)
    return found


def lines_of(time: CodeTime) -> list[str]:
    """The time of code in words: shares of functions with their kinds, then what no function is charged with."""
    total = max(float(time.whole.sum()), 1.0)
    lines = [f"code takes {total / 1e9:.3g} ms of processor time in the model:"]
    for name, row in sorted(zip(time.names, time.functions, strict=True), key=lambda pair: -pair[1].sum()):
        parts = [
            f"{field.removesuffix('_ps')} {ps / total:.0%}"
            for field, ps in sorted(zip(FIELDS, row, strict=False), key=lambda pair: -pair[1])
            if ps >= 0.005 * total
        ]
        if row.sum() >= 0.005 * total:
            lines.append(f"  {name} {row.sum() / total:.0%}: {', '.join(parts)}")
    apart = [f"{field.removesuffix('_ps')} {ps / total:.0%}" for field, ps in zip(FIELDS[SCALED:], time.whole[SCALED:], strict=True) if ps >= 0.005 * total]
    if apart:
        lines.append(f"  all functions: {', '.join(apart)}")
    return lines


def by_function(stacks: Counter[Stack], names: tuple[str, ...]) -> Counter[str]:
    """Samples of user code by function of the model: the innermost one that the model has; time in the runtime itself counts nowhere."""
    found: Counter[str] = Counter()
    for stack, count in stacks.items():
        frames = [name for name in stack if name != "runtime.asyncPreempt"]
        if not frames or frames[0].startswith(("runtime.", "internal/runtime/")):
            continue
        found[next((name for name in frames if name in names and name != OTHERS), OTHERS)] += count
    return found


def factors(tree: dict[str, Any], config: Any, time: CodeTime) -> dict[str, float]:
    """By how much the model's code of each function has to be scaled to take the processor time that the real program's profile gives it."""
    binary = build(find(tree["workload"]["name"]), config.workload.const, profiled=True)
    settings = config.compare
    stacks, used, runs = sample(binary, gomaxprocs=1, seed=config.seed, limit_s=settings.limit_s, gogc=settings.gogc, wanted=WANTED, most=MOST_RUNS)
    counted, shares = by_function(stacks, time.names), time.share()
    ns = used / runs / max(stacks.total(), 1)
    found = {}
    for name, row, share in zip(time.names, time.functions, shares, strict=True):
        if name != OTHERS and counted[name] >= LEAST and share >= LEAST_SHARE:
            found[name] = float(np.clip(counted[name] * ns / (row.sum() / 1000), *BOUNDS))
    return found


def scaled(workload: Workload, by: Mapping[str, float]) -> Workload:
    """The workload with the code of functions scaled."""
    scales = tuple((f, round(1000 * by[name])) for f, name in enumerate(workload.program.functions) if name in by)
    return workload._replace(program=replace(workload.program, scales=scales))


def sentence(by: Mapping[str, float]) -> str:
    """Says what was scaled."""
    if not by:
        return "no function's code was scaled: too few samples"
    return f"the code of {', '.join(f'{name} was scaled by {factor:.2f}' for name, factor in by.items())} to the CPU profile of the real program"
