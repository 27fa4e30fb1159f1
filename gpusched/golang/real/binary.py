"""Builds a Go package for the real runtime, with the recorder of this directory, once for each content; runs it in fresh processes."""

import hashlib
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpusched.errors import GpuschedError
from gpusched.golang import toolchain
from gpusched.golang.process import finished, started
from gpusched.golang.real import patch
from gpusched.golang.real.cgroup import Cgroup
from gpusched.golang.ssa import WORK, digest_of, overrides

FORMAT = "gpusched-record/1"
KEPT = 40
"""Binaries that the cache holds."""
MOST_PROCS = 16
"""Ps that the recorder has tables for."""


@dataclass(frozen=True)
class Record:
    """One run of the real program.

    ``told``: what the recorder wrote. ``output``: the program's standard output, its first 4 MB. ``cpu_ns``: processor time of the whole process.
    ``others``: share of the host's processors that others used meanwhile, or that the hypervisor took, 0 to 1. ``cgroup``: what its cgroup counted, empty
    without one. ``crowded``: it had a quota or more Ps than processors, so its computing takes longer on the clock.
    """

    told: dict[str, Any]
    output: str
    cpu_ns: int
    others: float
    cgroup: dict[str, int] = field(default_factory=dict)
    crowded: bool = False

    @property
    def elapsed_ns(self) -> int:
        """From main.main's begin to its end."""
        return int(self.told["elapsed_ns"])


def build(path: str | Path, constants: Mapping[str, object] | None = None, *, profiled: bool = False) -> Path:
    """The binary of the main package in directory ``path``, its constants overridden; ``profiled``: it can take its CPU profile.

    Raises:
        GpuschedError: what the Go compiler says, no toolchain, a toolchain whose runtime is another.
    """
    go = toolchain.require_go()
    directory, given = Path(path).resolve(), overrides(constants or {}, ())
    key = hashlib.sha256("\0".join([toolchain.frontend_digest(), patch.digest(), str(directory), str(profiled), *given]).encode()).hexdigest()[:32]
    listing, binary = toolchain.cache_dir() / f"real-{key}.json", toolchain.cache_dir() / f"real-{key}"
    if _fresh(listing, binary):
        listing.touch()
        return binary
    with tempfile.TemporaryDirectory(prefix="gpusched-real-") as temporary:
        here = Path(temporary)
        overlay = patch.write_overlay(go.parent.parent, directory, here, work=WORK, profiled=profiled)
        command = [str(toolchain.build_frontend()), "-work", str(WORK), "-tags", "gpusched_record", "-overlay", str(overlay), *given]
        command += ["-deps", str(here / "dirs"), "-build", str(here / "program"), "--", str(directory)]
        done = finished(command, env=toolchain.go_env(go, temporary))
        if done.returncode:
            raise GpuschedError(done.stderr.decode(errors="replace").strip() or "the Go compiler failed without a message")
        dirs = (here / "dirs").read_text().splitlines()
        content = (here / "program").read_bytes()
    entry = {"package": str(directory), "dirs": dirs, "sources": digest_of(dirs), "binary": hashlib.sha256(content).hexdigest()}
    toolchain.write_private(listing, json.dumps(entry).encode())
    toolchain.write_private(binary, content)  # after its listing: other processes forget binaries that have none
    binary.chmod(0o700)
    _forget_old()
    return binary


