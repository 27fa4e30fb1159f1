"""Kinds of local instructions: each is counted by itself, whatever the order; the costs of a kind and of a function's code come out to the picosecond."""

from dataclasses import replace

import numpy as np
import pytest

from gpusched.goruntime import state as tables
from gpusched.goruntime.state import MAX_SEGMENT
from gpusched.machine.kinds import COUNTED, FIELD_BITS, TOTAL_BITS, InsnKind, increment, kind_of
from gpusched.machine.opcodes import IMM, Kind, Op
from gpusched.program.program import Program
from tests.machine.harness import Assembler, Bench

COSTS = {"local_ps": 1, "move_ps": 10, "arithmetic_ps": 100, "multiply_ps": 10**3, "divide_ps": 10**4, "load_ps": 10**5, "store_ps": 10**6}
COSTS |= {"index_ps": 10**7, "branch_ps": 10**8}


def program(times: int) -> Program:
    """A loop with one instruction of each kind: per turn 2 moves, 2 additions, a product, a division, a load, a store, an index and a jump."""
    a = Assembler()
    body = [(Op.MOV, 4, 3), (Op.ADD, 5, 5, 1), (Op.MUL, 4, 5, 1), (Op.DIV, 4, 5, 1), (Op.INDEX, 6, 2, 1), (Op.ARG, 1, -1, 8), (Op.LOAD, 4, 6), (Op.STORE, 6, 4)]
    body += [(Op.FIELD, 7, 6), (Op.ADD + IMM, 0, 0, 1), (Op.JLT, 3, 0, 3)]
    a.func([(Op.LDI, 1, 0, 1), (Op.LDI, 2, 0, 140), (Op.LDI, 3, 0, times), *body, (Op.RET,)])
    return a.program()


def expected(times: int, costs: dict[str, int]) -> int:
    """Ps of ``program``."""
    turn = {"move_ps": 2, "arithmetic_ps": 2, "multiply_ps": 1, "divide_ps": 1, "load_ps": 1, "store_ps": 1, "index_ps": 1, "branch_ps": 1}
    return 3 * costs["move_ps"] + times * sum(costs[name] * n for name, n in turn.items())


@pytest.mark.parametrize("times", [1, 25, 26, 1000])
def test_each_kind_has_its_cost(times: int) -> None:
    """In segments that are full too; the return that ends the goroutine is no instruction of a segment."""
    assert Bench(program(times), by_kind=1, **COSTS).run().worlds["local_ps"][0] == expected(times, COSTS)


def test_a_segment_of_one_kind_fills_its_field() -> None:
    """As many divisions, stores and so on as an action may have."""
    for name, row in {"divide": (Op.DIV, 2, 1, 1), "multiply": (Op.MUL, 2, 1, 1), "store": (Op.STORE, 0, 1), "arithmetic": (Op.ADD, 2, 1, 1)}.items():
        a = Assembler()
        a.func([(Op.LDI, 0, 0, 140), (Op.LDI, 1, 0, 1), *[row] * (3 * MAX_SEGMENT), (Op.RET,)])
        found = Bench(a.program(), by_kind=1, **COSTS).run().worlds["local_ps"][0]
        assert found == 2 * COSTS["move_ps"] + 3 * MAX_SEGMENT * COSTS[f"{name}_ps"]


def jumps(pattern: list[int], times: int) -> Program:
    """Goes round so many times; in each turn a jump that is taken where the pattern, repeated, has a 1."""
    a = Assembler((Kind.SCALAR,) * len(pattern))
    words = [row for at, bit in enumerate(pattern) for row in ((Op.LDI, 1, 0, bit), (Op.LDI, 2, 0, tables.GLOBALS + at), (Op.STORE, 2, 1))]
    head = [*words, (Op.LDI, 4, 0, len(pattern)), (Op.LDI, 5, 0, times), (Op.LDI, 6, 0, tables.GLOBALS)]
    top = len(head)
    turn = [(Op.REM, 7, 0, 4), (Op.ADD, 7, 7, 6), (Op.LOAD, 7, 7), (Op.JNE + IMM, top + 5, 7, 0), (Op.MOV, 7, 7), (Op.ADD + IMM, 0, 0, 1), (Op.JLT, top, 0, 5)]
    a.func([*head, *turn, (Op.RET,)])
    return a.program()


