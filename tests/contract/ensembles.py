"""Ensembles for the contract tests: shipped workloads at toy size, run in any number of steps."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import numpy as np

from gpusched.cli import rewrite
from gpusched.config.compose import compose
from gpusched.ensemble.params import make_ensemble
from gpusched.ensemble.points import make_points
from gpusched.groups import compile_workload

TOY: dict[str, tuple[str, ...]] = {
    "http_server": ("requests=60",),
    "skynet": ("leaves=1000",),
    "token_ring": ("rounds=2",),
    "prime_sieve": ("primes=20",),
    "pingpong_hog": ("rounds=200",),
    "worker_pool": ("jobs=100",),
    "mutex_contention": ("turns=10",),
    "sleep_storm": ("sleepers=40", "naps=4"),
    "blocking_syscalls": ("calls=5",),
    "pipeline": ("items=100",),
    "fanout": ("receivers=100",),
    "select_timeout": ("clients=10", "calls=6"),
    "leaky_server": ("requests=100",),
}
"""Constants that make each workload small."""


class Toy:
    """A compiled workload and the rows of its worlds."""

    def __init__(self, workload: str, *overrides: str) -> None:
        """Compiles ``workload`` with overrides such as machine.gomaxprocs=4, replicas=8."""
        constants = [f"workload.const.{c}" for c in TOY.get(workload, ())]
        tree = compose(rewrite([f"workload={workload}", *constants, *overrides]))
        points = make_points(tree)
        self.ensemble = make_ensemble(compile_workload(tree, points).program, points)
        self.program = self.ensemble.program
        self.histograms = 1 + len(self.program.lifetimes) + len(self.program.histograms)

    def engine(self, **options: Any) -> Any:
        """An engine for it."""
        from gpusched.engine.warp import WarpEngine

        return WarpEngine(self.program, self.histograms, **options)

    def start(self, engine: Any, worlds: slice = slice(None)) -> Any:
        """The state in which (some of) its worlds start."""
        return engine.init(self.ensemble.params[worlds], (self.ensemble.addresses, self.ensemble.values[worlds]))

    def steps(self, engine: Any, chunk: int, worlds: slice = slice(None)) -> Iterator[Any]:
        """States after each advance by ``chunk`` actions, growth done, until all worlds have ended."""
        state = self.start(engine, worlds)
        while True:
            state = engine.advance(state, chunk)
            rows = engine.worlds(state)
            if rows["overflow"].any():
                state = engine.grow(state)
            elif (rows["status"] != 0).all():
                yield state
                return
            yield state

    def finals(self, engine: Any, chunk: int = 1 << 20, worlds: slice = slice(None)) -> dict[str, Any]:
        """What is observable of worlds that have ended: results without capacities or addresses."""
        for last in self.steps(engine, chunk, worlds):
            state = last
        return self.shown(engine, state)

    def shown(self, engine: Any, state: Any) -> dict[str, Any]:
        """What is observable of a state's worlds; of what they printed the SHA-256, uint8[worlds, 32]."""
        from gpusched.results.outcome import output_text

        rows = engine.worlds(state)
        printed = [output_text(engine, state, self.program, world).encode() for world in range(len(rows))]
        digests = np.array([list(sha256(text).digest()) for text in printed], np.uint8)
        return {name: rows[name] for name in OBSERVED} | {"hist": engine.hist(state), "sums": engine.sums(state), "printed": digests}


OBSERVED = (
    "status", "actions", "now", "goroutines_created", "peak", "live", "rand", "mcount", "steals", "retakes", "preemptions", "handoffs", "wakeups",
    "pending_seq", "alloc_number", "goidgen", "out_n", "exit_code", "panic_kind",
    "cpu_ns", "cpu_periods", "cpu_throttled_periods", "cpu_throttled_ns",
)  # fmt: skip
"""Fields of World that must not depend on how a run is cut, placed or grown."""


def differences(a: dict[str, Any], b: dict[str, Any]) -> list[str]:
    """Names of what differs, with the first world where it does."""
    found = []
    for name in a:
        if a[name].tobytes() != b[name].tobytes():
            worlds = [w for w in range(len(a[name])) if a[name][w].tobytes() != b[name][w].tobytes()]
            first = worlds[0]
            found.append(f"{name} of world {first}: {np.asarray(a[name][first])} != {np.asarray(b[name][first])}"[:300])
    return found
