"""Programs on the real runtime: the same draws as in the model, what is recorded, and what is refused."""

import shutil
from pathlib import Path

import pytest

from gpusched.errors import GpuschedError
from gpusched.golang.real import patch
from gpusched.golang.real.binary import build, run
from gpusched.golang.ssa import load_ssa
from gpusched.golang.toolchain import require_go
from tests.simulation import simulate

DRAWS = """package main

import (
	"fmt"
	"sync"
	"time"

	"gpusched/work"
)

const children = 3

func draw(name string) {
	a, b := work.Exp(time.Millisecond), work.Pareto(time.Microsecond, 1.5)
	fmt.Println(name, int64(a.Draw()), int64(b.Draw()), work.Rand(1000), work.Rand64())
}

func main() {
	draw("main")
	for i := 0; i < children; i++ {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			draw("child")
			done := make(chan bool)
			go func() {
				draw("grandchild")
				close(done)
			}()
			<-done
		}()
		wg.Wait()
	}
	fired := make(chan bool)
	var again *time.Timer
	times := 0
	again = time.AfterFunc(time.Millisecond, func() {
		draw("timer")
		times++
		if times == 1 {
			again.Reset(time.Millisecond)
		} else {
			close(fired)
		}
	})
	<-fired
	draw("main")
}
"""
COUNTED = """package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const jobs = 5

func job(wg *sync.WaitGroup, h work.Hist) {
	start := time.Now()
	work.IO(20 * time.Millisecond)
	h.Since(start)
	wg.Done()
}

func main() {
	waited := work.Histogram("waited")
	var wg sync.WaitGroup
	for range jobs {
		wg.Add(1)
		go job(&wg, waited)
	}
	wg.Wait()
}
"""

pytestmark = pytest.mark.go


def package(directory: Path, text: str) -> Path:
    """Writes a main package."""
    directory.mkdir(exist_ok=True)
    (directory / "main.go").write_text(text)
    return directory


@pytest.mark.parametrize("seed", [0, 2**40 + 7])
def test_the_same_draws_as_in_the_model(tmp_path: Path, seed: int) -> None:
    """A goroutine's draws follow from its lineage: go statements, timers and their firings."""
    where = package(tmp_path / "draws", DRAWS)
    binary = build(where)
    model = simulate(where, "machine=zero", f"seed={seed}", "replicas=2")
    for replica in range(2):
        real = run(binary, gomaxprocs=2, seed=seed, replica=replica)
        assert real.output == model.outputs[replica]
    assert len(set(model.outputs[0].splitlines())) == 2 + 2 * 3 + 2


def test_lifetimes_observations_and_metrics_are_recorded(tmp_path: Path) -> None:
    """Each goroutine counts once; IO waits as long as it should, in the poller; a constant can be overridden."""
    binary = build(package(tmp_path / "counted", COUNTED), {"jobs": 7})
    record = run(binary, gomaxprocs=2, record="lifetimes")
    counts = {name: sum(entry["buckets"][1::2]) for name, entry in record.told["lifetimes"].items() if name.startswith("main.")}
    assert sum(counts.values()) == 7
    waited = record.told["work"]["histograms"]["waited"]
    assert sum(waited["buckets"][1::2]) == 7
    assert waited["total_ns"] >= 7 * 20_000_000
    assert record.told["lost"] == 0
    assert record.told["created"] >= 7
    assert record.elapsed_ns > 20_000_000
    assert {"/sched/latencies:seconds", "/sched/gomaxprocs:threads"} <= set(record.told["metrics"])
    assert record.told["metrics"]["/sched/gomaxprocs:threads"] == [2, 2]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("package main\n\nfunc main() { panic(1) }\n", "ended with exit code 2: panic: 1"),
        ('package main\n\nimport "os"\n\nfunc main() { os.Exit(3) }\n', "ended with exit code 3"),
        ("package main\n\nfunc main() { for { } }\n", "did not end within 0.5 s"),
    ],
)
def test_a_bad_end_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str) -> None:
    """A crash, an exit code, an endless program (which is killed); the sentence names the package."""
    binary = build(package(tmp_path / "bad", text))
    with pytest.raises(GpuschedError, match=sentence) as error:
        run(binary, gomaxprocs=1, limit_s=0.5)
    assert error.value.where == str(tmp_path / "bad")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GpuschedError, match=r"\(bad\)"):
        run(binary, gomaxprocs=1, limit_s=0.5)


