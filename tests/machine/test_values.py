"""Slices, strings, interfaces, local natives and output events, by instructions put together by hand."""

import pytest

from gpusched.goruntime.state import GLOBALS, Overflow, PanicKind, Status
from gpusched.machine.decode import events, output_text
from gpusched.machine.opcodes import Kind, Native, Op, OutputFormat
from gpusched.program.program import TYPE_WORDS
from tests.machine.harness import Assembler, Bench, R

P, S = Kind.POINTER, Kind.SCALAR

CAPACITIES = {
    "int": ((S,), 8, (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792, 2560, 3408, 5120)),
    "byte": ((S,), 1, (8, 16, 32, 64, 128, 256, 512, 896, 1408, 2048, 3072)),
    "string": ((P, S), 16, (1, 2, 4, 8, 16, 32, 71, 143, 303, 591, 1023, 1535, 2560)),
    "struct{x, y int; name string}": ((S, S, P, S), 32, (1, 2, 4, 8, 16, 35, 71, 151, 303)),
    "int32": ((S,), 4, (2, 4, 8, 16, 32, 64, 128, 256, 512, 864, 1344)),
    "[3]byte": ((S, S, S), 3, (2, 5, 10, 21, 42, 85, 170, 341, 682, 1066)),
    "struct{}": ((), 0, (1, 2, 3)),
}
"""Words, bytes and the capacities that appending one by one gives, as Go 1.27 prints them for package variables."""


@pytest.mark.parametrize("name", CAPACITIES)
def test_append_grows_as_gos_does(name):
    kinds, size, expected = CAPACITIES[name]
    a = Assembler((S,) * 32)
    element = a.type(kinds)
    grow = [(Op.GROWSLICE, 0, 0, 1), (Op.ARG, 2, 3, 1), (Op.ARG, element, size, -1)]
    rows = [(Op.LDI, 4, 0, GLOBALS)]
    for i in range(len(expected)):
        rows += [(Op.MOV, 1, 2), (Op.ADD + R, 3, 2, 1), *grow, (Op.STORE, 4, 2, i)]
    a.func([*rows, (Op.RET,)], (P, S, S, S, S))
    bench = Bench(a.program()).run()
    assert tuple(bench.word(i) for i in range(len(expected))) == expected


def test_growing_keeps_the_elements():
    a = Assembler()
    rows = [(Op.LDI, 3, 0, 3), (Op.MAKESLICE, 0, 3, 3), (Op.ARG, TYPE_WORDS), (Op.LDI, 4, 0, 42), (Op.STORE, 0, 4, 2), (Op.LDI, 5, 0, 4)]
    grow = [(Op.GROWSLICE, 1, 0, 3), (Op.ARG, 2, 5, 3), (Op.ARG, TYPE_WORDS, 8, -1)]
    a.func([*rows, *grow, (Op.LOAD, 4, 1, 2), (Op.LDI, 5, 0, GLOBALS), (Op.STORE, 5, 4, 0), (Op.STORE, 5, 2, 1), (Op.RET,)], (P, P, S, S, S, S))
    bench = Bench(a.program()).run()
    assert (bench.word(0), bench.word(1)) == (42, 6)


def test_copies_that_overlap_both_ways_and_copies_of_constants():
    a = Assembler()
    addr, length = a.text("abc")
    rows = [(Op.LDI, 0, 0, GLOBALS), (Op.LDI, 1, 0, addr), (Op.LDI, 2, 0, length), (Op.COPY, 0, 1, 2), (Op.ADD + R, 3, 0, 1), (Op.COPY, 3, 0, 2)]
    rows += [(Op.ADD + R, 4, 0, 8), (Op.LDI, 5, 0, 4), (Op.COPY, 4, 0, 5), (Op.ADD + R, 6, 4, 1), (Op.LDI, 5, 0, 3), (Op.COPY, 4, 6, 5), (Op.RET,)]
    a.func(rows)
    bench = Bench(a.program()).run()
    assert "".join(chr(bench.word(i)) for i in range(4)) == "aabc"
    assert "".join(chr(bench.word(8 + i)) for i in range(4)) == "abcc"


