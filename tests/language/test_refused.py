"""What cannot be lowered is told by name and place, or ends the world that reaches it, also where only an interface leads there."""

from pathlib import Path

import pytest

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import Status
from tests.simulation import simulate

RECAST = """package main

import (
	"fmt"
	"unsafe"
)

type item struct{ value int }

type stack interface{ top() int }

type list struct{ head unsafe.Pointer }

func (l *list) top() int { return (*item)(l.head).value }

func main() {
	fmt.Println("before")
	var s stack = &list{unsafe.Pointer(&item{3})}
	fmt.Println(s.top())
}
"""
PRINTED = "package main\n\nvar number int\n\nfunc main() { println(&number) }\n"

pytestmark = pytest.mark.go


def package(folder: Path, text: str) -> Path:
    """The folder, with a program in it."""
    (folder / "go.mod").write_text("module refused\n\ngo 1.25\n")
    (folder / "main.go").write_text(text)
    return folder


def test_an_unsafe_pointer_is_not_made_another_pointer(tmp_path: Path) -> None:
    with pytest.raises(GpuschedError, match=r"unsafe\.Pointer turned into \*refused\.item in .*top \(main\.go:14:42\); use the value's own type"):
        simulate(package(tmp_path, RECAST))


def test_a_world_ends_where_an_unsafe_pointer_would_be_made_another_pointer(tmp_path: Path) -> None:
    ran = simulate(package(tmp_path, RECAST), "workload.on_refused=trap")
    assert ran.outputs == ["before\n"]
    assert ran.worlds["status"][0] == Status.REFUSED
    assert "unsafe.Pointer turned into *refused.item" in ran.messages[0]


def test_the_address_of_a_package_variable_is_not_printed(tmp_path: Path) -> None:
    with pytest.raises(GpuschedError, match=r"address of a function or of a package variable is printed in .*main \(main\.go:5:22\); print a variable"):
        simulate(package(tmp_path, PRINTED))


def test_finalizers_are_refused(tmp_path: Path) -> None:
    text = 'package main\n\nimport "runtime"\n\nfunc main() { runtime.SetFinalizer(new(int), func(*int) {}) }\n'
    with pytest.raises(GpuschedError, match=r"runtime\.SetFinalizer cannot be simulated yet, reached from main\.main .*main\.go:5"):
        simulate(package(tmp_path, text))
