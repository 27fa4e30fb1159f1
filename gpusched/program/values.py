"""Arithmetic, comparison, conversion: operations on values that only make words."""

from __future__ import annotations

from gpusched.machine.opcodes import Ext, Kind, Native, Op
from gpusched.program import comparisons, complexes, strings
from gpusched.program.constants import float_bits, signed
from gpusched.program.function import Function
from gpusched.program.ir import Label, Reg
from gpusched.program.layout import COMPLEX, FLOATS, INTEGERS, SIGNED, UNSIGNED, WIDTHS

_ARITHMETIC = {"+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "&": Op.AND, "|": Op.OR, "^": Op.XOR, "&^": Op.ANDNOT}
_FLOAT = {"+": Op.FADD, "-": Op.FSUB, "*": Op.FMUL, "/": Op.FDIV}
_COMMUTES = frozenset("+*&|^")
_STAYS_CANONICAL = frozenset({"&", "|", "^", "&^"})
_FOLD = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "&": lambda x, y: x & y,
    "|": lambda x, y: x | y,
    "^": lambda x, y: x ^ y,
    "&^": lambda x, y: x & ~y,
}


def normalise(fn: Function, word, kind: str):
    """An integer result in the canonical form of its type."""
    ext = WIDTHS.get(kind)
    if ext is None:
        return word
    if not isinstance(word, Reg):
        return canonical(word, ext)
    made = Reg(Kind.SCALAR)
    fn.code.emit(Op.EXT, made, word, int(ext))
    return made


def canonical(value: int, ext: Ext) -> int:
    """A constant renormalised as EXT does."""
    bits = {Ext.S8: 8, Ext.S16: 16, Ext.S32: 32, Ext.U8: 8, Ext.U16: 16, Ext.U32: 32}[ext]
    value &= (1 << bits) - 1
    return value - (1 << bits) if ext <= Ext.S32 and value >> (bits - 1) else value


def binop(fn: Function, block: int, ins: dict) -> None:
    """Lowers a binary operation."""
    if comparisons.typeless(ins["x"]) and comparisons.typeless(ins["y"]):
        fn.values[ins["v"]] = [int((fn.word(ins["x"]) == fn.word(ins["y"])) == (ins["tok"] == "=="))]
        return
    t = fn.type_of(ins["x"]) if not comparisons.typeless(ins["x"]) else fn.type_of(ins["y"])
    kind = fn.layouts.kind(t)
    tok = ins["tok"]
    if tok in comparisons.COMPARISONS:
        if comparisons.is_fused(fn, ins):
            return
        fn.values[ins["v"]] = [comparisons.compare(fn, ins, t, kind)]
    elif kind in ("string", "untyped string"):
        fn.values[ins["v"]] = concat(fn, fn.regs(ins["x"]), fn.regs(ins["y"]))
    elif kind in FLOATS:
        fn.values[ins["v"]] = [complexes.round32(fn, fn.code.binary(_FLOAT[tok], fn.word(ins["x"]), fn.word(ins["y"])), kind)]
    elif kind in COMPLEX:
        fn.values[ins["v"]] = complexes.binop(fn, ins, kind)
    elif tok in ("<<", ">>"):
        fn.values[ins["v"]] = [_shift(fn, ins, kind)]
    elif tok in ("/", "%"):
        fn.values[ins["v"]] = [_divide(fn, ins, kind)]
    else:
        fn.values[ins["v"]] = [_arithmetic(fn, tok, fn.word(ins["x"]), fn.word(ins["y"]), kind)]


def _arithmetic(fn: Function, tok: str, x, y, kind: str):
    if not isinstance(x, Reg) and not isinstance(y, Reg):
        return normalise(fn, signed(_FOLD[tok](x, y)), kind)
    if not isinstance(x, Reg) and tok in _COMMUTES:
        x, y = y, x
    if y == 0 and not isinstance(y, Reg) and tok in ("+", "-", "|", "^", "&^"):
        return x
    made = fn.code.binary(_ARITHMETIC[tok], x, y)
    return made if tok in _STAYS_CANONICAL else normalise(fn, made, kind)


