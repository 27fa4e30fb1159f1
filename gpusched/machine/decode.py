"""A world's end and output as text, in Go's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.invariants import TEXTS, Invariant
from gpusched.goruntime.state import MOST_PROCS, PanicKind, Status
from gpusched.machine.format import Value, builtin_text, default_text, sprint, sprintf, sprintln
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.opcodes import Native, OutputFormat
from gpusched.machine.panics import DATA, KIND, OLDER, OPERANDS, RECOVERED, TEXT
from gpusched.program.program import TYPE_POINTERS, TYPE_WORDS, Program

MASK = (1 << 32) - 1
DIRECT_KINDS = frozenset({"pointer", "map", "func", "unsafe.Pointer"})

BOUNDS = {
    PanicKind.INDEX: ("index out of range [{a}] with length {b}", "index out of range [{a}]"),
    PanicKind.SLICE_ALEN: ("slice bounds out of range [:{a}] with length {b}", "slice bounds out of range [:{a}]"),
    PanicKind.SLICE_STRLEN: ("slice bounds out of range [:{a}] with length {b}", "slice bounds out of range [:{a}]"),
    PanicKind.SLICE_ACAP: ("slice bounds out of range [:{a}] with capacity {b}", "slice bounds out of range [:{a}]"),
    PanicKind.SLICE_B: ("slice bounds out of range [{a}:{b}]", "slice bounds out of range [{a}:]"),
    PanicKind.SLICE3_ALEN: ("slice bounds out of range [::{a}] with length {b}", "slice bounds out of range [::{a}]"),
    PanicKind.SLICE3_ACAP: ("slice bounds out of range [::{a}] with capacity {b}", "slice bounds out of range [::{a}]"),
    PanicKind.SLICE3_B: ("slice bounds out of range [:{a}:{b}]", "slice bounds out of range [:{a}:]"),
    PanicKind.SLICE3_C: ("slice bounds out of range [{a}:{b}:]", "slice bounds out of range [{a}::]"),
}
"""``runtime/error.go``: boundsErrorFmts, and boundsNegErrorFmts for a negative ``a``."""

ERRORS = {
    PanicKind.NIL_DEREFERENCE: "runtime error: invalid memory address or nil pointer dereference",
    PanicKind.DIVIDE: "runtime error: integer divide by zero",
    PanicKind.SHIFT: "runtime error: negative shift amount",
    PanicKind.SEND_CLOSED: "send on closed channel",
    PanicKind.CLOSE_CLOSED: "close of closed channel",
    PanicKind.CLOSE_NIL: "close of nil channel",
    PanicKind.MAKESLICE_LEN: "runtime error: makeslice: len out of range",
    PanicKind.MAKESLICE_CAP: "runtime error: makeslice: cap out of range",
    PanicKind.MAKECHAN_SIZE: "makechan: size out of range",
    PanicKind.NIL_MAP: "assignment to entry in nil map",
    PanicKind.NIL_ARGUMENT: "runtime error: panic called with nil argument",
    PanicKind.GROWSLICE_LEN: "runtime error: growslice: len out of range",
    PanicKind.ATOMIC_VALUE_NIL: "sync/atomic: store of nil value into Value",
    PanicKind.ATOMIC_VALUE_TYPE: "sync/atomic: store of inconsistently typed value into Value",
}
"""What a run-time panic prints after ``panic: ``."""

FATAL = {
    PanicKind.GO_NIL: "go of nil func value",
    PanicKind.CORO_EXITED: "coroswitch on exited coro",
    PanicKind.CORO_SELF: "coroswitch of a goroutine to itself",
    PanicKind.SYNCTEST_SEND: "send on synctest channel from outside bubble",
    PanicKind.SYNCTEST_RECEIVE: "receive on synctest channel from outside bubble",
    PanicKind.SYNCTEST_CLOSE: "close of synctest channel from outside bubble",
    PanicKind.SYNCTEST_SELECT: "select on synctest channel from outside bubble",
    PanicKind.SYNCTEST_STOP: "stop of synctest timer from outside bubble",
    PanicKind.SYNCTEST_RESET: "reset of synctest timer from outside bubble",
    PanicKind.SYNCTEST_WAKE: "semaphore wake of synctest goroutine from outside bubble",
}
"""What the runtime's own fatal errors print after ``fatal error: ``."""


