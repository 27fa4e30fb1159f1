"""Which kinds of instructions the error of a program without work calls comes from: its time by kind, at GOMAXPROCS=1, against the real makespan.

At one P the makespan is linear in the costs (``code.py``), so each kind has a part of it; what is left are the operations of the runtime. Two estimates:
each kind alone, by what its cost would have to be multiplied; and all kinds together, the least squares of all programs' relative errors near the costs
as they are (ridge regression). Few programs do not determine many costs, so both are hints.
"""

import textwrap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpusched.compare.code import FIELDS, CodeTime
from gpusched.compare.rows import Row
from gpusched.report.summary import duration

RUNTIME = "runtime operations"
NEAR = 0.01
"""Weight of the squared relative changes of the costs against the squared relative errors of the programs, as in calibration."""
SHOWN = 0.01
"""Least part of a program's time that is told."""
LEAST = 0.02
"""Least relative change of a cost that is told."""


@dataclass(frozen=True)
class Split:
    """A program at GOMAXPROCS=1: makespans, ns, and the model's by kind, ns."""

    workload: str
    model: float
    real: float
    parts: dict[str, float]

    @property
    def missing(self) -> float:
        """What the model lacks, ns; negative where it takes too long."""
        return self.real - self.model


def split(row: Row, time: CodeTime) -> Split:
    """The makespan of a row at GOMAXPROCS=1 by kind."""
    model, real, _, _ = row.figures["makespan_ns"]
    parts = {name.removesuffix("_ps"): float(ps) / 1000 for name, ps in zip(FIELDS, time.whole, strict=True) if ps > 0}
    return Split(row.workload, model, real, parts | {RUNTIME: max(model - sum(parts.values()), 0.0)})


def alone(one: Split) -> dict[str, float]:
    """By what the cost of each kind alone would have to be multiplied for the model to take as long as the real program; below 0 no cost does it."""
    return {name: 1 + one.missing / ns for name, ns in one.parts.items() if ns >= SHOWN * one.real}


def together(splits: list[Split]) -> dict[str, float]:
    """By what the costs would have to be multiplied by least squares over all programs; none below 0."""
    from scipy.optimize import lsq_linear

    names = list(dict.fromkeys(name for one in splits for name in one.parts))
    parts: NDArray[np.float64] = np.array([[one.parts.get(name, 0.0) / one.real for name in names] for one in splits])
    system = np.vstack([parts, np.sqrt(NEAR) * np.eye(len(names))])
    wanted = np.array([*(one.missing / one.real for one in splits), *np.zeros(len(names))])
    return {name: 1 + float(change) for name, change in zip(names, lsq_linear(system, wanted, bounds=(-1, np.inf)).x, strict=True)}


def lines_of(splits: list[Split]) -> list[str]:
    """Both estimates in words, a paragraph for each program; none without programs."""
    if not splits:
        return []
    first = "At GOMAXPROCS=1 the makespan is linear in the costs of the kinds."
    if len(splits) == 1:
        return [f"{first} Which of them is wrong takes several programs (compare code).", _line(splits[0], {})]
    factors = together(splits)
    changed = sorted(((name, factor) for name, factor in factors.items() if abs(factor - 1) >= LEAST), key=lambda item: -abs(item[1] - 1))
    lines = [
        f"{first} The smallest relative changes that make the errors of these {len(splits)} small"
        f" (least squares, weight {NEAR:g} on the changes): {', '.join(_times(*item) for item in changed)}. {len(splits)} programs do not determine"
        f" {len(factors)} costs: other changes explain the errors as well, so this is a hint, no measurement."
    ]
    return lines + [_line(one, factors) for one in splits]


def _line(one: Split, factors: dict[str, float]) -> str:
    """What a program's time consists of, what the changed costs (if any) explain of its error, and what a kind alone would have to cost."""
    share = {name: (factors[name] - 1) * ns for name, ns in one.parts.items() if name in factors}
    said = [_said(ns, name) for name, ns in _by_size(share) if abs(ns) >= SHOWN * one.real]
    said.append(_said(one.missing - sum(share.values()), "of no kind"))
    changed = f" By the changes above: {', '.join(said)}." if factors else ""
    consists = [f"{name} {ns / one.model:.0%}" for name, ns in _by_size(one.parts) if ns >= SHOWN * one.model]
    good = sorted(((name, factor) for name, factor in alone(one).items() if factor >= 0), key=lambda item: abs(item[1] - 1))
    return (
        f"{one.workload}: {duration(one.model)} in the model ({', '.join(consists)}), {duration(one.real)} real ({one.model / one.real:.2f})."
        f"{changed} Alone {', or '.join(_times(*item) for item in good) or 'no kind'} would explain it."
    )


def _said(ns: float, name: str) -> str:
    """How much is missing of a kind."""
    return f"{duration(abs(ns))} {'too little' if ns > 0 else 'too much'} {name}"


def _times(name: str, factor: float) -> str:
    """A kind and what its cost is multiplied by."""
    return f"{name} x {factor:.2f}"


def section(splits: list[Split]) -> list[str]:
    """The paragraphs as a section of a page."""
    found = lines_of(splits)
    return ["", "## Which kinds of instructions the error comes from", "", found[0], "", *(f"- {line}" for line in found[1:])] if found else []


def print_splits(splits: list[Split]) -> None:
    """Prints the paragraphs."""
    for paragraph in lines_of(splits):
        print("\n" + textwrap.fill(paragraph, 80, break_on_hyphens=False))


def _by_size(parts: dict[str, float]) -> list[tuple[str, float]]:
    """The greatest first."""
    return sorted(parts.items(), key=lambda item: -abs(item[1]))
