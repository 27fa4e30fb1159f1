"""The table of stacks that runtime.Stack and Callers of the model read: for each row of code the calls that it stands for, as Go prints them.

Constant bytes: the number of entries, then of each its first row, and where its text begins and how long it is, in the order of rows; then the texts.
Numbers take three bytes (``golang/frontend/shimcallers.go``: simulatedText). The table is made when all code is, so its address is put into the code last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gpusched.machine.opcodes import Kind, Op
from gpusched.machine.traceback import Stacks
from gpusched.program.ir import Late, Reg
from gpusched.program.program import Program

if TYPE_CHECKING:
    from gpusched.program.function import Function

ADDRESS, LENGTH = 1, 2
"""Marks of the instructions that load where the table lies and how long it is, in a field that they do not use."""
_ENTRY = 9


def table_words(fn: Function) -> list[Reg]:
    """The table as a string."""
    made = [Reg(Kind.POINTER), Reg(Kind.SCALAR)]
    for mark, reg in zip((ADDRESS, LENGTH), made, strict=True):
        fn.code.emit(Op.LDI, reg, mark, Late())
    return made


def with_stacks(program: Program) -> Program:
    """Returns the program with the table in its constants, if it looks at it."""
    loads = (program.code["op"] == Op.LDI) & (program.code["b"] != 0)
    if not loads.any():
        return program
    table = _table(program)
    code = program.code.copy()
    code["c"][loads & (code["b"] == ADDRESS)] = -len(program.rodata) - 1
    code["c"][loads & (code["b"] == LENGTH)] = len(table)
    code["b"][loads] = 0
    return replace(program, code=code, rodata=np.concatenate([program.rodata, np.frombuffer(table, np.uint8).astype(np.int32)]))


def _table(program: Program) -> bytes:
    """The table's bytes."""
    stacks = Stacks(program, np.zeros(0, np.int32), np.zeros(1, np.int64))
    places: list[tuple[int, str]] = []
    before = None
    for row, (place, site) in enumerate(zip(program.positions, program.site_of or (-1,) * len(program.code), strict=True)):
        if (here := (stacks.function(row), place, site)) != before:
            before = here
            places.append((row, "".join(line.text() for line in stacks.lines(row))))
    texts, starts = bytearray(), {}
    entries = len(places).to_bytes(3, "little")
    for row, text in places:
        if text not in starts:
            starts[text] = 3 + _ENTRY * len(places) + len(texts)
            texts += text.encode()
        entries += b"".join(number.to_bytes(3, "little") for number in (row, starts[text], len(text.encode())))
    return entries + bytes(texts)
