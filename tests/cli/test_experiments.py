"""Every experiment runs at toy size, on the real engine, from the command line to the file."""

import sys
from pathlib import Path
from typing import Any

import pytest

from gpusched import load
from gpusched.cli import main
from gpusched.config.compose import config_directory

NAMES = sorted(path.stem for path in (config_directory() / "experiment").glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_experiment(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    sweep = [] if name == "leaky_lifetimes" else ["limits.horizon_s=0.002"]
    limit = ["limits.max_actions=3000"]
    assert main(["run", f"experiment={name}", "replicas=1", *sweep, *limit, "hydra.run.dir=out"]) == 0, capsys.readouterr().err
    tree: Any = load(tmp_path / "out" / "results.h5")
    assert tree.attrs["complete"] == 1
    assert tree.attrs["actions"] > 0
    ended = tree["points"]["worlds"].sum("point")
    assert set(ended["status"].values[ended.values > 0]) <= {"completed", "horizon", "action_limit"}
    assert main(["report", "out/results.h5", "--out", "figures"]) == 0
