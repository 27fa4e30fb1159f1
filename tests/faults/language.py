"""Faults of deferred calls, panics, maps and the collector."""

from tests.faults.fault import Fault, language

SURVIVES = "tests/contract/test_memory.py::test_what_is_reachable_survives"
LANGUAGE = (
    Fault(
        "deferred calls run first-in-first-out",
        "machine/panics.py",
        "    mem(s)[list_at] = wp.int64(record)\n",
        """    last = int(mem(s)[record + DEFER_NEXT])
    if last == 0:
        mem(s)[list_at] = wp.int64(record)
    else:
        while mem(s)[last + DEFER_NEXT] != wp.int64(0):
            last = int(mem(s)[last + DEFER_NEXT])
        mem(s)[last + DEFER_NEXT] = wp.int64(record)
        mem(s)[record + DEFER_NEXT] = wp.int64(0)
""",
        language("defers"),
    ),
    Fault(
        "a panic that is recovered ends the Goexit below it",
        "machine/panics.py",
        "older != 0 and mem(s)[older + KIND] != wp.int64(-PanicKind.GOEXIT)",
        "older != 0",
        language("panics"),
    ),
    Fault(
        "recover works in a function that the deferred one calls",
        "machine/panics.py",
        "    record = int(mem(s)[frame])\n    type_id = wp.int64(0)\n",
        """    record = int(mem(s)[frame])
    if record != 0 and not is_record(s, record):
        record = int(mem(s)[record])
    type_id = wp.int64(0)
""",
        language("panics"),
    ),
    Fault(
        "zero and minus zero are two keys of a map",
        "machine/maps.py",
        "bits << wp.int64(1) == wp.int64(0)",
        "False",
        language("maps"),
    ),
    Fault(
        "strings hash by their address",
        "machine/maps.py",
        "    word = wp.uint64(length)\n",
        "    word = wp.uint64(start)\n",
        language("maps"),
    ),
    Fault(
        "a slice is a key of a map",
        "machine/maps.py",
        "(made & HASHED) == wp.uint64(0)",
        "False",
        language("panic_unhashable"),
    ),
    Fault(
        "the collector forgets package variables",
        "machine/collector.py",
        "    mark_object(s, wp.int64(GLOBALS))\n",
        "    grey(s, 1, 0)\n    pages(s)[1].grey0 = wp.uint64(0)\n    world(s)[0].grey = 0\n",
        SURVIVES,
    ),
    Fault(
        "the collector forgets timers that only wait for their time",
        "machine/collector.py",
        "timers(s)[timer].mark != 0 and (timers(s)[timer].state & TimerState.HEAPED) != 0",
        "False",
        SURVIVES,
    ),
    Fault(
        "the collector forgets channels' buffers",
        "machine/collector.py",
        "                mark_object(s, wp.int64(chans(s)[chan].buf))\n",
        "                pass\n",
        SURVIVES,
    ),
    Fault(
        "the collector looks at the first element of an array alone",
        "machine/collector.py",
        "        if k == period:\n            k = 0\n",
        "        if k == period:\n            i = words\n            k = 0\n",
        SURVIVES,
    ),
    Fault(
        "a register that is not read again keeps its object from its cleanup",
        "machine/unreachable.py",
        "(lives(s)[live + (i >> 5)] >> (i & 31)) & 1 != 0",
        "True",
        language("cleanups"),
    ),
    Fault(
        "arguments of cleanups keep nothing from theirs",
        "goruntime/cleanup.py",
        "        mark_object(s, mem(s)[special + CALL])\n",
        "        pass\n",
        language("cleanups"),
    ),
    Fault(
        "a cleanup that was stopped runs",
        "goruntime/cleanup.py",
        "mem(s)[special + ID] == id",
        "False",
        language("cleanups"),
    ),
)
