"""Hardware threads and the cgroup's quota: times worked out by hand from the rule, on a machine whose own costs are nothing."""

from pathlib import Path

import pytest

from gpusched.errors import GpuschedError
from tests.simulation import Simulated, simulate

HOGS = Path(__file__).parent / "programs" / "hogs"
MS = 1_000_000


def hogs(count: int, each_ms: int, *words: str) -> Simulated:
    """So many goroutines that compute for so long, each on its own P if there are enough of them."""
    constants = (f"workload.const.hogs={count}", f"workload.const.each={each_ms * MS}")
    return simulate(HOGS, "machine=zero", *constants, *words)


def milliseconds(done: Simulated, world: int = 0) -> list[int]:
    """When each goroutine ended, rounded."""
    return [round(int(line) / 1000) for line in done.outputs[world].split()]


def test_four_on_two() -> None:
    """Turns of 3 ms: 120 ms of work end on two hardware threads after 60, without one idle."""
    done = hogs(4, 30, "machine.gomaxprocs=4", "machine.cpus=2", "policy=no_sysmon")
    assert milliseconds(done) == [60, 60, 60, 60]
    assert done.worlds["cpu_ns"][0] // MS == 120
    assert done.worlds["now"][0] // MS == 60


def test_three_turns_on_one() -> None:
    """Slices of 4 ms on one hardware thread and 10 ms of work: the last turns are of 2 ms, so they end at 26, 28 and 30."""
    done = hogs(3, 10, "machine.gomaxprocs=3", "machine.cpus=1", "machine.cpu_slice=4000000", "policy=no_sysmon")
    assert sorted(milliseconds(done)) == [26, 28, 30]


def test_turns_end_at_ticks() -> None:
    """Slices of 1 ms and ticks each 4 ms are turns of 4 ms; of 9 ms each the last is left at 24."""
    done = hogs(3, 9, "machine.gomaxprocs=3", "machine.cpus=1", "machine.cpu_slice=1000000", "machine.cpu_tick=4000000", "policy=no_sysmon")
    assert sorted(milliseconds(done)) == [25, 26, 27]


BEHIND = Path(__file__).parent / "programs" / "behind"


def behind(*words: str) -> list[int]:
    """When main, back from its system call, and the other goroutine had computed; its last hardware thread is taken, the second one free."""
    tick = ("machine.gomaxprocs=2", "machine.cpus=2", "machine.cpu_slice=1000000", "machine.cpu_tick=4000000")
    return milliseconds(simulate(BEHIND, "machine=zero", *tick, *words))


def test_a_thread_queues_for_its_last_one() -> None:
    """Main comes back at 4 ms, waits for the tick at 8 and computes until 18; the other one, from 1 to 8, waits for the third look, at 16, and has 13 left."""
    assert behind("machine.cpu_scan=10") == [18, 29]


def test_little_used_hardware_threads_are_looked_at() -> None:
    """Of the time of both less than a twentieth, by the kernel's average, was used until 4 ms: main takes the free one where the limit is higher, or none."""
    assert behind("machine.cpu_scan=1000") == behind("machine.cpu_scan=0") == [14, 21]
    assert behind("machine.cpu_scan=10", "machine.cpu_tick=0") == [14, 21]


def test_a_kernel_that_packs_makes_goroutines_wait() -> None:
    """A server with two Ps on two hardware threads: threads stay on one, so goroutines wait for longer, and its work takes as much processor time."""

    def waited(*words: str) -> tuple[float, float]:
        done = simulate("http_server", "machine=small_vm", "machine.gomaxprocs=2", "machine.cpus=2", "replicas=10", *words)
        return float(done.sums["total"][:, 0].mean()), float(done.worlds["cpu_ns"].mean())

    free, packed, long = waited(), waited("machine.cpu_pack=1000000"), waited("machine.cpu_pack=100000000")
    assert 1.5 * free[0] < packed[0] <= 1.2 * long[0]
    assert packed[1] == pytest.approx(free[1], rel=0.05)


def test_one_p_never_waits() -> None:
    """One P on one hardware thread takes what it takes without the host, to the action; also when as many threads as Ps are there."""
    for procs in (1, 3):
        words = (f"machine.gomaxprocs={procs}", "policy=no_sysmon")
        free, bound = hogs(5, 7, *words), hogs(5, 7, *words, f"machine.cpus={procs}")
        assert free.outputs == bound.outputs
        for name in ("now", "actions", "preemptions"):
            assert free.worlds[name][0] == bound.worlds[name][0]
        assert bound.worlds["cpu_ns"][0] >= 35 * MS


@pytest.mark.parametrize("each", [20, 45])
def test_sysmon_preempts_by_the_clock_on_the_wall(each: int) -> None:
    """Two Ps with three goroutines on one hardware thread: sysmon counts the time that an M waits too, so it preempts after 10 ms of which 5 were its own."""
    alone = hogs(3, each, "machine.gomaxprocs=2")
    shared = hogs(3, each, "machine.gomaxprocs=2", "machine.cpus=1", "machine.cpu_slice=1000000")
    assert shared.worlds["preemptions"][0] > alone.worlds["preemptions"][0] > 0
    assert shared.worlds["now"][0] // MS == 3 * each
    assert max(milliseconds(shared)) - min(milliseconds(shared)) <= 12


