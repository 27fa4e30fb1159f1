"""Variables, fields, elements, slices: where they are, loading and storing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.function import Addr, Frame, Function, Known, Place
from gpusched.program.ir import Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

MAX_FRAME_WORDS = 64
"""Largest local variable that lives in registers of the frame."""
MAX_VALUE_WORDS = 4096
"""Largest value that is copied as such."""


def load(fn: Function, place: Place, kinds: tuple[Kind, ...]) -> list:
    """Words that lie at a place, in new registers."""
    if isinstance(place, Known):
        return place.words[place.start : place.start + len(kinds)]
    made = [Reg(kind) for kind in kinds]
    if isinstance(place, Frame):
        for i, reg in enumerate(made):
            fn.code.emit(Op.MOV, reg, place.regs[place.start + i])
        return made
    base, offset = _base(fn, place)
    if not made and not place.checked:
        fn.code.emit(Op.FIELD, Reg(Kind.POINTER), base, 0)
    for i, reg in enumerate(made):
        fn.code.emit(Op.LOAD, reg, base, offset + i)
    return made


def store(fn: Function, place: Place, words: list, kinds: tuple[Kind, ...]) -> None:
    """Puts words at a place."""
    if isinstance(place, Known):
        place.words[place.start : place.start + len(words)] = words
        return
    if isinstance(place, Frame):
        for i, word in enumerate(words):
            fn.code.move(place.regs[place.start + i], word)
        return
    values = [fn.code.reg(word, kind) for word, kind in zip(words, kinds, strict=True)]
    base, offset = _base(fn, place)
    if not values and not place.checked:
        fn.code.emit(Op.FIELD, Reg(Kind.POINTER), base, 0)
    for i, reg in enumerate(values):
        fn.code.emit(Op.STORE, base, reg, offset + i)


def _base(fn: Function, place: Addr) -> tuple[Reg, int]:
    if isinstance(place.base, Reg):
        return place.base, place.offset
    if place.base == 0:
        return fn.code.reg(0, Kind.POINTER), place.offset
    return fn.code.reg(place.base + place.offset, Kind.POINTER), 0


def alloc(fn: Function, block: int, ins: dict) -> None:
    """A variable: registers if its address goes nowhere, else an object, zero at each execution."""
    t = fn.layouts.elem(ins["t"])
    kinds = fn.kinds(t)
    small = len(kinds) <= MAX_FRAME_WORDS and len(fn.blocks) == 1
    if fn.initial and small and _frame_uses(fn.low, fn.chain, ins["v"]) is False and not _inlined(fn, ins["v"]):
        fn.places[ins["v"]] = Known([0] * len(kinds))
        return
    if fn.initial and block == 0 and kinds:
        fn.places[ins["v"]] = Addr(fn.low.static_object(kinds), 0, True)
        fn.values[ins["v"]] = [fn.address(fn.places[ins["v"]])]
        return
    reach = _frame_uses(fn.low, fn.chain, ins["v"]) if len(kinds) <= MAX_FRAME_WORDS else None
    if reach is None:
        fn.values[ins["v"]] = [new_object(fn, t)]
        fn.places[ins["v"]] = Addr(fn.values[ins["v"]][0], 0, True)
        return
    if reach:
        group = fn.code.group(kinds, addressed=True)
        fn.places[ins["v"]] = Frame(tuple(group.regs), 0, group)
        if group.regs:
            fn.code.emit(Op.ZERO, group.regs[0], len(group.regs))
        return
    regs = tuple(Reg(kind) for kind in kinds)
    fn.places[ins["v"]] = Frame(regs)
    for reg in regs:
        fn.code.load_constant(reg, 0)


def _inlined(fn: Function, v: int) -> bool:
    """Whether the address in value ``v``, or one made from it, is given to a call."""
    return any(user["op"] == "Call" or (user["op"] in ("FieldAddr", "IndexAddr") and _inlined(fn, user["v"])) for user in fn.users.get(v, ()))


def new_object(fn: Function, t: int) -> Reg | int:
    """Address of a new zero object; objects of no words share one address."""
    if not fn.layouts.words(t):
        return GLOBALS
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.ALLOC, made, 0, fn.layouts.number(t))
    return made


def _frame_uses(low: Lowering, chain: tuple[int, ...], v: int) -> bool | None:
    """None if the address in value ``v`` is used for more than loads and stores; else whether an index decides where.

    ``chain``: the function, and those into which it is inlined before it. An argument of a call that is inlined is followed.
    """
    dynamic = False
    for user in low.users(chain[-1]).get(v, ()):
        op = user["op"]
        if op == "UnOp" and user["tok"] == "*":
            continue
        if op == "Store" and user["addr"] == v and user["val"] != v:
            continue
        if op == "Call" and low.will_inline(chain, user):
            uses = [((*chain, user["fn"]["f"]), i) for i, operand in enumerate(user["args"]) if operand == v and not isinstance(operand, dict)]
        elif op in ("FieldAddr", "IndexAddr") and user.get("index") != v:
            dynamic = dynamic or (op == "IndexAddr" and not constant_index(user))
            uses = [(chain, user["v"])]
        else:
            return None
        for inner in uses:
            reach = _frame_uses(low, *inner)
            if reach is None:
                return None
            dynamic = dynamic or reach
    return dynamic


def constant_index(ins: dict) -> bool:
    """Whether the index of an instruction is a constant."""
    return isinstance(ins["index"], dict) and "c" in ins["index"]


def _folds(fn: Function, v: int) -> bool:
    """Whether the address in value ``v`` is used only where an offset costs nothing."""
    for user in fn.users.get(v, ()):
        op = user["op"]
        if op == "UnOp" or op == "FieldAddr" or (op == "Store" and user["addr"] == v and user["val"] != v):
            continue
        if op == "Call" and fn.low.will_inline(fn.chain, user):
            continue
        return False
    return True


def _keep(fn: Function, ins: dict, place: Place) -> None:
    """Keeps the place of an address, and the address itself where somebody needs it."""
    fn.places[ins["v"]] = place
    if isinstance(place, Addr) and not _folds(fn, ins["v"]):
        word = fn.address(place)
        fn.values[ins["v"]] = [word]
        fn.places[ins["v"]] = Addr(word, 0, True)


def field_addr(fn: Function, block: int, ins: dict) -> None:
    """Address of a field."""
    struct_type = fn.layouts.elem(fn.type_of(ins["x"])) if not is_global(ins["x"]) else fn.low.global_type(ins["x"]["g"])
    offset = fn.layouts.field_offset(struct_type, ins["field"])
    place = fn.place(ins["x"])
    if isinstance(place, Frame):
        fn.places[ins["v"]] = Frame(place.regs, place.start + offset, place.group)
    elif isinstance(place, Known):
        fn.places[ins["v"]] = Known(place.words, place.start + offset)
    else:
        _keep(fn, ins, Addr(place.base, place.offset + offset, place.checked))


def is_global(operand) -> bool:
    """Whether an operand is the address of a package variable."""
    return isinstance(operand, dict) and "g" in operand


def field(fn: Function, block: int, ins: dict) -> None:
    """x.f of a struct value."""
    t = fn.type_of(ins["x"])
    start = fn.layouts.field_offset(t, ins["field"])
    fn.values[ins["v"]] = fn.value(ins["x"])[start : start + fn.layouts.words(ins["t"])]


def index_addr(fn: Function, block: int, ins: dict) -> None:
    """&x[i] of a slice or an array."""
    x_type = fn.low.global_type(ins["x"]["g"]) if is_global(ins["x"]) else fn.type_of(ins["x"])
    size = fn.layouts.words(fn.layouts.elem(ins["t"]))
    if fn.layouts.kind(x_type) == "slice":
        words = fn.value(ins["x"])
        made = Reg(Kind.POINTER)
        length = words[1]
        bound = [size, length, -1] if isinstance(length, Reg) else [size, -1, length]
        fn.code.emit(Op.INDEX, made, fn.code.reg(words[0], Kind.POINTER), fn.code.reg(fn.word(ins["index"])), rows=[bound])
        _made_address(fn, ins, made)
        return
    length = int(fn.layouts.types[x_type if is_global(ins["x"]) else fn.layouts.elem(x_type)]["len"])
    place = fn.place(ins["x"])
    index = fn.word(ins["index"])
    if not isinstance(index, Reg) and 0 <= index < length:
        if isinstance(place, Frame):
            fn.places[ins["v"]] = Frame(place.regs, place.start + index * size, place.group)
        elif isinstance(place, Known):
            fn.places[ins["v"]] = Known(place.words, place.start + index * size)
        else:
            _keep(fn, ins, Addr(place.base, place.offset + index * size, place.checked))
        return
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.INDEX, made, fn.code.reg(fn.address(place), Kind.POINTER), fn.code.reg(index), rows=[[size, -1, length]])
    _made_address(fn, ins, made)


def _made_address(fn: Function, ins: dict, made: Reg) -> None:
    fn.values[ins["v"]] = [made]
    fn.places[ins["v"]] = Addr(made, 0, True)


def index(fn: Function, block: int, ins: dict) -> None:
    """x[i] of an array value or a string."""
    t = fn.type_of(ins["x"])
    at = fn.word(ins["index"])
    if isinstance(ins["x"], int) and ins["x"] in fn.arrays:
        made = Reg(Kind.POINTER)
        size, length = fn.layouts.words(ins["t"]), int(fn.layouts.types[t]["len"])
        fn.code.emit(Op.INDEX, made, fn.arrays[ins["x"]].base, fn.code.reg(at), rows=[[size, -1, length]])
        fn.values[ins["v"]] = fn.load_words(Addr(made, 0, True), fn.kinds(ins["t"]))
        return
    words = fn.value(ins["x"])
    if fn.layouts.kind(t) in ("string", "untyped string"):
        fn.values[ins["v"]] = [string_byte(fn, words, at)]
        return
    size = fn.layouts.words(ins["t"])
    length = int(fn.layouts.types[t]["len"])
    if not isinstance(at, Reg) and 0 <= at < length:
        fn.values[ins["v"]] = words[at * size : (at + 1) * size]
        return
    group = fn.code.group(fn.kinds(t) or (Kind.SCALAR,), addressed=True)
    for reg, word in zip(group.regs, words, strict=False):
        fn.code.move(reg, word)
    base, made = Reg(Kind.POINTER), Reg(Kind.POINTER)
    fn.code.emit(Op.LEA, base, group.regs[0])
    fn.code.emit(Op.INDEX, made, base, fn.code.reg(at), rows=[[size, -1, length]])
    fn.values[ins["v"]] = load(fn, Addr(made, 0, True), fn.kinds(ins["t"]))


def string_byte(fn: Function, words: list, at) -> Reg:
    """The byte of a string at an index."""
    made = Reg(Kind.SCALAR)
    fn.code.emit(Op.STRINDEX, made, fn.code.reg(words[0], Kind.POINTER), fn.code.reg(at), rows=[[fn.code.reg(words[1]), -1, -1]])
    return made


def load_value(fn: Function, ins: dict) -> None:
    """Loads what a pointer points to."""
    kinds = fn.kinds(ins["t"])
    place = fn.place(ins["x"])
    if isinstance(place, Addr) and fn.layouts.kind(ins["t"]) == "array" and _stays_in_memory(fn, ins, len(kinds)):
        copy = new_object(fn, ins["t"])
        copy_words(fn, copy, fn.address(place), len(kinds))
        fn.arrays[ins["v"]] = Addr(copy, 0, True)
        return
    if len(kinds) > MAX_VALUE_WORDS:
        raise fn.refuse(ins, f"a value of {len(kinds)} words is copied", "use a pointer or a slice")
    fn.values[ins["v"]] = load(fn, place, kinds)


def _stays_in_memory(fn: Function, ins: dict, words: int) -> bool:
    """Whether an array value is kept as a copy in memory: it is long, or an index decides which element is used."""
    return words > MAX_FRAME_WORDS or any(user["op"] == "Index" and not constant_index(user) for user in fn.users.get(ins["v"], ()))


def copy_words(fn: Function, to, source, words: int) -> None:
    """Copies an object's words to another; a nil source panics."""
    checked = Reg(Kind.POINTER)
    fn.code.emit(Op.FIELD, checked, fn.code.reg(source, Kind.POINTER), 0)
    fn.code.emit(Op.COPY, fn.code.reg(to, Kind.POINTER), checked, fn.code.reg(words))


def store_value(fn: Function, block: int, ins: dict) -> None:
    """Stores where a pointer points."""
    place = fn.place(ins["addr"])
    array = fn.arrays.get(ins["val"]) if isinstance(ins["val"], int) else None
    if array is not None and isinstance(place, Addr):
        to = Reg(Kind.POINTER)
        fn.code.emit(Op.FIELD, to, fn.code.reg(fn.address(place), Kind.POINTER), 0)
        copy_words(fn, to, array.base, fn.layouts.words(fn.types[ins["val"]]))
        return
    words = fn.value(ins["val"])
    if fn.initial and isinstance(place, Addr) and not isinstance(place.base, Reg):
        at = range(place.base + place.offset, place.base + place.offset + len(words))
        if block == 0 and not any(isinstance(word, Reg) for word in words) and fn.initial.isdisjoint(at):
            fn.low.initial.update(zip(at, words, strict=True))
            return
        fn.initial.update(at)
    store(fn, place, words, fn.operand_kinds(ins["val"]))
