"""From code with registers to rows: registers allocated, jumps resolved, tables of the program put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.constants import parse_float, words
from gpusched.program.ir import JUMPS, LABEL, Code, Ins, Label, Late, Reg
from gpusched.program.layout import FLOATS, INTEGERS, TypeTable
from gpusched.program.peephole import settle
from gpusched.program.program import Constant, Program
from gpusched.program.reflection import write_table
from gpusched.program.regalloc import allocate
from gpusched.program.stacks import with_stacks

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

FUNC_DTYPE = np.dtype([(name, np.int32) for name in ("entry", "frame_type", "params", "results", "context", "defers", "recover", "lifetimes")])
"""A row of Program.funcs, as goruntime.state.Func."""
TYPE_DTYPE = np.dtype([(name, np.int32) for name in ("words", "kinds", "compare", "flags")])
"""A row of Program.types, as goruntime.state.Type."""
INSN_DTYPE = np.dtype([(name, np.int32) for name in ("op", "a", "b", "c")])
"""A row of Program.code, as goruntime.state.Insn."""
QUANTILE_ROWS = 4098


class Assembler:
    """Rows of code of all functions, one behind the other, and the functions' table."""

    def __init__(self, table: TypeTable) -> None:
        """Starts with row 0, which unwinds."""
        self.table = table
        self.rows: list[tuple[int, int, int, int]] = [(int(Op.UNWIND), 0, 0, 0)]
        self.positions: list[tuple[int, int]] = [(-1, 0)]
        self.sites: list[int] = [-1]
        self.funcs: list[tuple[int, ...]] = []
        self.addressed: list[tuple[int, int, int]] = []

    def add(self, code: Code, lifetime: int) -> None:
        """Appends a function."""
        slots, kinds = allocate(code)
        code.body = [ins for ins in code.body if not _is_idle(ins, slots)]
        settle(code)
        frame = self.table.add((Kind.POINTER, *kinds), "frame " + code.name)
        places: dict[Label, int] = {}
        start = at = len(self.rows)
        for ins in code.body:
            if ins.op == LABEL:
                places[ins.rows[0][0]] = at
            else:
                at += len(ins.rows)
        for ins in code.body:
            if ins.op == LABEL:
                continue
            for i, row in enumerate(ins.rows):
                a, b, c = (_number(x, slots, places) for x in row)
                self.rows.append((int(ins.op) if i == 0 else int(Op.ARG), a, b, c))
                self.positions.append((ins.pos[0], ins.pos[1]))
                self.sites.append(ins.pos[2] if len(ins.pos) > 2 else -1)
        defers = -1 if code.defers is None else slots[id(code.defers)]
        recover = -1 if code.recover is None else places[code.recover]
        self.addressed += [
            (len(self.funcs), slots[id(group.regs[0])], len(group.regs))
            for group in code.groups
            if group.addressed and group.regs and id(group.regs[0]) in slots
        ]
        params = len(code.params) - int(code.context)
        self.funcs.append((start, frame, params, code.results, int(code.context), defers, recover, lifetime))


def _is_idle(ins: Ins, slots: dict[int, int]) -> bool:
    """A move of a register to its own slot."""
    return ins.op == Op.MOV and slots[id(ins.rows[0][0])] == slots[id(ins.rows[0][1])]


def _number(operand, slots: dict[int, int], places: dict[Label, int]) -> int:
    if isinstance(operand, Reg):
        return slots[id(operand)]
    if isinstance(operand, Label):
        return places[operand]
    return operand.value if isinstance(operand, Late) else int(operand)


def is_jump(op: int) -> bool:
    """Whether field a of an instruction is a row of code."""
    return op == Op.JMP or op in JUMPS


def functions_table(assembler: Assembler) -> np.ndarray:
    """Func[f] of all functions that were added."""
    return np.array(assembler.funcs, FUNC_DTYPE)


