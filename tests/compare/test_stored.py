"""The real side and the comparison in the results file: as xarray opens them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from gpusched.compare.real import RealRuns
from gpusched.compare.stored import arrays_of
from gpusched.results.collect import axes_of
from gpusched.results.schema import ATTRIBUTES, by_path
from gpusched.results.writer import write
from gpusched.stats.go_histogram import to_go
from gpusched.stats.histogram import bucket_of
from tests.compare.made import MEMORY, counts, judged, model_of, record

VALUES: dict[str, Any] = {"string": "x", "int": 1, "float": 1.5}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two points, five runs of each kind, of which one is disturbed; the second observes something more."""
    plain = [[record(1000 + at, waits=(3, 1)) for at in range(4)] + [record(9000, others=0.5)], [record(500, late=70)] * 5]
    recorded = [[record(2000, lifetime=300)] * 5, [record(600)] * 5]
    models = [model_of(1100, waits=(58, 100)), model_of(400, late=80)]
    rows = [judged(model, one, two, procs=at + 1) for at, (model, one, two) in enumerate(zip(models, plain, recorded, strict=True))]
    model = axes_of(2, 2) | {"latency/counts": np.array([one["latency"] for one in models])}
    arrays = arrays_of(rows, RealRuns(plain, recorded), model) | {name: value for name, value in model.items() if name in by_path()}
    arrays = {name: value for name, value in arrays.items() if name != "latency/counts"}
    write(tmp_path / "results.h5", arrays, {a.name: VALUES[a.kind] for a in ATTRIBUTES})
    return tmp_path / "results.h5"


def test_real_runs_are_there(file: Path) -> None:
    """Each run with its point, its histograms and the runtime's metrics before and after."""
    with xarray.open_datatree(file) as tree:
        real: Any = tree["real"].to_dataset()
        first = real.isel(run=np.flatnonzero((real.run_point == 0) & (real.run_recorded == 0)))
        assert first.run_time_ns.values.tolist() == [1000, 1001, 1002, 1003, 9000]
        assert first.run_undisturbed.values.tolist() == [1, 1, 1, 1, 0]
        assert first.latency_counts.values[0, 1:4].tolist() == [3, 1, 0]
        assert real.sel(metric=MEMORY).metric_before.values.tolist() == [1000] * 20
        assert real.sel(metric=MEMORY).metric_after.values.tolist() == [3000] * 20
        recorded = real.isel(run=np.flatnonzero((real.run_point == 0) & (real.run_recorded == 1)))
        assert recorded.lifetimes_counts.values[:, bucket_of(300)].tolist() == [1] * 5
        assert real.sel(observation="late").observations_counts.values[:, bucket_of(70)].sum() == 5
        assert real.model_latency_counts.values[0].tolist() == to_go(counts(58, 100)).tolist()
        assert real.run_time_ns.attrs["units"] == "ns"
        assert real.go_bucket_upper_s.values[1] == pytest.approx(64e-9)


def test_the_comparison_is_there(file: Path) -> None:
    """Figures and distances by point and name; NaN where a point has none."""
    with xarray.open_datatree(file) as tree:
        found: Any = tree["comparison"].to_dataset()
        makespan = found.sel(figure="makespan_ns")
        assert makespan.figure_model.values.tolist() == [1100, 400]
        assert makespan.figure_real.values.tolist() == [1001.5, 500]
        assert (makespan.figure_least.values[0], makespan.figure_most.values[0]) == (1000, 1003)
        assert np.isnan(found.sel(distance="late_ks").distance_value.values).tolist() == [True, False]
        assert found.sel(distance="latency_ks").distance_value.values[0] == pytest.approx(0.25)
        assert found.undisturbed.values.tolist() == [4, 5]
        assert found.verdict.values[0].startswith("disturbed: 4 of 5 undisturbed")
        assert found.kind.values.tolist() == ["runtime", "runtime"]
