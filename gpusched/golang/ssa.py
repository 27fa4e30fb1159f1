"""A Go package as SSA: runs the front end on a directory and caches what it says by content."""

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gpusched.errors import GpuschedError
from gpusched.golang import toolchain

WORK = Path(__file__).parent / "work"
"""Directory of the Go module gpusched/work."""
FORMAT = "gpusched-ssa/1"


def load_ssa(path: str | Path, constants: Mapping[str, object] | None = None, vary: Sequence[str] = ()) -> dict[str, Any]:
    """SSA of the main package in directory ``path``, as frontend/FORMAT.md describes it.

    Args:
        path: directory of a main package, with or without a go.mod; it may import ``gpusched/work``.
        constants: package-level constant (or variable with a constant initialiser) -> its value in place of the source's.
        vary: names of such constants and variables that become variables, listed in the result's ``vars``.

    Raises:
        GpuschedError: Go's own messages for what does not compile, an override that does not fit, no toolchain.
    """
    directory = Path(path)
    if not directory.is_dir():
        raise GpuschedError("no such directory with a Go package", str(path), "give the directory of a main package")
    if not any(directory.glob("*.go")):
        raise GpuschedError("the directory has no Go files", str(path), "give the directory of a main package")
    overrides = json.dumps({"set": dict(constants or {}), "vary": sorted(set(vary))}, sort_keys=True)
    cached = toolchain.cache_dir() / f"ssa-{_digest(directory.resolve(), overrides)[:32]}.json"
    try:
        return json.loads(cached.read_bytes())
    except (OSError, ValueError):
        text = _run(directory, dict(constants or {}), sorted(set(vary)))
    document = json.loads(text)
    if document.get("format") != FORMAT:
        raise GpuschedError(f"the front end wrote {document.get('format')!r} instead of {FORMAT!r}", str(path))
    toolchain.write_private(cached, text)
    return document


def _run(directory: Path, constants: dict[str, object], vary: list[str]) -> bytes:
    """What the front end writes for the package."""
    go = toolchain.require_go()
    command = [str(toolchain.build_frontend()), "-work", str(WORK)]
    if constants:
        command += ["-set", json.dumps(constants)]
    if vary:
        command += ["-vary", ",".join(vary)]
    done = subprocess.run([*command, "--", str(directory)], env=toolchain.go_env(go), capture_output=True, check=False)
    if done.returncode:
        raise GpuschedError(done.stderr.decode(errors="replace").strip() or "the front end failed without a message")
    return done.stdout


def _digest(directory: Path, overrides: str) -> str:
    """Hash of everything that the front end's answer depends on: itself, the package's module, gpusched/work, the overrides."""
    digest = hashlib.sha256(f"{toolchain.frontend_digest()}\0{directory}\0{overrides}\0".encode())
    for root in (_module_root(directory), WORK):
        for file in _sources(root):
            digest.update(str(file.relative_to(root)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _module_root(directory: Path) -> Path:
    """The nearest directory at or above ``directory`` with a go.mod, else itself."""
    return next((parent for parent in (directory, *directory.parents) if (parent / "go.mod").is_file()), directory)


def _sources(root: Path) -> list[Path]:
    """Files below ``root`` that a Go build may read, in order; hidden directories and testdata are left out."""
    suffixes = {".go", ".mod", ".sum", ".work", ".s"}
    found = (file for file in root.rglob("*") if file.suffix in suffixes and file.is_file())
    return sorted(file for file in found if not any(part.startswith((".", "_")) or part == "testdata" for part in file.relative_to(root).parts[:-1]))
