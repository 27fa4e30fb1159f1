"""The results file of an exploration: the finals of each schedule; histograms are not kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.ensemble.points import make_points
from gpusched.goruntime.state import Status
from gpusched.results.collect import FINALS, failed_worlds, texts
from gpusched.results.provenance import attributes
from gpusched.results.writer import write
from gpusched.run import Timing, device_name, goroutine_bytes


@dataclass(frozen=True, eq=False)
class _Run:
    """What ``results.provenance.attributes`` asks of a run."""

    program: Any
    timing: Timing
    run_seconds: float
    growths: tuple[str, ...]
    device: str
    bytes_per_world: int
    bytes_per_goroutine: int
    actions: int


def store(directory: Path, tree: dict[str, Any], overrides: list[str], explorer: Any, explored: Any, compiled: float) -> None:
    """Writes the results file beside outcomes.json."""
    worlds = np.concatenate([batch.worlds for batch in explored.batches])
    schedules = np.concatenate([batch.schedules for batch in explored.batches])
    keys = [key for batch in explored.batches for key in batch.keys]
    run = _Run(
        program=explorer.program,
        timing=Timing(compiled, 0.0),
        run_seconds=sum(batch.seconds for batch in explored.batches),
        growths=(),
        device=device_name(explorer.device),
        bytes_per_world=explorer.bytes_per_world,
        bytes_per_goroutine=goroutine_bytes(explorer.program),
        actions=int(worlds["actions"].sum()),
    )
    ended = np.bincount(worlds["status"], minlength=len(Status))[None]
    arrays = {
        "point": np.arange(1),
        "world": np.arange(len(worlds)),
        "status": texts([status.name.lower() for status in Status]),
        "points/label": texts(point.label for point in make_points(tree)),
        "points/worlds": ended,
        "points/actions": worlds["actions"].sum(keepdims=True),
        "worlds/point_of_world": np.zeros(len(worlds), np.int32),
        "worlds/replica": schedules,
        "worlds/status_of_world": worlds["status"],
        "worlds/failed": (failed_worlds(worlds) | np.array([key.bad for key in keys])).astype(np.int8),
        "worlds/message": texts(_sentence(key) for key in keys),
    }
    arrays |= {f"worlds/{name}": worlds[field] for name, field in FINALS.items()}
    write(directory / explorer.config.results.file, arrays, attributes(tree=tree, overrides=overrides, run=run))


def _sentence(key: Any) -> str:
    """Returns an outcome in a line, "" where all went well."""
    if not key.bad:
        return ""
    what = f"{key.kind}: {key.message}" if key.message else key.kind
    return f"{what} [{'; '.join(key.places)}]" if key.places else what
