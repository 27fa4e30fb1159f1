"""Where a test's lines come from: ``file:line`` of the call, past functions that called Helper. Models ``testing.go``: frameSkip, callSite."""

from collections.abc import Iterator

import numpy as np

from gpusched.goruntime.state import PanicKind
from gpusched.machine.traceback import GOEXIT, Line, Stacks
from gpusched.program.program import Program

OUTPUT = "testing.writer.Write"
"""What writes to a test's Output, whose lines have no place."""
PANICS = 1 << 24
"""From here on down a row stands for a panic's record: this much less its kind."""
RUNNERS = ("testing.(*T).run", "testing.(*B).measure.func1")
"""Functions that call a test's or benchmark's function."""


class Calls:
    """The calls of one world by which its goroutines say something, and the helpers of its tests."""

    def __init__(self, program: Program) -> None:
        """Knows of none yet."""
        self.at: dict[int, str] = {}
        self._stacks = Stacks(program, np.zeros(0, np.int32), np.zeros(1, np.int64))
        self._helpers: dict[str, set[str]] = {}

    def lines(self, rows: str) -> Iterator[Line]:
        """Yields the calls of a stack as the testing shim wrote it (``stack.text``), those by which it says something left out."""
        top = True
        for start in range(0, len(rows), 4):
            row = 0
            for char in rows[start : start + 4]:
                row = row << 6 | (ord(char) - 48) & 63
            if row == PANICS - PanicKind.GOEXIT:
                top = False
                yield GOEXIT
            for line in self._stacks.lines(row) if 0 < row < len(self._stacks.program.code) else ():
                top = top and line.function.startswith("testing.(*common).")
                if not top:
                    yield line

    def helps(self, test: str, rows: str) -> None:
        """Marks the function that called Helper."""
        for line in self.lines(rows):
            self._helpers.setdefault(test, set()).add(line.function)
            return

    def place(self, goid: int, test: str) -> str:
        """Returns ``file:line`` of what a goroutine says next; "" if that is not known."""
        first, before = "", ""
        for line in self.lines(self.at.pop(goid, "")):
            if line.function in RUNNERS or line.function == OUTPUT:
                return before
            if line.function.startswith("testing."):
                return "testing.go"
            here = f"{line.file.rpartition('/')[2]}:{line.line}"
            if line.function not in self._helpers.get(test, ()):
                return here
            first, before = first or here, here
        return first
