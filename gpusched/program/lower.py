"""Lowering: from the SSA of a Go package (golang/frontend/FORMAT.md) to a Program."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import IMM, Kind, Native, Op
from gpusched.program import calls, captures, control, interfaces, maps, memory, native_calls, natives, peephole, reflection, slices, strings, values
from gpusched.program.assemble import finish
from gpusched.program.constants import bits_float
from gpusched.program.function import Function
from gpusched.program.inlining import Inlining
from gpusched.program.ir import Code, Late, Reg
from gpusched.program.layout import Layouts, TypeTable
from gpusched.program.names import go_name
from gpusched.program.program import Program
from gpusched.random import quantiles

_LOWERERS: dict[str, Callable[[Function, int, dict], None]] = {
    "Alloc": memory.alloc,
    "BinOp": values.binop,
    "Call": calls.call,
    "ChangeInterface": values.change_type,
    "ChangeType": values.change_type,
    "Convert": values.convert,
    "MultiConvert": values.convert,
    "Defer": calls.defer,
    "Extract": control.extract,
    "Field": memory.field,
    "FieldAddr": memory.field_addr,
    "Go": calls.go,
    "If": control.branch,
    "Index": memory.index,
    "IndexAddr": memory.index_addr,
    "Jump": control.jump,
    "MakeChan": control.make_chan,
    "MakeClosure": calls.make_closure,
    "MakeInterface": interfaces.make_interface,
    "MakeMap": maps.make_map,
    "MakeSlice": slices.make_slice,
    "MapUpdate": maps.update,
    "Panic": control.panics,
    "Return": control.returns,
    "RunDefers": control.run_defers,
    "Select": control.select,
    "Send": control.send,
    "Slice": slices.slice_value,
    "SliceToArrayPointer": slices.to_array_pointer,
    "Store": memory.store_value,
    "TypeAssert": interfaces.type_assert,
}


MANY_STORES = 64
"""Instructions of an initialiser from which on its stores of constants are made when the program is compiled."""


class Lowering:
    """What all functions of a program share: numbers of functions, types, constants, globals; and the work still to do."""

    def __init__(self, ssa: dict, directory: Path | None, trap: bool = False, tests: bool = False) -> None:
        """Numbers the globals; functions and types are numbered as they are met."""
        self.directory, self.trap, self.tests = directory, trap, tests
        ssa = captures.rewrite(ssa | {"funcs": ssa.get("funcs") or []})
        self.ssa: dict[str, Any] = ssa | {name: ssa.get(name) or [] for name in ("types", "funcs", "globals", "init", "interfaces", "refused")}
        ssa = self.ssa
        self.table = TypeTable()
        self.layouts = Layouts(ssa["types"], self.table)
        self.codes: list[Code | None] = []
        self.names: list[str] = []
        self.consts: dict[int, int] = {}
        self.rodata = bytearray()
        self.bubbled = any(entry["name"] == "internal/synctest.enter" for entry in self.ssa["funcs"])
        self.collects = any(entry["name"] == "runtime.GC" for entry in self.ssa["funcs"])
        self.histograms: list[str] = []
        self.tables: list[tuple[int, int]] = []
        self.rows: list[np.ndarray] = []
        self.late_histograms: dict[int, Late] = {}
        self.files: list[str] = []
        self.sites: dict[tuple[str, int, int, int], int] = {}
        self.type_name_table = Late()
        self.type_table = (Late(), Late())
        self.reflects = False
        self.names_types = False
        self.initial: dict[int, int] = {}
        self.global_kinds: list[Kind] = []
        self._numbers: dict[object, int] = {}
        self._work: list[tuple[int, Callable[[], Code]]] = []
        self._strings: dict[bytes, int] = {}
        self._boxes: dict[tuple, int] = {}
        self._methods: dict[str, int] = {}
        self._interfaces: dict[int | str, int] = {}
        self._dynamic: dict[int, None] = {}
        self.lifetimes: dict[str, int] = {self.go_name(ssa["main"]): 0}
        self.lifetime_of: dict[int, int] = {}
        self._errors: dict[int, GpuschedError] = {}
        self._edges: dict[int, dict[int, str]] = {}
        inlining = Inlining(self)
        self.users, self.will_inline = inlining.users, inlining.will_inline
        self._support: dict[str, int] | None = None
        self._text_type = -1
        self._pool_cleanup = 0
        self.preprint = 0
        self.missing_method = -1
        self._empirical: dict[str, int] = {}
        self._global_at: list[int] = []
        for entry in ssa["globals"]:
            self._global_at.append(GLOBALS + len(self.global_kinds))
            if entry["name"] in natives.LINKED:
                self.initial[self._global_at[-1]] = natives.LINKED[entry["name"]]
            self.global_kinds += self.layouts.kinds(entry["type"])

    # -- names and positions

    def name(self, f: int) -> str:
        """Name of a function for the table of natives: of its generic origin if it is an instance."""
        entry = self.ssa["funcs"][f]
        return entry.get("origin") or entry["name"]

    def go_name(self, f: int) -> str:
        """Name of a function as Go prints it."""
        return go_name(self.ssa["funcs"][f]["name"], self.ssa["package"])

    def file_number(self, pos: str) -> int:
        """Number of the file of a position ``file:line:column``, -1 for none."""
        if not pos:
            return -1
        file = pos.rsplit(":", 2)[0]
        if file not in self.files:
            self.files.append(file)
        return self.files.index(file)

    def function_position(self, f: int) -> tuple[int, int]:
        """(file number, line) of a function."""
        pos = self.ssa["funcs"][f].get("pos", "")
        return (self.file_number(pos), int(pos.split(":")[-2])) if pos.count(":") >= 2 else (-1, 0)

    def site(self, outer: Function, f: int) -> int:
        """Number of the call of ``f`` that is being inlined into ``outer``: its name, the file and line of the call, the site that the call itself lies in."""
        file, line = outer.code.pos[:2]
        return self.sites.setdefault((self.go_name(f), file, line, outer.site), len(self.sites))

    # -- constants and globals

    def constant(self, value: int) -> int:
        """Index of a constant that does not fit into 32 bits."""
        return self.consts.setdefault(value, len(self.consts))

    def rodata_address(self, data: bytes) -> int:
        """Address of the bytes of a constant string."""
        at = self._strings.get(data)
        if at is None:
            at = self._strings[data] = len(self.rodata)
            self.rodata += data
        return -(at + 1)

    def rodata_text(self, address: int, length: int) -> str:
        """The constant string at an address."""
        at = -address - 1
        return self.rodata[at : at + length].decode() if length else ""

    def text(self, text: str) -> list[int]:
        """Words of a string."""
        data = text.encode()
        return [self.rodata_address(data) if data else 0, len(data)]

    def static_words(self, words: tuple[int, ...], kinds: tuple[Kind, ...]) -> int:
        """Address of constant words behind the package variables."""
        at = self._boxes.get((words, kinds))
        if at is None:
            at = self._boxes[words, kinds] = GLOBALS + len(self.global_kinds)
            self.global_kinds += kinds
            self.initial.update({at + i: word for i, word in enumerate(words) if word})
        return at

    def static_object(self, kinds: tuple[Kind, ...]) -> int:
        """Address of a zero object behind the package variables."""
        at = GLOBALS + len(self.global_kinds)
        self.global_kinds += kinds
        return at

    def is_initializer(self, f: int) -> bool:
        """Whether a function fills tables of the standard library: what it stores of constants is there from the beginning."""
        entry = self.ssa["funcs"][f]
        if entry["name"] != f"{entry.get('pkg')}.init" or f not in self.ssa["init"] or not self._standard(f):
            return False
        return len(entry["blocks"][0]["instrs"]) > MANY_STORES

    def global_address(self, g: int) -> int:
        """Address of a package variable."""
        return self._global_at[g]

    def global_named(self, name: str) -> int:
        """Address of a package variable by its name, 0 if the program has none."""
        return next((self._global_at[g] for g, entry in enumerate(self.ssa["globals"]) if entry["name"] == name), 0)

    def global_type(self, g: int) -> int:
        """Type of a package variable."""
        return self.ssa["globals"][g]["type"]

    # -- types

    def dynamic_type(self, t: int) -> None:
        """Notes that a type reaches an interface."""
        self._dynamic.setdefault(t)

    def method_number(self, key: str) -> int:
        """Column of a method in the method tables."""
        return self._methods.setdefault(key, len(self._methods))

    def interface_number(self, interface: int | str) -> int:
        """Column of an interface in ``implements``; a name stands for the types in whose method table that method is."""
        return self._interfaces.setdefault(interface, len(self._interfaces))

    def cell(self, kind: Kind = Kind.SCALAR) -> int:
        """Address of a new word among the globals."""
        self.global_kinds.append(kind)
        return GLOBALS + len(self.global_kinds) - 1

    def pool_cleanup(self) -> int:
        """Address of the function that clears the pools."""
        self._pool_cleanup = self._pool_cleanup or self.cell(Kind.POINTER)
        return self._pool_cleanup

    def defer_record(self, kinds: list[Kind]) -> int:
        """Type of the record of a deferred call: next, function value, number of words, words."""
        return self.table.layout((Kind.POINTER, Kind.POINTER, Kind.SCALAR, *kinds), "defer")

    def text_type(self) -> int:
        """Type of texts that lowering itself makes: what panics and fmt show as they are."""
        if self._text_type < 0:
            self._text_type = self.table.add((Kind.POINTER, Kind.SCALAR), "string", "string", compare=(1,))
        return self._text_type

    # -- functions

    def new_code(self, name: str, params, results: int, context: bool = False) -> Code:
        """An empty function."""
        code = Code(name, params, results, context)
        code.constant = self.constant
        return code

    def _numbered(self, key: object, name: str, build: Callable[[], Code]) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.codes)
            self.codes.append(None)
            self.names.append(name)
            self._work.append((number, build))
        return number

    def function_value(self, f: int, variant: int | None = None) -> int:
        """Number of a function in the program; a variant is a copy whose goroutines count as those of another function."""
        entry = self.ssa["funcs"][f]
        if self.tests and native_calls.TESTED.get(self.name(f)) is native_calls.remembered:
            return native_calls.remembering(self, f)
        if self.name(f) == "runtime.GC":
            return native_calls.collecting(self)
        if self.is_native(f):
            return self._numbered(("native", f), self.go_name(f), lambda: self._guarded(f, lambda: native_calls.build_native(self, ("native", f))))
        if not entry.get("body"):
            return self._numbered(("native", f), self.go_name(f), lambda: self._guarded(f, lambda: self._missing(f)))
        key = f if variant is None else (f, variant)
        return self._numbered(key, self.go_name(f), lambda: self._guarded(f, lambda: self._lower(f, variant)))

    def synthetic(self, key: tuple, name: str, build: Callable[[Lowering, tuple], Code]) -> int:
        """Number of a function that lowering itself writes."""
        return self._numbered(key, name, lambda: self._tidied(build(self, key)))

    def _tidied(self, code: Code) -> Code:
        peephole.tidy(code)
        return code

    def support_function(self, name: str) -> int | None:
        """SSA number of a function of the package that comes along."""
        if self._support is None:
            self._support = {entry["name"]: f for f, entry in enumerate(self.ssa["funcs"]) if entry.get("pkg", "") + "." == natives.SUPPORT}
        return self._support.get(name)

    def is_native(self, f: int) -> bool:
        """Whether the model makes a function itself."""
        name = self.name(f)
        return self.shape(name) is not None or name in natives.IDENTITY or self.does_nothing(name) or name in natives.OUTPUTS

    def shape(self, name: str) -> natives.Shape | None:
        """The native that stands for a function, None if none does."""
        return natives.BUBBLED.get(name, natives.SHAPES.get(name)) if self.bubbled else natives.SHAPES.get(name)

    def does_nothing(self, name: str) -> bool:
        """Whether a function gives zero, or nothing, without doing anything."""
        return name in natives.ZERO or name in natives.NOTHING or (name in natives.UNBUBBLED and not self.bubbled)

    def _missing(self, f: int) -> Code:
        for entry in self.ssa.get("refused") or ():
            if entry.get("func") == f:
                raise GpuschedError(entry["what"], entry["pos"], entry["instead"])
        raise GpuschedError(f"{self.go_name(f)} cannot be simulated yet", self.ssa["funcs"][f].get("pos", ""), "write it in Go without this function")

    def _guarded(self, f: int, build: Callable[[], Code]) -> Code:
        """The function, or if it cannot be lowered one that ends the world with the reason."""
        try:
            return build()
        except GpuschedError as error:
            self._errors[f] = error
        entry = self.ssa["funcs"][f]
        kinds = [kind for _, t in entry["params"] for kind in self.layouts.kinds(t)]
        code = self.new_code(self.go_name(f), kinds, 0, bool(entry["freevars"]))
        code.pos = self.function_position(f)
        self.emit_trap(code, self._errors[f])
        code.ret(())
        return code

    def emit_trap(self, code: Code, error: GpuschedError) -> None:
        """Ends the world with the reason why it cannot go on."""
        words = self.text(str(error))
        code.native(Op.SYS, int(Native.REFUSE), [code.reg(words[0], Kind.POINTER), code.reg(words[1])], ())

    def _lower(self, f: int, variant: int | None = None) -> Code:
        entry = self.ssa["funcs"][f]
        self._refuse_listed(f)
        if self.name(f) in natives.REFUSED:
            raise GpuschedError(f"{self.go_name(f)} cannot be simulated yet", entry.get("pos", ""), natives.REFUSED[self.name(f)])
        kinds = [self.layouts.kinds(t) for _, t in entry["params"]]
        results = sum(self.layouts.words(t) for t in entry["results"])
        code = self.new_code(self.go_name(f), [kind for part in kinds for kind in part], results, bool(entry["freevars"]))
        fn = Function(self, f, code)
        code.pos = (-1, 0) if fn.wrapper else self.function_position(f)
        fn.variant = variant
        at = int(code.context)
        for number, part in enumerate(kinds):
            fn.values[number] = code.params[at : at + len(part)]
            at += len(part)
        calls.captured(fn)
        slices.find_varargs(fn)
        fn.declare_phis()
        fn.body()
        if entry.get("defers"):
            fn.defer_list()
        peephole.tidy(code)
        return code

    def _refuse_listed(self, f: int) -> None:
        for entry in self.ssa.get("refused") or ():
            if entry.get("func") == f:
                raise GpuschedError(entry["what"], entry["pos"], entry["instead"])

    def lower_instruction(self, fn: Function, block: int, ins: dict) -> None:
        """Lowers one instruction."""
        op = ins["op"]
        if op == "Phi":
            return
        if op == "UnOp" and ins["tok"] == "*":
            memory.load_value(fn, ins)
        elif op == "UnOp" and ins["tok"] == "<-":
            control.receive(fn, ins)
        elif op == "UnOp":
            values.unop(fn, block, ins)
        elif op in ("Lookup", "Range", "Next"):
            _lower_collection(fn, block, ins)
        elif op in _LOWERERS:
            _LOWERERS[op](fn, block, ins)
        else:
            raise fn.refuse(ins, f"{op} cannot be simulated yet", "write it another way")

    # -- decisions

    def calls(self, fn: Function, target: int, ins: dict) -> None:
        """Notes that a function, or the one into which it is inlined, calls another plainly."""
        for f, where in fn.call_sites(ins):
            self._edges.setdefault(f, {}).setdefault(target, where)
            target = f

    def starts_goroutine(self, number: int, variant: int | None = None) -> None:
        """Notes that goroutines start with a function, so that their lifetimes are counted apart, under the name of the one it stands for."""
        name = self.names[number] if variant is None else self.go_name(variant)
        self.lifetime_of[number] = self.lifetimes.setdefault(name, len(self.lifetimes))

    def is_call_of(self, ins: dict, name: str) -> bool:
        """Whether a call's callee is the function of this name."""
        fn = ins.get("fn")
        return isinstance(fn, dict) and "f" in fn and self.name(fn["f"]) == name

    def takes_listed(self, ins: dict) -> bool:
        """Whether a call takes the listed elements of its last argument instead of a slice."""
        fn = ins.get("fn")
        if not isinstance(fn, dict):
            return False
        return fn.get("b") == "append" or ("f" in fn and self.name(fn["f"]) in natives.PRINTING)

    def compare_immediate(self, code: Code, op: Op, target: Reg, x, value: int) -> tuple:
        """Operands of ``emit`` for a binary operation with a constant that is known to fit."""
        return (op + IMM, target, code.reg(x), value)

    # -- work natives

    def histogram_number(self, code: Code, name: str) -> Reg:
        """Number of a user's histogram in a register; those of lifetimes, not yet counted, come before it."""
        if name not in self.histograms:
            self.histograms.append(name)
        late = self.late_histograms.setdefault(self.histograms.index(name), Late())
        made = Reg(Kind.SCALAR)
        code.emit(Op.LDI, made, 0, late)
        return made

    def table_number(self, kind: int, shape: int) -> int:
        """Number of the quantile table of a distribution (shape: bits of a float64)."""
        key = (kind, shape)
        if key not in self.tables:
            self.tables.append(key)
            self.rows.append(quantiles.table(kind, bits_float(shape)))
        return self.tables.index(key)

    def empirical_number(self, fn: Function, path: str) -> int:
        """Number of the quantile table made from a file of durations, whose path is relative to the workload's directory."""
        if path not in self._empirical:
            if self.directory is None:
                raise fn.refuse(None, f"the file {path} cannot be read, as the workload's directory is not known", "compile the workload from its directory")
            try:
                text = (self.directory / path).read_text()
            except (OSError, UnicodeError) as error:
                raise fn.refuse(None, f"the file {path} cannot be read: {error}", "name a file of durations beside the source") from error
            self._empirical[path] = len(self.tables)
            self.tables.append((int(quantiles.Kind.EMPIRICAL), 0))
            self.rows.append(quantiles.read_empirical(text, path))
        return self._empirical[path]

    # -- the whole

    def run(self) -> Program:
        """Lowers everything that is reached and puts the program together."""
        for entry in self.ssa.get("refused") or ():
            if not entry["dynamic"] and not self.trap:
                raise GpuschedError(entry["what"], entry["pos"], entry["instead"])
        entry = self.synthetic(("entry",), "runtime.main", _build_entry)
        cells = self._finish_functions()
        if not self.trap:
            self._report_errors()
        return finish(self, entry, cells)

    def _finish_functions(self) -> dict[tuple[int, int], int]:
        """Lowers functions until none is asked for; gives the method tables' cells."""
        cells: dict[tuple[int, int], int] = {}
        while True:
            while self._work:
                number, build = self._work.pop(0)
                self.codes[number] = build()
            if self.reflects:
                reflection.number_types(self)
            for t in list(self._dynamic):
                methods = self.ssa["methods"].get(str(t), {})
                for key, column in list(self._methods.items()):
                    if key in methods and (t, column) not in cells:
                        cells[t, column] = interfaces.method_entry(self, t, methods[key])
            if self._methods and self.missing_method < 0:
                self.missing_method = self.synthetic(("missing",), "runtime.missing", _build_missing)
            if not self._work:
                return cells

    def _report_errors(self) -> None:
        """Raises the first error in a function that is called plainly, or that is not the standard library's."""
        came: dict[int, tuple[int, str]] = dict.fromkeys([self.ssa["main"], *self.ssa["init"]], (-1, ""))
        queue = list(came)
        for f in queue:
            for target, where in self._edges.get(f, {}).items():
                if target not in came:
                    came[target] = (f, where)
                    queue.append(target)
        for f in sorted(self._errors):
            if f in came or not self._standard(f):
                raise self._told(f, came)

    def _told(self, f: int, came: dict[int, tuple[int, str]]) -> GpuschedError:
        """The error of a function, at the place where the workload's own code leads to it."""
        error = self._errors[f]
        path, where, at = [self.go_name(f)], error.where, f
        while self._standard(at) and came.get(at, (-1, ""))[0] >= 0:
            at, where = came[at]
            path.append(self.go_name(at))
        if at == f or self._standard(at):
            return error
        return GpuschedError(f"{error.what}, reached from {' -> '.join(reversed(path))}", where, error.instead)

    def _standard(self, f: int) -> bool:
        package = self.ssa["funcs"][f].get("pkg", "")
        return package != self.ssa["package"] and "." not in package.split("/")[0] and not package.startswith("gpusched/")


