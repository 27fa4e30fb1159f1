"""A cgroup with a CPU quota for a real run: made, read and removed. Version 1 has the controller ``cpu``, version 2 ``cpu.max``."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from gpusched.errors import GpuschedError

V1, V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
LEAST_US = 1000
"""Least quota and period that the kernel takes (min_cfs_quota_period in kernel/sched/core.c)."""
PATIENCE_S = 5.0
"""How long the processes of a cgroup that is removed may take to end."""


class Cgroup:
    """A cgroup; a context that removes it, and kills what is left in it."""

    def __init__(self, quota_us: int, period_us: int, shares: int = 0) -> None:
        """Says what it will be.

        Args:
            quota_us: CPU time in each period; 0: as much as there is.
            period_us: the period.
            shares: its weight against other processes, of which a cgroup has 1024 by default; 0: that.

        Raises:
            GpuschedError: the kernel takes no such quota.
        """
        if 0 < quota_us < LEAST_US:
            raise GpuschedError(f"the kernel takes no quota of {quota_us} us", "machine.quota_us", f"set it to {LEAST_US} or more; the model alone takes less")
        self._files = {"cpu.cfs_period_us": str(period_us), "cpu.cfs_quota_us": str(quota_us or -1)} | ({"cpu.shares": str(shares)} if shares else {})
        self._second = not (V1 / "cpu.cfs_quota_us").is_file() and not (V1 / "tasks").is_file()
        parent = V2 if self._second else V1
        if self._second:
            self._files = {"cpu.max": f"{quota_us or 'max'} {period_us}"} | ({"cpu.weight": str(max(1, min(10_000, shares * 100 // 1024)))} if shares else {})
        self.path = parent / f"gpusched-{uuid4().hex[:12]}"

    def __enter__(self) -> "Cgroup":
        """Makes it.

        Raises:
            GpuschedError: this host lets us make none.
        """
        try:
            self.path.mkdir()
        except OSError as error:
            raise _refused(self.path, error) from None
        try:
            for name, content in self._files.items():
                (self.path / name).write_text(content)
        except BaseException as error:
            self._remove()
            if isinstance(error, OSError):
                raise _refused(self.path, error) from None
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Removes it."""
        self._remove()

    def command(self, program: Path) -> list[str]:
        """What runs a program in it."""
        return ["/bin/sh", "-c", 'echo 0 > "$1" && exec "$2"', "sh", str(self.path / "cgroup.procs"), str(program)]

    def stat(self) -> dict[str, int]:
        """Periods that its timer saw, those at whose end a processor stood, and for how long processors stood, ns."""
        told = dict(line.split() for line in (self.path / "cpu.stat").read_text(encoding="ascii").splitlines())
        stood = int(told["throttled_usec"]) * 1000 if self._second else int(told["throttled_time"])
        return {"periods": int(told["nr_periods"]), "throttled_periods": int(told["nr_throttled"]), "throttled_ns": stood}

    def _remove(self) -> None:
        """Kills its processes until it can be removed."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.path.rmdir()
                return
            except FileNotFoundError:
                return
            except OSError:
                if time.monotonic() > until:
                    raise
            for number in (self.path / "cgroup.procs").read_text(encoding="ascii").split():
                with suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
            time.sleep(0.01)


def _refused(path: Path, error: OSError) -> GpuschedError:
    """The sentence for a host where it cannot be made."""
    return GpuschedError(f"no cgroup with a CPU quota can be made: {error.strerror}", str(path), "run as root on a host with a writable cgroup controller cpu")


def writable() -> str:
    """Why no cgroup with a quota can be made here; "" if one can."""
    try:
        with Cgroup(50_000, 100_000):
            return ""
    except GpuschedError as error:
        return str(error)
