"""Calls of functions that the model makes itself: arguments shaped for natives, printing, timers, constants that are compiled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import CleanupOp, Kind, Native, Op, TimerKind
from gpusched.program import interfaces, natives, shown, slices
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


def native(low: Lowering, code: Code, target: int, args: list[list]) -> list:
    """A call of a native with its arguments in registers."""
    shape = low.shape(low.name(target))
    assert shape is not None
    words = [word for part in shape.words for word in ([code.reg(part.word)] if isinstance(part, natives.Const) else args[part])]
    kinds = [kind for t in low.ssa["funcs"][target]["results"] for kind in low.layouts.kinds(t)]
    results = code.native(Op.NATIVE if shape.local else Op.SYS, int(shape.native), words, kinds)
    if len(results) < 2:
        return results
    copies = [Reg(reg.kind) for reg in results]
    for copy, reg in zip(copies, results, strict=True):
        code.move(copy, reg)
    return copies


def printing(fn: Function, ins: dict, form: int) -> list:
    """Lowers fmt.Print, Println and Printf to an output event."""
    listed = slices.varargs(fn, ins["args"][-1])
    if listed is None:
        raise fn.refuse(ins, "a printing call gets its arguments as a slice", "list the arguments in the call")
    words = [fn.code.reg(form)]
    if len(ins["args"]) == 2:
        words += boxed_string(fn, ins["args"][0])
    words += listed_words(fn, ins, listed)
    fn.code.native(Op.SYS, int(Native.OUTPUT), words, ())
    return [0] * sum(fn.layouts.words(t) for t in ins["sig"])


def test_event(fn: Function, ins: dict) -> list:
    """Lowers the testing shim's event(kind, text, value) to an output event of two arguments."""
    kind, text, value = ins["args"]
    fn.code.native(Op.SYS, int(Native.OUTPUT), [fn.code.reg(fn.word(kind)), *boxed_string(fn, text), *fn.regs(value)], ())
    return []


def remembered(fn: Function, ins: dict) -> list:
    """Lowers debug.SetGCPercent in tests: gives back the number that was set last, at first 100."""
    return fn.code.call(Op.CALL, remembering(fn.low, ins["fn"]["f"]), fn.regs(ins["args"][0]), (Kind.SCALAR,))


def remembering(low: Lowering, f: int) -> int:
    """Number of the function that stands for debug.SetGCPercent."""
    return low.synthetic(("remembered", low.name(f)), low.name(f), _build_remembered)


def _build_remembered(low: Lowering, key: tuple) -> Code:
    code = low.new_code(key[1], (Kind.SCALAR,), 1)
    cell, old, known = code.reg(low.cell(), Kind.POINTER), Reg(Kind.SCALAR), Label()
    code.emit(Op.LOAD, old, cell, 0)
    code.branch(Op.JNE, old, 0, known)
    code.move(old, 100)
    code.label(known)
    code.emit(Op.STORE, cell, code.params[0], 0)
    code.ret([old])
    return code


def pool_cleanup(fn: Function, ins: dict) -> list:
    """Lowers sync.runtime_registerPoolCleanup: keeps the function, if runtime.GC may call it."""
    if fn.low.collects:
        fn.code.emit(Op.STORE, fn.code.reg(fn.low.pool_cleanup(), Kind.POINTER), fn.regs(ins["args"][0])[0], 0)
    return []


def collect(fn: Function, ins: dict) -> list:
    """Lowers runtime.GC."""
    return fn.code.call(Op.CALL, collecting(fn.low), [], ())


def collecting(low: Lowering) -> int:
    """Number of the function that stands for runtime.GC."""
    return low.synthetic(("collected",), "runtime.GC", _build_collected)


def _build_collected(low: Lowering, key: tuple) -> Code:
    """What programs see of a cycle: it begins with clearing the pools, and finds the objects whose cleanups are to be run."""
    code = low.new_code("runtime.GC", (), 0)
    function, none = Reg(Kind.POINTER), Label()
    code.emit(Op.LOAD, function, code.reg(low.pool_cleanup(), Kind.POINTER), 0)
    code.branch(Op.JEQ, function, 0, none)
    code.call(Op.CALLC, function, [], ())
    code.label(none)
    cleanups = low.global_named("runtime.simulatedCleanups")
    if cleanups:
        code.native(Op.SYS, int(Native.CLEANUP), [code.reg(int(CleanupOp.COLLECT)), code.reg(cleanups)], ())
    code.ret(())
    return code


