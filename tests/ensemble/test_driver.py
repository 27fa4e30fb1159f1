from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gpusched.ensemble.driver import Snapshot, simulate
from gpusched.ensemble.memory import check_worlds, free_bytes, human, world_bytes
from gpusched.ensemble.params import PARAMS
from gpusched.ensemble.progress import line
from gpusched.errors import GpuschedError

NO_CONSTANTS = (np.zeros(0, np.int64), np.zeros((4, 0), np.int64))


def params() -> np.ndarray:
    rows = np.zeros(4, PARAMS)
    rows["replica"], rows["horizon_ns"], rows["max_actions"] = np.arange(4), 350_000, 10**9
    return rows


def run(engine: Any, chunk: int = 30, limit: int = 1 << 40) -> tuple[Any, list[Snapshot]]:
    seen: list[Snapshot] = []
    outcome = simulate(engine, engine.init(params(), NO_CONSTANTS), params(), chunk_actions=chunk, limit_bytes=limit, report=seen.append)
    return outcome, seen


def test_it_stops_as_soon_as_every_world_has_ended(pretend_engine: Any, program: Any) -> None:
    engine = pretend_engine(program, 4)
    outcome, seen = run(engine)
    assert outcome.worlds["actions"].tolist() == [100, 200, 300, 350]
    assert engine.advances == 12
    assert [s.ended for s in seen[-4:]] == [2, 3, 3, 4]
    assert seen[-1].fraction == 1.0
    assert all(a.fraction <= b.fraction and a.actions <= b.actions for a, b in pairwise(seen))


def test_chunks_adapt_to_the_time_they_take(pretend_engine: Any, program: Any) -> None:
    engine = pretend_engine(program, 4)
    assert run(engine, chunk=0)[0].worlds["status"].all()
    assert engine.advances == 1


def test_an_overflow_grows_and_goes_on(pretend_engine: Any, program: Any) -> None:
    engine = pretend_engine(program, 4, overflows=True)
    outcome, seen = run(engine)
    assert outcome.growths == ("GS, PAGES",)
    assert engine.capacity == 2
    assert "growing gs, pages" in line(seen[0])


def test_growth_beyond_the_memory_is_refused(pretend_engine: Any, program: Any) -> None:
    with pytest.raises(GpuschedError, match=r"growing gs, pages while running needs 62\.5 KiB and 48\.8 KiB are free"):
        run(pretend_engine(program, 4, overflows=True), limit=50_000)


def test_an_ensemble_that_does_not_fit_is_refused_with_the_number_that_would() -> None:
    check_worlds(4, 6000, 24_000)
    with pytest.raises(GpuschedError, match=r"4 worlds need 23\.4 KiB and 22\.5 KiB are free \(memory\); 3 worlds fit"):
        check_worlds(4, 6000, 23_000)


def test_the_estimate_is_what_the_engine_allocates(program: Any) -> None:
    from gpusched.engine.warp import WarpEngine

    rows = params()
    rows["gomaxprocs"] = [1, 2, 4, 1]
    engine = WarpEngine(program, 4)
    assert world_bytes(program, rows, 4) * 4 == sum(engine.bytes(engine.init(rows, NO_CONSTANTS)).values())


def test_free_memory_of_the_host_is_known() -> None:
    assert 1 << 20 < free_bytes("cpu") < 1 << 50


def test_bytes_for_people() -> None:
    assert [human(n) for n in (12, 2048, 3 << 20, 5 << 40)] == ["12 bytes", "2.0 KiB", "3.0 MiB", "5.0 TiB"]
