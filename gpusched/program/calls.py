"""Calls in all forms: static, of function values, through interfaces, of builtins and natives; go and defer; closures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import Kind, Native, Op, TimerKind
from gpusched.program import control, interfaces, memory, natives, shown, values
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg
from gpusched.program.layout import FLOATS

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


def call(fn: Function, block: int, ins: dict) -> None:
    """A call whose results are used here."""
    if "recv" in ins and ins["recv"] is not None:
        results = _invoke(fn, Op.CALLI, ins)
    elif isinstance(ins["fn"], dict) and "b" in ins["fn"]:
        results = _builtin(fn, ins)
    elif isinstance(ins["fn"], dict) and "f" in ins["fn"]:
        results = _static(fn, ins, ins["fn"]["f"])
    else:
        args = [reg for operand in ins["args"] for reg in fn.regs(operand)]
        results = fn.code.call(Op.CALLC, fn.code.reg(fn.word(ins["fn"]), Kind.POINTER), args, _result_kinds(fn, ins))
    if "v" in ins:
        fn.values[ins["v"]] = results


def _result_kinds(fn: Function, ins: dict) -> list[Kind]:
    """Kinds of a call's results; none if nobody uses them."""
    if "v" in ins and not fn.users.get(ins["v"]):
        return []
    return [kind for t in ins["sig"] for kind in fn.kinds(t)]


def _invoke(fn: Function, op: Op, ins: dict, record: int = 0) -> list:
    words = fn.value(ins["recv"])
    method = fn.low.method_number(ins["method"])
    args = [fn.code.reg(words[1], Kind.POINTER)] + [reg for operand in ins["args"] for reg in fn.regs(operand)]
    if op == Op.CALLI:
        return fn.code.call(op, fn.code.reg(words[0]), args, _result_kinds(fn, ins), method=method)
    fn.code.start(op, fn.code.reg(words[0]), args, method=method, record=record)
    return []


def _static(fn: Function, ins: dict, target: int) -> list:
    name = fn.low.name(target)
    if name in natives.ZERO:
        return [0] * sum(fn.layouts.words(t) for t in ins["sig"])
    if name in natives.NOTHING:
        return []
    if name in natives.IDENTITY:
        return fn.value(ins["args"][0])
    if name in natives.PRINTING:
        return _print(fn, ins, natives.PRINTING[name])
    if name == "internal/bytealg.MakeNoZero":
        length = fn.code.reg(fn.word(ins["args"][0]))
        return [memory.new_array(fn, fn.layouts.elem(ins["t"]), length, length), length, length]
    if name == "sync.indexLocal":
        return [_pool_local(fn, ins)]
    if name == "time.newTimer":
        return _new_timer(fn, ins)
    if name in ("gpusched/work.table", "gpusched/work.histogram", "gpusched/work.empirical"):
        return _folded(fn, ins, name)
    if name in natives.SHAPES:
        return native(fn.low, fn.code, target, [fn.regs(operand) for operand in ins["args"]])
    started = _static_function(fn, ins["args"][1]) if name in ("(*sync.WaitGroup).Go", "time.AfterFunc") else None
    if started is not None:
        fn.low.lifetimes.setdefault(fn.low.go_name(started), len(fn.low.lifetimes))
    if started is not None and name == "time.AfterFunc":
        fn.low.starts_goroutine(fn.low.function_value(started))
        started = None
    if fn.low.will_inline(fn.chain, ins):
        return _inline(fn, ins, target)
    fn.low.calls(fn, target, ins)
    args = [reg for operand in ins["args"] for reg in fn.regs(operand)]
    return fn.code.call(Op.CALL, fn.low.function_value(target, started), args, _result_kinds(fn, ins))


def _static_function(fn: Function, operand) -> int | None:
    """The function of a function value, if it is plain to see."""
    made = fn.made_by.get(operand) if isinstance(operand, int) else None
    if made is not None and made["op"] in ("MakeClosure", "ChangeType"):
        return _static_function(fn, made["fn"] if made["op"] == "MakeClosure" else made["x"])
    return operand["f"] if isinstance(operand, dict) and "f" in operand and fn.low.ssa["funcs"][operand["f"]].get("body") else None


