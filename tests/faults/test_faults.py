"""The tests bite: each fault in the model's source turns the test that names it red (``python -m tests.faults`` prints the table)."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conformance.expected import ROWS
from tests.contract.ensembles import TOY
from tests.faults.fault import Fault
from tests.faults.faults import FAULTS
from tests.faults.trial import ROOT, Trials, Verdict, seed, with_faults

IDS = [fault.name for fault in FAULTS]
PROGRAMS = {path.parent.name for path in (ROOT / "tests" / "language" / "programs").glob("*/main.go")}


def test_all_apply(tmp_path: Path) -> None:
    """The texts that the faults replace are in the source, once, and what comes out is Python without unknown names."""
    shutil.copytree(ROOT / "gpusched", tmp_path / "gpusched", ignore=shutil.ignore_patterns("__pycache__"))
    seed(tmp_path / "gpusched", FAULTS)
    for name in sorted({fault.file for fault in FAULTS}):
        seeded = (tmp_path / "gpusched" / name).read_text()
        assert seeded != (ROOT / "gpusched" / name).read_text(), f"no fault is in {name}"
        assert compile(seeded, name, "exec").co_consts
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--select=F821", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_names_a_test(fault: Fault) -> None:
    """The test that must notice exists."""
    match = re.fullmatch(r"(.+)::(\w+)(?:\[(.+)\])?", fault.noticed_by)
    assert match
    assert f"def {match[2]}(" in (ROOT / match[1]).read_text()
    assert match[3] in {None, *(f"{row.program}-{row.gomaxprocs}" for row in ROWS), *PROGRAMS, *TOY}


def test_a_fault_of_an_expression_and_one_of_lines() -> None:
    """What is not chosen stays as it was; two faults of the same lines are tried in turn."""
    source = "def f(s):\n    a = x + 1\n    return a < 2\n"
    one = Fault("one", "f.py", "    a = x + 1\n", "    a = x\n", "")
    other = Fault("other", "f.py", "    a = x + 1\n", "    a = 0\n", "")
    word = Fault("word", "f.py", "a < 2", "a > 2", "")
    made = with_faults(source, {1: one, 2: other, 3: word})
    for number, results in ((0, [True, False]), (1, [True, True]), (2, [True, True]), (3, [False, False])):
        where = SimpleNamespace(where=lambda condition, yes, no: yes if condition else no)
        for x, result in enumerate(results):
            scope: dict[str, Any] = {"has_fault": lambda s, k, number=number: k == number, "wp": where, "x": x}
            exec(made, scope)
            assert scope["f"](None) is result, number


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Trials:
    return Trials(tmp_path_factory.mktemp("seeded"), FAULTS)


@pytest.mark.slow
@pytest.mark.go
def test_unharmed_sources_pass(trials: Trials) -> None:
    verdict, said = trials.run(sorted({fault.noticed_by for fault in FAULTS}))
    assert verdict is Verdict.GREEN, said


@pytest.mark.slow
@pytest.mark.go
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_is_noticed(fault: Fault, trials: Trials) -> None:
    verdict, said = trials.run([fault.noticed_by], fault)
    assert verdict is Verdict.RED, said
