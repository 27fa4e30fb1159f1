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
        """        s.t[0].sudogs[s.w, d].waittail = head
        head = d
        d = recvq_dequeue(s, c)
""",
        """        if head == 0:
            head = d
        else:
            last = head
            while s.t[0].sudogs[s.w, last].waittail != 0:
                last = s.t[0].sudogs[s.w, last].waittail
            s.t[0].sudogs[s.w, last].waittail = d
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
    spend(s, s.t[0].params[s.w].gosched)
""",
        """    s.t[0].rings[s.w, p, s.t[0].ps[s.w, p].tail & 255] = g
    s.t[0].ps[s.w, p].tail += 1
    wakep(s, now)
    spend(s, s.t[0].params[s.w].gosched)
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
        """        s.t[0].rings[s.w, p, (t + i) & 255] = s.t[0].rings[s.w, victim, (h + i) & 255]
    s.t[0].ps[s.w, p].tail = t + n - 1
    s.t[0].ps[s.w, victim].head = h + n
    return s.t[0].rings[s.w, victim, (h + n - 1) & 255]
""",
        """        s.t[0].rings[s.w, p, (t + i) & 255] = s.t[0].rings[s.w, victim, (h + 1 + i) & 255]
    s.t[0].ps[s.w, p].tail = t + n - 1
    s.t[0].ps[s.w, victim].head = h + n
    return s.t[0].rings[s.w, victim, h & 255]
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
        """    old = s.t[0].ps[s.w, p].runnext
    s.t[0].ps[s.w, p].runnext = g
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
        """        globrunqput(s, s.t[0].rings[s.w, p, (h + i) & 255])
    s.t[0].ps[s.w, p].head = h + 128
""",
        """        globrunqput(s, s.t[0].rings[s.w, p, (h + 128 + i) & 255])
    s.t[0].ps[s.w, p].tail = h + 128
""",
        "row06-1",
    ),
    Fault(
        "a starving mutex is not handed off",
        "sema.py",
        "    if handoff and cansemacquire(s, addr):\n",
        "    if handoff and s.t[0].mem[s.w, addr] < wp.int64(0):\n",
        "handoff-1",
    ),
    Fault(
        "sysmon takes a P at its first look at a system call",
        "sysmon.py",
        "    if not sysretake and s.t[0].ps[s.w, p].mon_syscalltick != s.t[0].ps[s.w, p].syscalltick:\n",
        "    if s.t[0].params[s.w].gomaxprocs == 0:\n",
        "row10-1",
    ),
    Fault(
        "sysmon preempts at its second look",
        "sysmon.py",
        "    elif s.t[0].ps[s.w, p].mon_schedwhen + FORCE_PREEMPT <= now:\n",
        "    elif s.t[0].ps[s.w, p].mon_schedwhen <= now:\n",
        "row07-1",
    ),
    Fault(
        "only one goroutine is taken from the global queue",
        "proc_queues.py",
        "    n = wp.min(wp.min(size, size / s.t[0].params[s.w].gomaxprocs + 1), 128)\n",
        "    n = wp.min(size, 1)\n",
        "row08-1",
    ),
    Fault(
        "Broadcast wakes last-in-first-out",
        "sema.py",
        """        nxt = s.t[0].sudogs[s.w, d].next
        s.t[0].sudogs[s.w, d].next = 0
        s.t[0].sudogs[s.w, d].waittail = nxt
        d = nxt
""",
        """        nxt = s.t[0].sudogs[s.w, d].next
        s.t[0].sudogs[s.w, d].next = 0
        s.t[0].sudogs[s.w, d].waittail = 0
        if d != s.t[0].ps[s.w, p].phase_a:
            s.t[0].sudogs[s.w, d].waittail = s.t[0].ps[s.w, p].phase_a
            s.t[0].ps[s.w, p].phase_a = d
        d = nxt
""",
        "row03-1",
    ),
)