def native(low: Lowering, code: Code, target: int, args: list[list]) -> list:
    """A call of a native with its arguments in registers."""
    shape = natives.SHAPES[low.name(target)]
    words = [word for part in shape.words for word in ([code.reg(part.word)] if isinstance(part, natives.Const) else args[part])]
    kinds = [kind for t in low.ssa["funcs"][target]["results"] for kind in low.layouts.kinds(t)]
    results = code.native(Op.NATIVE if shape.local else Op.SYS, int(shape.native), words, kinds)
    if len(results) < 2:
        return results
    copies = [Reg(reg.kind) for reg in results]
    for copy, reg in zip(copies, results, strict=True):
        code.move(copy, reg)
    return copies


def _print(fn: Function, ins: dict, form: int) -> list:
    listed = memory.varargs(fn, ins["args"][-1])
    if listed is None:
        raise fn.refuse(ins, "a printing call gets its arguments as a slice", "list the arguments in the call")
    words = [fn.code.reg(form)]
    if len(ins["args"]) == 2:
        words += _boxed_string(fn, ins["args"][0])
    words += _shown(fn, ins, listed)
    fn.code.native(Op.SYS, int(Native.OUTPUT), words, ())
    return [0] * sum(fn.layouts.words(t) for t in ins["sig"])


def _shown(fn: Function, ins: dict, listed: list) -> list[Reg]:
    """Words of printed operands, with the texts of those that have one where the format shows it."""
    takes: list[bool] | None = [True] * len(listed)
    if len(ins["args"]) == 2:
        form = ins["args"][0]
        takes = shown.takes_text(form["c"]) if isinstance(form, dict) and "c" in form else None
    takes = ((takes or []) + [False] * len(listed))[: len(listed)]
    return [reg for operand, text in zip(listed, takes, strict=True) for reg in (shown.shown(fn, operand) if text else fn.regs(operand))]


def _boxed_string(fn: Function, operand) -> list:
    t = fn.type_of(operand)
    return _in_regs(fn, interfaces.box(fn.low, fn.code, fn.value(operand), t))


def _in_regs(fn: Function, words: list) -> list:
    return [fn.code.reg(words[0]), fn.code.reg(words[1], Kind.POINTER)]


def _pool_local(fn: Function, ins: dict) -> Reg:
    """sync.indexLocal: Go counts bytes, the model words."""
    size = fn.layouts.words(fn.layouts.elem(ins["t"]))
    return fn.code.binary(Op.ADD, fn.word(ins["args"][0]), fn.code.binary(Op.MUL, fn.word(ins["args"][1]), size), Kind.POINTER)


def _new_timer(fn: Function, ins: dict) -> list:
    """time.newTimer: sendTime and goFunc are kinds of timers, the argument goes without its interface."""
    when, period, function, arg = ins["args"][:4]
    name = fn.low.name(function["f"]) if isinstance(function, dict) and "f" in function else ""
    boxed = fn.made_by.get(arg) if isinstance(arg, int) else None
    if name not in ("time.sendTime", "time.goFunc") or boxed is None or boxed["op"] != "MakeInterface":
        raise fn.refuse(ins, "a timer with a function of its own", "use time.AfterFunc or time.NewTimer")
    inner = fn.regs(boxed["x"])[0]
    words = [fn.regs(when)[0], fn.regs(period)[0]]
    if name == "time.goFunc":
        words += [fn.code.reg(int(TimerKind.FUNC)), inner, fn.code.reg(0, Kind.CHAN)]
    else:
        words += [fn.code.reg(int(TimerKind.CHAN)), fn.code.reg(0, Kind.POINTER), inner]
    return fn.code.native(Op.SYS, int(Native.NEW_TIMER), words, (Kind.POINTER,))


def _folded(fn: Function, ins: dict, name: str) -> list:
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


def _inline(fn: Function, ins: dict, target: int) -> list:
    """Lowers the body of a called function here, its parameters being the arguments."""
    inner = Function(fn.low, target, fn.code, outer=fn)
    inner.inlined_at = ins
    for number, operand in enumerate(ins["args"]):
        if isinstance(operand, int) and operand in fn.places and operand not in fn.values:
            inner.places[number] = fn.places[operand]
        else:
            inner.values[number] = fn.value(operand)
            place = fn.places.get(operand) if isinstance(operand, int) else None
            if place is not None:
                inner.places[number] = place
    memory.find_varargs(inner)
    inner.declare_phis()
    kinds = [kind for t in inner.f["results"] for kind in fn.kinds(t)]
    if sum(block["instrs"][-1]["op"] == "Return" for block in inner.blocks if block["instrs"]) != 1:
        inner.result_regs = [Reg(kind) for kind in kinds]
    pos = fn.code.pos
    inner.body()
    fn.code.label(inner.end)
    fn.code.pos = pos
    words = inner.result_regs if inner.result_regs is not None else inner.result_words
    return words if words is not None else [0] * len(kinds)


