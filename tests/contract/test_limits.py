"""Programs that do not end by themselves, or reach what cannot be simulated: a status and a sentence, never a hang."""

from pathlib import Path

import pytest

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import Status
from tests.simulation import Simulated, simulate

pytestmark = pytest.mark.go
PRELUDE = 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nvar kept [][]int\nvar file = "x"\n\nfunc deeper(n int) int { return 1 + deeper(n+1) }\n\n'


def ends(tmp_path: Path, body: str, *overrides: str) -> Simulated:
    (tmp_path / "go.mod").write_text("module limits\n\ngo 1.27\n")
    (tmp_path / "main.go").write_text(f"{PRELUDE}func main() {{\n\t{body}\n\tfmt.Println(len(kept), os.Stdout != nil, file)\n}}\n")
    return simulate(tmp_path, "machine=small_vm", "sweep.machine.gomaxprocs=[1,2]", *overrides)


@pytest.mark.parametrize(
    ("body", "status", "message", "overrides"),
    [
        ('for {\n\t\tfmt.Println("again")\n\t}', Status.OUTPUT_LIMIT, "", ("limits.output_events=1000", "limits.output_words=100")),
        (
            "for {\n\t\tkept = append(kept, make([]int, 1000))\n\t}",
            Status.OUT_OF_MEMORY,
            "fatal error: runtime: out of memory",
            ("limits.memory_words=200000",),
        ),
        ("deeper(0)", Status.STACK_OVERFLOW, "fatal error: stack overflow", ("limits.memory_words=200000",)),
        ("for {\n\t}", Status.HORIZON, "", ("limits.horizon_s=0.1",)),
        ("for {\n\t}", Status.ACTION_LIMIT, "", ("limits.max_actions=5000",)),
        ("select {}", Status.DEADLOCK, "fatal error: all goroutines are asleep - deadlock!", ()),
    ],
)
def test_every_run_ends(tmp_path, body, status, message, overrides):
    ran = ends(tmp_path, body, *overrides)
    assert [Status(int(row)) for row in ran.worlds["status"]] == [status] * 2
    assert message in ran.messages[0]


OPENS = "if len(kept) == {} {{\n\t\tos.Open(file)\n\t}}"


def test_what_is_refused_is_refused_at_once(tmp_path):
    with pytest.raises(GpuschedError, match=r"os\.Open"):
        ends(tmp_path, OPENS.format(1))


def test_what_is_refused_may_be_a_trap(tmp_path):
    ran = ends(tmp_path, OPENS.format(1), "workload.on_refused=trap")
    assert [Status(int(row)) for row in ran.worlds["status"]] == [Status.COMPLETED] * 2
    ran = ends(tmp_path, OPENS.format(0), "workload.on_refused=trap")
    assert [Status(int(row)) for row in ran.worlds["status"]] == [Status.REFUSED] * 2
    assert ran.messages[0].startswith("reached what cannot be simulated: ")
    assert "os.Open" in ran.messages[0]
