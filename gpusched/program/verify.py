"""Checks that a program's numbers stay inside its tables, so that a damaged or hostile one cannot make the kernel read elsewhere."""

import numpy as np

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import FRAME_REGS, IMM, Kind, Native, Op, SliceOf
from gpusched.program.program import Program

_BINARY = {int(op) for op in Op if op < IMM}
_JUMPS = set(range(Op.JEQ, Op.JGEU + 1))
_TWO = {Op.MOV, Op.NOT, Op.EXT, Op.FNEG, Op.I2F, Op.U2F, Op.F2I, Op.F2U, Op.F32, Op.LOAD, Op.STORE, Op.FIELD, Op.LEA, Op.CHANLEN, Op.CHANCAP, Op.PANIC}
_CALLS = {Op.CALL, Op.CALLC, Op.CALLI}
_STARTS = {Op.GO, Op.GOC, Op.GOI, Op.DEFER, Op.DEFERC, Op.DEFERI}
_FIXED_ROWS = {Op.INDEX: 1, Op.STRINDEX: 1, Op.SLICECHK: 1, Op.MAKESLICE: 1, Op.GROWSLICE: 2, Op.STRCMP: 1, Op.STRCAT: 2, Op.IFACEEQ: 1}


def _bad(what: str, row: int) -> GpuschedError:
    return GpuschedError(f"the program is damaged: {what}", f"row {row}", "compile the workload again")


