"""Random programs on the simulated runtime: they print what the real toolchain prints, on one P and on four."""

from pathlib import Path

import pytest

from tests.program import generate, generate_concurrent
from tests.program.test_against_go import go_run
from tests.simulation import simulate

pytestmark = pytest.mark.go


def check(source: str, directory: Path) -> None:
    """Runs a program both ways."""
    (directory / "go.mod").write_text("module generated\n\ngo 1.27\n")
    (directory / "main.go").write_text(source)
    expected = go_run(directory)
    ran = simulate(directory, "machine=small_vm", "sweep.machine.gomaxprocs=[1,4]", "replicas=2")
    assert ran.messages == [""] * 4
    assert ran.outputs == [expected] * 4


@pytest.mark.parametrize("seed", range(3))
def test_concurrent_programs(seed: int, tmp_path: Path) -> None:
    check(generate_concurrent.program(seed), tmp_path)


@pytest.mark.parametrize("seed", range(1))
def test_arithmetic(seed: int, tmp_path: Path) -> None:
    check(generate.program(seed), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 80))
def test_many_concurrent_programs(seed: int, tmp_path: Path) -> None:
    check(generate_concurrent.program(seed), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 60))
def test_much_arithmetic(seed: int, tmp_path: Path) -> None:
    check(generate.program(seed), tmp_path)
