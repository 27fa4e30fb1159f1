"""Faults of the scheduler that the tests must notice: each is a change of the source, and the test that must then fail."""

from dataclasses import dataclass

CONFORMANCE = "tests/conformance/test_conformance.py::test_model"


@dataclass(frozen=True)
class Fault:
    """One mistake.

    ``old`` occurs exactly once in ``file`` (below gpusched/goruntime) and becomes ``new``; ``row`` is the conformance row that notices.
    """

    name: str
    file: str
    old: str
    new: str
    row: str

    @property
    def test(self) -> str:
        """The test that must fail, as pytest names it."""
        return f"{CONFORMANCE}[{self.row}]"


FAULTS = (
    Fault(
        "close wakes first-in-first-out",
        "chan.py",
        """        sudogs(s)[d].waittail = head
        head = d
        d = recvq_dequeue(s, c)
""",
        """        if head == 0:
            head = d
        else:
            last = head
            while sudogs(s)[last].waittail != 0:
                last = sudogs(s)[last].waittail
            sudogs(s)[last].waittail = d
        d = recvq_dequeue(s, c)
""",
        "row02-1",
    ),
    Fault(
        "Gosched to the tail of the local ring",
        "proc_schedule.py",
        """    lock_sched(s, now)
    globrunqput(s, g)
    wakep(s, now)
    spend(s, params(s)[0].gosched)
""",
        """    rings(s)[p * 256 + (ps(s)[p].tail & 255)] = g
    ps(s)[p].tail += 1
    wakep(s, now)
    spend(s, params(s)[0].gosched)
""",
        "gosched-1",
    ),
    Fault(
        "no look at the global queue at ticks divisible by 61",
        "proc_schedule.py",
        "% wp.uint32(61) == wp.uint32(0)",
        "% wp.uint32(61) == wp.uint32(61)",
        "row05-1",
    ),
    Fault(
        "a thief takes a quarter",
        "proc_queues.py",
        "    n = n - n / 2\n",
        "    n = (n + 3) / 4\n",
        "row09-2",
    ),
    Fault(
        "a thief runs the oldest of what it stole first",
        "proc_queues.py",
        """        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + ((h + n - 1) & 255)]
""",
        """        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + 1 + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + (h & 255)]
""",
        "row09-2",
    ),
    Fault(
        "new waiters at a semaphore queue last-in-first-out",
        "sema.py",
        "    if t != 0 and lifo:\n",
        "    if t != 0:\n",
        "row03-1",
    ),
    Fault(
        "runnext does not inherit the time slice",
        "proc_schedule.py",
        "        execute(s, p, g, True, now)\n",
        "        execute(s, p, g, False, now)\n",
        "row04-1",
    ),
    Fault(
        "a readied goroutine goes to the ring's tail instead of runnext",
        "proc_queues.py",
        """    old = ps(s)[p].runnext
    ps(s)[p].runnext = g
    if old != 0:
        runqput_tail(s, p, old)
""",
        """    runqput_tail(s, p, g)
""",
        "row01-1",
    ),
    Fault(
        "overflow moves the newest half of the ring",
        "proc_queues.py",
        """        globrunqput(s, rings(s)[p * 256 + ((h + i) & 255)])
    ps(s)[p].head = h + 128
""",
        """        globrunqput(s, rings(s)[p * 256 + ((h + 128 + i) & 255)])
    ps(s)[p].tail = h + 128
""",
        "row06-1",
    ),
    Fault(
        "a starving mutex is not handed off",
        "sema.py",
        "    if handoff and cansemacquire(s, addr):\n",
        "    if handoff and mem(s)[addr] < wp.int64(0):\n",
        "handoff-1",
    ),
    Fault(
        "sysmon takes a P at its first look at a system call",
        "sysmon.py",
        "    if not sysretake and ps(s)[p].mon_syscalltick != ps(s)[p].syscalltick:\n",
        "    if params(s)[0].gomaxprocs == 0:\n",
        "second_look-1",
    ),
    Fault(
        "sysmon preempts at its second look",
        "sysmon.py",
        "    elif ps(s)[p].mon_schedwhen + FORCE_PREEMPT <= now:\n",
        "    elif ps(s)[p].mon_schedwhen <= now:\n",
        "row07-1",
    ),
    Fault(
        "only one goroutine is taken from the global queue",
        "proc_queues.py",
        "    n = wp.min(wp.min(size, size / params(s)[0].gomaxprocs + 1), 128)\n",
        "    n = wp.min(size, 1)\n",
        "row08-1",
    ),
    Fault(
        "Broadcast wakes last-in-first-out",
        "sema.py",
        """        nxt = sudogs(s)[d].next
        sudogs(s)[d].next = 0
        sudogs(s)[d].waittail = nxt
        d = nxt
""",
        """        nxt = sudogs(s)[d].next
        sudogs(s)[d].next = 0
        sudogs(s)[d].waittail = 0
        if d != ps(s)[p].phase_a:
            sudogs(s)[d].waittail = ps(s)[p].phase_a
            ps(s)[p].phase_a = d
        d = nxt
""",
        "row03-1",
    ),
)