def string_at(address: int, length: int, program: Program, mem: NDArray[np.int64]) -> str:
    """The string (address, length) of a world's memory or of the program's constants; no more than there is."""
    length = max(0, min(length, 1 << 20))
    source = program.rodata[-address - 1 : -address - 1 + length] if address < 0 else mem[address : address + length]
    return text_of(bytes((np.asarray(source, np.int64) & 255).astype(np.uint8)))


def text_of(data: bytes) -> str:
    """Bytes of a Go string; bytes that are no UTF-8 become surrogates, which ``to_bytes`` turns back."""
    return data.decode("utf-8", "surrogateescape")


def events(out: NDArray[np.int64], used: int) -> Iterator[tuple[int, int, int, list[tuple[int, NDArray[np.int64]]]]]:
    """The output events of a world: format, time in ns, goid, and (type, words) of each argument."""
    at = 0
    while at + 3 <= used:
        head = int(out[at])
        size, count, form = head >> 32 & MASK, head >> 16 & 0xFFFF, head & 0xFFFF
        arguments, place = [], at + 3
        for _ in range(count):
            type_id, words = int(out[place]) & MASK, int(out[place]) >> 32 & MASK
            arguments.append((type_id, out[place + 1 : place + 1 + words]))
            place += 1 + words
        yield form, int(out[at + 1]), int(out[at + 2]), arguments
        at += max(size, 3)


def _packed(words: NDArray[np.int64]) -> str:
    """A string stored as its length and eight bytes a word."""
    length = int(words[0])
    data = words[1:].tobytes()
    return text_of(data[: min(length, len(data))])


def value_of(type_id: int, words: NDArray[np.int64], program: Program) -> Value:
    """An argument of an output event."""
    if type_id == 0:
        return Value("nil", "<nil>")
    kind, name = _kind(program, type_id), _name(program, type_id)
    if kind == "string":
        return Value(kind, name, (), _packed(words))
    if kind in DIRECT_KINDS and len(words) > 1:
        return Value(kind, name, (int(words[0]),), _packed(words[1:]) if name in ("*errors.errorString", "*fmt.wrapError") else "")
    plain = tuple(int(word) for word in words)
    if kind in ("slice", "array"):
        element = _element(program, name)
        listed = plain[3:] if kind == "slice" else plain
        return Value(kind, name, plain, elements=tuple(Value(*element, (word,)) for word in listed))
    return Value(kind, name, plain)


def _kind(program: Program, type_id: int) -> str:
    return program.type_kinds[type_id] if type_id < len(program.type_kinds) else ""


def _name(program: Program, type_id: int) -> str:
    return program.type_names[type_id] if type_id < len(program.type_names) else ""


def _element(program: Program, name: str) -> tuple[str, str]:
    """Kind and name of a slice's or array's elements, from its name."""
    element = name[name.find("]") + 1 :]
    for kind, known in zip(program.type_kinds, program.type_names, strict=False):
        if known == element and kind:
            return kind, element
    return element, element


def event_text(form: int, values: list[Value]) -> str:
    """What one call of a printing function wrote."""
    match form & 255:
        case OutputFormat.PRINT:
            return sprint(values)
        case OutputFormat.PRINTLN:
            return sprintln(values)
        case OutputFormat.PRINTF:
            return sprintf(values)
        case OutputFormat.BUILTIN_PRINT:
            return "".join(builtin_text(value) for value in values)
        case _:
            return " ".join(builtin_text(value) for value in values) + "\n"


def output_text(out: NDArray[np.int64], used: int, program: Program) -> str:
    """Everything that a world printed, in the order of its events; ``out``: its output words, ``used``: how many are in use."""
    return "".join(event_text(form, [value_of(t, words, program) for t, words in arguments]) for form, _, _, arguments in events(out, used))


