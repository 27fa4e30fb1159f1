"""A plain Python interpreter of one goroutine: what the instructions mean, for tests of lowering without the kernel.

Memory is a dict of words, objects are never freed, and a starting instruction that would park ends the run. Output is formatted as fmt does for basic values.
"""

import struct

import numpy as np

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import IMM, Ext, Native, Op, OutputFormat, SliceOf
from gpusched.program.program import Program

MASK = (1 << 64) - 1
FRAME = 1
"""Words of a frame before its registers."""


class GoPanicError(Exception):
    """The program panicked."""


class ExitedError(Exception):
    """The goroutine ended."""


def signed(value: int) -> int:
    """A word from any integer."""
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


def unsigned(value: int) -> int:
    """The bits of a word."""
    return value & MASK


def to_float(word: int) -> float:
    """The float64 in a word."""
    return struct.unpack("<d", struct.pack("<q", word))[0]


def to_word(value: float) -> int:
    """The word of a float64."""
    return struct.unpack("<q", struct.pack("<d", value))[0]


def quotient(x: int, y: int) -> int:
    """Division that truncates."""
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def extend(value: int, ext: int) -> int:
    """EXT."""
    bits = {Ext.S8: 8, Ext.S16: 16, Ext.S32: 32, Ext.U8: 8, Ext.U16: 16, Ext.U32: 32, 0: 64}[Ext(ext) if ext else 0]
    value &= (1 << bits) - 1
    return value - (1 << bits) if (ext <= Ext.S32) and value >> (bits - 1) else value


BINARY = {
    Op.ADD: lambda x, y: x + y,
    Op.SUB: lambda x, y: x - y,
    Op.MUL: lambda x, y: x * y,
    Op.AND: lambda x, y: x & y,
    Op.OR: lambda x, y: x | y,
    Op.XOR: lambda x, y: x ^ y,
    Op.ANDNOT: lambda x, y: x & ~y,
    Op.SHL: lambda x, y: x << min(unsigned(y), 64),
    Op.SHR: lambda x, y: unsigned(x) >> min(unsigned(y), 64),
    Op.SAR: lambda x, y: x >> min(unsigned(y), 64),
    Op.DIV: quotient,
    Op.REM: lambda x, y: x - y * quotient(x, y),
    Op.DIVU: lambda x, y: unsigned(x) // unsigned(y),
    Op.REMU: lambda x, y: unsigned(x) % unsigned(y),
    Op.EQ: lambda x, y: x == y,
    Op.NE: lambda x, y: x != y,
    Op.LT: lambda x, y: x < y,
    Op.LE: lambda x, y: x <= y,
    Op.GT: lambda x, y: x > y,
    Op.GE: lambda x, y: x >= y,
    Op.LTU: lambda x, y: unsigned(x) < unsigned(y),
    Op.LEU: lambda x, y: unsigned(x) <= unsigned(y),
    Op.GTU: lambda x, y: unsigned(x) > unsigned(y),
    Op.GEU: lambda x, y: unsigned(x) >= unsigned(y),
    Op.JEQ: lambda x, y: x == y,
    Op.JNE: lambda x, y: x != y,
    Op.JLT: lambda x, y: x < y,
    Op.JLE: lambda x, y: x <= y,
    Op.JGT: lambda x, y: x > y,
    Op.JGE: lambda x, y: x >= y,
    Op.JLTU: lambda x, y: unsigned(x) < unsigned(y),
    Op.JGEU: lambda x, y: unsigned(x) >= unsigned(y),
    Op.FADD: lambda x, y: to_word(to_float(x) + to_float(y)),
    Op.FSUB: lambda x, y: to_word(to_float(x) - to_float(y)),
    Op.FMUL: lambda x, y: to_word(to_float(x) * to_float(y)),
    Op.FDIV: lambda x, y: to_word(float(np.float64(to_float(x)) / np.float64(to_float(y)))),
    Op.FEQ: lambda x, y: to_float(x) == to_float(y),
    Op.FNE: lambda x, y: to_float(x) != to_float(y),
    Op.FLT: lambda x, y: to_float(x) < to_float(y),
    Op.FLE: lambda x, y: to_float(x) <= to_float(y),
}
UNARY = {
    Op.NOT: lambda x, c: ~x,
    Op.EXT: extend,
    Op.FNEG: lambda x, c: to_word(-to_float(x)),
    Op.I2F: lambda x, c: to_word(float(x)),
    Op.U2F: lambda x, c: to_word(float(unsigned(x))),
    Op.F2I: lambda x, c: int(to_float(x)) if -(2.0**63) <= to_float(x) < 2.0**63 else -(1 << 63),
    Op.F2U: lambda x, c: signed(int(to_float(x))),
    Op.F32: lambda x, c: to_word(struct.unpack("<f", struct.pack("<f", to_float(x)))[0]),
}


