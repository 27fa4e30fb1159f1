"""Go's integer and float semantics at the edges, one instruction at a time."""

import numpy as np
import pytest

from gpusched.machine.opcodes import Ext, Op
from tests.machine.harness import Assembler, Bench, R

LEAST, MOST = -(1 << 63), (1 << 63) - 1
CASES = [
    (Op.ADD, MOST, 1, LEAST),
    (Op.SUB, LEAST, 1, MOST),
    (Op.MUL, MOST, 2, -2),
    (Op.ANDNOT, 0b1111, 0b0101, 0b1010),
    (Op.SHL, 1, 63, LEAST),
    (Op.SHL, 1, 64, 0),
    (Op.SHL, 1, -1, 0),
    (Op.SHR, -1, 60, 15),
    (Op.SHR, -1, 64, 0),
    (Op.SAR, -8, 1, -4),
    (Op.SAR, -8, 64, -1),
    (Op.SAR, 8, 1 << 40, 0),
    (Op.DIV, -7, 2, -3),
    (Op.DIV, LEAST, -1, LEAST),
    (Op.REM, -7, 2, -1),
    (Op.REM, LEAST, -1, 0),
    (Op.DIVU, -1, 2, MOST),
    (Op.REMU, -1, 10, 5),
    (Op.LT, -1, 1, 1),
    (Op.LTU, -1, 1, 0),
    (Op.GEU, -1, 1, 1),
    (Op.GTU, 1, 1, 0),
    (Op.LEU, 1, 1, 1),
    (Op.GE, -2, -1, 0),
    (Op.NE, 3, 4, 1),
]


def bits(x: float) -> int:
    return int(np.array(x, np.float64).view(np.int64))


FLOAT_CASES = [
    (Op.FADD, 0.1, 0.2, bits(0.1 + 0.2)),
    (Op.FSUB, 1.0, 1e-17, bits(1.0)),
    (Op.FMUL, 1e308, 10.0, bits(float("inf"))),
    (Op.FDIV, 1.0, 0.0, bits(float("inf"))),
    (Op.FEQ, float("nan"), float("nan"), 0),
    (Op.FNE, float("nan"), 1.0, 1),
    (Op.FLT, -0.0, 0.0, 0),
    (Op.FLE, -0.0, 0.0, 1),
]
UNARY_CASES = [
    (Op.EXT, Ext.S8, 0x80, -128),
    (Op.EXT, Ext.U8, -1, 255),
    (Op.EXT, Ext.S16, 0x18000, -32768),
    (Op.EXT, Ext.U16, -1, 65535),
    (Op.EXT, Ext.S32, 1 << 31, -(1 << 31)),
    (Op.EXT, Ext.U32, -1, (1 << 32) - 1),
    (Op.NOT, 0, 5, -6),
    (Op.FNEG, 0, bits(1.5), bits(-1.5)),
    (Op.I2F, 0, -3, bits(-3.0)),
    (Op.U2F, 0, -1, bits(float(1 << 64))),
    (Op.F2I, 0, bits(-2.9), -2),
    (Op.F2I, 0, bits(1e300), LEAST),
    (Op.F2I, 0, bits(float("nan")), LEAST),
    (Op.F2U, 0, bits(float(1 << 63)), LEAST),
    (Op.F32, 0, bits(0.1), bits(float(np.float32(0.1)))),
]


def evaluate(rows_of: list[tuple[list, list[int]]]) -> list[int]:
    """Runs each list of rows, whose result lands in register 2, with its constants in registers 0 and 1: one program, results in the globals."""
    a = Assembler(global_kinds=(0,) * max(16, len(rows_of)))
    consts, rows = [129], []
    for i, (body, values) in enumerate(rows_of):
        for reg, value in enumerate(values):
            rows.append((Op.LDK, reg, 0, len(consts)))
            consts.append(value)
        rows += [*body, (Op.LDK, 3, 0, 0), (Op.STORE, 3, 2, i)]
    a.func([*rows, (Op.RET,)])
    program = a.program()
    object.__setattr__(program, "consts", np.array(consts, np.int64))
    bench = Bench(program).run()
    return [bench.word(i) for i in range(len(rows_of))]


def test_binary_operations_on_registers():
    assert evaluate([([(op, 2, 0, 1)], [x, y]) for op, x, y, _ in CASES]) == [want for *_, want in CASES]


def test_binary_operations_with_an_immediate():
    cases = [case for case in CASES if -(1 << 31) <= case[2] < 1 << 31]
    assert evaluate([([(op + R, 2, 0, y)], [x]) for op, x, y, _ in cases]) == [want for *_, want in cases]


@pytest.mark.parametrize("immediate", [0, R])
def test_conditional_jumps(immediate):
    cases = [
        (Op.JEQ, 5, 5, 1),
        (Op.JNE, 5, 5, 0),
        (Op.JLT, -1, 1, 1),
        (Op.JLE, 1, 1, 1),
        (Op.JGT, -1, 1, 0),
        (Op.JGE, -1, 1, 0),
        (Op.JLTU, -1, 1, 0),
        (Op.JGEU, -1, 1, 1),
    ]
    rows = []
    for op, x, y, _ in cases:
        rows.append((op, x, y))
    a = Assembler()
    code = [(Op.LDI, 3, 0, 129)]
    for i, (op, x, y, _) in enumerate(cases):
        at = len(code)
        code += [
            (Op.LDI, 0, 0, x),
            (Op.LDI, 1, 0, y),
            (Op.LDI, 2, 0, 1),
            (op + immediate, at + 5, 0, y if immediate else 1),
            (Op.LDI, 2, 0, 0),
            (Op.STORE, 3, 2, i),
        ]
    a.func([*code, (Op.RET,)])
    bench = Bench(a.program()).run()
    assert [bench.word(i) for i in range(len(cases))] == [want for *_, want in cases]


def test_floats():
    assert evaluate([([(op, 2, 0, 1)], [bits(x), bits(y)]) for op, x, y, _ in FLOAT_CASES]) == [want for *_, want in FLOAT_CASES]


def test_unary_operations():
    assert evaluate([([(op, 2, 0, c)], [x]) for op, c, x, _ in UNARY_CASES]) == [want for *_, want in UNARY_CASES]