def strings(*texts: str) -> tuple[Assembler, list]:
    """An assembler and rows that put constant strings into registers 0, 1, then 2, 3 and so on."""
    a, rows = Assembler(), []
    for i, text in enumerate(texts):
        addr, length = a.text(text)
        rows += [(Op.LDI, 2 * i, 0, addr if length else 0), (Op.LDI, 2 * i + 1, 0, length)]
    return a, rows


@pytest.mark.parametrize(("x", "y", "order"), [("abc", "abd", -1), ("abc", "ab", 1), ("", "a", -1), ("same", "same", 0), ("é", "z", 1)])
def test_strings_compare_by_bytes(x, y, order):
    a, rows = strings(x, y)
    a.func([*rows, (Op.STRCMP, 4, 0, 2), (Op.ARG, 1, 3, -1), (Op.LDI, 5, 0, GLOBALS), (Op.STORE, 5, 4, 0), (Op.RET,)])
    assert Bench(a.program()).run().word(0) == order


@pytest.mark.parametrize(("x", "y"), [("ab", "cde"), ("", "x"), ("x", ""), ("", ""), ("a" * 600, "b")])
def test_concatenation(x, y):
    a, rows = strings(x, y)
    join = [(Op.STRCAT, 4, 0, 0), (Op.ARG, 0, 1, 2), (Op.ARG, 3, 5, -1)]
    a.func([*rows, *join, (Op.LDI, 6, 0, GLOBALS), (Op.STORE, 6, 4, 0), (Op.STORE, 6, 5, 1), (Op.RET,)])
    bench = Bench(a.program()).run()
    addr, length = bench.word(0), bench.word(1)
    words = bench.program.rodata[-addr - 1 : -addr - 1 + length] if addr < 0 else bench.mem[0, addr : addr + length]
    assert "".join(chr(word) for word in words) == x + y


@pytest.mark.parametrize(
    ("rule", "words", "x", "y", "result"),
    [(0, 2, (1, 2), (1, 2), 1), (0, 2, (1, 2), (1, 3), 0), (3, 1, (1,), (1,), None)],
)
def test_interfaces_compare_by_the_rule_of_their_type(rule, words, x, y, result):
    a = Assembler()
    kind = a.type((S,) * words, rule)
    rows = [(Op.LDI, 0, 0, kind), (Op.ALLOC, 1, 0, kind), (Op.ALLOC, 2, 0, kind), (Op.LDI, 5, 0, GLOBALS)]
    for reg, values in ((1, x), (2, y)):
        for i, value in enumerate(values):
            rows += [(Op.LDI, 3, 0, value), (Op.STORE, reg, 3, i)]
    a.func([*rows, (Op.IFACEEQ, 4, 0, 0), (Op.ARG, 1, 2, -1), (Op.STORE, 5, 4, 0), (Op.RET,)], (S, P, P, S, S, S))
    bench = Bench(a.program()).run()
    if result is None:
        assert bench.worlds["panic_kind"][0] == PanicKind.UNCOMPARABLE
        assert bench.worlds["panic_a"][0] == kind
    else:
        assert bench.word(0) == result


def test_interfaces_of_structs_compare_field_by_field():
    """struct{n int; s string; i any} with equal texts at two addresses and an int in the interface."""
    a = Assembler()
    number = a.type((S,))
    struct = a.type((S, P, S, S, P), 4, fields=(3, 0, 0, 1, 1, 1, 2, 3, 2, 2))
    first, size = a.text("same")
    second, _ = a.text("same")
    rows = [(Op.LDI, 0, 0, struct), (Op.LDI, 6, 0, number), (Op.LDI, 7, 0, size)]
    for reg, text in ((1, first), (2, second)):
        rows += [(Op.ALLOC, reg, 0, struct), (Op.LDI, 3, 0, text), (Op.STORE, reg, 3, 1), (Op.STORE, reg, 7, 2), (Op.STORE, reg, 6, 3)]
        rows += [(Op.ALLOC, 4, 0, number), (Op.STORE, 4, 7, 0), (Op.STORE, reg, 4, 4)]
    same = [(Op.IFACEEQ, 5, 0, 0), (Op.ARG, 1, 2, -1), (Op.LDI, 3, 0, GLOBALS), (Op.STORE, 3, 5, 0)]
    other = [(Op.LDI, 7, 0, 9), (Op.STORE, 4, 7, 0), (Op.IFACEEQ, 5, 0, 0), (Op.ARG, 1, 2, -1), (Op.STORE, 3, 5, 1), (Op.RET,)]
    a.func([*rows, *same, *other], (S, P, P, S, P, S, S, S))
    bench = Bench(a.program()).run()
    assert (bench.word(0), bench.word(1)) == (1, 0)