class _Function:
    """Checks the rows of one function."""

    def __init__(self, program: Program, number: int, end: int) -> None:
        func = program.funcs[number]
        self.program, self.number, self.start, self.end = program, number, int(func["entry"]), end
        self.slots = int(program.types[int(func["frame_type"])]["words"]) - FRAME_REGS
        self.results = int(func["results"])
        self.pointers = program.kinds[int(program.types[int(func["frame_type"])]["kinds"]) + FRAME_REGS :]

    def reg(self, value: int, row: int, *, absent: bool = False) -> None:
        if not (0 <= value < self.slots or (absent and value == -1)):
            raise _bad(f"register {value} does not exist", row)

    def regs(self, values: list[int], row: int) -> None:
        for value in values:
            self.reg(int(value), row, absent=True)

    def check(self) -> None:
        at = self.start
        heads = set()
        jumps: list[tuple[int, int]] = []
        while at < self.end:
            heads.add(at)
            at += 1 + self._instruction(at, jumps)
        if at != self.end:
            raise _bad("an instruction has too few rows", at)
        for row, target in jumps:
            if target not in heads:
                raise _bad("a jump leaves its function", row)
        func = self.program.funcs[self.number]
        if int(func["recover"]) >= 0 and int(func["recover"]) not in heads:
            raise _bad("the recover row lies outside its function", self.start)

    def _instruction(self, row: int, jumps: list[tuple[int, int]]) -> int:
        """Checks an instruction; gives the number of its ARG rows."""
        op, a, b, c = (int(x) for x in self.program.code[row])
        base = op - IMM if IMM <= op < 2 * IMM else op
        if base in _BINARY:
            self.reg(b, row)
            if op == base:
                self.reg(c, row)
            if base in _JUMPS:
                jumps.append((row, a))
            else:
                self.reg(a, row)
            return 0
        if op == Op.JMP:
            jumps.append((row, a))
            return 0
        extra = self._extra_rows(op, b, c, row)
        self._args(op, row, extra)
        self._operands(op, a, b, c, row)
        return extra

    def _extra_rows(self, op: int, b: int, c: int, row: int) -> int:
        words = (b + 2) // 3
        if op in _CALLS | _STARTS | {Op.RET, Op.NATIVE, Op.SYS, Op.SELECT} and not 0 <= b <= 1 << 16:
            raise _bad("an instruction has an impossible number of arguments", row)
        if op in _CALLS:
            if not 0 <= c <= 1 << 16:
                raise _bad("an instruction has an impossible number of results", row)
            return words + (c + 2) // 3 + (op == Op.CALLI)
        if op in _STARTS:
            return words + (op in (Op.GOI, Op.DEFERI))
        if op in (Op.RET, Op.NATIVE, Op.SYS):
            return words
        return 1 + b if op == Op.SELECT else _FIXED_ROWS.get(Op(op), 0)

    def _args(self, op: int, row: int, extra: int) -> None:
        if row + extra >= self.end + (extra == 0) or any(int(self.program.code[row + 1 + i]["op"]) != Op.ARG for i in range(extra)):
            raise _bad("an instruction has too few rows", row)
        first = 1
        if op in (Op.CALLI, Op.GOI, Op.DEFERI):
            method = int(self.program.code[row + 1]["a"])
            if not 0 <= method < self.program.itab.shape[1]:
                raise _bad(f"method {method} does not exist", row)
            first = 2
        if op in _CALLS | _STARTS | {Op.RET, Op.NATIVE, Op.SYS}:
            for i in range(first, 1 + extra):
                self.regs([self.program.code[row + i][x] for x in ("a", "b", "c")], row)

    def _operands(self, op: int, a: int, b: int, c: int, row: int) -> None:
        one = {Op.LDI, Op.LDK, Op.ALLOC, Op.RECOVER, Op.CLOSE, Op.CALLC, Op.CALLI, Op.GOC, Op.GOI, Op.DEFERC, Op.DEFERI, Op.INDEX, Op.STRINDEX, Op.MAKESLICE}
        if op in _TWO:
            self.regs([a, b], row)
        if op in one:
            self.reg(a, row)
        if op == Op.RECOVER:
            self.reg(a + 1, row)
        if op in (Op.INDEX, Op.STRINDEX, Op.MAKESLICE, Op.GROWSLICE, Op.COPY, Op.STRCMP, Op.IFACEEQ):
            self.regs([a, b, c], row)
        if op in (Op.MAKECHAN, Op.IMPLEMENTS):
            self.regs([a, b], row)
        if op == Op.SLICECHK:
            self.regs([a, b, c], row)
        if op == Op.SHIFTCHK:
            self.reg(b, row)
        if op == Op.ZERO and not (a >= 0 and b > 0 and a + b <= self.slots):
            raise _bad("registers do not exist", row)
        self._tables(op, a, b, c, row)
        self._lists(op, a, b, c, row)

    def _tables(self, op: int, a: int, b: int, c: int, row: int) -> None:
        program = self.program
        if op == Op.LDK and not 0 <= c < len(program.consts):
            raise _bad(f"constant {c} does not exist", row)
        if op in (Op.CALL, Op.GO, Op.DEFER) and not 0 <= a < len(program.funcs):
            raise _bad(f"function {a} does not exist", row)
        if op in (Op.CALL, Op.GO, Op.DEFER) and b != int(program.funcs[a]["params"]):
            raise _bad("a call has another number of arguments than the function", row)
        if op == Op.CALL and c not in (0, int(program.funcs[a]["results"])):
            raise _bad("a call has another number of results than the function", row)
        types = [c] if op in (Op.ALLOC, Op.MAKECHAN, Op.DEFER, Op.DEFERC, Op.DEFERI) else []
        if op == Op.MAKESLICE:
            types = [int(program.code[row + 1]["a"])]
        if op == Op.GROWSLICE:
            types = [int(program.code[row + 2]["a"])]
        if any(not 0 <= t < len(program.types) for t in types):
            raise _bad("a type does not exist", row)
        if op == Op.IMPLEMENTS and not 0 <= c < program.implements.shape[1]:
            raise _bad(f"interface {c} does not exist", row)
        if op in (Op.NATIVE, Op.SYS) and (c not in set(Native) or (c < 64) != (op == Op.NATIVE)):
            raise _bad(f"native {c} does not exist", row)
        if op == Op.RET and b != self.results:
            raise _bad("a return has another number of words than the function", row)

    def _lists(self, op: int, a: int, b: int, c: int, row: int) -> None:
        rows = [tuple(int(x) for x in self.program.code[row + 1 + i])[1:] for i in range(2) if row + 1 + i < len(self.program.code)]
        if op in (Op.NATIVE, Op.SYS, Op.RECV, Op.SEND):
            self.reg(a, row, absent=op in (Op.NATIVE, Op.SYS))
        if op == Op.SEND:
            self.reg(b, row, absent=self.slots == 0)
        if op == Op.RECV:
            self.reg(b, row)
            self.reg(c, row, absent=True)
        if op in (Op.INDEX, Op.STRCMP, Op.IFACEEQ):
            self.regs([rows[0][1]] if op == Op.INDEX else list(rows[0][:2]), row)
        if op == Op.STRINDEX:
            self.reg(rows[0][0], row)
        if op == Op.SLICECHK:
            self.regs([rows[0][0], rows[0][2]], row)
            if rows[0][1] not in set(SliceOf):
                raise _bad("a slice of nothing known", row)
        if op == Op.GROWSLICE:
            self.regs(list(rows[0]), row)
        if op == Op.STRCAT:
            self.regs([*rows[0], *rows[1][:2]], row)
        if op == Op.SELECT:
            self.reg(a, row)
            self.reg(c, row, absent=True)
            for i in range(b):
                _, direction, channel, first = (int(x) for x in self.program.code[row + 2 + i])
                self.reg(channel, row)
                self.reg(first, row, absent=True)
                if direction not in (1, 2):
                    raise _bad("a select case neither sends nor receives", row)


