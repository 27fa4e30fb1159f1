from typing import Any

import pytest

from gpusched.config.schema import Config
from gpusched.config.validate import model, validate
from gpusched.errors import GpuschedError


def tree(**more: Any) -> dict[str, Any]:
    return {"workload": {"name": "x"}, **more}


def test_defaults_are_those_of_the_dataclasses() -> None:
    from dataclasses import asdict

    assert model(Config)().model_dump() == asdict(Config())


def test_a_validated_config_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        validate(tree()).machine.newproc = 3


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"typo": 1},
            "unknown setting typo; known settings there: title, seed, replicas, sweep, workload, machine, policy, limits, explore, compare, engine, results",
        ),
        ({"machine": {"wake": {"p51": 1}}}, "unknown setting machine.wake.p51; known settings there: p0, p10, p50, p90, p99, max"),
        ({"machine": {"gomaxprocs": 0}}, "machine.gomaxprocs=0: should be greater than or equal to 1"),
        ({"machine": {"newproc": -1}}, "machine.newproc=-1: should be greater than or equal to 0"),
        ({"seed": -1}, "seed=-1: should be greater than or equal to 0"),
        ({"seed": 2**64}, "seed=18446744073709551616: should be less than or equal to 18446744073709551615"),
        ({"replicas": 0}, "replicas=0: should be greater than or equal to 1"),
        ({"replicas": "many"}, "replicas='many': should be a valid integer"),
        ({"limits": {"horizon_s": 0}}, "limits.horizon_s=0: should be greater than 0"),
        ({"limits": {"horizon_s": float("nan")}}, "limits.horizon_s=nan: should be a finite number"),
        ({"limits": {"horizon_s": float("inf")}}, "limits.horizon_s=inf: should be"),
        ({"machine": {"wake": {"p10": 5}}}, "machine.wake does not rise from p0 to max"),
        ({"engine": {"name": "xla"}}, "unknown engine 'xla'; known engines: warp"),
        ({"engine": {"device": "tpu"}}, "unknown device 'tpu' (engine.device); use auto, cpu, cuda or cuda:N"),
        ({"workload": {"name": ""}}, "no workload is named"),
        ({"workload": {"name": "x", "const": {"N": [1, 2]}}}, "workload.const.N is no number, bool or string; to sweep it write sweep.workload.const.N=[...]"),
        ({"results": {"file": "../x.h5"}}, "results.file='../x.h5' is not a plain name that ends in .h5"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GpuschedError) as error:
        validate({**tree(), **more})
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


def test_a_seed_of_zero_is_a_seed() -> None:
    assert validate(tree(seed=0)).seed == 0
