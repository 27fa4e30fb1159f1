"""A program as text: one line for each row of code and of each table, so that a stored program can be read, compared and loaded without Go.

The file is lines of words; words are numbers and JSON strings. ``dumps`` and ``loads`` lose nothing but ``addressed``, which can be done without. What
decides results is hashed by ``program_hash``.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import IMM, Op
from gpusched.program.assemble import FUNC_DTYPE, INSN_DTYPE, QUANTILE_ROWS, TYPE_DTYPE
from gpusched.program.program import Constant, Program
from gpusched.program.verify import verify

FORMAT = "gpusched-program/1"
_NAMES = {int(op): op.name for op in Op}
_NAMES |= {int(op) + IMM: op.name + ".i" for op in Op if op < IMM}
_OPS = {name: number for number, name in _NAMES.items()}
_MAX_LINES = 20_000_000
_PER_LINE = 16


def op_name(op: int) -> str:
    """Name of an opcode; ``.i`` marks one that takes an immediate."""
    return _NAMES.get(op, f"op{op}")


def _string(text: str) -> str:
    return json.dumps(text)


def _lines(program: Program) -> Iterator[str]:
    """All lines but the hash."""
    yield f"{FORMAT}"
    yield f"package {_string(program.package)}"
    yield f"go {_string(program.go)}"
    yield f"entry {program.entry}"
    yield f"globals {program.globals_type}"
    yield f"preprint {program.preprint}"
    for name in ("files", "functions", "type_names", "type_kinds", "histograms", "lifetimes", "allocation_types"):
        values = getattr(program, name)
        yield f"{name} {len(values)}"
        yield from (_string(value) for value in values)
    yield f"sites {len(program.sites)}"
    yield from (f"{file} {line} {outer} {_string(name)}" for name, file, line, outer in program.sites)
    yield f"funcs {len(program.funcs)}"
    yield from (" ".join(str(int(x)) for x in row) for row in program.funcs)
    yield f"types {len(program.types)}"
    yield from (" ".join(str(int(x)) for x in row) for row in program.types)
    for name in ("kinds", "rodata", "consts"):
        yield from _numbers(name, getattr(program, name))
    for name in ("itab", "implements", "tables", "quantiles"):
        yield from _matrix(name, getattr(program, name))
    yield f"initial {len(program.initial)}"
    yield from (f"{at} {value}" for at, value in sorted(program.initial.items()))
    yield f"constants {len(program.constants)}"
    yield from (f"{_string(c.name)} {c.address} {c.kind} {json.dumps(c.value.hex() if isinstance(c.value, float) else c.value)}" for c in program.constants)
    yield f"code {len(program.code)}"
    sites = program.site_of or (-1,) * len(program.code)
    for row, (file, line), site in zip(program.code, program.positions, sites, strict=True):
        yield f"{op_name(int(row['op']))} {int(row['a'])} {int(row['b'])} {int(row['c'])} {file} {line}" + (f" {site}" if site >= 0 else "")


def _numbers(name: str, values: np.ndarray) -> Iterator[str]:
    yield f"{name} {len(values)}"
    flat = [str(int(x)) for x in values]
    yield from (" ".join(flat[i : i + _PER_LINE]) for i in range(0, len(flat), _PER_LINE))


def _matrix(name: str, values: np.ndarray) -> Iterator[str]:
    """A table of which most cells are like the first of their row: (row, column, value) of the others, or all of it."""
    rows, columns = values.shape
    base = -1 if name == "itab" else 0
    if name in ("itab", "implements"):
        cells = np.argwhere(values != base)
        yield f"{name} {rows} {columns} {len(cells)}"
        yield from (f"{r} {c} {int(values[r, c])}" for r, c in cells)
    else:
        yield f"{name} {rows} {columns} {rows}"
        yield from (" ".join(str(int(x)) for x in row) for row in values)


def dumps(program: Program) -> str:
    """The program as text."""
    body = "\n".join(_lines(program))
    return f"{body}\nend {hashlib.sha256(body.encode()).hexdigest()}\n"


def program_hash(program: Program) -> str:
    """sha256 over all of a program that decides results: everything but names of files, positions and the package's name."""
    digest = hashlib.sha256(FORMAT.encode())
    for name in ("code", "consts", "funcs", "types", "kinds", "itab", "implements", "rodata", "quantiles", "tables"):
        values = np.ascontiguousarray(getattr(program, name))
        digest.update(f"{name}{values.shape}".encode())
        digest.update(values.tobytes())
    rest = [
        program.entry,
        program.globals_type,
        program.preprint,
        sorted(program.initial.items()),
        list(program.lifetimes),
        list(program.histograms),
        list(program.type_kinds),
    ]
    digest.update(json.dumps(rest).encode())
    return digest.hexdigest()


