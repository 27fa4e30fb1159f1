"""The language: one small program for each construct prints in the model what it prints on the real toolchain, on one, two and four Ps."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from gpusched.goruntime.state import Status
from tests.simulation import simulate

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.parent.name for path in PROGRAMS.glob("*/main.go"))

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a program that the real toolchain built, all that this session asks for at once."""
    folder, go = tmp_path_factory.mktemp("programs"), require_go()
    asked = [name for name in NAMES if any(item.name.endswith(f"[{name}]") for item in request.session.items)]
    subprocess.run([go, "build", "-o", f"{folder}/", *(f"./{name}" for name in asked)], cwd=PROGRAMS, env=go_env(go), check=True)
    return lambda name: subprocess.run([folder / name], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_model_prints_what_go_prints(name: str, real: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    """Standard output, how the process ends, and the first line of what a panic says."""
    ran = simulate(PROGRAMS / name, "machine=small_vm", "sweep.machine.gomaxprocs=[1,2,4]")
    expected = real(name)
    for _ in range(4):  # a host that takes the CPU away for 10 ms has sysmon preempt a goroutine that computed for less: run again
        if ran.outputs == [expected.stdout] * 3:
            break
        expected = real(name)
    assert ran.outputs == [expected.stdout] * 3
    for world, message in zip(ran.worlds, ran.messages, strict=True):
        code = {Status.COMPLETED: 0, Status.EXITED: world["exit_code"]}.get(world["status"], 2)
        assert code == expected.returncode
        if code == 2:
            assert message.split("\n")[0] == expected.stderr.split("\n")[0]
