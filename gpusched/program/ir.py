"""Code of one function before registers are allocated: instructions over virtual registers and labels.

A ``Reg`` is a virtual register, a word of one ``Kind``; a Python int is an immediate. An instruction holds the rows that it will become, with ``Reg`` and
``Label`` objects where numbers will stand, and says which registers it reads and writes. Code is not in SSA form: the registers of phis and
of local variables are written more than once.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gpusched.machine.opcodes import IMM, Kind, Op

LABEL = -1
"""Opcode of the pseudo instruction that places a label."""

JUMPS = frozenset(range(Op.JEQ, Op.JGEU + 1)) | frozenset(range(Op.JEQ + IMM, Op.JGEU + IMM + 1))
"""Conditional jumps."""
INVERSE = {Op.JEQ: Op.JNE, Op.JNE: Op.JEQ, Op.JLT: Op.JGE, Op.JGE: Op.JLT, Op.JLE: Op.JGT, Op.JGT: Op.JLE, Op.JLTU: Op.JGEU, Op.JGEU: Op.JLTU}
"""The conditional jump that goes where this one does not."""
ENDS = frozenset({Op.JMP, Op.RET, Op.PANIC})
"""Instructions that nothing follows."""

_WRITES_A = (
    (set(range(64)) - set(range(Op.JEQ, Op.JGEU + 1)))
    | (set(range(Op.MOV, Op.F32 + 1)) - {Op.JMP})
    | {Op.LOAD, Op.FIELD, Op.LEA, Op.INDEX, Op.STRINDEX, Op.ALLOC, Op.MAKESLICE, Op.GROWSLICE, Op.STRCMP, Op.STRCAT, Op.IFACEEQ, Op.IMPLEMENTS}
    | {Op.MAKECHAN, Op.CHANLEN, Op.CHANCAP}
)
PURE = frozenset(
    (set(range(64)) - {Op.DIV, Op.REM, Op.DIVU, Op.REMU} - set(range(Op.JEQ, Op.JGEU + 1))) | (set(range(Op.MOV, Op.F32 + 1)) - {Op.JMP}) | {Op.LEA}
)
"""Operations that only write register a and cannot panic (a binary one also with IMM)."""


class Reg:
    """A virtual register: a word of one kind. ``fixed`` is its slot if it was decided (parameters), ``group`` its group if it has one."""

    __slots__ = ("fixed", "group", "kind")

    def __init__(self, kind: Kind) -> None:
        """Makes a register of its own."""
        self.kind, self.fixed = kind, -1
        self.group: Group | None = None


class Group:
    """Registers that lie in consecutive slots: elements of channel operations; of their own if ``addressed``: variables whose address is taken."""

    __slots__ = ("addressed", "regs")

    def __init__(self, kinds: Iterable[Kind], *, addressed: bool = False) -> None:
        """Makes the registers of the given kinds."""
        self.regs = [Reg(kind) for kind in kinds]
        self.addressed = addressed
        for reg in self.regs:
            reg.group = self


class Label:
    """A place in the code that jumps go to."""

    __slots__ = ()


class Ins:
    """An instruction: opcode, rows of operands (the first of the instruction itself, the rest of its ARG rows), registers read and written."""

    __slots__ = ("op", "pos", "reads", "rows", "writes")

    def __init__(self, op: int, rows: list[list], reads: list[Reg], writes: list[Reg], pos: tuple[int, int] | tuple[int, int, int]) -> None:
        """Keeps the parts."""
        self.op, self.rows, self.reads, self.writes, self.pos = op, rows, reads, writes, pos

    def mapped(self, change: Callable) -> "Ins":
        """A copy with each operand (register, label, number) replaced by ``change`` of it."""
        return Ins(self.op, [[change(x) for x in row] for row in self.rows], [change(r) for r in self.reads], [change(r) for r in self.writes], self.pos)


def base_op(op: int) -> int:
    """The opcode without IMM."""
    return op - IMM if IMM <= op < 2 * IMM else op


def arg_rows(words: Iterable) -> list[list]:
    """Words packed three to a row, unused ones -1."""
    flat = list(words)
    return [[*flat[i : i + 3], -1, -1][:3] for i in range(0, len(flat), 3)]


class Code:
    """The instructions of a function as they are written, and what else its table row needs."""

    def __init__(self, name: str, params: Iterable[Kind], results: int, context: bool) -> None:
        """Starts a function: its parameters (and the closure before them) are its first registers."""
        self.name, self.results, self.context = name, results, context
        kinds = [Kind.POINTER] * context + list(params)
        self.params = [Reg(kind) for kind in kinds]
        for slot, reg in enumerate(self.params):
            reg.fixed = slot
        self.body: list[Ins] = []
        self.groups: list[Group] = []
        self.defers: Reg | None = None
        self.recover: Label | None = None
        self.pos: tuple[int, int] | tuple[int, int, int] = (-1, 0)
        self.constant: Callable[[int], int] = _no_constants
        self._loaded: dict[tuple[int, Kind], Reg] = {}

    def mark(self) -> tuple[int, dict[tuple[int, Kind], Reg], int]:
        """What ``undo`` goes back to."""
        return len(self.body), self._loaded, len(self._loaded)

    def undo(self, mark: tuple[int, dict[tuple[int, Kind], Reg], int]) -> None:
        """Takes back what was written since ``mark``."""
        written, self._loaded, loaded = mark
        del self.body[written:]
        while len(self._loaded) > loaded:
            self._loaded.popitem()

    def group(self, kinds: Iterable[Kind], *, addressed: bool = False) -> Group:
        """New consecutive registers."""
        made = Group(kinds, addressed=addressed)
        self.groups.append(made)
        return made

    def emit(
        self,
        op: int,
        a: Any = 0,
        b: Any = 0,
        c: Any = 0,
        *,
        rows: list[list[Any]] | None = None,
        reads: Iterable[Reg] = (),
        writes: Iterable[Reg] | None = None,
    ) -> Ins:
        """Appends an instruction. What it writes is register a where the opcode says so, unless told; it reads all other registers named and ``reads``."""
        lists = [[a, b, c], *(rows or [])]
        pointed = b if op == Op.LEA else a if op == Op.ZERO else None
        if isinstance(pointed, Reg) and pointed.group is not None:
            pointed.group.addressed = True
        if writes is None:
            writes = [a] if base_op(op) in _WRITES_A and isinstance(a, Reg) else []
        written = list(writes)
        skip = {id(reg) for reg in written}
        read = [x for row in lists for x in row if isinstance(x, Reg) and id(x) not in skip]
        if base_op(op) in _WRITES_A:
            read += [x for x in lists[0][1:] if isinstance(x, Reg) and id(x) in skip]
        ins = Ins(op, lists, [*read, *reads], written, self.pos)
        self.body.append(ins)
        return ins

    def label(self, label: Label) -> None:
        """Places a label here."""
        self._loaded = {}
        self.body.append(Ins(LABEL, [[label, 0, 0]], [], [], self.pos))

    def jump(self, label: Label) -> None:
        """Goes to a label."""
        self.emit(Op.JMP, label)

    def load_constant(self, reg: Reg, value: int) -> None:
        """Sets a register to a constant."""
        if -(1 << 31) <= value < 1 << 31:
            self.emit(Op.LDI, reg, 0, value)
        else:
            self.emit(Op.LDK, reg, 0, self.constant(value))

    def reg(self, word, kind: Kind = Kind.SCALAR) -> Reg:
        """The word in a register that is only read; a constant is loaded once between two labels."""
        if isinstance(word, Reg):
            return word
        made = self._loaded.get((word, kind))
        if made is None:
            made = self._loaded[word, kind] = Reg(kind)
            self.load_constant(made, word)
        return made

    def move(self, target: Reg, word) -> None:
        """Sets a register to a word."""
        if isinstance(word, Reg):
            if word is not target:
                self.emit(Op.MOV, target, word)
        else:
            self.load_constant(target, word)

    def binary(self, op: int, x, y, kind: Kind = Kind.SCALAR) -> Reg:
        """A new register with ``x op y``; a constant ``y`` of 32 bits becomes an immediate."""
        made = Reg(kind)
        if not isinstance(y, Reg) and -(1 << 31) <= y < 1 << 31 and op < 48:
            self.emit(op + IMM, made, self.reg(x), y)
        else:
            self.emit(op, made, self.reg(x), self.reg(y))
        return made

    def branch(self, op: int, x, y, label: Label) -> None:
        """Goes to the label if ``x op y`` (op: JEQ ..)."""
        if not isinstance(y, Reg) and -(1 << 31) <= y < 1 << 31:
            self.emit(op + IMM, label, self.reg(x), y)
        else:
            self.emit(op, label, self.reg(x), self.reg(y))

    def call(self, op: int, target, args: Iterable, result_kinds: Iterable[Kind], *, method: int = -1) -> list[Reg]:
        """CALL, CALLC or CALLI with its rows; gives the registers of the results. ``args`` are registers."""
        given = list(args)
        results = [Reg(kind) for kind in result_kinds]
        rows = ([[method, 0, 0]] if method >= 0 else []) + arg_rows(given) + arg_rows(results)
        self.emit(op, target, len(given), len(results), rows=rows, writes=results)
        return results

    def start(self, op: int, target, args: Iterable, *, method: int = -1, record: int = 0) -> None:
        """GO or DEFER in all forms."""
        given = list(args)
        rows = ([[method, 0, 0]] if method >= 0 else []) + arg_rows(given)
        self.emit(op, target, len(given), record, rows=rows)

    def native(self, op: int, number: int, args: Iterable, result_kinds: Iterable[Kind]) -> list[Reg]:
        """NATIVE or SYS; several results come in consecutive registers."""
        given = list(args)
        kinds = list(result_kinds)
        results = [Reg(kinds[0])] if len(kinds) == 1 else self.group(kinds).regs if kinds else []
        self.emit(op, results[0] if results else -1, len(given), number, rows=arg_rows(given), writes=results)
        return results

    def ret(self, words: Iterable) -> None:
        """Returns the words (registers)."""
        given = list(words)
        self.emit(Op.RET, 0, len(given), 0, rows=arg_rows(given))


def _no_constants(value: int) -> int:
    raise ValueError(f"no table of constants for {value}")


def targets(ins: Ins) -> Iterator[Label]:
    """Labels that an instruction may go to."""
    if ins.op == Op.JMP or ins.op in JUMPS:
        yield ins.rows[0][0]


class Late:
    """A number that is known only when all functions are lowered."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        """Starts without a value."""
        self.value = 0
