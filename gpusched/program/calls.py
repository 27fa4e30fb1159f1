"""Calls in all forms: static, of function values, through interfaces, of builtins and natives; go and defer; closures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.machine.opcodes import Kind, Op
from gpusched.program import builtins, native_calls, natives, reflection, slices
from gpusched.program.function import Function
from gpusched.program.ir import Code, Reg
from gpusched.program.stacks import table_words

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


def call(fn: Function, block: int, ins: dict) -> None:
    """A call whose results are used here."""
    if "recv" in ins and ins["recv"] is not None:
        results = _invoke(fn, Op.CALLI, ins)
    elif isinstance(ins["fn"], dict) and "b" in ins["fn"]:
        results = builtins.builtin(fn, ins)
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
    if fn.low.tests and name in native_calls.TESTED:
        return native_calls.TESTED[name](fn, ins)
    if name in native_calls.STANDS_FOR:
        return native_calls.STANDS_FOR[name](fn, ins)
    if fn.low.does_nothing(name):
        return [0] * sum(fn.layouts.words(t) for t in ins["sig"])
    if name in natives.IDENTITY:
        return fn.value(ins["args"][0])
    if name in natives.PRINTING:
        return native_calls.printing(fn, ins, natives.PRINTING[name])
    if name == "testing.event":
        return native_calls.test_event(fn, ins)
    if name in reflection.INTRINSICS:
        return reflection.intrinsic(fn, ins, name)
    if name == "runtime.simulatedStacks":
        return table_words(fn)
    if name in natives.OUTPUTS:
        return native_calls.output(fn, ins, natives.OUTPUTS[name])
    if name in ("internal/sync.hashInterface", "hash/maphash.hashInterface"):
        return native_calls.hash_interface(fn, ins)
    if name == "internal/bytealg.MakeNoZero":
        length = fn.code.reg(fn.word(ins["args"][0]))
        return [slices.new_array(fn, fn.layouts.elem(ins["t"]), length, length), length, length]
    if name in (natives.SUPPORT + "add", natives.SUPPORT + "move"):
        return native_calls.words_behind(fn, ins) if name.endswith("add") else native_calls.move_words(fn, ins)
    if name == "sync.indexLocal":
        return [native_calls.pool_local(fn, ins)]
    if name == "time.newTimer":
        return native_calls.new_timer(fn, ins)
    if name in ("gpusched/work.table", "gpusched/work.histogram", "gpusched/work.empirical"):
        return native_calls.folded(fn, ins, name)
    if fn.low.shape(name) is not None:
        return native_calls.native(fn.low, fn.code, target, [fn.regs(operand) for operand in ins["args"]])
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
    slices.find_varargs(inner)
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


def go(fn: Function, block: int, ins: dict) -> None:
    """Starts a goroutine."""
    _start(fn, ins, (Op.GO, Op.GOC, Op.GOI))


def defer(fn: Function, block: int, ins: dict) -> None:
    """Defers a call."""
    if ins.get("stack") is not None:
        _defer_on(fn, ins)
        return
    fn.defer_list()
    _start(fn, ins, (Op.DEFER, Op.DEFERC, Op.DEFERI))


def _defer_on(fn: Function, ins: dict) -> None:
    """Defers a call of a function around this one: puts the record (machine/panics.py) in front of the list whose address is known."""
    code, args, callee = fn.code, ins["args"], ins.get("fn")
    stack = code.reg(fn.word(ins["stack"]), Kind.POINTER)
    if ins.get("recv") is not None:
        words = fn.regs(ins["recv"])
        regs = [*words, *(reg for operand in args for reg in fn.regs(operand))]
        key = ("invoke", fn.low.method_number(ins["method"]), tuple(reg.kind for reg in regs))
        value = code.reg(-(fn.low.synthetic(key, "runtime.deferproc", _build_invoke) + 1), Kind.POINTER)
        code.emit(Op.FIELD, Reg(Kind.POINTER), _as_pointer(fn, words[0]), 0)
    elif isinstance(callee, dict) and "c" not in callee:
        target, regs = _static_start(fn, ins, callee)
        value = code.reg(-(target + 1), Kind.POINTER)
    else:
        regs = [reg for operand in args for reg in fn.regs(operand)]
        value = code.reg(fn.word(callee), Kind.POINTER)
    record, older = Reg(Kind.POINTER), Reg(Kind.POINTER)
    code.emit(Op.ALLOC, record, 0, fn.low.defer_record([reg.kind for reg in regs]))
    code.emit(Op.LOAD, older, stack, 0)
    for i, reg in enumerate([older, value, code.reg(len(regs)), *regs]):
        code.emit(Op.STORE, record, reg, i)
    code.emit(Op.STORE, stack, record, 0)


def _as_pointer(fn: Function, word: Reg) -> Reg:
    """A scalar in a register that an instruction checks for nil."""
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.MOV, made, word)
    return made


def _build_invoke(low: Lowering, key: tuple) -> Code:
    """A function that calls a method of the interface in its first two words."""
    _, method, kinds = key
    code = low.new_code("runtime.deferproc", kinds, 0)
    code.call(Op.CALLI, code.params[0], code.params[1:], (), method=method)
    code.ret(())
    return code


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
            fn.low.starts_goroutine(target, _variant(fn, callee))
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
        number = fn.low.synthetic(("builtin", callee["b"], types), f"runtime.{callee['b']}", builtins.build_builtin)
        return number, [reg for operand in args for reg in fn.regs(operand)]
    name = fn.low.name(callee["f"])
    if name in natives.PRINTING:
        listed = slices.varargs(fn, args[-1])
        if listed is None:
            raise fn.refuse(ins, "a printing call gets its arguments as a slice", "list the arguments in the call")
        regs = native_calls.boxed_string(fn, args[0]) if len(args) == 2 else []
        regs += native_calls.listed_words(fn, ins, listed)
        return fn.low.synthetic(("print", natives.PRINTING[name], len(regs)), name, native_calls.build_print), regs
    fn.low.calls(fn, callee["f"], ins)
    return fn.low.function_value(callee["f"], _variant(fn, callee)), [reg for operand in args for reg in fn.regs(operand)]


def _variant(fn: Function, callee: dict) -> int | None:
    """The variant of a function literal is that of the function in which it stands."""
    return fn.variant if fn.low.ssa["funcs"][callee["f"]].get("lifted") else None


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
