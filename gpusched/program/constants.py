"""SSA constants and operands: words of constants, which values an instruction uses."""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.program.layout import COMPLEX, FLOATS, INTEGERS

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

_OPERANDS = (
    "x",
    "y",
    "fn",
    "recv",
    "addr",
    "val",
    "cond",
    "size",
    "len",
    "cap",
    "low",
    "high",
    "max",
    "chan",
    "index",
    "map",
    "key",
    "value",
    "iter",
    "stack",
    "reserve",
)
_LISTS = ("args", "bindings", "results", "edges")


def operands(ins: dict) -> Iterator[object]:
    """All operands of an instruction."""
    single, several = _operand_keys(ins["op"], tuple(ins))
    for key in single:
        if ins[key] is not None:
            yield ins[key]
    for key in several:
        yield from ins[key] or ()
    for state in ins.get("states") or ():
        yield state["chan"]
        if state.get("send") is not None:
            yield state["send"]


@functools.cache
def _operand_keys(op: str, keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of an instruction's keys that name one operand (the index of Extract is a plain number), and those that name several."""
    single = tuple(key for key in _OPERANDS if key in keys and not (op == "Extract" and key == "index"))
    return single, tuple(key for key in _LISTS if key in keys)


def local_operands(ins: dict) -> Iterator[int]:
    """Numbers of the local values that an instruction uses."""
    for operand in operands(ins):
        if isinstance(operand, int) and not isinstance(operand, bool):
            yield operand


def signed(value: int) -> int:
    """An integer as the word that holds it."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def float_bits(value: float) -> int:
    """A float64 as the word that holds it."""
    return struct.unpack("<q", struct.pack("<d", value))[0]


def bits_float(word: int) -> float:
    """The float64 in a word."""
    return struct.unpack("<d", struct.pack("<q", word))[0]


def parse_float(text: str) -> float:
    """A decimal or hexadecimal float, or a fraction ``a/b``."""
    text = str(text)
    if "/" in text:
        above, below = text.split("/")
        return int(above) / int(below)
    if "x" in text.lower():
        return float.fromhex(text)
    return float(text)


def _float_word(text: str, single: bool) -> int:
    number = parse_float(text)
    return float_bits(struct.unpack("<f", struct.pack("<f", number))[0] if single else number)


def words(low: Lowering, operand: dict) -> list[int]:
    """Words of a constant."""
    value, t = operand["c"], operand["t"]
    kind = low.layouts.kind(t)
    if value is None:
        return [0] * low.layouts.words(t)
    if kind in ("string", "untyped string"):
        data = value.encode("latin-1")
        return [low.rodata_address(data) if data else 0, len(data)]
    if kind in ("bool", "untyped bool"):
        return [int(value)]
    if kind in FLOATS:
        return [_float_word(value, kind == "float32")]
    if kind in COMPLEX:
        return [_float_word(part, kind == "complex64") for part in value]
    if kind in INTEGERS or kind == "unsafe.Pointer":
        return [signed(int(value))]
    raise GpuschedError(f"constant {value!r} of type {low.layouts.name(t)} is not understood", "", "report this program")
