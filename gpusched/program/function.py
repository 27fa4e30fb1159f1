"""Lowering of one SSA function: its blocks in order, the moves of its phis, and the values that its instructions make.

A value is a list of words (registers or constants). An address that only loads, stores and further address arithmetic use stays a ``Place``: an
address with a constant offset, or registers of the frame for a local variable whose address goes nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import GLOBALS
from gpusched.machine.opcodes import Kind, Op
from gpusched.program import constants
from gpusched.program.ir import Code, Group, Label, Reg

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering


_ENDS = ("If", "Jump", "Return", "Panic")
"""Instructions that end a block."""


@dataclass(frozen=True)
class Addr:
    """Word ``offset`` behind the address in ``base``; ``checked`` when base is known not to be nil."""

    base: Reg | int
    offset: int = 0
    checked: bool = False


@dataclass(frozen=True)
class Frame:
    """Registers of the frame from ``start`` on; ``group`` when they lie in consecutive slots and have an address."""

    regs: tuple[Reg, ...]
    start: int = 0
    group: Group | None = None


@dataclass(frozen=True)
class Known:
    """Words from ``start`` on of a variable of an initialiser that nothing but loads and stores in its only block use: what was stored last."""

    words: list
    start: int = 0


Place = Addr | Frame | Known


class Function:
    """An SSA function on its way into ``code``, by itself or inlined into a caller."""

    def __init__(self, low: Lowering, number: int, code: Code, *, outer: Function | None = None) -> None:
        """Reads the function's value types and who uses what."""
        self.low, self.number, self.code, self.outer = low, number, code, outer
        self.f = low.ssa["funcs"][number]
        self.layouts = low.layouts
        self.wrapper = self.f.get("synthetic", "").startswith(("wrapper", "bound", "thunk"))
        self.keep_position = outer is not None and (outer.keep_position or self.f.get("pkg") == "gpusched/work")
        self.file = low.file_number(self.f.get("pos", ""))
        self.blocks = self.f["blocks"]
        self.values: dict[int, list] = {}
        self.places: dict[int, Place] = {}
        self.arrays: dict[int, Addr] = {}
        self.types: dict[int, int] = {}
        self.made_by: dict[int, dict] = {}
        self.skipped: set[int] = set()
        self.result_regs: list[Reg] | None = None
        self.result_words: list | None = None
        self.end = Label()
        self.labels = [Label() for _ in self.blocks]
        self.variant: int | None = outer.variant if outer is not None else None
        self.inlined_at: dict | None = None
        self.site = -1 if outer is None else outer.site if self.wrapper or self.keep_position else low.site(outer, number)
        self.varargs: dict[int, list[dict]] = {}
        self.users = low.users(number)
        # Of an initialiser: 0, and the addresses that it stores to when it runs.
        self.initial: set[int] = {0} if outer is None and low.is_initializer(number) else set()
        self._index()

    def _index(self) -> None:
        for number, (_, t) in enumerate([*self.f.get("params", []), *self.f.get("freevars", [])]):
            self.types[number] = t
        for block in self.blocks:
            for ins in block["instrs"]:
                if "v" in ins:
                    self.types[ins["v"]] = ins["t"]
                    self.made_by[ins["v"]] = ins

    @property
    def chain(self) -> tuple[int, ...]:
        """Functions into which this one is inlined, outermost first, and itself."""
        return (*(self.outer.chain if self.outer is not None else ()), self.number)

    def where(self, ins: dict | None = None) -> str:
        """``file:line:column`` of an instruction, or of the function."""
        pos = (ins or {}).get("pos", "")
        file = self.f.get("pos", "").rsplit(":", 2)[0]
        if pos.count(":") == 2:
            return pos
        return f"{file}:{pos}" if pos else self.f.get("pos", "")

    def call_sites(self, ins: dict) -> list[tuple[int, str]]:
        """(function, place) of a call and of the calls that are inlined around it, innermost first."""
        sites, fn, call = [], self, ins
        while True:
            sites.append((fn.number, fn.where(call)))
            if fn.outer is None:
                return sites
            fn, call = fn.outer, fn.inlined_at or {}

    def refuse(self, ins: dict | None, what: str, instead: str) -> GpuschedError:
        """The error that names a construct of this function."""
        return GpuschedError(f"{what} in {self.low.go_name(self.number)}", self.where(ins), instead)

    def type_of(self, operand) -> int:
        """Type of an operand (for a global: of its pointer, which has no number; use ``low.global_type``)."""
        return self.types[operand] if isinstance(operand, int) else operand["t"]

    def kinds(self, t: int) -> tuple[Kind, ...]:
        """Kinds of a type's words."""
        return self.layouts.kinds(t)

    def value(self, operand) -> list:
        """Words of an operand."""
        if isinstance(operand, int):
            if operand in self.values:
                return self.values[operand]
            if operand in self.arrays:
                return self.load_words(self.arrays[operand], self.kinds(self.types[operand]))
            if operand in self.places:
                return [self.address(self.places[operand])]
            raise self.refuse(self.made_by.get(operand), f"value {operand} is used before it is made", "report this program")
        if "c" in operand:
            return constants.words(self.low, operand)
        if "f" in operand:
            return [-(self.low.function_value(operand["f"]) + 1)]
        if "g" in operand:
            return [self.low.global_address(operand["g"])]
        raise self.refuse(None, f"builtin {operand.get('b')} is used as a value", "call it")

    def regs(self, operand) -> list[Reg]:
        """Words of an operand in registers of the right kinds."""
        words = self.value(operand)
        if all(isinstance(word, Reg) for word in words):
            return words
        kinds = self.operand_kinds(operand)
        return [self.code.reg(word, kind) for word, kind in zip(words, kinds, strict=True)]

    def operand_kinds(self, operand) -> tuple[Kind, ...]:
        """Kinds of an operand's words."""
        if isinstance(operand, dict) and ("f" in operand or "g" in operand):
            return (Kind.POINTER,)
        return self.kinds(self.type_of(operand))

    def word(self, operand) -> Any:
        """The only word of an operand."""
        return self.value(operand)[0]

    def load_words(self, at: Addr, kinds: tuple[Kind, ...]) -> list:
        """Words of a value that lies in memory, in new registers."""
        made = [Reg(kind) for kind in kinds]
        for i, reg in enumerate(made):
            self.code.emit(Op.LOAD, reg, at.base, at.offset + i)
        return made

    def address(self, place: Place) -> Any:
        """A place as a word that holds its address; one of no words behind all registers has the address that all such objects share."""
        if isinstance(place, Frame) and place.start >= len(place.regs):
            return GLOBALS
        if isinstance(place, Frame):
            made = Reg(Kind.POINTER)
            self.code.emit(Op.LEA, made, place.regs[place.start])
            return made
        assert isinstance(place, Addr)
        if not isinstance(place.base, Reg):
            return place.base + place.offset
        if place.offset == 0 and place.checked:
            return place.base
        made = Reg(Kind.POINTER)
        self.code.emit(Op.FIELD, made, place.base, place.offset)
        return made

    def defer_list(self) -> Reg:
        """The register that holds the list of the function's deferred calls."""
        if self.code.defers is None:
            self.code.defers = self.code.group((Kind.POINTER,), addressed=True).regs[0]
        return self.code.defers

    def place(self, operand) -> Place:
        """Where a pointer operand points to."""
        if isinstance(operand, int) and operand in self.places:
            return self.places[operand]
        if isinstance(operand, dict) and "g" in operand:
            return Addr(self.low.global_address(operand["g"]), 0, True)
        return Addr(self.word(operand))

    def at(self, ins: dict) -> None:
        """Makes the position of what is emitted next that of an instruction."""
        if self.keep_position or self.wrapper:
            return
        parts = ins.get("pos", "").split(":")
        if len(parts) == 2:
            self.code.pos = (self.file, int(parts[0]), self.site)
        elif len(parts) == 3:
            self.code.pos = (self.low.file_number(ins["pos"]), int(parts[1]), self.site)

    def body(self) -> None:
        """Lowers all blocks that can be reached, the likely successor next."""
        for index in self._order():
            self.code.label(self.labels[index])
            if index == self.f.get("recover", -1) and self.outer is None:
                self.code.recover = self.labels[index]
                self.code.emit(Op.RUNDEFERS)
            for ins in self.blocks[index]["instrs"]:
                if id(ins) not in self.skipped:
                    self.at(ins)
                    mark = self.code.mark() if self.low.trap else None
                    try:
                        self.low.lower_instruction(self, index, ins)
                    except GpuschedError as error:
                        if mark is None or ins["op"] in _ENDS:
                            raise
                        self.code.undo(mark)
                        self._trap(ins, error)

    def _trap(self, ins: dict, error: GpuschedError) -> None:
        """Ends the world in place of an instruction that cannot be lowered; what follows is never reached."""
        kinds = self.kinds(ins["t"]) if "v" in ins else ()
        self.low.emit_trap(self.code, error)
        if "v" in ins:
            self.values[ins["v"]] = [self.code.reg(0, kind) for kind in kinds]

    def declare_phis(self) -> None:
        """Makes the registers that phis are moved to."""
        for block in self.blocks:
            for ins in block["instrs"]:
                if ins["op"] == "Phi":
                    self.values[ins["v"]] = [Reg(kind) for kind in self.kinds(ins["t"])]

    def _order(self) -> list[int]:
        seen: set[int] = set()
        post: list[int] = []
        roots = [0] + ([self.f["recover"]] if self.f.get("recover", -1) >= 0 and self.f.get("defers") else [])
        for root in reversed(roots):
            stack = [(root, iter(reversed(self._succs(root))))] if root not in seen else []
            seen.add(root)
            while stack:
                index, rest = stack[-1]
                for succ in rest:
                    if succ not in seen:
                        seen.add(succ)
                        stack.append((succ, iter(reversed(self._succs(succ)))))
                        break
                else:
                    post.append(index)
                    stack.pop()
        return post[::-1]

    def _succs(self, index: int) -> list[int]:
        block = self.blocks[index]
        last: dict[str, Any] = block["instrs"][-1] if block["instrs"] else {"op": "Jump"}
        if last["op"] == "If" and isinstance(last["cond"], dict):
            return [block["succs"][0 if last["cond"]["c"] else 1]]
        return block["succs"]

    def phi_moves(self, source: int, target: int, edge: int = 0) -> list[tuple[Reg, object]]:
        """Moves for going from one block to another; ``edge`` tells two edges between the same blocks apart."""
        block = self.blocks[target]
        positions = [i for i, p in enumerate(block["preds"]) if p == source]
        position = positions[min(edge, len(positions) - 1)]
        moves: list[tuple[Reg, object]] = []
        for ins in block["instrs"]:
            if ins["op"] != "Phi":
                break
            if not self.users.get(ins["v"]):
                continue
            moves += zip(self.values[ins["v"]], self.value(ins["edges"][position]), strict=True)
        return [(to, word) for to, word in moves if to is not word]

    def parallel(self, moves: list[tuple[Reg, object]]) -> None:
        """Does all moves at once: those whose target is still to be read wait, a cycle goes through a register of its own."""
        pending = [move for move in moves if isinstance(move[1], Reg)]
        while pending:
            sources = {id(word) for _, word in pending}
            free = [move for move in pending if id(move[0]) not in sources]
            if free:
                for to, word in free:
                    self.code.move(to, word)
                done = {id(to) for to, _ in free}
                pending = [move for move in pending if id(move[0]) not in done]
                continue
            to, word = pending[0]
            spare = Reg(to.kind)
            self.code.move(spare, to)
            pending = [(t, spare if w is to else w) for t, w in pending]
        for to, word in moves:
            if not isinstance(word, Reg):
                self.code.move(to, word)
