"""The command: its table, files, story, and the smallest schedules."""

import json
import shlex
from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.errors import GpuschedError
from gpusched.explore.command import explore_overrides
from gpusched.explore.story import tell
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


def test_one_test_function_of_a_package() -> None:
    _, add = explore("counter", "test=TestAdd", "strategy=random", "schedules=200", "shrink=1")
    failed = next(key for key in add.tally.found if key.bad)
    assert (failed.kind, failed.message) == ("failed test", "count is 1, not 2")
    assert len(add.smallest[failed].switches) == 1
    _, answer = explore("counter", "test=TestAnswer", "strategy=random", "schedules=200", "shrink=0")
    leak = next(key for key in answer.tally.found if key.bad)
    assert (leak.kind, leak.places) == ("leak", ("chan send at counter_test.go:22 (example/counter.TestAnswer.func1)",))
    with pytest.raises(GpuschedError, match="no test matches"):
        explore("counter", "test=TestNothing")


def test_a_story_tells_who_did_what_where() -> None:
    explorer, _ = explore("lock_order", "strategy=forced", "switches=[[6,1]]", "schedules=1")
    lines, ending, output = tell(explorer, explorer.config.explore, 0)
    said = [line.text().split(maxsplit=2)[2] for line in lines]
    assert [text.split("  ")[-1] for text in said if "main.main.func1" in text and "blocks" in text] == ["-> blocks: sync.Mutex.Lock"]
    assert any("a.Lock()" in text for text in said)
    assert ending.splitlines()[0].endswith("deadlock: all goroutines are asleep")
    assert output == ""


def test_the_search_for_a_smallest_schedule_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the schedules tried have done so many actions no more are tried: here after the first."""
    monkeypatch.setattr("gpusched.explore.smallest.MOST_ACTIONS", 1)
    _, add = explore("counter", "test=TestAdd", "strategy=random", "schedules=100", "seed=5")
    assert next(key for key in add.tally.found if key.bad) not in add.smallest
