"""The collector: what is reachable survives, the rest is recovered, in bounded memory."""

import numpy as np

from gpusched.goruntime.state import GLOBALS, PAGE, Status, TimerState
from gpusched.machine.check import Memory, check_memory
from gpusched.machine.opcodes import Kind, Op, TimerKind
from gpusched.program.program import TYPE_POINTERS, TYPE_WORDS
from tests.machine.harness import Assembler, Bench, R

P, S = Kind.POINTER, Kind.SCALAR


def faults(bench: Bench, *, collected: bool = False) -> list[str]:
    """What is wrong with the memory of the first world."""
    names = ("worlds", "gs", "chans", "sudogs", "timers", "mem", "pages", "classes")
    return check_memory({name: getattr(bench, name)[0] for name in names}, bench.program, bench.types, collected=collected)


def build_list(count: int, garbage: int = 0) -> Assembler:
    """A program that hangs a list of ``count`` nodes {next, number} below the first global, making ``garbage`` objects beside each node."""
    a = Assembler((P, S, S, S))
    node = a.type((P, S))
    waste = [(Op.ALLOC, 1, 0, node)] * garbage
    body = [(Op.ALLOC, 1, 0, node), (Op.STORE, 1, 0, 0), (Op.STORE, 1, 3, 1), (Op.MOV, 0, 1)]
    rows = [(Op.LDI, 3, 0, 0), (Op.LDI, 2, 0, GLOBALS), *waste, *body, (Op.ADD + R, 3, 3, 1), (Op.JLT + R, 2, 3, count), (Op.STORE, 2, 0, 0), (Op.RET,)]
    a.func(rows, (P, P, S, S))
    return a


def test_a_list_of_100000_nodes_survives_and_garbage_does_not():
    bench = Bench(build_list(100_000, garbage=3).program(), pages=4096).run()
    assert bench.worlds["status"][0] == Status.COMPLETED
    assert bench.worlds["collections"][0] > 0
    assert bench.growths < 3
    at, numbers = bench.word(0), []
    while at:
        numbers.append(int(bench.mem[0, at + 1]))
        at = int(bench.mem[0, at])
    assert numbers == list(range(99_999, -1, -1))


def test_every_block_is_free_or_reachable_after_a_collection():
    bench = Bench(build_list(3000, garbage=2).program(), pages=64)
    bench.run(actions=20)
    assert faults(bench) == []
    bench.run()
    assert faults(bench) == []
    bench.step(0, finish=True)
    assert faults(bench, collected=True) == []
    assert bench.worlds["words_free"][0] <= (1 << 20) * PAGE - live_words(bench)


def live_words(bench: Bench) -> int:
    """Words of blocks that are allocated."""
    names = ("worlds", "gs", "chans", "sudogs", "timers", "mem", "pages", "classes")
    memory = Memory({name: getattr(bench, name)[0] for name in names}, bench.program, bench.types)
    return sum(memory.blocks[at] for at in set(memory.blocks) - memory.free_blocks())


def test_ten_million_short_lived_objects_in_bounded_memory():
    a = Assembler((P, S))
    closure = a.type((S, S, P))
    a.func(
        [(Op.LDI, 1, 0, 0), (Op.ALLOC, 0, 0, closure), (Op.STORE, 0, 1, 1), (Op.ADD + R, 1, 1, 1), (Op.JLT + R, 1, 1, 10_000_000), (Op.RET,)],
        (P, S),
    )
    bench = Bench(a.program(), pages=32).run()
    assert bench.worlds["status"][0] == Status.COMPLETED
    assert bench.growths == 0
    assert bench.worlds["alloc_number"][0] == 10_000_002


def test_frames_are_given_back_at_return():
    a = Assembler()
    a.func(
        [
            (Op.LDI, 0, 0, 0),
            (Op.CALL, 1, 1, 1),
            (Op.ARG, 0, -1, -1),
            (Op.ARG, 0, -1, -1),
            (Op.JLT + R, 1, 0, 1_000_000),
            (Op.LDI, 1, 0, GLOBALS),
            (Op.STORE, 1, 0, 0),
            (Op.RET,),
        ]
    )
    a.func([(Op.ADD + R, 0, 0, 1), (Op.RET, 0, 1), (Op.ARG, 0, -1, -1)], params=1, results=1)
    bench = Bench(a.program()).run()
    assert bench.word(0) == 1_000_000
    assert bench.worlds["collections"][0] == 0


def test_interior_pointers_and_cycles():
    """Globals hold the address of word 3 of one object; two other objects point at each other and are garbage."""
    a = Assembler((P, S, S, S))
    wide, pair = a.type((P, S, S, S, P)), a.type((P, S))
    loop = [(Op.ALLOC, 4, 0, pair), (Op.ALLOC, 5, 0, pair), (Op.STORE, 4, 5, 0), (Op.STORE, 5, 4, 0), (Op.ADD + R, 3, 3, 1), (Op.JLT + R, 7, 3, 20_000)]
    rows = [
        (Op.LDI, 2, 0, GLOBALS),
        (Op.ALLOC, 0, 0, wide),
        (Op.ALLOC, 1, 0, pair),
        (Op.STORE, 0, 1, 4),
        (Op.LDI, 6, 0, 77),
        (Op.STORE, 1, 6, 1),
        (Op.FIELD, 0, 0, 3),
        *loop,
        (Op.STORE, 2, 0, 0),
        (Op.LDI, 1, 0, 0),
        (Op.RET,),
    ]
    a.func(rows, (P, P, S, S, P, P, S))
    bench = Bench(a.program(), pages=32).run()
    bench.step(0, finish=True)
    assert bench.worlds["collections"][0] > 1
    interior = bench.word(0)
    assert bench.mem[0, bench.mem[0, interior + 1] + 1] == 77
    assert faults(bench, collected=True) == []
    assert live_words(bench) == bench_globals(bench) + 6 + 3


