"""Programs made in Python, without Go: for generated tests and benchmarks.

    build = Builder()
    double = build.func("main.double", [Kind.SCALAR], 1)
    double.ret([double.binary(Op.MUL, double.params[0], 2)])
    main = build.func("main.main")
    main.output(main.call_function(double, [21])[0])
    main.ret([])
    program = build.program(main)

A function is an ``ir.Code`` with the operations that such programs need beyond it; its registers are virtual, jumps go to labels.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Native, Op, OutputFormat
from gpusched.program.assemble import INSN_DTYPE, QUANTILE_ROWS, TYPE_DTYPE, Assembler, functions_table
from gpusched.program.ir import Code, Reg
from gpusched.program.layout import TypeTable
from gpusched.program.peephole import tidy
from gpusched.program.program import Program
from gpusched.random import quantiles


class FunctionBuilder(Code):
    """A function that is being written."""

    def __init__(self, build: "Builder", name: str, params: Iterable[Kind], results: int, context: bool) -> None:
        """Starts a function; see ``Builder.func``."""
        super().__init__(name, params, results, context)
        self.build, self.number = build, len(build.functions)
        self.constant = build.constant
        self.lines = 0

    def next_line(self) -> None:
        """Gives what follows a line of its own."""
        self.lines += 1
        self.pos = (0, 1000 * self.number + self.lines)

    def variable(self, word: Reg | int = 0, kind: Kind = Kind.SCALAR) -> Reg:
        """A register that may be set again, with a first value."""
        made = Reg(kind)
        self.move(made, word)
        return made

    def add_to(self, variable: Reg, word: Reg | int) -> None:
        """Adds a word to a variable."""
        self.move(variable, self.binary(Op.ADD, variable, word))

    def in_regs(self, words: Iterable[Reg | int], kinds: Iterable[Kind] | None = None) -> list[Reg]:
        """Words in registers."""
        given = list(words)
        return [self.reg(word, kind) for word, kind in zip(given, kinds or [Kind.SCALAR] * len(given), strict=True)]

    def call_function(self, target: "FunctionBuilder", args: Sequence[Reg | int] = (), result_kinds: Sequence[Kind] | None = None) -> list[Reg]:
        """Calls a function; the registers of its results (scalars unless told)."""
        self.next_line()
        kinds = [Kind.SCALAR] * target.results if result_kinds is None else result_kinds
        return self.call(Op.CALL, target.number, self.in_regs(args, target.param_kinds), kinds)

    @property
    def param_kinds(self) -> list[Kind]:
        """Kinds of the parameters, without the closure."""
        return [reg.kind for reg in self.params[int(self.context) :]]

    def go(self, target: "FunctionBuilder", args: Sequence[Reg | int] = ()) -> None:
        """Starts a goroutine."""
        self.next_line()
        self.build.goroutine(target)
        self.start(Op.GO, target.number, self.in_regs(args, target.param_kinds))

    def defer(self, target: "FunctionBuilder", args: Sequence[Reg | int] = ()) -> None:
        """Defers a call."""
        if self.defers is None:
            self.defers = self.group((Kind.POINTER,), addressed=True).regs[0]
        kinds = target.param_kinds
        self.start(
            Op.DEFER, target.number, self.in_regs(args, kinds), record=self.build.table.layout((Kind.POINTER, Kind.POINTER, Kind.SCALAR, *kinds), "defer")
        )

    def run_defers(self) -> None:
        """Runs the deferred calls."""
        self.emit(Op.RUNDEFERS)

    def make_chan(self, capacity: Reg | int = 0) -> Reg:
        """A channel of ints."""
        made = Reg(Kind.CHAN)
        self.emit(Op.MAKECHAN, made, self.reg(capacity), self.build.int_type)
        return made

    def send(self, channel: Reg, word: Reg | int) -> None:
        """Sends a word."""
        self.next_line()
        self.emit(Op.SEND, channel, self.reg(word))

    def receive(self, channel: Reg) -> tuple[Reg, Reg]:
        """Receives: the word, and whether the channel was open."""
        self.next_line()
        value, ok = Reg(Kind.SCALAR), Reg(Kind.SCALAR)
        self.emit(Op.RECV, value, channel, ok, writes=[value, ok])
        return value, ok

    def close(self, channel: Reg) -> None:
        """Closes a channel."""
        self.next_line()
        self.emit(Op.CLOSE, channel)

    def select(self, cases: Sequence[tuple[Reg, Reg | int | None]], *, blocking: bool = True) -> tuple[Reg, Reg, list[Reg]]:
        """Select over cases (channel, word to send or None to receive): index, ok, received words of the receiving cases."""
        self.next_line()
        index, ok = Reg(Kind.SCALAR), Reg(Kind.SCALAR)
        received = [Reg(Kind.SCALAR) for _, word in cases if word is None]
        fresh = iter(received)
        rows: list[list] = [[int(blocking), -1, -1]]
        rows += [[2, channel, next(fresh)] if word is None else [1, channel, self.reg(word)] for channel, word in cases]
        self.emit(Op.SELECT, index, len(cases), ok, rows=rows, writes=[index, ok, *received])
        return index, ok, received

    def new(self, words: int, kinds: Sequence[Kind] | None = None) -> Reg:
        """Address of a new zero object."""
        made = Reg(Kind.POINTER)
        self.emit(Op.ALLOC, made, 0, self.build.table.layout(tuple(kinds or (Kind.SCALAR,) * words), "object"))
        return made

    def load(self, address: Reg, offset: int = 0, kind: Kind = Kind.SCALAR) -> Reg:
        """The word at an address."""
        made = Reg(kind)
        self.emit(Op.LOAD, made, address, offset)
        return made

    def store(self, address: Reg, word: Reg | int, offset: int = 0) -> None:
        """Sets the word at an address."""
        self.emit(Op.STORE, address, self.reg(word), offset)

    def system(self, native: Native, args: Sequence[Reg | int] = (), result_kinds: Sequence[Kind] = ()) -> list[Reg]:
        """Calls a native."""
        self.next_line()
        return self.native(Op.NATIVE if native < 64 else Op.SYS, int(native), self.in_regs(args), result_kinds)

    def output(self, *words: Reg | int) -> None:
        """fmt.Println of ints."""
        self.next_line()
        args = [self.reg(int(OutputFormat.PRINTLN))]
        for word in words:
            box = Reg(Kind.POINTER)
            value = self.reg(word)
            self.emit(Op.ALLOC, box, 0, self.build.int_type)
            self.emit(Op.STORE, box, value, 0)
            args += [self.reg(self.build.int_type), box]
        self.native(Op.SYS, int(Native.OUTPUT), args, ())


class Builder:
    """A program that is being written."""

    def __init__(self, name: str = "built") -> None:
        """Starts with the fixed types and int."""
        self.name = name
        self.table = TypeTable()
        self.int_type = self.table.add((Kind.SCALAR,), "int", "int")
        self.functions: list[FunctionBuilder] = []
        self.globals: list[Kind] = []
        self._consts: dict[int, int] = {}
        self._tables: list[tuple[int, int]] = []
        self._goroutines: dict[int, None] = {}

    def constant(self, value: int) -> int:
        """Index of a constant of 64 bits."""
        return self._consts.setdefault(value, len(self._consts))

    def func(self, name: str, params: Iterable[Kind] = (), results: int = 0, *, context: bool = False) -> FunctionBuilder:
        """Starts a function; it may be called before its body is written."""
        made = FunctionBuilder(self, name, params, results, context)
        made.pos = (0, 1000 * made.number)
        self.functions.append(made)
        return made

    def variable(self, kind: Kind = Kind.SCALAR) -> int:
        """Address of a new package variable."""
        self.globals.append(kind)
        return GLOBALS + len(self.globals) - 1

    def table_number(self, kind: int, shape: float = 0.0) -> int:
        """Number of a quantile table (gpusched.random.quantiles)."""
        key = (int(kind), quantiles.shape_bits(shape))
        if key not in self._tables:
            self._tables.append(key)
        return self._tables.index(key)

    def goroutine(self, target: FunctionBuilder) -> None:
        """Notes that goroutines start with a function."""
        self._goroutines.setdefault(target.number)

    def program(self, main: FunctionBuilder) -> Program:
        """The finished program; nothing may be added afterwards."""
        entry = self.func("runtime.main")
        entry.call(Op.CALL, main.number, (), ())
        entry.ret(())
        names = [main.name, *(self.functions[f].name for f in self._goroutines), "other"]
        lifetimes = {f: 1 + i for i, f in enumerate(self._goroutines)} | {entry.number: 0}
        assembler = Assembler(self.table)
        for code in self.functions:
            tidy(code)
            assembler.add(code, lifetimes.get(code.number, len(names) - 1))
        globals_type = self.table.add(tuple(self.globals), "package variables")
        count = len(self.table.rows)
        rows = [quantiles.table(kind, float(np.array(shape, np.int64).view(np.float64))) for kind, shape in self._tables]
        return Program(
            code=np.array(assembler.rows, INSN_DTYPE),
            consts=np.array(list(self._consts) or [0], np.int64),
            funcs=functions_table(assembler),
            types=np.array(self.table.rows, TYPE_DTYPE),
            kinds=np.array(self.table.kinds or [0], np.int32),
            itab=np.full((count, 1), -1, np.int32),
            implements=np.zeros((count, 1), np.int32),
            rodata=np.zeros(1, np.int32),
            quantiles=np.array(rows, np.int64).reshape(-1, QUANTILE_ROWS),
            tables=np.array(self._tables, np.int64).reshape(-1, 2),
            entry=entry.number,
            globals_type=globals_type,
            package=self.name,
            functions=tuple(code.name for code in self.functions),
            positions=tuple(assembler.positions),
            files=(f"{self.name}.py",),
            type_names=tuple(self.table.names),
            type_kinds=tuple(self.table.go_kinds),
            lifetimes=tuple(names),
        )
