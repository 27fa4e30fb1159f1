"""Go types as words: how many, of which kinds, where fields lie, how values compare, and the type table of the program."""

from dataclasses import dataclass, field

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import Ext, Kind

MAX_WORDS = 1 << 22
"""Most words that one type may have; larger data belongs in slices."""

WIDTHS = {"int8": Ext.S8, "int16": Ext.S16, "int32": Ext.S32, "uint8": Ext.U8, "uint16": Ext.U16, "uint32": Ext.U32}
"""How integers narrower than a word are renormalised."""
UNSIGNED = frozenset({"uint", "uint8", "uint16", "uint32", "uint64", "uintptr"})
SIGNED = frozenset({"int", "int8", "int16", "int32", "int64"})
FLOATS = frozenset({"float32", "float64", "untyped float"})
COMPLEX = frozenset({"complex64", "complex128", "untyped complex"})
INTEGERS = UNSIGNED | SIGNED | {"untyped int", "untyped rune"}
DIRECT = frozenset({"pointer", "map", "func", "unsafe.Pointer"})
"""Kinds whose value is itself the data word of an interface."""

_ONE = {"pointer": Kind.POINTER, "map": Kind.POINTER, "func": Kind.POINTER, "unsafe.Pointer": Kind.POINTER, "chan": Kind.CHAN, "untyped nil": Kind.POINTER}
_ONE["iter"] = Kind.POINTER
_COMPARE_WORDS, _COMPARE_STRING, _COMPARE_INTERFACE, _COMPARE_NEVER, _COMPARE_FIELDS, _COMPARE_FLOATS = range(6)