def _fresh(listing: Path, binary: Path) -> bool:
    """Whether a binary of the cache is that of today's sources."""
    try:
        entry = json.loads(listing.read_bytes())
        return entry["sources"] == digest_of(entry["dirs"]) and entry["binary"] == hashlib.sha256(binary.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _package(binary: Path) -> str:
    """The folder whose package a binary of the cache is, relative to the present one where it lies below it."""
    try:
        folder = Path(json.loads(binary.with_name(f"{binary.name}.json").read_bytes())["package"])
    except (OSError, ValueError, KeyError, TypeError):
        return binary.name
    return str(folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder)


def _forget_old() -> None:
    """Keeps the newest binaries of the cache."""
    toolchain.keep_newest("real-*.json", KEPT)
    kept = {path.stem for path in toolchain.cache_dir().glob("real-*.json")}
    for path in toolchain.cache_dir().glob("real-*"):
        if path.suffix == "" and path.name not in kept:
            path.unlink(missing_ok=True)


def run(
    binary: Path,
    *,
    gomaxprocs: int,
    seed: int = 0,
    replica: int = 0,
    record: str = "",
    limit_s: float = 120.0,
    gogc: str = "100",
    env: Mapping[str, str] | None = None,
    cgroup: Cgroup | None = None,
) -> Record:
    """Runs a measured program once.

    Args:
        binary: of ``build``.
        gomaxprocs: GOMAXPROCS of the process.
        seed: of the draws, as in the model.
        replica: of the draws, as in the model.
        record: lifetimes, or nothing.
        limit_s: after so many seconds the process is killed.
        gogc: GOGC of the process.
        env: more of its environment.
        cgroup: in which it runs, and nothing else.

    Raises:
        GpuschedError: it crashed, ended with another exit code than 0, or took too long.
    """
    check_procs(gomaxprocs)
    with tempfile.TemporaryDirectory(prefix="gpusched-run-") as temporary:
        told = Path(temporary) / "record.json"
        given = dict(env or {}) | {"PATH": os.environ.get("PATH", ""), "GOMAXPROCS": str(gomaxprocs), "GOGC": gogc, "GOTRACEBACK": "single"}
        given |= {"GPUSCHED_SEED": str(seed), "GPUSCHED_REPLICA": str(replica), "GPUSCHED_RECORD": record, "GPUSCHED_RECORD_TO": str(told)}
        before, start, used = _busy(), time.monotonic_ns(), _children()
        with (Path(temporary) / "stderr").open("w+b") as said, (Path(temporary) / "stdout").open("w+b") as printed:
            command = cgroup.command(binary) if cgroup else [str(binary)]
            with started(command, env=given, cwd=temporary, stdout=printed, stderr=said) as process:
                try:
                    code = process.wait(limit_s)
                except subprocess.TimeoutExpired:
                    raise GpuschedError(
                        f"the real program did not end within {limit_s:g} s", _package(binary), "raise compare.limit_s or make it smaller"
                    ) from None
            wall, cpu = time.monotonic_ns() - start, _children() - used
            said.seek(0)
            message = said.read(4000).decode(errors="replace").strip()
            printed.seek(0)
            output = printed.read(4 << 20).decode(errors="replace")
        if code or not told.is_file():
            first = message.splitlines()[0] if message else "no message"
            raise GpuschedError(f"the real program ended with exit code {code}: {first}", _package(binary))
        crowded = cgroup is not None or gomaxprocs > (os.cpu_count() or 1)
        return Record(_read(told), output, cpu, _others(before, wall, cpu), cgroup.stat() if cgroup else {}, crowded)


def check_procs(gomaxprocs: int) -> None:
    """Refuses more Ps than the recorder has tables for."""
    if not 1 <= gomaxprocs <= MOST_PROCS:
        raise GpuschedError(f"real runs are recorded for 1 to {MOST_PROCS} Ps, not {gomaxprocs}", "machine.gomaxprocs")


def _read(path: Path) -> dict[str, Any]:
    """What the recorder wrote."""
    told = json.loads(path.read_bytes())
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise GpuschedError("the record of a real run has another format", str(path))
    return told


def _children() -> int:
    """Processor time of all ended child processes, ns."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) * 1e9)


def _busy() -> int:
    """Processor time that the host has spent, or had taken from it, since it started, ns."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    except OSError:
        return 0
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, first)
    return round((user + nice + system + irq + softirq + steal) * 1e9 / os.sysconf("SC_CLK_TCK"))


def _others(before: int, wall: int, cpu: int) -> float:
    """Share of the host's processors that went elsewhere during a run; ticks are coarse, so less than one of them is nothing."""
    tick = 1e9 / os.sysconf("SC_CLK_TCK")
    lost = _busy() - before - cpu - 2 * tick
    return max(0.0, min(1.0, lost / (max(wall, 1) * (os.cpu_count() or 1))))
