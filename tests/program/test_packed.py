"""A lowered program in the cache is the program itself, and is found again by content alone."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from gpusched.program.packed import pack, unpack
from gpusched.program.program import Program
from gpusched.program.text import loads
from gpusched.workload import SHIPPED, STORED, load_workload


def same(one: Program, other: Program) -> bool:
    """Whether all fields are equal."""
    for field in dataclasses.fields(one):
        x, y = getattr(one, field.name), getattr(other, field.name)
        if isinstance(x, np.ndarray):
            if x.dtype != y.dtype or x.shape != y.shape or not np.array_equal(x, y):
                return False
        elif x != y:
            return False
    return True


@pytest.mark.parametrize("name", ["worker_pool", "http_server"])
def test_packed_programs_are_read_back(name: str) -> None:
    """Every field, with the types that it had."""
    program = loads((SHIPPED / name / STORED).read_text())
    assert same(unpack(pack(program)), program)


@pytest.mark.go
def test_lowered_programs_are_cached_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is lowered; a changed source, or a damaged file of the cache, is lowered anew."""
    monkeypatch.setenv("GPUSCHED_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "w" / "main.go"
    source.parent.mkdir()
    source.write_text('package main\n\nfunc main() { println("one") }\n')
    first = load_workload(str(source.parent)).program
    (stored,) = (tmp_path / "cache").glob("program-*")
    with monkeypatch.context() as broken:
        broken.setattr("gpusched.program.lower.lower", lambda *_: pytest.fail("lowered again"))
        assert same(load_workload(str(source.parent)).program, first)
    stored.write_bytes(stored.read_bytes()[:-9])
    assert same(load_workload(str(source.parent)).program, first)
    source.write_text('package main\n\nfunc main() { println("three") }\n')
    assert not same(load_workload(str(source.parent)).program, first)
