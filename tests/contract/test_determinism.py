"""The same bits, however a run is placed, cut or grown."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.contract.ensembles import Toy, differences

CACHES = Path(__file__).parent.parent / "host" / "programs" / "caches"

SETTINGS = ("machine=small_vm", "machine.num_cpu=8", "sweep.machine.gomaxprocs=[1,4]", "machine.branch_ps=300", "machine.mispredict_ps=5000")


@pytest.mark.parametrize("workload", ["http_server", "select_timeout", "blocking_syscalls", "mutex_contention"])
def test_cut_in_any_way(workload: str) -> None:
    """Chunks of 7 and 10,000 actions, one thread and two: the same results, and the same tables where addresses do not matter."""
    toy = Toy(workload, *SETTINGS, "replicas=2")
    whole = toy.finals(toy.engine(threads=1))
    assert whole["actions"].min() > 100
    for chunk, threads in ((7, 1), (10_000, 2)):
        assert differences(whole, toy.finals(toy.engine(threads=threads), chunk)) == []


HOST = (
    "machine.cpus=2",
    "machine.cpu_slice=50000",
    "machine.cpu_wakeup=300",
    "machine.cpu_scan=300",
    "machine.cpu_pack=1000000",
    "machine.cpu_switch=2000",
    "machine.cpu_tick=20000",
    "sweep.machine.quota_us=[0,3000]",
    "machine.period_us=2000",
    "machine.quota_slice_us=100",
)


@pytest.mark.parametrize("workload", ["blocking_syscalls", pytest.param("http_server", marks=pytest.mark.slow)])
def test_cut_in_any_way_on_few_hardware_threads(workload: str) -> None:
    """The same with two hardware threads for four Ps, without and with a quota; world 3 of both is what it is alone."""
    toy = Toy(workload, "machine=small_vm", "machine.gomaxprocs=4", *HOST, "replicas=2")
    whole = toy.finals(toy.engine(threads=1))
    assert whole["cpu_throttled_periods"][:2].max() == 0 < whole["cpu_throttled_periods"][2:].min()
    for chunk, threads in ((5, 1), (10_000, 2)):
        assert differences(whole, toy.finals(toy.engine(threads=threads), chunk)) == []
    alone = toy.finals(toy.engine(), worlds=slice(3, 4))
    assert differences({name: value[3:4] for name, value in whole.items()}, alone) == []


def test_in_chunks_of_the_largest_sizes() -> None:
    """More actions than twice which fit in 31 bits."""
    toy = Toy("token_ring", "machine=small_vm")
    whole = toy.finals(toy.engine(threads=1))
    for chunk in (1 << 30, (1 << 31) - 1):
        assert differences(whole, toy.finals(toy.engine(threads=1), chunk)) == []


def test_action_by_action() -> None:
    """Chunks of a single action."""
    toy = Toy("worker_pool", "machine=small_vm", "machine.num_cpu=4", "machine.gomaxprocs=4", "workload.const.jobs=20", "replicas=2")
    assert differences(toy.finals(toy.engine(threads=1)), toy.finals(toy.engine(threads=1), 1)) == []


def test_alone_and_in_a_batch_of_a_thousand() -> None:
    """World 737 of a thousand is what it is alone."""
    toy = Toy("http_server", "machine=small_vm", "machine.num_cpu=4", "machine.gomaxprocs=4", "replicas=1000")
    batch = toy.finals(toy.engine())
    alone = toy.finals(toy.engine(), worlds=slice(737, 738))
    assert differences({name: value[737:738] for name, value in batch.items()}, alone) == []
    assert len(np.unique(batch["now"])) > 900


CROWD = (
    "workload.const.which=7",
    "workload.const.many=700",
    "machine.transfer=1000",
    "machine.cold_1k=1000",
    "machine.cold_64k=1000",
    "machine.cold_first=300",
)


@pytest.mark.parametrize(("workload", "words"), [("skynet", ()), (str(CACHES), CROWD)], ids=["skynet", "crowd"])
def test_capacities_that_grew_many_times(workload: str, words: tuple[str, ...]) -> None:
    """Tables that had to grow ten times and tables that were large from the start: an action that found no room begins anew as if it had not begun."""
    toy = Toy(workload, "machine=small_vm", "machine.num_cpu=2", "machine.gomaxprocs=2", "replicas=2", *words)
    small = toy.engine(threads=1)
    large = toy.engine(threads=1, capacities={"gs": 4096, "chans": 4096, "sudogs": 4096, "pages": 4096, "timers": 512, "heaps": 512, "pending": 512, "ms": 64})
    growths = 0
    state = toy.start(small)
    while True:
        state = small.advance(state, 300)
        if small.worlds(state)["overflow"].any():
            growths += 1
            state = small.grow(state, factor=2)
        elif (small.worlds(state)["status"] != 0).all():
            break
    assert growths >= 10
    assert differences(toy.finals(large), toy.shown(small, state)) == []


def test_two_devices() -> None:
    """Split over two CPU devices, with a number of worlds that does not divide: the same bits as on one."""
    script = (
        "from tests.contract.ensembles import Toy, differences\n"
        "toy = Toy('http_server', 'machine=small_vm', 'machine.num_cpu=4', 'sweep.machine.gomaxprocs=[2,4,3]', 'replicas=3')\n"
        "found = differences(toy.finals(toy.engine()), toy.finals(toy.engine(devices=2)))\n"
        "print(found)\n"
        "raise SystemExit(bool(found))\n"
    )
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def test_seeds_matter() -> None:
    """Another seed, another run; the same seed, the same run."""
    runs = [Toy("worker_pool", "machine=small_vm", f"seed={seed}", "machine.gomaxprocs=2", "machine.num_cpu=2") for seed in (0, 0, 1)]
    first, again, other = [toy.finals(toy.engine(threads=1)) for toy in runs]
    assert differences(first, again) == []
    assert differences(first, other)
