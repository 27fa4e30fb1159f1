"""Which calls are lowered into their callers: small functions without loops at which no goroutine stands for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpusched.program import natives
from gpusched.program.constants import local_operands

if TYPE_CHECKING:
    from gpusched.program.lower import Lowering

INLINE_SIZE = 60
"""Largest function, in SSA instructions with those of what is inlined into it, that is lowered into its callers."""
_NOT_INLINED = frozenset({"Go", "Defer", "RunDefers", "Select", "Send", "MakeClosure", "Panic"})


class Inlining:
    """Decides for each function of a program, once."""

    def __init__(self, low: Lowering) -> None:
        """Starts with nothing decided."""
        self.low = low
        self._inline_sizes: dict[int, int] = {}
        self._users: dict[int, dict[int, list[dict]]] = {}

    def users(self, f: int) -> dict[int, list[dict]]:
        """For each value of a function the instructions that use it."""
        found = self._users.get(f)
        if found is None:
            found = self._users[f] = {}
            for block in self.low.ssa["funcs"][f]["blocks"]:
                for ins in block["instrs"]:
                    for used in local_operands(ins):
                        found.setdefault(used, []).append(ins)
        return found

    def will_inline(self, chain: tuple[int, ...], ins: dict) -> bool:
        """Whether a call's callee is lowered into the caller, ``chain`` being the caller and what it is inlined into."""
        callee = ins.get("fn")
        if not isinstance(callee, dict) or "f" not in callee or ins["op"] != "Call" or callee["f"] in chain:
            return False
        return self._inline_size(callee["f"]) <= INLINE_SIZE

    def _inline_size(self, f: int) -> int:
        """SSA instructions of a function with what is inlined into it; too many if it cannot be inlined."""
        size = self._inline_sizes.get(f)
        if size is None:
            self._inline_sizes[f] = INLINE_SIZE + 1
            size = self._inline_sizes[f] = self._measure(f)
        return size

    def _measure(self, f: int) -> int:
        entry = self.low.ssa["funcs"][f]
        must = entry.get("pkg") == "gpusched/work"
        if not entry.get("body") or self.low.is_native(f) or self.low.name(f) in natives.REFUSED or entry["freevars"] or entry.get("defers"):
            return INLINE_SIZE + 1
        if sum(len(block["instrs"]) for block in entry["blocks"]) > 4 * INLINE_SIZE or self._has_loop(entry):
            return INLINE_SIZE + 1
        size = 0
        for block in entry["blocks"]:
            for ins in block["instrs"]:
                if self._keeps_apart(ins, must):
                    return INLINE_SIZE + 1
                inner = ins["fn"]["f"] if ins["op"] == "Call" and isinstance(ins.get("fn"), dict) and "f" in ins["fn"] else None
                size += 1 + (self._inline_size(inner) if inner is not None and self._inline_size(inner) <= INLINE_SIZE else 0)
        return min(size, INLINE_SIZE) if must and size < 4 * INLINE_SIZE else size

    def _keeps_apart(self, ins: dict, must: bool) -> bool:
        """Whether an instruction keeps its function from being inlined; ``must``: the function is one of package work, which take constants."""
        if ins["op"] in _NOT_INLINED:
            return not (must and ins["op"] == "Panic")
        return (ins["op"] == "UnOp" and ins["tok"] == "<-") or (not must and self._stands(ins))

    def _stands(self, ins: dict) -> bool:
        """Whether a goroutine may stand long at an instruction, or it looks at its own frame."""
        callee = ins.get("fn")
        if not isinstance(callee, dict):
            return False
        if "f" not in callee:
            return callee.get("b") in ("recover", "close", "print", "println")
        name = self.low.name(callee["f"])
        return (name in natives.SHAPES and natives.SHAPES[name].native in natives.BLOCKING) or name in natives.PRINTING

    def _has_loop(self, entry: dict) -> bool:
        state: dict[int, int] = {}

        def visit(block: int) -> bool:
            state[block] = 1
            for succ in entry["blocks"][block]["succs"]:
                if state.get(succ) == 1 or (succ not in state and visit(succ)):
                    return True
            state[block] = 2
            return False

        return visit(0)