def test_quota_of_one_goroutine() -> None:
    """50 ms of each 100: 190 ms of work end in the fourth period after 40, that is at 340; the ends of three periods found it standing, for 50 ms each."""
    done = hogs(1, 190, "machine.cpus=1", "machine.quota_us=50000", "machine.quota_phase_us=0")
    assert milliseconds(done) == [340]
    row = done.worlds[0]
    assert (row["cpu_periods"], row["cpu_throttled_periods"], row["cpu_throttled_ns"], row["cpu_ns"] // MS) == (3, 3, 150 * MS, 190)


def test_quota_of_two_hardware_threads() -> None:
    """Periods begin at 30, 130, ...: two use 50 ms by 25, then 50 by 55, 155, ...: 380 ms are 50 by 25, 300 in six periods, and 30 in the seventh by 645."""
    done = hogs(4, 95, "machine.gomaxprocs=4", "machine.cpus=2", "machine.quota_us=50000", "machine.quota_phase_us=30000", "policy=no_sysmon")
    assert done.worlds["now"][0] // MS == 645
    assert (done.worlds["cpu_periods"][0], done.worlds["cpu_throttled_periods"][0]) == (7, 7)


def test_quota_is_owed_after_a_tick() -> None:
    """Ticks of 4 ms find the 50 ms used up at 52; the next period pays 2, so 190 ms are 52, 48 (at ticks: 100 to 148), 52 and 38: they end at 338."""
    done = hogs(1, 190, "machine.cpus=1", "machine.quota_us=50000", "machine.quota_phase_us=0", "machine.cpu_tick=4000000")
    assert milliseconds(done) == [338]
    assert done.worlds["cpu_throttled_ns"][0] == (48 + 52 + 48) * MS


def test_enough_quota_changes_nothing() -> None:
    """A quota of all hardware threads throttles nobody; the timer fires at the end of each period."""
    free = hogs(2, 150, "machine.gomaxprocs=2", "machine.cpus=2", "policy=no_sysmon")
    bound = hogs(2, 150, "machine.gomaxprocs=2", "machine.cpus=2", "policy=no_sysmon", "machine.quota_us=200000", "machine.quota_phase_us=0")
    assert free.outputs == bound.outputs
    assert (bound.worlds["cpu_periods"][0], bound.worlds["cpu_throttled_periods"][0]) == (1, 0)


def test_no_more_than_the_quota() -> None:
    """What worlds use is at most the quota of the periods that they saw and one slice a hardware thread; periods begin elsewhere in each world."""
    host = ("machine.cpus=2", "machine.quota_us=5000", "machine.period_us=10000")
    done = simulate("http_server", "machine=small_vm", "machine.gomaxprocs=8", *host, "workload.const.requests=500", "replicas=4")
    rows = done.worlds
    assert (rows["cpu_ns"] <= (rows["cpu_periods"] + 1) * 5 * MS + 2 * 5 * MS).all()
    assert (rows["cpu_throttled_periods"] > 5).all()
    assert len(set(rows["cpu_throttled_ns"].tolist())) == 4


def test_periods_begin_anywhere() -> None:
    """Each world has its own time at which its first period ends, within the whole period."""
    done = hogs(1, 120, "machine.cpus=1", "machine.quota_us=50000", "replicas=64")
    first = done.worlds["period_end"] % (100 * MS)
    assert len(set(first.tolist())) == 64
    assert 0 <= first.min() < 10 * MS < 90 * MS < first.max()


def test_quota_alone_takes_the_processors_of_the_machine() -> None:
    """With machine.quota_us and no machine.cpus there are num_cpu hardware threads."""
    done = hogs(4, 30, "machine.gomaxprocs=4", "machine.num_cpu=2", "machine.quota_us=200000", "policy=no_sysmon")
    assert milliseconds(done) == [60, 60, 60, 60]


def test_gomaxprocs_while_threads_wait(tmp_path: Path) -> None:
    """Ps that are taken away while their Ms wait for a hardware thread lose none of their work."""
    source = (HOGS / "main.go").read_text().replace("\twg.Wait()", "\truntime.GOMAXPROCS(2)\n\twg.Wait()").replace('"sync"', '"runtime"\n\t"sync"')
    (tmp_path / "main.go").write_text(source)
    done = simulate(tmp_path, "machine=zero", "machine.gomaxprocs=6", "machine.cpus=1", "workload.const.hogs=6", "policy=no_sysmon")
    assert done.messages == [""]
    assert done.worlds["now"][0] // MS == 180


@pytest.mark.parametrize(("word", "sentence"), [("machine.cpus=-1", "cpus"), ("machine.cpu_slice=0", "cpu_slice"), ("machine.period_us=0", "period_us")])
def test_mistakes(word: str, sentence: str) -> None:
    with pytest.raises(GpuschedError, match=sentence):
        hogs(1, 1, word)