def test_what_does_not_compile_is_gos_own_message(tmp_path: Path) -> None:
    """With the user's file name and line."""
    with pytest.raises(GpuschedError, match=r"main.go:3:.*undefined: nowhere"):
        build(package(tmp_path / "wrong", "package main\n\nfunc main() { nowhere() }\n"))


def test_what_only_the_compiler_itself_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folder of the file, in the main package and in another, and without lines that name packages."""
    where = package(tmp_path / "bodiless", "package main\n\nfunc missing()\n\nfunc main() { missing() }\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GpuschedError) as error:
        build(where)
    assert str(error.value) == "bodiless/main.go:3:6: missing function body"
    package(where / "part", "package part\n\nfunc Missing()\n")
    (where / "go.mod").write_text("module bodiless\n\ngo 1.27\n")
    package(where, 'package main\n\nimport "bodiless/part"\n\nfunc main() { part.Missing() }\n')
    with pytest.raises(GpuschedError) as error:
        build(where)
    assert str(error.value) == "bodiless/part/main.go:3:6: missing function body"


def test_another_runtime_is_refused_by_name(tmp_path: Path) -> None:
    """Each edit must find its line exactly once."""
    source = require_go().parent.parent / "src" / "runtime"
    for edit in patch.EDITS:
        shutil.copy(source / edit.file, tmp_path / edit.file)
    assert set(patch.patched(tmp_path)) == {"runtime2.go", "time.go", "proc.go", "gpusched_record.go"}
    other = tmp_path / "proc.go"
    other.write_text(other.read_text().replace("newg.startpc = fn.fn", "newg.startpc = fn.entry"))
    with pytest.raises(GpuschedError, match=r"newg\.startpc = fn\.fn"):
        patch.patched(tmp_path)


COLLIDING = """package main

import "fmt"

type metrics struct{ n int }

type string = []byte

func trace() int                { return 1 }
func math(os int) int           { return os }
func max(a, b int, more bool) int { return a }
func min(_ int) int             { return 0 }
func append(a, b int) int       { return a + b }
func make(n int) int            { return n }

var strconv, syscall, runtime, pprof, len, uint64 = 1, 2, 3, 4, 5, 6

const jobs = 5

func main() {
	fmt.Println(trace()+math(2), metrics{max(3, 0, true)}, min(1), append(strconv, syscall), make(runtime), pprof+len+uint64, jobs, own())
}
"""


@pytest.mark.parametrize("profiled", [False, True])
def test_what_is_added_meets_no_name_of_the_program(tmp_path: Path, profiled: bool) -> None:
    """Neither its declarations nor its files, and its module's old language version does not hold for what is added."""
    where = package(tmp_path / "colliding", COLLIDING)
    (where / "go.mod").write_text("module colliding\n\ngo 1.12\n")
    for name, number in (("gpusched_record", 7), ("gpusched_record0", 8), ("gpusched_sample", 9), ("gpusched_overrides", 10)):
        (where / f"{name}.go").write_text(f"package main\n\nfunc {name.removeprefix('gpusched_')}() int {{ return {number} }}\n")
    (where / "own.go").write_text("package main\n\nfunc own() int { return record() + record0() + sample() + overrides() }\n")
    record = run(build(where, {"jobs": 6}, profiled=profiled), gomaxprocs=1, env={"GPUSCHED_PROFILE_TO": str(tmp_path / "profile")})
    assert record.output == "3 {3} 0 3 3 15 6 34\n"
    assert record.told["metrics"]
    assert (tmp_path / "profile").is_file() == profiled
    assert load_ssa(where, {"jobs": 6})["package"] == "colliding"
