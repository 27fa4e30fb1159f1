"""A row of ``goruntime.state.Params`` and the first words of memory for each world of an ensemble: points times replicas, point by point."""

import struct
from dataclasses import dataclass, fields, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from gpusched.config.schema import Machine
from gpusched.ensemble.latency import LatencyTables
from gpusched.ensemble.points import Point
from gpusched.ensemble.strategy import apply_strategy
from gpusched.errors import GpuschedError
from gpusched.goruntime.state import PAGE, Params
from gpusched.machine.kinds import InsnKind
from gpusched.program.program import Constant, Program

PARAMS: np.dtype[Any] = np.zeros(0, cast(Any, Params).numpy_dtype()).dtype
COSTS = tuple(f.name for f in fields(Machine) if f.name in (PARAMS.names or ()))
"""Fields of the machine that are fields of ``Params`` under the same name."""
KINDS = tuple(f"{kind.name.lower()}_ps" for kind in InsnKind)
"""Those of the kinds of local instructions; none: ``local_ps``."""
UNSET = {"gomaxprocs": "num_cpu", "copy_ps": "alloc_word_ps"}
"""What a field that is none is taken from, where it is no kind."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """What an engine is started with.

    program: the workload with the machine's latency tables added. params: Params[worlds]. addresses: int64[k] of swept constants in the globals.
    values: int64[worlds, k], what stands there. point: int32[worlds], the world's point. replica: int64[worlds].
    """

    program: Program
    params: NDArray[Any]
    addresses: NDArray[np.int64]
    values: NDArray[np.int64]
    point: NDArray[np.int32]
    replica: NDArray[np.int64]


def make_ensemble(program: Program, points: list[Point]) -> Ensemble:
    """Makes the rows of all worlds; world ``i`` is replica ``i % replicas`` of point ``i // replicas``."""
    replicas = points[0].config.replicas
    latencies = LatencyTables(len(program.quantiles))
    rows = np.zeros(len(points), PARAMS)
    for row, point in zip(rows, points, strict=True):
        _fill(row, point.config, latencies)
    params = np.repeat(rows, replicas)
    replica = np.tile(np.arange(replicas, dtype=np.int64), len(points))
    params["replica"] = replica
    apply_strategy(params, [point.config.explore for point in points], replicas)
    addresses, words = initial_words(program, points)
    return Ensemble(
        program=replace(program, quantiles=latencies.array(program.quantiles)),
        params=params,
        addresses=addresses,
        values=np.repeat(words, replicas, axis=0),
        point=np.repeat(np.arange(len(points), dtype=np.int32), replicas),
        replica=replica,
    )


def _fill(row: Any, config: Any, latencies: LatencyTables) -> None:
    """Fills a row of Params from a point's config."""
    machine, limits = config.machine, config.limits
    for name in COSTS:
        value = getattr(machine, name)
        row[name] = value if value is not None else getattr(machine, UNSET.get(name, "local_ps"))
    row["by_kind"] = any(getattr(machine, name) not in (None, machine.local_ps) for name in KINDS)
    row["seed_lo"], row["seed_hi"] = config.seed & 0xFFFFFFFF, config.seed >> 32
    row["horizon_ns"] = round(limits.horizon_s * 1e9)
    row["max_actions"] = limits.max_actions
    row["max_pages"] = -(-limits.memory_words // PAGE)
    row["output_words"] = limits.output_words
    row["output_events"] = limits.output_events
    row["wake_table"], row["wake_scale"] = latencies.number(machine.wake)
    row["slack_table"], row["slack_scale"] = latencies.number(machine.slack)
    row["chill_table"] = latencies.number(machine.chill_spread)[0] if machine.chill_spread.max else -1
    row["jitter_table"] = latencies.number(machine.jitter)[0] if machine.jitter.max else -1
    row["load_table"] = latencies.number(machine.load)[0]
    row["here_table"], row["away_table"] = latencies.number(machine.here)[0], latencies.number(machine.away)[0]
    row["displace"] = machine.displace if machine.here.max else 0
    row["load_every"] = machine.load_every if machine.load.max else 0
    row["sysmon"] = config.policy.sysmon
    if machine.quota_us and not machine.cpus:
        row["cpus"] = machine.num_cpu
    row["quota"], row["period"], row["quota_slice"] = machine.quota_us * 1000, machine.period_us * 1000, machine.quota_slice_us * 1000
    row["quota_phase"] = -1 if machine.quota_phase_us is None else machine.quota_phase_us % machine.period_us * 1000


def initial_words(program: Program, points: list[Point]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns addresses int64[k] and words int64[points, k] of the constants whose value is written into a world's memory.

    These are the swept ones, and overridden ones of a program that was not compiled with them.
    """
    known = {constant.name: constant for constant in program.constants}
    wanted: dict[str, Constant] = {}
    for name in {name: None for point in points for name in point.config.workload.const}:
        if name not in known:
            raise GpuschedError(f"workload has no constant {name}", program.package, f"its constants are {', '.join(sorted(known)) or 'none'}")
        constant = known[name]
        if all(point.config.workload.const.get(name) == constant.value for point in points) and not constant.address:
            continue
        if not constant.address:
            raise GpuschedError(f"constant {name} is compiled into the program", program.package, "a Go toolchain is needed to compile it with another value")
        wanted[name] = constant
    words = [[word_of(c, point.config.workload.const.get(name, c.value)) for name, c in wanted.items()] for point in points]
    addresses = np.array([constant.address for constant in wanted.values()], np.int64)
    return addresses, np.array(words, np.int64).reshape(len(points), len(wanted))


def word_of(constant: Constant, value: Any) -> int:
    """Returns the word that holds a value of the constant's kind."""
    if constant.kind == "bool" and isinstance(value, bool):
        return int(value)
    if constant.kind == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return struct.unpack("<q", struct.pack("<d", float(value)))[0]
    if constant.kind == "int" and not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
        if -(2**63) <= value < 2**63:
            return int(value)
        raise GpuschedError(f"{value} overflows constant {constant.name}", "workload.const", "give a value of 64 bits")
    raise GpuschedError(f"{value!r} is no {constant.kind} as constant {constant.name} is", "workload.const", f"its default is {constant.value!r}")