def pointer_word(fn: Function, ins: dict) -> list:
    """Lowers simulatedPointer: the value if it is a pointer, else nil."""
    kind = fn.layouts.kind(fn.type_of(ins["args"][0]))
    return fn.regs(ins["args"][0]) if kind in ("pointer", "unsafe.Pointer") else [0]


STANDS_FOR = {
    "runtime.GC": collect,
    "sync.runtime_registerPoolCleanup": pool_cleanup,
    "runtime.simulatedPointer": pointer_word,
}
"""Functions that are lowered to something of the model's own."""
TESTED = {"runtime/debug.SetGCPercent": remembered}
"""Functions that tests alone may call."""


def listed_words(fn: Function, ins: dict, listed: list) -> list[Reg]:
    """Words of printed operands, with the texts of those that have one where the format shows it."""
    takes: list[bool] | None = [True] * len(listed)
    if len(ins["args"]) == 2:
        form = ins["args"][0]
        takes = shown.takes_text(form["c"]) if isinstance(form, dict) and "c" in form else None
    takes = ((takes or []) + [False] * len(listed))[: len(listed)]
    return [reg for operand, text in zip(listed, takes, strict=True) for reg in (shown.shown(fn, operand) if text else fn.regs(operand))]


def output(fn: Function, ins: dict, form: int) -> list:
    """Lowers the output of a text."""
    fn.code.native(Op.SYS, int(Native.OUTPUT), [fn.code.reg(form), *boxed_string(fn, ins["args"][0])], ())
    return []


def hash_interface(fn: Function, ins: dict) -> list:
    """The hash of the value that an interface at an address holds, for keys of sync.Map."""
    t = fn.layouts.elem(fn.type_of(ins["args"][0]))
    words = [fn.code.reg(fn.layouts.number(t)), *(reg for operand in ins["args"] for reg in fn.regs(operand))]
    return fn.code.native(Op.NATIVE, int(Native.MAP_HASH), words, (Kind.SCALAR,))


def boxed_string(fn: Function, operand) -> list:
    """The format string as an interface."""
    t = fn.type_of(operand)
    return in_regs(fn, interfaces.box(fn.low, fn.code, fn.value(operand), t))


def in_regs(fn: Function, words: list) -> list:
    """The words of an interface in registers."""
    return [fn.code.reg(words[0]), fn.code.reg(words[1], Kind.POINTER)]


def pool_local(fn: Function, ins: dict) -> Reg:
    """sync.indexLocal: Go counts bytes, the model words."""
    size = fn.layouts.words(fn.layouts.elem(ins["t"]))
    return fn.code.binary(Op.ADD, fn.word(ins["args"][0]), fn.code.binary(Op.MUL, fn.word(ins["args"][1]), size), Kind.POINTER)


def words_behind(fn: Function, ins: dict) -> list:
    """The address some words behind another."""
    return [fn.code.binary(Op.ADD, fn.word(ins["args"][0]), fn.word(ins["args"][1]), Kind.POINTER)]


def move_words(fn: Function, ins: dict) -> list:
    """Copies words from one address to another."""
    to, source, words = ins["args"]
    fn.code.emit(Op.COPY, fn.regs(to)[0], fn.regs(source)[0], fn.code.reg(fn.word(words)))
    return []


