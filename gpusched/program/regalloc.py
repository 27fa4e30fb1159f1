"""Registers of a frame: liveness, merging of moves, colouring.

A slot of a frame holds words of one kind only, because the frame's type tells the collector which words are pointers. Parameters have the first slots,
then come groups (those of the same kinds that are never live together have the same slots), then the other slots: pointers, channels, timers, scalars.
"""

from gpusched.machine.opcodes import Kind, Op
from gpusched.program.ir import ENDS, LABEL, PURE, Code, Group, Ins, Label, Reg, base_op, targets

_ORDER = (Kind.POINTER, Kind.CHAN, Kind.TIMER, Kind.SCALAR)


class _Block:
    """Instructions without a jump between them; live registers as bits of an int."""

    __slots__ = ("define", "end", "live_in", "live_out", "start", "succs", "use")

    def __init__(self, start: int) -> None:
        self.start, self.end = start, start
        self.succs: list[int] = []
        self.use = self.define = self.live_out = self.live_in = 0


def _blocks(body: list[Ins], recover: Label | None) -> list[_Block]:
    """Splits code into blocks and links them; a panic may go from anywhere to ``recover``."""
    blocks, at = [_Block(0)], {}
    for i, ins in enumerate(body):
        if ins.op == LABEL:
            if i > blocks[-1].start and body[i - 1].op != LABEL:
                blocks.append(_Block(i))
            at[ins.rows[0][0]] = len(blocks) - 1
        blocks[-1].end = i + 1
        if i + 1 < len(body) and ins.op != LABEL and (ins.op in ENDS or any(True for _ in targets(ins))):
            blocks.append(_Block(i + 1))
    for number, block in enumerate(blocks):
        last = body[block.end - 1] if block.end > block.start else None
        succs = [at[label] for label in targets(last)] if last else []
        if (last is None or last.op not in ENDS) and number + 1 < len(blocks):
            succs.append(number + 1)
        if recover is not None:
            succs.append(at[recover])
        block.succs = succs
    return blocks


class _Numbers:
    """Numbers the registers that take part in colouring (all but those whose address is taken)."""

    def __init__(self, code: Code) -> None:
        self.regs: list[Reg] = []
        self.index: dict[int, int] = {}
        for reg in code.params:
            self.add(reg)
        for ins in code.body:
            for reg in ins.reads:
                self.add(reg)
            for reg in ins.writes:
                self.add(reg)

    def add(self, reg: Reg) -> None:
        if id(reg) in self.index or (reg.group is not None and reg.group.addressed):
            return
        for each in reg.group.regs if reg.group is not None else (reg,):
            self.index[id(each)] = len(self.regs)
            self.regs.append(each)

    def bits(self, regs: list[Reg]) -> int:
        out = 0
        for reg in regs:
            number = self.index.get(id(reg))
            if number is not None:
                out |= 1 << number
        return out


def _liveness(code: Code, numbers: _Numbers) -> list[_Block]:
    """Blocks with the registers live at their ends."""
    blocks = _blocks(code.body, code.recover)
    for block in blocks:
        for ins in code.body[block.start : block.end]:
            block.use |= numbers.bits(ins.reads) & ~block.define
            block.define |= numbers.bits(ins.writes)
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            out = 0
            for succ in block.succs:
                out |= blocks[succ].live_in
            live = block.use | (out & ~block.define)
            if out != block.live_out or live != block.live_in:
                block.live_out, block.live_in, changed = out, live, True
    return blocks


def _after_panic(code: Code, blocks: list[_Block]) -> int:
    """Registers that are live everywhere because a recovered panic may go to ``recover`` from any instruction."""
    for block in blocks:
        for ins in code.body[block.start : block.end]:
            if ins.op == LABEL and ins.rows[0][0] is code.recover:
                return block.live_in
    return 0


def remove_dead(code: Code) -> None:
    """Deletes pure instructions whose results nobody reads."""
    while True:
        numbers = _Numbers(code)
        dead: set[int] = set()
        blocks = _liveness(code, numbers)
        always = _after_panic(code, blocks)
        for block in blocks:
            live = block.live_out | always
            for i in range(block.end - 1, block.start - 1, -1):
                ins = code.body[i]
                written = numbers.bits(ins.writes)
                if base_op(ins.op) in PURE and written and not written & live and len(ins.writes) == 1:
                    dead.add(i)
                    continue
                live = (live & ~written) | numbers.bits(ins.reads) | always
        if not dead:
            return
        code.body = [ins for i, ins in enumerate(code.body) if i not in dead]


def _interference(code: Code, numbers: _Numbers) -> list[int]:
    """For each register the bits of those of its kind that are live where it is written."""
    masks = {kind: sum(1 << i for i, reg in enumerate(numbers.regs) if reg.kind == kind) for kind in Kind}
    adjacent = [0] * len(numbers.regs)
    blocks = _liveness(code, numbers)
    always = _after_panic(code, blocks)
    for block in blocks:
        live = block.live_out | always
        for ins in reversed(code.body[block.start : block.end]):
            written = numbers.bits(ins.writes)
            read = numbers.bits(ins.reads)
            clash = live | written
            if ins.op == Op.MOV:
                clash &= ~read
            elif any(reg.group is not None for reg in ins.writes):
                clash |= read
            for reg in ins.writes:
                number = numbers.index.get(id(reg))
                if number is not None:
                    adjacent[number] |= clash & masks[reg.kind] & ~(1 << number)
            live = (live & ~written) | numbers.bits(ins.reads) | always
    entry = numbers.bits(code.params) | blocks[0].live_in
    for reg in code.params:
        number = numbers.index[id(reg)]
        adjacent[number] |= entry & masks[reg.kind] & ~(1 << number)
    for number, row in enumerate(adjacent):
        for other in _bits(row):
            adjacent[other] |= 1 << number
    return adjacent


