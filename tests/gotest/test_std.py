"""Go's own tests, from where the toolchain has them, at GOMAXPROCS 1, 2, 4 and 8."""

from dataclasses import replace

import pytest

from gpusched.gotest.run import Settings, run_package
from gpusched.gotest.std import std_packages

SETTINGS = Settings(("++sweep.machine.gomaxprocs=[1,2,4,8]", "limits.max_actions=100000000"), short=True)
REFUSED = {
    "sync": ["process", "quick"],
    "sync/atomic": ["a number is made a pointer"],
    "time": ["ReadMemStats"],
    "errors": ["os.Open"],
    "internal/synctest": ["process", "reflect.StructOf", "weak"],
    "testing/synctest": ["process", "net.Pipe"],
}
"""What the refused tests of a package reach."""
SKIPPED = ["TestUnaligned64"]
"""Tests that skip themselves on 64-bit machines."""
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("sync", "sync/atomic", "time")]

NAMES = ("container/heap", "container/list", "container/ring", "errors", "context", "iter", "internal/synctest", "testing/synctest")

pytestmark = pytest.mark.go


@pytest.mark.parametrize("name", [*NAMES, *SLOW])
def test_tests_of(name: str) -> None:
    """The long ones of package time among them, which take no longer here."""
    for result in run_package(replace(std_packages([name])[0], full=name == "time"), SETTINGS):
        if result.status == "refused":
            assert any(part in result.reason for part in REFUSED.get(name, ())), result.reason
        elif result.name not in SKIPPED:
            assert result.status == "pass", f"{result.name}: {result.reason}"


@pytest.mark.slow
def test_channels() -> None:
    results = run_package(std_packages(["runtime"])[0], SETTINGS)
    assert {result.name: result.reason for result in results if result.status != "pass"} == {}
    assert len(results) == 14
