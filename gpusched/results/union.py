"""Puts the arrays of a sweep's programs together: what ``collect`` returns for each becomes what a file of all points holds.

Functions and recorded histograms are the union of the programs'; what a program does not have counts nothing at its points.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.points import Point
from gpusched.results.collect import axes_of, settings_of
from gpusched.results.leaks import MOST
from gpusched.results.merge import NUMBERS
from gpusched.results.schema import by_path

Arrays = dict[str, NDArray[Any]]
NAMES = {"function": "lifetimes/function", "histogram": "observations/histogram"}
"""Dimensions with names, and where these are."""
ENTRIES = {"goroutines": "goroutine_point", "leaks": "leak_world", "output": "output_world"}
"""Groups of entries, and the variable that says of which point or world one is."""


def union(parts: list[Arrays], numbers: list[NDArray[np.int64]], points: list[Point]) -> Arrays:
    """Returns the arrays of all points.

    Args:
        parts: the arrays of each program's points, these numbered from 0.
        numbers: the numbers in the sweep of each program's points.
        points: of the sweep.
    """
    replicas = points[0].config.replicas
    worlds = [(number[:, None] * replicas + np.arange(replicas)).ravel() for number in numbers]
    sizes = {"point": len(points), "world": len(points) * replicas}
    merged = axes_of(sizes["point"], sizes["world"]) | settings_of(points)
    merged["worlds/point_of_world"] = np.repeat(np.arange(len(points), dtype=np.int32), replicas)
    for dimension, path in NAMES.items():
        if any(path in part for part in parts):
            merged[path] = np.array(list(dict.fromkeys(name for part in parts for name in part.get(path, ()))), object)
            sizes[dimension] = len(merged[path])
    declared = by_path()
    for path in dict.fromkeys(path for part in parts for path in part if path in declared and path not in merged):
        if path.split("/")[0] not in ENTRIES:
            where = {"point": numbers, "world": worlds}[declared[path].dims[0]]
            merged[path] = _placed(path, parts, where, merged, sizes)
    for group in ENTRIES:
        merged |= _entries(group, parts, numbers if group == "goroutines" else worlds)
    return merged


def _placed(path: str, parts: list[Arrays], where: list[NDArray[np.int64]], merged: Arrays, sizes: dict[str, int]) -> NDArray[Any]:
    """Places the rows of a variable at their points or worlds, and its columns at the names of the union; elsewhere it is 0, as a float NaN."""
    first = next(part[path] for part in parts if path in part)
    kind, *others = by_path()[path].dims
    name = others[0] if others and others[0] in NAMES else ""
    shape = (sizes[kind], *((sizes[name], *first.shape[2:]) if name else first.shape[1:]))
    table = np.full(shape, np.nan if first.dtype.kind == "f" else 0, first.dtype)
    for part, rows in zip(parts, where, strict=True):
        if path not in part:
            continue
        if name:
            order = {text: column for column, text in enumerate(merged[NAMES[name]])}
            columns = np.array([order[text] for text in part[NAMES[name]]])
            table[np.ix_(rows, columns)] = part[path]
        else:
            table[rows] = part[path]
    return table


def _entries(group: str, parts: list[Arrays], where: list[NDArray[np.int64]]) -> Arrays:
    """Joins the entries of a group in the order of their points or worlds."""
    key = f"{group}/{ENTRIES[group]}"
    having = [(part, rows) for part, rows in zip(parts, where, strict=True) if key in part]
    if not having:
        return {}
    of = np.concatenate([rows[part[key]] for part, rows in having])
    order = np.argsort(of, kind="stable")[: MOST if group == "leaks" else None]
    joined = {path: np.concatenate([part[path] for part, _ in having])[order] for path in having[0][0] if path.startswith(f"{group}/")}
    joined[key] = of[order].astype(having[0][0][key].dtype)
    return joined | {path: np.arange(len(order)) for path in NUMBERS if path in joined}
