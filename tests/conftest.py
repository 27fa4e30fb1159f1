"""Shared fixtures: a small program made by hand, and an engine that only pretends, for tests of the host side."""

from typing import Any

import numpy as np
import pytest

from gpusched.goruntime.state import Func, G, GStatus, HistogramSum, Insn, Overflow, Status, Type, WaitReason, World
from gpusched.program.program import Constant, Program
from gpusched.stats.histogram import BUCKETS, bucket_of


def zeros(shape: Any, struct: Any) -> np.ndarray:
    """Rows of a table, all zero."""
    return np.zeros(shape, np.dtype(struct.numpy_dtype()))


class PretendEngine:
    """Worlds whose actions take 1 µs each and do nothing; the worlds' endings and histograms are functions of their row.

    World ``i`` needs ``100 * (1 + replica)`` actions, or as many as the first word of its initial values says. Odd replicas end in a deadlock if
    ``deadlocks``. Once, halfway, all worlds overflow if ``overflows``.
    """

    def __init__(
        self,
        program: Program,
        num_histograms: int,
        threads: int = 0,
        device: str = "cpu",
        *,
        debug: bool = False,
        deadlocks: bool = False,
        overflows: bool = False,
    ):
        self.program, self.num_histograms = program, num_histograms
        self.deadlocks, self.overflows = deadlocks, overflows
        self.capacity, self.advances = 1, 0

    def build(self) -> float:
        return 0.5

    def init(self, params: np.ndarray, initial: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
        addresses, values = initial
        assert values.shape == (len(params), len(addresses))
        needed = values[:, 0].copy() if len(addresses) else 100 * (1 + params["replica"].astype(np.int64))
        needed = np.minimum(needed, params["horizon_ns"] // 1000)
        return {"params": params, "rows": zeros(len(params), World), "needed": needed}

    def advance(self, state: dict[str, Any], max_actions: int) -> dict[str, Any]:
        self.advances += 1
        rows, params = state["rows"], state["params"]
        if (rows["overflow"] != 0).any():
            raise AssertionError("advanced with an overflow that nobody looked at")
        if self.overflows and self.capacity == 1:
            rows["overflow"] = Overflow.GS | Overflow.PAGES
            return state
        going = rows["status"] == 0
        rows["actions"][going] = np.minimum(rows["actions"] + max_actions, state["needed"])[going]
        rows["now"] = np.minimum(rows["actions"] * 1000, params["horizon_ns"])
        ended = going & ((rows["actions"] == state["needed"]) | (rows["now"] == params["horizon_ns"]))
        status = np.where(rows["now"] == params["horizon_ns"], Status.HORIZON, Status.COMPLETED)
        rows["status"] = np.where(ended, np.where(self.deadlocks & (params["replica"] % 2 == 1), Status.DEADLOCK, status), rows["status"])
        rows["peak"], rows["goroutines_created"], rows["live"], rows["mcount"] = 3, 5, 2, 4
        return state

    def worlds(self, state: dict[str, Any]) -> np.ndarray:
        return state["rows"].copy()

    def table(self, state: dict[str, Any], name: str) -> np.ndarray:
        worlds = len(state["rows"])
        if name == "mem":
            return np.zeros((worlds, 64), np.int64)
        gs = zeros((worlds, 4), G)
        gs["status"][:, 1] = GStatus.DEAD
        gs["status"][:, 2], gs["waitreason"][:, 2], gs["fn"][:, 2], gs["pc"][:, 2] = GStatus.WAITING, WaitReason.CHAN_RECEIVE, 1, 2
        return gs

    def hist(self, state: dict[str, Any]) -> np.ndarray:
        counts = np.zeros((len(state["rows"]), self.num_histograms, BUCKETS), np.uint32)
        for world, replica in enumerate(state["params"]["replica"]):
            for number in range(self.num_histograms):
                counts[world, number, bucket_of(1000 * (number + 1) + int(replica))] = 10
        return counts

    def sums(self, state: dict[str, Any]) -> np.ndarray:
        sums = zeros((len(state["rows"]), self.num_histograms), HistogramSum)
        value = 1000 * (np.arange(self.num_histograms) + 1) + state["params"]["replica"][:, None].astype(np.int64)
        sums["count"], sums["total"], sums["least"], sums["most"] = 10, 10 * value, value, value
        return sums

    def grow(self, state: dict[str, Any]) -> dict[str, Any]:
        self.capacity *= 2
        state["rows"]["overflow"] = 0
        return state

    def bytes(self, state: dict[str, Any]) -> dict[str, int]:
        return {"gs": 1000 * self.capacity * len(state["rows"]), "mem": 5000 * self.capacity * len(state["rows"])}


@pytest.fixture
def pretend_engine() -> type[PretendEngine]:
    return PretendEngine


@pytest.fixture
def program() -> Program:
    """A program with two functions, main.main and main.worker, a lifetime histogram of each, one recorded histogram, and four constants."""
    funcs = zeros(2, Func)
    funcs["entry"], funcs["lifetimes"], funcs["frame_type"] = (0, 2), (0, 1), (4, 5)
    types = zeros(7, Type)
    types["words"] = 10
    return Program(
        code=zeros(4, Insn),
        consts=np.zeros(0, np.int64),
        funcs=funcs,
        types=types,
        kinds=np.zeros(0, np.int32),
        itab=np.zeros((7, 0), np.int32),
        implements=np.zeros((7, 0), np.int32),
        rodata=np.zeros(0, np.int32),
        quantiles=np.zeros((1, 4098), np.int64),
        tables=np.zeros((1, 2), np.int64),
        entry=0,
        globals_type=6,
        package="example/main",
        go="go1.27.3",
        functions=("main.main", "main.worker"),
        positions=((0, 10), (0, 11), (0, 20), (0, 21)),
        files=("main.go",),
        constants=(
            Constant("N", 200, "int", 7),
            Constant("rate", 201, "float", 1.5),
            Constant("on", 202, "bool", False),
            Constant("size", 0, "int", 4),
        ),
        histograms=("sojourn",),
        lifetimes=("main.main", "main.worker"),
    )
