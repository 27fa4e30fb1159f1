"""Packages by import path: resolved in the module of the current folder, else one sentence."""

from pathlib import Path

import pytest

from gpusched.cli import main
from gpusched.errors import GpuschedError
from gpusched.golang.listing import list_packages
from gpusched.gotest.packages import find_packages
from gpusched.workload import find

pytestmark = pytest.mark.go

HELLO = 'package main\n\nfunc main() { println("hello") }\n'


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module in the current folder with a command below it."""
    (tmp_path / "cmd" / "hello").mkdir(parents=True)
    (tmp_path / "go.mod").write_text("module example.com/mine\n\ngo 1.27\n")
    (tmp_path / "cmd" / "hello" / "main.go").write_text(HELLO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_workload_by_import_path(module: Path) -> None:
    assert find("example.com/mine/cmd/hello") == module / "cmd" / "hello"
    assert find("./cmd/hello") == module / "cmd" / "hello"


def test_packages_of_tests_by_pattern(module: Path) -> None:
    assert [(one.directory, one.path) for one in find_packages("./...")] == [(module / "cmd" / "hello", "example.com/mine/cmd/hello")]
    assert [one.path for one in list_packages("example.com/mine/...", module)] == ["example.com/mine/cmd/hello"]


def test_what_no_module_has(module: Path) -> None:
    with pytest.raises(GpuschedError, match="no required module provides package example"):
        find("example.org/other/pool")


def test_an_import_path_outside_of_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["run", "workload=example.org/other/pool"], ["test", "example.org/other/pool"]):
        assert main(command) == 2
        assert capsys.readouterr().err.startswith("gpusched: example.org/other/pool is no folder, and the current folder lies in no Go module that could know")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HELLO.replace("main", "pool", 1), "package pool is not a main package"),
        (HELLO.replace("main()", "other()"), "function main is undeclared in the main package"),
        (HELLO.replace("println", "printn"), "main.go:3:15: undefined: printn"),
        (HELLO.replace("\n\n", '\n\nimport "example.org/other/pool"\n\n', 1), "no required module provides package example.org/other/pool"),
        ("package main\n\nfunc main() {\n", "main.go:3:15: expected '}'"),
        ("", "main.go:1:1: expected 'package'"),
    ],
)
def test_a_package_that_cannot_run(module: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str) -> None:
    (module / "cmd" / "hello" / "main.go").write_text(text)
    assert main(["run", "workload=./cmd/hello"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.startswith("gpusched: ")
    assert "Traceback" not in said
