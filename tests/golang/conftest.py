"""Packages written from text and loaded once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpusched.golang import toolchain
from gpusched.golang.ssa import load_ssa


class Document:
    """A front end document with the look-ups that tests need."""

    def __init__(self, data: dict[str, Any]):
        """Wraps the JSON object."""
        self.data = data
        self.funcs = {f["name"]: f for f in data["funcs"]}
        self.package = data["package"]

    def func(self, name: str) -> dict[str, Any]:
        """The function of this name in the main package."""
        return self.funcs[f"{self.package}.{name}"]

    def instrs(self, name: str, op: str = "") -> list[dict[str, Any]]:
        """Instructions of a main package function, of one kind if given."""
        return [i for b in self.func(name)["blocks"] for i in b["instrs"] if op in ("", i["op"])]

    def callees(self, function: dict[str, Any]) -> set[str]:
        """Names of the functions that a function calls plainly."""
        calls = [i for b in function["blocks"] for i in b["instrs"] if isinstance(i.get("fn"), dict) and "f" in i["fn"]]
        return {self.data["funcs"][i["fn"]["f"]]["name"] for i in calls}

    def type(self, number: int) -> dict[str, Any]:
        """A type by its number."""
        return self.data["types"][number]


def write_package(directory: Path, text: str) -> Path:
    """Writes main.go in a new directory."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "main.go").write_text(text)
    return directory


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """Makes a package of one file."""
    return lambda text, name="prog": write_package(tmp_path / name, text)


@pytest.fixture(scope="session")
def compile_text(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Document]:
    """Loads a package of one file; equal texts are loaded once a session."""
    known: dict[str, Document] = {}

    def compiled(text: str) -> Document:
        if text not in known:
            known[text] = Document(load_ssa(write_package(tmp_path_factory.mktemp("go") / "prog", text)))
        return known[text]

    return compiled


@pytest.fixture(autouse=True, scope="session")
def _toolchain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Skips where there is no Go toolchain; keeps the user's cache free of the tests' packages."""
    if toolchain.find_go() is None:
        pytest.skip("no Go toolchain of version 1.27 or newer")
    built = toolchain.build_frontend()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toolchain, "build_frontend", lambda: built)
        patch.setenv("GPUSCHED_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