def _shift(fn: Function, ins: dict, kind: str):
    x, y = fn.word(ins["x"]), fn.word(ins["y"])
    if fn.layouts.kind(fn.type_of(ins["y"])) in SIGNED and (isinstance(y, Reg) or y < 0):
        fn.code.emit(Op.SHIFTCHK, 0, fn.code.reg(y))
    if not isinstance(y, Reg):
        y = min(y & ((1 << 64) - 1), 64)
        if not isinstance(x, Reg):
            if ins["tok"] == "<<":
                return normalise(fn, signed(x << y), kind)
            return signed((x & ((1 << 64) - 1)) >> y) if kind in UNSIGNED else x >> y
    if ins["tok"] == "<<":
        return normalise(fn, fn.code.binary(Op.SHL, x, y), kind)
    return fn.code.binary(Op.SHR if kind in UNSIGNED else Op.SAR, x, y)


def _divide(fn: Function, ins: dict, kind: str):
    x, y = fn.word(ins["x"]), fn.word(ins["y"])
    wide_unsigned = kind in ("uint", "uint64", "uintptr")
    if not isinstance(y, Reg) and y > 0 and y & (y - 1) == 0 and kind in UNSIGNED:
        return fn.code.binary(Op.AND, x, y - 1) if ins["tok"] == "%" else fn.code.binary(Op.SHR, x, y.bit_length() - 1)
    if ins["tok"] == "%":
        return fn.code.binary(Op.REMU if wide_unsigned else Op.REM, x, y)
    made = fn.code.binary(Op.DIVU if wide_unsigned else Op.DIV, x, y)
    return normalise(fn, made, kind) if kind in SIGNED else made


def concat(fn: Function, x: list, y: list) -> list:
    """X + y of strings."""
    length = fn.code.binary(Op.ADD, x[1], y[1])
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.STRCAT, made, 0, 0, rows=[[x[0], x[1], y[0]], [y[1], length, -1]])
    return [made, length]


def unop(fn: Function, block: int, ins: dict) -> None:
    """!x, -x, ^x (loads and receives are elsewhere)."""
    kind = fn.layouts.kind(ins["t"])
    if ins["tok"] == "!":
        if comparisons.is_fused_not(fn, ins) and isinstance(ins["x"], int):
            inner = fn.made_by.get(ins["x"])
            if inner is None or inner["op"] != "BinOp" or not comparisons.is_fused(fn, inner):
                fn.value(ins["x"])
            return
        word = fn.word(ins["x"])
        fn.values[ins["v"]] = [1 - word if not isinstance(word, Reg) else fn.code.binary(Op.XOR, word, 1)]
        return
    if kind in COMPLEX:
        fn.values[ins["v"]] = [_unary(fn, Op.FNEG, part) for part in fn.value(ins["x"])]
        return
    word = fn.word(ins["x"])
    if kind in FLOATS:
        made = Reg(Kind.SCALAR)
        fn.code.emit(Op.FNEG, made, fn.code.reg(word))
        fn.values[ins["v"]] = [made]
    elif ins["tok"] == "-":
        made = signed(-word) if not isinstance(word, Reg) else fn.code.binary(Op.MUL, word, -1)
        fn.values[ins["v"]] = [normalise(fn, made, kind)]
    else:
        made = signed(~word) if not isinstance(word, Reg) else Reg(Kind.SCALAR)
        if isinstance(made, Reg):
            fn.code.emit(Op.NOT, made, word)
        fn.values[ins["v"]] = [made if kind in SIGNED else normalise(fn, made, kind)]


