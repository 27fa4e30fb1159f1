"""Values that say themselves how they are shown: fmt and the end of a panic call their Error or String.

Models ``fmt/print.go: handleMethods`` and ``runtime/panic.go: preprintpanics``, which the machine calls when nothing is left to unwind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gpusched.goruntime.state import PanicKind
from gpusched.machine import panics
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

_METHODS = ("Error", "String")
_KNOWN = frozenset({"time.Duration", "*errors.errorString"})
"""Types that are shown without calling their methods, since the text follows from the value."""
_VERB = re.compile(r"%[-+# 0]*[0-9.]*([a-zA-Z%*\[])")


def has_text(low: Lowering, t: int) -> bool:
    """Whether values of a type have an Error or String that was reached."""
    return low.layouts.name(t) not in _KNOWN and any(key in low.ssa["methods"].get(str(t), {}) for key in _METHODS)


def may_have_text(fn: Function, operand) -> bool:
    """Whether the dynamic value of an interface operand may have one."""
    if isinstance(operand, dict):
        return False
    made = fn.made_by.get(operand)
    while made is not None and made["op"] == "ChangeInterface" and isinstance(made["x"], int):
        made = fn.made_by.get(made["x"])
    if made is not None and made["op"] == "MakeInterface":
        return (isinstance(made["x"], dict) and "t" not in made["x"]) or has_text(fn.low, fn.type_of(made["x"]))
    return any(has_text(fn.low, int(t)) for t in fn.low.ssa["methods"])


def shown(fn: Function, operand) -> list[Reg]:
    """Words of an interface operand that is printed: the text of a value that has one, else the value."""
    if not may_have_text(fn, operand):
        return fn.regs(operand)
    helper = fn.low.synthetic(("shown",), "fmt.handleMethods", _build_shown)
    return fn.code.call(Op.CALL, helper, fn.regs(operand), (Kind.SCALAR, Kind.POINTER))


def takes_text(form: str) -> list[bool] | None:
    """For each argument of a format whether its verb shows the text of a value that has one; None if the format counts in other ways."""
    verbs = [verb for verb in _VERB.findall(form) if verb != "%"]
    return None if "*" in verbs or "[" in verbs else [verb in "vsqxX" for verb in verbs]


def before_panic(fn: Function, operand) -> None:
    """Makes the function that asks panics' values for their texts when the world ends, if this value may have one."""
    if may_have_text(fn, operand):
        fn.low.preprint = fn.low.synthetic(("preprintpanics",), "runtime.preprintpanics", _build_preprint)


def _text_of(low: Lowering, code: Code, value: tuple[Reg, Reg], absent: Label) -> list[Reg]:
    """The text (address, length) of the interface in two registers; goes to ``absent`` if it has none."""
    type_id, data = value
    address, length, done = Reg(Kind.POINTER), Reg(Kind.SCALAR), Label()
    for name in _METHODS:
        other = Label()
        has = Reg(Kind.SCALAR)
        code.emit(Op.IMPLEMENTS, has, type_id, low.interface_number(name))
        code.branch(Op.JEQ, has, 0, other)
        made = code.call(Op.CALLI, type_id, [data], (Kind.POINTER, Kind.SCALAR), method=low.method_number(name))
        code.move(address, made[0])
        code.move(length, made[1])
        code.jump(done)
        code.label(other)
    code.jump(absent)
    code.label(done)
    return [address, length]


def _build_shown(low: Lowering, key: tuple) -> Code:
    code = low.new_code("fmt.handleMethods", (Kind.SCALAR, Kind.POINTER), 2)
    absent = Label()
    text = _text_of(low, code, (code.params[0], code.params[1]), absent)
    box = Reg(Kind.POINTER)
    code.emit(Op.ALLOC, box, 0, low.text_type())
    code.emit(Op.STORE, box, text[0], 0)
    code.emit(Op.STORE, box, text[1], 1)
    code.ret([code.reg(low.text_type()), box])
    code.label(absent)
    code.ret(code.params)
    return code


def _build_preprint(low: Lowering, key: tuple) -> Code:
    """Walks from a panic's record to older ones and keeps in each the text of its value (``runtime/panic.go: preprintpanics``)."""
    code = low.new_code("runtime.preprintpanics", (Kind.POINTER,), 0)
    record = Reg(Kind.POINTER)
    again, older, done = Label(), Label(), Label()
    code.move(record, code.params[0])
    code.label(again)
    code.branch(Op.JEQ, record, 0, done)
    printed, kind, low_half = (Reg(Kind.SCALAR) for _ in range(3))
    code.emit(Op.LOAD, printed, record, panics.PRINTED)
    code.branch(Op.JNE, printed, 0, older)
    code.emit(Op.STORE, record, code.reg(-1), panics.PRINTED)
    code.emit(Op.LOAD, kind, record, panics.KIND)
    code.branch(Op.JNE, kind, -int(PanicKind.VALUE), older)
    code.emit(Op.LOAD, low_half, record, panics.OPERANDS)
    data = Reg(Kind.POINTER)
    code.emit(Op.LOAD, data, record, panics.DATA)
    text = _text_of(low, code, (code.binary(Op.SUB, 0, low_half), data), older)
    code.emit(Op.STORE, record, text[0], panics.TEXT)
    code.emit(Op.STORE, record, code.binary(Op.SUB, 0, text[1]), panics.TEXT + 1)
    code.label(older)
    code.emit(Op.LOAD, record, record, panics.OLDER)
    code.jump(again)
    code.label(done)
    code.ret(())
    return code
