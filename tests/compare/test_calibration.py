"""Calibration: the fit gives back known costs, the model's slopes are what the operations consist of, the machine file is read as written."""

from pathlib import Path

import numpy as np
import pytest

from gpusched.cli import main, rewrite
from gpusched.compare.calibration import CHILLED, FITTED, QUEUED_NS, chilled, colds, fit, latency, packing, sensitivities, spread, with_starts
from gpusched.compare.operations import OPERATIONS
from gpusched.config.compose import compose
from gpusched.config.validate import validate
from gpusched.errors import GpuschedError
from gpusched.golang.real.binary import Record
from gpusched.stats.histogram import bucket_of


@pytest.fixture(scope="module")
def model() -> tuple[np.ndarray, np.ndarray]:
    """Times and slopes of all operations at the costs of small_vm."""
    return sensitivities(with_starts(compose(["machine=small_vm"])))


@pytest.mark.go
def test_slopes_are_what_an_operation_consists_of(model: tuple[np.ndarray, np.ndarray]) -> None:
    """A ping-pong is two switches with four channel operations; a select of eight looks at eight cases; Gosched is one switch."""
    slopes = {op.words: dict(zip(FITTED, row, strict=True)) for op, row in zip(OPERATIONS, model[1], strict=True)}
    there_and_back = slopes["unbuffered channel, there and back"]
    assert {name: there_and_back[name] for name in ("execute", "gopark", "goready", "chan_op")} == {"execute": 2, "gopark": 2, "goready": 2, "chan_op": 4}
    assert slopes["select of 8 and default, none ready"]["select_case"] == 8
    assert slopes["Gosched alone"]["execute"] == slopes["Gosched alone"]["gosched"] == 1
    assert slopes["go, run, exit"]["newproc"] == slopes["go, run, exit"]["goexit"] == 1


@pytest.mark.go
def test_the_fit_finds_costs_that_made_the_times(model: tuple[np.ndarray, np.ndarray]) -> None:
    """Twice as slow a machine: each operation comes out within 5 %."""
    modelled, slopes = model
    start = np.array([with_starts(compose(["machine=small_vm"]))["machine"][name] for name in FITTED], float)
    slower = modelled + slopes @ start
    costs = fit(slower, modelled, slopes, start)
    assert np.all(costs >= 0)
    assert np.all(np.abs(modelled + slopes @ (costs - start) - slower) <= 0.05 * slower)


def test_threads_that_wait_behind_their_waker_are_left_out() -> None:
    """Nine wakes of 50 us and one of 3 ms: the latency is 50 us, a tenth was queued."""
    told = {"work": {"histograms": {"wake": {"buckets": [bucket_of(50_000), 9, bucket_of(3_000_000), 1]}}}}
    found, queued = latency([Record(told, "", 0, 0.0)], "wake", QUEUED_NS)
    assert found["p0"] <= found["p50"] <= found["max"] < 52_000
    assert queued == pytest.approx(0.1)
    assert latency([Record(told, "", 0, 0.0)], "wake")[0]["max"] > 2_900_000


def test_what_a_switch_takes_after_computing() -> None:
    """4 us at most, half of it after 1 ms, beside 300 ns that each switch takes; nothing where nothing is added."""
    taken = {span: 300 + round(4000 * span / (span + 1_000_000)) for span in (100_000, 1_000_000, 5_000_000)} | {10_000: 300}
    most, half = chilled(taken)
    assert most == pytest.approx(4000 / CHILLED, rel=0.05)
    assert half == pytest.approx(1_000_000, rel=0.1)
    assert chilled(dict.fromkeys((10_000, 100_000, 1_000_000), 300))[0] == 0


def test_by_how_much_it_varies() -> None:
    """In thousandths of the median; an interrupt of 128 us counts as 20 times as much, nothing where computing adds nothing."""
    taken = {"p0": 300, "p10": 900, "p50": 1300, "p90": 1800, "p99": 3300, "max": 128_000}
    assert spread(taken, 300) == {"p0": 0, "p10": 600, "p50": 1000, "p90": 1500, "p99": 3000, "max": 20_000}
    assert set(spread(taken, 1300).values()) == {0}


def test_what_goroutines_take_that_left_the_caches() -> None:
    """The times of a turn less that of one of few goroutines, rising."""
    found = colds([60, 70, 80, 75, 160, 300, 560, 550])
    assert list(found.values()) == [10, 20, 20, 100, 240, 500, 500]
    assert list(found) == [f"cold_{k}k" for k in (1, 2, 4, 8, 16, 32, 64)]
    assert set(colds([60] * 8).values()) == {0}


def test_how_long_the_kernel_keeps_a_thread_with_its_waker() -> None:
    """Half of the threads after 1.25 ms; none, or a few that moved by chance: it does not."""
    kept = {span: round(1000 * 0.5 ** (span / 1_250_000)) for span in (1_000_000, 3_000_000)}
    assert packing(kept, {span: 1000 - number for span, number in kept.items()}) == pytest.approx(1_250_000, rel=0.03)
    assert packing({1_000_000: 0, 3_000_000: 0}, {1_000_000: 0, 3_000_000: 0}) == 0
    assert packing({1_000_000: 5, 3_000_000: 0}, {1_000_000: 95, 3_000_000: 100}) == 0
    assert packing({1_000_000: 100, 3_000_000: 100}, {1_000_000: 0, 3_000_000: 0}) > 50_000_000


def test_a_machine_file_is_a_machine(tmp_path: Path) -> None:
    """machine=./host.yaml sets every field."""
    import yaml

    machine = compose(["machine=small_vm"])["machine"] | {"name": "calibrated", "calibrated": "host x's, 2 x y", "gosched": 77}
    (tmp_path / "host.yaml").write_text(yaml.safe_dump(machine))
    tree = compose(rewrite([f"machine={tmp_path / 'host.yaml'}", "workload=skynet"]))
    assert tree["machine"] == machine
    assert validate(tree).machine.gosched == 77


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("gosched: 1\nnope: 2\n", "unknown setting machine.nope"), ("[1, 2]\n", "has no settings"), ("a: [\n", "can not be read"), (None, "can not be read")],
)
def test_a_bad_machine_file_is_one_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    """Also one that is not there."""
    if text is not None:
        (tmp_path / "host.yaml").write_text(text)
    with pytest.raises(GpuschedError, match=sentence):
        rewrite([f"machine={tmp_path / 'host.yaml'}"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rounds=3"], "no file is named"),
        (["out=a.yaml", "speed=3"], "unknown word 'speed'"),
        (["out=a.yaml", "rounds=0"], "rounds=0 is no number from 1"),
        (["out=there.yaml"], "the file exists"),
        (["out=nowhere/a.yaml"], "there is no such folder"),
    ],
)
def test_mistakes_of_calibrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    """One sentence, exit code 2, nothing written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.yaml").write_text("")
    assert main(["calibrate", *words]) == 2
    assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["there.yaml"]
