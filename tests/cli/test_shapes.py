"""Swept constants that are a part of the program: each value is compiled, and one file holds all points."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from h5py import File

from gpusched.cli import main
from gpusched.golang.ssa import FixedConstants
from gpusched.results.reader import read
from gpusched.workload import Workload

RUN = ("run", "workload=skynet", "machine=zero", "results.leak_worlds=0", "limits.horizon_s=0.01")
SHAPES = """package main

import "fmt"

const (
	N      = 4
	M      = 2 * N
	name   = "x"
	rounds = 3
	unused = 1
)

var cells [N]int

type grid [M]int

func add(done chan int, i int) { done <- cells[i] }

func last(done chan int) { done <- 1 }

func main() {
	var g grid
	for r := range rounds {
		for i := range cells {
			cells[i] += i * r
			g[i] = cells[i]
		}
	}
	done := make(chan int)
	for i := range cells {
		go add(done, i)
	}
	sum := 0
	for range cells {
		sum += <-done
	}
	if len(cells) > 2 {
		go last(done)
		sum += <-done
		go last(done)
	}
	fmt.Println(N, M, len(cells), len(g), rounds, sum, name)
}
"""


def arrays(path: Path) -> dict[str, Any]:
    """All datasets of a file."""
    found: dict[str, Any] = {}
    with File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[...]}) if hasattr(item, "shape") else None)  # pyright: ignore[reportIndexIssue]
    return found


def test_groups_give_the_file_of_one_batch(
    gpusched: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program here is the same for all values, so nothing may differ but what says that there were groups."""
    sweep = ("sweep.workload.const.N=[30,10,20]", "sweep.machine.gomaxprocs=[1,2]", "replicas=3")
    assert gpusched(*RUN, *sweep, "hydra.run.dir=one") == 0
    capsys.readouterr()

    def fixed(name: str, constants: dict[str, Any], vary: tuple[str, ...], trap: bool) -> Workload:
        if "N" in vary:
            raise FixedConstants(["N"], "N must stay a constant")
        assert constants["N"] in (10, 20, 30)
        return Workload(program, "")

    monkeypatch.setattr("gpusched.groups.load_workload", fixed)
    assert gpusched(*RUN, *sweep, "hydra.run.dir=several") == 0
    assert "program 3 of 3: N=20" in capsys.readouterr().err
    one, several = (arrays(tmp_path / run / "results.h5") for run in ("one", "several"))
    assert one.keys() == several.keys()
    assert [name for name in one if one[name].dtype != several[name].dtype] == []
    different = [name for name in one if not np.array_equal(one[name], several[name], equal_nan=one[name].dtype.kind == "f")]
    assert different == []
    assert one["worlds/actions"].tolist() == [n for n in (30, 10, 20) for _ in range(6)]


@pytest.mark.go
def test_each_point_is_as_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Arrays of swept sizes on the real engine: the same bits as runs of one value each; a bad value is told before anything runs."""
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "main.go").write_text(SHAPES)
    monkeypatch.chdir(tmp_path)
    common = ["run", "workload=./shapes", "machine=small_vm", "replicas=2", "sweep.workload.const.rounds=[3,5]"]
    assert main([*common, "sweep.workload.const.N=[4,2]", "hydra.run.dir=all"]) == 0
    together, attributes = read(tmp_path / "all" / "results.h5")
    assert len(set(together["points/program_hash"])) == 2
    assert together["output/output_text"].tolist()[::2] == ["4 8 4 8 3 19 x\n", "2 4 2 4 3 3 x\n", "4 8 4 8 5 61 x\n", "2 4 2 4 5 10 x\n"]
    assert attributes["complete"] == 1
    for place, n in enumerate((4, 2)):
        assert main([*common, f"workload.const.N={n}", f"hydra.run.dir=alone{n}"]) == 0
        alone, _ = read(tmp_path / f"alone{n}" / "results.h5")
        compare(together, alone, place)
    assert main([*common, "sweep.workload.const.N=[2,-1]", "hydra.run.dir=bad"]) == 2
    assert "invalid array length N (untyped int constant -1)" in capsys.readouterr().err
    assert not (tmp_path / "bad").exists()


def compare(together: dict[str, Any], alone: dict[str, Any], place: int) -> None:
    """The points of one N (the second setting of two values) are those of the run alone."""
    points = [place, 2 + place]
    worlds = [2 * point + replica for point in points for replica in range(2)]
    functions = [together["lifetimes/function"].tolist().index(name) for name in alone["lifetimes/function"]]
    assert together["points/program_hash"][points].tolist() == alone["points/program_hash"].tolist()
    for name, array in alone.items():
        rows = {"worlds": worlds, "points": points, "latency": worlds if "world" in name else points}.get(name.split("/")[0])
        if rows is not None and name not in ("worlds/point_of_world", "points/label"):
            assert np.array_equal(together[name][rows], array, equal_nan=array.dtype.kind == "f"), name
        if name.startswith("lifetimes/") and name != "lifetimes/function":
            mine = together[name][worlds if "world" in name else points][:, functions]
            assert np.array_equal(mine, array, equal_nan=array.dtype.kind == "f"), name
    for group in ("goroutines/goroutine_", "output/output_"):
        key = f"{group}{'point' if 'goroutine' in group else 'world'}"
        if key in alone:
            chosen = np.isin(together[key], points if "goroutine" in group else worlds)
            assert [together[name][chosen].tolist() for name in alone if name.startswith(group) and name != key] == [
                alone[name].tolist() for name in alone if name.startswith(group) and name != key
            ]
