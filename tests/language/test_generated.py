"""Programs that Hypothesis writes print in the model what they print on the real toolchain with one P."""

import pytest

from tests.language import generated
from tests.language.generated import check


@pytest.mark.go
def test_generated_functions() -> None:
    said = check(1)
    assert not said, said


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("number", range(100, 120))
def test_many_generated_functions(number: int) -> None:
    said = check(number, 60)
    assert not said, said


def test_a_difference_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of functions that are wrong for one reason one is shown that is no longer than any of the batch."""
    monkeypatch.setattr(generated, "compare", lambda bodies: {body: "differs" for body in bodies if "go func" in body})
    said = check(1)
    assert "go func" in said
    assert "functions differ: python -m tests.language.generated 1 40" in said
    assert len(said.splitlines()) - 2 <= min(len(body.splitlines()) for body in generated.draw(1, 40) if "go func" in body)
