"""What a fault is: a change of the model's source, and the test that must then fail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One mistake.

    ``old`` occurs exactly once in ``file`` (below gpusched) and becomes ``new``: whole lines with the same indentation, or an expression without side effects.
    ``noticed_by``: the test that must fail, as pytest names it.
    """

    name: str
    file: str
    old: str
    new: str
    noticed_by: str


def conformance(row: str) -> str:
    """The conformance test of a row, such as row01-1."""
    return f"tests/conformance/test_conformance.py::test_model[{row}]"


def language(program: str) -> str:
    """The test that a program prints what it prints on the real toolchain."""
    return f"tests/language/test_language.py::test_model_prints_what_go_prints[{program}]"
