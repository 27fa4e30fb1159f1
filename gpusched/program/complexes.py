"""Complex numbers: two words, the real and the imaginary part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.machine.opcodes import Kind, Op
from gpusched.program import maps
from gpusched.program.function import Function
from gpusched.program.ir import Reg

if TYPE_CHECKING:
    pass


def round32(fn: Function, word: Reg, kind: str) -> Reg:
    """A float result rounded if its type is float32, or has such parts."""
    if kind not in ("float32", "complex64"):
        return word
    made = Reg(Kind.SCALAR)
    fn.code.emit(Op.F32, made, word)
    return made


def rounded(fn: Function, words: list, kind: str) -> list:
    """Parts as those of a type."""
    return [round32(fn, fn.code.reg(word), kind) for word in words]


def binop(fn: Function, ins: dict, kind: str) -> list:
    """Sums, differences, products and quotients; the parts of a product are rounded at each step, as on amd64."""
    x, y = (rounded(fn, fn.value(ins[name]), "") for name in ("x", "y"))
    tok = ins["tok"]
    if tok == "/":
        return rounded(fn, maps.call_support(fn, ins, "complex128div", [*x, *y], (Kind.SCALAR, Kind.SCALAR)), kind)
    if tok in ("+", "-"):
        op = Op.FADD if tok == "+" else Op.FSUB
        return rounded(fn, [fn.code.binary(op, a, b) for a, b in zip(x, y, strict=True)], kind)
    products = [round32(fn, fn.code.binary(Op.FMUL, x[i], y[k]), kind) for i, k in ((0, 0), (1, 1), (0, 1), (1, 0))]
    return rounded(fn, [fn.code.binary(Op.FSUB, products[0], products[1]), fn.code.binary(Op.FADD, products[2], products[3])], kind)
