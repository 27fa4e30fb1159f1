"""The compiled workload: what lowering makes, what an engine executes, what results are decoded with."""

from dataclasses import dataclass, field

import numpy as np

TYPE_FREE, TYPE_WORDS, TYPE_POINTERS, TYPE_TIMER = 0, 1, 2, 3
"""Types that every program has: a free block, words without pointers, pointers, and time.Timer as ``newTimer`` allocates it: {chan, init, timer row}."""

CLEANER = "runtime.runCleanups"
"""The function of the goroutine that runs cleanups, a system goroutine."""


@dataclass(frozen=True)
class Constant:
    """A package-level constant or variable of the workload that a config may override.

    ``address`` is the word in the globals where its value lies, or 0 where it had to stay a constant of the compiled program.
    ``kind`` is "int", "float", "bool" or "string", ``value`` its value in this program.
    """

    name: str
    address: int
    kind: str
    value: int | float | bool | str


@dataclass(frozen=True, eq=False)
class Program:
    """Arrays as in ``goruntime.state.Program``, and the names for people.

    code: Insn[n]; row 0 is UNWIND. consts: int64[k]. funcs: Func[f]. types: Type[t] (0..3 fixed, see above; then the dynamic and layout types,
    one frame type a function among them). kinds: int32 (Kind of each word, by ``types.kinds``). itab: int32[t, m] (-1: no such method).
    implements: int32[t, i]. rodata: int32 (bytes of constant strings). quantiles: int64[d, 4098] (random/quantiles.py). tables: int64[d, 2].
    """

    code: np.ndarray
    consts: np.ndarray
    funcs: np.ndarray
    types: np.ndarray
    kinds: np.ndarray
    itab: np.ndarray
    implements: np.ndarray
    rodata: np.ndarray
    quantiles: np.ndarray
    tables: np.ndarray
    entry: int
    """Function that the main goroutine runs: package initialisation, then main.main; named ``runtime.main``."""
    globals_type: int
    """Type of the one object that holds all package variables, at address GLOBALS."""
    package: str = ""
    go: str = ""
    functions: tuple[str, ...] = ()
    """Name of each function, as Go prints it: main.worker, main.main.func1, main.(*T).M."""
    positions: tuple[tuple[int, int], ...] = ()
    """(file number, line) of each row of code; (-1, 0): none."""
    files: tuple[str, ...] = ()
    sites: tuple[tuple[str, int, int, int], ...] = ()
    """Calls whose functions were lowered into their callers: function, file number and line of the call, site that the call lies in (-1: none)."""
    site_of: tuple[int, ...] = ()
    """Site of each row of code, -1: it belongs to the function itself; empty: all do."""
    type_names: tuple[str, ...] = ()
    """What %T prints for each type, and the name of layouts that are no Go type."""
    type_kinds: tuple[str, ...] = ()
    """Go kind of each type ("int", "string", "struct" ...), "" for layouts: how a value is formatted."""
    initial: dict[int, int] = field(default_factory=dict)
    """Words of the globals that are not zero when the world starts: address -> value."""
    constants: tuple[Constant, ...] = ()
    histograms: tuple[str, ...] = ()
    """Names of the work.Histogram histograms; histogram number = 1 + len(lifetimes) + index."""
    lifetimes: tuple[str, ...] = ()
    """Functions whose goroutines have a lifetime histogram (number 1 + index); the first is main's. Histogram 0 is scheduling latency."""
    allocation_types: tuple[str, ...] = ()
    scales: tuple[tuple[int, int], ...] = ()
    """Functions whose code is scaled, each with thousandths: what its instructions cost is multiplied by them."""
    addressed: tuple[tuple[int, int, int], ...] = ()
    """Registers whose address a function takes: function, the first of them, how many. Where a function is not listed, all from that register on may be."""
    preprint: int = 0
    """Function (0: none) that keeps the texts of values with an Error or String method in the records of the panics that end the world."""
