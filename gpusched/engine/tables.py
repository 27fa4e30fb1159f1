"""The tables of an ensemble: their shapes, their first rows, and how they grow.

At the JAX boundary each table is one uint32 array ``[worlds, rows..., words of a row]``; on the host it is read as a NumPy structured array.
"""

from dataclasses import dataclass, replace
from functools import cache
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.errors import GpuschedError
from gpusched.goruntime import state as st
from gpusched.goruntime.histogram import BUCKETS
from gpusched.machine.layout import init_world_memory, least_pages
from gpusched.program.program import Program
from gpusched.random.threefry import ROOT, threefry2x32

STRUCTS: dict[str, Any] = {
    "worlds": st.World,
    "ps": st.P,
    "ms": st.M,
    "gs": st.G,
    "chans": st.Chan,
    "sudogs": st.Sudog,
    "timers": st.Timer,
    "heaps": st.TimerWhen,
    "pending": st.Pending,
    "pages": st.Page,
    "classes": st.SizeClass,
    "sums": st.HistogramSum,
    "cpus": st.Cpu,
}
DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(struct.numpy_dtype()) for name, struct in STRUCTS.items()} | {
    "rings": np.dtype(np.int32),
    "semtab": np.dtype(np.int32),
    "mem": np.dtype(np.int64),
    "hist": np.dtype(np.uint32),
    "out": np.dtype(np.int64),
    "branches": np.dtype(np.uint32),
    "touched": np.dtype(np.uint32),
    "lines": np.dtype(np.uint32),
}
NAMES = ("worlds", "ps", "ms", "gs", "chans", "sudogs", "timers", "heaps", "pending", "rings", "semtab", "mem", "pages", "classes", "sums", "hist", "out")
NAMES += ("cpus", "branches", "touched", "lines")
"""The tables of ``goruntime.state.State`` that change, in its order."""
NEVER = 1 << 62
"""``state.NEVER`` for the host."""
STRIDE_LIMIT = 2**34
"""Bytes of one world's table: addresses of its words are int32."""
SMALL = 1 << 26
"""Bytes of an ensemble's table below which it grows eightfold at once."""


@dataclass(frozen=True)
class Capacities:
    """Rows of each table of a world. ``histograms``, ``cpus``, ``branches`` (a P's), ``touched`` (a G's: 0 or 1) and ``lines`` are exact.

    ``ps`` are at first what the worlds start with; the others grow.
    """

    ps: int
    histograms: int
    gs: int = 32
    ms: int = 0
    chans: int = 16
    sudogs: int = 32
    timers: int = 8
    heaps: int = 8
    pending: int = 0
    pages: int = 0
    out: int = 64
    cpus: int = 0
    branches: int = 0
    touched: int = 0
    lines: int = 0

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a world's table, without the words of a row."""
        fixed: dict[str, tuple[int, ...]] = {
            "worlds": (),
            "ps": (self.ps + 1,),
            "heaps": (self.ps + 1, self.heaps),
            "cpus": (self.cpus + 1,),
            "branches": (self.ps + 1, max(4 * self.branches, 1)),
            "touched": (max(self.gs * self.touched, 1),),
            "lines": (max(self.lines, 1),),
            "rings": (self.ps + 1, st.RING),
            "semtab": (st.SEMTAB,),
            "mem": (self.pages * st.PAGE,),
            "classes": (st.CLASSES + 1,),
            "sums": (self.histograms,),
            "hist": (self.histograms, BUCKETS),
        }
        return fixed[name] if name in fixed else (getattr(self, name),)

    def bytes(self, name: str) -> int:
        """Bytes of a world's table."""
        return int(np.prod(self.shape(name), dtype=np.int64)) * DTYPES[name].itemsize


def first_capacities(program: Program, params: NDArray[Any], histograms: int, wanted: dict[str, int]) -> Capacities:
    """Capacities to begin with: small, unless ``wanted`` says more for a table."""
    ps = int(params["gomaxprocs"].max())
    exact = {"histograms": histograms, "cpus": int(params["cpus"].max()), "touched": int(params["cold_64k"].any())}
    exact |= {"branches": st.BRANCHES if params["mispredict_ps"].any() else 0, "lines": st.LINES if params["transfer"].any() else 0}
    caps = Capacities(ps=ps, ms=2 * ps + 8, pending=2 * ps + 16, pages=least_pages(program) + 16, **exact)
    return replace(caps, **{name: max(size, getattr(caps, name)) for name, size in wanted.items()})