def missed(pattern: list[int], times: int) -> int:
    """Jumps of ``jumps`` that were not foreseen."""
    return int(Bench(jumps(pattern, times), by_kind=1, mispredict_ps=1).run().worlds["local_ps"][0])


def test_loops_and_short_patterns_are_foreseen() -> None:
    """A loop's jump is learnt in seven turns, six histories each first counted as not taken and the last twice, and goes wrong at the end. So is a pattern."""
    assert missed([0], 10) == missed([0], 1000) == 8
    assert missed([1], 1000) == 8 + 7
    assert missed([0, 1], 100) == missed([0, 1], 3000) < 8 + 12
    assert missed([0, 0, 1, 1, 1], 200) == missed([0, 0, 1, 1, 1], 3000) < 8 + 24


def test_what_follows_no_pattern_is_missed() -> None:
    """Of jumps that are drawn half are not foreseen."""
    drawn = np.random.default_rng(5).integers(0, 2, 997).tolist()
    assert 0.4 < missed(drawn, 997) / 997 < 0.6


def test_where_it_costs_nothing_nothing_is_remembered() -> None:
    """The table is not touched."""
    bench = Bench(jumps([0, 1], 100), by_kind=1, **COSTS).run()
    assert not bench.branches.any()
    assert Bench(jumps([0, 1], 100), by_kind=1, mispredict_ps=1).run().branches.any()


def test_one_cost_for_all_is_that_of_equal_kinds() -> None:
    """The quick way and the table give the same."""
    same = dict.fromkeys(COSTS, 7)
    assert Bench(program(100), local_ps=7).run().worlds["local_ps"][0] == Bench(program(100), by_kind=1, **same).run().worlds["local_ps"][0]


def test_the_code_of_one_function_is_scaled() -> None:
    """The callee's instructions cost half, the caller's what they cost."""
    a = Assembler()
    a.func([(Op.LDI, 0, 0, 3), (Op.CALL, 1), (Op.ADD, 0, 0, 0), (Op.RET,)])
    a.func([(Op.LDI, 0, 0, 1), *[(Op.MUL, 1, 0, 0)] * 400, (Op.RET,)])
    whole = a.program()
    full = int(Bench(whole, by_kind=1, **COSTS).run().worlds["local_ps"][0])
    half = int(Bench(replace(whole, scales=((1, 500),)), by_kind=1, **COSTS).run().worlds["local_ps"][0])
    assert full == 2 * COSTS["move_ps"] + COSTS["arithmetic_ps"] + 400 * COSTS["multiply_ps"] + 2 * COSTS["local_ps"]
    assert full - half == pytest.approx(200 * COSTS["multiply_ps"], abs=2 * COSTS["move_ps"])


def test_kinds_of_opcodes() -> None:
    """Division by a constant is a multiplication; every kind but moves and divisions has a field of its own."""
    assert kind_of(Op.REM) == InsnKind.DIVIDE
    assert kind_of(Op.REM + IMM) == InsnKind.MULTIPLY
    assert kind_of(Op.JLT + IMM) == InsnKind.BRANCH
    assert kind_of(Op.FMUL) == InsnKind.MULTIPLY
    assert {kind_of(int(op)) for op in Op if op < 2 * IMM or op <= Op.SHIFTCHK} == set(InsnKind)
    fields = np.array([increment(int(op)) - 1 for op in (Op.ADD, Op.JEQ, Op.LOAD, Op.INDEX, Op.STORE, Op.MUL)], np.uint64)
    assert len(set(fields.tolist())) == len(COUNTED)
    assert TOTAL_BITS + FIELD_BITS * len(COUNTED) <= 64