def new_timer(fn: Function, ins: dict) -> list:
    """time.newTimer: sendTime and goFunc are kinds of timers, the argument goes without its interface; others only tests may have."""
    when, period, function, arg = ins["args"][:4]
    name = fn.low.name(function["f"]) if isinstance(function, dict) and "f" in function else ""
    boxed = fn.made_by.get(arg) if isinstance(arg, int) else None
    words = [fn.regs(when)[0], fn.regs(period)[0]]
    if fn.low.tests and name and name not in ("time.sendTime", "time.goFunc") and isinstance(arg, dict) and arg.get("c", 0) is None:
        value = -(fn.low.synthetic(("timer", function["f"]), name, _build_fired) + 1)
        words += [fn.code.reg(int(TimerKind.FUNC)), fn.code.reg(value, Kind.POINTER), fn.code.reg(0, Kind.CHAN)]
        return fn.code.native(Op.SYS, int(Native.NEW_TIMER), words, (Kind.POINTER,))
    if name not in ("time.sendTime", "time.goFunc") or boxed is None or boxed["op"] != "MakeInterface":
        raise fn.refuse(ins, "a timer with a function of its own", "use time.AfterFunc or time.NewTimer")
    inner = fn.regs(boxed["x"])[0]
    if name == "time.goFunc":
        words += [fn.code.reg(int(TimerKind.FUNC)), inner, fn.code.reg(0, Kind.CHAN)]
    else:
        words += [fn.code.reg(int(TimerKind.CHAN)), fn.code.reg(0, Kind.POINTER), inner]
    if fn.low.bubbled:
        words += fn.regs(ins["args"][4])
    return fn.code.native(Op.SYS, int(Native.NEW_TIMER), words, (Kind.POINTER,))


def _build_fired(low: Lowering, key: tuple) -> Code:
    """A function that calls a timer's own function with a nil argument; unlike Go's, it runs in a goroutine."""
    code = low.new_code(low.go_name(key[1]), (), 0)
    kinds = [kind for _, t in low.ssa["funcs"][key[1]]["params"] for kind in low.layouts.kinds(t)]
    code.call(Op.CALL, low.function_value(key[1]), [code.reg(0, kind) for kind in kinds], ())
    code.ret(())
    return code


def folded(fn: Function, ins: dict, name: str) -> list:
    """Numbers of tables and histograms, which must be known when the program is compiled."""
    words = [word for operand in ins["args"] for word in fn.value(operand)]
    if any(isinstance(word, Reg) for word in words):
        what = {"table": "the shape of a distribution", "histogram": "the name of a histogram", "empirical": "the file of an empirical distribution"}
        outermost = fn
        while outermost.outer is not None:
            outermost = outermost.outer
        raise outermost.refuse(None, f"{what[name.split('.')[1]]} is not a constant", "write a constant at the call")
    if name == "gpusched/work.table":
        return [fn.low.table_number(words[0], words[1])]
    if name == "gpusched/work.histogram":
        return [fn.low.histogram_number(fn.code, fn.low.rodata_text(words[0], words[1]))]
    return [fn.low.empirical_number(fn, fn.low.rodata_text(words[0], words[1]))]


def build_print(low: Lowering, key: tuple) -> Code:
    """A function that prints its arguments, for go and defer."""
    code = low.new_code("fmt.Print", (Kind.SCALAR, Kind.POINTER) * (key[2] // 2), 0)
    code.native(Op.SYS, int(Native.OUTPUT), [code.reg(key[1]), *code.params], ())
    code.ret(())
    return code


def build_native(low: Lowering, key: tuple) -> Code:
    """A function that calls a native, for function values, go and defer."""
    f = low.ssa["funcs"][key[1]]
    name = f["name"]
    kinds = [low.layouts.kinds(t) for _, t in f["params"]]
    results = [kind for t in f["results"] for kind in low.layouts.kinds(t)]
    code = low.new_code(low.go_name(key[1]), [kind for part in kinds for kind in part], len(results))
    args, at = [], 0
    for part in kinds:
        args.append(code.params[at : at + len(part)])
        at += len(part)
    if low.does_nothing(name):
        words = [code.reg(0, kind) for kind in results]
    elif low.shape(name) is not None:
        words = native(low, code, key[1], args)
    elif name in natives.IDENTITY:
        words = args[0]
    else:
        raise GpuschedError(f"{low.go_name(key[1])} cannot be simulated yet", low.ssa["funcs"][key[1]].get("pos", ""), "write it in Go without this function")
    code.ret(words)
    return code