def convert(fn: Function, block: int, ins: dict) -> None:
    """T(x) between types of different layout or meaning."""
    of_global = isinstance(ins["x"], dict) and "g" in ins["x"]
    source, target = "pointer" if of_global else fn.layouts.kind(fn.type_of(ins["x"])), fn.layouts.kind(ins["t"])
    words = fn.value(ins["x"])
    if source in INTEGERS and target in INTEGERS:
        fn.values[ins["v"]] = [words[0] if _includes(target, source) else normalise(fn, words[0], target)]
    elif source in INTEGERS and target in FLOATS:
        fn.values[ins["v"]] = [_int_to_float(fn, words[0], source, target)]
    elif source in FLOATS and target in INTEGERS:
        wide = target in ("uint", "uint64", "uintptr")
        whole = _unary(fn, Op.F2U if wide else Op.F2I, words[0])
        fn.values[ins["v"]] = [normalise(fn, _in_32_bits(fn, whole) if target in ("int8", "int16", "int32", "uint8", "uint16") else whole, target)]
    elif source in FLOATS and target in FLOATS:
        fn.values[ins["v"]] = [complexes.round32(fn, fn.code.reg(words[0]), target) if source != target else words[0]]
    elif source in COMPLEX and target in COMPLEX:
        fn.values[ins["v"]] = complexes.rounded(fn, words, target) if source != target else words
    elif source in INTEGERS and target == "unsafe.Pointer":
        raise fn.refuse(ins, "a number is made a pointer", "keep pointers as pointers")
    elif "recast" in ins:
        raise fn.refuse(ins, f"unsafe.Pointer turned into {ins['recast']}", "use the value's own type")
    elif "unsafe.Pointer" in (source, target) or (source, target) == ("pointer", "pointer"):
        fn.values[ins["v"]] = [_recast(fn, words[0], fn.operand_kinds(ins["x"])[0], fn.kinds(ins["t"])[0])]
    elif "string" in (source, target):
        fn.values[ins["v"]] = _convert_string(fn, ins, source, target)
    else:
        raise fn.refuse(ins, f"conversion from {source} to {target} cannot be simulated yet", "write the conversion out")


def _includes(target: str, source: str) -> bool:
    """Whether each canonical value of the source type is canonical in the target type with the same bits."""
    size = {"8": 8, "16": 16, "32": 32}
    bits = lambda kind: next((size[s] for s in ("16", "32", "8") if kind.endswith(s)), 64)  # noqa: E731
    if bits(target) == 64:
        return True
    if (source in UNSIGNED) == (target in UNSIGNED):
        return bits(source) <= bits(target)
    return source in UNSIGNED and bits(source) < bits(target)


def _unary(fn: Function, op: Op, word) -> Reg:
    made = Reg(Kind.SCALAR)
    fn.code.emit(op, made, fn.code.reg(word))
    return made


def _in_32_bits(fn: Function, whole: Reg) -> Reg:
    """What amd64 makes of a float that goes to 32 signed bits: the least number where it does not fit."""
    kept, fits = Reg(Kind.SCALAR), Label()
    fn.code.move(kept, whole)
    fn.code.branch(Op.JEQ, normalise(fn, whole, "int32"), whole, fits)
    fn.code.move(kept, -(1 << 31))
    fn.code.label(fits)
    return kept


def _int_to_float(fn: Function, word, source: str, target: str):
    if not isinstance(word, Reg) and target != "float32":
        return float_bits(float(comparisons.as_unsigned(word, source)))
    wide = source in ("uint", "uint64", "uintptr")
    return complexes.round32(fn, _unary(fn, Op.U2F if wide else Op.I2F, word), target)


def _recast(fn: Function, word, source: Kind, target: Kind):
    """A word in a register of another kind."""
    if not isinstance(word, Reg) or source == target:
        return word
    made = Reg(target)
    fn.code.emit(Op.MOV, made, word)
    return made


def _convert_string(fn: Function, ins: dict, source: str, target: str) -> list:
    if source == "slice" and fn.layouts.kind(fn.layouts.elem(fn.type_of(ins["x"]))) == "uint8":
        return fn.code.native(Op.NATIVE, Native.STR_FROM_BYTES, fn.regs(ins["x"])[:2], (Kind.POINTER, Kind.SCALAR))
    if target == "slice" and fn.layouts.kind(fn.layouts.elem(ins["t"])) == "uint8":
        return fn.code.native(Op.NATIVE, Native.STR_TO_BYTES, fn.regs(ins["x"]), (Kind.POINTER, Kind.SCALAR, Kind.SCALAR))
    if source == target == "string":
        return fn.value(ins["x"])
    words = strings.converted(fn, ins, source, target)
    if words is not None:
        return words
    raise fn.refuse(ins, f"conversion from {source} to {target} cannot be simulated yet", "convert bytes, or strconv.Itoa for a number")


def change_type(fn: Function, block: int, ins: dict) -> None:
    """A conversion that changes no word."""
    fn.values[ins["v"]] = fn.value(ins["x"])
    if isinstance(ins["x"], int) and ins["x"] in fn.places:
        fn.places[ins["v"]] = fn.places[ins["x"]]
