"""The results file of an exploration: what a run's has, whatever the batches."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from gpusched.cli import main
from gpusched.results.reader import read
from gpusched.results.schema import by_path
from tests.explore.conftest import PROGRAMS

pytestmark = pytest.mark.go
WAITING = str(PROGRAMS / "waiting")


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to run in."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def explored(folder: str, *settings: str) -> Path:
    """Explores; returns the results file."""
    assert main(["explore", WAITING, "strategy=random", "schedules=30", "shrink=0", "engine.device=cpu", f"hydra.run.dir={folder}", *settings]) == 0
    return Path(folder) / "results.h5"


def test_it_has_the_histograms_of_a_run() -> None:
    """Lifetimes and latencies of the strategy's point, by the same schema, with the same numbers as a run of the same worlds."""
    file = explored("one")
    settings = ["explore.strategy=random", "replicas=30", "limits.max_actions=1000000", "limits.horizon_s=60"]
    assert main(["run", f"workload={WAITING}", "hydra.run.dir=run", "engine.device=cpu", *settings]) == 0
    (mine, _), (runs, _) = read(file), read("run/results.h5")
    assert set(runs) - set(mine) == set()
    assert set(mine) - set(runs) == {"points/explore.strategy"}
    declared = by_path()
    for name in set(mine) & set(declared):
        assert mine[name].ndim == len(declared[name].dims)
    assert mine["points/explore.strategy"].tolist() == ["random"]
    bad = mine["worlds/failed"].astype(bool)
    assert bad.any()
    for group in ("latency", "lifetimes"):
        assert np.array_equal(mine[f"{group}/counts"] + mine[f"{group}/failed_counts"], runs[f"{group}/counts"] + runs[f"{group}/failed_counts"])
        assert np.array_equal(mine[f"{group}/world_quantiles_ns"], runs[f"{group}/world_quantiles_ns"], equal_nan=True)
    for name in ("worlds/actions", "worlds/time_ns", "worlds/replica", "leaks/leak_line", "leaks/leak_world", "lifetimes/function", "lifetimes/alive"):
        assert mine[name].tolist() == runs[name].tolist()


def test_it_says_that_the_machine_was_not_calibrated(capsys: pytest.CaptureFixture[str]) -> None:
    """As the terminal does, once."""
    file = explored("one", "machine=small_vm")
    (told,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert told.startswith("warning: machine small_vm is not calibrated")
    assert read(file)[1]["warnings"] == told.removeprefix("warning: ")


def test_it_does_not_depend_on_batches() -> None:
    one, _ = read(explored("one"))
    for batch in (30, 7, 1):
        many, _ = read(explored(f"batch{batch}", f"batch={batch}"))
        assert set(many) == set(one)
        for name, array in many.items():
            assert array.dtype == one[name].dtype
            assert array.tolist() == one[name].tolist() or np.array_equal(array, one[name], equal_nan=True), name


def test_xarray_opens_it() -> None:
    file: Any = xarray.open_datatree(explored("one"))
    with file as tree:
        assert tree["lifetimes"]["counts"].dims == ("point", "function", "bucket")
        assert int(tree["latency"]["count"][0]) + int(tree["latency"]["failed_count"][0]) > 30
        assert tree["worlds"]["actions"].sizes == {"world": 30}
    assert main(["report", "one/results.h5"]) == 0
