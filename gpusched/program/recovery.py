"""What recover gives: values as they were panicked with, and for a panic that the machine or lowering began the error value that Go's runtime has.

The machine's recover gives {PanicKind, a, b} in an object of the type WORDS, a failed assertion is a text of lowering's own; Go functions that come along
(golang/work/internal/runtime/error.go) make ``runtime.Error`` values of them. Models ``runtime/error.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.goruntime.state import PanicKind
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg
from gpusched.program.natives import SUPPORT
from gpusched.program.program import TYPE_WORDS

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

ABOUT_TYPES = (PanicKind.UNCOMPARABLE, PanicKind.UNHASHABLE)
"""Panics whose operand is a type."""
INTERFACE = (Kind.SCALAR, Kind.POINTER)


def recover(fn: Function) -> list[Reg]:
    """Lowers a call of recover."""
    regs = fn.code.group(INTERFACE).regs
    fn.code.emit(Op.RECOVER, regs[0], regs[1], writes=regs)
    copies = [Reg(kind) for kind in INTERFACE]
    for copy, reg in zip(copies, regs, strict=True):
        fn.code.move(copy, reg)
    if fn.low.support_function(SUPPORT + "recovered") is None:
        return copies
    own = Label()
    fn.code.branch(Op.JEQ, copies[0], 0, own)
    helper = fn.low.synthetic(("recovered",), "runtime.recovered", _build_recovered)
    for copy, reg in zip(copies, fn.code.call(Op.CALL, helper, copies, INTERFACE), strict=True):
        fn.code.move(copy, reg)
    fn.code.label(own)
    return copies


def _build_recovered(low: Lowering, key: tuple) -> Code:
    """Turns what the machine or a failed assertion panicked with into Go's error value; other values stay."""
    code = low.new_code("runtime.recovered", INTERFACE, 2)
    type_id, data = code.params
    assertion, other, call = Label(), Label(), Label()
    code.branch(Op.JEQ, type_id, low.text_type(), assertion)
    code.branch(Op.JNE, type_id, TYPE_WORDS, other)
    kind, a, b = (Reg(Kind.SCALAR) for _ in range(3))
    for i, reg in enumerate((kind, a, b)):
        code.emit(Op.LOAD, reg, data, i)
    name = [Reg(Kind.POINTER), Reg(Kind.SCALAR)]
    about = Label()
    for one in ABOUT_TYPES:
        code.branch(Op.JEQ, kind, int(one), about)
    for reg in name:
        code.load_constant(reg, 0)
    code.jump(call)
    code.label(about)
    for reg, word in zip(name, type_name(low, code, a), strict=True):
        code.move(reg, word)
    code.label(call)
    code.ret(code.call(Op.CALL, _support(low, "recovered"), [kind, a, b, *name], INTERFACE))
    code.label(assertion)
    text = [Reg(Kind.POINTER), Reg(Kind.SCALAR)]
    for i, reg in enumerate(text):
        code.emit(Op.LOAD, reg, data, i)
    code.ret(code.call(Op.CALL, _support(low, "asserted"), text, INTERFACE))
    code.label(other)
    code.ret(code.params)
    return code


def _support(low: Lowering, name: str) -> int:
    f = low.support_function(SUPPORT + name)
    assert f is not None
    return low.function_value(f)


def type_name(low: Lowering, code: Code, type_id: Reg) -> list[Reg]:
    """Name (address, length) of a type by its number."""
    low.names_types = True
    table = Reg(Kind.POINTER)
    code.emit(Op.LDI, table, 0, low.type_name_table)
    row = code.binary(Op.ADD, table, code.binary(Op.MUL, type_id, 2), Kind.POINTER)
    name = [Reg(Kind.POINTER), Reg(Kind.SCALAR)]
    for i, reg in enumerate(name):
        code.emit(Op.LOAD, reg, row, i)
    return name
