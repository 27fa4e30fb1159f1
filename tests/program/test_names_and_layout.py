"""Names of functions, and types as words."""

import pytest

from gpusched.machine.opcodes import Kind
from gpusched.program.layout import Layouts, TypeTable
from gpusched.program.names import go_name

P, S, C = Kind.POINTER, Kind.SCALAR, Kind.CHAN
TYPES = [
    {"kind": "int8", "name": "int8"},
    {"kind": "string", "name": "string"},
    {"kind": "interface", "name": "error", "interface": 0},
    {"kind": "slice", "name": "[]int8", "elem": 0},
    {"kind": "chan", "name": "chan int8", "elem": 0, "dir": 0},
    {
        "kind": "struct",
        "name": "main.t",
        "fields": [{"name": "a", "type": 0}, {"name": "_", "type": 1, "blank": True}, {"name": "s", "type": 1}, {"name": "e", "type": 2}],
    },
    {"kind": "array", "name": "[3]int8", "elem": 0, "len": 3},
    {"kind": "pointer", "name": "*main.t", "elem": 5},
    {"kind": "struct", "name": "struct {}", "fields": []},
    {"kind": "struct", "name": "struct { f func() }", "fields": [{"name": "f", "type": 10}]},
    {"kind": "func", "name": "func()"},
    {"kind": "array", "name": "[2]struct {}", "elem": 8, "len": 2},
]


@pytest.fixture
def layouts() -> Layouts:
    return Layouts(TYPES, TypeTable())


def test_kinds_of_words(layouts: Layouts) -> None:
    expected = [(S,), (P, S), (S, P), (P, S, S), (C,), (S, P, S, P, S, S, P), (S, S, S), (P,), (), (P,), (P,), ()]
    assert [layouts.kinds(t) for t in range(len(TYPES))] == expected
    assert [layouts.field_offset(5, i) for i in range(4)] == [0, 1, 3, 5]


def test_rows_of_the_type_table(layouts: Layouts) -> None:
    """(words, rule of comparison, direct); a struct with strings lists its fields but for blank ones: offset, rule, words."""
    numbers = [layouts.number(t) for t in range(len(TYPES))]
    rows = [layouts.table.rows[n] for n in numbers]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        (1, 0, 0), (2, 1, 0), (2, 2, 0), (3, 3, 0), (1, 0, 0), (7, 4, 0), (3, 0, 0), (1, 0, 1), (0, 0, 0), (1, 3, 0), (1, 3, 1), (0, 0, 0),
    ]  # fmt: skip
    start = rows[5][1] + 7
    assert layouts.table.kinds[start : start + 10] == [3, 0, 0, 1, 3, 1, 2, 5, 2, 2]
    assert numbers[0] == 4
    assert layouts.number(0) == 4


@pytest.mark.parametrize(
    ("ssa", "go"),
    [
        ("example/skynet.main", "main.main"),
        ("example/skynet.main$1", "main.main.func1"),
        ("example/skynet.main$1$2", "main.main.func1.2"),
        ("(*example/skynet.T).M", "main.(*T).M"),
        ("(example/skynet.T).M", "main.T.M"),
        ("(*example/skynet.T).M$1", "main.(*T).M.func1"),
        ("(*sync.WaitGroup).Go$1", "sync.(*WaitGroup).Go.func1"),
        ("(*internal/sync.Mutex).lockSlow", "internal/sync.(*Mutex).lockSlow"),
        ("example/skynet.pick[int]", "main.pick[...]"),
        ("(*example/skynet.T).M$bound", "main.(*T).M-fm"),
        ("example/skynet/inner.F", "example/skynet/inner.F"),
    ],
)
def test_names(ssa: str, go: str) -> None:
    assert go_name(ssa, "example/skynet") == go
