"""The engine that people use: the Warp kernel as a JAX primitive under ``jax.jit``, on CPU and CUDA with the same source.

State is a dictionary of JAX arrays, donated from call to call and updated in place. On the CPU the worlds are cut into slices that threads take in
turn; over several devices the worlds are sharded, without any communication.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import warp as wp
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as Spec
from numpy.typing import NDArray

from gpusched.engine.tables import DTYPES, NAMES, Capacities, coprimes, first_capacities, first_rows, grown
from gpusched.goruntime import debug as debug_kernel
from gpusched.goruntime import kernel
from gpusched.goruntime import state as st
from gpusched.machine.frames import link_frames
from gpusched.machine.liveness import stack_maps
from gpusched.program.program import CLEANER, Program

wp.config.quiet = True

State = dict[str, jax.Array]
"""The tables, uint32 ``[worlds, rows..., words]`` by name; ``params`` among them."""

FIXED = ("code", "consts", "funcs", "types", "kinds", "itab", "implements", "rodata", "quantiles", "tables", "coprimes", "lives")
"""The arrays of ``goruntime.state.Program``."""
SLICES = 16
"""Slices for each thread."""
_PARAMS = np.dtype(st.Params.numpy_dtype())  # type: ignore[attr-defined]


class WarpEngine:
    """Advances ensembles of one program; see ``engine.base.Engine`` for the contract."""

    def __init__(
        self,
        program: Program,
        num_histograms: int,
        *,
        threads: int = 0,
        device: str = "cpu",
        devices: int = 1,
        capacities: dict[str, int] | None = None,
        debug: bool = False,
    ):
        """Prepares a program for a device.

        Args:
            program: the compiled workload.
            num_histograms: 1 + functions with a lifetime histogram + user histograms.
            threads: CPU threads; 0: one a core.
            device: "cpu" or "cuda:N".
            devices: over how many devices of this kind the worlds are split.
            capacities: rows to begin with, by table name, where more than a few are needed at once.
            debug: whether the kernel checks the state after each action.
        """
        self._kernel = debug_kernel if debug else kernel
        self._scratch: dict[str, Any] = {}
        self._types = link_frames(program)
        self._lives = stack_maps(program)
        self._program = program
        self._histograms = num_histograms
        self._threads = threads or len(os.sched_getaffinity(0))
        self._wanted = capacities or {}
        kind, _, index = device.partition(":")
        first = int(index or 0)
        self._devices = jax.devices("gpu" if kind == "cuda" else "cpu")[first : first + devices]
        self._mesh = jax.sharding.Mesh(np.array(self._devices), ("worlds",))
        self._fixed: dict[str, list[Any]] = {}
        self._addresses: dict[str, Any] = {}
        self._caps_on: dict[tuple[str, Capacities], Any] = {}
        self._caps = Capacities(ps=1, histograms=num_histograms)
        self._count = 0
        self._pool = ThreadPoolExecutor(self._threads)
        self._lock = threading.Lock()
        self._advance = self._jitted()

    def build(self) -> float:
        """Builds the kernel, or loads it from the cache; returns the seconds that took."""
        start = perf_counter()
        for device in self._devices:
            wp.load_module(self._kernel, device=_warp_device(device))
        return perf_counter() - start

    def init(self, params: NDArray[Any], initial: tuple[NDArray[np.int64], NDArray[np.int64]]) -> State:
        """Makes the state in which worlds start.

        Args:
            params: Params[worlds].
            initial: addresses int64[k] in the globals, and their values int64[worlds, k].
        """
        self.build()
        self._count = len(params)
        self._caps = first_capacities(self._program, params, self._histograms, self._wanted)
        rows = first_rows(self._program, params, self._caps)
        addresses, values = initial
        if len(addresses):
            rows["mem"][:, addresses] = values
        padded = -(-len(params) // len(self._devices)) * len(self._devices)
        state = {"params": self._put(_words(params, _PARAMS), padded)}
        for name in NAMES:
            shape = (padded, *self._caps.shape(name))
            first = _words(rows[name], DTYPES[name]) if name in rows else None
            state[name] = self._put(first, padded, _word_shape(shape, DTYPES[name]))
        return state

    def advance(self, state: State, max_actions: int) -> State:
        """Performs at most ``max_actions`` actions in each world; ended worlds stay as they are. ``state`` is donated."""
        budget = jnp.full((len(self._devices),), max_actions, jnp.int32)
        with self._lock:
            out = self._advance(state["params"], jax.device_put(budget, NamedSharding(self._mesh, Spec("worlds"))), *[state[name] for name in NAMES])
            jax.block_until_ready(out)
        return {"params": state["params"]} | dict(zip(NAMES, out, strict=True))

    def remember(self) -> None:
        """Lets the ensembles that are made from now on begin with the capacities that the present one has grown to."""
        grows = ("ps", "gs", "ms", "chans", "sudogs", "timers", "heaps", "pending", "pages", "out")
        self._wanted = {name: getattr(self._caps, name) for name in grows}

    def grow(self, state: State, factor: int = 0) -> State:
        """Enlarges the tables that worlds' overflow bits name, with zero rows at their ends, and clears the bits.

        factor: how many times as large; 0: 8 where the table is small, else 2.
        """
        bits = int(np.bitwise_or.reduce(self.worlds(state)["overflow"]))
        old, new = self._caps, grown(self._caps, bits, self._count, factor)
        self._caps = new
        for name in NAMES:
            if old.shape(name) != new.shape(name):
                widths = [(0, 0)] + [(0, b - a) for a, b in zip(old.shape(name), new.shape(name), strict=True)]
                table = state.pop(name)
                state[name] = _padded(table, (*widths, *[(0, 0)] * (table.ndim - len(widths))))
        column = DTYPES["worlds"].fields["overflow"][1] // 4  # type: ignore[index]
        state["worlds"] = state["worlds"].at[:, column].set(0)
        return state

    def table(self, state: State, name: str) -> NDArray[Any]:
        """A table on the host, [worlds, rows...], structured where its rows are."""
        dtype = _PARAMS if name == "params" else DTYPES[name]
        words = np.ascontiguousarray(np.asarray(state[name])[: self._count])
        if dtype.itemsize == 4:
            return words.view(dtype)
        return words.view(dtype)[..., 0]

    def worlds(self, state: State) -> NDArray[Any]:
        """The worlds' rows, [worlds]."""
        return self.table(state, "worlds")

    def hist(self, state: State) -> NDArray[np.uint32]:
        """The histograms' counts, [worlds, histograms, BUCKETS]."""
        return self.table(state, "hist")

    def sums(self, state: State) -> NDArray[Any]:
        """The histograms' counts, sums and extremes, [worlds, histograms]."""
        return self.table(state, "sums")

    def bytes(self, state: State) -> dict[str, int]:
        """Bytes of each table of the ensemble."""
        return {name: array.nbytes for name, array in state.items()}

    def _put(self, first: NDArray[np.uint32] | None, padded: int, shape: tuple[int, ...] | None = None) -> jax.Array:
        """A table on the devices: ``first`` at the beginning of each axis, zeros behind; worlds beyond the count are copies that have ended."""
        sharding = NamedSharding(self._mesh, Spec("worlds"))
        if first is None:
            assert shape is not None
            return jax.device_put(np.zeros(shape, np.uint32), sharding, may_alias=False)
        full = (padded, *first.shape[1:]) if shape is None else shape
        if full == first.shape:
            return jax.device_put(first, sharding, may_alias=False)
        table = np.zeros(full, np.uint32)
        table[tuple(slice(n) for n in first.shape)] = first
        if padded > len(first) and first.shape[1:] == (DTYPES["worlds"].itemsize // 4,):
            table[len(first) :, DTYPES["worlds"].fields["status"][1] // 4] = st.Status.COMPLETED  # type: ignore[index]
        return jax.device_put(table, sharding, may_alias=False)

    def _fixed_for(self, device: Any) -> list[Any]:
        """The program's arrays on a device."""
        key = str(device)
        if key not in self._fixed:
            p = self._program
            structs = {"code": st.Insn, "funcs": st.Func, "types": st.Type}
            plain = {"rodata": wp.int32, "kinds": wp.int32, "itab": wp.int32, "implements": wp.int32}
            arrays: list[Any] = []
            for name in FIXED[:-2]:
                source = self._types if name == "types" else getattr(p, name)
                if source.size == 0:
                    source = np.zeros(tuple(max(n, 1) for n in source.shape), source.dtype)
                arrays.append(wp.array(np.ascontiguousarray(source), dtype=structs.get(name) or plain.get(name, wp.int64), device=device))
            arrays.append(wp.array(coprimes(st.MOST_PROCS), device=device))
            arrays.append(wp.array(self._lives, dtype=wp.int32, device=device))
            self._fixed[key] = arrays
        return self._fixed[key]

    def _launch(self, arrays: tuple[Any, ...], budget: Any) -> None:
        """Launches the kernel over the worlds of one device."""
        device = arrays[0].device
        row = self._row(arrays, device)
        count = arrays[0].shape[0]
        more = self._scratch_for(device, count) if self._kernel is debug_kernel else []
        if not device.is_cpu:
            wp.launch(self._kernel.advance, dim=count, inputs=[row, 0, budget, *more], device=device)
            return
        cuts = np.linspace(0, count, min(count, self._threads * SLICES if self._threads > 1 else 1) + 1).astype(int)

        def run(i: int) -> None:
            wp.launch(self._kernel.advance, dim=int(cuts[i + 1] - cuts[i]), inputs=[row, int(cuts[i]), budget, *more], device=device)

        list(self._pool.map(run, range(len(cuts) - 1)))

    def _row(self, arrays: tuple[Any, ...], device: Any) -> Any:
        """The kernel's argument: addresses and sizes of the tables and of the program's arrays."""
        row = st.Tables()  # type: ignore[call-arg]
        for name, array in zip(("params", *NAMES), arrays, strict=True):
            setattr(row, name, array.ptr)
            setattr(row, f"{name}_bytes", array.strides[0])
        fixed = self._fixed_for(device)
        for name, array in zip(FIXED, fixed, strict=True):
            setattr(row, name, array.ptr)
        row.caps = self._caps_for(device).ptr
        row.addresses = self._addresses_for(device, arrays[0].shape[0]).ptr
        return row

    def _addresses_for(self, device: Any, count: int) -> Any:
        """Room for a row of addresses for each world on a device."""
        held = self._addresses.get(str(device))
        if held is None or held.shape[0] < count:
            held = self._addresses[str(device)] = wp.empty(count, dtype=st.Addresses, device=device)
        return held

    def _scratch_for(self, device: Any, count: int) -> list[Any]:
        """Room for the debug kernel's marks: its address, and the words of a world."""
        caps = self._caps
        words = debug_kernel.scratch_words(gs=caps.gs, sudogs=caps.sudogs, ms=caps.ms, chans=caps.chans, timers=caps.timers, pages=caps.pages)
        held = self._scratch.get(str(device))
        if held is None or held.shape[0] < count * words:
            held = self._scratch[str(device)] = wp.zeros(count * words, dtype=wp.int32, device=device)
        return [wp.uint64(held.ptr), words]

    def _caps_for(self, device: Any) -> Any:
        """The capacities on a device."""
        key = (str(device), self._caps)
        if key not in self._caps_on:
            p, caps = self._program, st.Caps()  # type: ignore[call-arg]
            for name in ("ps", "gs", "ms", "chans", "sudogs", "timers", "heaps", "pending", "pages", "out"):
                setattr(caps, name, getattr(self._caps, name))
            caps.words = self._caps.pages * st.PAGE
            caps.methods, caps.interfaces = max(p.itab.shape[1], 1), max(p.implements.shape[1], 1)
            caps.rodata, caps.tables, caps.preprint = len(p.rodata), len(p.tables), p.preprint
            caps.scaled = int(bool(p.scales))
            caps.frames, caps.cleaner = len(p.code), p.functions.index(CLEANER) if CLEANER in p.functions else -1
            self._caps_on = {key: wp.array([caps], dtype=st.Caps, device=device)}
        return self._caps_on[key]

    def _jitted(self) -> Any:
        """The kernel as a jitted function of (params, budget, tables), which are updated in place."""
        u2, u3, u4 = wp.array2d[wp.uint32], wp.array3d[wp.uint32], wp.array4d[wp.uint32]

        def call(
            params: u2,
            budget: wp.array[wp.int32],
            worlds: u2,
            ps: u3,
            ms: u3,
            gs: u3,
            chans: u3,
            sudogs: u3,
            timers: u3,
            heaps: u4,
            pending: u3,
            rings: u3,
            semtab: u2,
            mem: u3,
            pages: u3,
            classes: u3,
            sums: u3,
            hist: u3,
            out: u3,
            cpus: u3,
            branches: u3,
            touched: u2,
            lines: u2,
        ):
            tables = (worlds, ps, ms, gs, chans, sudogs, timers, heaps, pending, rings, semtab, mem, pages, classes)
            tables += (sums, hist, out, cpus, branches, touched, lines)
            self._launch((params, *tables), budget)

        primitive = wp.jax_callable(call, num_outputs=len(NAMES), in_out_argnames=list(NAMES), graph_mode=wp.JaxCallableGraphMode.NONE)

        def step(params: jax.Array, budget: jax.Array, *tables: jax.Array) -> tuple[jax.Array, ...]:
            return tuple(primitive(params, budget, *tables))

        specs = (Spec("worlds"),) * (2 + len(NAMES))
        mapped = jax.shard_map(step, mesh=self._mesh, in_specs=specs, out_specs=(Spec("worlds"),) * len(NAMES), check_vma=False)
        return jax.jit(mapped, donate_argnums=tuple(range(2, 2 + len(NAMES))))


def _warp_device(device: Any) -> str:
    """Warp's name of a JAX device."""
    return "cpu" if device.platform == "cpu" else f"cuda:{device.id}"


def _word_shape(shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[int, ...]:
    """Shape of a table in uint32 words."""
    return shape if dtype.itemsize == 4 else (*shape, dtype.itemsize // 4)


def _words(table: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[np.uint32]:
    """A table as uint32 words."""
    return np.ascontiguousarray(table).view(np.uint32).reshape(_word_shape(table.shape, dtype))


def _padded(table: jax.Array, widths: tuple[tuple[int, int], ...]) -> jax.Array:
    """A larger table: zeros behind each axis."""
    return jax.lax.pad(table, jnp.zeros((), jnp.uint32), [(low, high, 0) for low, high in widths])
