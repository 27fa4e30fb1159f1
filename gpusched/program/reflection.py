"""The table of types that package reflect of the model reads: constant bytes, a row for each type of the program, then lists and names.

The layout is that of ``golang/frontend/_shims/reflect/type.go``; numbers take three bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.function import Function
from gpusched.program.ir import Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

ROW_BYTES, FIELD_BYTES = 45, 16
_BASIC = ("bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")
_FLOATING = ("float32", "float64", "complex64", "complex128")
_COMPOSED = ("array", "chan", "func", "interface", "map", "pointer", "slice", "string", "struct", "unsafe.Pointer")
_KINDS = ("invalid", *_BASIC, *_FLOATING, *_COMPOSED)
_COMPARABLE, _DIRECT, _DEFINED = 1, 2, 4
_EMBEDDED, _EXPORTED = 1, 2
_NEVER_EQUAL = 3
_LARGEST = (1 << 24) - 1

INTRINSICS = frozenset({"reflect.types", "reflect.add", "reflect.words", "reflect.pack", "reflect.move"})
"""Functions of the model's package reflect that are single instructions."""


def intrinsic(fn: Function, ins: dict, name: str) -> list:
    """Lowers a call of one of them."""
    if name == "reflect.types":
        made = [Reg(Kind.POINTER), Reg(Kind.SCALAR)]
        for reg, late in zip(made, fn.low.type_table, strict=True):
            fn.code.emit(Op.LDI, reg, 0, late)
        fn.low.reflects = True
        return made
    if name in ("reflect.words", "reflect.pack"):
        return [word for operand in ins["args"] for word in fn.value(operand)]
    if name == "reflect.add":
        return [fn.code.binary(Op.ADD, fn.regs(ins["args"][0])[0], fn.word(ins["args"][1]), Kind.POINTER)]
    regs = [reg for operand in ins["args"] for reg in fn.regs(operand)]
    fn.code.emit(Op.COPY, *regs)
    return []


def number_types(low: Lowering) -> None:
    """Numbers every type that a value of a numbered one leads to."""
    types, at = low.layouts.types, 0
    while at < len(low.layouts.numbered):
        entry = types[low.layouts.numbered[at]]
        at += 1
        inner = [entry[key] for key in ("elem", "key") if key in entry] + [field["type"] for field in entry.get("fields", ())]
        for t in inner:
            low.layouts.number(t)
    pointers = {entry["elem"]: t for t, entry in enumerate(types) if entry["kind"] == "pointer" and not entry.get("named")}
    for t in list(low.layouts.numbered):
        if t in pointers:
            low.layouts.number(pointers[t])
        if str(t) in low.ssa["methods"]:
            low.dynamic_type(t)


