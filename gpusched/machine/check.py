"""Invariants of a world's memory, checked on the host: for tests and for the debug build.

Every block is either allocated (header with a type) or free (header 0, once on its size class's list or in the unused part of its newest page);
whatever can be reached is allocated; right after a collection nothing else is. Written without the collector's code, so that it can contradict it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.goruntime.state import CLASSES, GLOBALS, PAGE, GStatus, SudogFlag, TimerState
from gpusched.machine.layout import BLOCK_WORDS, CONTINUED, FREE, LARGE, NUMBER_SHIFT, TYPE_MASK
from gpusched.machine.opcodes import Kind, TimerKind
from gpusched.program.program import Program

ADDRESS = 0xFFFFFFFF
"""The part of a pointer word that is an address (see ``FRAME_LINK``)."""


class Memory:
    """One world's tables: worlds (row), gs, chans, sudogs, timers, mem, pages, classes; types as ``frames.link_frames`` returns them."""

    def __init__(self, tables: dict[str, Any], program: Program, types: NDArray[Any]) -> None:
        """Finds the blocks."""
        self.tables, self.program, self.types = tables, program, types
        self.mem = tables["mem"]
        self.faults: list[str] = []
        self.blocks = self._find_blocks()

    def _find_blocks(self) -> dict[int, int]:
        """Words of the block at each header's address."""
        blocks, page, top = {}, 1, int(self.tables["worlds"]["page_top"])
        pages = self.tables["pages"]
        while page < top:
            cls, count = int(pages["cls"][page]), 1
            if cls == LARGE:
                count = int(pages["grey1"][page])
                blocks[page * PAGE] = count * PAGE
                inner = pages[page + 1 : page + count]
                if (inner["cls"] != CONTINUED).any() or (inner["link"] != page).any():
                    self.faults.append(f"pages of the large object at page {page} do not belong to it")
            elif 1 <= cls <= CLASSES:
                size = BLOCK_WORDS[cls]
                blocks |= {page * PAGE + i: size for i in range(0, PAGE - size + 1, size)}
            elif cls != FREE:
                self.faults.append(f"page {page} of class {cls} belongs to no large object")
            page += count
        if (pages["cls"][top:] != FREE).any():
            self.faults.append("a page behind page_top is in use")
        return blocks

    def free_blocks(self) -> set[int]:
        """Blocks on the lists and in unused parts of pages."""
        found: set[int] = set()
        for cls in range(1, CLASSES + 1):
            row = self.tables["classes"][cls]
            at = int(row["free"])
            listed = []
            while at and at not in found:
                found.add(at)
                listed.append(at)
                at = int(self.mem[at + 1])
            if at:
                self.faults.append(f"the list of class {cls} reaches {at} twice")
            for at in (*listed, *range(int(row["bump"]), int(row["end"]), BLOCK_WORDS[cls])):
                if self.blocks.get(at) != BLOCK_WORDS[cls] or self.mem[at] != 0:
                    self.faults.append(f"{at} is on the list of class {cls} but is no free block of it")
                found.add(at)
        return found

    def start(self, address: int) -> int:
        """Header of the block that holds the word before an address, 0 if there is none."""
        page = (address - 1) // PAGE
        cls = int(self.tables["pages"]["cls"][page])
        if cls == CONTINUED:
            page, cls = int(self.tables["pages"]["link"][page]), LARGE
        size = PAGE if cls == LARGE else BLOCK_WORDS[cls] if 1 <= cls <= CLASSES else 0
        if not size:
            return 0
        return page * PAGE + (0 if cls == LARGE else ((address - 1) % PAGE) // size * size)

    def references(self, kind: int, value: int) -> list[tuple[int, int]]:
        """What a channel or timer refers to."""
        if kind == Kind.CHAN:
            row = self.tables["chans"][value]
            return [(Kind.POINTER, int(row["buf"])), (Kind.TIMER, int(row["timer"]))]
        row = self.tables["timers"][value]
        of_kind = {TimerKind.FUNC: Kind.POINTER, TimerKind.CHAN: Kind.CHAN}
        arg = [(of_kind[TimerKind(row["kind"])], int(row["arg"]))] if row["kind"] in of_kind else []
        return [*arg, (Kind.POINTER, int(row["loc"]))]

    def roots(self) -> list[tuple[int, int]]:
        """(kind, value) of everything that is reachable by itself."""
        roots = [(int(Kind.POINTER), GLOBALS)]
        for row in self.tables["gs"][1 : int(self.tables["worlds"]["allgs"]) + 1]:
            if row["status"] != GStatus.DEAD:
                roots.append((Kind.POINTER, int(row["frame"])))
                sudog = int(row["waiting"])
                while sudog and not self.tables["sudogs"]["flags"][sudog] & SudogFlag.SEMA:
                    entry = self.tables["sudogs"][sudog]
                    roots += [(Kind.POINTER, int(entry["elem"])), (Kind.CHAN, int(entry["c"]))]
                    sudog = int(entry["waitlink"])
        timers = self.tables["timers"]
        roots += [(Kind.TIMER, int(i)) for i in np.nonzero((timers["mark"] != 0) & (timers["state"] & TimerState.HEAPED != 0))[0]]
        return roots

    def reachable(self) -> set[int]:
        """Headers of all blocks that the program can reach."""
        found: set[int] = set()
        seen: set[tuple[int, int]] = set()
        todo = self.roots()
        while todo:
            kind, value = todo.pop()
            if value <= 0:
                continue
            if kind != Kind.POINTER:
                if (kind, value) not in seen:
                    seen.add((kind, value))
                    todo += self.references(kind, value)
                continue
            at = self.start(value)
            if at and at not in found:
                found.add(at)
                todo += self._words(at)
        return found

    def _words(self, at: int) -> list[tuple[int, int]]:
        type_id = int(self.mem[at]) & TYPE_MASK
        period, first = int(self.types["words"][type_id]), int(self.types["kinds"][type_id])
        if not type_id or not period:
            return []
        kinds = self.program.kinds[first : first + period]
        where = np.nonzero(kinds != Kind.SCALAR)[0]
        words = self.blocks[at] - 1
        found = [(int(kinds[i]), int(self.mem[at + 1 + base + i])) for base in range(0, words, period) for i in where if base + i < words]
        return [(kind, value & ADDRESS if value > 0 else value) for kind, value in found]


def check_memory(tables: dict[str, Any], program: Program, types: NDArray[Any], *, collected: bool = False) -> list[str]:
    """Everything that is wrong with a world's memory, as sentences; ``collected``: no allocation has happened since the last collection."""
    memory = Memory(tables, program, types)
    free = memory.free_blocks()
    used = set(memory.blocks) - free
    for at in sorted(used):
        header = int(memory.mem[at])
        if not 0 < header & TYPE_MASK < len(types) or not 0 < header >> NUMBER_SHIFT <= int(tables["worlds"]["alloc_number"]):
            memory.faults.append(f"block {at} is neither free nor allocated")
    reachable = memory.reachable()
    memory.faults += [f"block {at} is reachable but free" for at in sorted(reachable - used)]
    if collected:
        memory.faults += [f"block {at} is neither free nor reachable" for at in sorted(used - reachable)]
    return memory.faults
