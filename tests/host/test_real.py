"""The same limits on the real runtime: the cgroup is there, counts, and is gone afterwards; the model beside it within wide bounds."""

import json
import subprocess
from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.errors import GpuschedError
from gpusched.golang.real import cgroup
from gpusched.golang.real.cgroup import Cgroup, writable

PROGRAMS = Path(__file__).parent / "programs"
needs_cgroup = pytest.mark.skipif(bool(writable()), reason=writable())


def script(path: Path, line: str) -> Path:
    """A program of the shell."""
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o700)
    return path


@needs_cgroup
def test_a_quota_throttles_and_leaves_nothing(tmp_path: Path) -> None:
    """A tenth of a processor: a computing program stands at the ends of its periods; one that sleeps when the cgroup goes is killed."""
    busy, idle = script(tmp_path / "busy", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done"), script(tmp_path / "idle", "exec sleep 60")
    with Cgroup(2_000, 20_000) as quota:
        subprocess.run(quota.command(busy), check=True, timeout=60)
        told = quota.stat()
        assert told["periods"] >= told["throttled_periods"] > 5
        assert told["throttled_ns"] > 80_000_000
        sleeper = subprocess.Popen(quota.command(idle))
        while not (quota.path / "cgroup.procs").read_text():
            assert sleeper.poll() is None
    assert sleeper.wait(10) == -9
    assert not quota.path.exists()


@needs_cgroup
def test_it_is_gone_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception inside, a signal while it is made, and a period that the kernel refuses."""
    with pytest.raises(RuntimeError, match="inside"), Cgroup(50_000, 100_000) as quota:
        raise RuntimeError("inside")
    assert not quota.path.exists()
    refused = Cgroup(50_000, 1)
    with pytest.raises(GpuschedError, match="no cgroup with a CPU quota can be made"), refused:
        pass
    assert not refused.path.exists()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", interrupted)
    made = Cgroup(50_000, 100_000)
    with pytest.raises(KeyboardInterrupt), made:
        pass
    assert not made.path.exists()


@pytest.mark.parametrize("quota_us", [1, 500, 999])
def test_a_quota_that_is_too_small_for_the_kernel(quota_us: int) -> None:
    """Told as such, on every host, before anything is made."""
    with pytest.raises(GpuschedError, match=f"the kernel takes no quota of {quota_us} us .*set it to 1000 or more"):
        Cgroup(quota_us, 100_000)
    assert Cgroup(1000, 100_000).path.exists() is False


def test_a_host_without_cgroups_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence that says what it takes."""
    monkeypatch.setattr(cgroup, "V1", tmp_path / "none")
    monkeypatch.setattr(cgroup, "V2", tmp_path / "none")
    assert "run as root" in writable()


@needs_cgroup
@pytest.mark.go
def test_model_beside_real(tmp_path: Path) -> None:
    """Half a processor, two Ps: 200 ms of computing take twice as long and more in both; the page has a line for each point."""
    words = [
        "machine=small_vm",
        "machine.cpus=2",
        "machine.gomaxprocs=2",
        "sweep.machine.quota_us=[50000]",
        "workload.const.jobs=50",
        "runs=1",
        "tries=1",
        "shares=262144",
    ]
    page, out = tmp_path / "host.md", tmp_path / "out"
    main(["compare", str(PROGRAMS / "pool"), *words, "host=true", f"page={page}", f"hydra.run.dir={out}"])
    (row,) = json.loads((out / "compare.json").read_text())["rows"]
    assert row["quota"] == 0.5
    for name, low, high in (("makespan_ns", 0.1, 1.8), ("cpu_ns", 0.3, 1.8)):
        model, real, _, _ = row["figures"][name]
        assert low <= model / real <= high, name
    assert row["figures"]["throttled_periods"][0] >= 2
    assert row["figures"]["makespan_ns"][0] > 250_000_000
    assert "| pool | 2 | 0.5 |" in page.read_text()
