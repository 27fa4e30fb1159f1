"""Which registers of a frame are still read: what a goroutine that goes on can reach. Backward analysis over a function's rows, on the host.

Models the compiler's stack maps (``cmd/compile/internal/liveness``), which is what Go's collector goes by. Where the rows do not say how many words an
instruction reads (elements that are sent), as many as the widest element of a channel count; where they do not say how many it writes, one.
"""

from functools import cached_property

import numpy as np

from gpusched.machine.opcodes import FRAME_REGS, IMM, Native, Op
from gpusched.program.program import Program

_CALLS = frozenset({Op.CALL, Op.CALLC, Op.CALLI})
_STARTS = frozenset({Op.GO, Op.GOC, Op.GOI, Op.DEFER, Op.DEFERC, Op.DEFERI})
_BY_REGISTER = frozenset({Op.CALLC, Op.CALLI, Op.GOC, Op.GOI, Op.DEFERC, Op.DEFERI})
_BY_METHOD = frozenset({Op.CALLI, Op.GOI, Op.DEFERI})
_LISTED = frozenset({Op.RET, Op.NATIVE, Op.SYS})
_READ_A = frozenset({Op.STORE, Op.CLOSE, Op.SEND, Op.PANIC, Op.COPY, Op.SLICECHK})
_READ_B = frozenset(
    {Op.MOV, Op.NOT, Op.EXT, Op.FNEG, Op.I2F, Op.U2F, Op.F2I, Op.F2U, Op.F32, Op.LOAD, Op.STORE, Op.FIELD, Op.INDEX, Op.STRINDEX, Op.SLICECHK, Op.SHIFTCHK}
    | {Op.MAKESLICE, Op.GROWSLICE, Op.COPY, Op.STRCMP, Op.IFACEEQ, Op.IMPLEMENTS, Op.MAKECHAN, Op.CHANLEN, Op.CHANCAP, Op.PANIC, Op.RECV}
)
_READ_C = frozenset({Op.INDEX, Op.STRINDEX, Op.SLICECHK, Op.MAKESLICE, Op.GROWSLICE, Op.COPY, Op.STRCMP, Op.IFACEEQ})
_FIXED_ROWS = {Op.INDEX: 1, Op.STRINDEX: 1, Op.SLICECHK: 1, Op.MAKESLICE: 1, Op.GROWSLICE: 2, Op.STRCMP: 1, Op.STRCAT: 2, Op.IFACEEQ: 1}
_READ_ROWS = {Op.INDEX: ("b",), Op.STRINDEX: ("a",), Op.SLICECHK: ("a", "c"), Op.GROWSLICE: ("a", "b", "c"), Op.STRCMP: ("a", "b"), Op.IFACEEQ: ("a", "b")}
_NO_WRITE = _READ_A | _STARTS | _LISTED | _CALLS | {Op.JMP, Op.SHIFTCHK, Op.RUNDEFERS, Op.UNWIND, Op.ZERO, Op.ARG, Op.RECOVER}


class _Row:
    """An instruction: registers read and written as bits, rows that may follow, rows that it takes."""

    __slots__ = ("follows", "size", "uses", "writes")

    def __init__(self) -> None:
        self.uses = self.writes = 0
        self.follows: list[int] = []
        self.size = 1

    def use(self, *registers: int) -> None:
        for register in registers:
            if register >= 0:
                self.uses |= 1 << register

    def write(self, *registers: int) -> None:
        for register in registers:
            if register >= 0:
                self.writes |= 1 << register