def _lower_collection(fn: Function, block: int, ins: dict) -> None:
    """Lookup, Range and Next of maps and strings."""
    if ins["op"] == "Next":
        (strings.following if ins["isstring"] else maps.following)(fn, ins)
    elif fn.layouts.kind(fn.type_of(ins["x"])) == "map":
        (maps.lookup if ins["op"] == "Lookup" else maps.iterate)(fn, ins)
    elif ins["op"] == "Lookup":
        memory.index(fn, block, ins)
    else:
        strings.iterate(fn, ins)


def _build_entry(low: Lowering, key: tuple) -> Code:
    """runtime.main: package initialisation, then main.main."""
    code = low.new_code("runtime.main", (), 0)
    for f in [*low.ssa["init"], low.ssa["main"]]:
        code.call(Op.CALL, low.function_value(f), (), ())
    code.ret(())
    return code


def _build_missing(low: Lowering, key: tuple) -> Code:
    """What the method tables hold where a type has no such method: ends the world if it is ever called, whatever the arguments."""
    words = max(sum(low.layouts.words(t) for _, t in f["params"]) for f in low.ssa["funcs"])
    code = low.new_code("runtime.missing", [Kind.SCALAR] * (words + 1), 0)
    text = low.text("a method that the front end did not find was called")
    code.native(Op.SYS, int(Native.THROW), [code.reg(text[0], Kind.POINTER), code.reg(text[1])], ())
    code.ret(())
    return code


def lower(ssa: dict, directory: str | Path | None = None, *, trap: bool = False, tests: bool = False) -> Program:
    """The program of an SSA file (format gpusched-ssa/1).

    Args:
        ssa: the file's content.
        directory: where files that the workload names lie.
        trap: whether what cannot be lowered ends the world that reaches it, instead of being an error here.
        tests: whether it is a package's tests, which may call what ``native_calls.TESTED`` lists.
    """
    if ssa.get("format") != "gpusched-ssa/1":
        raise GpuschedError(f"SSA of format {ssa.get('format')!r} is not known", "", "compile the workload again")
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Lowering(ssa, Path(directory) if directory is not None else None, trap, tests).run()
    finally:
        if collecting:
            gc.enable()