def _builtin(fn: Function, ins: dict) -> list:
    name = ins["fn"]["b"]
    args = ins["args"]
    if name in ("len", "cap"):
        return [_length(fn, name, args[0], ins)]
    if name == "append":
        return memory.append(fn, ins, ins["t"])
    if name == "copy":
        return memory.copy(fn, ins)
    if name == "close":
        control.close(fn, args[0])
        return []
    if name in ("print", "println"):
        words = [fn.code.reg(256 + (3 if name == "print" else 4))]
        for operand in args:
            words += _in_regs(fn, interfaces.box(fn.low, fn.code, fn.value(operand), fn.type_of(operand)))
        fn.code.native(Op.SYS, int(Native.OUTPUT), words, ())
        return []
    if name in ("min", "max"):
        return _extreme(fn, ins, name)
    if name == "recover":
        return _recover(fn)
    if name == "ssa:wrapnilchk":
        made = Reg(Kind.POINTER)
        fn.code.emit(Op.FIELD, made, fn.regs(args[0])[0], 0)
        return [made]
    if name in ("String", "Slice"):
        length = fn.word(args[1])
        return [fn.word(args[0]), length] + ([length] if name == "Slice" else [])
    if name in ("StringData", "SliceData"):
        return fn.value(args[0])[:1]
    if name == "ssa:deferstack":
        raise fn.refuse(ins, "defer in the body of a range over a function cannot be simulated yet", "call the function in a loop of your own")
    if name == "clear" and fn.layouts.kind(fn.type_of(args[0])) == "slice":
        return _clear(fn, args[0])
    raise fn.refuse(ins, f"builtin {name} cannot be simulated yet", "write it out")


def _recover(fn: Function) -> list:
    regs = fn.code.group((Kind.SCALAR, Kind.POINTER)).regs
    fn.code.emit(Op.RECOVER, regs[0], regs[1], writes=regs)
    copies = [Reg(Kind.SCALAR), Reg(Kind.POINTER)]
    for copy, reg in zip(copies, regs, strict=True):
        fn.code.move(copy, reg)
    return copies


def _clear(fn: Function, operand) -> list:
    elem = fn.layouts.elem(fn.type_of(operand))
    words = fn.value(operand)
    at, end, head, done = Reg(Kind.SCALAR), Reg(Kind.SCALAR), Label(), Label()
    kinds = fn.kinds(elem)
    base = fn.code.reg(words[0], Kind.POINTER)
    fn.code.move(at, 0)
    fn.code.move(end, words[1])
    fn.code.label(head)
    fn.code.branch(Op.JGE, at, end, done)
    place = Reg(Kind.POINTER)
    fn.code.emit(Op.INDEX, place, base, at, rows=[[len(kinds), end, -1]])
    for i, kind in enumerate(kinds):
        fn.code.emit(Op.STORE, place, fn.code.reg(0, kind), i)
    fn.code.emit(*fn.low.compare_immediate(fn.code, Op.ADD, at, at, 1))
    fn.code.jump(head)
    fn.code.label(done)
    return []


def _length(fn: Function, name: str, operand, ins: dict):
    t = fn.type_of(operand)
    kind = fn.layouts.kind(t)
    if kind == "chan":
        made = Reg(Kind.SCALAR)
        fn.code.emit(Op.CHANLEN if name == "len" else Op.CHANCAP, made, fn.code.reg(fn.word(operand), Kind.CHAN))
        return made
    if kind in ("string", "slice"):
        return fn.value(operand)[2 if name == "cap" else 1]
    if kind == "pointer":
        return int(fn.layouts.types[fn.layouts.elem(t)]["len"])
    if kind == "array":
        return int(fn.layouts.types[t]["len"])
    raise fn.refuse(ins, f"{name} of a {kind} cannot be simulated yet", "use a slice")


