"""Explorations of the programs in programs/."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpusched.explore.run import Explored

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Explored]:
    """A function that explores a program under settings as on the command line."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    return lambda program, *settings: explore(program, *settings)[1]


def explore(program: str, *settings: str) -> tuple[Any, Explored]:
    """Explores; returns the explorer too."""
    from gpusched.cli import rewrite
    from gpusched.config.compose import compose
    from gpusched.explore.command import explore_overrides
    from gpusched.explore.run import explore_schedules, make_explorer, settled

    explorer = make_explorer(compose(rewrite(explore_overrides([str(PROGRAMS / program), "engine.device=cpu", *settings]))))
    return explorer, explore_schedules(explorer, settled(explorer))
