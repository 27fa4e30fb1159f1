import struct
from typing import Any

import numpy as np
import pytest

from gpusched.config.schema import Machine
from gpusched.ensemble.latency import LatencyTables, table
from gpusched.ensemble.params import COSTS, PARAMS, make_ensemble
from gpusched.ensemble.points import make_points
from gpusched.ensemble.strategy import SWITCH_FIELDS
from gpusched.errors import GpuschedError
from gpusched.program.program import Program
from gpusched.random.quantiles import ONE, quantile

NOT_COSTS = {"seed_lo", "seed_hi", "replica", "horizon_ns", "max_actions", "max_pages", "output_words", "output_events", "by_kind"}
LATENCIES = {"chill_table", "wake_table", "wake_scale", "slack_table", "slack_scale", "sysmon", "jitter_table", "load_table", "away_table", "here_table"}
HOST = {"quota", "period", "quota_slice", "quota_phase", "special"}
STRATEGY = {"strategy", "procs", "pace", *SWITCH_FIELDS}


def tree(**more: Any) -> dict[str, Any]:
    return {"workload": {"name": "x", "const": {}}, **more}


def test_every_field_of_params_is_filled_from_somewhere() -> None:
    assert set(COSTS) | NOT_COSTS | LATENCIES | HOST | STRATEGY == set(PARAMS.names or ())
    others = {f for f in Machine.__dataclass_fields__} - set(COSTS)
    assert others == {
        "name",
        "measured",
        "calibrated",
        "wake",
        "slack",
        "jitter",
        "chill_spread",
        "load",
        "away",
        "here",
        "quota_us",
        "period_us",
        "quota_slice_us",
        "quota_phase_us",
    }


def test_the_host_of_a_world(program: Program) -> None:
    """A quota without machine.cpus takes num_cpu; a serial world has no host."""
    machine = {"num_cpu": 3, "quota_us": 50000, "quota_phase_us": 130_000}
    (row,) = make_ensemble(program, make_points(tree(machine=machine))).params
    assert (row["cpus"], row["quota"], row["quota_phase"], row["special"]) == (3, 50_000_000, 30_000_000, 2)
    (serial,) = make_ensemble(program, make_points(tree(machine=machine, explore={"strategy": "pct"}))).params
    assert (serial["cpus"], serial["special"]) == (0, 1)


def test_rows_are_points_times_replicas(program: Program) -> None:
    points = make_points(tree(seed=(5 << 32) + 7, replicas=3, machine={"num_cpu": 8, "newproc": 11}, sweep={"machine": {"gomaxprocs": [1, 2]}}))
    ensemble = make_ensemble(program, points)
    assert ensemble.params["gomaxprocs"].tolist() == [1, 1, 1, 2, 2, 2]
    assert ensemble.params["replica"].tolist() == ensemble.replica.tolist() == [0, 1, 2, 0, 1, 2]
    assert ensemble.point.tolist() == [0, 0, 0, 1, 1, 1]
    row = ensemble.params[4]
    assert (row["seed_lo"], row["seed_hi"], row["num_cpu"], row["newproc"], row["horizon_ns"], row["sysmon"]) == (7, 5, 8, 11, 3600 * 10**9, 1)
    assert (row["wake_scale"], row["slack_scale"]) == (0, 0)
    assert ensemble.program is not program
    assert len(ensemble.program.quantiles) == 1


def test_a_kind_of_instruction_costs_local_ps_unless_it_is_given(program: Program) -> None:
    points = make_points(tree(machine={"local_ps": 400, "alloc_word_ps": 9}, sweep={"machine": {"divide_ps": [400, 900]}}))
    params = make_ensemble(program, points).params
    assert params["by_kind"].tolist() == [0, 1]
    assert params["divide_ps"].tolist() == [400, 900]
    assert {name: params[name].tolist() for name in ("load_ps", "move_ps", "copy_ps")} == {"load_ps": [400, 400], "move_ps": [400, 400], "copy_ps": [9, 9]}


def test_gomaxprocs_defaults_to_the_number_of_processors(program: Program) -> None:
    points = make_points(tree(sweep={"machine": {"num_cpu": [2, 6]}}))
    assert make_ensemble(program, points).params["gomaxprocs"].tolist() == [2, 6]


def test_swept_constants_become_words_of_the_globals(program: Program) -> None:
    points = make_points(tree(replicas=2, sweep={"workload": {"const": {"rate": [0.5, 2], "on": [True, False]}}}))
    ensemble = make_ensemble(program, points)
    bits = [struct.unpack("<q", struct.pack("<d", v))[0] for v in (0.5, 2.0)]
    assert ensemble.addresses.tolist() == [201, 202]
    assert ensemble.values.tolist() == [[b, on] for b in bits for on in (1, 0) for _ in range(2)]


@pytest.mark.parametrize(
    ("const", "sentence"),
    [
        ({"M": [1, 2]}, "workload has no constant M (example/main); its constants are N, on, rate, size"),
        ({"size": [1, 2]}, "constant size is compiled into the program (example/main)"),
        ({"N": [1.5]}, "1.5 is no int as constant N is (workload.const); its default is 7"),
        ({"N": [True]}, "True is no int as constant N is"),
        ({"N": [2**63]}, "9223372036854775808 overflows constant N"),
        ({"on": [1]}, "1 is no bool as constant on is"),
        ({"rate": ["fast"]}, "'fast' is no float as constant rate is"),
    ],
)
def test_a_bad_constant_is_told_in_a_sentence(program: Program, const: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GpuschedError) as error:
        make_ensemble(program, make_points(tree(sweep={"workload": {"const": const}})))
    assert str(error.value).startswith(sentence)


def test_a_latency_s_table_has_the_quantiles_it_was_given() -> None:
    rows = table((100, 200, 500, 1000, 2000, 5000))
    assert rows.shape == (4098,)
    below = [0, 1 << 59, (1 << 63) - 1]  # p = 0, 1/32, nearly 1/2
    above = [(1 << 63) + t for t in (0, (1 << 63) // 50, (1 << 64) // 10)]  # 1 - p = 0, 0.01, 0.1
    assert quantile(rows, ONE, np.array(below, np.uint64)).tolist() == [100, 131, 499]
    assert quantile(rows, ONE, np.array(above, np.uint64))[1:] == pytest.approx([2000, 1000], rel=0.003)
    assert abs(quantile(rows, ONE, np.array(above[:1], np.uint64))[0] - 5000) <= 1


def test_equal_latencies_share_a_table() -> None:
    points = make_points(tree(machine={"wake": {"p99": 5, "max": 9}, "slack": {"p99": 5, "max": 9}}))
    tables = LatencyTables(3)
    machine = points[0].config.machine
    assert tables.number(machine.wake) == tables.number(machine.slack) == (3, ONE)
    assert tables.array(np.zeros((3, 4098), np.int64)).shape == (4, 4098)
