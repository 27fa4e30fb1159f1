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


@pytest.mark.go
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x :=", "pool/main.go:5:1: expected operand, found '}'"),
        ('var x int = "a"\n\t_ = x', 'pool/main.go:4:14: cannot use "a" (untyped string constant) as int value in variable declaration'),
        ('_, _ = os.Open("x")', "os.Open can not be simulated (main.go:4:16); use work.IO"),
    ],
)
def test_a_package_that_cannot_run(body: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Go's own words, or what cannot be simulated; nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    (tmp_path / "pool").mkdir()
    imported = '"os"' if "os." in body else '_ "os"'
    (tmp_path / "pool" / "main.go").write_text(f"package main\n\nimport {imported}; func main() {{\n\t{body}\n}}\n")
    assert main(["run", "workload=./pool"]) == 2
    assert f"gpusched: {sentence}" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["pool"]


@pytest.mark.parametrize(
    ("override", "point"), [("workload.const.load=-1", ""), ("sweep.workload.const.load=[0.5,-1]", " (load=-1)"), ("workload.const.load=0", "")]
)
def test_a_negative_rate(override: str, point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Package work refuses it in the world; the run ends with its words, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    assert main(["run", "workload=http_server", "workload.const.requests=30", override, "replicas=2"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"gpusched: work: the rate of arrivals is not above 0{point}"
    assert list(tmp_path.iterdir()) == []
