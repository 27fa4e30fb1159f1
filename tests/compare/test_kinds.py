"""Which kinds of instructions an error comes from: programs made of known parts."""

import numpy as np
import pytest

from gpusched.compare.code import FIELDS, CodeTime
from gpusched.compare.kinds import RUNTIME, Split, alone, lines_of, section, split, together
from tests.compare.made import row


def made(name: str, parts: dict[str, float], real: float) -> Split:
    """A program of parts."""
    return Split(name, sum(parts.values()), real, parts)


def test_what_is_no_code_is_the_runtime_s() -> None:
    """Of 1000 ns 600 are loads and 100 calls."""
    whole = np.array([{"load_ps": 600e3, "call_ps": 100e3}.get(name, 0.0) for name in FIELDS])
    found = split(row(1000, [1500] * 5), CodeTime((), np.zeros((0, 0)), whole))
    assert found.parts == {"load": 600, "call": 100, RUNTIME: 300}
    assert found.missing == 500


def test_one_kind_alone() -> None:
    """Half of the time is loads: they would have to cost twice as much where the program takes half as long again; nothing takes less than nothing."""
    assert alone(made("a", {"load": 500, "store": 498, "call": 2}, 1500)) == {"load": pytest.approx(2.0), "store": pytest.approx(2.004, abs=1e-3)}
    assert alone(made("a", {"load": 800, "store": 200}, 700)) == {"load": pytest.approx(0.625), "store": pytest.approx(-0.5)}


def test_the_kind_that_is_wrong_is_found() -> None:
    """Loads cost half as much again in all programs, nothing else is wrong: the least squares say so, but for the weight that holds costs."""
    parts: list[dict[str, float]] = [
        {"load": 700, "store": 200, RUNTIME: 100},
        {"load": 100, "store": 700, RUNTIME: 200},
        {"load": 300, "store": 200, RUNTIME: 500},
    ]
    splits = [made(str(at), one, sum(one.values()) + 0.5 * one["load"]) for at, one in enumerate(parts)]
    factors = together(splits)
    assert factors["load"] == pytest.approx(1.5, abs=0.05)
    assert factors["store"] == pytest.approx(1.0, abs=0.05)
    assert factors[RUNTIME] == pytest.approx(1.0, abs=0.05)
    assert all(factor >= 0 for factor in together([made("a", {"load": 1000.0}, 1e-3)]).values())


def test_it_is_said_that_it_is_a_hint() -> None:
    """With numbers, on the terminal and on the page; nothing where there is no program."""
    one = made("sort", {"load": 600e3, "branch": 400e3}, 1.5e6)
    said = " ".join(lines_of([one, made("other", {"load": 1e6}, 1.5e6)]))
    assert "a hint, no measurement" in said
    assert "sort: 1 ms in the model (load 60%, branch 40%), 1.5 ms real (0.67)." in said
    assert "µs too little load" in said
    assert "Alone load x 1.83, or branch x 2.25 would explain it." in said
    single = " ".join(lines_of([one]))
    assert "least squares" not in single
    assert "Alone load x 1.83, or branch x 2.25 would explain it." in single
    assert section([]) == lines_of([]) == []
