"""How the execution of local instructions ends."""

from enum import IntEnum


class LocalOutcome(IntEnum):
    """What ``run_local`` returns; DONE is used between the parts of the machine only."""

    OK = 0  # stands at a starting instruction, or did MAX_SEGMENT local ones
    STALLED = 1  # a capacity is too small: the instruction at pc has done nothing, World.segment tells how many were done before it
    GOEXIT = 2  # the goroutine's first frame returned or Goexit unwound it; the frame has been freed
    ENDED = 3  # the world's status was set
    DONE = 4  # this instruction is done
