"""The programs of a sweep: points are grouped by the program that they need.

A swept constant lies in memory where it can, so that worlds of one program differ in it. One that sizes an array, or is a text, is a part of the program:
each of its values is compiled, and the points with the same values form a group.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.points import Point
from gpusched.errors import GpuschedError
from gpusched.golang.ssa import FixedConstants
from gpusched.workload import Workload, load_workload

if TYPE_CHECKING:
    from gpusched.ensemble.driver import Snapshot

PREFIX = "workload.const."


@dataclass(frozen=True, eq=False)
class Group:
    """Points that run one program.

    points: numbered from 0 in the group. numbers: int64[points], their numbers in the sweep. fixed: the constants that are compiled in.
    """

    workload: Workload
    points: list[Point]
    numbers: NDArray[np.int64]
    fixed: dict[str, Any]

    @property
    def label(self) -> str:
        """The compiled constants in a line."""
        return ", ".join(f"{name}={value}" for name, value in self.fixed.items())


def swept_constants(points: list[Point]) -> tuple[str, ...]:
    """Returns the names of the swept constants."""
    return tuple(path.removeprefix(PREFIX) for path in points[0].values if path.startswith(PREFIX))


def compile_workload(tree: dict[str, Any], points: list[Point], fixed: dict[str, Any] | None = None) -> Workload:
    """Compiles the workload: swept constants as variables, other overridden ones and those of ``fixed`` with their values.

    Raises:
        FixedConstants: where swept constants must be compiled in.
    """
    fixed = fixed or {}
    vary = tuple(name for name in swept_constants(points) if name not in fixed)
    constants = {name: value for name, value in tree["workload"]["const"].items() if name not in vary} | fixed
    return load_workload(tree["workload"]["name"], constants, vary, trap=tree["workload"].get("on_refused") == "trap")


def compile_groups(tree: dict[str, Any], points: list[Point]) -> list[Group]:
    """Compiles all programs of a sweep, in the order of the points that need them first.

    Raises:
        GpuschedError: for the first program that does not compile.
    """
    names = [name for name in swept_constants(points) if any(isinstance(point.values[PREFIX + name], str) for point in points)]
    if not names:
        try:
            return [Group(compile_workload(tree, points), points, np.arange(len(points)), {})]
        except FixedConstants as found:
            names += found.names
    parts = _parted(points, names)
    try:
        return _compiled(tree, parts)
    except FixedConstants as found:  # beside a swept text
        return _compiled(tree, _parted(points, [*names, *found.names]))


def _parted(points: list[Point], names: list[str]) -> list[tuple[dict[str, Any], list[Point]]]:
    """Parts the points by their values of the constants ``names``."""
    parts: dict[tuple[Any, ...], list[Point]] = {}
    for point in points:
        parts.setdefault(tuple((type(point.values[PREFIX + name]), point.values[PREFIX + name]) for name in names), []).append(point)
    return [({name: value for name, (_, value) in zip(names, key, strict=True)}, part) for key, part in parts.items()]


def _compiled(tree: dict[str, Any], parts: list[tuple[dict[str, Any], list[Point]]]) -> list[Group]:
    """Compiles the program of each part."""
    groups = []
    for fixed, part in parts:
        print(f"compiling {', '.join(f'{name}={value}' for name, value in fixed.items())}", file=sys.stderr)
        workload = compile_workload(tree, part, fixed)
        if workload.note:
            raise GpuschedError(f"constant {next(iter(fixed))} is compiled into the program", tree["workload"]["name"], workload.note)
        points = [replace(point, index=index) for index, point in enumerate(part)]
        groups.append(Group(workload, points, np.array([point.index for point in part]), fixed))
    return groups


def whole(report: "Callable[[Snapshot], None]", before: int, worlds: int, actions: int, seconds: float) -> "Callable[[Snapshot], None]":
    """Makes of ``report`` one that takes the snapshots of a group.

    Args:
        report: takes snapshots of the whole run.
        before: worlds of the groups that have ended.
        worlds: of all groups.
        actions: of the groups that have ended.
        seconds: that these took.
    """

    def show(one: "Snapshot") -> None:
        fraction = (before + one.fraction * one.worlds) / worlds
        report(replace(one, ended=before + one.ended, worlds=worlds, actions=actions + one.actions, seconds=seconds + one.seconds, fraction=fraction))

    return show
