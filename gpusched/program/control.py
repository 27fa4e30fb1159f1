"""Jumps, returns, panics, channel operations and select."""

from __future__ import annotations

from gpusched.goruntime.state import PanicKind
from gpusched.machine.opcodes import Kind, Native, Op
from gpusched.program import comparisons, shown
from gpusched.program.function import Function
from gpusched.program.ir import Label, Reg


def jump(fn: Function, block: int, ins: dict) -> None:
    """Goes to the only successor."""
    target = fn.blocks[block]["succs"][0]
    fn.parallel(fn.phi_moves(block, target))
    fn.code.jump(fn.labels[target])


def branch(fn: Function, block: int, ins: dict) -> None:
    """Goes to the first successor if the condition holds, else to the second; moves of phis lie on the edges."""
    yes, no = fn.blocks[block]["succs"]
    if isinstance(ins["cond"], dict):
        target = yes if ins["cond"]["c"] else no
        fn.parallel(fn.phi_moves(block, target, 0 if ins["cond"]["c"] or yes != no else 1))
        fn.code.jump(fn.labels[target])
        return
    moves = fn.phi_moves(block, yes)
    taken = Label() if moves else fn.labels[yes]
    comparisons.branch_if(fn, ins["cond"], taken)
    fn.parallel(fn.phi_moves(block, no, int(yes == no)))
    fn.code.jump(fn.labels[no])
    if moves:
        fn.code.label(taken)
        fn.parallel(fn.phi_moves(block, yes))
        fn.code.jump(fn.labels[yes])


def returns(fn: Function, block: int, ins: dict) -> None:
    """Return x, y: from the function, or to the end of an inlined body."""
    words = [word for operand in ins["results"] for word in fn.value(operand)]
    kinds = [kind for t in fn.f["results"] for kind in fn.kinds(t)]
    if fn.outer is None:
        fn.code.ret(fn.code.reg(word, kind) for word, kind in zip(words, kinds, strict=True))
        return
    if fn.result_regs is None:
        fn.result_words = words
    else:
        fn.parallel(list(zip(fn.result_regs, words, strict=True)))
    fn.code.jump(fn.end)


def panics(fn: Function, block: int, ins: dict) -> None:
    """Lowers panic; of nil it is a run-time error."""
    shown.before_panic(fn, ins["x"])
    if not isinstance(ins["x"], dict) and fn.made_by.get(ins["x"], {}).get("op") != "MakeInterface":
        given = Label()
        fn.code.branch(Op.JNE, fn.value(ins["x"])[0], 0, given)
        fn.code.native(Op.NATIVE, int(Native.RAISE), [fn.code.reg(int(PanicKind.NIL_ARGUMENT)), fn.code.reg(0), fn.code.reg(0)], ())
        fn.code.label(given)
    elif isinstance(ins["x"], dict):
        fn.code.native(Op.NATIVE, int(Native.RAISE), [fn.code.reg(int(PanicKind.NIL_ARGUMENT)), fn.code.reg(0), fn.code.reg(0)], ())
    words = fn.regs(ins["x"])
    fn.code.emit(Op.PANIC, words[0], words[1])


def run_defers(fn: Function, block: int, ins: dict) -> None:
    """Deferred calls run before a return."""
    if fn.f.get("defers"):
        fn.code.emit(Op.RUNDEFERS)


def make_chan(fn: Function, block: int, ins: dict) -> None:
    """Makes a channel."""
    made = Reg(Kind.CHAN)
    fn.code.emit(Op.MAKECHAN, made, fn.code.reg(fn.word(ins["size"])), fn.layouts.number(fn.layouts.elem(ins["t"])))
    fn.values[ins["v"]] = [made]


def _element(fn: Function, words: list, kinds: tuple[Kind, ...]) -> list[Reg]:
    """The words in consecutive registers."""
    if len(kinds) == 1:
        return [fn.code.reg(words[0], kinds[0])]
    group = fn.code.group(kinds)
    for reg, word in zip(group.regs, words, strict=True):
        fn.code.move(reg, word)
    return group.regs


def _received(fn: Function, kinds: tuple[Kind, ...]) -> list[Reg]:
    return [Reg(kinds[0])] if len(kinds) == 1 else fn.code.group(kinds).regs


def _copied(fn: Function, regs: list[Reg], used: bool) -> list[Reg]:
    """Registers of a group as values that stay when the group is written again."""
    if len(regs) <= 1 or not used:
        return regs
    copies = [Reg(reg.kind) for reg in regs]
    for copy, reg in zip(copies, regs, strict=True):
        fn.code.move(copy, reg)
    return copies


def _chan(fn: Function, operand) -> Reg:
    return fn.code.reg(fn.word(operand), Kind.CHAN)


def send(fn: Function, block: int, ins: dict) -> None:
    """Sends."""
    kinds = fn.operand_kinds(ins["x"])
    channel = _chan(fn, ins["chan"])
    regs = _element(fn, fn.value(ins["x"]), kinds)
    fn.code.emit(Op.SEND, channel, regs[0] if regs else 0, reads=regs[1:])


def receive(fn: Function, ins: dict) -> None:
    """<-c, with ok or without."""
    kinds = fn.kinds(fn.layouts.elem(fn.type_of(ins["x"])))
    regs = _received(fn, kinds)
    ok = Reg(Kind.SCALAR) if ins.get("commaok") else None
    fn.code.emit(Op.RECV, regs[0] if regs else 0, _chan(fn, ins["x"]), ok or -1, writes=regs + ([ok] if ok else []))
    words: list = _copied(fn, regs, bool(fn.users.get(ins["v"])))
    fn.values[ins["v"]] = words + ([ok] if ok else [])


def select(fn: Function, block: int, ins: dict) -> None:
    """select: index, ok and the received values; one with nothing but a default is no operation."""
    if not ins["states"] and not ins["blocking"]:
        fn.values[ins["v"]] = [-1, 0]
        return
    rows: list[list] = [[int(ins["blocking"]), -1, -1]]
    writes: list[Reg] = [Reg(Kind.SCALAR), Reg(Kind.SCALAR)]
    reads: list[Reg] = []
    received: list[list[Reg]] = []
    for state in ins["states"]:
        channel = _chan(fn, state["chan"])
        kinds = fn.kinds(fn.layouts.elem(fn.type_of(state["chan"])))
        if state["dir"] == 1:
            regs = _element(fn, fn.value(state["send"]), kinds)
            reads += regs
        else:
            regs = _received(fn, kinds)
            received.append(regs)
            writes += regs
        rows.append([state["dir"], channel, regs[0] if regs else -1])
    fn.code.emit(Op.SELECT, writes[0], len(ins["states"]), writes[1], rows=rows, reads=reads, writes=writes)
    used = {user["index"] for user in fn.users.get(ins["v"], ()) if user["op"] == "Extract"}
    words: list = list(writes[:2])
    for i, regs in enumerate(received):
        words += _copied(fn, regs, i + 2 in used)
    fn.values[ins["v"]] = words


def extract(fn: Function, block: int, ins: dict) -> None:
    """A part of a tuple."""
    if isinstance(ins["x"], dict):
        fn.values[ins["v"]] = [0] * fn.layouts.words(ins["t"])
        return
    t = fn.types[ins["x"]]
    start = fn.layouts.field_offset(t, ins["index"])
    fn.values[ins["v"]] = fn.values[ins["x"]][start : start + fn.layouts.words(ins["t"])]


def close(fn: Function, channel) -> None:
    """Closes a channel."""
    fn.code.emit(Op.CLOSE, _chan(fn, channel))
