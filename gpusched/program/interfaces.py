"""Interfaces: boxing, type assertions, and the functions that method tables hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg
from gpusched.program.layout import DIRECT
from gpusched.program.recovery import type_name

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


def box(low: Lowering, code: Code, words: list, t: int) -> list:
    """The interface value (type id, data word) that holds a value of a type."""
    number = low.layouts.number(t)
    low.dynamic_type(t)
    if low.layouts.kind(t) in DIRECT:
        return [number, words[0]]
    if not words:
        return [number, GLOBALS]
    kinds = low.layouts.kinds(t)
    if not any(isinstance(word, Reg) for word in words):
        return [number, low.static_words(tuple(words), kinds)]
    made = Reg(Kind.POINTER)
    regs = [code.reg(word, kind) for word, kind in zip(words, kinds, strict=True)]
    code.emit(Op.ALLOC, made, 0, number)
    for i, reg in enumerate(regs):
        code.emit(Op.STORE, made, reg, i)
    return [number, made]


def make_interface(fn: Function, block: int, ins: dict) -> None:
    """Puts a value into an interface."""
    x = ins["x"]
    if all(user["op"] == "Call" and fn.low.is_call_of(user, "time.newTimer") for user in fn.users.get(ins["v"], ())):
        return
    fn.values[ins["v"]] = box(fn.low, fn.code, fn.value(x), ins["from"])


def unbox(fn: Function, data, t: int) -> list:
    """The value of a type in the data word of an interface."""
    if fn.layouts.kind(t) in DIRECT:
        return [data]
    kinds = fn.kinds(t)
    base = fn.code.reg(data, Kind.POINTER)
    made = [Reg(kind) for kind in kinds]
    for i, reg in enumerate(made):
        fn.code.emit(Op.LOAD, reg, base, i)
    return made


def type_assert(fn: Function, block: int, ins: dict) -> None:
    """x.(T), with ok or without."""
    words = fn.value(ins["x"])
    asserted = ins["asserted"]
    to_interface = fn.layouts.kind(asserted) == "interface"
    if ins.get("commaok"):
        fn.values[ins["v"]] = _assert_ok(fn, words, asserted, to_interface)
        return
    if ins.get("receiver"):
        receiver = Reg(Kind.POINTER)
        fn.code.move(receiver, words[0])
        fn.code.emit(Op.FIELD, Reg(Kind.POINTER), receiver, 0)  # a method value of a nil interface panics
        fn.values[ins["v"]] = list(words)
        return
    good = Label()
    if to_interface:
        fn.code.branch(Op.JNE, _implements(fn, words[0], asserted), 0, good)
    else:
        fn.code.branch(Op.JEQ, words[0], fn.layouts.number(asserted), good)
    _fail(fn, words, fn.type_of(ins["x"]), asserted)
    fn.code.label(good)
    fn.values[ins["v"]] = list(words) if to_interface else unbox(fn, words[1], asserted)


def _implements(fn: Function, type_word, asserted: int):
    """Whether a dynamic type (0: nil) implements an interface."""
    interface = fn.layouts.types[asserted]["interface"]
    if not fn.low.ssa["interfaces"][interface]["methods"]:
        return fn.code.binary(Op.NE, type_word, 0)
    made = Reg(Kind.SCALAR)
    fn.code.emit(Op.IMPLEMENTS, made, fn.code.reg(type_word), fn.low.interface_number(interface))
    return made


def _assert_ok(fn: Function, words: list, asserted: int, to_interface: bool) -> list:
    kinds = fn.kinds(asserted)
    results = [Reg(kind) for kind in kinds]
    ok, done = Reg(Kind.SCALAR), Label()
    if to_interface:
        fn.code.move(ok, _implements(fn, words[0], asserted))
    elif isinstance(words[0], Reg):
        fn.code.emit(*fn.low.compare_immediate(fn.code, Op.EQ, ok, words[0], fn.layouts.number(asserted)))
    else:
        fn.code.move(ok, int(words[0] == fn.layouts.number(asserted)))
    for reg in results:
        fn.code.load_constant(reg, 0)
    fn.code.branch(Op.JEQ, ok, 0, done)
    for reg, word in zip(results, words if to_interface else unbox(fn, words[1], asserted), strict=True):
        fn.code.move(reg, word)
    fn.code.label(done)
    return [*results, ok]


def _fail(fn: Function, words: list, source: int, asserted: int) -> None:
    """Panics with Go's text for a failed assertion (``runtime/error.go: TypeAssertionError.Error``)."""
    low, name = fn.low, fn.layouts.name(asserted)
    to_interface = fn.layouts.kind(asserted) == "interface"
    if to_interface:
        before, after = (
            low.text(f"interface conversion: interface is nil, not {name}"),
            low.text(f" is not {name}: missing method {_first_method(fn, asserted)}"),
        )
    else:
        before, after = low.text(f"interface conversion: {fn.layouts.name(source)} is "), low.text(f", not {name}")
    helper = low.synthetic(("panicdottype", to_interface), "runtime.panicdottype", _build_panic)
    args = [fn.code.reg(words[0]), fn.code.reg(before[0], Kind.POINTER), fn.code.reg(before[1]), fn.code.reg(after[0], Kind.POINTER), fn.code.reg(after[1])]
    fn.code.call(Op.CALL, helper, args, ())
    fn.code.emit(Op.PANIC, args[0], args[1])


