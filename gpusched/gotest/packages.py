"""Packages by pattern, as the go command names them: folders, import paths, ``./...``."""

import json
import subprocess
from pathlib import Path

from gpusched.errors import GpuschedError
from gpusched.golang.toolchain import go_env, require_go
from gpusched.gotest.run import Package


def find_packages(pattern: str) -> list[Package]:
    """Returns the packages that a pattern names, those without test files among them.

    Raises:
        GpuschedError: where it names none, in the go command's words.
    """
    path = Path(pattern).expanduser()
    if path.is_dir() and not _in_module(path.resolve()):
        return [Package(path.resolve(), path.resolve().name)]
    if path.is_dir():
        return _listed(".", path.resolve())
    return _listed(pattern, Path.cwd())


def _in_module(directory: Path) -> bool:
    """Says whether a folder lies in a module."""
    return any((at / "go.mod").is_file() for at in (directory, *directory.parents))


def _listed(pattern: str, directory: Path) -> list[Package]:
    """Asks the go command, as if in that folder."""
    command = [str(require_go()), "list", "-e", "-tags=gpusched", "-json=Dir,ImportPath,Error", "--", pattern]
    done = subprocess.run(command, cwd=directory, env=go_env(require_go()), capture_output=True, text=True, check=False)
    entries = list(_objects(done.stdout))
    wrong = [entry["Error"]["Err"] for entry in entries if "Error" in entry and not entry.get("Dir")]
    if wrong or done.returncode or not entries:
        first = (wrong or done.stderr.strip().splitlines() or [f"{pattern} matches no package"])[0]
        raise GpuschedError(first, pattern, "name the folder of a Go package, or a pattern such as ./... or an import path")
    return [Package(Path(entry["Dir"]), entry["ImportPath"]) for entry in entries]


def _objects(text: str):
    """Yields the JSON objects that follow one another in a text."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        entry, at = decoder.raw_decode(text, at)
        yield entry
