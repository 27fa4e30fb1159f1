"""``gpusched compare`` from the command line to its files: three short packages, with wide bounds, since the test's machine may be busy."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from gpusched import load
from gpusched.cli import main
from gpusched.compare.real import RealRuns
from gpusched.config.compose import compose
from gpusched.config.costs import sealed
from gpusched.golang.toolchain import go_env, go_version, require_go
from gpusched.stats.histogram import bucket_of
from tests.compare.made import record

COMPUTE = """package main

import (
	"sync"
	"time"

	"gpusched/work"
)

func main() {
	var wg sync.WaitGroup
	for range 40 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work.CPU(500 * time.Microsecond)
		}()
	}
	wg.Wait()
}
"""
WAIT = COMPUTE.replace("work.CPU(500 * time.Microsecond)", "work.IO(20 * time.Millisecond)")
SWITCH = """package main

func main() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
		close(pong)
	}()
	for i := range 20000 {
		ping <- i
		<-pong
	}
	close(ping)
	<-pong
}
"""

pytestmark = pytest.mark.go


def compared(directory: Path, text: str, *words: str) -> tuple[int, Path]:
    """Compares a package of one file; the exit code and the run's folder."""
    (directory / "prog").mkdir()
    (directory / "prog" / "main.go").write_text(text)
    out = directory / "out"
    return main(["compare", str(directory / "prog"), "machine=small_vm", "machine.gomaxprocs=1", "runs=2", "tries=2", f"hydra.run.dir={out}", *words]), out


@pytest.mark.parametrize(
    ("text", "bounds", "most"),
    [
        (COMPUTE, (0.15, 1.5), {"lifetime_ks": 0.8, "lifetime_wasserstein": 0.9, "latency_ks": 0.8, "latency_wasserstein": 0.9}),
        (WAIT, (0.15, 2.0), {"lifetime_wasserstein": 0.9}),
        (SWITCH, (0.1, 4.0), {"lifetime_wasserstein": 3.0, "latency_wasserstein": 3.0}),
    ],
    ids=["compute", "wait", "switch"],
)
def test_model_and_real_are_of_one_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, bounds: tuple[float, float], most: dict[str, float]
) -> None:
    """Makespan, lifetimes' quantiles and distances lie within wide bounds; files and terminal say that the machine was not calibrated, the terminal once.

    Two runs are too few for a verdict: exit code 3.
    """
    code, out = compared(tmp_path, text)
    shown = capsys.readouterr()
    assert shown.err.count("warning: machine small_vm is not calibrated") == 1
    assert "calibrated" not in shown.out
    told = json.loads((out / "compare.json").read_text())
    (row,) = told["rows"]
    for name in ("makespan_ns", "lifetime_p50_ns", "lifetime_p90_ns", "lifetime_p99_ns"):
        model, real, least, greatest = row["figures"][name]
        assert bounds[0] <= model / real <= bounds[1], name
        assert least <= real <= greatest
    for name, limit in most.items():
        value, low, high = row["distances"][name]
        assert low <= high
        assert 0 <= value <= limit, name
    assert row["figures"]["goroutines_ended"][0] == row["figures"]["goroutines_ended"][1]
    assert (code, row["state"] in ("disturbed", "too few")) == (3, True)
    assert "is not calibrated" in told["warnings"][0]
    assert row["metrics"]["/memory/classes/heap/objects:bytes"]["after"][0] > 0
    tree = load(out / "results.h5")
    assert "is not calibrated" in tree.attrs["warnings"]
    assert tree["worlds"].sizes["world"] == 2
    assert tree["real"].sizes["run"] == 4
    found = tree["comparison"].to_dataset().sel(figure="makespan_ns")
    assert [float(found[f"figure_{part}"].values[0]) for part in ("model", "real", "least", "most")] == row["figures"]["makespan_ns"]


@pytest.mark.parametrize(
    ("slower", "others", "code", "sentence"),
    [
        (1.0, 0.0, 0, ""),
        (1.2, 0.0, 0, ""),
        (1.5, 0.0, 1, "1 of 1 rows are outside their thresholds"),
        (1.0, 0.5, 3, "1 of 1 rows have fewer than 5 undisturbed real runs, so no verdict"),
    ],
)
def test_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], slower: float, others: float, code: int, sentence: str
) -> None:
    """Real runs by hand of what the model computes in 20 ms, the goroutines one after the other: as long, longer, disturbed."""
    at_once = record(round(20_000_000 * slower), asked=20_000_000, others=others)
    buckets = Counter(bucket_of(round(500_000 * number * slower)) for number in range(1, 41))
    at_once.told["lifetimes"] = {"main.main.func1": {"buckets": [x for pair in buckets.items() for x in pair]}}
    monkeypatch.setattr("gpusched.compare.run.measure", lambda *_: RealRuns([[at_once] * 5], [[at_once] * 5]))
    found, out = compared(tmp_path, COMPUTE, "machine=zero", "runs=5")
    assert (found, (out / "compare.json").is_file()) == (code, True)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("page=nowhere/page.md", "nowhere/page.md cannot be written: No such file or directory; name another file"),
        ("causes=nowhere.md", "the file nowhere.md can not be read (compare.causes); name a file of Markdown, or leave it out"),
    ],
)
def test_files_that_are_not_there_are_told_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, sentence: str) -> None:
    """Exit code 2."""
    code, out = compared(tmp_path, COMPUTE, word)
    assert (code, out.exists()) == (2, False)
    assert sentence in capsys.readouterr().err


