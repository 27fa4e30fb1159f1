"""What became of an attempt to perform a starting instruction."""

from enum import IntEnum


class Outcome(IntEnum):
    """Decides whether local instructions follow, and whether an action was performed at all."""

    CONTINUE = 0  # done; the goroutine goes on with local instructions
    LEFT = 1  # done; the goroutine is no longer on this P (parked, yielded, ended), or the action ends here
    RETRY = 2  # a lock is busy: the clock was moved, nothing else happened
    STALLED = 3  # a capacity is too small: nothing happened
    ENDED = 4  # done; the world has ended
