"""What the builtins print and println write to standard error is what the real toolchain's do."""

import subprocess
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from tests.simulation import simulate

PROGRAM = Path(__file__).parent / "standard_error"


@pytest.mark.go
def test_builtins_print_what_go_s_do() -> None:
    go = require_go()
    expected = subprocess.run([go, "run", "."], cwd=PROGRAM, env=go_env(go), capture_output=True, text=True, timeout=60, check=True)
    assert expected.stdout == ""
    assert simulate(PROGRAM, "machine=small_vm", "machine.gomaxprocs=1").outputs == [expected.stderr]
