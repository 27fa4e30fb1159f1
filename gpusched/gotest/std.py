"""Go's own tests: which files of the installed toolchain they lie in."""

from gpusched.golang.toolchain import require_go
from gpusched.gotest.run import Package

TESTS: dict[str, tuple[str, ...]] = {
    "container/heap": (),
    "container/list": (),
    "container/ring": (),
    "context": (),
    "errors": (),
    "runtime": ("chan_test.go",),
    "sync": (),
    "sync/atomic": (),
    "time": ("sleep_test.go", "tick_test.go"),
}
"""Packages, and the files whose tests are wanted; none: all."""
SCHEDULER = ("runtime", ("proc_test.go",))
"""Tests of the scheduler; most need a process of their own or the runtime's insides."""


def std_packages(names: list[str]) -> list[Package]:
    """Returns Go's own packages with tests: all, or those named."""
    source = require_go().parent.parent / "src"
    listed = [*TESTS.items(), SCHEDULER]
    return [Package(source / name, name, files=files) for name, files in listed if not names or name in names]
