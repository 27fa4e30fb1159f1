"""What the compiler leaves on the heap: its own word for each place of the packages that a program reaches, and which calls it inlined.

Asked of the real toolchain (``-gcflags=-m -json``), only for programs that count allocations, and cached by the program. A place is a chain of positions: the
call in the function that was compiled, the calls inlined into it one into the other, and last the allocation itself.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from gpusched.errors import GpuschedError
from gpusched.golang import toolchain
from gpusched.golang.process import finished

Chain = tuple[str, ...]
"""Positions ``file:line:column``, as the front end writes them, the outermost call first."""
CODES = ("escape", "escapes")
"""What the compiler calls the diagnostics of values on the heap."""
_INLINED = re.compile(r"^(\S+):(\d+):(\d+): inlining call to (.+)$")
_UNSEEN = frozenset(
    {"reflect", "internal/reflectlite", "testing", "internal/testenv", "unique", "internal/godebug"} | {"runtime", "runtime/debug", "os", "syscall"}
)
"""Packages of which the program has not the compiler's source."""


@dataclass(frozen=True)
class Escapes:
    """What was said.

    Attributes:
        heap: places, and what is on the heap there.
        inlined: by the position of a call in a compiled function, the functions that were inlined there.
        packages: those that were asked for.
    """

    heap: tuple[tuple[Chain, str], ...]
    inlined: dict[str, tuple[str, ...]]
    packages: frozenset[str]


def load_escapes(directory: Path, ssa: dict[str, Any]) -> Escapes:
    """Asks of the packages of a program of tests.

    Args:
        directory: of the package under test.
        ssa: what the front end says of its tests.
    """
    paths = {f["pkg"] for f in ssa["funcs"] if f.get("body")}
    packages = sorted(path for path in paths if path and path not in _UNSEEN and not path.endswith(".test") and not path.startswith("gpusched/"))
    key = hashlib.sha256(json.dumps([toolchain.frontend_digest(), str(directory.resolve()), packages, ssa["funcs"]]).encode()).hexdigest()[:32]
    stored = toolchain.cache_dir() / f"escapes-{key}"
    if not stored.is_file():
        toolchain.write_private(stored, json.dumps(_ask(directory.resolve(), packages)).encode())
        toolchain.keep_newest("escapes-*", 20)
    told = json.loads(stored.read_bytes())
    heap = tuple((tuple(chain), what) for chain, what in told["heap"])
    return Escapes(heap, {at: tuple(names) for at, names in told["inlined"].items()}, frozenset(packages))


def _ask(directory: Path, packages: list[str]) -> dict[str, Any]:
    """Compiles the tests and reads what the compiler says."""
    go = toolchain.require_go()
    with tempfile.TemporaryDirectory(prefix="gpusched-escapes-") as temporary:
        told = Path(temporary) / "json"
        flags = [f"-gcflags={package}=-m=1 -json=0,{told}" for package in packages]
        command = [str(go), "test", "-c", "-vet=off", "-o", f"{temporary}/tests", *flags, "."]
        done = finished(command, cwd=directory, env=toolchain.go_env(go, temporary))
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if done.returncode:
            raise GpuschedError(f"the compiler does not tell what it allocates: {(said or ['go test -c failed'])[-1]}", str(directory))
        places = _Places(directory, go.parent.parent / "src", sorted(told.rglob("*.json")))
        heap = sorted(set(places.heap()))
        inlined: dict[str, list[str]] = {}
        for match in filter(None, map(_INLINED.match, sorted(set(said)))):
            inlined.setdefault(places.shown(directory / match[1], match[2], match[3]), []).append(match[4])
    return {"heap": heap, "inlined": inlined}


class _Places:
    """The compiler's positions as the front end writes them."""

    def __init__(self, directory: Path, source: Path, files: Iterable[Path]) -> None:
        self.directory, self.source, self.files = directory, source.resolve(), list(files)
        self.paths: dict[Path, str] = {}
        for file in self.files:
            head = json.loads(file.read_text().split("\n", 1)[0])
            folder = Path(head["file"]).parent
            if head["package"].rsplit("/", 1)[-1] == folder.name:
                self.paths.setdefault(folder, head["package"])

    def shown(self, file: Path, line: Any, column: Any) -> str:
        """A position."""
        file = Path(*file.parts) if ".." not in file.parts else file.resolve()
        if file.parent == self.directory:
            name = file.name
        elif file.is_relative_to(self.source):
            name = str(file.relative_to(self.source))
        else:
            name = f"{self.paths.get(file.parent, file.parent.name)}/{file.name}"
        return f"{name}:{line}:{column}"

    def heap(self) -> Iterator[tuple[Chain, str]]:
        """Chains of what is on the heap."""
        for path in self.files:
            lines = path.read_text().splitlines()
            file = Path(json.loads(lines[0])["file"])
            for one in map(json.loads, lines[1:]):
                if one.get("code") not in CODES or not one["message"].endswith(" escapes to heap"):
                    continue
                chain = [self._place(file, one["range"])]
                for inner in one.get("relatedInformation", ()):
                    if inner["message"] != "inlineLoc":
                        break
                    chain.append(self._place(Path(unquote(urlparse(inner["location"]["uri"]).path)), inner["location"]["range"]))
                yield tuple(chain), one["message"].removesuffix(" escapes to heap")

    def _place(self, file: Path, place: dict[str, Any]) -> str:
        return self.shown(file, place["start"]["line"], place["start"]["character"])
