"""Go's builtin functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.errors import GpuschedError
from gpusched.machine.opcodes import Kind, Native, Op
from gpusched.program import comparisons, control, interfaces, maps, recovery, slices
from gpusched.program.function import Function
from gpusched.program.ir import Code, Label, Reg
from gpusched.program.layout import FLOATS
from gpusched.program.native_calls import in_regs

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


def builtin(fn: Function, ins: dict) -> list:
    """Words of the results of a call of a builtin."""
    name = ins["fn"]["b"]
    args = ins["args"]
    if name in ("len", "cap"):
        return [_length(fn, name, args[0], ins)]
    if name == "append":
        return slices.append(fn, ins, ins["t"])
    if name == "copy":
        return slices.copy(fn, ins)
    if name == "close":
        control.close(fn, args[0])
        return []
    if name in ("print", "println"):
        words = [fn.code.reg(256 + (3 if name == "print" else 4))]
        for operand in args:
            if comparisons.typeless(operand):
                raise fn.refuse(ins, "the address of a function or of a package variable is printed", "print a variable that holds it")
            words += in_regs(fn, interfaces.box(fn.low, fn.code, fn.value(operand), fn.type_of(operand)))
        fn.code.native(Op.SYS, int(Native.OUTPUT), words, ())
        return []
    if name in ("min", "max"):
        return _extreme(fn, ins, name)
    if name in ("real", "imag"):
        return fn.value(args[0])[:1] if name == "real" else fn.value(args[0])[1:]
    if name == "complex":
        return [fn.word(operand) for operand in args]
    if name == "recover":
        return recovery.recover(fn)
    if name == "ssa:wrapnilchk":
        made = Reg(Kind.POINTER)
        fn.code.emit(Op.FIELD, made, fn.regs(args[0])[0], 0)
        return [made]
    if name in ("String", "Slice"):
        length = fn.word(args[1])
        return [fn.word(args[0]), length] + ([length] if name == "Slice" else [])
    if name == "Sizeof":
        t = fn.type_of(args[0])
        return [fn.layouts.words(t) if fn.low.name(fn.number).startswith("slices.overlaps") else int(fn.layouts.types[t]["gcsize"])]
    if name == "Add":
        size = fn.word(args[1])
        return [fn.code.binary(Op.ADD, fn.regs(args[0])[0], size, Kind.POINTER)]
    if name == "SliceData":
        return fn.value(args[0])[:1]
    if name == "StringData":
        return [_string_data(fn, args[0])]
    if name == "ssa:deferstack":
        return _defer_stack(fn)
    if name == "delete":
        return maps.delete(fn, ins)
    if name == "clear" and fn.layouts.kind(fn.type_of(args[0])) == "map":
        return maps.clear(fn, ins)
    if name == "clear" and fn.layouts.kind(fn.type_of(args[0])) == "slice":
        _clear(fn.low, fn.code, fn.value(args[0]), fn.layouts.elem(fn.type_of(args[0])))
        return []
    raise fn.refuse(ins, f"builtin {name} cannot be simulated yet", "write it out")


def _string_data(fn: Function, operand) -> Reg:
    """Address of a string's bytes; constant ones, which no pointer can reach, are copied first."""
    made, done = Reg(Kind.POINTER), Label()
    address, length = fn.regs(operand)
    fn.code.move(made, address)
    fn.code.branch(Op.JGE, address, 0, done)
    fn.code.move(made, fn.code.native(Op.NATIVE, Native.STR_TO_BYTES, [address, length], (Kind.POINTER, Kind.SCALAR, Kind.SCALAR))[0])
    fn.code.label(done)
    return made


def _defer_stack(fn: Function) -> list:
    """Address of that register: bodies of ranges over functions defer calls of the function around them."""
    made = Reg(Kind.POINTER)
    fn.code.emit(Op.LEA, made, fn.defer_list())
    return [made]


def _clear(low: Lowering, code: Code, words: list, elem: int) -> None:
    """Sets the elements of a slice to zero."""
    at, end, head, done = Reg(Kind.SCALAR), Reg(Kind.SCALAR), Label(), Label()
    kinds = low.layouts.kinds(elem)
    base = code.reg(words[0], Kind.POINTER)
    code.move(at, 0)
    code.move(end, words[1])
    code.label(head)
    code.branch(Op.JGE, at, end, done)
    place = Reg(Kind.POINTER)
    code.emit(Op.INDEX, place, base, at, rows=[[len(kinds), end, -1]])
    for i, kind in enumerate(kinds):
        code.emit(Op.STORE, place, code.reg(0, kind), i)
    code.emit(*low.compare_immediate(code, Op.ADD, at, at, 1))
    code.jump(head)
    code.label(done)


def _length(fn: Function, name: str, operand, ins: dict):
    t = fn.type_of(operand)
    kind = fn.layouts.kind(t)
    if kind == "chan":
        made = Reg(Kind.SCALAR)
        fn.code.emit(Op.CHANLEN if name == "len" else Op.CHANCAP, made, fn.code.reg(fn.word(operand), Kind.CHAN))
        return made
    if kind == "map":
        return maps.length(fn, operand)
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
        fn.code.branch(Op.JGE if name == "max" else Op.JLE, comparisons.string_compare(fn, best, other), 0, keep)
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


def build_builtin(low: Lowering, key: tuple) -> Code:
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
    elif name in ("delete", "clear") and low.layouts.kind(types[0]) == "map":
        maps.build_deferred(low, code, name, types[0])
    elif name == "clear":
        _clear(low, code, code.params, low.layouts.elem(types[0]))
    elif name == "copy":
        slices.copy_elements(code, code.params[:2], code.params[3:5], low.layouts.words(low.layouts.elem(types[0])))
    elif name != "recover":
        raise GpuschedError(f"go or defer of builtin {name} cannot be simulated yet", "", "put the call into a function")
    code.ret(())
    return code
