"""A Go package as SSA: runs the front end on a directory and caches what it says by content."""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gpusched.errors import GpuschedError
from gpusched.golang import toolchain
from gpusched.golang.process import finished

WORK = Path(__file__).parent / "work"
"""Directory of the Go module gpusched/work."""
FORMAT = "gpusched-ssa/1"
TEST_VARIABLES = ("short", "turns", "which")
"""Variables of the main package of tests: testing.Short(), b.N, and the number of the test that runs."""
_FIXED = re.compile(r"(\w+) must stay a constant, it can not vary from world to world: ")
KEPT = 200
"""Documents that the cache holds."""


class FixedConstants(GpuschedError):
    """Constants that were asked to vary and must stay constants: the shape of the program hangs on them."""

    def __init__(self, names: list[str], message: str):
        """Keeps their names."""
        super().__init__(message)
        self.names = names


def load_ssa(path: str | Path, constants: Mapping[str, object] | None = None, vary: Sequence[str] = ()) -> dict[str, Any]:
    """SSA of the main package in directory ``path``, as frontend/FORMAT.md describes it.

    Args:
        path: directory of a main package, with or without a go.mod; it may import ``gpusched/work``.
        constants: package-level constant (or variable with a constant initialiser) -> its value in place of the source's.
        vary: names of such constants and variables that become variables, listed in the result's ``vars``.

    Raises:
        GpuschedError: Go's own messages for what does not compile, an override that does not fit, no toolchain.
    """
    return _load(Path(path), overrides(constants or {}, vary))


def load_text(path: str | Path, constants: Mapping[str, object] | None = None, vary: Sequence[str] = ()) -> bytes:
    """What ``load_ssa`` reads, as text."""
    return _text(Path(path), overrides(constants or {}, vary))


def load_tests(path: str | Path, run: str = "", bench: str = "", files: Sequence[str] = ()) -> dict[str, Any]:
    """SSA of a main package that runs one of the tests of the package in directory ``path``, the one whose number its variable ``which`` holds.

    Args:
        path: directory of a package with test files.
        run: regular expression that the tests' names match.
        bench: regular expression that the benchmarks' names match; empty: none.
        files: base names of the files that declare them; empty: all.

    Raises:
        GpuschedError: as ``load_ssa``, and where nothing matches.
    """
    chosen = ["-test", "-run", run, "-bench", bench, "-files", ",".join(files), "-vary", ",".join(TEST_VARIABLES)]
    return _load(Path(path), chosen)


def _load(directory: Path, overrides: list[str]) -> dict[str, Any]:
    """What the front end says of a package."""
    return parse(_text(directory, overrides), directory)


def parse(text: bytes, directory: Path) -> dict[str, Any]:
    """The front end's document."""
    document = json.loads(text)
    if document.get("format") != FORMAT:
        raise GpuschedError(f"the front end wrote {document.get('format')!r} instead of {FORMAT!r}", str(directory))
    return document


def _text(directory: Path, overrides: list[str]) -> bytes:
    """The document as text, from the cache if nothing changed."""
    if not directory.is_dir():
        raise GpuschedError("no such directory with a Go package", str(directory), "give the directory of a main package")
    if not any(directory.glob("*.go")):
        raise GpuschedError("the directory has no Go files", str(directory), "give the directory of a main package")
    key = hashlib.sha256("\0".join([toolchain.frontend_digest(), str(directory.resolve()), *overrides]).encode()).hexdigest()[:32]
    stored = toolchain.cache_dir() / f"ssa-{key}"
    text = _cached(stored)
    if text is None:
        text, local = _run(directory, overrides)
        head = json.dumps({"dirs": local, "sources": digest_of(local), "text": hashlib.sha256(text).hexdigest()})
        toolchain.write_private(stored, head.encode() + b"\n" + text)
        toolchain.keep_newest("ssa-*", KEPT)
    return text


def overrides(constants: Mapping[str, object], vary: Sequence[str]) -> list[str]:
    """The front end's flags for the overrides, the same for equal ones."""
    try:
        values = json.dumps(dict(constants), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise GpuschedError(f"a constant can not be overridden: {error}", "workload.const", "give a number, true, false or a text") from error
    names = ",".join(sorted(set(vary)))
    return (["-set", values] if constants else []) + (["-vary", names] if names else [])


def _cached(stored: Path) -> bytes | None:
    """What an earlier run wrote, if the sources are still the same."""
    try:
        head, text = stored.read_bytes().split(b"\n", 1)
        entry = json.loads(head)
        good = entry["sources"] == digest_of(entry["dirs"]) and entry["text"] == hashlib.sha256(text).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return text if good else None


def _run(directory: Path, overrides: list[str]) -> tuple[bytes, list[str]]:
    """What the front end writes for the package, and the directories that it read sources from."""
    go = toolchain.require_go()
    command = [str(toolchain.build_frontend()), "-work", str(WORK), *overrides]
    with tempfile.TemporaryDirectory(prefix="gpusched-ssa-") as temporary:
        listing = Path(temporary) / "dirs"
        done = finished([*command, "-deps", str(listing), "--", str(directory)], env=toolchain.go_env(go, temporary))
        if done.returncode:
            raise _failure(done.stderr.decode(errors="replace").strip())
        return done.stdout, listing.read_text().splitlines()


def _failure(message: str) -> GpuschedError:
    """What the front end says instead of a document."""
    fixed = [_FIXED.match(line) for line in message.splitlines()]
    if fixed and all(fixed):
        return FixedConstants([match[1] for match in fixed if match], message.splitlines()[0])
    return GpuschedError(message or "the front end failed without a message")


def digest_of(directories: Iterable[str]) -> str:
    """Hash of the Go files in the directories, and of the module and workspace files in and above them."""
    digest = hashlib.sha256()
    seen: set[Path] = set()
    for directory in map(Path, directories):
        files = sorted(directory.glob("*.go"))
        files += [parent / name for parent in (directory, *directory.parents) for name in ("go.mod", "go.sum", "go.work")]
        for file in files:
            if file not in seen and file.is_file():
                digest.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
            seen.add(file)
    return digest.hexdigest()
