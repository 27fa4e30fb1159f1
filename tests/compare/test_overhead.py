"""What the recording costs: measured on a small program, three ways of building and running it in turn."""

import json
from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.compare.overhead import Overhead, lines_of, page

PROGRAM = """package main

import (
	"time"

	"gpusched/work"
)

const jobs = 1

func main() {
	for range jobs {
		done := make(chan bool)
		go func() {
			work.CPU(5 * time.Millisecond)
			close(done)
		}()
		<-done
	}
}
"""


def overhead() -> Overhead:
    """Times by hand."""
    times = [[10_000_000, 12_000_000, 30_000_000], [10_100_000, 12_600_000, 30_000_000], [9_000_000] * 3, [9_900_000] * 3, [1_000_000] * 3, [1_500_000] * 3]
    return Overhead("toy", "gomaxprocs=2", 2, *times, undisturbed=2)


def test_medians_and_ratios() -> None:
    """In 80 columns, and as a page."""

    class Machine:
        """A machine by hand."""

        name, calibrated = "small_vm", ""

    lines = lines_of([overhead()])
    assert max(map(len, lines)) <= 80
    assert f"  {'process':14}{'12 ms [10 ms .. 30 ms]':>29}{'12.6 ms [10.1 ms .. 30 ms]':>29} 1.050" in lines
    assert "| toy | gomaxprocs=2 | 2 | 2 of 3 | makespan | 1 ms [1 ms .. 1 ms] | 1.5 ms [1.5 ms .. 1.5 ms] | 1.500 |" in page([overhead()], Machine, [])


@pytest.mark.go
def test_it_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten times 5 ms of computing in each of the four ways; the constant counts in all of them. The machine may be busy."""
    (tmp_path / "prog").mkdir()
    (tmp_path / "prog" / "main.go").write_text(PROGRAM)
    words = ["overhead=true", "runs=3", "machine=small_vm", "machine.gomaxprocs=1", "workload.const.jobs=10", f"page={tmp_path / 'page.md'}"]
    assert main(["compare", str(tmp_path / "prog"), *words, f"hydra.run.dir={tmp_path / 'out'}"]) == 0
    (row,) = json.loads((tmp_path / "out" / "overhead.json").read_text())["rows"]
    for name in ("plain", "patched", "plain_cpu", "patched_cpu", "silent", "recorded"):
        assert len(row[name]) == 3
        assert min(row[name]) >= 40_000_000, name
    assert "prog, GOMAXPROCS=1: 3 runs of each" in capsys.readouterr().out
    assert "| makespan |" in (tmp_path / "page.md").read_text()


@pytest.mark.go
@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("package main\n\nfunc main() { panic(1) }\n", [], "ended with exit code 2: panic: 1"),
        ("package main\n\nfunc main() { for { } }\n", ["limit_s=0.3"], "did not end within 0.3 s"),
        ("package main\n\nfunc main() { x }\n", [], "undefined: x"),
        (PROGRAM, ["machine.quota_us=50000"], "is measured without a CPU quota (machine.quota_us); leave it out"),
    ],
)
def test_mistakes_are_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str], sentence: str) -> None:
    """Exit code 2, nothing written."""
    (tmp_path / "main.go").write_text(text)
    out = tmp_path / "out"
    assert main(["compare", str(tmp_path), "overhead=true", "machine=small_vm", "machine.gomaxprocs=1", *words, f"hydra.run.dir={out}"]) == 2
    assert sentence in capsys.readouterr().err
    assert not out.exists()
