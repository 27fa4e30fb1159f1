"""The command line with a pretended engine and a program made by hand."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gpusched.cli import main
from gpusched.workload import Workload


@pytest.fixture
def gpusched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pretend_engine: Any, program: Any) -> Callable[..., int]:
    """A function that runs the command line in an empty folder and returns its exit code."""
    module = ModuleType("gpusched.engine.warp")
    module.WarpEngine = pretend_engine  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "gpusched.engine.warp", module)
    monkeypatch.setattr("gpusched.groups.load_workload", lambda name, constants, vary, trap: Workload(program, ""))
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(list(arguments))
