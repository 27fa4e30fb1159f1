"""What the conformance programs must print, each row with its place in Go's source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One scenario: a program, how many Ps it gets, and its output.

    ``lines`` is the whole output, or None where numbers are drawn: then ``median`` and ``each`` are (least, most) of the median of the numbers printed (the
    last word of each line) and of each of them, and ``model`` narrower bounds of the median with the model's latencies where the row needs them: sysmon is
    woken in 52 us, sleeps 20 us and 86 us of slack, and wakes a thread in 52 us, all told 210 us (medians of ``configs/machine/small_vm.yaml``); a hand-off at
    the first look would come after 104 us. ``real`` tells whether the real runtime gives it in every run ("always") or whether other load of the machine
    can disturb it ("mostly").
    """

    program: str
    gomaxprocs: int
    lines: tuple[str, ...] | None
    source: str
    median: tuple[float, float] = (0, 0)
    each: tuple[float, float] = (0, 0)
    model: tuple[float, float] = (0, 0)
    real: str = "always"


ROWS = (
    Row("row01", 1, ("order 9 0 1 2 3 4 5 6 7 8", "main after 10"), "proc.go: newproc -> runqput(next=true); goschedImpl -> globrunqput", real="mostly"),
    Row("gosched", 1, None, "proc.go: goschedImpl -> globrunqput, findRunnable (schedtick % 61)", median=(3, 3), each=(0, 3), real="mostly"),
    Row("row02", 1, ("close 0 5 4 3 2 1",), "chan.go: closechan (gList is a stack), proc.go: ready -> runqput(next=true)"),
    Row("row03", 1, ("broadcast 5 0 1 2 3 4", "waitgroup 5 0 1 2 3 4"), "sema.go: notifyListNotifyAll; sync/waitgroup.go: Add; sema.go: semrelease1"),
    Row("row04", 1, None, "proc.go: runqget (inheritTime), execute, schedule", median=(10_000, 4_000_000), each=(1_000, 4_000_000), real="mostly"),
    Row("row05", 1, None, "proc.go: findRunnable (schedtick % 61), newproc", median=(1, 61), each=(1, 61)),
    Row("row06", 1, ("first 257", "ring 128-255", "global 0-127 256-256", "looks 2"), "proc.go: runqput, runqputslow", real="mostly"),
    Row("row07", 1, None, "proc.go: sysmon, retake (forcePreemptNS), goschedImpl", median=(20_000, 21_500), each=(10_000, 33_000), real="mostly"),
    Row("row08", 1, ("length 127 batch 127",), "proc.go: globrunqgetbatch, findRunnable", real="mostly"),
    Row("row08", 2, ("length 127 batch 64",), "proc.go: globrunqgetbatch, findRunnable", real="mostly"),
    Row("row09", 2, ("stolen 8 order 3 0 1 2 5 4 6 7",), "proc.go: runqgrab, runqsteal, stealWork", real="mostly"),
    Row("locked", 1, None, "proc.go: stoplockedm, startlockedm, handoffp", median=(2, 400), each=(1, 15_000), model=(80, 170), real="mostly"),
    Row("row10", 1, None, "proc.go: sysmon, retake (syscalltick), handoffp", median=(20, 15_600), each=(20, 21_500), real="mostly"),
    Row(
        "second_look",
        1,
        None,
        "proc.go: retake (syscalltick), entersyscall, handoffp",
        median=(20, 15_600),
        each=(20, 21_500),
        model=(170, 260),
        real="mostly",
    ),
    Row("row11", 2, ("main", "main", "waiter", "main", "main"), "internal/sync/mutex.go: lockSlow, unlockSlow; sema.go: semrelease1", real="mostly"),
    Row("handoff", 1, ("waiter", "main"), "sema.go: semrelease1 (ticket 1 -> goyield); internal/sync/mutex.go: unlockSlow", real="mostly"),
    Row("poll_order", 1, None, "select.go: selectgo (pollorder)", median=(900, 1100), each=(850, 1150)),
    Row(
        "select",
        1,
        ("a 5 true", "nobody waits at b", "2", "sent to b", "nobody offers to a", "a 0 false", "a 7 true", "0 50"),
        "select.go: selectgo (pass 3: dequeueSudoG; caseSuccess), selectnbsend, selectnbrecv",
        real="mostly",
    ),
    Row("same_channel", 1, None, "select.go: selectgo (lockorder, a heap sort of pollorder)", median=(999, 1001), each=(850, 1150)),
    Row(
        "timer_reset",
        1,
        ("true true true true", "false false", "again 1", "earlier 3", "later 4", "last 5", "false false 0", "earlier 6"),
        "time.go: modify, stop, updateHeap",
        real="mostly",
    ),
    Row("ticker", 1, ("1 true", "4 true", "5 true"), "time.go: unlockAndRun (t.when += t.period * (1 + delta/t.period)), maybeRunChan", real="mostly"),
    Row(
        "granularity",
        1,
        None,
        "proc.go: findRunnable (pollUntil); netpoll_epoll.go: netpoll (delay < 1e6)",
        median=(1000, 2500),
        each=(1000, 60_000),
        model=(1000, 1200),
        real="mostly",
    ),
    Row("sysmon_poll", 1, None, "proc.go: sysmon (lastpoll), schedule", median=(14_000, 45_000), each=(5_000, 90_000), real="mostly"),
)

BUCKETS = ("5 256 320", "52 917504 1.048576e+06")
"""Row 15, on the real runtime: index, lower and upper bound in ns of the buckets of 300 ns and 1 ms (``runtime/histogram.go: timeHistogramMetricsBuckets``)."""
