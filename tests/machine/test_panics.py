"""Deferred calls, panics, Goexit and recover; the words of run-time panics."""

import pytest

from gpusched.goruntime.state import GLOBALS, PanicKind, Status
from gpusched.machine.decode import status_text
from gpusched.machine.opcodes import Kind, Op, SliceOf
from tests.machine.harness import Assembler, Bench

P, S = Kind.POINTER, Kind.SCALAR


def text(bench: Bench) -> str:
    """How the first world ended."""
    return status_text(bench.worlds[0], bench.program, bench.mem[0])


def log(a: Assembler) -> int:
    """A function that appends its argument, one digit, to the number in the first global."""
    return a.func(
        [(Op.LDI, 1, 0, GLOBALS), (Op.LOAD, 2, 1, 0), (Op.LDI, 3, 0, 10), (Op.MUL, 2, 2, 3), (Op.ADD, 2, 2, 0), (Op.STORE, 1, 2, 0), (Op.RET,)], params=1
    )


def defer_logs(a: Assembler, record: int, *digits: int) -> list:
    """Rows that defer calls of function 1 with these digits."""
    return [row for digit in digits for row in ((Op.LDI, 2, 0, digit), (Op.DEFER, 1, 1, record), (Op.ARG, 2, -1, -1))]


def test_deferred_calls_run_newest_first_at_the_end_and_in_a_panic():
    for end, status in (([(Op.RUNDEFERS,), (Op.RET,)], Status.COMPLETED), ([(Op.LOAD, 3, 4, 0)], Status.PANIC)):
        a = Assembler()
        record = a.type((P, P, S, S))
        a.func([*defer_logs(a, record, 1, 2, 3), *end], (P, S, S, S, P), defers=0)
        log(a)
        bench = Bench(a.program()).run()
        assert bench.word(0) == 321
        assert bench.worlds["status"][0] == status
    assert text(bench).startswith("panic: runtime error: invalid memory address or nil pointer dereference")


def test_a_panic_unwinds_callers_and_a_newer_one_replaces_it():
    """Main defers 1, calls f; f defers g and panics by dividing; g panics by a nil load after logging 5."""
    a = Assembler()
    record, bare = a.type((P, P, S, S)), a.type((P, P, S))
    a.func([*defer_logs(a, record, 1), (Op.CALL, 2, 0, 0), (Op.RUNDEFERS,), (Op.RET,)], (P, S, S, S), defers=0)
    log(a)
    a.func([(Op.DEFER, 3, 0, bare), (Op.LDI, 1, 0, 0), (Op.DIV, 1, 1, 1), (Op.RET,)], (P, S), defers=0)
    a.func([(Op.LDI, 0, 0, 5), (Op.CALL, 1, 1, 0), (Op.ARG, 0, -1, -1), (Op.LDI, 0, 0, 0), (Op.LOAD, 0, 0, 0), (Op.RET,)])
    bench = Bench(a.program()).run()
    assert bench.word(0) == 51
    assert bench.worlds["panic_kind"][0] == PanicKind.NIL_DEREFERENCE
    assert text(bench).startswith("panic: runtime error: integer divide by zero\n\tpanic: runtime error: invalid memory address")


def test_recover_stops_the_panic_runs_the_other_defers_and_returns():
    """F defers 7 and then g, which recovers; f panics; main goes on and logs 9."""
    a = Assembler()
    record, bare = a.type((P, P, S, S)), a.type((P, P, S))
    a.func([(Op.CALL, 2, 0, 0), (Op.LDI, 0, 0, 9), (Op.CALL, 1, 1, 0), (Op.ARG, 0, -1, -1), (Op.RET,)])
    log(a)
    rows = [*defer_logs(a, record, 7), (Op.DEFER, 3, 0, bare), (Op.LDI, 1, 0, 0), (Op.DIV, 1, 1, 1), (Op.RET,), (Op.RET,)]
    a.func(rows, (P, S, S), defers=0, recover=7)
    a.func([(Op.RECOVER, 0), (Op.LDI, 2, 0, GLOBALS), (Op.STORE, 2, 0, 1), (Op.RECOVER, 0), (Op.STORE, 2, 0, 2), (Op.RET,)], (S, P, S))
    bench = Bench(a.program()).run()
    assert bench.worlds["status"][0] == Status.COMPLETED
    assert bench.word(0) == 79
    assert bench.word(1) != 0
    assert bench.word(2) == 0


