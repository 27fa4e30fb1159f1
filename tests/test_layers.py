"""Imports point one way: each part of the package may import only the parts listed for it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "gpusched"
CORE = {"errors", "goruntime", "machine", "program", "random"}
ALLOWED = {
    "goruntime": CORE,
    "machine": CORE,
    "program": CORE,
    "random": {"errors", "random"},
    "golang": {"errors", "golang"},
    "stats": {"errors", "stats"},
    "compare": {"cli", "compare", "config", "ensemble", "errors", "golang", "report", "results", "run", "stats", "workload"},
    "config": {"compare", "config", "errors", "explore", "run"},
    "engine": CORE | {"engine"},
    "ensemble": CORE | {"config", "engine", "ensemble", "workload"},
    "explore": CORE | {"config", "engine", "ensemble", "explore", "gotest", "groups", "report", "results", "run", "stats", "workload"},
    "results": CORE | {"__init__", "config", "ensemble", "results", "stats"},
    "gotest": CORE | {"config", "engine", "ensemble", "golang", "gotest", "results", "run"},
    "report": CORE | {"ensemble", "report", "results", "stats"},
}
"""``config.compose`` calls ``run``, ``explore.run`` and ``compare.run``, because Hydra calls what it configures."""


def imports(file: Path) -> set[str]:
    """Parts of gpusched that a file imports anywhere."""
    parts = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"gpusched.{alias.name}" for alias in node.names] if node.module == "gpusched" else [node.module]
        for name in names:
            if name.split(".")[0] == "gpusched":
                part = [*name.split("."), ""][1]
                parts.add(part if (ROOT / part).is_dir() or (ROOT / f"{part}.py").is_file() else "__init__")
    return parts


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_a_part_imports_only_what_it_may(part: str) -> None:
    for file in sorted((ROOT / part).rglob("*.py")):
        assert imports(file) <= ALLOWED[part], f"{file.relative_to(ROOT)} imports {sorted(imports(file) - ALLOWED[part])}"


def test_every_part_is_listed() -> None:
    assert {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))} == set(ALLOWED)
