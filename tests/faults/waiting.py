"""Faults of select, timers, the poller and system calls."""

from tests.faults.fault import Fault, conformance, language

STOP = """    if (state & HEAPED) != 0:
        if (state & ZOMBIE) == 0 and timers(s)[t].bubble == wp.int64(0):
            ps(s)[timers(s)[t].p].zombies += 1
        timers(s)[t].state = state | MODIFIED | ZOMBIE
"""
WAITING = (
    Fault(
        "select looks at its cases from the first to the last",
        "goruntime/select.py",
        "        k = int((wp.uint64(word) * wp.uint64(left)) >> wp.uint64(32))\n",
        "        k = int(0)\n",
        conformance("poll_order-1"),
    ),
    Fault(
        "only the first look of a select is at a random case",
        "goruntime/select.py",
        "        left -= 1\n",
        "        left -= 1\n        x = wp.uint32(0)\n",
        conformance("poll_order-1"),
    ),
    Fault(
        "a select that was served stays in its other channels' queues",
        "goruntime/select.py",
        "            dequeue_sudog(s, c, d, code(s)[row + 2 + i].a == SEND)\n",
        "            pass\n",
        conformance("select-1"),
    ),
    Fault(
        "several cases and default: default though one could proceed",
        "goruntime/select.py",
        "    r = poll(s, p, g, row, n, draw, first, now)\n",
        "    r = int(-1)\n    if code(s)[row + 1].a != 0:\n        r = poll(s, p, g, row, n, draw, first, now)\n",
        conformance("select-1"),
    ),
    Fault(
        "one case and default: default though it could proceed",
        "goruntime/select.py",
        "cannot_proceed(s, c, send)",
        "True",
        language("select_forms"),
    ),
    Fault(
        "a select that close wakes takes it for a value",
        "goruntime/select.py",
        "            success = (sudogs(s)[d].flags & SUCCESS) != 0\n",
        "            success = bool(True)\n",
        conformance("select-1"),
    ),
    Fault(
        "of two cases of one channel the first is always served",
        "goruntime/select.py",
        "    turn = int(draw % wp.uint32(n))\n",
        "    turn = int(0)\n",
        conformance("same_channel-1"),
    ),
    Fault(
        "timer heaps sift up as with two children",
        "goruntime/time.py",
        "        parent = (i - 1) / 4\n",
        "        parent = (i - 1) / 2\n",
        "tests/contract/test_invariants.py::test_invariants[sleep_storm]",
    ),
    Fault(
        "a stopped timer leaves its heap at once",
        "goruntime/time.py",
        STOP,
        STOP + "        adjust(s, timers(s)[t].p, wp.int64(0), True)\n",
        "tests/contract/test_timers.py::test_stopped_timers_stay_until_they_are_more_than_a_quarter",
    ),
    Fault(
        "stopped timers are never removed",
        "goruntime/time.py",
        "owner == p and ps(s)[p].zombies > ps(s)[p].timers / 4",
        "False",
        "tests/contract/test_timers.py::test_stopped_timers_stay_until_they_are_more_than_a_quarter",
    ),
    Fault(
        "a stopped timer fires",
        "goruntime/time.py",
        STOP,
        "    pass\n",
        conformance("timer_reset-1"),
    ),
    Fault(
        "Reset of a timer that is pending changes nothing",
        "goruntime/time.py",
        "    timers(s)[t].period = period\n    timers(s)[t].when = when\n",
        "    timers(s)[t].period = period\n    if not was_pending:\n        timers(s)[t].when = when\n",
        conformance("timer_reset-1"),
    ),
    Fault(
        "the next tick is a period after the last one was taken",
        "goruntime/time.py",
        "        follow = when + period * (wp.int64(1) + (at - when) / period)\n",
        "        follow = at + period\n",
        conformance("ticker-1"),
    ),
    Fault(
        "a late ticker makes up for every tick that it missed",
        "goruntime/time.py",
        "        follow = when + period * (wp.int64(1) + (at - when) / period)\n",
        "        follow = when + period\n",
        conformance("ticker-1"),
    ),
    Fault(
        "the poller waits shorter than a millisecond",
        "goruntime/proc_find_runnable.py",
        """    if delay < MILLISECOND:
        delay = MILLISECOND
    else:
        delay = delay / MILLISECOND * MILLISECOND
""",
        "    pass\n",
        conformance("granularity-1"),
    ),
    Fault(
        "all goroutines of a poll go to the poller's own ring",
        "goruntime/netpoll.py",
        "    idle = world(s)[0].npidle\n",
        "    idle = int(0)\n",
        "tests/contract/test_poller.py::test_a_poll_hands_a_goroutine_to_each_idle_p",
    ),
    Fault(
        "a P without work does not look at the poller",
        "goruntime/proc_find_runnable.py",
        "world(s)[0].netpoll_waiters > 0 and world(s)[0].lastpoll != wp.int64(0)",
        "False",
        "tests/contract/test_poller.py::test_a_p_without_work_polls_before_it_idles",
    ),
    Fault(
        "sysmon does not poll",
        "goruntime/sysmon.py",
        "lastpoll != wp.int64(0) and lastpoll + POLL_AFTER < now",
        "False",
        conformance("sysmon_poll-1"),
    ),
    Fault(
        "sysmon takes no P from a system call",
        "goruntime/sysmon.py",
        "not blocked_in_syscall(s, p)",
        "True",
        conformance("row10-1"),
    ),
    Fault(
        "a P taken from a system call idles",
        "goruntime/proc_wake.py",
        "    spend(s, params(s)[0].handoff)\n",
        "    pidleput(s, p)\n    return\n",
        conformance("row10-1"),
    ),
    Fault(
        "a thread whose system call ends takes no idle P",
        "goruntime/syscall.py",
        "        p = pidleget(s)\n",
        "        p = int(0)\n",
        conformance("row10-1"),
    ),
)
