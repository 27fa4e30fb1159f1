"""Random graphs of objects: what the program sees is what a model in Python says, in every capacity, and every block is free or reachable."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gpusched.machine.check import check_memory
from gpusched.machine.opcodes import Kind, Op
from gpusched.program.program import TYPE_POINTERS
from tests.machine.harness import Assembler, Bench

P, S = Kind.POINTER, Kind.SCALAR
HELD = 6
"""Registers that hold pointers; register HELD holds lengths, HELD + 1 garbage."""

registers = st.integers(0, HELD - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("make"), registers, st.sampled_from([1, 2, 5, 11, 24, 63, 127, 128, 300])),
        st.tuples(st.just("link"), registers, registers, st.integers(0, 10**6)),
        st.tuples(st.just("inner"), registers, registers, st.integers(0, 10**6)),
        st.tuples(st.just("drop"), registers, st.just(0)),
        st.tuples(st.just("waste"), st.sampled_from([3, 30, 100]), st.integers(1, 12)),
    ),
    min_size=5,
    max_size=120,
)


class Model:
    """Registers and objects as Python sees them: a pointer is (object number, word)."""

    def __init__(self) -> None:
        self.objects: list[list[tuple[int, int] | None]] = []
        self.held: list[tuple[int, int] | None] = [None] * HELD
        self.rows: list[tuple] = []

    def step(self, what: str, *args: int) -> None:
        """Does a step in the model and emits its instructions."""
        if what == "make":
            reg, words = args
            self.objects.append([None] * words)
            self.held[reg] = (len(self.objects) - 1, 0)
            self.rows += [(Op.LDI, HELD, 0, words), (Op.MAKESLICE, reg, HELD, HELD), (Op.ARG, TYPE_POINTERS)]
        elif what == "link" and (target := self.held[args[0]]) is not None:
            number, word = target
            slot = word + args[2] % (len(self.objects[number]) - word)
            self.objects[number][slot] = self.held[args[1]]
            self.rows.append((Op.STORE, args[0], args[1], slot - word))
        elif what == "inner" and (source := self.held[args[1]]) is not None:
            number, word = source
            step = args[2] % (len(self.objects[number]) - word)
            self.held[args[0]] = (number, word + step)
            self.rows.append((Op.FIELD, args[0], args[1], step))
        elif what == "drop":
            self.held[args[0]] = None
            self.rows.append((Op.LDI, args[0], 0, 0))
        elif what == "waste":
            self.rows += [(Op.LDI, HELD, 0, args[0]), *[(Op.MAKESLICE, HELD + 1, HELD, HELD), (Op.ARG, TYPE_POINTERS)] * args[1]]

    def shape(self) -> list:
        """The graph as numbers in order of first visit, with the words at which pointers point."""
        seen: dict[int, int] = {}
        todo, shape = list(self.held), []
        while todo:
            pointer = todo.pop(0)
            if pointer is None:
                shape.append(None)
                continue
            number, word = pointer
            if number not in seen:
                seen[number] = len(seen)
                todo += self.objects[number]
            shape.append((seen[number], word))
        return shape


def shape_in_memory(bench: Bench, sizes: dict[int, int]) -> list:
    """The same, read from a world's memory; ``sizes``: words of each object by allocation number."""
    mem = bench.mem[0]
    starts = {int(at) + 1: int(mem[at]) >> 20 for at in np.flatnonzero((mem & 0xFFFFF) == TYPE_POINTERS) if int(mem[at]) >> 20 in sizes}
    seen: dict[int, int] = {}
    todo, shape = [bench.reg(i) for i in range(HELD)], []
    while todo:
        pointer = todo.pop(0)
        if pointer == 0:
            shape.append(None)
            continue
        start = next(at for at in range(pointer, 0, -1) if at in starts)
        if start not in seen:
            seen[start] = len(seen)
            todo += [int(word) for word in mem[start : start + sizes[starts[start]]]]
        shape.append((seen[start], pointer - start))
    return shape


@settings(max_examples=40, deadline=None, derandomize=True)
@given(steps)
def test_random_graphs_survive_and_garbage_goes(script):
    model = Model()
    sizes, number = {}, 2
    for what, *args in script:
        model.step(what, *args)
        if what == "make":
            number += 1
            sizes[number] = args[1]
        elif what == "waste":
            number += args[1]
    a = Assembler()
    a.func([*model.rows, (Op.LDI, HELD + 1, 0, 0), (Op.SEND, 0), (Op.JMP, len(model.rows) + 2)], (*[P] * HELD, S, P))
    program = a.program()
    for pages in (0, 64, 1024):
        bench = Bench(program, pages=pages)
        bench.run(actions=len(script) + 8)
        assert bench.worlds["alloc_number"][0] == number
        bench.step(0, finish=True)
        names = ("worlds", "gs", "chans", "sudogs", "timers", "mem", "pages", "classes")
        assert check_memory({name: getattr(bench, name)[0] for name in names}, program, bench.types, collected=True) == []
        assert shape_in_memory(bench, sizes) == model.shape()