def panic_text(kind: int, a: int, b: int, program: Program, mem: NDArray[np.int64]) -> str:
    """What follows ``panic: `` (``runtime/panic.go: printpanics``)."""
    if kind == PanicKind.VALUE:
        return _panic_value(a, b, program, mem)
    if kind in BOUNDS:
        return "runtime error: " + BOUNDS[PanicKind(kind)][a < 0].format(a=a, b=b)
    if kind == PanicKind.UNCOMPARABLE:
        return f"runtime error: comparing uncomparable type {_name(program, a)}"
    if kind == PanicKind.UNHASHABLE:
        return f"runtime error: hash of unhashable type {_name(program, a)}"
    if kind == PanicKind.SLICE_CONVERT:
        return f"runtime error: cannot convert slice with length {a} to array or pointer to array with length {b}"
    if kind == PanicKind.STRING:
        return string_at(a, b, program, mem)
    return ERRORS.get(PanicKind(kind), PanicKind(kind).name.lower())


@dataclass(frozen=True)
class Panic:
    """A panic as its record holds it: kind, operands, whether recover was called, the text that its value gave (None: it has no such method)."""

    kind: int
    a: int
    b: int
    recovered: bool
    text: str | None

    def said(self, program: Program, mem: NDArray[np.int64]) -> str:
        """What follows ``panic: ``; a line's end is followed by a tab, as everywhere in Go's text of a panic."""
        if self.text is not None:
            return self.text.replace("\n", "\n\t")
        return panic_text(self.kind, self.a, self.b, program, mem)


def panic_chain(record: int, program: Program, mem: NDArray[np.int64]) -> list[Panic]:
    """The panic of a record and those that it replaced, newest first."""
    chain = []
    while record:
        kind = -int(mem[record + KIND])
        a, b = (-int(mem[record + at]) | -int(mem[record + at + 1]) << 32 for at in (OPERANDS, OPERANDS + 2))
        a, b = (value - (1 << 64) if value >> 63 else value for value in (a, b))
        b = int(mem[record + DATA]) if kind == PanicKind.VALUE else b
        address, length = int(mem[record + TEXT]), -int(mem[record + TEXT + 1])
        text = string_at(address, length, program, mem) if length > 0 else "" if address else None
        chain.append(Panic(kind, a, b, bool(mem[record + RECOVERED]), text))
        record = int(mem[record + OLDER])
    return chain


def panics_under_way(record: int, program: Program, mem: NDArray[np.int64]) -> list[Panic]:
    """All panics of a stack, newest first: that of a record, and those whose deferred calls led to it."""
    chain: list[Panic] = []
    while record:
        chain += panic_chain(record, program, mem)
        record = int(mem[record])
        while record and int(mem[record - 1]) & TYPE_MASK != TYPE_POINTERS:
            record = int(mem[record]) & 0xFFFFFFFF
    return chain


def _again(newer: Panic, older: Panic, program: Program, mem: NDArray[np.int64]) -> bool:
    """Whether a panic has the value of the one that it replaced, which a deferred call recovered and panicked with."""
    if newer.kind != PanicKind.VALUE or older.kind == PanicKind.GOEXIT:
        return False
    if older.kind == PanicKind.VALUE and (newer.a, newer.b) == (older.a, older.b):
        return True
    return _name(program, newer.a).startswith(("runtime.", "*runtime.")) and newer.said(program, mem) == older.said(program, mem)


def printpanics(chain: list[Panic], program: Program, mem: NDArray[np.int64]) -> str:
    """All panics of a chain, oldest first, each in a line (``runtime/panic.go: printpanics``)."""
    text = ""
    for i in range(len(chain) - 1, -1, -1):
        panic = chain[i]
        if i + 1 < len(chain):
            if _again(panic, chain[i + 1], program, mem):
                continue
            text += "" if chain[i + 1].kind == PanicKind.GOEXIT else "\t"
        if panic.kind == PanicKind.GOEXIT:
            continue
        repanicked = i > 0 and _again(chain[i - 1], panic, program, mem)
        mark = "" if not panic.recovered else " [recovered, repanicked]" if repanicked else " [recovered]"
        text += f"panic: {panic.said(program, mem)}{mark}\n"
    if any(panic.kind == PanicKind.NIL_DEREFERENCE for panic in chain):
        text += "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0]\n"
    return text