def test_natives_of_strings_and_floats():
    a, rows = strings("hello")
    to = [(Op.NATIVE, 2, 2, Native.STR_TO_BYTES), (Op.ARG, 0, 1, -1), (Op.NATIVE, 5, 2, Native.STR_FROM_BYTES), (Op.ARG, 2, 3, -1)]
    a.func([*rows, *to, (Op.LDI, 7, 0, GLOBALS), *((Op.STORE, 7, reg, reg) for reg in range(2, 7)), (Op.RET,)])
    bench = Bench(a.program()).run()
    assert (bench.word(3), bench.word(4), bench.word(6)) == (5, 8, 5)
    assert bytes(bench.mem[0, bench.word(5) : bench.word(5) + 5].astype("u1")) == b"hello"


def test_a_native_that_is_folded_at_compile_time_ends_the_world():
    a = Assembler()
    a.func([(Op.NATIVE, 0, 0, Native.HISTOGRAM), (Op.RET,)])
    assert Bench(a.program()).run().worlds["status"][0] == Status.REFUSED


def printing(repeat: int = 1) -> Assembler:
    """A program that prints "né", 7 and nil with Println, ``repeat`` times."""
    a, rows = strings("né")
    text, number = a.type((P, S), 1), a.type((S,))
    box = [(Op.LDI, 2, 0, text), (Op.ALLOC, 3, 0, text), (Op.STORE, 3, 0, 0), (Op.STORE, 3, 1, 1)]
    box += [(Op.LDI, 4, 0, number), (Op.ALLOC, 5, 0, number), (Op.LDI, 6, 0, 7), (Op.STORE, 5, 6, 0), (Op.LDI, 7, 0, OutputFormat.PRINTLN)]
    call = [(Op.SYS, -1, 7, Native.OUTPUT), (Op.ARG, 7, 2, 3), (Op.ARG, 4, 5, 8), (Op.ARG, 9, -1, -1)]
    a.func([*rows, *box, *call * repeat, (Op.RET,)], (P, S, S, P, S, P, S, S, S, P))
    return a


def printed(bench: Bench) -> str:
    """What the first world wrote; the last two types are string and int."""
    names = ("",) * (len(bench.program.types) - 3) + ("string", "int", "")
    object.__setattr__(bench.program, "type_names", names)
    object.__setattr__(bench.program, "type_kinds", names)
    return output_text(bench.out[0], int(bench.worlds["out_n"][0]), bench.program)


def test_output_is_recorded_with_time_and_goid():
    bench = Bench(printing(2).program())
    bench.gs["goid"][0, 1] = 5
    bench.run()
    assert printed(bench) == "né 7 <nil>\n" * 2
    assert [(form, goid) for form, _, goid, _ in events(bench.out[0], int(bench.worlds["out_n"][0]))] == [(OutputFormat.PRINTLN, 5)] * 2


def test_output_beyond_the_limit_is_counted():
    bench = Bench(printing(5).program(), output_words=25).run()
    assert bench.worlds["output_dropped"][0] == 3
    assert printed(bench) == "né 7 <nil>\n" * 2


def test_output_that_finds_no_room_stalls_before_any_effect():
    bench = Bench(printing(3).program())
    bench.out = bench.out[:, :20]
    bench.step(100)
    assert bench.worlds["overflow"][0] == Overflow.OUT
    assert printed(bench) == "né 7 <nil>\n" * 2
