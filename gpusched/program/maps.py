"""Maps: instructions on them become calls of Go functions that come along (golang/work/internal/runtime), which know a map's type by numbers.

A key goes by its address, in consecutive registers of the frame; an element comes back by its address, 0 where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Native, Op
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg
from gpusched.program.natives import SUPPORT

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

COUNT = 0
"""Word of a map (``hmap``) that is its length."""


def make_map(fn: Function, block: int, ins: dict) -> None:
    """make(map[K]V, hint)."""
    hint = fn.word(ins["reserve"]) if ins.get("reserve") is not None else 0
    fn.values[ins["v"]] = call_support(fn, ins, "makemap", [fn.code.reg(hint)], (Kind.POINTER,))


def lookup(fn: Function, ins: dict) -> None:
    """m[k], with ok or without."""
    t = fn.type_of(ins["x"])
    element = _element(fn, ins, "mapaccess", t, fn.word(ins["x"]), fn.value(ins["index"]))
    words = _loaded(fn, element, 0, fn.kinds(fn.layouts.elem(t)))
    fn.values[ins["v"]] = words + ([fn.code.binary(Op.NE, element, 0)] if ins.get("commaok") else [])


def update(fn: Function, block: int, ins: dict) -> None:
    """m[k] = v."""
    t = fn.type_of(ins["map"])
    kinds = fn.kinds(fn.layouts.elem(t))
    words = [fn.code.reg(word, kind) for word, kind in zip(fn.value(ins["value"]), kinds, strict=True)]
    element = _element(fn, ins, "mapassign", t, fn.word(ins["map"]), fn.value(ins["key"]))
    for i, reg in enumerate(words):
        fn.code.emit(Op.STORE, element, reg, i)


def length(fn: Function, operand) -> Reg | int:
    """len(m)."""
    word = fn.word(operand)
    if not isinstance(word, Reg):
        return 0
    made, nil = Reg(Kind.SCALAR), Label()
    fn.code.move(made, 0)
    fn.code.branch(Op.JEQ, word, 0, nil)
    fn.code.emit(Op.LOAD, made, word, COUNT)
    fn.code.label(nil)
    return made


def iterate(fn: Function, ins: dict) -> None:
    """The beginning of a range over a map: its value is the iterator."""
    t = fn.type_of(ins["x"])
    args = [_descriptor(fn.low, fn.code, t), fn.code.reg(fn.word(ins["x"]), Kind.POINTER)]
    fn.values[ins["v"]] = call_support(fn, ins, "mapiterinit", args, (Kind.POINTER,))


def following(fn: Function, ins: dict) -> None:
    """The next entry of a range over a map: ok, key, element."""
    t = fn.type_of(fn.made_by[ins["iter"]]["x"])
    slot = call_support(fn, ins, "mapiternext", fn.values[ins["iter"]], (Kind.POINTER,))[0]
    ok = fn.code.binary(Op.NE, slot, 0)
    key, element = (fn.kinds(part) for part in fn.layouts.types[ins["t"]]["elems"][1:])
    keys = _loaded(fn, slot, 0, key)
    fn.values[ins["v"]] = [ok, *keys, *_loaded(fn, slot, fn.layouts.words(fn.layouts.types[t]["key"]), element)]


def delete(fn: Function, ins: dict) -> list:
    """The builtin delete of maps."""
    m, key = ins["args"]
    t = fn.type_of(m)
    args = _key_arguments(fn.low, fn.code, t, fn.word(m), fn.value(key))
    return call_support(fn, ins, "mapdelete", args, ())


def clear(fn: Function, ins: dict) -> list:
    """The builtin clear of maps."""
    m = ins["args"][0]
    return call_support(fn, ins, "mapclear", [_descriptor(fn.low, fn.code, fn.type_of(m)), fn.code.reg(fn.word(m), Kind.POINTER)], ())


def build_deferred(low: Lowering, code: Code, name: str, t: int) -> None:
    """The body of a function that does delete(m, k) or clear(m) with its parameters."""
    if name == "clear":
        code.call(Op.CALL, support(low, "mapclear"), [_descriptor(low, code, t), code.params[0]], ())
    else:
        code.call(Op.CALL, support(low, "mapdelete"), _key_arguments(low, code, t, code.params[0], code.params[1:]), ())


def support(low: Lowering, name: str) -> int:
    """Number of a function that comes along."""
    f = low.support_function(SUPPORT + name)
    if f is None:
        raise GpuschedError(f"the front end left out {name}, which maps and strings need", "", "compile the workload with package gpusched/work")
    return low.function_value(f)


def call_support(fn: Function, ins: dict, name: str, args: list, kinds: tuple[Kind, ...]) -> list:
    """Words of the results of a call of a function that comes along."""
    target = fn.low.support_function(SUPPORT + name)
    if target is not None:
        fn.low.calls(fn, target, ins)
    return list(fn.code.call(Op.CALL, support(fn.low, name), args, kinds))


def raise_panic(code: Code, kind: int, a, b) -> None:
    """Panics as the run time does."""
    code.native(Op.NATIVE, int(Native.RAISE), [code.reg(kind), code.reg(a), code.reg(b)], ())


def _descriptor(low: Lowering, code: Code, t: int) -> Reg:
    """Address of what describes a map type (``maptype``): numbers of the types of its keys and slots, their words, whether hashing can panic."""
    key, elem = low.layouts.types[t]["key"], low.layouts.elem(t)
    slot = low.table.layout((*low.layouts.kinds(key), *low.layouts.kinds(elem)), "map slot")
    words = (low.layouts.number(key), slot, low.layouts.words(key), low.layouts.words(key) + low.layouts.words(elem), int(_may_panic(low, key)))
    return code.reg(low.static_words(words, (Kind.SCALAR,) * 5), Kind.POINTER)


def _may_panic(low: Lowering, key: int) -> bool:
    return any(low.layouts.kind(leaf) == "interface" for _, leaf in low.layouts.leaves(key))


def _key_arguments(low: Lowering, code: Code, t: int, m, key: list) -> list[Reg]:
    """Map type, map, and the address of the key."""
    kinds = low.layouts.kinds(low.layouts.types[t]["key"])
    address = code.reg(GLOBALS, Kind.POINTER)
    if kinds:
        group = code.group(kinds)
        for reg, word in zip(group.regs, key, strict=True):
            code.move(reg, word)
        address = Reg(Kind.POINTER)
        code.emit(Op.LEA, address, group.regs[0])
    return [_descriptor(low, code, t), code.reg(m, Kind.POINTER), address]


def _element(fn: Function, ins: dict, name: str, t: int, m, key: list) -> Reg:
    """Address of the element of a key."""
    return call_support(fn, ins, name, _key_arguments(fn.low, fn.code, t, m, key), (Kind.POINTER,))[0]


def _loaded(fn: Function, base: Reg, offset: int, kinds: tuple[Kind, ...]) -> list:
    """Words behind an address, zero if it is 0."""
    made, absent = [Reg(kind) for kind in kinds], Label()
    if not made:
        return []
    for reg in made:
        fn.code.load_constant(reg, 0)
    fn.code.branch(Op.JEQ, base, 0, absent)
    for i, reg in enumerate(made):
        fn.code.emit(Op.LOAD, reg, base, offset + i)
    fn.code.label(absent)
    return list(made)