def _extreme(fn: Function, ins: dict, name: str) -> list:
    """Lowers min and max."""
    kinds = fn.kinds(ins["t"])
    best = [Reg(kind) for kind in kinds]
    for reg, word in zip(best, fn.value(ins["args"][0]), strict=True):
        fn.code.move(reg, word)
    for operand in ins["args"][1:]:
        words, keep = fn.value(operand), Label()
        _keep_best(fn, best, words, (fn.layouts.kind(ins["t"]), name), keep)
        for reg, word in zip(best, words, strict=True):
            fn.code.move(reg, word)
        fn.code.label(keep)
    return list(best)


def _keep_best(fn: Function, best: list[Reg], words: list, wanted: tuple[str, str], keep: Label) -> None:
    """Goes to ``keep`` if the best so far stays the best."""
    kind, name = wanted
    if kind in FLOATS:
        _keep_best_float(fn, best[0], fn.code.reg(words[0]), name, keep)
    elif kind in ("string", "untyped string"):
        other = [fn.code.reg(words[0], Kind.POINTER), fn.code.reg(words[1])]
        fn.code.branch(Op.JGE if name == "max" else Op.JLE, values.string_compare(fn, best, other), 0, keep)
    elif kind in ("uint", "uint64", "uintptr"):
        x, y = (best[0], words[0]) if name == "max" else (words[0], best[0])
        fn.code.branch(Op.JGEU, x, y, keep)
    else:
        fn.code.branch(Op.JGE if name == "max" else Op.JLE, best[0], words[0], keep)


def _keep_best_float(fn: Function, best: Reg, other: Reg, name: str, keep: Label) -> None:
    """NaN wins, and of two zeros the negative one is less."""
    code = fn.code
    take, differ = Label(), Label()
    code.branch(Op.JNE, code.binary(Op.FNE, best, best), 0, keep)
    code.branch(Op.JEQ, code.binary(Op.FEQ, best, other), 0, differ)
    code.move(best, code.binary(Op.AND if name == "max" else Op.OR, best, other))
    code.jump(keep)
    code.label(differ)
    code.branch(Op.JNE, code.binary(Op.FNE, other, other), 0, take)
    stays = code.binary(Op.FLT, other, best) if name == "max" else code.binary(Op.FLT, best, other)
    code.branch(Op.JNE, stays, 0, keep)
    code.label(take)


def go(fn: Function, block: int, ins: dict) -> None:
    """Starts a goroutine."""
    _start(fn, ins, (Op.GO, Op.GOC, Op.GOI))


def defer(fn: Function, block: int, ins: dict) -> None:
    """Defers a call."""
    if ins.get("stack") is not None:
        raise fn.refuse(ins, "defer in the body of a range over a function cannot be simulated yet", "call the function in a loop of your own")
    if fn.code.defers is None:
        fn.code.defers = fn.code.group((Kind.POINTER,)).regs[0]
    _start(fn, ins, (Op.DEFER, Op.DEFERC, Op.DEFERI))


def _start(fn: Function, ins: dict, ops: tuple[Op, Op, Op]) -> None:
    """Go and defer: the callee and its arguments are evaluated now."""
    is_defer = ops[0] == Op.DEFER
    args = ins["args"]
    if ins.get("recv") is not None:
        kinds = [Kind.POINTER] + [kind for operand in args for kind in fn.operand_kinds(operand)]
        _invoke(fn, ops[2], ins, fn.low.defer_record(kinds) if is_defer else 0)
        return
    callee = ins["fn"]
    if isinstance(callee, dict) and "c" not in callee:
        target, regs = _static_start(fn, ins, callee)
        kinds = [reg.kind for reg in regs]
        if not is_defer and "f" in callee:
            fn.low.starts_goroutine(target)
        fn.code.start(ops[0], target, regs, record=fn.low.defer_record(kinds) if is_defer else 0)
        return
    regs = [reg for operand in args for reg in fn.regs(operand)]
    made = fn.made_by.get(callee) if isinstance(callee, int) else None
    if not is_defer and made is not None and made["op"] == "MakeClosure":
        fn.low.starts_goroutine(fn.low.function_value(made["fn"]["f"], fn.variant), fn.variant)
    record = fn.low.defer_record([reg.kind for reg in regs]) if is_defer else 0
    fn.code.start(ops[1], fn.code.reg(fn.word(callee), Kind.POINTER), regs, record=record)