def test_more_functions_than_the_recorder_has_room_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seventy functions start goroutines: those without a place are counted, said, and lifetimes are not judged."""
    functions = "\n".join(f"func f{at}(done chan bool) {{ done <- true }}" for at in range(70))
    starts = "\n".join(f"\tgo f{at}(done)" for at in range(70))
    text = f"package main\n\n{functions}\n\nfunc main() {{\n\tdone := make(chan bool)\n{starts}\n\tfor range 70 {{\n\t\t<-done\n\t}}\n}}\n"
    _, out = compared(tmp_path, text)
    (row,) = json.loads((out / "compare.json").read_text())["rows"]
    assert row["lost"] >= 6
    assert "lifetimes not judged" in row["verdict"]
    assert not {"lifetime_p50", "lifetime_p99"} & {*row["outside"], *row["by_spread"]}
    said = " ".join(capsys.readouterr().out.split())
    assert f"{row['lost']} goroutines are in no lifetime, as more than 64 functions start goroutines" in said


def test_a_machine_of_another_host_and_no_banner(tmp_path: Path) -> None:
    """Said once, kept in both files; Warp says nothing of itself."""
    (tmp_path / "prog").mkdir()
    (tmp_path / "prog" / "main.go").write_text(WAIT)
    there = "host 0123abcd, 2 x Some Processor, Linux 6.1; go1.0; 2025-01-02"
    (tmp_path / "host.yaml").write_text(yaml.safe_dump(sealed({**compose(["workload=skynet", "machine=small_vm"])["machine"], "calibrated": there})))
    words = ["compare", "./prog", "machine=./host.yaml", "machine.gomaxprocs=1", "runs=1", "tries=1", "hydra.run.dir=out"]
    done = subprocess.run([sys.executable, "-m", "gpusched.cli", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "Warp" not in done.stdout + done.stderr
    told = [line.removeprefix("warning: ") for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert [line.partition(": ")[0] for line in told] == [
        "the machine's table was calibrated on another host",
        f"the machine's table was calibrated with go1.0, this is {go_version()}",
    ]
    assert json.loads((tmp_path / "out" / "compare.json").read_text())["warnings"] == told
    assert load(tmp_path / "out" / "results.h5").attrs["warnings"].splitlines() == told


@pytest.mark.slow
def test_calibration_among_the_real_runs(tmp_path: Path) -> None:
    """The machine that fits is in the run's folder and in the results, and no warning says that it is not calibrated."""
    _, out = compared(tmp_path, SWITCH, "calibrate=true")
    told = json.loads((out / "compare.json").read_text())
    assert not any("is not calibrated" in warning for warning in told["warnings"])
    assert told["machine"]["name"] == "calibrated"
    assert told["machine"]["gopark"] != 45
    model, real, _, _ = told["rows"][0]["figures"]["makespan_ns"]
    assert 0.2 <= model / real <= 4.0
    assert (out / "host.yaml").read_text().startswith("# gpusched calibrate: host ")


def test_a_run_that_fails_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit code 2, no folder."""
    code, out = compared(tmp_path, "package main\n\nfunc main() { for { } }\n", "limit_s=0.3", "limits.horizon_s=0.01")
    assert code == 2
    assert "did not end within 0.3 s" in capsys.readouterr().err
    assert not out.exists()


def test_all_makes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shipped workload has a line, and its own results file."""
    monkeypatch.setattr("gpusched.workload.shipped", lambda: ["prime_sieve", "token_ring"])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "causes.md").write_text("## Why\n\nIt is so.\n")
    main(["compare", "all", "machine=small_vm", "runs=1", "tries=1", "page=page.md", "causes=causes.md", "hydra.run.dir=out"])
    text = (tmp_path / "page.md").read_text()
    assert text.endswith("\n## Why\n\nIt is so.\n")
    assert "| prime_sieve |" in text
    assert "| token_ring |" in text
    assert {path.name for path in (tmp_path / "out").iterdir()} == {".hydra", "compare.json", "prime_sieve.h5", "token_ring.h5"}


def test_the_execution_trace_of_a_real_run(tmp_path: Path) -> None:
    """Go's own tool reads it, and it has the forty goroutines that the program starts."""
    _code, out = compared(tmp_path, COMPUTE, "compare.trace=true")
    go = require_go()
    events = subprocess.run([go, "tool", "trace", "-d=parsed", out / "prog-0.trace"], env=go_env(go), capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"GoID=\d+ NotExist->Runnable", events)) >= 40
