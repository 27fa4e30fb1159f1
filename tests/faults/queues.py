"""Faults of run queues, channels, semaphores and sysmon."""

from tests.faults.fault import Fault, conformance

LOCKED = "tests/conformance/test_conformance.py::test_each_turn_of_a_locked_goroutine_wakes_a_thread"
QUEUES = (
    Fault(
        "close wakes first-in-first-out",
        "goruntime/chan.py",
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
        conformance("row02-1"),
    ),
    Fault(
        "Gosched to the tail of the local ring",
        "goruntime/proc_queues.py",
        """    gs(s)[g].link = 0
    if world(s)[0].runq_size == 0:
        world(s)[0].runq_head = g
    else:
        gs(s)[world(s)[0].runq_tail].link = g
    world(s)[0].runq_tail = g
    world(s)[0].runq_size += 1
""",
        """    p = world(s)[0].actor
    rings(s)[p * 256 + (ps(s)[p].tail & 255)] = g
    ps(s)[p].tail += 1
""",
        conformance("gosched-1"),
    ),
    Fault(
        "no look at the global queue at ticks divisible by 61",
        "goruntime/proc_schedule.py",
        "ps(s)[p].schedtick % wp.uint32(61) == wp.uint32(0)",
        "False",
        conformance("row05-1"),
    ),
    Fault(
        "a thief takes a quarter",
        "goruntime/proc_queues.py",
        "    n = n - n / 2\n",
        "    n = (n + 3) / 4\n",
        conformance("row09-2"),
    ),
    Fault(
        "a thief runs the oldest of what it stole first",
        "goruntime/proc_queues.py",
        """    for i in range(n - 1):
        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + ((h + n - 1) & 255)]
""",
        """    for i in range(n - 1):
        rings(s)[p * 256 + ((t + i) & 255)] = rings(s)[victim * 256 + ((h + 1 + i) & 255)]
    ps(s)[p].tail = t + n - 1
    ps(s)[victim].head = h + n
    return rings(s)[victim * 256 + (h & 255)]
""",
        conformance("row09-2"),
    ),
    Fault(
        "new waiters at a semaphore queue last-in-first-out",
        "goruntime/sema.py",
        "t != 0 and lifo",
        "t != 0",
        conformance("row03-1"),
    ),
    Fault(
        "runnext does not inherit the time slice",
        "goruntime/proc_schedule.py",
        "        execute(s, p, g, True, now)\n",
        "        execute(s, p, g, False, now)\n",
        conformance("row04-1"),
    ),
    Fault(
        "a readied goroutine goes to the ring's tail instead of runnext",
        "goruntime/proc_queues.py",
        """    old = ps(s)[p].runnext
    ps(s)[p].runnext = g
    if old != 0:
        runqput_tail(s, p, old)
""",
        """    runqput_tail(s, p, g)
""",
        conformance("row01-1"),
    ),
    Fault(
        "overflow moves the newest half of the ring",
        "goruntime/proc_queues.py",
        """    for i in range(128):
        globrunqput(s, rings(s)[p * 256 + ((h + i) & 255)])
    ps(s)[p].head = h + 128
""",
        """    for i in range(128):
        globrunqput(s, rings(s)[p * 256 + ((h + 128 + i) & 255)])
    ps(s)[p].tail = h + 128
""",
        conformance("row06-1"),
    ),
    Fault(
        "a starving mutex is not handed off",
        "goruntime/sema.py",
        """    if handoff and cansemacquire(s, addr):
        sudogs(s)[d].ticket = wp.uint32(1)
""",
        "    pass\n",
        conformance("handoff-1"),
    ),
    Fault(
        "sysmon takes a P at its first look at a system call",
        "goruntime/sysmon.py",
        "not sysretake and ps(s)[p].mon_syscalltick != ps(s)[p].syscalltick",
        "False",
        conformance("second_look-1"),
    ),
    Fault(
        "sysmon preempts at its second look",
        "goruntime/sysmon.py",
        "ps(s)[p].mon_schedwhen + FORCE_PREEMPT <= now",
        "ps(s)[p].mon_schedwhen <= now",
        conformance("row07-1"),
    ),
    Fault(
        "only one goroutine is taken from the global queue",
        "goruntime/proc_queues.py",
        "    n = wp.min(wp.min(size, size / world(s)[0].gomaxprocs + 1), 128)\n",
        "    n = wp.min(size, 1)\n",
        conformance("row08-1"),
    ),
    Fault(
        "Broadcast wakes last-in-first-out",
        "goruntime/sema.py",
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
        conformance("row03-1"),
    ),
    Fault(
        "a locked goroutine runs on the thread that found it",
        "goruntime/proc_execute.py",
        "    if ms(s)[m].lockedg == g:\n        return False\n",
        "    if ms(s)[m].lockedg != 0 or m > 0:\n        return False\n",
        LOCKED,
    ),
    Fault(
        "a locked thread keeps its P when its goroutine leaves it",
        "goruntime/proc_execute.py",
        "m == 0 or ps(s)[p].g != 0 or ps(s)[p].phase != int(PPhase.NONE)",
        "True",
        LOCKED,
    ),
)
