"""Little's law to the last count: goroutines alive, integrated over time, are the sum of the goroutines' lifetimes."""

import numpy as np
import pytest

from gpusched.goruntime.state import GStatus
from tests.contract.ensembles import Toy

WORLDS = 2


@pytest.mark.parametrize(("workload", "left"), [("http_server", 0), ("leaky_server", 5)])
def test_goroutines_alive_over_time_are_their_lifetimes(workload: str, left: int) -> None:
    """Looked at after every single action; a change happens when the next P was due. Those that are left count with the age that they reached."""
    toy = Toy(workload, "machine=zero", "policy=no_sysmon", "machine.num_cpu=4", "machine.gomaxprocs=4", f"replicas={WORLDS}")
    engine = toy.engine(threads=1)
    state = toy.start(engine)
    due, since, live, area = np.zeros(WORLDS, np.int64), np.zeros(WORLDS, np.int64), np.ones(WORLDS, np.int64), np.zeros(WORLDS, np.int64)
    for state in toy.steps(engine, 1):
        rows = engine.worlds(state)
        changed = rows["live"] != live
        area += np.where(changed, live * (due - since), 0)
        since, live = np.where(changed, due, since), rows["live"].astype(np.int64)
        due = engine.table(state, "ps")["clock"][:, 1:5].min(axis=1)
    sums = engine.sums(state)[:, 1 : 1 + len(toy.program.lifetimes)]
    gs = engine.table(state, "gs")
    alive = (gs["goid"] > 0) & (gs["status"] != GStatus.DEAD)
    ages = np.where(alive, since[:, None] - gs["birth"], 0).sum(axis=1)
    assert (alive.sum(axis=1) == rows["live"]).all()
    assert (rows["live"] >= left).all()
    assert (sums["count"].sum(axis=1) > 60).all()
    assert (area == sums["total"].sum(axis=1) + ages).all()
