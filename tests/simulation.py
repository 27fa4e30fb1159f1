"""What tests run programs with: one call from the folder of a Go package to what its worlds did."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.program.program import Program


@dataclass(frozen=True, eq=False)
class Simulated:
    """Worlds that have ended: their rows, what each printed, how each ended in Go's words ("" where it ended well), the histograms' rows, tables by name."""

    program: Program
    worlds: NDArray[Any]
    outputs: list[str]
    messages: list[str]
    sums: NDArray[Any]
    hist: NDArray[np.uint32]
    table: Callable[[str], NDArray[Any]]

    def trace(self, world: int = 0, *, everyone: bool = False) -> str:
        """The goroutine traces of a world that failed."""
        from gpusched.machine.traceback import Stacks, trace

        return trace(self.worlds[world], Stacks(self.program, self.table("gs")[world], self.table("mem")[world]), everyone=everyone)


def simulate(package: Path | str, *overrides: str, chunk_actions: int = 0) -> Simulated:
    """Runs the package in ``package`` on the CPU under config overrides such as machine=zero, machine.gomaxprocs=2, replicas=8, workload.const.N=5."""
    import warp as wp

    wp.config.quiet = True  # pyright: ignore[reportAttributeAccessIssue]
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.engine.warp import WarpEngine
    from gpusched.ensemble.driver import simulate as drive
    from gpusched.ensemble.memory import free_bytes
    from gpusched.ensemble.params import make_ensemble
    from gpusched.ensemble.points import make_points
    from gpusched.groups import compile_workload
    from gpusched.results.outcome import messages, output_text

    tree = compose(rewrite([f"workload={package}", *overrides]))
    points = make_points(tree)
    program = compile_workload(tree, points).program
    ensemble = make_ensemble(program, points)
    program = ensemble.program
    engine = WarpEngine(program, 1 + len(program.lifetimes) + len(program.histograms))
    state = engine.init(ensemble.params, (ensemble.addresses, ensemble.values))
    outcome = drive(engine, state, ensemble.params, chunk_actions=chunk_actions, limit_bytes=free_bytes("cpu"), report=lambda _: None)
    outputs = [output_text(engine, outcome.state, program, world) for world in range(len(outcome.worlds))]
    said = messages(engine, outcome, program)
    tables = partial(engine.table, outcome.state)
    return Simulated(program, outcome.worlds, outputs, said, engine.sums(outcome.state), engine.hist(outcome.state), tables)