def verify(program: Program, quantile_rows: int) -> None:
    """Raises a GpuschedError if the program's numbers do not fit together."""
    counts = len(program.funcs), len(program.types), len(program.code)
    if not (counts[0] and counts[1] >= 4 and counts[2] and int(program.code[0]["op"]) == Op.UNWIND):
        raise _bad("a table is empty", 0)
    if not (0 <= program.entry < counts[0] and 0 <= program.globals_type < counts[1]):
        raise _bad("the entry or the globals do not exist", 0)
    if (
        len(program.functions) != counts[0]
        or len(program.type_names) != counts[1]
        or len(program.type_kinds) != counts[1]
        or len(program.positions) != counts[2]
    ):
        raise _bad("names and tables differ in length", 0)
    if program.itab.shape[0] != counts[1] or program.implements.shape[0] != counts[1] or np.any(program.itab < -1) or np.any(program.itab >= counts[0]):
        raise _bad("the method tables do not fit", 0)
    if program.quantiles.shape != (len(program.tables), quantile_rows) or program.tables.shape[1:] != (2,):
        raise _bad("the quantile tables do not fit", 0)
    _verify_types(program)
    _verify_functions(program)
    size = int(program.types[program.globals_type]["words"])
    if not 0 <= program.preprint < counts[0] or (program.preprint and int(program.funcs[program.preprint]["params"]) != 1):
        raise _bad("the function that shows panics does not fit", 0)
    if any(not GLOBALS <= at < GLOBALS + size for at in program.initial) or any(
        c.address and not GLOBALS <= c.address < GLOBALS + size for c in program.constants
    ):
        raise _bad("a package variable lies outside the globals", 0)
    if any(not (-1 <= file < len(program.files)) for file, _ in set(program.positions)):
        raise _bad("a position names no file", 0)
    if any(not -1 <= file < len(program.files) for _, file, _, _ in program.sites) or len(program.site_of) not in (0, counts[2]):
        raise _bad("a site names no file", 0)
    if any(not -1 <= site < len(program.sites) for site in set(program.site_of)):
        raise _bad("a row names no site", 0)


def _verify_types(program: Program) -> None:
    words, kinds = program.types["words"].astype(np.int64), program.types["kinds"].astype(np.int64)
    fields = np.zeros(len(words), np.int64)
    for t in np.flatnonzero(program.types["compare"] == 4):
        at = int(kinds[t] + words[t])
        if not (words[t] >= 0 and kinds[t] >= 0 and at < len(program.kinds)):
            raise _bad(f"type {t} has no list of fields", 0)
        fields[t] = 1 + 3 * int(program.kinds[at])
        rows = program.kinds[at + 1 : at + int(fields[t])].reshape(-1, 3) if fields[t] >= 1 and at + fields[t] <= len(program.kinds) else np.full((1, 3), -1)
        if np.any(rows < 0) or np.any((rows[:, 1] > 2) & (rows[:, 1] != 5)) or np.any(rows[:, 0].astype(np.int64) + rows[:, 2] > words[t]):
            raise _bad(f"type {t} compares words that it has not", 0)
    if np.any(words < 0) or np.any(kinds < 0) or np.any(fields < 0) or np.any(kinds + words + fields > len(program.kinds)):
        raise _bad("a type has no kinds", 0)
    for t in range(len(words)):
        own = program.kinds[int(kinds[t]) : int(kinds[t] + words[t])]
        if np.any(own < 0) or np.any(own > max(Kind)):
            raise _bad(f"type {t} has an unknown kind", 0)


def _verify_functions(program: Program) -> None:
    entries = [int(x) for x in program.funcs["entry"]]
    ends = [*sorted(entries)[1:], len(program.code)]
    order = sorted(range(len(entries)), key=lambda f: entries[f])
    for f, end in zip(order, ends, strict=True):
        func = program.funcs[f]
        sizes = min(int(func["params"]), int(func["results"]))
        if not (0 < entries[f] < end <= len(program.code) and 0 <= int(func["frame_type"]) < len(program.types) and sizes >= 0):
            raise _bad(f"function {f} does not fit", entries[f])
        checked = _Function(program, f, end)
        if int(func["params"]) + int(func["context"]) > checked.slots or not -1 <= int(func["defers"]) < checked.slots or int(func["context"]) not in (0, 1):
            raise _bad(f"function {f} has too small a frame", entries[f])
        if not 0 <= int(func["lifetimes"]) < max(1, len(program.lifetimes)):
            raise _bad(f"function {f} has no lifetime histogram", entries[f])
        checked.check()