class TypeText:
    """The table while it is written."""

    def __init__(self, low: Lowering, count: int) -> None:
        """Starts with rows of zeros for ``count`` types."""
        self.low, self.count = low, count
        self.data = bytearray(ROW_BYTES * count)
        self._names: dict[str, int] = {}
        self._underlying: dict[tuple, int] = {}

    def number(self, at: int, value: int) -> None:
        """Writes a number."""
        if not 0 <= value <= _LARGEST:
            raise GpuschedError(f"a type has {value} words, fields or elements, which reflection can not describe", "", "use a slice")
        self.data[at : at + 3] = value.to_bytes(3, "little")

    def name(self, at: int, text: str) -> None:
        """Writes where a text lies."""
        if text not in self._names:
            self._names[text] = len(self.data)
            self.data += text.encode()
        self.number(at, self._names[text])
        self.number(at + 3, len(text.encode()))

    def row(self, t: int, pointers: dict[int, int]) -> None:
        """Writes the row of a type and what belongs to it."""
        layouts = self.low.layouts
        entry, number = layouts.types[t], layouts.number(t)
        at = ROW_BYTES * number
        comparable, direct = self.low.table.rows[number][2] != _NEVER_EQUAL, self.low.table.rows[number][3]
        defined = bool(entry.get("named")) or entry["kind"] in _KINDS[1:17] or entry["kind"] in ("string", "unsafe.Pointer")
        self.data[at] = _KINDS.index(entry["kind"]) if entry["kind"] in _KINDS else 0
        self.data[at + 1] = _COMPARABLE * comparable + _DIRECT * direct + _DEFINED * defined
        self.data[at + 2] = int(entry.get("gcalign", 1))
        name = layouts.name(t)
        self.name(at + 3, name)
        package, _, own = _split(entry.get("string", name)) if entry.get("named") else ("", "", name if defined else "")
        self.name(at + 9, own.split("·")[0])
        self.name(at + 15, package)
        self.number(at + 21, layouts.number(entry["elem"]) if "elem" in entry else 0)
        self.number(at + 24, layouts.number(entry["key"]) if "key" in entry else 0)
        self.number(at + 33, layouts.words(t))
        self.number(at + 36, min(int(entry.get("gcsize", 0)), _LARGEST))
        self.number(at + 39, pointers.get(t, 0))
        self.number(at + 42, self._distinct(entry, number))
        if entry["kind"] == "struct":
            self._fields(at, t, entry["fields"])
        elif entry["kind"] == "interface":
            self._implementers(at, entry["interface"])
        elif entry["kind"] in ("array", "chan"):
            self.number(at + 27, min(int(entry["len"]), _LARGEST) if entry["kind"] == "array" else {0: 3, 1: 2, 2: 1}[entry["dir"]])

    def _distinct(self, entry: dict, number: int) -> int:
        """The first type that has the same underlying type."""
        fields = tuple((field["name"], field["type"], field["embedded"]) for field in entry.get("fields", ()))
        shape = (entry["kind"], entry.get("elem"), entry.get("key"), entry.get("len"), entry.get("dir"), fields)
        if entry["kind"] in ("func", "interface"):
            shape = (*shape, number)
        return self._underlying.setdefault(shape, number)

    def _fields(self, at: int, t: int, fields: list[dict]) -> None:
        layouts, start = self.low.layouts, len(self.data)
        self.number(at + 27, len(fields))
        self.number(at + 30, start)
        self.data += bytes(FIELD_BYTES * len(fields))
        for i, field in enumerate(fields):
            place = start + FIELD_BYTES * i
            self.name(place, field["name"])
            self.number(place + 6, layouts.number(field["type"]))
            self.number(place + 9, layouts.field_offset(t, i))
            self.data[place + 12] = _EMBEDDED * field["embedded"] + _EXPORTED * field["name"][:1].isupper()
            self.number(place + 13, min(int(field["gcoffset"]), _LARGEST))

    def _implementers(self, at: int, interface: int) -> None:
        """A bit for each type that implements an interface."""
        start = len(self.data)
        self.number(at + 27, len(self.low.ssa["interfaces"][interface]["methods"]))
        self.number(at + 30, start)
        self.data += bytes(self.count // 8 + 1)
        for key, implemented in self.low.ssa["implements"].items():
            if interface in implemented and int(key) in self.low.layouts._numbers:
                number = self.low.layouts.number(int(key))
                self.data[start + number // 8] |= 1 << number % 8


def _split(text: str) -> tuple[str, str, str]:
    """Import path and name of a defined type's text, which may have type arguments."""
    head = text.split("[", 1)[0]
    package, dot, _ = head.rpartition(".")
    return package, dot, text[len(package) + len(dot) :]


def write_table(low: Lowering) -> None:
    """Puts the table into the constant data, if the program looks at it."""
    if not low.reflects:
        return
    layouts = low.layouts
    table = TypeText(low, len(low.table.rows))
    pointers = {layouts.elem(t): layouts.number(t) for t in layouts.numbered if layouts.kind(t) == "pointer" and not layouts.types[t].get("named")}
    for t in list(layouts.numbered):
        table.row(t, pointers)
    low.type_table[0].value = low.rodata_address(bytes(table.data))
    low.type_table[1].value = len(table.data)