def finish(low: Lowering, entry: int, cells: dict[tuple[int, int], int]) -> Program:
    """The program of a finished lowering."""
    lifetimes, of_function = _lifetimes(low)
    for index, late in low.late_histograms.items():
        late.value = 1 + len(lifetimes) + index
    used = list(low._dynamic)
    numbers = {t: low.layouts.number(t) for t in used}
    _name_types(low)
    write_table(low)
    assembler = Assembler(low.table)
    for number, code in enumerate(low.codes):
        assert code is not None
        assembler.add(code, of_function[number])
    globals_type = low.table.add(tuple(low.global_kinds), "package variables")
    constants, initial = _constants(low)
    count = len(low.table.rows)
    itab = np.full((count, max(1, len(low._methods))), -1, np.int32)
    for t in used:
        itab[numbers[t], : len(low._methods)] = low.missing_method
    for (t, column), function in cells.items():
        itab[numbers[t], column] = function
    implements = np.zeros((count, max(1, len(low._interfaces))), np.int32)
    for t in used:
        matched = set(low.ssa.get("implements", {}).get(str(t), ()))
        for interface, column in low._interfaces.items():
            held = (t, low._methods.get(interface, -1)) in cells if isinstance(interface, str) else interface in matched
            implements[numbers[t], column] = int(held)
    program = Program(
        code=np.array(assembler.rows, INSN_DTYPE),
        consts=np.array(list(low.consts) or [0], np.int64),
        funcs=functions_table(assembler),
        types=np.array(low.table.rows, TYPE_DTYPE),
        kinds=np.array(low.table.kinds or [0], np.int32),
        itab=itab,
        implements=implements,
        rodata=np.array(list(low.rodata) or [0], np.int32),
        quantiles=np.array(low.rows, np.int64).reshape(-1, QUANTILE_ROWS),
        tables=np.array(low.tables, np.int64).reshape(-1, 2),
        entry=entry,
        globals_type=globals_type,
        package=low.ssa["package"],
        go=low.ssa["go"],
        functions=tuple(low.names),
        positions=tuple(assembler.positions),
        files=tuple(low.files),
        sites=tuple(low.sites),
        site_of=tuple(assembler.sites),
        type_names=tuple(low.table.names),
        type_kinds=tuple(low.table.go_kinds),
        initial=initial,
        constants=constants,
        histograms=tuple(low.histograms),
        lifetimes=tuple(lifetimes),
        addressed=tuple(assembler.addressed),
        preprint=low.preprint,
    )
    return with_stacks(program)


def _lifetimes(low: Lowering) -> tuple[list[str], list[int]]:
    """Names of the functions whose goroutines' lifetimes are counted apart, and the number of each function."""
    names = [*low.lifetimes, "other"]
    of_function = [low.lifetime_of.get(f, len(names) - 1) for f in range(len(low.codes))]
    of_function[0] = 0
    return names, of_function


def _name_types(low: Lowering) -> None:
    """Puts the table of type names, which failed assertions and recover read, behind the package variables."""
    low.type_name_table.value = GLOBALS + len(low.global_kinds)
    if not low.names_types:
        return
    low.text_type()
    for name in ["nil", *low.table.names[1:]]:
        at = GLOBALS + len(low.global_kinds)
        low.global_kinds += (Kind.POINTER, Kind.SCALAR)
        low.initial[at], low.initial[at + 1] = low.text(name)


def _constants(low: Lowering) -> tuple[tuple[Constant, ...], dict[int, int]]:
    """The workload's constants, with addresses for those that are variables, and the first words of the globals."""
    initial = dict(low.initial)
    out = []
    for name, entry in low.ssa.get("consts", {}).items():
        kind = low.layouts.kind(entry["type"])
        shown = "float" if kind in FLOATS else "bool" if kind.endswith("bool") else "int" if kind in INTEGERS else "string" if kind.endswith("string") else ""
        if not shown:
            continue
        first = words(low, {"c": entry["value"], "t": entry["type"]})
        address = low.global_address(low.ssa["vars"][name]) if name in low.ssa.get("vars", {}) else 0
        if address:
            initial.update({address + i: word for i, word in enumerate(first) if word})
        out.append(Constant(name, address, shown, _constant_value(shown, entry["value"])))
    return tuple(out), {at: word for at, word in initial.items() if word}


def _constant_value(kind: str, value) -> int | float | bool | str:
    if kind == "int":
        return int(value)
    if kind == "float":
        return parse_float(value)
    return bool(value) if kind == "bool" else str(value)
