"""Figures of the studies, made from the arrays of a results file alone: which ones there are follows from what was swept and recorded."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.report.summary import Arrays
from gpusched.stats.interval import mean_interval

FIXED = ("points/label", "points/program_hash", "points/worlds", "points/actions")
"""What ``points`` holds beside the swept settings."""
GOMAXPROCS, HORIZON = "points/machine.gomaxprocs", "points/limits.horizon_s"


def write_figures(arrays: Arrays, attributes: dict[str, Any], folder: Path) -> list[Path]:
    """Writes the figures that fit the file as SVG and returns their paths."""
    figures = {}
    if GOMAXPROCS in arrays and "observations/histogram" in arrays and _other_axis(arrays) is not None:
        figures["sojourn_by_gomaxprocs.svg"] = sojourn_figure(arrays, attributes)
    if HORIZON in arrays and "lifetimes/function" in arrays:
        figures["lifetimes_by_time.svg"] = lifetimes_figure(arrays, attributes)
    if not figures:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / name, metadata={"Date": None})
    return [folder / name for name in figures]


def _other_axis(arrays: Arrays) -> str | None:
    """Returns the swept number besides GOMAXPROCS, if there is exactly one."""
    fixed = {*FIXED, GOMAXPROCS}
    others = [path for path, array in arrays.items() if path.startswith("points/") and path not in fixed and array.dtype.kind in "iuf"]
    return others[0] if len(others) == 1 else None


def replica_interval(arrays: Arrays, group: str, index: int, quantile: float, point: int) -> tuple[float, float]:
    """Returns mean and 95 % half-width over the replicas of a point of a quantile of each world, in ns."""
    at = int(np.argmin(np.abs(arrays["quantile"] - quantile)))
    mine = (arrays["worlds/point_of_world"] == point) & (arrays["worlds/failed"] == 0)
    return mean_interval(arrays[f"{group}/world_quantiles_ns"][mine, index, at])


def sojourn_figure(arrays: Arrays, attributes: dict[str, Any]) -> Any:
    """Draws p50 and p99 of the first recorded histogram against the other axis, a line for each GOMAXPROCS, with intervals over replicas."""
    from matplotlib.ticker import FuncFormatter, LogLocator

    figure, axes = _figure(2, attributes)
    path = _other_axis(arrays)
    assert path is not None
    procs, other = arrays[GOMAXPROCS], arrays[path]
    name = str(arrays["observations/histogram"][0])
    for axis, quantile in zip(axes, (0.5, 0.99), strict=True):
        for number in np.unique(procs):
            points = np.flatnonzero(procs == number)
            points = points[np.argsort(other[points])]
            values = np.array([replica_interval(arrays, "observations", 0, quantile, int(point)) for point in points]) / 1e6
            axis.errorbar(other[points], values[:, 0], yerr=np.nan_to_num(values[:, 1]), marker="o", markersize=3, capsize=2, label=f"GOMAXPROCS={number}")
        axis.set(title=f"p{quantile * 100:g} of {name}", xlabel=path.rsplit(".", 1)[-1], ylabel="ms", yscale="log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        for one in (axis.yaxis.set_major_formatter, axis.yaxis.set_minor_formatter):
            one(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.tick_params(axis="y", which="minor", labelsize=6)
        axis.grid(alpha=0.3, which="both")
    axes[0].legend(frameon=False)
    return figure


def lifetimes_figure(arrays: Arrays, attributes: dict[str, Any]) -> Any:
    """Draws, against the time at which runs were stopped, goroutines alive (mean of a world) and p99 of the lifetimes of those that ended."""
    figure, axes = _figure(2, attributes)
    horizon = arrays[HORIZON]
    worlds = arrays["points/worlds"].sum(axis=1)
    p99 = int(np.argmin(np.abs(arrays["quantile"] - 0.99)))
    for index, function in enumerate(arrays["lifetimes/function"]):
        if str(function) == "main.main" or not (arrays["lifetimes/count"][:, index].any() or arrays["lifetimes/alive"][:, index].any()):
            continue
        for points, label in _lines(arrays, horizon):
            alive = arrays["lifetimes/alive"][points, index] / worlds[points]
            axes[0].plot(horizon[points], alive, marker="o", markersize=3, label=f"{function}{label}")
            ended = arrays["lifetimes/quantiles_ns"][points, index, p99] / 1e6
            axes[1].plot(horizon[points], ended, marker="o", markersize=3, label=f"{function}{label}")
    axes[0].set(title="Goroutines alive", xlabel="simulated time, s", ylabel="goroutines of a world", yscale="symlog")
    axes[1].set(title="p99 lifetime of those that ended", xlabel="simulated time, s", ylabel="ms", ylim=(0, None))
    for axis in axes:
        axis.grid(alpha=0.3)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False, fontsize="small")
    return figure


def _lines(arrays: Arrays, horizon: NDArray[Any]) -> list[tuple[NDArray[np.intp], str]]:
    """Returns the points of each combination of the other swept settings, by rising horizon, with its label."""
    fixed = {*FIXED, HORIZON}
    others = [path for path in arrays if path.startswith("points/") and path not in fixed]
    keys = [tuple(str(arrays[path][point]) for path in others) for point in range(len(horizon))]
    lines = []
    for key in dict.fromkeys(keys):
        points = np.array([point for point in range(len(horizon)) if keys[point] == key])
        label = ", ".join(f"{path.rsplit('.', 1)[-1]}={value}" for path, value in zip(others, key, strict=True))
        lines.append((points[np.argsort(horizon[points])], f" ({label})" if label else ""))
    return lines


def _figure(columns: int, attributes: dict[str, Any]) -> tuple[Any, Any]:
    """Makes a figure with a caption that says where its numbers come from."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "gpusched", "font.size": 9}):
        figure = Figure(figsize=(4.6 * columns, 3.6), layout="constrained")
        axes = figure.subplots(1, columns)
    figure.supxlabel(f"{attributes['workload']}, {attributes['go']}, config {str(attributes['config_hash'])[:12]}", fontsize=7, color="gray")
    return figure, axes
