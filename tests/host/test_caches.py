"""What takes longer where caches and processors matter: times by hand, as differences to the same run without that cost; an action takes 1 ns at least."""

from pathlib import Path

import numpy as np
import pytest

from tests.simulation import Simulated, simulate

CACHES = Path(__file__).parent / "programs" / "caches"
TURNS, SAME_WORD, OTHER_WORD, CHANNEL, WAKE, YIELDS, IDLE, AGAIN = (*range(7), 8)


def run(which: int, *words: str, procs: int = 1, many: int = 3) -> Simulated:
    """One of the program's parts, on a machine whose other costs are nothing."""
    constants = (f"workload.const.which={which}", f"workload.const.many={many}")
    return simulate(CACHES, "machine=zero", "policy=no_sysmon", f"machine.gomaxprocs={procs}", *constants, *words)


def more(which: int, *words: str, procs: int = 1, many: int = 3) -> int:
    """How much longer it takes, ns."""
    return int(run(which, *words, procs=procs, many=many).worlds["now"][0] - run(which, procs=procs, many=many).worlds["now"][0])


FAR = ("machine.cold_1k=1000", *(f"machine.cold_{k}k=2000" for k in (2, 4, 8, 16, 32, 64)))


@pytest.mark.parametrize(("many", "each"), [(400, 0), (768, 500), (1024, 1000), (1536, 1500), (2500, 2000)])
@pytest.mark.parametrize("first", [0, 250])
def test_goroutines_that_the_caches_do_not_hold(many: int, each: int, first: int) -> None:
    """So many take turns: each pays by how many ran since it did, the same in sum if the first line is paid for where it is taken off the global queue."""
    turns = more(TURNS, *FAR, f"machine.cold_first={first}", many=many) / many
    assert turns == pytest.approx(10 * each, rel=0.1, abs=10)


def beyond(others: int) -> float:
    """What a goroutine takes beyond after so many others with FAR, ns."""
    return float(np.interp(others, [512, 1024, 2048], [0, 1000, 2000]))


def test_a_dead_goroutine_is_far_too() -> None:
    """2000 start and end, twice. The n-th runs after n others since it was made; the second time it is made of the n-th last that ended, more or less."""
    first, again = sum(map(beyond, range(2000))), sum(beyond(2 * n) for n in range(2000))
    assert more(AGAIN, *FAR, many=2000) == pytest.approx(first + again, rel=0.06)


def test_the_first_run_of_fresh_memory() -> None:
    """100 of them; the second hundred is made of the first. An action takes 1 ns at least."""
    assert more(AGAIN, "machine.cold_64k=1", "machine.first_run=50", many=100) == 100 * 49


def test_a_word_and_a_channel_come_from_the_p_that_changed_them() -> None:
    """Two Ps change the same word in turn ten times each, then words two cache lines apart, then one channel: two lines, and one of its buffer."""
    apart = run(OTHER_WORD, "machine.transfer=100", procs=2).worlds["now"][0]
    assert run(SAME_WORD, "machine.transfer=100", procs=2).worlds["now"][0] - apart == 10 * 99
    assert run(CHANNEL, "machine.transfer=100", procs=2).worlds["now"][0] - apart == 10 * 299
    assert run(SAME_WORD, procs=2).worlds["now"][0] == run(OTHER_WORD, procs=2).worlds["now"][0]


def test_who_wakes_a_thread_sends_an_interrupt() -> None:
    """A go statement beside an idle P, with a thread for it: the waker pays, but where that P has no hardware thread of its own."""

    def took(*words: str, procs: int = 2) -> int:
        return int(run(WAKE, "machine.parked=2", *words, procs=procs).outputs[0])

    assert took("machine.futexwakeup=5000") - took() == 4999
    assert took("machine.futexwakeup=5000", "machine.cpus=2") - took() == 4999
    assert took("machine.futexwakeup=5000", "machine.cpus=1") == took()
    assert took("machine.futexwakeup=5000", procs=1) == took(procs=1)


def test_a_p_with_timers_looks_at_the_clock_in_each_schedule() -> None:
    """A yield takes four actions of 1 ns; one of them takes as long as a look at the clock while main sleeps (``time.go: timers.check``)."""
    assert int(run(YIELDS).outputs[0]) == 1_000_000 // 4
    assert abs(int(run(YIELDS, "machine.nanotime=99").outputs[0]) - 1_000_000 // (3 + 99)) <= 2


def test_a_p_that_idles_loses_its_caches() -> None:
    """After 1 ms half of 4,000 ns is lost, of which a send pays a quarter, and a receive a quarter of what is left."""
    chilled = run(IDLE, "machine.chan_op=4", "machine.chill=4000", "machine.chill_half=1000000").worlds["now"][0]
    assert abs(int(chilled - run(IDLE, "machine.chan_op=4").worlds["now"][0]) - (500 + 375)) <= 2


def test_what_it_loses_varies() -> None:
    """Twice as much each time, or nothing, by one table for all quantiles."""
    chill = ("machine.chan_op=4", "machine.chill=4000", "machine.chill_half=1000000")
    plain, usual = (int(run(IDLE, *words).worlds["now"][0]) for words in (("machine.chan_op=4",), chill))
    for thousandths in (0, 2000):
        spread = [f"machine.chill_spread.{name}={thousandths}" for name in ("p0", "p10", "p50", "p90", "p99")]
        found = int(run(IDLE, *chill, *spread, f"machine.chill_spread.max={max(1, thousandths)}").worlds["now"][0])
        assert abs((found - plain) - (usual - plain) * thousandths / 1000) <= 4


def test_a_goroutine_is_born_when_it_has_been_made() -> None:
    """What making it takes is not of its lifetime, what its first run and its end take is."""
    words = ("machine.malg=5000", "machine.newproc=3000", "machine.execute=100", "machine.goexit=7")
    (waits, _, *lives), (free_waits, _, *free) = (run(AGAIN, *costs, many=1).sums["total"][0] for costs in (words, ()))
    assert 0 < sum(lives) - sum(free) <= 2 * (100 + 7)
    assert waits - free_waits <= 2 * (100 + 7)
