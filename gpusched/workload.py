"""Workloads by name or path: compiled where Go can be had, else a shipped one's stored program.

``python -m gpusched.workload`` stores the shipped workloads' programs anew, beside their sources. All their constants lie in memory, so that each can
be overridden and swept without Go.
"""

import functools
import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

from gpusched.errors import GpuschedError
from gpusched.program.program import Program

SHIPPED = Path(__file__).parent / "workloads"
STORED = "program.txt"
KEPT = 100
"""Lowered programs that the cache holds."""


class Workload(NamedTuple):
    """A program, and a sentence for people where it is not a fresh compile ("" where it is)."""

    program: Program
    note: str


def shipped() -> list[str]:
    """Lists the names of the shipped workloads."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


SCHEDULING = ("hog_share", "poller_break", "preemption", "runq_steal", "timer_fairness", "timer_syscall", "yield_progress")
"""What the scheduler tests of Go's runtime look at."""
CODE = ("map_reduce", "matrix_rows", "merge_sort", "prime_sieve")
"""Programs without work calls."""


def members(name: str) -> list[str]:
    """The workloads that a name of compare stands for: all, scheduling, code, or one."""
    return {"all": shipped(), "scheduling": list(SCHEDULING), "code": list(CODE)}.get(name, [name])


def find(name: str) -> Path:
    """Returns the folder of a workload: a shipped one by name, else a path, else that of an import path in the module of the current folder.

    Raises:
        GpuschedError: listing the shipped ones, where there is no such workload, or in the go command's words.
    """
    if re.fullmatch(r"[a-z][a-z0-9_]*", name) and (SHIPPED / name).is_dir():
        return SHIPPED / name
    path = Path(name).expanduser()
    if path.is_dir() and any(path.glob("*.go")):
        return path.resolve()
    if path.is_dir():
        raise GpuschedError(f"no Go file in {name}", "workload", "name the folder of a Go package")
    if path.is_file():
        raise GpuschedError(f"{name} is a file", "workload", "name the folder of its package")
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[a-z]+(/[\w.~-]+)+", name):
        from gpusched.golang.listing import list_packages

        return list_packages(name, Path.cwd())[0].directory
    raise GpuschedError(f"unknown workload {name!r}", "", f"choose one of {', '.join(shipped())}, or the path of a Go package")


def load_workload(name_or_path: str, constants: dict[str, Any] | None = None, vary: tuple[str, ...] = (), *, trap: bool = False) -> Workload:
    """Compiles a workload.

    Args:
        name_or_path: a shipped workload's name, or the folder of a Go package.
        constants: values to compile package-level constants with.
        vary: constants that must lie in memory, because worlds differ in them.
        trap: whether what cannot be simulated ends the world that reaches it, instead of being an error here.

    Raises:
        GpuschedError: for an unknown workload, and with the compiler's words for a package that does not compile.
    """
    path = find(name_or_path)
    from gpusched.golang.ssa import load_text
    from gpusched.golang.toolchain import build_frontend, require_go

    if path.parent == SHIPPED:
        try:
            require_go()
            build_frontend()
        except GpuschedError as missing:
            return _stored(path, missing)
    return Workload(_lowered(load_text(path, constants or {}, vary), path, trap), "")


def _lowered(text: bytes, path: Path, trap: bool) -> Program:
    """The program of a front end's document, from the cache if it was lowered before. What a program reads from files is not cached."""
    from gpusched.golang.ssa import parse
    from gpusched.golang.toolchain import cache_dir, keep_newest, write_private
    from gpusched.program.lower import lower
    from gpusched.program.packed import pack, unpack
    from gpusched.random.quantiles import Kind

    stored = cache_dir() / f"program-{hashlib.sha256(_lowering_digest() + bytes([trap]) + text).hexdigest()[:32]}"
    try:
        digest, packed = stored.read_bytes().split(b"\n", 1)
        if digest == hashlib.sha256(packed).hexdigest().encode():
            return unpack(packed)
    except (OSError, ValueError):
        pass
    program = lower(parse(text, path), path, trap=trap)
    if not (program.tables[:, 0] == Kind.EMPIRICAL).any():
        packed = pack(program)
        write_private(stored, hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
        keep_newest("program-*", KEPT)
    return program


@functools.cache
def _lowering_digest() -> bytes:
    """Hash of the sources that say what a lowered program is."""
    digest = hashlib.sha256()
    for folder in ("program", "machine", "goruntime", "random"):
        for file in sorted((Path(__file__).parent / folder).glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.digest()


def stored_text(name: str) -> str:
    """Compiles a shipped workload and returns its program as it is stored."""
    from gpusched.program.text import dumps

    constants = load_workload(name).program.constants
    return dumps(load_workload(name, vary=tuple(constant.name for constant in constants)).program)


def _stored(path: Path, missing: GpuschedError) -> Workload:
    """Returns a shipped workload's stored program, and the sentence that says so."""
    from gpusched.program.text import loads

    file = path / STORED
    if not file.is_file():
        raise missing
    return Workload(loads(file.read_text(encoding="utf-8")), f"{path.name} runs from its stored program, since no compiler can be had: {missing.what}.")


if __name__ == "__main__":
    for shipped_name in shipped():
        (SHIPPED / shipped_name / STORED).write_text(stored_text(shipped_name), encoding="utf-8")
        print(SHIPPED / shipped_name / STORED)