class Liveness:
    """Live registers by row of code, function by function as they are asked for."""

    def __init__(self, program: Program) -> None:
        """Keeps the program."""
        self.program = program
        self._functions: dict[int, tuple[dict[int, _Row], dict[int, int]]] = {}

    @cached_property
    def widest(self) -> int:
        """Words of the widest element of a channel that the program makes."""
        code = self.program.code
        made = code["c"][code["op"] == Op.MAKECHAN]
        return max(1, int(self.program.types["words"][made].max(initial=1)))

    def at(self, function: int, row: int) -> int:
        """Registers that are live before the instruction at ``row`` (bit i: register i)."""
        _, live = self._function(function)
        return live.get(row, -1) | self._always(function, live)

    def rows(self, function: int) -> dict[int, int]:
        """The rows of a function's instructions, each with how many rows it takes."""
        return {row: one.size for row, one in self._function(function)[0].items()}

    def after_call(self, function: int, back: int) -> int:
        """Registers that are live once a call returns to ``back`` (``FRAME_PC``), its results not counted."""
        rows, live = self._function(function)
        head = back
        while head not in rows or head == back:
            head -= 1
            if head < 0:
                return -1
        after = 0
        for row in rows[head].follows:
            after |= live.get(row, -1)
        return after & ~rows[head].writes | self._always(function, live)

    def _always(self, function: int, live: dict[int, int]) -> int:
        """The list of deferred calls, and what is read where a recovered panic goes on."""
        func = self.program.funcs[function]
        defers, recover = int(func["defers"]), int(func["recover"])
        return (1 << defers if defers >= 0 else 0) | (live.get(recover, -1) if recover >= 0 else 0)

    def addressed(self, function: int) -> int:
        """Registers of a function that pointers may point at."""
        rows, _ = self._function(function)
        found = 0
        for row in rows:
            if int(self.program.code[row]["op"]) == Op.LEA:
                for register in self._extent(function, int(self.program.code[row]["b"])):
                    found |= 1 << register
        return found

    def width(self, function: int) -> int:
        """How many registers a function has."""
        return int(self.program.types["words"][self.program.funcs["frame_type"][function]]) - FRAME_REGS

    @cached_property
    def _groups(self) -> dict[int, list[tuple[int, int]]]:
        groups: dict[int, list[tuple[int, int]]] = {}
        for function, first, words in self.program.addressed:
            groups.setdefault(function, []).append((first, words))
        return groups

    def _extent(self, function: int, register: int) -> range:
        """The registers of the variable whose address, or that of a part of it, is taken."""
        for first, words in self._groups.get(function, ()):
            if first <= register < first + words:
                return range(first, first + words)
        return range(register, self.width(function))

    def _function(self, function: int) -> tuple[dict[int, _Row], dict[int, int]]:
        found = self._functions.get(function)
        if found is None:
            rows = self._rows(function)
            found = self._functions[function] = rows, _fixed_point(rows)
        return found

    def _rows(self, function: int) -> dict[int, _Row]:
        entries = self.program.funcs["entry"]
        start = int(entries[function])
        later = entries[entries > start]
        end = int(later.min()) if len(later) else len(self.program.code)
        rows, at = {}, start
        while at < end:
            rows[at] = self._decode(at)
            if int(self.program.code[at]["op"]) == Op.LEA:
                rows[at].use(*self._extent(function, int(self.program.code[at]["b"])))
            at += rows[at].size
        return rows

    def _decode(self, row: int) -> _Row:
        code = self.program.code
        op, a, b, c = (int(x) for x in code[row])
        made = _Row()
        base = op - IMM if IMM <= op < 2 * IMM else op
        if base < IMM:
            made.use(b, *([c] if op == base else []))
            jumps = Op.JEQ <= base <= Op.JGEU
            if not jumps:
                made.write(a)
            made.follows = [row + 1, *([a] if jumps else [])]
            return made
        kind = Op(op)
        made.size = 1 + _extra_rows(kind, b, c)
        made.follows = [a] if kind == Op.JMP else [] if kind in (Op.RET, Op.PANIC) else [row + made.size]
        if kind in _READ_A or kind in _BY_REGISTER:
            made.use(a)
        if kind in _READ_B:
            made.use(b)
        if kind in _READ_C:
            made.use(c)
        if kind not in _NO_WRITE:
            made.write(a)
        self._lists(kind, row, made, (a, b, c))
        return made

    def _lists(self, kind: Op, row: int, made: _Row, operands: tuple[int, int, int]) -> None:
        a, b, c = operands
        code = self.program.code
        for name in _READ_ROWS.get(kind, ()):
            made.use(int(code[row + 1][name]))
        if kind == Op.STRCAT:
            made.use(*(int(x) for x in list(code[row + 1])[1:]), *(int(x) for x in list(code[row + 2])[1:3]))
        elif kind in _CALLS | _STARTS | _LISTED:
            first = row + 1 + (kind in _BY_METHOD)
            made.use(*(int(x) for i in range((b + 2) // 3) for x in list(code[first + i])[1:]))
            if kind in _CALLS:
                made.write(*(int(x) for i in range((c + 2) // 3) for x in list(code[first + (b + 2) // 3 + i])[1:]))
            elif kind in (Op.NATIVE, Op.SYS):
                made.write(a)
        elif kind == Op.RECOVER:
            made.write(a, a + 1)
        elif kind == Op.ZERO:
            made.write(*range(a, a + b))
        elif kind == Op.RECV:
            made.write(c)
        elif kind == Op.SEND:
            made.use(*range(b, b + self.widest))
        elif kind == Op.SELECT:
            made.write(a, c)
            for i in range(b):
                _, direction, channel, first = (int(x) for x in code[row + 2 + i])
                made.use(channel)
                if direction == 1 and first >= 0:
                    made.use(*range(first, first + self.widest))


def _extra_rows(kind: Op, b: int, c: int) -> int:
    """ARG rows of an instruction."""
    words = (b + 2) // 3
    if kind in _CALLS:
        return words + (c + 2) // 3 + (kind == Op.CALLI)
    if kind in _STARTS:
        return words + (kind in _BY_METHOD)
    if kind in _LISTED:
        return words
    return 1 + b if kind == Op.SELECT else _FIXED_ROWS.get(kind, 0)


def _fixed_point(rows: dict[int, _Row]) -> dict[int, int]:
    """Live registers before each row, by going backward until nothing changes."""
    live = dict.fromkeys(rows, 0)
    order = sorted(rows, reverse=True)
    changed = True
    while changed:
        changed = False
        for row in order:
            one = rows[row]
            after = 0
            for following in one.follows:
                after |= live.get(following, 0)
            before = after & ~one.writes | one.uses
            changed |= before != live[row]
            live[row] = before
    return live


def stack_maps(program: Program) -> np.ndarray:
    """Live registers for the kernel, int32: a word for each row of code, one for each type, then sets of registers, 32 to a word, which they say the place of.

    Of a row at which a goroutine stands the registers that are live before it; of the further rows of a call, to the first of which a call with results
    returns, those that are live after it; of a frame type the registers whose address is taken; 0: of any other row or type. A program that adds no
    cleanups needs none.
    """
    code = program.code
    if not ((code["op"] == Op.SYS) & (code["c"] == Native.CLEANUP)).any():
        return np.zeros(1, np.int32)
    live = Liveness(program)
    first = len(code) + len(program.types)
    places, sets, known = np.zeros(first, np.int32), [], {}

    def place(bits: int, width: int) -> int:
        count = max((width + 31) // 32, 1)
        key = (bits & (1 << 32 * count) - 1, count)
        if key not in known:
            known[key] = first + len(sets)
            sets.extend(key[0] >> 32 * i & 0xFFFFFFFF for i in range(count))
        return known[key]

    for function in range(len(program.funcs)):
        width = live.width(function)
        for row, size in live.rows(function).items():
            places[row] = place(live.at(function, row), width)
            if int(code[row]["op"]) in _CALLS and size > 1:
                places[row + 1 : row + size] = place(live.after_call(function, row + 1), width)
        places[len(code) + program.funcs["frame_type"][function]] = place(live.addressed(function), width)
    return np.concatenate([places, np.array(sets, np.uint32).view(np.int32)])


def registers(bits: int, count: int) -> list[int]:
    """Numbers of the registers of a set, below ``count``."""
    return [i for i in range(count) if bits >> i & 1]
