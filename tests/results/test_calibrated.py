"""What is said of a machine that does not stand for this host, or for what was calibrated there."""

from typing import Any

import pytest

from gpusched.config.compose import compose
from gpusched.config.costs import sealed
from gpusched.ensemble.points import make_points
from gpusched.results.calibrated import machine_warnings
from gpusched.results.provenance import host_of

HERE = f"{host_of()}; go1.27.3; 2025-11-29"
TWO = "host 0123abcd, 2 x Some Processor, Linux 6.1; go1.27.3; 2025-11-29"


def warnings(calibrated: str = HERE, *words: str, seal: bool = True, sweep: dict[str, Any] | None = None, go: str = "go1.27.3", **changed: Any) -> list[str]:
    """Of small_vm's costs as a calibration that ran somewhere leaves them, words of the command line, and settings changed since."""
    tree = compose(["workload=skynet", "machine=small_vm", *words])
    table = tree["machine"] | {"calibrated": calibrated}
    tree["machine"] = (sealed(table) if seal else table) | changed
    tree["sweep"] = {"machine": sweep or {}}
    return machine_warnings((point.config.machine for point in make_points(tree)), go)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """This host has two processors."""
    monkeypatch.setattr("gpusched.results.calibrated.host_of", lambda: TWO.partition(";")[0])


def test_a_calibrated_machine_on_its_host_needs_no_words() -> None:
    assert warnings() == warnings(seal=False) == []
    assert warnings(go="") == []
    assert warnings(schedtick=3, parked=1, quota_us=50_000, gomaxprocs=1) == []


def test_tables_that_nobody_calibrated() -> None:
    for name, line in (("zero", "machine zero has no costs: the times of the run are those of no real host"), ("xeon16", "machine xeon16 is not calibrated")):
        points = make_points(compose(["workload=skynet", f"machine={name}"]))
        (said,) = machine_warnings([point.config.machine for point in points * 3], "go1.27.3")
        assert said.startswith(line)


def test_another_host_and_another_go() -> None:
    said = warnings(TWO, go="go1.27.4")
    assert said[0].startswith(f"the machine's table was calibrated on another host: {TWO}; costs ")
    assert said[1] == "the machine's table was calibrated with go1.27.3, this is go1.27.4"
    assert len(said) == 2
    assert warnings(f"{host_of()}1; go1.27.3; 2025-11-29")[0].startswith("the machine's table was calibrated on another host")


def test_costs_that_were_changed_since() -> None:
    line = ["costs of the machine's table were changed after it was calibrated"]
    assert warnings(gosched=99999) == line
    assert warnings(sweep={"gosched": [20, 40]}) == line
    assert warnings(gosched=99999, seal=False) == []
    without = "without gosched"
    assert warnings(f"{HERE}; {without}", gosched=99999) == [f"the machine's table counts as calibrated, but its file is {without}: those are of another table"]


@pytest.mark.usefixtures("two")
def test_more_than_was_calibrated() -> None:
    """Every point counts; each line is told once."""
    own = "is more than the 2 hardware threads that were calibrated, and here each thread has one of its own (machine.cpus=0)"
    shared = "on 2 hardware threads: how they are shared is a model (docs/host.md), which was not calibrated"
    assert warnings(TWO, sweep={"gomaxprocs": [1, 2]}, cpus=2) == []
    assert warnings(TWO, sweep={"gomaxprocs": [1, 8, 4, 2]}, cpus=0) == [f"GOMAXPROCS=4, 8 {own}"]
    assert warnings(TWO, sweep={"gomaxprocs": [1, 8, 4, 2]}, cpus=2) == [f"GOMAXPROCS=4, 8 {shared}"]
    assert warnings(TWO, gomaxprocs=4, sweep={"quota_us": [0, 50_000]}, cpus=0) == [f"GOMAXPROCS=4 {own}", f"GOMAXPROCS=4 {shared}"]
    assert warnings(TWO, cpus=4, gomaxprocs=4) == ["4 hardware threads (machine.cpus) are more than the 2 that were calibrated"]
    assert warnings(TWO, num_cpu=16, cpus=0) == [f"GOMAXPROCS=16 {own}"]
    assert warnings("yes", gomaxprocs=16)[1:] == []
