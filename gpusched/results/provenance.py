"""Where a results file came from: config, versions, commit, device."""

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gpusched import __version__
from gpusched.results.schema import FORMAT, VERSION

NO_INFLUENCE = ("title", "engine", "results")
"""Groups of the config that change no result."""


def attributes(*, tree: dict[str, Any], overrides: list[str], run: Any, warnings: list[str]) -> dict[str, Any]:
    """Returns the root's attributes; ``run`` is a ``gpusched.run.Run``, ``warnings`` are lines."""
    import yaml

    return {
        "format": FORMAT,
        "format_version": VERSION,
        "complete": 1,
        "title": tree["title"],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "config": yaml.safe_dump(tree, sort_keys=False),
        "config_hash": config_hash(tree),
        "overrides": "\n".join(overrides),
        "workload": str(tree["workload"]["name"]),
        "package": run.program.package,
        "program_hash": hash_of(run.arrays["points/program_hash"]),
        "seed": str(tree["seed"]),
        "go": run.program.go,
        "gpusched": __version__,
        "commit": commit(),
        "python": platform.python_version(),
        "jax": _version("jax"),
        "warp": _version("warp-lang"),
        "numpy": _version("numpy"),
        "device": run.device,
        "warnings": "\n".join(warnings),
        "host": f"{platform.system()} {platform.release()} {platform.machine()}",
        "actions": run.actions,
        "run_seconds": run.run_seconds,
        "compile_seconds": run.timing.workload + run.timing.kernel,
        "growths": "\n".join(run.growths),
        "bytes_per_world": run.bytes_per_world,
        "bytes_per_goroutine": run.bytes_per_goroutine,
    }


def hash_of(hashes: Iterable[str]) -> str:
    """Returns the hash that all points share, else one of the different ones in the order of the points."""
    different = list(dict.fromkeys(hashes))
    return different[0] if len(different) == 1 else hashlib.sha256("".join(different).encode()).hexdigest()


def config_hash(tree: dict[str, Any]) -> str:
    """Returns the SHA-256 of what of a config can change results."""
    canonical = json.dumps({key: value for key, value in tree.items() if key not in NO_INFLUENCE}, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def commit() -> str:
    """Returns the commit of the checkout that holds this package, with + where it had changes; empty outside one."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return ""
    try:
        head = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10).stdout.strip()
        changed = subprocess.run(["git", "-C", root, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+" if changed.strip() else "")


def _version(package: str) -> str:
    """Returns the version of an installed package, "" if it is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def host_of() -> str:
    """This host, so that another one is told from it: a hash of its name, its processor, how many, and its kernel."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    name = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    return f"host {name}, {os.cpu_count()} x {model}, {platform.system()} {platform.release()}"
