"""What takes longer where caches and processors matter: times by hand, as differences to the same run without that cost; an action takes 1 ns at least."""

from pathlib import Path

from tests.simulation import Simulated, simulate

CACHES = Path(__file__).parent / "programs" / "caches"
TURNS, SAME_WORD, OTHER_WORD, CHANNEL, WAKE, YIELDS, IDLE = range(7)


def run(which: int, *words: str, procs: int = 1, many: int = 3) -> Simulated:
    """One of the program's parts, on a machine whose other costs are nothing."""
    constants = (f"workload.const.which={which}", f"workload.const.many={many}")
    return simulate(CACHES, "machine=zero", "policy=no_sysmon", f"machine.gomaxprocs={procs}", *constants, *words)


def more(which: int, *words: str, procs: int = 1, many: int = 3) -> int:
    """How much longer it takes, ns."""
    return int(run(which, *words, procs=procs, many=many).worlds["now"][0] - run(which, procs=procs, many=many).worlds["now"][0])


def test_goroutines_that_the_caches_do_not_hold() -> None:
    """Three that take turns stay in caches for four, main does not; twenty do not, but the first three are new, and some run again soon."""
    cold = ("machine.cold=1000", "machine.cached=4")
    assert more(TURNS, *cold) == 999
    number, rest = divmod(more(TURNS, *cold, many=20), 999)
    assert rest == 0
    assert 20 * 10 < number <= 20 * 11 + 1 - 3
    assert more(TURNS, "machine.cold=1000", "machine.cached=30", many=20) == 999


def test_a_word_and_a_channel_come_from_the_p_that_changed_them() -> None:
    """Two Ps change the same word in turn ten times each, then words two cache lines apart, then one channel."""
    apart = run(OTHER_WORD, "machine.transfer=100", procs=2).worlds["now"][0]
    assert run(SAME_WORD, "machine.transfer=100", procs=2).worlds["now"][0] - apart == 10 * 99
    assert run(CHANNEL, "machine.transfer=100", procs=2).worlds["now"][0] - apart == 10 * 99
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