def _static_start(fn: Function, ins: dict, callee: dict) -> tuple[int, list[Reg]]:
    """Function and argument registers of a go or defer of a builtin, native or plain function."""
    args = ins["args"]
    if "b" in callee:
        types = tuple(fn.type_of(operand) for operand in args)
        number = fn.low.synthetic(("builtin", callee["b"], types), f"runtime.{callee['b']}", _build_builtin)
        return number, [reg for operand in args for reg in fn.regs(operand)]
    name = fn.low.name(callee["f"])
    if name in natives.PRINTING:
        listed = memory.varargs(fn, args[-1])
        if listed is None:
            raise fn.refuse(ins, "a printing call gets its arguments as a slice", "list the arguments in the call")
        regs = _boxed_string(fn, args[0]) if len(args) == 2 else []
        regs += _shown(fn, ins, listed)
        return fn.low.synthetic(("print", natives.PRINTING[name], len(regs)), name, _build_print), regs
    fn.low.calls(fn, callee["f"], ins)
    return fn.low.function_value(callee["f"]), [reg for operand in args for reg in fn.regs(operand)]


def _build_print(low: Lowering, key: tuple) -> Code:
    code = low.new_code("fmt.Print", (Kind.SCALAR, Kind.POINTER) * (key[2] // 2), 0)
    code.native(Op.SYS, int(Native.OUTPUT), [code.reg(key[1]), *code.params], ())
    code.ret(())
    return code


def _build_builtin(low: Lowering, key: tuple) -> Code:
    """A function that calls a builtin, for go and defer."""
    _, name, types = key
    kinds = [kind for t in types for kind in low.layouts.kinds(t)]
    code = low.new_code("runtime." + name, kinds, 0)
    if name == "close":
        code.emit(Op.CLOSE, code.params[0])
    elif name == "panic":
        code.emit(Op.PANIC, code.params[0], code.params[1])
        return code
    elif name in ("print", "println"):
        words, at = [code.reg(256 + (3 if name == "print" else 4))], 0
        for t in types:
            size = low.layouts.words(t)
            boxed = interfaces.box(low, code, code.params[at : at + size], t)
            words += [code.reg(boxed[0]), code.reg(boxed[1], Kind.POINTER)]
            at += size
        code.native(Op.SYS, int(Native.OUTPUT), words, ())
    elif name != "recover":
        raise GpuschedError(f"go or defer of builtin {name} cannot be simulated yet", "", "put the call into a function")
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
    if name in natives.SHAPES:
        words = native(low, code, key[1], args)
    elif name in natives.IDENTITY:
        words = args[0]
    elif name in natives.NOTHING or name in natives.ZERO:
        words = [code.reg(0, kind) for kind in results]
    else:
        raise GpuschedError(f"{low.go_name(key[1])} cannot be simulated yet", low.ssa["funcs"][key[1]].get("pos", ""), "write it in Go without this function")
    code.ret(words)
    return code


def make_closure(fn: Function, block: int, ins: dict) -> None:
    """A function value with captured variables."""
    target = ins["fn"]["f"]
    number = fn.low.function_value(target, fn.variant)
    fn.low.calls(fn, target, ins)
    free = fn.low.ssa["funcs"][target]["freevars"]
    kinds = tuple(kind for _, t in free for kind in fn.kinds(t))
    if not free:
        fn.values[ins["v"]] = [-(number + 1)]
        return
    words = [word for operand in ins["bindings"] for word in fn.value(operand)]
    made = Reg(Kind.POINTER)
    layout = fn.low.table.layout((Kind.SCALAR, *kinds), "closure")
    regs = [fn.code.reg(number), *(fn.code.reg(word, kind) for word, kind in zip(words, kinds, strict=True))]
    fn.code.emit(Op.ALLOC, made, 0, layout)
    for i, reg in enumerate(regs):
        fn.code.emit(Op.STORE, made, reg, i)
    fn.values[ins["v"]] = [made]


def captured(fn: Function) -> None:
    """Loads the captured variables that the body uses."""
    number, offset = len(fn.f["params"]), 1
    for i, (_, t) in enumerate(fn.f["freevars"]):
        kinds = fn.kinds(t)
        regs = [Reg(kind) for kind in kinds]
        if fn.users.get(number + i):
            for k, reg in enumerate(regs):
                fn.code.emit(Op.LOAD, reg, fn.code.params[0], offset + k)
        fn.values[number + i] = regs
        offset += len(kinds)
