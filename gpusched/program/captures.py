"""Captured variables, before lowering: by value where nobody can tell the difference, and as arguments where a closure is only started or called.

A variable that is stored once, before the closure is made, is captured by value, as cmd/compile does (``escape: closure.flowClosure``): it needs no
object of its own. A closure that is made for one ``go``, ``defer`` or call and goes nowhere else passes what it captured as further arguments: it
needs no object either.
"""

from __future__ import annotations

from typing import Any

from gpusched.program.constants import local_operands

MAX_BYTES = 128
"""Largest variable that is captured by value, as in cmd/compile."""

Place = tuple[int, int]


class _Captures:
    """The functions of a program while closures are rewritten; functions that change are copied first."""

    def __init__(self, ssa: dict) -> None:
        self.types = ssa["types"]
        self.funcs: list[dict] = list(ssa["funcs"])
        self.own: set[int] = set()
        self.sites: dict[int, list[tuple[int, dict]]] = {}
        self._users: dict[int, dict[int, list[tuple[Place, dict]]]] = {}
        for f, entry in enumerate(self.funcs):
            for block in entry.get("blocks") or ():
                for ins in block["instrs"]:
                    if ins["op"] == "MakeClosure":
                        self.sites.setdefault(ins["fn"]["f"], []).append((f, ins))

    def users(self, f: int) -> dict[int, list[tuple[Place, dict]]]:
        """For each value of a function the instructions that use it, with their (block, index)."""
        found = self._users.get(f)
        if found is None:
            found = self._users[f] = {}
            for b, block in enumerate(self.funcs[f]["blocks"]):
                for i, ins in enumerate(block["instrs"]):
                    for used in local_operands(ins):
                        found.setdefault(used, []).append(((b, i), ins))
        return found

    def changed(self, f: int) -> dict:
        """The function's entry, copied so that it may be changed; its users are found anew."""
        self._users.pop(f, None)
        if f not in self.own:
            self.own.add(f)
            entry = self.funcs[f]
            blocks = [block | {"instrs": [dict(ins) for ins in block["instrs"]]} for block in entry.get("blocks") or ()]
            self.funcs[f] = entry | {"params": list(entry["params"]), "freevars": list(entry["freevars"]), "blocks": blocks}
        return self.funcs[f]

    # -- capture by value

    def by_value(self, f: int) -> None:
        """Captures the variables of a function by value that are stored only where they are made."""
        for b, block in enumerate(self.funcs[f].get("blocks") or ()):
            for i, ins in enumerate(block["instrs"]):
                if ins["op"] == "Alloc" and self._keeps_one_value(f, ins, (b, i)):
                    self._capture_value(f, ins["v"], self.types[ins["t"]]["elem"])

    def _keeps_one_value(self, f: int, alloc: dict, at: Place) -> bool:
        """Whether a variable is stored once, behind its making in the same block, captured only after that, and nobody else has its address."""
        if self.types[self.types[alloc["t"]]["elem"]].get("gcsize", MAX_BYTES + 1) > MAX_BYTES:
            return False
        v, stores, closures = alloc["v"], [], []
        for place, user in self.users(f).get(v, ()):
            if user["op"] == "Store" and user["addr"] == v and user["val"] != v:
                stores.append(place)
            elif user["op"] == "MakeClosure":
                closures.append((place, user))
            elif user["op"] != "UnOp":
                return False
        if len(stores) != 1 or not closures or stores[0][0] != at[0]:
            return False
        return all((place[0] != at[0] or place > stores[0]) and self._only_loads(user, v) for place, user in closures)

    def _only_loads(self, closure: dict, v: int) -> bool:
        """Whether a closure does nothing with a captured address but load from it, nor do those that it makes."""
        target = closure["fn"]["f"]
        entry = self.funcs[target]
        if len(self.sites[target]) != 1 or not entry.get("blocks") or "bound" in (entry.get("synthetic") or "") or "thunk" in (entry.get("synthetic") or ""):
            return False
        for number in self._free_numbers(closure, v):
            for _, user in self.users(target).get(number, ()):
                if not (user["op"] == "UnOp" and user["tok"] == "*") and not (user["op"] == "MakeClosure" and self._only_loads(user, number)):
                    return False
        return True

    def _free_numbers(self, closure: dict, v: int) -> list[int]:
        """Numbers, in the closure's function, of the free variables that are bound to a value."""
        first = len(self.funcs[closure["fn"]["f"]]["params"])
        return [first + i for i, operand in enumerate(closure["bindings"]) if not isinstance(operand, dict) and operand == v]

    def _capture_value(self, f: int, v: int, t: int) -> None:
        """Binds what the variable holds instead of its address."""
        entry = self.changed(f)
        top = len(entry["params"]) + len(entry["freevars"])
        fresh = 1 + max((ins.get("v", top) for block in entry["blocks"] for ins in block["instrs"]), default=top)
        for block in entry["blocks"]:
            out: list[dict[str, Any]] = []
            for ins in block["instrs"]:
                if ins["op"] == "MakeClosure" and v in ins["bindings"]:
                    self._take_value(ins, v, t)
                    out.append({"op": "UnOp", "tok": "*", "x": v, "commaok": False, "v": fresh, "t": t, "pos": ins.get("pos", "")})
                    ins["bindings"] = [fresh if not isinstance(operand, dict) and operand == v else operand for operand in ins["bindings"]]
                    self.sites[ins["fn"]["f"]] = [(f, ins)]
                    fresh += 1
                out.append(ins)
            block["instrs"] = out
        self._users.pop(f, None)

    def _take_value(self, closure: dict, v: int, t: int) -> None:
        """Makes the free variables of a closure's function, bound to a variable's address, hold the variable's value."""
        numbers = self._free_numbers(closure, v)
        target = closure["fn"]["f"]
        entry = self.changed(target)
        first = len(entry["params"])
        for number in numbers:
            entry["freevars"][number - first] = [entry["freevars"][number - first][0], t]
            for block in entry["blocks"]:
                for ins in block["instrs"]:
                    if ins["op"] == "UnOp" and ins["tok"] == "*" and ins["x"] == number:
                        ins["op"] = "ChangeType"
                    elif ins["op"] == "MakeClosure" and number in ins["bindings"]:
                        self.sites[ins["fn"]["f"]] = [(target, ins)]
                        self._take_value(ins, number, t)

    # -- captured variables as arguments

    def lift(self, target: int) -> None:
        """Turns the free variables of a closure that one go, defer or call uses, and nothing else, into parameters."""
        [(f, made)] = self.sites[target]
        users = self.users(f).get(made["v"], [])
        if len(users) != 1 or users[0][1]["op"] not in ("Go", "Defer", "Call") or not self.funcs[target].get("blocks"):
            return
        user = users[0][1]
        if user.get("recv") is not None or user["fn"] != made["v"] or made["v"] in [operand for operand in user["args"] if isinstance(operand, int)]:
            return
        entry = self.changed(f)
        for block in entry["blocks"]:
            block["instrs"] = [ins for ins in block["instrs"] if not (ins["op"] == "MakeClosure" and ins["v"] == made["v"])]
            for ins in block["instrs"]:
                if ins["op"] == user["op"] and not isinstance(ins.get("fn"), dict) and ins.get("fn") == made["v"]:
                    ins["fn"] = {"f": target}
                    ins["args"] = [*ins["args"], *made["bindings"]]
        inner = self.changed(target)
        inner["params"] += inner["freevars"]
        inner["freevars"] = []
        inner["lifted"] = True


def rewrite(ssa: dict) -> dict:
    """The program with fewer closures and captured variables in memory; the one given stays as it was."""
    captures = _Captures(ssa)
    for f in range(len(captures.funcs)):
        captures.by_value(f)
    for target in sorted(captures.sites):
        if len(captures.sites[target]) == 1:
            captures.lift(target)
    return ssa | {"funcs": captures.funcs}
