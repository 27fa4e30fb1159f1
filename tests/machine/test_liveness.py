"""Live registers: what a goroutine that goes on still reads, and the words that say so to the kernel."""

from dataclasses import replace

import numpy as np

from gpusched.machine.liveness import Liveness, registers, stack_maps
from gpusched.machine.opcodes import Kind, Native, Op
from gpusched.program.program import Program
from tests.machine.harness import Assembler, R

P, S = Kind.POINTER, Kind.SCALAR


def program() -> Program:
    """Row 1: r0 = new; 2: r1 = f(r0), whose result returns to row 4; 5: r2 = &r3 (r3 and r4 are a variable); 6: r5 = *r2; 7: a CLEANUP of r6; 9: return."""
    a = Assembler()
    node = a.type((P, S))
    rows = [(Op.ALLOC, 0, 0, node), (Op.CALL, 1, 1, 1), (Op.ARG, 0, -1, -1), (Op.ARG, 1, -1, -1), (Op.LEA, 2, 3), (Op.LOAD, 5, 2, 1)]
    rows += [(Op.SYS, -1, 2, Native.CLEANUP), (Op.ARG, 6, 1, -1), (Op.RET,)]
    a.func(rows, (P, P, P, P, P, P, S))
    a.func([(Op.JEQ + R, 1, 0, 0), (Op.RET, 0, 1, 0), (Op.ARG, 0, -1, -1)], (P,), params=1, results=1)
    return replace(a.program(), addressed=((0, 3, 2),))


def live(bits: int) -> list[int]:
    """The registers of a set."""
    return registers(bits, 40)


def test_registers_are_live_until_they_are_read_for_the_last_time() -> None:
    liveness = Liveness(program())
    assert live(liveness.at(0, 1)) == [3, 4, 6]
    assert live(liveness.at(0, 2)) == [0, 3, 4, 6]
    assert live(liveness.after_call(0, 4)) == [3, 4, 6]
    assert live(liveness.at(0, 5)) == [1, 3, 4, 6]
    assert live(liveness.at(0, 6)) == [1, 2, 6]
    assert live(liveness.at(0, 7)) == [1, 6]


def test_a_variable_of_unknown_extent_reaches_to_the_end_of_the_frame() -> None:
    liveness = Liveness(replace(program(), addressed=()))
    assert live(liveness.addressed(0)) == [3, 4, 5, 6]
    assert live(liveness.at(0, 5)) == [1, 3, 4, 5, 6]
    assert live(Liveness(program()).addressed(0)) == [3, 4]


def test_the_kernel_has_a_set_for_each_row_and_each_frame_type() -> None:
    made = program()
    words = stack_maps(made)
    rows = len(made.code)
    sets = {row: live(int(words[words[row]])) for row in range(1, rows) if words[row]}
    assert sets[2] == [0, 3, 4, 6]
    assert sets[3] == sets[4] == [3, 4, 6]
    assert sets[7] == [1, 6]
    assert 8 not in sets
    frames = {t: live(int(words[words[rows + t]])) for t in range(len(made.types)) if words[rows + t]}
    assert frames == {int(made.funcs["frame_type"][0]): [3, 4], int(made.funcs["frame_type"][1]): []}


def test_a_program_without_cleanups_has_none() -> None:
    made = program()
    code = made.code.copy()
    code["c"][code["op"] == Op.SYS] = Native.GOSCHED
    assert stack_maps(replace(made, code=code)).tolist() == [0]


def test_sets_of_more_than_32_registers_take_several_words() -> None:
    a = Assembler()
    a.func([(Op.SYS, -1, 2, Native.CLEANUP), (Op.ARG, 39, 31, -1), (Op.RET,)], (P,) * 40)
    words = stack_maps(a.program())
    at = int(words[1])
    assert words[at : at + 2].view(np.uint32).tolist() == [1 << 31, 1 << 7]
