"""Memory of an ensemble: what it takes, what there is, and the refusal of what cannot fit."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from gpusched.engine.tables import NAMES, first_capacities
from gpusched.errors import GpuschedError
from gpusched.program.program import Program

SHARE = 0.9
"""Part of the free memory that tables may take."""


def free_bytes(device: str) -> int:
    """Returns the bytes that tables may take on a device: cpu or cuda[:N]."""
    if device == "cpu":
        return int(SHARE * _free_on_host())
    import warp as wp

    return int(SHARE * wp.get_device(device).free_memory)


def _free_on_host() -> int:
    """Returns the available memory of this machine or, where that is less, what its control group leaves."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    free = int(fields["MemAvailable"].split()[0]) * 1024
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            free = min(free, int(Path(limit).read_text(encoding="ascii")) - int(Path(used).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such control group, or no limit ("max")
            continue
    return max(free, 0)


def world_bytes(program: Program, params: NDArray[Any], histograms: int) -> int:
    """Returns the bytes of a world's tables when it starts; GOMAXPROCS is the ensemble's greatest."""
    capacities = first_capacities(program, params, histograms, {})
    return sum(capacities.bytes(name) for name in NAMES) + params.dtype.itemsize


def check_fits(needed: int, limit: int, what: str) -> None:
    """Refuses what does not fit."""
    if needed > limit:
        raise GpuschedError(f"{what} needs {human(needed)} and {human(limit)} are free", "memory", "run fewer worlds at once (replicas, sweep)")


def check_worlds(worlds: int, each: int, limit: int) -> None:
    """Refuses an ensemble that does not fit, with the number of worlds that would."""
    if worlds * each > limit:
        raise GpuschedError(
            f"{worlds:,} worlds need {human(worlds * each)} and {human(limit)} are free", "memory", f"{limit // each:,} worlds fit: lower replicas or the sweep"
        )


def human(size: float) -> str:
    """Returns a number of bytes for people."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
