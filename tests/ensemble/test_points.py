from typing import Any

import pytest

from gpusched.ensemble.points import axes, make_points
from gpusched.errors import GpuschedError


def tree(**more: Any) -> dict[str, Any]:
    return {"workload": {"name": "x", "const": {"N": 1}}, **more}


def test_points_are_the_product_in_the_order_written() -> None:
    points = make_points(tree(sweep={"machine": {"gomaxprocs": [1, 2]}, "workload": {"const": {"load": [0.3, 0.6]}}}))
    assert [tuple(p.values.values()) for p in points] == [(1, 0.3), (1, 0.6), (2, 0.3), (2, 0.6)]
    assert [p.config.machine.gomaxprocs for p in points] == [1, 1, 2, 2]
    assert points[3].config.workload.const == {"N": 1, "load": 0.6}
    assert points[3].label == "gomaxprocs=2, load=0.6"


def test_no_sweep_is_one_point() -> None:
    (point,) = make_points(tree())
    assert point.values == {}
    assert point.label == "all"


def test_a_sweep_reaches_nested_settings_and_the_seed() -> None:
    points = make_points(tree(sweep={"machine": {"wake": {"max": [5, 6]}}, "seed": [0, 2**64 - 1]}))
    assert [(p.config.machine.wake.max, p.config.seed) for p in points] == [(5, 0), (5, 2**64 - 1), (6, 0), (6, 2**64 - 1)]


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        ({"machine": {"gomaxprocs": []}}, "sweep.machine.gomaxprocs=[] is empty, so there is nothing to run; give at least one value"),
        ({"machine": {"gomaxprocs": 4}}, "sweep.machine.gomaxprocs=4 is no list; write sweep.machine.gomaxprocs=[4] or machine.gomaxprocs=4"),
        ({"machine": {"gomaxprocs": [0]}}, "machine.gomaxprocs=0: should be greater than or equal to 1"),
        ({"machine": {"gomaxprocs": [2, 2]}}, "sweep.machine.gomaxprocs=[2, 2] names a value twice; give each value once"),
        ({"machine": {"gomaxproc": [1]}}, "unknown setting machine.gomaxproc; known settings there: name, measured, calibrated, num_cpu, gomaxprocs"),
        ({"engine": {"threads": [1, 2]}}, "engine.threads cannot be swept; sweep settings of machine, policy"),
        ({"replicas": [1, 2]}, "replicas cannot be swept"),
        ({"workload": {"name": ["a", "b"]}}, "workload.name cannot be swept"),
        ({"machine": {"num_cpu": [[1]]}}, "sweep.machine.num_cpu has a value that is a list"),
    ],
)
def test_a_bad_sweep_is_told_in_a_sentence(sweep: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GpuschedError) as error:
        make_points(tree(sweep=sweep))
    assert str(error.value).startswith(sentence)


def test_too_many_points_are_refused() -> None:
    with pytest.raises(GpuschedError, match="1,000,000 points"):
        make_points(tree(sweep={"machine": {"gomaxprocs": list(range(1, 1001)), "newproc": list(range(1000))}}))


def test_true_and_one_are_different_values() -> None:
    assert axes({"policy": {"sysmon": [True, False]}}) == {"policy.sysmon": [True, False]}