def bench_globals(bench: Bench) -> int:
    """Words of the block of globals."""
    return int(bench.pages["grey1"][0, 1]) * PAGE


def test_large_arrays_are_runs_of_pages_and_come_back():
    a = Assembler((P, S))
    a.func(
        [
            (Op.LDI, 2, 0, GLOBALS),
            (Op.LDI, 1, 0, 0),
            (Op.LDI, 3, 0, 5000),
            (Op.MAKESLICE, 0, 3, 3),
            (Op.ARG, TYPE_POINTERS, -1, -1),
            (Op.ALLOC, 4, 0, TYPE_WORDS),
            (Op.STORE, 0, 4, 4999),
            (Op.STORE, 4, 1, 0),
            (Op.STORE, 2, 0, 0),
            (Op.ADD + R, 1, 1, 1),
            (Op.JLT + R, 3, 1, 2000),
            (Op.RET,),
        ],
        (P, S, S, S, P),
    )
    bench = Bench(a.program(), pages=256).run()
    assert bench.growths == 0
    assert bench.mem[0, bench.mem[0, bench.word(0) + 4999]] == 1999
    bench.step(0, finish=True)
    assert faults(bench, collected=True) == []


def test_channels_that_nothing_reaches_give_back_their_rows_and_buffers():
    """Globals hold channel A, whose buffer holds channel B; 20,000 others are dropped."""
    a = Assembler((Kind.CHAN, S))
    chan = a.type((Kind.CHAN,))
    make = [(Op.LDI, 1, 0, 3), (Op.MAKECHAN, 0, 1, chan)]
    loop = [(Op.MAKECHAN, 4, 1, chan), (Op.ADD + R, 3, 3, 1), (Op.JLT + R, 4, 3, 20_000), (Op.RET,)]
    a.func([*make, (Op.LDI, 2, 0, GLOBALS), (Op.STORE, 2, 0, 0), *loop], (Kind.CHAN, S, S, S, Kind.CHAN))
    bench = Bench(a.program(), pages=64)
    bench.step(1)
    assert bench.chans["mark"][0, bench.word(0)] == 1
    inner = bench.chans["buf"][0, bench.word(0)]
    other = int(np.flatnonzero((bench.chans["mark"][0] == 1) & (np.arange(64) != bench.word(0)))[0])
    bench.mem[0, inner] = other
    bench.run()
    bench.step(0, finish=True)
    assert bench.worlds["status"][0] == Status.COMPLETED
    assert list(np.flatnonzero(bench.chans["mark"][0])) == sorted([bench.word(0), other])
    assert faults(bench, collected=True) == []


def test_timers_in_heaps_and_what_they_hold_survive():
    """Timer 1 is in a heap and starts a closure; timer 2 is in none and unreachable; timer 3 belongs to a channel that timer 1's closure holds."""
    a = Assembler((P, S))
    closure = a.type((S, Kind.CHAN))
    a.func([(Op.ALLOC, 0, 0, closure), (Op.LDI, 1, 0, 2), (Op.MAKECHAN, 2, 1, 1), (Op.STORE, 0, 2, 1), (Op.SEND, 0), (Op.RET,)], (P, S, Kind.CHAN))
    bench = Bench(a.program(), pages=64)
    bench.step(1)
    held, chan = bench.reg(0), bench.reg(2)
    bench.timers["mark"][0, 1:4] = 1
    bench.timers["state"][0, 1], bench.timers["kind"][0, 1], bench.timers["arg"][0, 1] = TimerState.HEAPED, TimerKind.FUNC, held
    bench.timers["kind"][0, 3], bench.timers["arg"][0, 3], bench.chans["timer"][0, chan] = TimerKind.CHAN, chan, 3
    bench.run()
    bench.step(0, finish=True)
    assert list(bench.timers["mark"][0, 1:4]) == [1, 0, 1]
    assert bench.chans["mark"][0, chan] == 1
    assert bench.mem[0, held + 1] == chan
    assert bench.worlds["timer_free"][0] == 2
    assert faults(bench, collected=True) == []


def test_memory_grows_and_the_result_is_the_same():
    program = build_list(20_000).program()
    small, large = Bench(program).run(), Bench(program, pages=4096).run()
    assert small.growths > 3
    assert large.growths == 0
    for name in ("alloc_number", "actions", "local_ps", "words_free", "status"):
        assert small.worlds[name][0] == large.worlds[name][0], name


def test_endless_recursion_is_a_stack_overflow():
    a = Assembler()
    a.func([(Op.CALL, 0, 0, 0), (Op.RET,)])
    bench = Bench(a.program(), max_pages=300).run()
    assert bench.worlds["status"][0] == Status.STACK_OVERFLOW


def test_the_limit_of_memory_ends_the_world_at_the_same_action_whatever_the_capacity():
    program = build_list(20_000, garbage=1).program()
    ends = [Bench(program, pages=pages, max_pages=200).run() for pages in (8, 100, 1000)]
    assert {int(end.worlds["status"][0]) for end in ends} == {Status.OUT_OF_MEMORY}
    assert len({(int(end.worlds["alloc_number"][0]), int(end.worlds["actions"][0])) for end in ends}) == 1