def index_panic(index: int, length: int) -> list:
    return [(Op.LDI, 0, 0, index), (Op.LDI, 1, 0, length), (Op.LDI, 2, 0, GLOBALS), (Op.INDEX, 3, 2, 0), (Op.ARG, 1, 1, 0)]


def slice_panic(low: int, high: int, top: int | None, capacity: int, what: SliceOf) -> list:
    return [
        (Op.LDI, 0, 0, low),
        (Op.LDI, 1, 0, high),
        (Op.LDI, 2, 0, top or 0),
        (Op.LDI, 3, 0, capacity),
        (Op.SLICECHK, 0, 1, -1 if top is None else 2),
        (Op.ARG, 3, int(what), 3),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (index_panic(5, 3), "index out of range [5] with length 3"),
        (index_panic(-1, 3), "index out of range [-1]"),
        (slice_panic(0, 5, None, 4, SliceOf.SLICE), "slice bounds out of range [:5] with capacity 4"),
        (slice_panic(0, 5, None, 4, SliceOf.ARRAY), "slice bounds out of range [:5] with length 4"),
        (slice_panic(0, 5, None, 4, SliceOf.STRING), "slice bounds out of range [:5] with length 4"),
        (slice_panic(3, 2, None, 4, SliceOf.SLICE), "slice bounds out of range [3:2]"),
        (slice_panic(-3, 2, None, 4, SliceOf.SLICE), "slice bounds out of range [-3:]"),
        (slice_panic(0, 1, 9, 4, SliceOf.SLICE), "slice bounds out of range [::9] with capacity 4"),
        (slice_panic(0, 3, 2, 4, SliceOf.SLICE), "slice bounds out of range [:3:2]"),
        (slice_panic(2, 1, 3, 4, SliceOf.SLICE), "slice bounds out of range [2:1:]"),
        ([(Op.LDI, 0, 0, 0), (Op.REMU, 1, 1, 0)], "integer divide by zero"),
        ([(Op.LDI, 0, 0, -1), (Op.SHIFTCHK, 0, 0)], "negative shift amount"),
        ([(Op.LDI, 0, 0, -1), (Op.MAKESLICE, 1, 0, 0), (Op.ARG, 1)], "makeslice: len out of range"),
        ([(Op.LDI, 0, 0, 2), (Op.LDI, 1, 0, 1), (Op.MAKESLICE, 1, 0, 1), (Op.ARG, 1)], "makeslice: cap out of range"),
        ([(Op.CALLC, 0, 0, 0)], "invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0]"),
        ([(Op.FIELD, 1, 0, 1)], "invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0]"),
    ],
)
def test_run_time_panics_in_gos_words(rows, words):
    a = Assembler()
    a.func([*rows, (Op.RET,)])
    assert text(Bench(a.program()).run()) == f"panic: runtime error: {words}"


def test_a_panic_is_a_starting_instruction_of_an_action_of_its_own():
    a = Assembler()
    a.func([(Op.LDI, 0, 0, 0), (Op.LDI, 1, 0, 0), (Op.DIV, 1, 1, 0), (Op.RET,)])
    bench = Bench(a.program(), local_ps=1000)
    bench.step(1)
    assert bench.gs["pc"][0, 1] == bench.program.funcs["entry"][0] + 2
    assert bench.worlds["local_ps"][0] == 2000
    bench.run()
    assert bench.worlds["status"][0] == Status.PANIC
