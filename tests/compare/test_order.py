"""At GOMAXPROCS=1, without timers and in less than a time slice, the order in which goroutines run is determined but for P's first schedtick.

The runtime's own goroutines take turns before main and, seldom, beside it; so the log of a real run must be that of the model for some schedtick of 0 to 60.
A program that polls may wait for ever under another one: it is stopped.
"""

from pathlib import Path
from typing import Any

import pytest

from gpusched.golang.real.binary import Record, build, run
from tests.simulation import simulate

ORDER = Path(__file__).parent / "order"
CONFORMANCE = Path(__file__).parents[1] / "conformance" / "programs"
CASES: list[tuple[Path, dict[str, Any]]] = [(CONFORMANCE / name, {}) for name in ("row01", "row02", "row03", "row05", "row06", "gosched", "handoff")]
CASES += [(ORDER, {"which": which, "many": 7}) for which in range(6)]
LONGER: list[tuple[Path, dict[str, Any]]] = [(ORDER, {"which": which, "many": 30}) for which in range(6)]
SLICE_NS = 5_000_000
ATTEMPTS = 20
RUNS = 3

pytestmark = pytest.mark.go


def undisturbed(binary: Path) -> Record:
    """A real run that is over before sysmon preempts anything."""
    for _ in range(ATTEMPTS):
        record = run(binary, gomaxprocs=1, gogc="off")
        if record.elapsed_ns < SLICE_NS:
            return record
    pytest.skip(f"{ATTEMPTS} runs took more than 5 ms each: the machine is busy")


def name(case: Any) -> str:
    """What a case is called."""
    return case.name if isinstance(case, Path) else "-".join(str(value) for value in case.values())


@pytest.mark.parametrize(("folder", "constants"), [*CASES, *(pytest.param(*case, marks=pytest.mark.slow) for case in LONGER)], ids=name)
def test_the_order_is_that_of_the_real_run(folder: Path, constants: dict[str, Any]) -> None:
    """Exactly; of some real runs the one counts that the runtime's own goroutines left alone."""
    words = [f"workload.const.{name}={value}" for name, value in constants.items()]
    model = simulate(folder, "machine=small_vm", "machine.gomaxprocs=1", f"sweep.machine.schedtick={list(range(61))}", "limits.max_actions=200000", *words)
    assert "" in model.messages
    binary, seen = build(folder, constants), []
    for _ in range(RUNS):
        seen.append(undisturbed(binary).output)
        if seen[-1] in model.outputs:
            return
    pytest.fail(f"none of {RUNS} real runs has an order of the model: {seen[-1]}")
