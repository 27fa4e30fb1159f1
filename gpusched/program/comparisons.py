"""Comparisons, as words and as jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.machine.opcodes import IMM, Kind, Op
from gpusched.program.function import Function
from gpusched.program.ir import Label, Reg
from gpusched.program.layout import COMPLEX, FLOATS, INTEGERS, UNSIGNED

if TYPE_CHECKING:
    pass


COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


_SIGNED = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE}


_UNSIGNED = {"<": Op.LTU, "<=": Op.LEU, ">": Op.GTU, ">=": Op.GEU}


_SWAPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


_JUMP_SIGNED = {"==": Op.JEQ, "!=": Op.JNE, "<": Op.JLT, "<=": Op.JLE, ">": Op.JGT, ">=": Op.JGE}


_TEST = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


def typeless(operand) -> bool:
    """Whether an operand says no type: a function or the address of a package variable."""
    return isinstance(operand, dict) and "t" not in operand


def is_fused(fn: Function, ins: dict) -> bool:
    """Whether a comparison of single words is used by jumps alone, which then compare themselves."""
    users = fn.users.get(ins["v"], ())
    if typeless(ins["x"]) and typeless(ins["y"]):
        return False
    kind = fn.layouts.kind(fn.type_of(ins["y"] if typeless(ins["x"]) else ins["x"]))
    single = kind in INTEGERS or kind in ("bool", "pointer", "chan", "func", "map", "unsafe.Pointer", "untyped nil")
    nil_interface = kind in ("interface", "slice") and _is_nil(ins["y"])
    return bool(users) and all(user["op"] == "If" for user in users) and (single or nil_interface or kind == "string")


def _is_nil(operand) -> bool:
    return isinstance(operand, dict) and operand.get("c", 0) is None


def compare(fn: Function, ins: dict, t: int, kind: str):
    """The comparison as a word, 0 or 1."""
    tok = ins["tok"]
    if kind in FLOATS:
        return _compare_floats(fn, tok, fn.word(ins["x"]), fn.word(ins["y"]))
    if kind in INTEGERS and tok not in ("==", "!="):
        x, y = fn.word(ins["x"]), fn.word(ins["y"])
        if not isinstance(x, Reg) and not isinstance(y, Reg):
            return int(_TEST[tok](as_unsigned(x, kind), as_unsigned(y, kind)))
        if not isinstance(x, Reg):
            x, y, tok = y, x, _SWAPPED[tok]
        return fn.code.binary((_UNSIGNED if kind in ("uint", "uint64", "uintptr") else _SIGNED)[tok], x, y)
    if kind in ("string", "untyped string") and tok not in ("==", "!="):
        return fn.code.binary(_SIGNED[tok], string_compare(fn, fn.regs(ins["x"]), fn.regs(ins["y"])), 0)
    made = equal(fn, ins, t)
    if tok == "==":
        return made
    return _opposite(fn, made) if isinstance(made, Reg) else 1 - made


def _opposite(fn: Function, made: Reg) -> Reg:
    """The negation of an equality that was just made."""
    last = fn.code.body[-1]
    if last.op in (Op.EQ, Op.EQ + IMM) and last.writes[0] is made:
        last.op += Op.NE - Op.EQ
        return made
    return fn.code.binary(Op.XOR, made, 1)


def as_unsigned(value: int, kind: str) -> int:
    """A constant word as the number that it stands for in a type."""
    return value & ((1 << 64) - 1) if kind in UNSIGNED else value


def _compare_floats(fn: Function, tok: str, x, y) -> Reg:
    if tok in (">", ">="):
        x, y, tok = y, x, _SWAPPED[tok]
    return fn.code.binary({"==": Op.FEQ, "!=": Op.FNE, "<": Op.FLT, "<=": Op.FLE}[tok], x, y)


def string_compare(fn: Function, x: list, y: list) -> Reg:
    """-1, 0 or 1."""
    made = Reg(Kind.SCALAR)
    fn.code.emit(Op.STRCMP, made, x[0], y[0], rows=[[x[1], y[1], -1]])
    return made


def equal(fn: Function, ins: dict, t: int):
    """X == y as a word."""
    kind = fn.layouts.kind(t)
    if kind in ("interface", "slice", "func", "map") and (_is_nil(ins["x"]) or _is_nil(ins["y"])):
        word = fn.value(ins["y"] if _is_nil(ins["x"]) else ins["x"])[0]
        return int(word == 0) if not isinstance(word, Reg) else fn.code.binary(Op.EQ, word, 0)
    return equal_words(fn, fn.regs(ins["x"]) if kind in ("string", "interface") else fn.value(ins["x"]), fn.value(ins["y"]), t)


def equal_words(fn: Function, x: list, y: list, t: int):
    """Whether two values of a type are equal, as a word."""
    kind = fn.layouts.kind(t)
    if kind in ("struct", "array"):
        return _equal_parts(fn, x, y, t)
    if kind in ("string", "untyped string", "interface"):
        kinds = fn.kinds(t)
        x, y = ([fn.code.reg(word, k) for word, k in zip(words, kinds, strict=True)] for words in (x, y))
        if kind != "interface":
            return fn.code.binary(Op.EQ, string_compare(fn, x, y), 0)
        made = Reg(Kind.SCALAR)
        fn.code.emit(Op.IFACEEQ, made, x[0], y[0], rows=[[x[1], y[1], -1]])
        return made
    if kind in FLOATS:
        return fn.code.binary(Op.FEQ, x[0], y[0])
    if kind in COMPLEX:
        return fn.code.binary(Op.AND, fn.code.binary(Op.FEQ, x[0], y[0]), fn.code.binary(Op.FEQ, x[1], y[1]))
    a, b = (x[0], y[0]) if isinstance(x[0], Reg) else (y[0], x[0])
    return int(a == b) if not isinstance(a, Reg) else fn.code.binary(Op.EQ, a, b)


def _equal_parts(fn: Function, x: list, y: list, t: int):
    result = Reg(Kind.SCALAR)
    done = Label()
    fn.code.move(result, 1)
    for offset, leaf in fn.layouts.leaves(t):
        stop = offset + fn.layouts.words(leaf)
        same = equal_words(fn, x[offset:stop], y[offset:stop], leaf)
        fn.code.move(result, same)
        fn.code.branch(Op.JEQ, result, 0, done)
    fn.code.label(done)
    return result


def branch_if(fn: Function, cond, label: Label) -> None:
    """Goes to the label if a condition holds; comparisons that only jumps use are made here."""
    sense = True
    while isinstance(cond, int) and _is_not(fn, cond):
        cond, sense = fn.made_by[cond]["x"], not sense
    ins = fn.made_by.get(cond) if isinstance(cond, int) else None
    if ins is None or ins["op"] != "BinOp" or ins["tok"] not in COMPARISONS or not is_fused(fn, ins):
        word = fn.word(cond)
        if isinstance(word, Reg):
            fn.code.branch(Op.JNE if sense else Op.JEQ, word, 0, label)
        elif bool(word) == sense:
            fn.code.jump(label)
        return
    tok = ins["tok"] if sense else _NEGATED[ins["tok"]]
    fn.at(ins)
    x, y, kind = _compared(fn, ins)
    if not isinstance(x, Reg) and not isinstance(y, Reg):
        if _TEST[tok](as_unsigned(x, kind), as_unsigned(y, kind)):
            fn.code.jump(label)
        return
    if not isinstance(x, Reg):
        x, y, tok = y, x, _SWAPPED[tok]
    _branch(fn, tok, x, y, kind, label)


def _is_not(fn: Function, value: int) -> bool:
    ins = fn.made_by.get(value)
    return ins is not None and ins["op"] == "UnOp" and ins["tok"] == "!" and is_fused_not(fn, ins)


def is_fused_not(fn: Function, ins: dict) -> bool:
    """Whether a negation is used by jumps alone and its operand can be had by them."""
    users = fn.users.get(ins["v"], ())
    return bool(users) and all(user["op"] == "If" for user in users)


def _compared(fn: Function, ins: dict) -> tuple:
    """The two words to compare, and the kind that says how."""
    t = fn.type_of(ins["x"]) if not typeless(ins["x"]) else fn.type_of(ins["y"])
    kind = fn.layouts.kind(t)
    if kind in ("interface", "slice"):
        return fn.value(ins["x"])[0], 0, "int"
    if kind in ("string", "untyped string"):
        x, y = fn.value(ins["x"]), fn.value(ins["y"])
        if ins["tok"] in ("==", "!=") and (x[1] == 0 or y[1] == 0) and not (isinstance(x[1], Reg) and isinstance(y[1], Reg)):
            return x[1], y[1], "int"
        return string_compare(fn, fn.regs(ins["x"]), fn.regs(ins["y"])), 0, "int"
    return fn.word(ins["x"]), fn.word(ins["y"]), kind


def _branch(fn: Function, tok: str, x, y, kind: str, label: Label) -> None:
    if kind not in ("uint", "uint64", "uintptr") or tok in ("==", "!="):
        fn.code.branch(_JUMP_SIGNED[tok], x, y, label)
        return
    if tok in ("<=", ">") and not isinstance(y, Reg) and 0 <= y < (1 << 31) - 1:
        y, tok = y + 1, {"<=": "<", ">": ">="}[tok]
    if tok in ("<", ">="):
        fn.code.branch(Op.JLTU if tok == "<" else Op.JGEU, x, y, label)
    else:
        fn.code.branch(Op.JGEU if tok == "<=" else Op.JLTU, y, x, label)
