"""Packages of other modules, by way of the workload's own go.mod: golang.org/x/sync prints in the model what it prints on the real toolchain."""

import subprocess
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from tests.simulation import simulate

MODULE = Path(__file__).parent / "modules" / "xsync"

pytestmark = pytest.mark.go


def test_errgroup_semaphore_and_singleflight() -> None:
    """Skipped where neither the module cache nor a module proxy has golang.org/x/sync."""
    go = require_go()
    if subprocess.run([go, "mod", "download"], cwd=MODULE, env=go_env(go), capture_output=True, check=False).returncode:
        pytest.skip("golang.org/x/sync can not be downloaded: it needs a module proxy once")
    expected = subprocess.run([go, "run", "."], cwd=MODULE, env=go_env(go), capture_output=True, text=True, check=True)
    ran = simulate(MODULE, "machine=small_vm", "sweep.machine.gomaxprocs=[1,2,4]")
    assert ran.outputs == [expected.stdout] * 3