@dataclass
class TypeTable:
    """Rows of the program's types as they are needed: layout, comparison, name."""

    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    go_kinds: list[str] = field(default_factory=list)
    _by_layout: dict[tuple, int] = field(default_factory=dict)
    _kinds_at: dict[tuple[int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Makes the four types that every program has."""
        self.add((), "free")
        self.add((Kind.SCALAR,), "words")
        self.add((Kind.POINTER,), "pointers")
        self.add((Kind.CHAN, Kind.SCALAR, Kind.TIMER), "time.Timer")

    def add(self, kinds: tuple[int, ...], name: str, go_kind: str = "", *, compare: tuple[int, ...] = (0,), direct: bool = False) -> int:
        """Adds a type; ``compare`` is the rule and, for field by field, its list."""
        rows = tuple(int(kind) for kind in kinds) + ((len(compare) // 3, *compare[1:]) if compare[0] == _COMPARE_FIELDS else ())
        at = self._kinds_at.get(rows)
        if at is None:
            at = self._kinds_at[rows] = len(self.kinds)
            self.kinds.extend(rows)
        self.rows.append((len(kinds), at, compare[0], int(direct)))
        self.names.append(name)
        self.go_kinds.append(go_kind)
        return len(self.rows) - 1

    def layout(self, kinds: tuple[int, ...], name: str) -> int:
        """The type of objects with these words that is no Go type, made once for each name."""
        key = (name, kinds)
        if key not in self._by_layout:
            self._by_layout[key] = self.add(kinds, name)
        return self._by_layout[key]


class Layouts:
    """Answers about the types of one SSA file."""

    def __init__(self, types: list[dict], table: TypeTable) -> None:
        """Keeps the list of types and the table that it fills."""
        self.types, self.table = types, table
        self._kinds: dict[int, tuple[Kind, ...]] = {}
        self._numbers: dict[int, int] = {}
        self.numbered: list[int] = []
        ours = {text: i for i, one in enumerate(types) if (text := one.get("string", "")).startswith("*gpusched/work/internal/runtime.")}
        self._same = {i: ours[own] for i, one in enumerate(types) if (own := one.get("string", "").replace("*", "*gpusched/work/internal/", 1)) in ours}
        self.bool_type = next((i for i, t in enumerate(types) if t["kind"] == "bool"), -1)

    def kind(self, t: int) -> str:
        """Go kind of the underlying type."""
        return self.types[t]["kind"]

    def elem(self, t: int) -> int:
        """Element type."""
        return self.types[t]["elem"]

    def name(self, t: int) -> str:
        """What %T prints."""
        return self.types[t].get("name") or self.types[t].get("string") or self.kind(t)

    def kinds(self, t: int) -> tuple[Kind, ...]:
        """Kind of each word of a value of this type."""
        known = self._kinds.get(t)
        if known is None:
            known = self._kinds[t] = self._flatten(t)
        return known

    def words(self, t: int) -> int:
        """Words of a value of this type."""
        return len(self.kinds(t))

    def _flatten(self, t: int) -> tuple[Kind, ...]:
        kind = self.kind(t)
        if kind in _ONE:
            return (_ONE[kind],)
        if kind in ("string", "untyped string"):
            return (Kind.POINTER, Kind.SCALAR)
        if kind == "interface":
            return (Kind.SCALAR, Kind.POINTER)
        if kind == "slice":
            return (Kind.POINTER, Kind.SCALAR, Kind.SCALAR)
        if kind == "struct":
            return tuple(k for f in self.types[t]["fields"] for k in self.kinds(f["type"]))
        if kind == "tuple":
            return tuple(k for e in self.types[t]["elems"] for k in self.kinds(e))
        if kind == "array":
            length = int(self.types[t]["len"])
            inner = self.kinds(self.elem(t))
            if len(inner) * length > MAX_WORDS:
                raise GpuschedError(f"array type {self.name(t)} has more than {MAX_WORDS} words", "", "use a slice")
            return inner * length
        if kind == "invalid":
            return ()
        if kind in COMPLEX:
            return (Kind.SCALAR, Kind.SCALAR)
        return (Kind.SCALAR,)

    def field_offset(self, t: int, index: int) -> int:
        """Words before a field of a struct or an element of a tuple."""
        entry = self.types[t]
        before = entry["elems"][:index] if entry["kind"] == "tuple" else [f["type"] for f in entry["fields"][:index]]
        return sum(self.words(u) for u in before)

    def number(self, t: int) -> int:
        """Number of this type in the program, as layout and as dynamic type."""
        t = self._same.get(t, t)
        known = self._numbers.get(t)
        if known is None:
            kinds = self.kinds(t)
            known = self.table.add(kinds, self.name(t), self.kind(t), compare=self._compare(t), direct=self.kind(t) in DIRECT)
            self._numbers[t] = known
            self.numbered.append(t)
        return known

    def _compare(self, t: int) -> tuple[int, ...]:
        """Rule of comparison and, field by field, (offset, rule, words) for each."""
        kind = self.kind(t)
        if kind == "string":
            return (_COMPARE_STRING,)
        if kind == "interface":
            return (_COMPARE_INTERFACE,)
        if kind in FLOATS or kind in COMPLEX:
            return (_COMPARE_FLOATS,)
        if self._never_equal(t):
            return (_COMPARE_NEVER,)
        if kind not in ("struct", "array"):
            return (_COMPARE_WORDS,)
        parts = self.compare_parts(t)
        if parts is None:
            return (_COMPARE_NEVER,)
        if (len(parts) == 1 and parts[0] == (0, _COMPARE_WORDS, self.words(t))) or (not parts and not self.words(t)):
            return (_COMPARE_WORDS,)
        return (_COMPARE_FIELDS, *(x for part in parts for x in part))

    def _never_equal(self, t: int) -> bool:
        """Whether Go has no == for a type: also where the part that has none takes no words, or is blank."""
        kind = self.kind(t)
        if kind == "struct":
            return any(self._never_equal(f["type"]) for f in self.types[t]["fields"])
        return self._never_equal(self.elem(t)) if kind == "array" else kind in ("slice", "map", "func")

    def compare_parts(self, t: int) -> list[tuple[int, int, int]] | None:
        """(offset, rule, words) of the parts of a value that == looks at, words in a row joined; None if it cannot be compared."""
        parts: list[tuple[int, int, int]] = []
        for offset, leaf in self.leaves(t):
            rule = self._compare(leaf)[0]
            if rule == _COMPARE_NEVER:
                return None
            if parts and rule == parts[-1][1] == _COMPARE_WORDS and parts[-1][0] + parts[-1][2] == offset:
                parts[-1] = (parts[-1][0], rule, parts[-1][2] + self.words(leaf))
            else:
                parts.append((offset, rule, self.words(leaf)))
        return parts

    def leaves(self, t: int, base: int = 0) -> list[tuple[int, int]]:
        """(offset, type) of the parts of a value that are no structs or arrays, without blank fields."""
        kind = self.kind(t)
        if kind == "struct":
            out, at = [], base
            for f in self.types[t]["fields"]:
                out += [] if f.get("blank") or f["name"] == "_" else self.leaves(f["type"], at)
                at += self.words(f["type"])
            return out
        if kind == "array":
            size = self.words(self.elem(t))
            return [leaf for i in range(int(self.types[t]["len"])) for leaf in self.leaves(self.elem(t), base + i * size)]
        return [(base, t)]