class _Reader:
    """Reads the lines of a text one by one and says where it is wrong."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0
        if len(self.lines) > _MAX_LINES:
            raise GpuschedError("the program's text is too long", "", "compile the workload again")

    def bad(self, what: str) -> GpuschedError:
        return GpuschedError(f"the stored program is damaged: {what}", f"line {self.at}", "compile the workload again")

    def line(self) -> str:
        if self.at >= len(self.lines):
            raise self.bad("it ends too early")
        self.at += 1
        return self.lines[self.at - 1]

    def head(self, name: str) -> list[str]:
        words = self.line().split(" ", 1)
        if words[0] != name or len(words) != 2:
            raise self.bad(f"{name} is missing")
        return words[1].split(" ")

    def number(self, word: str, bits: int = 64) -> int:
        try:
            value = int(word) if len(word) <= 20 else None
        except ValueError:
            value = None
        if value is None or not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise self.bad(f"{word[:30]!r} is no number")
        return value

    def count(self, name: str) -> int:
        count = self.number(self.head(name)[0])
        if not 0 <= count <= _MAX_LINES:
            raise self.bad(f"{name} has an impossible length")
        return count

    def string(self, text: str) -> str:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, str):
            raise self.bad("a string is expected")
        return value

    def rows(self, count: int, width: int, bits: int = 32) -> list[tuple[int, ...]]:
        out = []
        for _ in range(count):
            words = self.line().split(" ")
            if len(words) != width:
                raise self.bad(f"{width} numbers are expected")
            out.append(tuple(self.number(word, bits) for word in words))
        return out

    def flat(self, name: str, bits: int) -> list[int]:
        count, out = self.count(name), []
        while len(out) < count:
            words = self.line().split(" ")
            out.extend(self.number(word, bits) for word in words)
        if len(out) != count:
            raise self.bad(f"{name} has too many numbers")
        return out


def _read_matrix(reader: _Reader, name: str, dtype: type) -> np.ndarray:
    words = reader.head(name)
    if len(words) != 3:
        raise reader.bad(f"{name} needs its shape")
    rows, columns, count = (reader.number(word) for word in words)
    if not (0 <= rows <= _MAX_LINES and 0 <= columns <= 1 << 20 and rows * columns <= 1 << 28 and 0 <= count <= _MAX_LINES):
        raise reader.bad(f"{name} has an impossible shape")
    bits = 64 if dtype is np.int64 else 32
    if name not in ("itab", "implements"):
        if count != rows:
            raise reader.bad(f"{name} has another number of rows than it says")
        return np.array(reader.rows(rows, columns, bits), dtype).reshape(rows, columns)
    values = np.full((rows, columns), -1 if name == "itab" else 0, dtype)
    for r, c, value in reader.rows(count, 3):
        if not (0 <= r < rows and 0 <= c < columns):
            raise reader.bad(f"{name} has a cell outside its shape")
        values[r, c] = value
    return values


def _read_constant(reader: _Reader) -> Constant:
    line = reader.line()
    try:
        name, end = json.JSONDecoder().raw_decode(line)
        address, kind, value_text = line[end:].strip().split(" ", 2)
        value = json.loads(value_text)
    except (ValueError, RecursionError):
        raise reader.bad("a constant is expected") from None
    wanted: dict[str, Callable[[Any], Any]] = {"int": int, "bool": bool, "string": str, "float": lambda x: float.fromhex(str(x))}
    if kind not in wanted or not isinstance(value, int | str) or not isinstance(name, str):
        raise reader.bad("a constant has no such kind")
    try:
        return Constant(name, reader.number(address), kind, wanted[kind](value))
    except (ValueError, OverflowError):
        raise reader.bad("a constant's value is wrong") from None


def _read_sites(reader: _Reader) -> tuple[tuple[str, int, int, int], ...]:
    sites = []
    for _ in range(reader.count("sites")):
        words = reader.line().split(" ", 3)
        if len(words) != 4:
            raise reader.bad("a site is expected")
        file, line, outer = (reader.number(word, 32) for word in words[:3])
        if not -1 <= outer < len(sites):
            raise reader.bad("a site lies in one that follows it")
        sites.append((reader.string(words[3]), file, line, outer))
    return tuple(sites)


def _read_code(reader: _Reader) -> tuple[np.ndarray, tuple[tuple[int, int], ...], tuple[int, ...]]:
    rows, positions, sites = [], [], []
    for _ in range(reader.count("code")):
        words = reader.line().split(" ")
        if len(words) not in (6, 7) or words[0] not in _OPS:
            raise reader.bad("an instruction is expected")
        a, b, c, file, line, site = (reader.number(word, 32) for word in [*words[1:], "-1"][:6])
        rows.append((_OPS[words[0]], a, b, c))
        positions.append((file, line))
        sites.append(site)
    return np.array(rows, INSN_DTYPE), tuple(positions), tuple(sites)


def loads(text: str) -> Program:
    """The program of a text that ``dumps`` wrote; anything else is refused."""
    reader = _Reader(text)
    if reader.line() != FORMAT:
        raise GpuschedError("this is no stored program, or one of another version", "", f"its first line must be {FORMAT}")
    package, go = (reader.string(" ".join(reader.head(name))) for name in ("package", "go"))
    entry, globals_type, preprint = (reader.number(reader.head(name)[0], 32) for name in ("entry", "globals", "preprint"))
    names = {}
    for name in ("files", "functions", "type_names", "type_kinds", "histograms", "lifetimes", "allocation_types"):
        names[name] = tuple(reader.string(reader.line()) for _ in range(reader.count(name)))
    sites = _read_sites(reader)
    funcs = np.array(reader.rows(reader.count("funcs"), len(FUNC_DTYPE.names or ())), FUNC_DTYPE)
    types = np.array(reader.rows(reader.count("types"), len(TYPE_DTYPE.names or ())), TYPE_DTYPE)
    flat = {
        name: np.array(reader.flat(name, 64 if dtype is np.int64 else 32), dtype)
        for name, dtype in (("kinds", np.int32), ("rodata", np.int32), ("consts", np.int64))
    }
    tables = {
        name: _read_matrix(reader, name, np.int32 if name in ("itab", "implements") else np.int64) for name in ("itab", "implements", "tables", "quantiles")
    }
    initial = {row[0]: row[1] for row in reader.rows(reader.count("initial"), 2, 64)}
    constants = tuple(_read_constant(reader) for _ in range(reader.count("constants")))
    code, positions, site_of = _read_code(reader)
    body = "\n".join(reader.lines[: reader.at])
    if reader.line() != f"end {hashlib.sha256(body.encode()).hexdigest()}" or reader.lines[reader.at :] != [""]:
        raise reader.bad("its hash is another")
    program = Program(
        code=code, positions=positions, sites=sites, site_of=site_of, funcs=funcs, types=types, **flat, **tables, **names,
        entry=entry, globals_type=globals_type, package=package, go=go, initial=initial, constants=constants, preprint=preprint,
    )  # fmt: skip
    verify(program, QUANTILE_ROWS)
    return program
