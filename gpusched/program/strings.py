"""Strings as runes: range over a string, conversions from and to runes. The work is done by Go functions that come along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.machine.opcodes import Kind, Op
from gpusched.program import maps, memory
from gpusched.program.function import Function
from gpusched.program.ir import Label, Reg

if TYPE_CHECKING:
    pass

RUNE_SELF = 0x80
"""Bytes below it are runes of their own (``unicode/utf8: RuneSelf``)."""


def iterate(fn: Function, ins: dict) -> None:
    """The beginning of a range over a string: its value is the place of the next rune."""
    place = Reg(Kind.SCALAR)
    fn.code.move(place, 0)
    fn.values[ins["v"]] = [place]


def following(fn: Function, ins: dict) -> None:
    """The next rune: ok, its index, its value."""
    code = fn.code
    place = fn.values[ins["iter"]][0]
    words = fn.value(fn.made_by[ins["iter"]]["x"])
    ok, at, rune, done = Reg(Kind.SCALAR), Reg(Kind.SCALAR), Reg(Kind.SCALAR), Label()
    index, value = (fn.layouts.words(t) for t in fn.layouts.types[ins["t"]]["elems"][1:])
    code.move(ok, 0)
    code.move(at, place)
    code.move(rune, 0)
    code.branch(Op.JGE, place, code.reg(words[1]), done)
    code.move(ok, 1)
    code.move(rune, memory.string_byte(fn, words, place))
    code.emit(*fn.low.compare_immediate(code, Op.ADD, place, place, 1))
    code.branch(Op.JLT, rune, RUNE_SELF, done)
    results = maps.call_support(fn, ins, "decoderune", [code.reg(words[0], Kind.POINTER), code.reg(words[1]), at], (Kind.SCALAR, Kind.SCALAR))
    code.move(rune, results[0])
    code.move(place, results[1])
    code.label(done)
    fn.values[ins["v"]] = [ok] + [at] * index + [rune] * value


def converted(fn: Function, ins: dict, source: str, target: str) -> list | None:
    """A conversion between a string and a rune or runes; None if it is another."""
    x = ins["x"]
    if source == "slice" and _rune_slice(fn, fn.type_of(x)):
        return maps.call_support(fn, ins, "slicerunetostring", fn.regs(x), (Kind.POINTER, Kind.SCALAR))
    if target == "slice" and _rune_slice(fn, ins["t"]):
        return maps.call_support(fn, ins, "stringtoslicerune", fn.regs(x), (Kind.POINTER, Kind.SCALAR, Kind.SCALAR))
    if target == "string" and source not in ("slice", "string"):
        return maps.call_support(fn, ins, "intstring", [fn.code.reg(fn.word(x))], (Kind.POINTER, Kind.SCALAR))
    return None


def _rune_slice(fn: Function, t: int) -> bool:
    return fn.layouts.kind(fn.layouts.elem(t)) == "int32"
