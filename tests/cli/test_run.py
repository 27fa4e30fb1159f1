"""``gpusched run`` from the command line to the file, with a pretended engine."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from h5py import File

from gpusched import load
from gpusched.cli import rewrite
from gpusched.config.compose import compose
from gpusched.config.costs import sealed
from gpusched.golang.toolchain import go_version
from gpusched.goruntime.invariants import Invariant
from gpusched.goruntime.state import Status
from gpusched.results.provenance import host_of

RUN = ("run", "workload=skynet", "machine=zero", "results.leak_worlds=0", "limits.horizon_s=0.00025", "hydra.run.dir=out")


def test_a_run_writes_its_file_and_prints_its_summary(gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gpusched(*RUN, "replicas=3", "sweep.machine.gomaxprocs=[1,2]") == 0
    out = capsys.readouterr().out
    assert out.rstrip().endswith("out/results.h5")
    for text in ("gomaxprocs", "2 completed, 1 horizon", "sojourn", "Scheduling latency", "Lifetime of main.worker", "actions/s", "parked goroutine"):
        assert text in out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"results.h5", ".hydra"}
    tree: Any = load(tmp_path / "out" / "results.h5")
    assert tree.attrs["overrides"].splitlines()[-1] == "++sweep.machine.gomaxprocs=[1,2]"
    assert tree["points"]["machine.gomaxprocs"].values.tolist() == [1, 2]
    assert tree["worlds"]["actions"].values.tolist() == [100, 200, 250] * 2
    assert tree.attrs["actions"] == 1100


def test_a_sweep_of_a_constant_reaches_the_worlds(gpusched: Callable[..., int], tmp_path: Path) -> None:
    assert gpusched(*RUN, "sweep.workload.const.N=[10,20]") == 0
    tree: Any = load(tmp_path / "out" / "results.h5")
    assert tree["worlds"]["actions"].values.tolist() == [10, 20]


def test_same_config_same_arrays(gpusched: Callable[..., int], tmp_path: Path) -> None:
    for run in ("a", "b"):
        assert gpusched(*RUN[:-1], f"hydra.run.dir={run}", "replicas=2") == 0
    first, second = (File(tmp_path / run / "results.h5") for run in ("a", "b"))
    names: list[str] = []
    first.visititems(lambda name, item: names.append(name) if hasattr(item, "shape") else None)
    assert names
    assert all(np.array_equal(first[name][...], second[name][...], equal_nan=first[name].dtype.kind == "f") for name in names)  # type: ignore[index]
    assert first.attrs["config_hash"] == second.attrs["config_hash"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("workload=nope", "machine=zero"), "unknown workload 'nope'; choose one of blocking_syscalls, fanout, hog_share"),
        (("workload=./nowhere", "machine=zero"), "unknown workload './nowhere'"),
        (("sweep.machine.gomaxprocs=[]",), "sweep.machine.gomaxprocs=[] is empty"),
        (("machine.gomaxprocs=0",), "machine.gomaxprocs=0: should be greater than or equal to 1"),
        (("machine.gomaxprocs=-4",), "machine.gomaxprocs=-4: should be"),
        (("+typo=1",), "unknown setting typo"),
        (("typo=1",), "unknown setting typo"),
        (("workload.const.M=1",), "workload has no constant M"),
        (("sweep.workload.const.size=[1,2]",), "constant size is compiled into the program"),
        (("replicas=[",), "no viable alternative"),
        (("replicas=1000000", "limits.horizon_s=1"), "1,000,000 worlds need"),
        (("engine.device=cuda:7",), "there is no device cuda:7"),
        (("experiment=nope",), "could not find 'experiment/nope'; choose one of"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    if "workload=" in arguments[0]:
        monkeypatch.undo()
        monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gpusched.ensemble.memory._free_on_host", lambda: 1 << 30)
    assert gpusched(*RUN, *arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert error[-1].startswith(f"gpusched: {sentence}")
    assert "Traceback" not in "".join(error)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_overwritten(gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.h5").write_bytes(b"precious")
    assert gpusched(*RUN) == 2
    assert "results.h5 exists already; results are never overwritten" in capsys.readouterr().err
    assert (tmp_path / "out" / "results.h5").read_bytes() == b"precious"


def test_a_broken_invariant_is_told(gpusched: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """``engine.debug`` reaches the engine; a world that the debug kernel ended has failed."""
    module = sys.modules["gpusched.engine.warp"]

    class Debug(module.WarpEngine):  # type: ignore[name-defined]
        def __init__(self, *arguments: Any, debug: bool, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.debug = debug

        def worlds(self, state: dict[str, Any]) -> np.ndarray:
            rows = super().worlds(state)
            ended = (rows["status"] != 0) & self.debug
            rows["status"][ended], rows["panic_kind"][ended] = Status.INVARIANT, Invariant.QUEUED
            rows["panic_a"][ended], rows["panic_b"][ended] = 7, 2
            return rows

    monkeypatch.setattr(module, "WarpEngine", Debug)
    assert gpusched(*RUN, "engine.debug=true") == 0
    out = capsys.readouterr().out
    assert "1 invariant" in out
    assert "1 x invariant broken after action 100: G7 is in 2 run queues (first: world 0)" in out


def test_a_full_disk_leaves_nothing(gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    assert gpusched(*RUN) == 2
    assert "results.h5: No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_system_is_one_sentence(gpusched: Callable[..., int], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "some/file")

    monkeypatch.setattr("gpusched.run.run_points", full)
    assert gpusched(*RUN) == 2
    assert capfd.readouterr().err == "gpusched: some/file: No space left on device\n"


def test_a_folder_that_cannot_be_made(gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert gpusched(*RUN[:-1], "hydra.run.dir=file/out") == 2
    assert capsys.readouterr().err == "gpusched: file/out: Not a directory\n"


def test_failed_worlds_are_kept_apart(
    gpusched: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sys.modules["gpusched.engine.warp"].WarpEngine
    monkeypatch.setattr(sys.modules["gpusched.engine.warp"], "WarpEngine", lambda *a, **k: engine(*a, **k, deadlocks=True))
    assert gpusched(*RUN, "replicas=2") == 0
    out = capsys.readouterr().out
    assert "1 completed, 1 deadlock" in out
    assert "1 x fatal error: all goroutines are asleep - deadlock! (first: world 1)" in out
    assert "2 in main.worker at main.go:20: chan receive" in out
    tree: Any = load(tmp_path / "out" / "results.h5")
    assert tree["worlds"]["failed"].values.tolist() == [0, 1]
    assert tree["latency"]["count"].values.tolist() == [10]
    assert tree["latency"]["failed_count"].values.tolist() == [10]
    assert tree["lifetimes"]["alive"].values.tolist() == [[0, 2]]
    assert tree["goroutines"]["goroutine_failed"].values.tolist() == [0, 1]


def test_multirun_runs_each_by_itself(gpusched: Callable[..., int], tmp_path: Path) -> None:
    assert gpusched("run", "-m", "workload=skynet", "machine=zero,small_vm", "results.leak_worlds=0", "limits.horizon_s=0.0002", "hydra.sweep.dir=many") == 0
    assert sorted(path.parent.name for path in (tmp_path / "many").glob("*/results.h5")) == ["0", "1"]


@pytest.mark.parametrize(
    ("table", "changed", "lines"),
    [
        ("zero", (), ["machine zero has no costs: the times of the run are those of no real host"]),
        ("small_vm", (), ["machine small_vm is not calibrated: its times are not those of this host"]),
        ("host.yaml", (), []),
        ("host.yaml", ("machine.gosched=99999",), ["costs of the machine's table were changed after it was calibrated"]),
        ("other.yaml", (), ["the machine's table was calibrated on another host: host 0123abcd, 2 x Some Processor, Linux 6.1; "]),
        (
            "bare.yaml",
            ("sweep.machine.gomaxprocs=[1,40]",),
            [
                "the machine's table was calibrated on another host: host 0123abcd",
                "the machine's table counts as calibrated, but its file is without wake, slack, local_ps and ",
                "GOMAXPROCS=40 is more than the 2 hardware threads that were calibrated",
            ],
        ),
    ],
)
def test_what_the_machine_does_not_stand_for_is_told_and_kept(
    gpusched: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    changed: tuple[str, ...],
    lines: list[str],
) -> None:
    """Once each on standard error, and in the file."""
    there = "host 0123abcd, 2 x Some Processor, Linux 6.1; go1.27.3; 2025-01-02"
    whole = {**compose(["workload=skynet", "machine=small_vm"])["machine"], "calibrated": f"{host_of()}; {go_version() or 'go1.27.3'}; 2025-01-02"}
    for name, content in {"host": sealed(whole), "other": sealed(whole | {"calibrated": there}), "bare": {"calibrated": there, "newproc": 3}}.items():
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content))
    machine = f"./{table}" if "." in table else table
    assert gpusched("run", "workload=skynet", f"machine={machine}", "results.leak_worlds=0", "limits.horizon_s=0.00025", "hydra.run.dir=out", *changed) == 0
    told = [line.removeprefix("warning: ") for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert [one[: len(line)] for one, line in zip(told, lines, strict=True)] == lines
    tree: Any = load(tmp_path / "out" / "results.h5")
    assert tree.attrs["warnings"].splitlines() == told


def test_rewriting_of_arguments() -> None:
    given = ["sweep.machine.gomaxprocs=[1,2]", "workload.const.N=3", "++workload.const.M=4", "workload=skynet", "workload=./mypool", "seed=3"]
    assert rewrite(given) == [
        "++sweep.machine.gomaxprocs=[1,2]",
        "++workload.const.N=3",
        "++workload.const.M=4",
        "workload=skynet",
        "workload.name='./mypool'",
        "seed=3",
    ]
