"""Go's own tests: which files of the installed toolchain they lie in."""

from gpusched.golang.toolchain import require_go
from gpusched.gotest.run import Package

TESTS: dict[str, tuple[str, ...]] = {
    "container/heap": (),
    "container/list": (),
    "container/ring": (),
    "context": (),
    "errors": (),
    "internal/synctest": (),
    "iter": (),
    "runtime": ("chan_test.go",),
    "sync": (),
    "sync/atomic": (),
    "testing/synctest": (),
    "time": ("sleep_test.go", "tick_test.go"),
}
"""Packages, and the files whose tests are wanted; none: all."""
SCHEDULER = (
    "StopTheWorldDeadlock|YieldProgress|YieldLockedProgress|YieldLocked|GoroutineParallelism2?|BlockLocked|TimerFairness2?|"
    "Preemption|PreemptionGC|PingPongHog|SchedLocalQueue|SchedLocalQueueSteal|SchedLocalQueueEmpty|LockOSThreadNesting"
)
"""Tests of proc_test.go, package runtime, that need no process of their own."""


def std_packages(names: list[str]) -> list[Package]:
    """Returns Go's own packages with tests: all, or those named."""
    source = require_go().parent.parent / "src"
    found = [Package(source / name, name, run="^Test", files=files) for name, files in TESTS.items() if not names or name in names]
    if not names or "runtime" in names:
        found.append(Package(source / "runtime", "runtime", run=f"^Test({SCHEDULER})$", files=("proc_test.go",)))
    return found
