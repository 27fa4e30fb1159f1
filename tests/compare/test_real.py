"""Real runs that others disturb are repeated, rounds of calibration that others disturb are dropped."""

from pathlib import Path
from typing import Any

import pytest

from gpusched.compare import real
from gpusched.compare.real import ROUND_TRIES, Rounds, measure
from gpusched.config.compose import compose
from gpusched.golang.real.binary import Record
from tests.compare.made import record


class Measured:
    """Rounds whose disturbances are given."""

    def __init__(self, shares: list[float]) -> None:
        """Takes the shares that others use in each round."""
        self.shares, self.kept = iter(shares), []

    def __deepcopy__(self, _memo: Any) -> "Measured":
        """Holds the same rounds, and goes on with the same shares."""
        other = Measured([])
        other.shares, other.kept = self.shares, list(self.kept)
        return other

    def measure(self) -> float:
        """A round."""
        self.kept.append(next(self.shares))
        return self.kept[-1]


def test_disturbed_rounds_are_dropped() -> None:
    """One of 84 % is measured again; the note says so."""
    rounds = Rounds(Measured([0.84, 0.01, 0.02]))  # pyright: ignore[reportArgumentType]
    rounds.measure()
    rounds.measure()
    found, said = rounds.result()
    assert found.kept == [0.01, 0.02]  # pyright: ignore[reportAttributeAccessIssue]
    assert said == "of 3 rounds of calibration 1 were disturbed and dropped"


def test_the_best_of_disturbed_rounds_counts_where_there_is_no_other() -> None:
    """And that is said."""
    rounds = Rounds(Measured([0.84, 0.3, 0.5][:ROUND_TRIES]))  # pyright: ignore[reportArgumentType]
    rounds.measure()
    found, said = rounds.result()
    assert found.kept[-1] == 0.3  # pyright: ignore[reportAttributeAccessIssue]
    assert "others used up to 30% of the processors in the best of 3 rounds" in said


def test_disturbed_runs_are_repeated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each second one is disturbed: five undisturbed ones of either kind are reached with the settings as they are."""
    number = 0

    def run(*_: Any, **__: Any) -> Record:
        """A run."""
        nonlocal number
        number += 1
        return record(1000, others=0.5 * (number % 2))

    for name, fake in (("run", run), ("build", lambda *_: Path("program")), ("PAUSE_S", 0.0)):
        monkeypatch.setattr(real, name, fake)
    found = measure(compose(["workload=skynet", "machine=small_vm"]), None, 0)
    assert [len(found.plain[0]), len(found.recorded[0]), number] == [5, 5, 20]
    assert not any(one.others for one in found.plain[0] + found.recorded[0])
    assert "skynet: 10 of 10 real runs undisturbed" in capsys.readouterr().err
