"""What the README shows is so: its workload runs."""

import re
import sys
from pathlib import Path

import pytest

from gpusched.cli import main
from tests.simulation import simulate

README = Path(__file__).parents[1] / "README.md"


def write_pool(folder: Path) -> Path:
    """Writes the package of the README, a program and its test."""
    sources = re.findall(r"```go\n(.*?)```", README.read_text(), flags=re.DOTALL)
    folder.mkdir()
    for name, source in zip(("main.go", "pool_test.go"), sources, strict=True):
        (folder / name).write_text(source)
    return folder


@pytest.mark.go
def test_the_workload_runs(tmp_path: Path) -> None:
    """The Go program of the README, with one of its settings."""
    write_pool(tmp_path / "mypool")
    done = simulate(tmp_path / "mypool", "machine=xeon16", "machine.gomaxprocs=4", "workload.const.workers=8", "replicas=2")
    assert (done.worlds["status"] == 1).all()
    assert all(re.fullmatch(r"1000 jobs in \d+(\.\d+)?ms\n", output) for output in done.outputs)
    assert (done.worlds["goroutines_created"] == 9).all()


@pytest.mark.go
def test_its_test_fails_in_few_schedules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As the README says: the test passes twenty times, and pct finds the lost update; the table is the one that it prints."""
    write_pool(tmp_path / "mypool")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    assert main(["test", "./mypool", "run=TestPool", "replicas=20"]) == 0
    assert capsys.readouterr().out.startswith("ok  \tmypool\t")
    main(["explore", "./mypool", "test=TestPool", "strategy=pct", "until=bug"])
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    (shown,) = re.findall(r"The third prints:\n\n(.*?)\n\n", README.read_text(), flags=re.DOTALL)
    lines = [line.split() for line in shown.splitlines()]
    assert len(lines) == 4
    assert [line for line in lines if not line[0].startswith("\N{BOX DRAWINGS LIGHT HORIZONTAL}") and line not in table] == []


def test_the_files_it_names_are_there() -> None:
    """Links to files of the repository."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README.read_text()) if not link.startswith("http")]
    assert len(links) >= 4
    assert [link for link in links if not (README.parent / link).exists()] == []
