"""Programs that Hypothesis writes print in the model what they print on the real toolchain with one P."""

import pytest

from tests.language.generated import check

pytestmark = pytest.mark.go


def test_generated_functions() -> None:
    said = check(1)
    assert not said, said


@pytest.mark.slow
@pytest.mark.parametrize("number", range(100, 120))
def test_many_generated_functions(number: int) -> None:
    said = check(number, 60)
    assert not said, said
