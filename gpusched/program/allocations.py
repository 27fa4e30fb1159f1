"""Counting of heap allocations, before lowering: calls of a shim beside what the compiler leaves on the heap, for testing.AllocsPerRun.

What the compiler says of a place (golang/escapes.py) holds for a function as it was compiled, with the calls that were inlined into it: a function is
copied for each chain of inlined calls that leads to it. What is said of a line and what allocates there must agree in number, else nothing is known; where an
allocation is not known, a call that refuses to go on while allocations are counted stands instead. Such are maps, append, texts that are put together or
converted, and functions whose source is the model's own. Goroutines, those that wait, and deferred calls take descriptors that the runtime has at hand: they
count nothing, nor do run-time panics.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

COUNTED = "testing.allocated"
"""Shim function that counts: (n int)."""
SHIM = "testing/allocs.go:"
"""Where those functions are."""
UNKNOWN = "testing.uncounted"
"""Shim function that refuses while allocations are counted: (what string)."""
BOXED = {"int": "testing.boxed", "string": "testing.boxedString", "slice": "testing.boxedSlice"}
"""Shim functions that count the conversion of such a value to an interface (``runtime/iface.go``: convT64, convTstring, convTslice)."""
MADE = {"time.newTimer": 1, "internal/bytealg.MakeNoZero": 1}
"""Allocations of functions that the model makes itself."""
_POINTERS = ("pointer", "chan", "map", "func", "unsafe.Pointer")
_INTEGERS = frozenset({"uintptr"} | {f"{sign}int{bits}" for sign in ("", "u") for bits in ("", 16, 32, 64)})
_CLASSES = (("&", "complit"), ("new(", "new"), ("make(", "make"), ("... argument", "varargs"), ("func literal", "literal"))
_MOST = 12
"""Inlined calls that are followed one into another."""

Chain = tuple[str, ...]


class Told(Protocol):
    """What ``golang.escapes.Escapes`` is."""

    @property
    def heap(self) -> tuple[tuple[Chain, str], ...]: ...  # noqa: D102
    @property
    def inlined(self) -> dict[str, tuple[str, ...]]: ...  # noqa: D102
    @property
    def packages(self) -> frozenset[str]: ...  # noqa: D102


class _Copy:
    """A function as it was inlined by a chain of calls, () where it was not; ``before``: calls that are put before its instructions, by (block, index)."""

    def __init__(self, entry: dict[str, Any], chain: Chain) -> None:
        self.chain = chain
        blocks = [block | {"instrs": [dict(ins) for ins in block["instrs"]]} for block in entry["blocks"]]
        self.entry = entry | {"blocks": blocks}
        self.file, first = _place(entry.get("pos", ""))
        self.before: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        places = [_place(self.full(ins.get("pos", ""))) for ins in self.instructions()]
        self.lines = (first, max([first, *(line for file, line in places if file == self.file)]))

    def instructions(self) -> Iterable[dict[str, Any]]:
        """All of them."""
        return (ins for block in self.entry["blocks"] for ins in block["instrs"])

    def full(self, pos: str) -> str:
        """A position with its file."""
        return f"{self.file}:{pos}" if pos.count(":") == 1 else pos

    def line(self, block: int, index: int) -> str:
        """``file:line`` of an instruction, of the next one of its block where it has none."""
        for ins in self.entry["blocks"][block]["instrs"][index:]:
            if ins.get("pos"):
                return self.full(ins["pos"]).rsplit(":", 1)[0]
        return ""


class _Instrumented:
    """The program while calls are put in."""

    def __init__(self, ssa: dict[str, Any], told: Told) -> None:
        self.ssa, self.told, self.types = ssa, told, ssa["types"]
        self.funcs: list[dict[str, Any]] = list(ssa["funcs"])
        self.number = {entry["name"]: f for f, entry in enumerate(self.funcs)}
        self.copies: dict[tuple[int, Chain], int] = {}
        self.made: list[_Copy] = []
        self.heap: dict[Chain, dict[str, list[tuple[str, str]]]] = {}
        plain = {entry["pos"] for entry in self.funcs if entry.get("body") and not entry["freevars"]}
        for chain, what in told.heap:
            if what == "func literal" and chain[-1] in plain:
                continue
            self.heap.setdefault(chain[:-1], {}).setdefault(chain[-1].rsplit(":", 1)[0], []).append((chain[-1], what))
        self.taken: set[Chain] = set()
        self._allocates: dict[int, bool] = {}

    def run(self) -> dict[str, Any]:
        """The program with everything that is known counted."""
        for f, entry in enumerate(self.ssa["funcs"]):
            own = entry["pkg"].startswith("gpusched/") or entry["pkg"].endswith(".test") or entry.get("pos", "").startswith(SHIM)
            if entry.get("body") and not own:
                self.copy(f, ())
        for copy in self.made:
            self._leftover(copy)
        for chain in sorted(set(chain for chain, _ in self.told.heap) - self.taken):
            self._elsewhere(chain)
        for copy in self.made:
            for block, found in enumerate(copy.entry["blocks"]):
                found["instrs"] = [one for i, ins in enumerate(found["instrs"]) for one in (*copy.before.get((block, i), ()), ins)]
        return self.ssa | {"funcs": self.funcs}

    def copy(self, f: int, chain: Chain) -> int:
        """Number of a function's copy for a chain of calls; the one for () is the function itself."""
        if (f, chain) in self.copies:
            return self.copies[f, chain]
        made = _Copy(self.ssa["funcs"][f], chain)
        self.copies[f, chain] = number = f if not chain else len(self.funcs)
        if chain:
            self.funcs.append(made.entry)
        else:
            self.funcs[f] = made.entry
        self.made.append(made)
        groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for b, block in enumerate(made.entry["blocks"]):
            for i, ins in enumerate(block["instrs"]):
                self._instruction(made, b, i, ins, groups)
        for (line, kind), places in groups.items():
            self._group(made, line, kind, places)
        return number

    # -- instructions

    def _instruction(self, copy: _Copy, b: int, i: int, ins: dict[str, Any], groups: dict[tuple[str, str], list[tuple[int, int]]]) -> None:
        op = ins["op"]
        seen = copy.entry["pkg"] in self.told.packages
        if op in ("Call", "Go", "Defer"):
            self._call(copy, b, i, ins)
        elif op == "MapUpdate":
            self._unknown(copy, b, i, "maps")
        elif op == "MakeMap" or (op in ("Convert", "MultiConvert", "BinOp") and self._makes_text(ins)):
            groups[copy.line(b, i), "make" if op == "MakeMap" else "other"].append((b, i))
        elif op == "MakeChan":
            self._channel(copy, b, i, ins)
        elif op == "MakeClosure" and self.funcs[ins["fn"]["f"]].get("synthetic"):
            groups[copy.line(b, i), "other"].append((b, i))
        elif op == "MakeClosure":
            self._exact(copy, b, i, self.funcs[ins["fn"]["f"]]["pos"], seen)
            ins["fn"] = {"f": self.copy(ins["fn"]["f"], copy.chain)}
        elif op == "Alloc" and ins["heap"] and self._size(self.types[ins["t"]]["elem"]):
            kind = ins.get("comment", "")
            if kind in ("complit", "new", "varargs", "makeslice", "slicelit"):
                group = {"makeslice": "make", "slicelit": "other"}.get(kind, kind)
                groups[copy.full(ins["pos"]).rsplit(":", 1)[0], group].append((b, i))
            else:
                self._exact(copy, b, i, copy.full(ins["pos"]), seen)
        elif op == "MakeSlice":
            groups[copy.line(b, i), "make"].append((b, i))
        elif op == "MakeInterface" and not self._pointer_shaped(ins["from"]):
            groups[copy.line(b, i), "other"].append((b, i))

    def _said(self, copy: _Copy, line: str) -> list[tuple[str, str]]:
        """Positions on a line of what is on the heap, and what it is."""
        return self.heap.get(copy.chain, {}).get(line, [])

    def _exact(self, copy: _Copy, b: int, i: int, pos: str, seen: bool) -> None:
        """A variable or function literal: the compiler names its very position."""
        if not seen:
            self._unknown(copy, b, i, f"allocations in {copy.entry['pkg']}")
        elif any(at == pos for at, _ in self._said(copy, pos.rsplit(":", 1)[0])):
            self.taken.add((*copy.chain, pos))
            self._count(copy, b, i, 1)

    def _group(self, copy: _Copy, line: str, kind: str, places: list[tuple[int, int]]) -> None:
        """What allocates alike on one line: all of it is on the heap if so much is said to be, none if nothing is."""
        if copy.entry["pkg"] not in self.told.packages:
            for b, i in places:
                self._unknown(copy, b, i, f"allocations in {copy.entry['pkg']}")
            return
        said = [at for at, what in self._said(copy, line) if _class(what) == kind and (*copy.chain, at) not in self.taken]
        self.taken.update((*copy.chain, at) for at in said)
        for b, i in places:
            ins = copy.entry["blocks"][b]["instrs"][i]
            if said and len(set(said)) != len(places):
                self._unknown(copy, b, i, f"several values at {line}")
            elif ins["op"] not in ("Alloc", "MakeClosure", "MakeSlice", "MakeInterface"):
                self._unknown(copy, b, i, "maps" if ins["op"] == "MakeMap" else "texts that are made")
            elif ins["op"] == "MakeSlice" and not said:
                self._unknown(copy, b, i, f"a slice at {line} whose length is not constant")
            elif said and ins["op"] == "MakeInterface":
                self._boxed(copy, b, i, ins)
            elif said:
                self._count(copy, b, i, 1)

    def _boxed(self, copy: _Copy, b: int, i: int, ins: dict[str, Any]) -> None:
        """``walkConvInterface: dataWord`` of a value on the heap; constants are read-only data."""
        kind, x = self.types[ins["from"]]["kind"], ins["x"]
        if (isinstance(x, dict) and "c" in x) or not self._size(ins["from"]) or kind in ("bool", "int8", "uint8"):
            return
        shim = "int" if kind in _INTEGERS else kind
        if shim in BOXED and BOXED[shim] in self.number:
            copy.before[b, i].append(self._made(BOXED[shim], [x], ins))
        else:
            self._count(copy, b, i, 1)

    def _channel(self, copy: _Copy, b: int, i: int, ins: dict[str, Any]) -> None:
        """``makechan``: one object, or two if the buffer has pointers."""
        elem, size = self.types[ins["t"]]["elem"], ins["size"]
        if not self._has_pointers(elem) or (isinstance(size, dict) and size.get("c") == "0"):
            self._count(copy, b, i, 1)
        elif isinstance(size, dict):
            self._count(copy, b, i, 2)
        else:
            self._unknown(copy, b, i, "a channel whose size is not constant")

    def _call(self, copy: _Copy, b: int, i: int, ins: dict[str, Any]) -> None:
        callee = ins.get("fn")
        pos = copy.full(ins.get("pos", ""))
        if isinstance(callee, dict) and callee.get("b") == "append":
            self._unknown(copy, b, i, "append")
        if ins["op"] == "Defer" and _in_loop(copy.entry["blocks"], b):
            self._unknown(copy, b, i, "defer in a loop")
        if not isinstance(callee, dict) or "f" not in callee:
            return
        entry = self.ssa["funcs"][callee["f"]]
        name = entry.get("origin") or entry["name"]
        if name in MADE:
            self._count(copy, b, i, MADE[name])
        elif name.startswith("fmt.Print") and not entry.get("body"):
            self._unknown(copy, b, i, name)
        elif ins["op"] == "Call" and self._is_inlined(copy, pos, entry) and self._does_allocate(callee["f"]):
            chain = (*copy.chain, pos)
            if copy.chain and chain not in self.heap and self._leaves_on_heap(callee["f"]):
                self._unknown(copy, b, i, f"{name}, of which it is not known whether it is inlined")
            else:
                ins["fn"] = {"f": self.copy(callee["f"], chain)}

    # -- what is known

    def _is_inlined(self, copy: _Copy, pos: str, entry: dict[str, Any]) -> bool:
        names = self.told.inlined.get(copy.chain[0] if copy.chain else pos, ())
        own = _parts(entry["name"])
        return len(copy.chain) < _MOST and any(own[-len(parts) :] == parts for parts in map(_parts, names))

    def _does_allocate(self, f: int) -> bool:
        """Whether a function, or one that it calls plainly, has anything to count."""
        if f not in self._allocates:
            self._allocates[f] = False
            entry = self.ssa["funcs"][f]
            found = (entry.get("origin") or entry["name"]) in MADE
            for block in entry.get("blocks") or ():
                for ins in block["instrs"]:
                    callee = ins.get("fn")
                    allocates = ins["op"] in ("MakeClosure", "MakeSlice", "MakeChan", "MakeMap") or (ins["op"] == "Alloc" and ins["heap"])
                    allocates |= ins["op"] == "MakeInterface" and not self._pointer_shaped(ins["from"])
                    found |= allocates or (isinstance(callee, dict) and "f" in callee and self._does_allocate(callee["f"]))
            self._allocates[f] = found
        return self._allocates[f]

    def _leaves_on_heap(self, f: int) -> bool:
        """Whether a function that is not inlined leaves anything on the heap."""
        file, first = _place(self.ssa["funcs"][f]["pos"])
        last = _Copy(self.ssa["funcs"][f], ()).lines[1]
        return any(f"{file}:{line}" in self.heap.get((), {}) for line in range(first, last + 1))

    def _makes_text(self, ins: dict[str, Any]) -> bool:
        """Whether an operation puts a text or slice of bytes together."""
        kind = self.types[ins["t"]]["kind"]
        return (ins["tok"] == "+" and kind == "string") if ins["op"] == "BinOp" else kind in ("string", "slice")

    def _size(self, t: int) -> int:
        return int(self.types[t].get("gcsize", 8))

    def _pointer_shaped(self, t: int) -> bool:
        """``types.IsDirectIface``; a type that package reflect shows is a pointer in Go."""
        one = self.types[t]
        if one["name"] == "reflect.rtype":
            return True
        if one["kind"] == "struct":
            return len(one["fields"]) == 1 and self._pointer_shaped(one["fields"][0]["type"])
        if one["kind"] == "array":
            return int(one["len"]) == 1 and self._pointer_shaped(one["elem"])
        return one["kind"] in _POINTERS

    def _has_pointers(self, t: int) -> bool:
        one = self.types[t]
        if one["kind"] == "struct":
            return any(self._has_pointers(field["type"]) for field in one["fields"])
        if one["kind"] == "array":
            return int(one["len"]) > 0 and self._has_pointers(one["elem"])
        return one["kind"] in (*_POINTERS, "string", "slice", "interface")

    # -- what was said and belongs to nothing that is known

    def _leftover(self, copy: _Copy) -> None:
        """Refuses at a function's beginning where the compiler speaks of allocations within it that were not found, those of inner functions left out."""
        inner = [
            other for other in self.made if other.chain == copy.chain and other.file == copy.file and other is not copy and _within(other.lines, copy.lines)
        ]
        for line, said in self.heap.get(copy.chain, {}).items():
            file, number = line.rsplit(":", 1)
            if file != copy.file or not copy.lines[0] <= int(number) <= copy.lines[1] or any(_within((int(number),) * 2, one.lines) for one in inner):
                continue
            for at, what in said:
                if (*copy.chain, at) not in self.taken:
                    self.taken.add((*copy.chain, at))
                    self._unknown(copy, 0, _first(copy.entry), f"{what} at {at}")

    def _elsewhere(self, chain: Chain) -> None:
        """Refuses at a call that the compiler inlined though it is none of a known function, or whose function could not be followed."""
        if len(chain) == 1:
            return
        *outer, call = chain[:-1]
        for copy in self.made:
            for b, block in enumerate(copy.entry["blocks"] if copy.chain == tuple(outer) else ()):
                for i, ins in enumerate(block["instrs"]):
                    if ins["op"] in ("Call", "Go", "Defer") and copy.full(ins.get("pos", "")) == call and not self._goes_to_copy(ins):
                        self._unknown(copy, b, i, f"a call that is inlined at {call}")

    def _goes_to_copy(self, ins: dict[str, Any]) -> bool:
        return isinstance(ins.get("fn"), dict) and ins["fn"].get("f", 0) >= len(self.ssa["funcs"])

    # -- calls

    def _count(self, copy: _Copy, b: int, i: int, n: int) -> None:
        copy.before[b, i].append(self._made(COUNTED, [self._constant(COUNTED, str(n))], copy.entry["blocks"][b]["instrs"][i]))

    def _unknown(self, copy: _Copy, b: int, i: int, what: str) -> None:
        if not copy.before[b, i]:
            copy.before[b, i].append(self._made(UNKNOWN, [self._constant(UNKNOWN, what)], copy.entry["blocks"][b]["instrs"][i]))

    def _constant(self, shim: str, value: str) -> dict[str, Any]:
        return {"c": value, "t": self.funcs[self.number[shim]]["params"][0][1]}

    def _made(self, shim: str, args: list[Any], beside: dict[str, Any]) -> dict[str, Any]:
        return {"op": "Call", "fn": {"f": self.number[shim]}, "args": args, "sig": [], "pos": beside.get("pos", "")}


