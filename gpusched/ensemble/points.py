"""The points of a sweep: every combination of the values given for settings under ``sweep``, in the order in which they are written.

Only what may differ from world to world can be swept: the machine, the policy, the limits, the seed, and the workload's constants.
"""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from gpusched.config.validate import describe as describe_setting
from gpusched.config.validate import validate
from gpusched.errors import GpuschedError

__all__ = ["Point", "axes", "describe_setting", "make_points"]

SWEPT_GROUPS = ("machine", "policy", "limits", "seed", "workload.const")
MAX_POINTS = 100_000


@dataclass(frozen=True)
class Point:
    """One combination: ``values`` by config path, and the whole config with them."""

    index: int
    values: dict[str, Any]
    config: Any

    @property
    def label(self) -> str:
        """The values in one line; the last part of each path suffices for people."""
        return ", ".join(f"{path.rsplit('.', 1)[-1]}={value}" for path, value in self.values.items()) or "all"


def axes(sweep: dict[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    """Flattens the tree under ``sweep`` to config path -> values.

    Raises:
        GpuschedError: for what is no list, an empty list, a value given twice, or a setting that cannot be swept.
    """
    found: dict[str, list[Any]] = {}
    for key, value in sweep.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= axes(value, f"{path}.")
            continue
        if not isinstance(value, list):
            raise GpuschedError(f"sweep.{path}={value!r} is no list", "", f"write sweep.{path}=[{value}] or {path}={value}")
        if not value:
            raise GpuschedError(f"sweep.{path}=[] is empty, so there is nothing to run", "", "give at least one value")
        if any(isinstance(v, (list, dict)) for v in value):
            raise GpuschedError(f"sweep.{path} has a value that is a list or a table", "", "sweep numbers, bools or strings")
        if len({(type(v), v) for v in value}) < len(value):
            raise GpuschedError(f"sweep.{path}={value} names a value twice", "", "give each value once; replicas=N repeats a point with other draws")
        if not any(path == group or path.startswith(f"{group}.") for group in SWEPT_GROUPS) or path in ("machine.name", "policy.name"):
            raise GpuschedError(f"{path} cannot be swept", "", f"sweep settings of {', '.join(SWEPT_GROUPS)}; for others use hydra's -m")
        found[path] = value
    return found


def make_points(tree: dict[str, Any]) -> list[Point]:
    """Makes and validates the points of a composed config.

    Args:
        tree: the config as plain containers.

    Raises:
        GpuschedError: for a bad sweep, or for a point whose config is bad.
    """
    swept = axes(tree.get("sweep", {}))
    if (number := prod(len(values) for values in swept.values())) > MAX_POINTS:
        raise GpuschedError(f"the sweep has {number:,} points", "", f"at most {MAX_POINTS:,} fit one run")
    points = []
    for combination in product(*swept.values()):
        values = dict(zip(swept, combination, strict=True))
        chosen = tree
        for path, value in values.items():
            chosen = _with(chosen, path.split("."), value)
        points.append(Point(len(points), values, validate(chosen)))
    return points


def _with(tree: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """Returns the tree with the value at the path; shares what it does not change."""
    if len(path) == 1:
        return {**tree, path[0]: value}
    inner = tree.get(path[0])
    return {**tree, path[0]: _with(inner if isinstance(inner, dict) else {}, path[1:], value)}
