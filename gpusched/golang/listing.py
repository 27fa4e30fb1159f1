"""Packages by pattern, as the go command names them in the module of the current folder: folders, import paths, ``./...``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gpusched.errors import GpuschedError
from gpusched.golang.process import finished
from gpusched.golang.toolchain import go_env, require_go


class Listed(NamedTuple):
    """A package's folder and import path."""

    directory: Path
    path: str


def list_packages(pattern: str, directory: Path) -> list[Listed]:
    """Asks the go command, as if in that folder.

    Raises:
        GpuschedError: where the pattern names no package, in the go command's words.
    """
    go = require_go()
    command = [str(go), "list", "-e", "-tags=gpusched", "-json=Dir,ImportPath,Error", "--", pattern]
    done = finished(command, cwd=directory, env=go_env(go))
    entries = list(_objects(done.stdout.decode(errors="replace")))
    wrong = [entry["Error"]["Err"] for entry in entries if "Error" in entry and not entry.get("Dir")]
    if wrong or done.returncode or not entries:
        raise GpuschedError(*_missing(pattern, directory, wrong or done.stderr.decode(errors="replace").strip().splitlines()))
    return [Listed(Path(entry["Dir"]), entry["ImportPath"]) for entry in entries]


def _missing(pattern: str, directory: Path, said: list[str]) -> tuple[str, str, str]:
    """What a pattern that names no package is told: what, where, what to do instead."""
    if not in_module(directory) and not pattern.startswith((".", "/")):
        return f"{pattern} is no folder, and the current folder lies in no Go module that could know the import path", "", f"go get {pattern} in a module first"
    words = " ".join((said or [f"{pattern} matches no package"])[0].split())
    return words, pattern, "name the folder of a Go package, or a pattern such as ./... or an import path"


def in_module(directory: Path) -> bool:
    """Says whether a folder lies in a module."""
    return any((at / "go.mod").is_file() for at in (directory, *directory.parents))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yields the JSON objects that follow one another in a text."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        entry, at = decoder.raw_decode(text, at)
        yield entry