def _bits(value: int) -> list[int]:
    out = []
    while value:
        low = value & -value
        out.append(low.bit_length() - 1)
        value ^= low
    return out


def _merge_moves(code: Code, numbers: _Numbers, adjacent: list[int]) -> list[int]:
    """Puts source and target of moves into one class where they never clash; gives each register's class."""
    owner = list(range(len(numbers.regs)))

    def find(i: int) -> int:
        while owner[i] != i:
            owner[i] = owner[owner[i]]
            i = owner[i]
        return i

    fixed = [reg.fixed for reg in numbers.regs]
    for ins in code.body:
        if ins.op != Op.MOV or not ins.reads:
            continue
        pair = [numbers.index.get(id(reg)) for reg in (ins.writes[0], ins.reads[0])]
        if pair[0] is None or pair[1] is None or ins.writes[0].kind != ins.reads[0].kind:
            continue
        a, b = find(pair[0]), find(pair[1])
        if a == b or adjacent[a] >> b & 1 or (fixed[a] >= 0 and fixed[b] >= 0):
            continue
        slot, free = (fixed[a], b) if fixed[a] >= 0 else (fixed[b], a)
        if slot >= 0 and any(fixed[find(other)] == slot for other in _bits(adjacent[free])):
            continue
        owner[b] = a
        fixed[a] = max(fixed[a], fixed[b])
        for other in _bits(adjacent[b]):
            adjacent[other] |= 1 << a
        adjacent[a] |= adjacent[b]
    return [find(i) for i in range(len(owner))]


def _colour(classes: list[int], numbers: _Numbers, adjacent: list[int], own: dict[Kind, list[int]]) -> dict[int, tuple[Kind, int]]:
    """For each class a colour of its kind: first those of the slots ``own`` that parameters and groups have, then fresh ones."""
    colours: dict[int, tuple[Kind, int]] = {}
    members: dict[int, list[int]] = {}
    for i, c in enumerate(classes):
        members.setdefault(c, []).append(i)
        if numbers.regs[i].fixed >= 0:
            colours[c] = (numbers.regs[i].kind, own[numbers.regs[i].kind].index(numbers.regs[i].fixed))
    for c in sorted(members, key=lambda c: (-bin(adjacent[c]).count("1"), c)):
        if c in colours:
            continue
        taken = {colours[classes[other]][1] for other in _bits(adjacent[c]) if classes[other] in colours}
        colour = 0
        while colour in taken:
            colour += 1
        colours[c] = (numbers.regs[c].kind, colour)
    return colours


def _place_groups(code: Code, numbers: _Numbers, adjacent: list[int], kinds: list[Kind], slots: dict[int, int]) -> None:
    """Gives groups their slots behind ``kinds``; those whose address is taken have theirs for themselves."""
    areas: list[tuple[int, list[Group]]] = []
    for group in _used_groups(code):
        shape = [reg.kind for reg in group.regs]
        mask = sum(1 << numbers.index[id(reg)] for reg in group.regs) if not group.addressed else 0
        start = -1
        for at, others in areas:
            apart = all(not adjacent[numbers.index[id(reg)]] & mask for other in others for reg in other.regs)
            if not group.addressed and apart and [reg.kind for reg in others[0].regs] == shape:
                start = at
                others.append(group)
                break
        if start < 0:
            start = len(kinds)
            kinds += shape
            if not group.addressed:
                areas.append((start, [group]))
        for i, reg in enumerate(group.regs):
            slots[id(reg)] = start + i
            if not group.addressed:
                reg.fixed = start + i


def allocate(code: Code) -> tuple[dict[int, int], list[Kind]]:
    """Slot of each register (by id) and the kind of each slot."""
    numbers = _Numbers(code)
    adjacent = _interference(code, numbers)
    kinds = [reg.kind for reg in code.params]
    slots: dict[int, int] = {}
    _place_groups(code, numbers, adjacent, kinds, slots)
    own = {kind: sorted({reg.fixed for reg in numbers.regs if reg.kind == kind and reg.fixed >= 0}) for kind in Kind}
    classes = _merge_moves(code, numbers, adjacent)
    colours = _colour(classes, numbers, adjacent, own)
    place: dict[tuple[Kind, int], int] = {}
    for kind in _ORDER:
        top = max((colour for k, colour in colours.values() if k == kind), default=-1)
        for colour in range(top + 1):
            if colour < len(own[kind]):
                place[kind, colour] = own[kind][colour]
            else:
                place[kind, colour] = len(kinds)
                kinds.append(kind)
    for i, reg in enumerate(numbers.regs):
        slots[id(reg)] = place[colours[classes[i]]]
    return slots, kinds


def _used_groups(code: Code) -> list[Group]:
    """Groups that the code still names, in the order in which they were made."""
    named = {id(x.group) for ins in code.body for row in ins.rows for x in row if isinstance(x, Reg) and x.group is not None}
    if code.defers is not None:
        named.add(id(code.defers.group))
    return [group for group in code.groups if id(group) in named]
