"""gpusched test: its table, tests.json, exit codes, and what it says of mistakes."""

import json
from pathlib import Path

import pytest

from gpusched.cli import main

PACKAGE = str(Path(__file__).parent / "programs" / "outcomes")

pytestmark = pytest.mark.go


def test_a_failed_test_is_exit_code_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["test", PACKAGE, "run=^Test(Pass|ErrorGoesOn|Skip)$", "out=here"]) == 1
    told = capsys.readouterr().out
    assert "--- FAIL: TestErrorGoesOn" in told
    assert "first 1 of two" in told
    assert "(1 passed, 1 failed, 1 skipped)" in told
    records = json.loads((tmp_path / "here" / "tests.json").read_text())
    assert [(one["name"], one["status"]) for one in records] == [("TestPass", "pass"), ("TestErrorGoesOn", "fail"), ("TestSkip", "skip")]


def test_a_machine_that_was_not_calibrated_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["test", PACKAGE, PACKAGE, "run=^TestPass$", "machine=xeon16", "sweep.machine.gomaxprocs=[1,2]", "out=here"]) == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert told.startswith("warning: machine xeon16 is not calibrated")


def test_a_page_that_cannot_be_written_is_told_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["test", PACKAGE, "run=^TestPass$", "page=nodir/x.md"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "gpusched: nodir/x.md cannot be written: No such file or directory; name another file\n"
    assert shown.out == ""
    assert list(tmp_path.iterdir()) == []


def test_replicas_and_sweeps_are_worlds(tmp_path: Path) -> None:
    assert main(["test", PACKAGE, "run=^TestPass$", "replicas=3", "sweep.machine.gomaxprocs=[1,2]", f"out={tmp_path}"]) == 0
    assert json.loads((tmp_path / "tests.json").read_text())[0]["worlds"] == {"gomaxprocs=1": {"pass": 3}, "gomaxprocs=2": {"pass": 3}}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["test", "run=X"], "no package is named"),
        (["test", PACKAGE, "run=^TestNothing$"], 'no test matches "^TestNothing$"; there are TestPass, '),
        (["test", PACKAGE, "run=("], '"(" is no regular expression'),
        (["test", PACKAGE, "short=maybe"], "short=maybe is neither true nor false"),
        (["test", "./no/such/folder"], ""),
        (["test", "std", "net/http"], "net/http is none of Go's packages whose tests run here"),
    ],
)
def test_mistakes(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"gpusched: {sentence}")