def grown(caps: Capacities, bits: int, worlds: int, factor: int = 0) -> Capacities:
    """Capacities after growth of each table that overflow bits name, by ``factor``; 0: it doubles, a small one grows eightfold."""
    larger: dict[str, int] = {}
    for bit in st.Overflow:
        if bits & bit:
            name = bit.name.lower() if bit.name else ""
            table = "mem" if name == "pages" else name
            larger[name] = getattr(caps, name) * (factor or (8 if caps.bytes(table) * worlds * 8 < SMALL else 2))
    new = replace(caps, **larger)
    for name in NAMES:
        if new.bytes(name) > STRIDE_LIMIT:
            raise GpuschedError(f"a world's table {name} would take {new.bytes(name):,} bytes", "the limit is 16 GiB", "make the workload smaller")
    return new


@cache
def coprimes(most: int) -> NDArray[np.int32]:
    """Row n: how many i in 1..n are coprime to n, then they (``proc.go: randomOrder.reset``); int32 [most + 1, most + 1]."""
    table = np.zeros((most + 1, most + 2), np.int32)
    for n in range(1, most + 1):
        found = [i for i in range(1, n + 1) if gcd(i, n) == 1]
        table[n, 0] = len(found)
        table[n, 1 : 1 + len(found)] = found
    return table


def first_rows(program: Program, params: NDArray[Any], caps: Capacities) -> dict[str, NDArray[Any]]:
    """The tables in which worlds start, where they are not all zero: main runs on P 0, all other Ps are idle, the highest on top of the stack.

    ``Params.parked`` threads are idle, as many as there are Ps at most, but under a serial strategy: runtime.main has started goroutines of its own.
    """
    count = len(params)
    rows = {name: np.zeros((count, *caps.shape(name)), DTYPES[name]) for name in ("worlds", "ps", "mem", "pages", "classes")}
    parked = np.where(params["strategy"] < st.Strategy.RANDOM, np.minimum(params["parked"], params["gomaxprocs"]), 0)
    ms = np.zeros((count, 2 + int(parked.max())), DTYPES["ms"])
    gs = np.zeros((count, 2), DTYPES["gs"])
    worlds, ps = rows["worlds"], rows["ps"]
    frame = init_world_memory(program, params, worlds, rows["mem"], rows["pages"], rows["classes"])
    key0, key1 = threefry2x32(params["seed_lo"], params["seed_hi"], params["replica"], np.uint32(ROOT))
    for name, value in {
        "live": 1,
        "peak": 1,
        "allgs": 1,
        "mcount": 1 + parked,
        "nmidle": parked,
        "midle": np.where(parked > 0, 1 + parked, 0),
        "goidgen": 16,
        "goroutines_created": 1,
        "lastpoll": 1,
        "poller_clock": NEVER,
        "host_armed": NEVER,
        "slack_at": NEVER,
        "quota_left": params["quota"],
        "sysmon_delay": 20_000,
        "sysmon_clock": np.where(params["sysmon"] != 0, 20_000, NEVER),
        "root_key0": key0,
        "root_key1": key1,
        "npidle": params["gomaxprocs"] - 1,
        "gomaxprocs": params["gomaxprocs"],
        "procs": params["procs"],
        "pidle": np.where(params["gomaxprocs"] > 1, params["gomaxprocs"], 0),
    }.items():
        worlds[name] = value
    for name, value in {"clock": NEVER, "user_from": NEVER, "min_when": NEVER, "min_modified": NEVER, "poll_until": NEVER, "idle": 1, "steal_i": -1}.items():
        ps[name] = value
    ps["link"][:, 2:] = np.where(np.arange(2, caps.ps + 1) > 2, np.arange(2, caps.ps + 1) - 1, 0)
    for name, value in {"clock": 0, "user_from": 0, "idle": 0, "status": st.PStatus.RUNNING, "m": 1, "g": 1, "schedtick": params["schedtick"]}.items():
        ps[name][:, 1] = value
    ps["goidcache"][:, 1], ps["goidcache_end"][:, 1] = 6, 17
    ms["p"][:, 1] = 1
    number = np.arange(ms.shape[1])
    idle = (number > 1) & (number <= 1 + parked[:, None])
    ms["idle"] = idle
    ms["link"] = np.where(idle & (number > 2), number - 1, 0)
    for name, value in {
        "goid": 1,
        "status": st.GStatus.RUNNING,
        "key0": key0,
        "key1": key1,
        "pc": int(program.funcs["entry"][program.entry]),
        "frame": frame,
        "fn": program.entry,
    }.items():
        gs[name][:, 1] = value
    return rows | {"ms": ms, "gs": gs}