def _place(pos: str) -> tuple[str, int]:
    """File and line of a position."""
    parts = pos.rsplit(":", 2)
    return (parts[0], int(parts[1])) if len(parts) == 3 else ("", 0)


def _parts(name: str) -> list[str]:
    """Package, receiver's type and name of a function, without type arguments; the compiler leaves its own package out."""
    depth, kept = 0, []
    for char in name:
        depth += (char == "[") - (char == "]")
        if depth == 0 and char != "]":
            kept.append(char)
    return re.findall(r"[^.()*]+", "".join(kept).rsplit("/", 1)[-1])


def _class(what: str) -> str:
    """What kind of expression the compiler speaks of."""
    return next((name for start, name in _CLASSES if what.startswith(start)), "other")


def _within(lines: tuple[int, ...], of: tuple[int, int]) -> bool:
    return of[0] <= lines[0] and lines[-1] <= of[1]


def _first(entry: dict[str, Any]) -> int:
    """The first instruction of the first block that may have something before it."""
    return next((i for i, ins in enumerate(entry["blocks"][0]["instrs"]) if ins["op"] != "Phi"), 0)


def _in_loop(blocks: list[dict[str, Any]], block: int) -> bool:
    """Whether a block may come to itself again."""
    seen, todo = set(), list(blocks[block]["succs"])
    while todo:
        one = todo.pop()
        if one == block:
            return True
        if one not in seen:
            seen.add(one)
            todo += blocks[one]["succs"]
    return False


def counts(ssa: dict[str, Any]) -> bool:
    """Whether a program counts its allocations."""
    return any(entry["name"] == "testing.AllocsPerRun" for entry in ssa["funcs"])


def instrument(ssa: dict[str, Any], told: Told) -> dict[str, Any]:
    """The program with what it allocates counted; the one given stays as it was."""
    return _Instrumented(ssa, told).run()
