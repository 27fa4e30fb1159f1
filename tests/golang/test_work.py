"""The Go package work and the shipped workloads on the real toolchain."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gpusched.golang.real import patch
from gpusched.golang.ssa import WORK
from gpusched.golang.toolchain import FRONTEND, go_env, require_go
from gpusched.random import quantiles
from gpusched.random.quantiles import Kind
from gpusched.workload import SHIPPED, shipped

SHAPES = [(Kind.UNIFORM, 0.0), (Kind.EXPONENTIAL, 0.0), (Kind.LOGNORMAL, 1.5), (Kind.PARETO, 1.5), (Kind.GAMMA, 0.5), (Kind.GAMMA, 4.0), (Kind.WEIBULL, 0.7)]
EXPORT = """//go:build !gpusched

package work

// Rows exports a table to the test.
func Rows(kind int, shape float64) []int64 { return makeRows(kind, shape)[:] }

// FileRows exports the table of a file.
func FileRows(text string) []int64 {
	r, err := empiricalRows(text)
	if err != nil {
		panic(err)
	}
	return r[:]
}
"""
OBSERVED = "800us 3\n1.5ms\n\n2ms 2 # late\n40ms\n"

OPS = patch.HERE / "programs" / "ops"

pytestmark = pytest.mark.go


def run_go(*arguments: str, cwd: Path) -> str:
    """Runs the go command and returns what it printed."""
    go = require_go()
    done = subprocess.run([go, *arguments], cwd=cwd, env=go_env(go), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("tags", ["", "gpusched"])
def test_vet(tags: str) -> None:
    """Both variants of the package are clean, and so are the workloads in Go's format."""
    run_go("vet", f"-tags={tags}", "./...", cwd=WORK)
    run_go("build", f"-tags={tags}", "./...", cwd=WORK)
    for folder in (WORK, SHIPPED):
        files = [str(path) for path in sorted(folder.rglob("*.go"))]
        assert subprocess.run([require_go().parent / "gofmt", "-l", *files], capture_output=True, text=True, check=True).stdout == ""
    run_go("vet", "./...", cwd=SHIPPED)


def test_vet_of_the_other_go_files(tmp_path: Path) -> None:
    """The front end; what is added to measured programs, as it is built there; the programs that calibrate measures with, in both variants."""
    go = require_go()
    run_go("vet", "-mod=readonly", "./...", cwd=FRONTEND)
    work = shutil.copytree(WORK, tmp_path / "work")
    overlay = patch.write_overlay(go.parent.parent, SHIPPED / "skynet", tmp_path, work=work)
    for name in ("recorder", "profiler"):
        (work / name).mkdir()  # vet runs where the package lies
    run_go("vet", "-overlay", str(overlay), "-tags=gpusched_record", "./...", cwd=work)
    run_go("vet", "-overlay", str(overlay), "-unsafeptr=false", "runtime", cwd=work)
    for tags in ("", "gpusched"):
        run_go("vet", f"-tags={tags}", "./...", cwd=OPS)
    files = [str(path) for folder in (FRONTEND, patch.HERE) for path in sorted(folder.rglob("*.go"))]
    assert subprocess.run([go.parent / "gofmt", "-l", *files], capture_output=True, text=True, check=True).stdout == ""


def test_tables_are_those_of_the_model(tmp_path: Path) -> None:
    """The real variant's rows differ from the model's by the last bit at most (heavy tails: by 2^-40 of the value)."""
    calls = "".join(f"\tfmt.Println(work.Rows({int(kind)}, {shape}))\n" for kind, shape in SHAPES)
    calls += f"\tfmt.Println(work.FileRows({json.dumps(OBSERVED)}))\n"
    (tmp_path / "main.go").write_text(f'package main\n\nimport (\n\t"fmt"\n\n\t"gpusched/work"\n)\n\nfunc main() {{\n{calls}}}\n')
    (tmp_path / "go.mod").write_text(f"module tables\n\ngo 1.25\n\nrequire gpusched/work v0.0.0\n\nreplace gpusched/work => {WORK}\n")
    (tmp_path / "export.txt").write_text(EXPORT)
    (tmp_path / "overlay.json").write_text(json.dumps({"Replace": {str(WORK / "export_real.go"): str(tmp_path / "export.txt")}}))
    lines = run_go("run", "-overlay", "overlay.json", ".", cwd=tmp_path).splitlines()
    tables = [quantiles.table(kind, shape) for kind, shape in SHAPES] + [quantiles.read_empirical(OBSERVED, "observed.txt")]
    for line, rows in zip(lines, tables, strict=True):
        real = np.array(line.strip("[]").split(), dtype=np.int64)
        assert np.all(np.abs(real - rows) <= 1 + (rows >> 40))


def test_constants_of_workloads_may_become_variables(tmp_path: Path) -> None:
    """Every constant of a shipped workload can be overridden: the packages compile with variables in their place."""
    (tmp_path / "go.mod").write_text(f"module workloads\n\ngo 1.25\n\nrequire gpusched/work v0.0.0\n\nreplace gpusched/work => {WORK}\n")
    for name in shipped():
        (tmp_path / name).mkdir()
        source = (SHIPPED / name / "main.go").read_text()
        assert source.startswith(f"// {name.capitalize()} ")
        (tmp_path / name / "main.go").write_text(source.replace("\nconst ", "\nvar "))
    run_go("vet", "./...", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_workloads_end_on_the_real_runtime(name: str, tmp_path: Path) -> None:
    """Each shipped workload runs to its end; work.Snapshot says on standard error what its histograms hold."""
    run_go("build", "-o", str(tmp_path / name), f"./{name}", cwd=SHIPPED)
    done = subprocess.run([tmp_path / name], timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 0
    assert all(re.match(r"end: \w+: count \d+ mean ", line) for line in done.stderr.splitlines()), done.stderr
