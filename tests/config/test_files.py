"""The files of configs/: each composes, validates, and names what exists."""

import pytest

from gpusched.config.compose import compose, config_directory
from gpusched.ensemble.points import make_points
from gpusched.errors import GpuschedError
from gpusched.workload import shipped

FILES = [path.relative_to(config_directory()) for path in sorted(config_directory().glob("*/*.yaml"))]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_file_composes_and_validates(file) -> None:
    workload = [] if file.parent.name in ("experiment", "workload") else ["workload=skynet"]
    assert make_points(compose([f"{file.parent.name}={file.stem}", *workload]))


@pytest.mark.parametrize("name", ["experiment", "machine", "policy", "engine", "workload"])
def test_every_group_has_files(name: str) -> None:
    assert any(file.parent.name == name for file in FILES)


def test_every_shipped_workload_has_its_config_and_an_experiment() -> None:
    assert sorted(file.stem for file in FILES if file.parent.name == "workload") == shipped()
    assert {file.stem for file in FILES if file.parent.name == "experiment"} >= set(shipped())


def test_every_study_has_its_experiment_or_its_own_commands() -> None:
    folder = config_directory().parent / "experiments"
    assert {path.name for path in folder.iterdir() if path.is_dir() and not (path / "study.py").is_file()} <= {
        file.stem for file in FILES if file.parent.name == "experiment"
    }


HOST = ("chill_half", "cpu_scan", "cpu_slice", "period_us", "quota_slice_us", "quota_phase_us")
"""What costs nothing while machine.cpus, or machine.chill, is 0."""


def test_the_zero_machine_costs_nothing() -> None:
    machine = make_points(compose(["workload=skynet", "machine=zero"]))[0].config.machine
    costs = machine.model_dump(exclude={"name", "measured", "num_cpu", "gomaxprocs", "max_threads", "exact_timers", "schedtick", "calibrated", *HOST})
    assert all(cost in (0, None) or cost == dict.fromkeys(cost, 0) for cost in costs.values())
    assert machine.exact_timers


def test_bare_metal_says_that_it_was_not_measured() -> None:
    machine = make_points(compose(["workload=skynet", "machine=bare_metal"]))[0].config.machine
    assert not machine.measured
    assert machine.num_cpu == 16


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("machin=3", "unknown setting machin; known settings there: title, seed"),
        ("machine.gomaxproc=3", "unknown setting machine.gomaxproc; known settings there: name, measured, calibrated, num_cpu"),
        ("machine=mainframe", "could not find 'machine/mainframe'; choose one of bare_metal, small_vm, xeon16, zero"),
        ("machine.gomaxprocs=abc", "Error merging override machine.gomaxprocs=abc: Value 'abc' of type 'str' could not be converted to Integer"),
        ("replicas=1,2", "Ambiguous value for argument 'replicas=1,2'; to try several values write sweep.PATH=[...]"),
    ],
)
def test_hydra_s_refusals_are_told_in_a_sentence(override: str, sentence: str) -> None:
    with pytest.raises(GpuschedError) as error:
        compose(["workload=skynet", override])
    assert str(error.value).startswith(sentence)
