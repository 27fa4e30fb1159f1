"""Variables, fields, elements, slices: where they are, loading and storing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Op, SliceOf
from gpusched.program.function import Addr, Frame, Function, Place
from gpusched.program.ir import Label, Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

MAX_FRAME_WORDS = 64
"""Largest local variable that lives in registers of the frame."""
MAX_VALUE_WORDS = 4096
"""Largest value that is copied as such."""


def load(fn: Function, place: Place, kinds: tuple[Kind, ...]) -> list:
    """Words that lie at a place, in new registers."""
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
    reach = _frame_uses(fn.low, fn.chain, ins["v"]) if len(kinds) <= MAX_FRAME_WORDS else None
    if reach is None:
        fn.values[ins["v"]] = [new_object(fn, t)]
        fn.places[ins["v"]] = Addr(fn.values[ins["v"]][0], 0, True)
        return
    if reach:
        group = fn.code.group(kinds)
        fn.places[ins["v"]] = Frame(tuple(group.regs), 0, group)
        if group.regs:
            fn.code.emit(Op.ZERO, group.regs[0], len(group.regs))
        return
    regs = tuple(Reg(kind) for kind in kinds)
    fn.places[ins["v"]] = Frame(regs)
    for reg in regs:
        fn.code.load_constant(reg, 0)


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
            dynamic = dynamic or (op == "IndexAddr" and not _constant_index(user))
            uses = [(chain, user["v"])]
        else:
            return None
        for inner in uses:
            reach = _frame_uses(low, *inner)
            if reach is None:
                return None
            dynamic = dynamic or reach
    return dynamic


def _constant_index(ins: dict) -> bool:
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
    struct_type = fn.layouts.elem(fn.type_of(ins["x"])) if not _is_global(ins["x"]) else fn.low.global_type(ins["x"]["g"])
    offset = fn.layouts.field_offset(struct_type, ins["field"])
    place = fn.place(ins["x"])
    if isinstance(place, Frame):
        fn.places[ins["v"]] = Frame(place.regs, place.start + offset, place.group)
    else:
        _keep(fn, ins, Addr(place.base, place.offset + offset, place.checked))


def _is_global(operand) -> bool:
    return isinstance(operand, dict) and "g" in operand


def field(fn: Function, block: int, ins: dict) -> None:
    """x.f of a struct value."""
    t = fn.type_of(ins["x"])
    start = fn.layouts.field_offset(t, ins["field"])
    fn.values[ins["v"]] = fn.value(ins["x"])[start : start + fn.layouts.words(ins["t"])]


def index_addr(fn: Function, block: int, ins: dict) -> None:
    """&x[i] of a slice or an array."""
    x_type = fn.low.global_type(ins["x"]["g"]) if _is_global(ins["x"]) else fn.type_of(ins["x"])
    size = fn.layouts.words(fn.layouts.elem(ins["t"]))
    if fn.layouts.kind(x_type) == "slice":
        words = fn.value(ins["x"])
        made = Reg(Kind.POINTER)
        length = words[1]
        bound = [size, length, -1] if isinstance(length, Reg) else [size, -1, length]
        fn.code.emit(Op.INDEX, made, fn.code.reg(words[0], Kind.POINTER), fn.code.reg(fn.word(ins["index"])), rows=[bound])
        _made_address(fn, ins, made)
        return
    length = int(fn.layouts.types[x_type if _is_global(ins["x"]) else fn.layouts.elem(x_type)]["len"])
    place = fn.place(ins["x"])
    index = fn.word(ins["index"])
    if not isinstance(index, Reg) and 0 <= index < length:
        if isinstance(place, Frame):
            fn.places[ins["v"]] = Frame(place.regs, place.start + index * size, place.group)
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
    words = fn.value(ins["x"])
    at = fn.word(ins["index"])
    if fn.layouts.kind(t) in ("string", "untyped string"):
        fn.values[ins["v"]] = [string_byte(fn, words, at)]
        return
    size = fn.layouts.words(ins["t"])
    length = int(fn.layouts.types[t]["len"])
    if not isinstance(at, Reg) and 0 <= at < length:
        fn.values[ins["v"]] = words[at * size : (at + 1) * size]
        return
    group = fn.code.group(fn.kinds(t) or (Kind.SCALAR,))
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
    if len(kinds) > MAX_VALUE_WORDS:
        raise fn.refuse(ins, f"a value of {len(kinds)} words is copied", "use a pointer or a slice")
    fn.values[ins["v"]] = load(fn, fn.place(ins["x"]), kinds)


def store_value(fn: Function, block: int, ins: dict) -> None:
    """Stores where a pointer points."""
    store(fn, fn.place(ins["addr"]), fn.value(ins["val"]), fn.operand_kinds(ins["val"]))


def make_slice(fn: Function, block: int, ins: dict) -> None:
    """Makes a slice."""
    elem = fn.layouts.elem(ins["t"])
    length, capacity = fn.code.reg(fn.word(ins["len"])), fn.code.reg(fn.word(ins["cap"]))
    fn.values[ins["v"]] = [new_array(fn, elem, length, capacity), fn.word(ins["len"]), fn.word(ins["cap"])]


def new_array(fn: Function, elem: int, length: Reg, capacity: Reg) -> Reg:
    """Address of a new array for a slice."""
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.MAKESLICE, made, length, capacity, rows=[[fn.layouts.number(elem), -1, -1]])
    return made


def slice_value(fn: Function, block: int, ins: dict) -> None:
    """x[low:high:max] of a slice, a string or a pointer to an array."""
    words, length, capacity, what, size = _sliced(fn, ins)
    low = fn.word(ins["low"]) if ins.get("low") is not None else 0
    high = fn.word(ins["high"]) if ins.get("high") is not None else length
    top = fn.word(ins["max"]) if ins.get("max") is not None else None
    _check_slice(fn, (low, high, top), (length, capacity), what)
    new_length = _minus(fn, high, low)
    new_capacity = _minus(fn, capacity if top is None else top, low) if what != SliceOf.STRING else new_length
    address = _advanced(fn, words[0], low, size, new_capacity, string=what == SliceOf.STRING)
    fn.values[ins["v"]] = [address, new_length] + ([new_capacity] if what != SliceOf.STRING else [])


def _sliced(fn: Function, ins: dict) -> tuple[list, object, object, SliceOf, int]:
    """Words, length and capacity of what is sliced, what it is, and words of an element."""
    x = ins["x"]
    t = fn.low.global_type(x["g"]) if _is_global(x) else fn.type_of(x)
    kind = fn.layouts.kind(t)
    if kind in ("string", "untyped string"):
        words = fn.value(x)
        return words, words[1], words[1], SliceOf.STRING, 1
    if kind == "slice":
        words = fn.value(x)
        return words, words[1], words[2], SliceOf.SLICE, fn.layouts.words(fn.layouts.elem(t))
    array = t if _is_global(x) else fn.layouts.elem(t)
    length = int(fn.layouts.types[array]["len"])
    place = fn.place(x)
    if isinstance(place, Addr) and not place.checked and isinstance(place.base, Reg):
        made = Reg(Kind.POINTER)
        fn.code.emit(Op.FIELD, made, place.base, place.offset)
        place = Addr(made, 0, True)
    return [fn.address(place)], length, length, SliceOf.ARRAY, fn.layouts.words(fn.layouts.elem(array))


def _check_slice(fn: Function, bounds: tuple, limits: tuple, what: SliceOf) -> None:
    low, high, top = bounds
    length, capacity = limits
    known = [b for b in (low, high, capacity if top is None else top) if not isinstance(b, Reg)]
    if len(known) == 3 and 0 <= low <= high <= known[2] and not isinstance(capacity, Reg) and known[2] <= capacity:
        return
    if low == 0 and high is length and top is None:
        return
    row = [fn.code.reg(capacity), int(what), fn.code.reg(length)]
    fn.code.emit(Op.SLICECHK, fn.code.reg(low), fn.code.reg(high), -1 if top is None else fn.code.reg(top), rows=[row])


def _minus(fn: Function, x, y):
    if not isinstance(y, Reg):
        return x - y if not isinstance(x, Reg) else x if y == 0 else fn.code.binary(Op.SUB, x, y)
    return fn.code.binary(Op.SUB, x, y)


def _advanced(fn: Function, base, low, size: int, rest, *, string: bool):
    """Address of element ``low``; the base itself if nothing is left behind it, so that no address points at the next object."""
    if low == 0 or size == 0:
        return base
    code = fn.code
    if not isinstance(low, Reg) and not isinstance(rest, Reg) and not string:
        return base if rest == 0 else code.binary(Op.ADD, base, low * size, Kind.POINTER)
    step = low * size if not isinstance(low, Reg) else low if size == 1 else code.binary(Op.MUL, low, size)
    if isinstance(rest, Reg):
        none_left = code.binary(Op.SAR, code.binary(Op.ADD, rest, -1), 63)
        step = code.binary(Op.ANDNOT, step, none_left)
    elif rest == 0:
        return base
    if string:
        sign = code.binary(Op.SAR, base, 63)
        step = code.binary(Op.SUB, code.binary(Op.XOR, step, sign), sign)
    return code.binary(Op.ADD, base, step, Kind.POINTER)


def append(fn: Function, ins: dict, result_type: int) -> list:
    """Lowers append; elements that are listed in the call are stored one by one."""
    elem = fn.layouts.elem(result_type)
    size = fn.layouts.words(elem)
    old = fn.value(ins["args"][0])
    listed = varargs(fn, ins["args"][1]) if len(ins["args"]) > 1 else []
    if listed is not None:
        if not listed:
            return old
        grown = _grow(fn, old, len(listed), elem)
        kinds = fn.kinds(elem)
        at = _element(fn, grown[0], old[1], size)
        for i, operand in enumerate(listed):
            store(fn, Addr(at, i * size, True), fn.value(operand), kinds)
        return grown
    more = fn.value(ins["args"][1])
    grown = _grow(fn, old, more[1], elem)
    if size:
        _copy(fn, _element(fn, grown[0], old[1], size), more[0], more[1], size)
    return grown


def _grow(fn: Function, old: list, count, elem: int) -> list:
    """The slice with room for ``count`` more elements and its new length."""
    code = fn.code
    address, capacity = Reg(Kind.POINTER), Reg(Kind.SCALAR)
    needed = code.binary(Op.ADD, old[1], count)
    code.move(address, old[0])
    code.move(capacity, old[2])
    enough = Label()
    code.branch(Op.JLE, needed, capacity, enough)
    base, length, limit = code.reg(old[0], Kind.POINTER), code.reg(old[1]), code.reg(old[2])
    rows = [[capacity, needed, limit], [fn.layouts.number(elem), int(fn.layouts.types[elem].get("gcsize", 8)), -1]]
    code.emit(Op.GROWSLICE, address, base, length, rows=rows, writes=[address, capacity], reads=[base, length, limit])
    code.label(enough)
    return [address, needed, capacity]


def _element(fn: Function, base, index, size: int) -> Reg:
    step = index * size if not isinstance(index, Reg) else index if size == 1 else fn.code.binary(Op.MUL, index, size)
    return base if step == 0 else fn.code.binary(Op.ADD, base, step, Kind.POINTER)


def _copy(fn: Function, to, source, count, size: int) -> None:
    words = count * size if not isinstance(count, Reg) else count if size == 1 else fn.code.binary(Op.MUL, count, size)
    fn.code.emit(Op.COPY, fn.code.reg(to, Kind.POINTER), fn.code.reg(source, Kind.POINTER), fn.code.reg(words))


def copy(fn: Function, ins: dict) -> list:
    """Lowers copy."""
    to, source = fn.value(ins["args"][0]), fn.value(ins["args"][1])
    count, done = Reg(Kind.SCALAR), Label()
    fn.code.move(count, to[1])
    fn.code.branch(Op.JLE, count, source[1], done)
    fn.code.move(count, source[1])
    fn.code.label(done)
    size = fn.layouts.words(fn.layouts.elem(fn.type_of(ins["args"][0])))
    if size:
        _copy(fn, to[0], source[0], count, size)
    return [count]


def varargs(fn: Function, operand) -> list | None:
    """Operands that a variadic call lists, if its slice was made for the call alone; then neither array nor slice is made."""
    if isinstance(operand, dict):
        return [] if operand.get("c", 0) is None else None
    made = fn.made_by.get(operand)
    if made is None or made["op"] != "Slice" or not isinstance(made["x"], int) or any(made.get(k) is not None for k in ("low", "high", "max")):
        return None
    found = fn.varargs.get(operand)
    return [store_ins["val"] for store_ins in found] if found is not None else None


def find_varargs(fn: Function) -> None:
    """Finds slices of variadic calls whose elements can be used directly; their instructions are skipped."""
    for v, made in fn.made_by.items():
        if made["op"] != "Slice" or not isinstance(made["x"], int) or any(made.get(k) is not None for k in ("low", "high", "max")):
            continue
        array = fn.made_by.get(made["x"])
        if array is None or array["op"] != "Alloc" or not _takes_listed(fn, v):
            continue
        stores = _element_stores(fn, array)
        if stores is None:
            continue
        fn.varargs[v] = stores
        fn.skipped.update(id(x) for x in (made, array, *stores))
        fn.skipped.update(id(user) for user in fn.users[array["v"]])


def _takes_listed(fn: Function, v: int) -> bool:
    """Whether the slice goes only into one append or native printing call."""
    users = fn.users.get(v, [])
    return (
        len(users) == 1
        and users[0]["op"] in ("Call", "Go", "Defer")
        and users[0]["args"][-1:] == [v]
        and users[0]["args"].count(v) == 1
        and fn.low.takes_listed(users[0])
    )


def _element_stores(fn: Function, array: dict) -> list[dict] | None:
    """The stores that fill an array, in order of index; None if it is used otherwise."""
    length = int(fn.layouts.types[fn.layouts.elem(array["t"])]["len"])
    stores: dict[int, dict] = {}
    for user in fn.users[array["v"]]:
        if user["op"] == "Slice":
            continue
        uses = fn.users.get(user["v"], []) if user["op"] == "IndexAddr" and _constant_index(user) else []
        if len(uses) != 1 or uses[0]["op"] != "Store" or uses[0]["addr"] != user["v"] or int(user["index"]["c"]) in stores:
            return None
        stores[int(user["index"]["c"])] = uses[0]
    return [stores[i] for i in range(length)] if sorted(stores) == list(range(length)) else None
