"""The command: its table, files, story, and the smallest schedules."""

import json
import shlex
from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.explore.command import explore_overrides
from tests.explore.conftest import PROGRAMS, explore

pytestmark = pytest.mark.go
LOCKS = str(PROGRAMS / "lock_order")


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to run in."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_outcomes_are_counted_and_each_can_be_repeated(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", LOCKS, "strategy=random", "schedules=300", "hydra.run.dir=out", "engine.device=cpu"]) == 0
    shown = capsys.readouterr().out
    assert "deadlock: all goroutines are asleep" in shown
    outcomes = json.loads((empty / "out" / "outcomes.json").read_text())
    assert outcomes["schedules"] == sum(one["count"] for one in outcomes["outcomes"]) == 300
    dead = next(one for one in outcomes["outcomes"] if one["kind"] == "deadlock")
    assert dead["interval"][0] < dead["share"] < dead["interval"][1]
    assert [place.split(" at ")[0] for place in dead["places"]] == ["sync.Mutex.Lock", "sync.Mutex.Lock", "sync.WaitGroup.Wait"]
    assert len(dead["smallest"]["switches"]) == 1
    for command in (dead["command"], dead["smallest"]["command"]):
        words = shlex.split(command)
        assert words[:2] == ["gpusched", "explore"]
        assert main(words[1:]) == 0
        story = capsys.readouterr().out
        assert "blocks: sync.Mutex.Lock" in story
        assert story.splitlines()[-4].endswith("deadlock: all goroutines are asleep")
    from gpusched.results.reader import read

    arrays, attributes = read(empty / "out" / "results.h5")
    assert int(arrays["worlds/failed"].sum()) == dead["count"]
    assert attributes["workload"] == LOCKS
    assert main(["report", "out/results.h5"]) == 0


def test_it_stops_at_the_first_bad_one_or_when_nothing_is_new() -> None:
    _, bug = explore("lock_order", "strategy=random", "schedules=5000", "until=bug", "shrink=0")
    assert bug.tally.number < 100
    assert next(reversed(bug.tally.found)).bad
    _, quiet = explore("lock_order", "strategy=random", "schedules=5000", "quiet=50", "shrink=0")
    assert quiet.tally.quiet == 50


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nope"], "unknown workload 'nope'"),
        ([LOCKS, "strategy=guess"], "unknown strategy 'guess' (explore.strategy); choose one of none, realistic, random, pct, forced"),
        ([LOCKS, "strategy=none"], "explore needs a strategy"),
        ([LOCKS, "until=friday"], "unknown explore.until='friday'"),
        ([LOCKS, "schedules=0"], "explore.schedules=0"),
        ([LOCKS, "strategy=forced", "switches=[[1]]"], "[1] is no forced switch"),
        ([LOCKS, "sweep.machine.gomaxprocs=[1,2]"], "explore takes no sweep"),
        ([LOCKS, "--trace"], "--trace needs the number of a schedule"),
    ],
)
def test_mistakes(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], empty: Path) -> None:
    assert main(["explore", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"gpusched: {sentence}")
    assert not any(empty.glob("outputs/*/*"))


def test_short_words() -> None:
    assert explore_overrides(["./pkg", "schedules=5", "--trace=3", "machine=xeon16", "limits.horizon_s=1"]) == [
        "workload=./pkg",
        "explore.schedules=5",
        "explore.trace=3",
        "machine=xeon16",
        "limits.horizon_s=1",
        "explore.strategy=realistic",
        "limits.max_actions=1000000",
    ]
