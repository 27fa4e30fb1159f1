"""What ``gpusched calibrate`` measures: the cases of golang/real/programs/ops/main.go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """A case of ops/main.go: its number, how often the real program does it, in words, on how many Ps.

    ``weight``: how much its error counts in the fit: more where it alone says what a cost is, less where the model does it in another way than the compiler.
    """

    number: int
    times: int
    words: str
    procs: int = 1
    weight: float = 1.0


OPERATIONS = (
    Operation(0, 10_000_000, "ten register operations"),
    Operation(1, 10_000_000, "two loads, an add, a store"),
    Operation(2, 10_000_000, "call of a function that is a variable"),
    Operation(3, 1_000_000, "new of 16 bytes"),
    Operation(4, 300_000, "new of 240 bytes"),
    Operation(5, 100_000, "go, run, exit"),
    Operation(6, 200_000, "Gosched alone"),
    Operation(7, 200_000, "Gosched, two in turn"),
    Operation(8, 50_000, "unbuffered channel, there and back"),
    Operation(9, 500_000, "buffered send and receive"),
    Operation(10, 100_000, "unbuffered channel, one way"),
    Operation(11, 200_000, "send and select of 2, one ready"),
    Operation(12, 100_000, "select of 8 and default, none ready"),
    Operation(13, 5_000_000, "Mutex.Lock and Unlock"),
    Operation(14, 50_000, "WaitGroup.Wait through a channel"),
    Operation(15, 50_000, "Cond.Signal and Wait, there and back"),
    Operation(16, 300_000, "time.Since"),
    Operation(17, 100_000, "NewTimer and Stop"),
    Operation(18, 300_000, "Timer.Reset"),
    Operation(19, 5_000_000, "atomic add"),
    Operation(20, 20_000, "go, park and leave, the goroutine's memory fresh"),
    Operation(22, 20_000, "wait for I/O, one of fifty goroutines"),
    Operation(30, 3_000_000, "a remainder"),
    Operation(31, 10_000_000, "an element of a product of vectors"),
    Operation(32, 10_000_000, "an element of a column"),
    Operation(33, 10_000_000, "a byte of a text"),
    Operation(34, 5_000_000, "a branch that can not be foreseen", weight=1.5),
    Operation(35, 10_000_000, "an element moved"),
    Operation(36, 10_000_000, "an element merged"),
    Operation(37, 10_000_000, "a byte hashed"),
    Operation(38, 10_000_000, "an element counted"),
    Operation(39, 5_000_000, "call by way of an interface"),
    Operation(40, 2_000_000, "look-up in a map of numbers", weight=0.3),
    Operation(41, 1_000_000, "count in a map of texts", weight=0.3),
    Operation(42, 3_000_000, "append to a short slice"),
    Operation(44, 20_000_000, "an element copied"),
    Operation(45, 3_000_000, "an element sorted"),
)
"""Whose times the costs are fitted to."""
PAIRS = Operation(23, 200_000, "two ping-pongs side by side", 2)
WAKE = Operation(24, 200, "an idle P is woken", 2)
SLACK = Operation(25, 3000, "a short sleep of a thread", 2)
CHILL = Operation(26, 60, "a start and a message after computing")
SPANS = Operation(27, 1, "few and many goroutines in turn")
FIRSTS = Operation(28, 20_000, "first runs of goroutines, their memory fresh and not")
PACKS = Operation(29, 200, "a thread wakes whose last processor is its waker's", 2)
ENTER = Operation(50, 100_000, "a system call that does nothing")
RAW = Operation(51, 100_000, "the same without entersyscall and exitsyscall")
SPINS = Operation(52, 20_000, "thirty PAUSE")
SLEEPS = Operation(53, 30, "a timer due between two whole milliseconds")
COMPUTES = Operation(54, 200, "work.CPU of 100 us")
OTHERS = (PAIRS, WAKE, SLACK, CHILL, SPANS, FIRSTS, PACKS, ENTER, RAW, SPINS, SLEEPS, COMPUTES)
"""What else says costs and latencies, each in its own way."""
