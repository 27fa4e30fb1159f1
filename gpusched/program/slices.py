"""Slices: make, slicing, append, copy, and the slices of variadic calls, which need not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.goruntime.state import PanicKind
from gpusched.machine.opcodes import Kind, Op, SliceOf
from gpusched.program import maps, memory
from gpusched.program.function import Addr, Function
from gpusched.program.ir import Code, Label, Reg

if TYPE_CHECKING:
    pass


def make_slice(fn: Function, block: int, ins: dict) -> None:
    """Makes a slice."""
    elem = fn.layouts.elem(ins["t"])
    length, capacity = fn.code.reg(fn.word(ins["len"])), fn.code.reg(fn.word(ins["cap"]))
    fn.values[ins["v"]] = [new_array(fn, elem, length, capacity), fn.word(ins["len"]), fn.word(ins["cap"])]


def to_array_pointer(fn: Function, block: int, ins: dict) -> None:
    """(*[n]T)(s): the address of the slice's first element; a slice that is too short panics."""
    length = int(fn.layouts.types[fn.layouts.elem(ins["t"])]["len"])
    words, enough = fn.value(ins["x"]), Label()
    fn.code.branch(Op.JGE, words[1], length, enough)
    maps.raise_panic(fn.code, int(PanicKind.SLICE_CONVERT), words[1], length)
    fn.code.label(enough)
    address = fn.code.reg(words[0], Kind.POINTER)
    fn.values[ins["v"]] = [address]
    fn.places[ins["v"]] = Addr(address, 0, True)


def new_array(fn: Function, elem: int, length: Reg, capacity: Reg) -> Reg:
    """Address of a new array for a slice."""
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.MAKESLICE, made, length, capacity, rows=[[fn.layouts.number(elem), int(fn.layouts.types[elem].get("gcsize", 8)), -1]])
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
    t = fn.low.global_type(x["g"]) if memory.is_global(x) else fn.type_of(x)
    kind = fn.layouts.kind(t)
    if kind in ("string", "untyped string"):
        words = fn.value(x)
        return words, words[1], words[1], SliceOf.STRING, 1
    if kind == "slice":
        words = fn.value(x)
        return words, words[1], words[2], SliceOf.SLICE, fn.layouts.words(fn.layouts.elem(t))
    array = t if memory.is_global(x) else fn.layouts.elem(t)
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
            memory.store(fn, Addr(at, i * size, True), fn.value(operand), kinds)
        return grown
    more = fn.value(ins["args"][1])
    grown = _grow(fn, old, more[1], elem)
    if size:
        _copy(fn.code, _element(fn, grown[0], old[1], size), more[0], more[1], size)
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


def _copy(code: Code, to, source, count, size: int) -> None:
    words = count * size if not isinstance(count, Reg) else count if size == 1 else code.binary(Op.MUL, count, size)
    code.emit(Op.COPY, code.reg(to, Kind.POINTER), code.reg(source, Kind.POINTER), code.reg(words))


def copy(fn: Function, ins: dict) -> list:
    """Lowers copy."""
    to, source = ins["args"]
    return [copy_elements(fn.code, fn.value(to), fn.value(source), fn.layouts.words(fn.layouts.elem(fn.type_of(to))))]


def copy_elements(code: Code, to: list, source: list, size: int) -> Reg:
    """Copies as many elements of ``size`` words as both have; how many."""
    count, done = Reg(Kind.SCALAR), Label()
    code.move(count, to[1])
    code.branch(Op.JLE, count, source[1], done)
    code.move(count, source[1])
    code.label(done)
    if size:
        _copy(code, to[0], source[0], count, size)
    return count


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
        uses = fn.users.get(user["v"], []) if user["op"] == "IndexAddr" and memory.constant_index(user) else []
        if len(uses) != 1 or uses[0]["op"] != "Store" or uses[0]["addr"] != user["v"] or int(user["index"]["c"]) in stores:
            return None
        stores[int(user["index"]["c"])] = uses[0]
    return [stores[i] for i in range(length)] if sorted(stores) == list(range(length)) else None
