"""Rewrites of a function's code that keep its meaning: short loop heads copied to their back edges, jumps threaded, dead code dropped."""

from gpusched.machine.opcodes import IMM, Op
from gpusched.program.ir import ENDS, INVERSE, JUMPS, LABEL, Code, Ins, Label, base_op, targets
from gpusched.program.regalloc import remove_dead

_HEAD = 4
"""Most instructions of a loop head that is copied to the jump to it."""


def tidy(code: Code) -> None:
    """Brings the code into its final form but for registers."""
    _thread(code)
    _drop_unreachable(code)
    _copy_heads(code)
    _drop_unreachable(code)
    remove_dead(code)
    _straighten(code)


def settle(code: Code) -> None:
    """Once more after registers were allocated, when moves have fallen away."""
    _thread(code)
    _drop_unreachable(code)
    _straighten(code)


def invert(ins: Ins, label: Label) -> Ins:
    """The conditional jump that goes to ``label`` when ``ins`` does not jump."""
    base = base_op(ins.op)
    row = ins.rows[0]
    return Ins(INVERSE[Op(base)] + (IMM if base != ins.op else 0), [[label, row[1], row[2]]], ins.reads, [], ins.pos)


def _places(body: list[Ins]) -> dict[Label, int]:
    return {ins.rows[0][0]: i for i, ins in enumerate(body) if ins.op == LABEL}


def _thread(code: Code) -> None:
    """Lets jumps to jumps go to where those go."""
    at = _places(code.body)

    def final(label: Label) -> Label:
        for _ in range(8):
            i = at[label]
            while i < len(code.body) and code.body[i].op == LABEL:
                i += 1
            if i >= len(code.body) or code.body[i].op != Op.JMP or code.body[i].rows[0][0] is label:
                return label
            label = code.body[i].rows[0][0]
        return label

    for ins in code.body:
        if any(True for _ in targets(ins)):
            ins.rows[0][0] = final(ins.rows[0][0])


def _drop_unreachable(code: Code) -> None:
    """Drops what follows an end up to the next label that something jumps to, and labels that nothing jumps to."""
    while True:
        used = {label for ins in code.body for label in targets(ins)} | ({code.recover} if code.recover else set())
        body: list[Ins] = []
        dead = False
        for ins in code.body:
            if ins.op == LABEL:
                if ins.rows[0][0] not in used:
                    continue
                dead = False
            if not dead:
                body.append(ins)
                dead = ins.op in ENDS
        if len(body) == len(code.body):
            return
        code.body = body


def _copy_heads(code: Code) -> None:
    """Replaces ``JMP head`` by a copy of a short head that ends in a conditional jump, with its sense so that the loop falls out at the end."""
    at = _places(code.body)
    body: list[Ins] = []
    fresh: dict[int, Label] = {}
    for i, ins in enumerate(code.body):
        head = _head(code.body, at[ins.rows[0][0]], fresh) if ins.op == Op.JMP else None
        if head is None or at[ins.rows[0][0]] > i:
            body.append(ins)
            continue
        copies, go_on = head
        body.extend(copies[:-1])
        body.append(invert(copies[-1], go_on))
        body.append(Ins(Op.JMP, [[copies[-1].rows[0][0], 0, 0]], [], [], ins.pos))
    code.body = _with_labels(code.body, body, fresh)


def _with_labels(old: list[Ins], new: list[Ins], fresh: dict[int, Label]) -> list[Ins]:
    """``new`` with labels before the instructions that had the given places in ``old``."""
    before = {id(old[i]): label for i, label in fresh.items()}
    out: list[Ins] = []
    for ins in new:
        if id(ins) in before:
            out.append(Ins(LABEL, [[before[id(ins)], 0, 0]], [], [], ins.pos))
        out.append(ins)
    return out


def _head(body: list[Ins], start: int, fresh: dict[int, Label]) -> tuple[list[Ins], Label] | None:
    """Copies of the instructions from ``start`` to a conditional jump, and the label after it (made in ``fresh`` if there is none)."""
    copies: list[Ins] = []
    for i in range(start, min(len(body), start + _HEAD + 4)):
        ins = body[i]
        if ins.op == LABEL:
            if copies:
                return None
            continue
        if ins.op >= 192 or ins.op in ENDS or len(copies) >= _HEAD:
            return None
        copies.append(ins.mapped(lambda x: x))
        if ins.op in JUMPS:
            after = body[i + 1] if i + 1 < len(body) else None
            if after is None:
                return None
            if after.op in (LABEL, Op.JMP):
                return copies, after.rows[0][0]
            return copies, fresh.setdefault(i + 1, Label())
    return None


def _straighten(code: Code) -> None:
    """Turns conditional jumps over jumps around and drops jumps to what follows."""
    changed = True
    while changed:
        changed = False
        body = code.body
        out: list[Ins] = []
        i = 0
        while i < len(body):
            ins = body[i]
            following = body[i + 1] if i + 1 < len(body) else None
            if ins.op in JUMPS and following is not None and following.op == Op.JMP and ins.rows[0][0] in _labels_at(body, i + 2):
                out.append(invert(ins, following.rows[0][0]))
                i, changed = i + 2, True
                continue
            if (ins.op == Op.JMP or ins.op in JUMPS) and ins.rows[0][0] in _labels_at(body, i + 1):
                i, changed = i + 1, True
                continue
            out.append(ins)
            i += 1
        code.body = out
        if changed:
            _drop_unreachable(code)


def _labels_at(body: list[Ins], i: int) -> set[Label]:
    out = set()
    while i < len(body) and body[i].op == LABEL:
        out.add(body[i].rows[0][0])
        i += 1
    return out