def _first_method(fn: Function, asserted: int) -> str:
    """The first method of an interface, in the order in which Go looks for missing ones."""
    methods = fn.low.ssa["interfaces"][fn.layouts.types[asserted]["interface"]]["methods"]
    return min((method.rsplit(".", 1)[-1] for method in methods), default="")


def _build_panic(low: Lowering, key: tuple) -> Code:
    """Joins the parts of the text with the name of the dynamic type and panics."""
    to_interface = key[1]
    code = low.new_code("runtime.panicdottype", (Kind.SCALAR, Kind.POINTER, Kind.SCALAR, Kind.POINTER, Kind.SCALAR), 0)
    have, before, before_n, after, after_n = code.params
    name = tuple(type_name(low, code, have))
    nil = Label()
    if to_interface:
        code.branch(Op.JEQ, have, 0, nil)
        start = low.text("interface conversion: ")
        first = _join(code, (code.reg(start[0], Kind.POINTER), code.reg(start[1])), name)
    else:
        first = _join(code, (before, before_n), name)
    _panic_text(low, code, _join(code, first, (after, after_n)))
    if to_interface:
        code.label(nil)
        _panic_text(low, code, (before, before_n))
    return code


def _panic_text(low: Lowering, code: Code, text: tuple) -> None:
    data = Reg(Kind.POINTER)
    code.emit(Op.ALLOC, data, 0, low.text_type())
    for i, reg in enumerate(text):
        code.emit(Op.STORE, data, reg, i)
    code.emit(Op.PANIC, code.reg(low.text_type()), data)


def _join(code: Code, x: tuple, y: tuple) -> tuple:
    length = code.binary(Op.ADD, x[1], y[1])
    made = Reg(Kind.POINTER)
    code.emit(Op.STRCAT, made, 0, 0, rows=[[x[0], x[1], y[0]], [y[1], length, -1]])
    return made, length


def method_entry(low: Lowering, t: int, target: int) -> int:
    """The function for a method table: takes the data word; a boxed receiver is unpacked by an adapter."""
    if low.layouts.kind(t) in DIRECT:
        return low.function_value(target)
    return low.synthetic(("unbox", target), low.go_name(target), _build_adapter)


def _build_adapter(low: Lowering, key: tuple) -> Code:
    """Loads the receiver from its box and calls the method; has no position, as a wrapper, which traces leave out."""
    f = low.ssa["funcs"][key[1]]
    receiver, *rest = [t for _, t in f["params"]]
    kinds = [kind for t in rest for kind in low.layouts.kinds(t)]
    results = [kind for t in f["results"] for kind in low.layouts.kinds(t)]
    code = low.new_code(low.go_name(key[1]), (Kind.POINTER, *kinds), len(results))
    loaded = [Reg(kind) for kind in low.layouts.kinds(receiver)]
    for i, reg in enumerate(loaded):
        code.emit(Op.LOAD, reg, code.params[0], i)
    code.ret(code.call(Op.CALL, low.function_value(key[1]), [*loaded, *code.params[1:]], results))
    return code
