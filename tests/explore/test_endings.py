"""Every kind of outcome has its name, its message in Go's words and its place; no schedule goes on without end."""

import json
import shlex
from pathlib import Path

import pytest

from gpusched.cli import main
from tests.explore.conftest import PROGRAMS, explore

pytestmark = pytest.mark.go
ENDINGS = str(PROGRAMS / "endings")
KINDS = [
    ("both", "completed", "", 0),
    ("endless", "timeout", "limit of simulated time", 0),
    ("busy", "timeout", "limit of actions", 0),
    ("loud", "timeout", "limit of output", 0),
    ("panic", "panic", "by intention", 1),
    ("nil", "panic", "assignment to entry in nil map", 1),
    ("unlock", "fatal error", "sync: unlock of unlocked mutex", 1),
    ("exit", "exit", "exit status 7", 0),
    ("asleep", "deadlock", "all goroutines are asleep", 1),
    ("forgotten", "leak", "", 1),
]


@pytest.mark.parametrize(("way", "kind", "message", "places"), KINDS)
def test_kinds(way: str, kind: str, message: str, places: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    limits = ["limits.horizon_s=20", "limits.max_actions=5000", "limits.output_events=100"]
    _, explored = explore("endings", f"workload.const.way={way}", "strategy=random", "schedules=3", "shrink=0", "slowest=100", *limits)
    ((key, found),) = explored.tally.found.items()
    assert (key.kind, key.message, len(key.places), found.count) == (kind, message, places, 3)
    assert key.bad == (kind != "completed")


def test_a_failed_test_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """``test=TestName``: kind, count, interval and seed in outcomes.json, and the command beside them tells that schedule as a story."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    words = ["explore", str(PROGRAMS / "counter"), "test=TestAdd", "strategy=random", "schedules=100", "seed=5", "shrink=0", "engine.device=cpu"]
    assert main([*words, "hydra.run.dir=out"]) == 0
    failed = next(one for one in json.loads((tmp_path / "out" / "outcomes.json").read_text())["outcomes"] if one["kind"] == "failed test")
    assert (failed["message"], failed["seed"]) == ("count is 1, not 2", 5)
    assert failed["interval"][0] < failed["share"] < failed["interval"][1]
    assert failed["command"] in capsys.readouterr().out
    assert main(shlex.split(failed["command"])[1:]) == 0
    story = capsys.readouterr().out
    assert f"Schedule {failed['schedule']} ended" in story
    assert "failed test: count is 1, not 2" in story
    assert "c.mu.Lock()" in story


def test_an_existing_file_is_told_before_any_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.h5").write_bytes(b"precious")
    assert main(["explore", str(PROGRAMS / "counter"), "test=TestAdd", "strategy=random", "engine.device=cpu", "hydra.run.dir=out"]) == 2
    told = capsys.readouterr()
    assert "results.h5 exists already" in told.err
    assert "Outcomes" not in told.out
    assert not (tmp_path / "out" / "outcomes.json").exists()


@pytest.mark.parametrize(("strategy", "more"), [("realistic", []), ("pct", ["steps=60", "depth=2"])])
def test_the_command_repeats_the_schedule(
    strategy: str, more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every strategy: the story of the first bad schedule ends as the table says."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    words = [
        "explore",
        str(PROGRAMS / "lock_order"),
        f"strategy={strategy}",
        "schedules=20000",
        "until=bug",
        "machine=small_vm",
        "shrink=0",
        "engine.device=cpu",
    ]
    assert main([*words, *more, "hydra.run.dir=out"]) == 0
    outcomes = json.loads((tmp_path / "out" / "outcomes.json").read_text())
    bad = [one for one in outcomes["outcomes"] if one["kind"] == "deadlock"]
    if strategy == "pct":
        assert outcomes["stopped"] == "a bad outcome was seen"
    for one in bad:
        capsys.readouterr()
        assert main(shlex.split(one["command"])[1:]) == 0
        assert "deadlock: all goroutines are asleep" in capsys.readouterr().out
