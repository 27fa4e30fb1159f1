"""The driver: advances an ensemble chunk by chunk until every world has ended, grows what overflowed, and reports between chunks.

Chunks only decide how often the host looks; they change no result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gpusched.ensemble.memory import check_fits
from gpusched.goruntime.state import Overflow

FIRST_CHUNK = 2000
LARGEST_CHUNK = 1 << 30
CHUNK_SECONDS = 0.4


class Engine(Protocol):
    """What the driver needs of an engine; ``State`` is the engine's own."""

    def init(self, params: NDArray[Any], initial: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Any:
        """Makes the state in which worlds start: their rows of Params; addresses int64[k] and values int64[worlds, k] in the globals."""
        ...

    def advance(self, state: Any, max_actions: int) -> Any:
        """Performs at most so many actions in each world."""
        ...

    def worlds(self, state: Any) -> NDArray[Any]:
        """Returns the worlds' rows."""
        ...

    def table(self, state: Any, name: str) -> NDArray[Any]:
        """Returns a table, [worlds, rows]."""
        ...

    def hist(self, state: Any) -> NDArray[np.uint32]:
        """Returns the histograms' counts, [worlds, histograms, buckets]."""
        ...

    def sums(self, state: Any) -> NDArray[Any]:
        """Returns the histograms' sums, [worlds, histograms]."""
        ...

    def grow(self, state: Any) -> Any:
        """Doubles the capacities that overflow bits name, and clears the bits."""
        ...

    def bytes(self, state: Any) -> dict[str, int]:
        """Returns the bytes of each table."""
        ...


@dataclass(frozen=True)
class Snapshot:
    """How far a run is: worlds ended of all, least and mean simulated time, actions, wall seconds, fraction done (an estimate), a growth if one happened."""

    ended: int
    worlds: int
    simulated_ns: float
    actions: int
    seconds: float
    fraction: float
    growth: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A finished ensemble."""

    state: Any
    worlds: NDArray[Any]
    run_seconds: float
    growths: tuple[str, ...]


def simulate(
    engine: Engine,
    state: Any,
    params: NDArray[Any],
    *,
    chunk_actions: int,
    limit_bytes: int,
    report: Callable[[Snapshot], None],
    check: Callable[[Any, NDArray[Any]], None] = lambda state, rows: None,
) -> Outcome:
    """Runs all worlds to their ends.

    Args:
        engine: executes the worlds.
        state: as ``engine.init`` made it; donated.
        params: rows of Params, for the estimate of what is left.
        chunk_actions: most actions of a world between two looks; 0: as many as take about half a second.
        limit_bytes: memory that the tables may take, for growth.
        report: called after each chunk.
        check: called after each chunk with the state and the worlds' rows; may raise.

    Raises:
        GpuschedError: where tables must grow beyond the memory.
    """
    chunk = chunk_actions or FIRST_CHUNK
    growths: list[str] = []
    start = perf_counter()
    while True:
        began = perf_counter()
        state = engine.advance(state, chunk)
        rows = engine.worlds(state)
        took = perf_counter() - began
        check(state, rows)
        bits = int(np.bitwise_or.reduce(rows["overflow"]))
        if bits:
            names = overflow_names(bits)
            growths.append(names)
            state = _grow(engine, state, names, limit_bytes)
        report(_snapshot(rows, params, perf_counter() - start, overflow_names(bits)))
        if not bits and np.all(rows["status"] != 0):
            return Outcome(state, rows, perf_counter() - start, tuple(growths))
        if not chunk_actions and not bits:
            chunk = int(np.clip(chunk * min(max(CHUNK_SECONDS / max(took, 1e-6), 0.25), 4), 1, LARGEST_CHUNK))


def overflow_names(bits: int) -> str:
    """Returns the names of overflow bits: "GS, PAGES"."""
    return ", ".join(bit.name for bit in Overflow if bits & bit)


def _grow(engine: Engine, state: Any, names: str, limit_bytes: int) -> Any:
    """Doubles what overflowed, if old and new tables fit beside each other."""
    sizes = engine.bytes(state)
    grown = {name: size for name, size in sizes.items() if name in _tables_of(names)}
    check_fits(sum(sizes.values()) + 2 * max(grown.values(), default=0), limit_bytes, f"growing {names.lower()} while running")
    return engine.grow(state)


def _tables_of(names: str) -> set[str]:
    """Returns the tables that overflow bits stand for."""
    tables = {name.strip().lower() for name in names.split(",") if name}
    return tables | ({"mem"} if "pages" in tables else set()) | ({"rings", "heaps"} if "ps" in tables else set())


def _snapshot(rows: NDArray[Any], params: NDArray[Any], seconds: float, growth: str) -> Snapshot:
    """Summarises the worlds' rows."""
    ended = rows["status"] != 0
    done = np.maximum(rows["now"] / params["horizon_ns"], rows["actions"] / params["max_actions"])
    return Snapshot(
        ended=int(ended.sum()),
        worlds=len(rows),
        simulated_ns=float(rows["now"].mean()),
        actions=int(rows["actions"].sum()),
        seconds=seconds,
        fraction=float(np.where(ended, 1.0, np.minimum(done, 1.0)).mean()),
        growth=growth,
    )
