"""The tests bite: each fault in the scheduler's source turns the test that names it red (``python -m tests.faults`` prints the table)."""

import shutil
from pathlib import Path

import pytest

from tests.conformance.expected import ROWS
from tests.faults.faults import FAULTS, Fault
from tests.faults.trial import ROOT, Verdict, apply, run

IDS = [fault.name for fault in FAULTS]


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_applies(fault: Fault, tmp_path: Path) -> None:
    """The text that the fault replaces is in the source, and the test that it names exists."""
    shutil.copytree(ROOT / "gpusched" / "goruntime", tmp_path / "goruntime", ignore=shutil.ignore_patterns("__pycache__"))
    apply(fault, tmp_path)
    assert fault.row in {f"{row.program}-{row.gomaxprocs}" for row in ROWS}


@pytest.mark.slow
@pytest.mark.go
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_is_noticed(fault: Fault) -> None:
    verdict, said = run([fault.test], fault)
    assert verdict is Verdict.RED, said


@pytest.mark.slow
@pytest.mark.go
def test_unharmed_sources_pass() -> None:
    verdict, said = run(sorted({fault.test for fault in FAULTS}))
    assert verdict is Verdict.GREEN, said