class Machine:
    """One goroutine of a program."""

    def __init__(self, program: Program) -> None:
        """Starts with the globals' first words."""
        self.p = program
        self.code = [tuple(int(x) for x in row) for row in program.code]
        self.mem: dict[int, int] = dict(program.initial)
        self.top = GLOBALS + int(program.types[program.globals_type]["words"]) + 16
        self.out: list[str] = []
        self.steps = 0
        self.panic: tuple[int, int] | None = None

    def new(self, words: int) -> int:
        """Address of a new zero object."""
        at, self.top = self.top, self.top + words + 2
        return at

    def frame(self, f: int, parent: int, back: int, context: int) -> int:
        """A frame for a function."""
        func = self.p.funcs[f]
        at = self.new(int(self.p.types[int(func["frame_type"])]["words"]))
        self.mem[at] = parent | back << 32
        if func["context"]:
            self.mem[at + FRAME] = context
        return at

    def byte(self, address: int, i: int) -> int:
        """A byte of a string or slice of bytes."""
        return int(self.p.rodata[i - address - 1]) if address < 0 else self.mem.get(address + i, 0)

    def text(self, address: int, length: int) -> str:
        """A string."""
        return bytes(self.byte(address, i) for i in range(length)).decode(errors="replace")

    def run(self, limit: int = 2_000_000) -> str:
        """Runs the entry function to its end; what it printed."""
        self.fr = self.frame(self.p.entry, 0, 0, 0)
        self.pc = int(self.p.funcs[self.p.entry]["entry"])
        try:
            while self.steps < limit:
                self.steps += 1
                self.step()
        except ExitedError:
            return "".join(self.out)
        raise AssertionError("the program does not end")

    def reg(self, i: int) -> int:
        """Value of a register."""
        return self.mem.get(self.fr + FRAME + i, 0)

    def put(self, i: int, value: int) -> None:
        """Sets a register."""
        self.mem[self.fr + FRAME + i] = signed(int(value))

    def args(self, row: int, count: int) -> list[int]:
        """Registers listed in the ARG rows from ``row`` on."""
        return [self.code[row + i // 3][1 + i % 3] for i in range(count)]

    def step(self) -> None:
        """Executes one instruction."""
        op, a, b, c = self.code[self.pc]
        base = op - IMM if IMM <= op < 2 * IMM else op
        if base < IMM:
            x, y = self.reg(b), c if op != base else self.reg(c)
            if Op.DIV <= base <= Op.REMU and y == 0:
                raise GoPanicError("integer divide by zero")
            value = BINARY[Op(base)](x, y)
            self.pc += 1
            if Op.JEQ <= base <= Op.JGEU:
                self.pc = a if value else self.pc
            else:
                self.put(a, value)
        elif op in UNARY:
            self.put(a, UNARY[Op(op)](self.reg(b), c))
            self.pc += 1
        else:
            getattr(self, "op_" + Op(op).name.lower())(a, b, c)

    def simple(self, a: int, value: int, rows: int = 1) -> None:
        """Sets a register and goes on."""
        self.put(a, value)
        self.pc += rows

    def op_mov(self, a, b, c):
        self.simple(a, self.reg(b))

    def op_ldi(self, a, b, c):
        self.simple(a, c)

    def op_ldk(self, a, b, c):
        self.simple(a, int(self.p.consts[c]))

    def op_jmp(self, a, b, c):
        self.pc = a

    def address(self, value: int) -> int:
        """An address that is not nil."""
        if value == 0:
            raise GoPanicError("invalid memory address or nil pointer dereference")
        assert value >= GLOBALS, "an address below the globals"
        return value

    def op_load(self, a, b, c):
        self.simple(a, self.mem.get(self.address(self.reg(b)) + c, 0))

    def op_store(self, a, b, c):
        self.mem[self.address(self.reg(a)) + c] = self.reg(b)
        self.pc += 1

    def op_field(self, a, b, c):
        value = self.reg(b)
        checks_an_interface = c == 0 and 0 < value < GLOBALS  # a method value looks whether there is a type
        self.simple(a, value if checks_an_interface else self.address(value) + c)

    def op_lea(self, a, b, c):
        self.simple(a, self.fr + FRAME + b)

    def op_index(self, a, b, c):
        _, size, reg, length = self.code[self.pc + 1]
        length = self.reg(reg) if reg >= 0 else length
        if not 0 <= self.reg(c) < length:
            raise GoPanicError(f"index out of range [{self.reg(c)}] with length {length}")
        self.simple(a, self.address(self.reg(b)) + self.reg(c) * size, 2)

    def op_strindex(self, a, b, c):
        length = self.reg(self.code[self.pc + 1][1])
        if not 0 <= self.reg(c) < length:
            raise GoPanicError(f"index out of range [{self.reg(c)}] with length {length}")
        self.simple(a, self.byte(self.reg(b), self.reg(c)), 2)

    def op_slicechk(self, a, b, c):
        _, cap, what, _ = self.code[self.pc + 1]
        top = self.reg(cap) if c < 0 else self.reg(c)
        assert what in set(SliceOf)
        if not 0 <= self.reg(a) <= self.reg(b) <= top <= self.reg(cap):
            raise GoPanicError("slice bounds out of range")
        self.pc += 2

    def op_shiftchk(self, a, b, c):
        if self.reg(b) < 0:
            raise GoPanicError("negative shift amount")
        self.pc += 1

    def op_alloc(self, a, b, c):
        self.simple(a, self.new(int(self.p.types[c]["words"])))

    def op_makeslice(self, a, b, c):
        size = int(self.p.types[self.code[self.pc + 1][1]]["words"])
        if not 0 <= self.reg(b) <= self.reg(c):
            raise GoPanicError("makeslice: len out of range")
        self.simple(a, self.new(size * self.reg(c)), 2)

    def op_growslice(self, a, b, c):
        _, cap, needed, old = self.code[self.pc + 1]
        size = int(self.p.types[self.code[self.pc + 2][1]]["words"])
        capacity = max(self.reg(needed), 2 * self.reg(old))
        at = self.new(size * capacity)
        for i in range(size * self.reg(c)):
            self.mem[at + i] = self.mem.get(self.reg(b) + i, 0)
        self.put(cap, capacity)
        self.simple(a, at, 3)

    def op_copy(self, a, b, c):
        words = [self.byte(self.reg(b), i) for i in range(self.reg(c))]
        for i, word in enumerate(words):
            self.mem[self.reg(a) + i] = word
        self.pc += 1

    def op_zero(self, a, b, c):
        for i in range(b):
            self.put(a + i, 0)
        self.pc += 1

    def enter(self, f: int, context: int, args: list[int], back: int) -> None:
        """Calls a function."""
        frame = self.frame(f, self.fr, back, context)
        func = self.p.funcs[f]
        assert len(args) == int(func["params"]), "a call has another number of arguments than the function"
        for i, value in enumerate(args):
            self.mem[frame + FRAME + int(func["context"]) + i] = value
        self.fr, self.pc = frame, int(func["entry"])

    def function(self, value: int) -> tuple[int, int]:
        """Function number and closure of a function value."""
        if value == 0:
            raise GoPanicError("invalid memory address or nil pointer dereference")
        return (-value - 1, 0) if value < 0 else (self.mem[value], value)

    def op_call(self, a, b, c):
        args = [self.reg(r) for r in self.args(self.pc + 1, b)]
        self.enter(a, 0, args, self.pc + 1 + (b + 2) // 3)

    def op_callc(self, a, b, c):
        args = [self.reg(r) for r in self.args(self.pc + 1, b)]
        self.enter(*self.function(self.reg(a)), args, self.pc + 1 + (b + 2) // 3)

    def op_calli(self, a, b, c):
        if self.reg(a) == 0:
            raise GoPanicError("invalid memory address or nil pointer dereference")
        f = int(self.p.itab[self.reg(a), self.code[self.pc + 1][1]])
        assert f >= 0, "a method is missing"
        args = [self.reg(r) for r in self.args(self.pc + 2, b)]
        self.enter(f, 0, args, self.pc + 2 + (b + 2) // 3)

    def op_ret(self, a, b, c):
        values = [self.reg(r) for r in self.args(self.pc + 1, b)]
        parent, back = self.mem[self.fr] & 0xFFFFFFFF, self.mem[self.fr] >> 32
        if parent == 0:
            raise ExitedError
        self.fr, self.pc = parent, back
        if values and self.code[back][0] == Op.ARG:
            for r, value in zip(self.args(back, b), values, strict=True):
                self.put(r, value)
            self.pc += (b + 2) // 3

    def record(self, value: int, args: list[int], rows: int) -> None:
        """Puts a deferred call in front of the frame's list."""
        at = self.new(3 + len(args))
        func = self.p.funcs[self.running()]
        head = self.fr + FRAME + int(func["defers"])
        for i, word in enumerate([self.mem.get(head, 0), value, len(args), *args]):
            self.mem[at + i] = word
        self.mem[head] = at
        self.pc += rows

    def running(self) -> int:
        """The function whose code pc is in."""
        return max((f for f in range(len(self.p.funcs)) if self.p.funcs[f]["entry"] <= self.pc), key=lambda f: int(self.p.funcs[f]["entry"]))

    def op_defer(self, a, b, c):
        self.record(-(a + 1), [self.reg(r) for r in self.args(self.pc + 1, b)], 1 + (b + 2) // 3)

    def op_deferc(self, a, b, c):
        self.record(self.reg(a), [self.reg(r) for r in self.args(self.pc + 1, b)], 1 + (b + 2) // 3)

    def op_deferi(self, a, b, c):
        f = int(self.p.itab[self.reg(a), self.code[self.pc + 1][1]])
        self.record(-(f + 1), [self.reg(r) for r in self.args(self.pc + 2, b)], 2 + (b + 2) // 3)

    def op_rundefers(self, a, b, c):
        head = self.fr + FRAME + int(self.p.funcs[self.running()]["defers"])
        at = self.mem.get(head, 0)
        if at == 0:
            self.pc += 1
            return
        self.mem[head] = self.mem[at]
        self.enter(*self.function(self.mem[at + 1]), [self.mem[at + 3 + i] for i in range(self.mem[at + 2])], self.pc)

    def op_strcmp(self, a, b, c):
        _, x, y, _ = self.code[self.pc + 1]
        left = [self.byte(self.reg(b), i) for i in range(self.reg(x))]
        right = [self.byte(self.reg(c), i) for i in range(self.reg(y))]
        self.simple(a, (left > right) - (left < right), 2)

    def op_strcat(self, a, b, c):
        (_, x, x_n, y), (_, y_n, total, _) = self.code[self.pc + 1 : self.pc + 3]
        data = [self.byte(self.reg(x), i) for i in range(self.reg(x_n))] + [self.byte(self.reg(y), i) for i in range(self.reg(y_n))]
        at = self.new(len(data))
        self.mem.update({at + i: value for i, value in enumerate(data)})
        assert self.reg(total) == len(data)
        self.simple(a, at, 3)

    def equal(self, x: tuple[int, int], y: tuple[int, int]) -> bool:
        """X == y of interfaces."""
        if x[0] != y[0] or x[0] == 0:
            return x[0] == y[0]
        words, kinds, compare, flags = (int(v) for v in self.p.types[x[0]])
        if compare == 3:
            raise GoPanicError(f"comparing uncomparable type {self.p.type_names[x[0]]}")
        if flags:
            return x[1] == y[1]
        parts = [(0, compare, words)]
        if compare == 4:
            at = kinds + words
            parts = [tuple(int(v) for v in self.p.kinds[at + 1 + 3 * i : at + 4 + 3 * i]) for i in range(int(self.p.kinds[at]))]
        return all(self.equal_part(x[1] + offset, y[1] + offset, rule, size) for offset, rule, size in parts)

    def equal_part(self, x: int, y: int, rule: int, size: int) -> bool:
        """Whether words at two addresses are equal by a rule of comparison."""
        left, right = ([self.mem.get(at + i, 0) for i in range(size)] for at in (x, y))
        if rule == 1:
            return self.text(*left) == self.text(*right)
        return self.equal((left[0], left[1]), (right[0], right[1])) if rule == 2 else left == right

    def op_ifaceeq(self, a, b, c):
        _, x, y, _ = self.code[self.pc + 1]
        self.simple(a, self.equal((self.reg(b), self.reg(x)), (self.reg(c), self.reg(y))), 2)

    def op_implements(self, a, b, c):
        self.simple(a, int(self.p.implements[self.reg(b), c]))

    def op_panic(self, a, b, c):
        raise GoPanicError(self.shown(self.reg(a), self.reg(b), panic=True))

    def op_native(self, a, b, c):
        args = [self.reg(r) for r in self.args(self.pc + 1, b)]
        if c == Native.STR_FROM_BYTES or c == Native.STR_TO_BYTES:
            at = self.new(args[1])
            self.mem.update({at + i: self.byte(args[0], i) for i in range(args[1])})
            results = [at, args[1], args[1]][: 2 if c == Native.STR_FROM_BYTES else 3]
        elif c == Native.SQRT:
            results = [to_word(to_float(args[0]) ** 0.5)]
        else:
            raise AssertionError(f"native {Native(c).name} is not in the reference")
        for i, value in enumerate(results):
            self.put(a + i, value)
        self.pc += 1 + (b + 2) // 3

    def op_sys(self, a, b, c):
        args = [self.reg(r) for r in self.args(self.pc + 1, b)]
        if c == Native.OUTPUT:
            self.output(args[0], [(args[i], args[i + 1]) for i in range(1, len(args), 2)])
        elif c == Native.EXIT:
            raise ExitedError
        elif c in (Native.THROW, Native.FATAL):
            raise GoPanicError(self.text(*args))
        else:
            self.put(a, self.atomic(Native(c), args)) if a >= 0 else self.atomic(Native(c), args)
        self.pc += 1 + (b + 2) // 3

    def atomic(self, native: Native, args: list[int]) -> int:
        """An atomic operation, or another native that does not park."""
        at, ext, *rest = [*args, 0, 0]
        old = self.mem.get(at, 0)
        if native == Native.ATOMIC_LOAD:
            return extend(old, ext)
        if native == Native.ATOMIC_CAS:
            if old == extend(rest[0], ext):
                self.mem[at] = extend(rest[1], ext)
                return 1
            return 0
        made = {"STORE": lambda: rest[0], "SWAP": lambda: rest[0], "ADD": lambda: old + rest[0], "AND": lambda: old & rest[0], "OR": lambda: old | rest[0]}
        self.mem[at] = signed(extend(made[native.name.split("_")[1]](), ext))
        return self.mem[at] if native == Native.ATOMIC_ADD else old

    def output(self, form: int, values: list[tuple[int, int]]) -> None:
        """Prints."""
        texts = [self.shown(*value) for value in values]
        if form == OutputFormat.PRINTLN:
            self.out.append(" ".join(texts) + "\n")
        elif form == OutputFormat.PRINT:
            strings = [kind == 0 or self.p.type_kinds[kind] == "string" for kind, _ in values]
            for i, text in enumerate(texts):
                self.out.append((" " if i and not strings[i] and not strings[i - 1] else "") + text)
        elif form == OutputFormat.PRINTF:
            parts = texts[0].replace("%d", "%v").replace("%s", "%v").replace("%t", "%v").split("%v")
            self.out.append("".join(x + y for x, y in zip(parts, [*texts[1:], ""], strict=True)))

    def shown(self, type_id: int, data: int, *, panic: bool = False) -> str:
        """A value as fmt prints it."""
        if type_id == 0:
            return "<nil>"
        kind = self.p.type_kinds[type_id]
        word = self.mem.get(data, 0)
        if kind == "string":
            return self.text(word, self.mem.get(data + 1, 0))
        if kind == "bool":
            return "true" if word else "false"
        if kind.startswith("float"):
            text = repr(to_float(word))
            return text.removesuffix(".0")
        if kind.startswith("uint"):
            return str(unsigned(word))
        if kind.startswith("int"):
            return str(word)
        return f"({self.p.type_names[type_id]})"
