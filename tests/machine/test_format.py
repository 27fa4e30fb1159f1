"""Formatting against what Go 1.27 prints for the same calls."""

import numpy as np
import pytest

from gpusched.machine.format import Value, builtin_text, sprint, sprintf, sprintln


def go(x, kind: str = "", name: str = "") -> Value:
    """A Go value of a Python one: int, float64, string, bool, nil, []int, []bool, or of the kind given."""
    if x is None:
        return Value("nil", "<nil>")
    if isinstance(x, list):
        element = "bool" if isinstance(x[0], bool) else "int"
        return Value("slice", f"[]{element}", elements=tuple(go(e) for e in x))
    kind = kind or {bool: "bool", int: "int", float: "float64", str: "string"}[type(x)]
    if isinstance(x, str):
        return Value(kind, name or kind, (), x)
    word = int(np.array(x, np.float64).view(np.int64)) if isinstance(x, float) else int(np.array(int(x) & (1 << 64) - 1, np.uint64).view(np.int64))
    return Value(kind, name or kind, (word,))


def ns(x: int) -> Value:
    """A time.Duration."""
    return go(x, "int64", "time.Duration")


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (
            [1.0, 1e6, 123456789.0, 100000.0, 1e20, 1e21, 0.1, 1e-5, 0.0001, go(float(np.float32(0.1)), "float32"), -2.5],
            "1 1e+06 1.23456789e+08 100000 1e+20 1e+21 0.1 1e-05 0.0001 0.1 -2.5",
        ),
        ([True, "a", 3, None, go(1 << 63, "uint64"), go(-5, "int8")], "true a 3 <nil> 9223372036854775808 -5"),
        (
            [ns(0), ns(999), ns(1500000), ns(90 * 60 * 10**9 + 30 * 10**9 + 5 * 10**6), ns(-(10**9)), ns(3600 * 10**9)],
            "0s 999ns 1.5ms 1h30m30.005s -1s 1h0m0s",
        ),
        ([[1, 2, 3], [True, False]], "[1 2 3] [true false]"),
        ([float("inf"), float("-inf"), float("nan"), 0.0, -0.0], "+Inf -Inf NaN 0 -0"),
    ],
)
def test_println(args, text):
    assert sprintln([a if isinstance(a, Value) else go(a) for a in args]) == text + "\n"


def test_print_spaces_only_between_operands_that_are_no_strings():
    assert sprint([go(x) for x in ("a", 1, 2, "b", 3.5, True, "\n")]) == "a1 2b3.5 true\n"


def test_builtin_print():
    assert [builtin_text(go(x)) for x in (1.5, 1e6, 100000.0, "x", 3, True)] == ["1.5", "1e+06", "100000", "x", "3", "true"]


@pytest.mark.parametrize(
    ("layout", "args", "text"),
    [
        (
            "%5d|%-5d|%05d|%+d|%x|%X|%#x|%b|%o|%c|%q|%U",
            [42, 42, 42, 42, 255, 255, 255, 5, 8, 65, 120, 0x1F600],
            "   42|42   |00042|+42|ff|FF|0xff|101|10|A|'x'|U+1F600",
        ),
        (
            "%s|%10s|%-10s|%q|%v|%x|%.2s",
            ["hi", "hi", "hi", 'h"i\n', "hi", "hi", "hello"],
            'hi|        hi|hi        |"h\\"i\\n"|hi|6869|he',
        ),
        (
            "%f|%.2f|%8.3f|%e|%g|%G|%6.1f|%+.1f|%08.3f",
            [3.14159, 3.14159, 3.14159, 1234.5, 1e21, 1e-7, 2.25, 2.0, -3.14159],
            "3.141590|3.14|   3.142|1.234500e+03|1e+21|1E-07|   2.2|+2.0|-003.142",
        ),
        ("%t|%v|%T|%T|%T", [True, False, 1, "s", 2.5], "true|false|int|string|float64"),
        ("%d %s", ["x", 5], "%!d(string=x) %!s(int=5)"),
        ("%d\n", [], "%!d(MISSING)\n"),
        ("%d\n", [1, 2], "1\n%!(EXTRA int=2)"),
        ("%*d|%-*d|%.*f", [5, 1, 5, 2, 2, 3.14159], "    1|2    |3.14"),
        ("100%%|%v|%d", [ns(1500 * 10**6), ns(10**9)], "100%|1.5s|1000000000"),
        ("%v %d %s", [[1, 2], [3, 4], None], "[1 2] [3 4] %!s(<nil>)"),
        ("%6.2f%%|%3c|%-4q", [99.5, 120, 121], " 99.50%|  x|'y' "),
        ("%08b|%x|% d|%+.2e|%10.3v|%-10v|", [5, -255, 7, 12345.678, 3.14159, True], "00000101|-ff| 7|+1.23e+04|      3.14|true      |"),
        ("%z|%5t|%v|%5v", [True, go(5, "int64"), "ab", "ab"], "%!z(bool=true)|%!t(int64=    5)|ab|   ab"),
        ("%.3d|%8.3d", [7, 7], "007|     007"),
    ],
)
def test_printf(layout, args, text):
    assert sprintf([go(layout), *(a if isinstance(a, Value) else go(a) for a in args)]) == text
