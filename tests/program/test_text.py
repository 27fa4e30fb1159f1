"""Stored programs: nothing is lost, damage is told, and hostile text does no harm."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import IMM, Kind, Op
from gpusched.program.assemble import QUANTILE_ROWS
from gpusched.program.builder import Builder
from gpusched.program.disassembly import disassemble
from gpusched.program.ir import Label
from gpusched.program.program import Constant, Program
from gpusched.program.text import dumps, loads
from gpusched.program.verify import verify


def sample() -> Program:
    """A program with something in each of its tables."""
    build = Builder()
    address = build.variable()
    work = build.func("main.work", [Kind.CHAN, Kind.SCALAR], 1)
    work.send(work.params[0], work.params[1])
    index, _, received = work.select([(work.params[0], None), (work.params[0], 3)], blocking=False)
    work.ret([work.binary(Op.ADD, index, received[0])])
    main = build.func("main.main")
    channel = main.make_chan(1)
    main.go(work, [channel, 1 << 40])
    main.defer(work, [channel, 2])
    main.output(main.load(main.new(3), 1))
    past = Label()
    main.branch(Op.JLT, main.load(main.new(1)), 5, past)
    main.output(4)
    main.label(past)
    main.run_defers()
    main.ret([])
    program = build.program(main)
    constants = (
        Constant("N", address, "int", 7),
        Constant("rate", 0, "float", 0.1),
        Constant("on", 0, "bool", True),
        Constant('a "b" c', 0, "string", "x\ny é"),
    )
    table = np.zeros((1, QUANTILE_ROWS), np.int64)
    return replace(program, constants=constants, initial={address: -5}, tables=np.array([[2, 0]], np.int64), quantiles=table, histograms=("sojourn", "ü"))


def signed_again(text: str) -> str:
    """The text with its last line made right."""
    body = text[: text.rindex("\nend ")]
    return f"{body}\nend {hashlib.sha256(body.encode()).hexdigest()}\n"


def test_nothing_is_lost() -> None:
    program = sample()
    again = loads(dumps(program))
    assert dumps(again) == dumps(program)
    for name in ("code", "consts", "funcs", "types", "kinds", "itab", "implements", "rodata", "quantiles", "tables"):
        assert np.array_equal(getattr(again, name), getattr(program, name)), name
        assert getattr(again, name).dtype == getattr(program, name).dtype, name
    assert (again.constants, again.initial, again.histograms, again.lifetimes) == (program.constants, program.initial, program.histograms, program.lifetimes)
    assert (again.positions, again.files, again.functions, again.type_names) == (program.positions, program.files, program.functions, program.type_names)


def test_a_changed_byte_is_told() -> None:
    text = dumps(sample())
    with pytest.raises(GpuschedError, match="damaged"):
        loads(text.replace("SEND", "RECV", 1))
    with pytest.raises(GpuschedError, match="no stored program"):
        loads("something else\n")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["0", "-1", "7", "999999", "-2147483648", "2147483647", "99999999999999999999", "x", "", '"', "CALL", "1e9"]))
@example(48, "999999")
def test_hostile_words_do_no_harm(place: int, word: str) -> None:
    lines = dumps(sample()).split("\n")
    changed = place % (len(lines) - 2)
    words = lines[changed].split(" ")
    words[place % len(words)] = word
    lines[changed] = " ".join(words)
    try:
        program = loads(signed_again("\n".join(lines)))
    except GpuschedError:
        return
    verify(program, QUANTILE_ROWS)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.integers(0, 5000))
def test_hostile_text_does_no_harm(text: str, cut: int) -> None:
    whole = dumps(sample())
    with pytest.raises(GpuschedError):
        loads(whole[: cut % (len(whole) - 1)] + text + "\n")


@pytest.mark.parametrize(
    ("op", "column", "value", "words"),
    [
        (Op.JLT + IMM, "a", 1, "a jump leaves its function"),
        (Op.LDI, "a", 500, "register 500 does not exist"),
        (Op.LDK, "c", 9, "constant 9 does not exist"),
        (Op.GO, "a", 77, "function 77 does not exist"),
        (Op.GO, "b", 1, "another number of arguments"),
        (Op.ALLOC, "c", 4000, "a type does not exist"),
        (Op.SYS, "c", 5, "native 5 does not exist"),
        (Op.RET, "b", 40000, "too few rows"),
        (Op.SELECT, "b", 60000, "too few rows"),
    ],
)
def test_numbers_beyond_their_tables(op: Op, column: str, value: int, words: str) -> None:
    program = sample()
    rows = np.flatnonzero(program.code["op"] == op)
    program.code[column][rows[0]] = value
    with pytest.raises(GpuschedError, match=words):
        verify(program, QUANTILE_ROWS)


def test_disassembly_shows_functions_and_source() -> None:
    text = disassemble(sample(), {"built.py": "\n" * 2000})
    assert "main.work: 2 words in, 1 out" in text
    assert "SELECT" in text
    assert "built.py:1" in text
