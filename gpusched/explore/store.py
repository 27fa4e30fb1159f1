"""The results file of an exploration: as of a run with one point, a world a schedule."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.program.text import program_hash
from gpusched.results.merge import merge_batches
from gpusched.results.provenance import attributes
from gpusched.results.writer import write
from gpusched.run import Timing, device_name, goroutine_bytes


@dataclass(frozen=True, eq=False)
class _Run:
    """What ``results.provenance.attributes`` asks of a run."""

    arrays: dict[str, Any]
    program: Any
    timing: Timing
    run_seconds: float
    growths: tuple[str, ...]
    device: str
    bytes_per_world: int
    bytes_per_goroutine: int
    actions: int


def store(directory: Path, tree: dict[str, Any], overrides: list[str], explorer: Any, explored: Any, *, compiled: float, warnings: list[str]) -> None:
    """Writes the results file beside outcomes.json; ``compiled``: seconds of compiling, ``warnings``: lines of ``gpusched.run.warn``."""
    arrays = merge_batches([batch.arrays for batch in explored.batches])
    arrays["points/program_hash"] = np.array([program_hash(explorer.program)], object)
    run = _Run(
        arrays=arrays,
        program=explorer.program,
        timing=Timing(compiled, 0.0),
        run_seconds=sum(batch.seconds for batch in explored.batches),
        growths=(),
        device=device_name(explorer.device),
        bytes_per_world=explorer.bytes_per_world,
        bytes_per_goroutine=goroutine_bytes(explorer.program),
        actions=int(arrays["worlds/actions"].sum()),
    )
    write(directory / explorer.config.results.file, arrays, attributes(tree=tree, overrides=overrides, run=run, warnings=warnings))