def _panic_value(type_id: int, data: int, program: Program, mem: NDArray[np.int64]) -> str:
    """``runtime/error.go: printpanicval``, after the text of an error value."""
    if type_id == 0:
        return "runtime error: panic called with nil argument"
    if type_id == TYPE_WORDS and not _kind(program, type_id):
        return panic_text(int(mem[data]), int(mem[data + 1]), int(mem[data + 2]), program, mem)
    kind, name = _kind(program, type_id), _name(program, type_id)
    if kind in DIRECT_KINDS:
        if name in ("*errors.errorString", "*fmt.wrapError"):
            return string_at(int(mem[data]), int(mem[data + 1]), program, mem)
        return f"({name}) 0x{0xC000000000 + 8 * data:x}"
    if kind == "string":
        text = string_at(int(mem[data]), int(mem[data + 1]), program, mem).replace("\n", "\n\t")
        return text if name == "string" else f'{name}("{text}")'
    words = tuple(int(word) for word in mem[data : data + int(program.types["words"][type_id])])
    if kind in ("struct", "slice", "array", "chan", "interface", ""):
        return f"({name}) 0x{0xC000000000 + 8 * data:x}"
    text = default_text(Value(kind, "", words))
    return text if name == kind else f"{name}({text})"


def status_text(world: Any, program: Program, mem: NDArray[np.int64]) -> str:
    """How a world ended, as Go's first line of it says; empty for one that ended well.

    world: a row of the table of worlds; mem: that world's words of memory.
    """
    status = Status(int(world["status"]))
    kind, a, b = int(world["panic_kind"]), int(world["panic_a"]), int(world["panic_b"])
    if status == Status.PANIC:
        return printpanics(panic_chain(int(world["panic_record"]), program, mem), program, mem).rstrip("\n")
    if status == Status.FATAL and kind in FATAL:
        return f"fatal error: {FATAL[PanicKind(kind)]}"
    if status == Status.REFUSED and kind == PanicKind.STRING:
        return UNSUPPORTED + string_at(a, b, program, mem)
    if status == Status.FATAL:
        under_way = printpanics(panics_under_way(int(world["panic_record"]), program, mem), program, mem)
        return f"{under_way}{under_way and chr(9)}fatal error: {string_at(a, int(world['fatal_len']) or b, program, mem)}"
    if status == Status.REFUSED:
        return refused_text(a, program)
    if status == Status.INVARIANT:
        return f"invariant broken after action {int(world['actions']):,}: {TEXTS[Invariant(kind)].format(a=a, b=b)}"
    return SENTENCES.get(status, "")


def refused_text(what: int, program: Program) -> str:
    """What a refused world had reached: a function's number, or a negative number for what is no function."""
    if 0 <= what < len(program.functions):
        return f"reached {program.functions[what]}, which cannot be simulated"
    if what == -1:
        return f"called runtime.GOMAXPROCS with more than {MOST_PROCS:,}, the most Ps that a world can have"
    if what == NESTED_COMPARISON:
        return "compared interfaces that hold interfaces within interfaces, which cannot be simulated"
    natives = {int(native): native.name.lower() for native in Native}
    return f"reached the native function {natives.get(-1 - what, what)}, which only exists at compile time"


NESTED_COMPARISON = -1000
"""``panic_a`` of a world that compared too deeply nested interfaces."""

UNSUPPORTED = "reached what cannot be simulated: "
"""What the sentence of a world begins with that ended at something that was let through at compile time."""
SENTENCES = {
    Status.RUNNING: "still running",
    Status.HORIZON: "reached the limit of simulated time",
    Status.ACTION_LIMIT: "reached the limit of actions",
    Status.DEADLOCK: "fatal error: all goroutines are asleep - deadlock!",
    Status.NO_GOROUTINES: "fatal error: no goroutines (main called runtime.Goexit) - deadlock!",
    Status.THREADS: "runtime: program exceeds 10000-thread limit\nfatal error: thread exhaustion",
    Status.STACK_OVERFLOW: "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow",
    Status.OUT_OF_MEMORY: "fatal error: runtime: out of memory",
}
"""Endings without operands."""
