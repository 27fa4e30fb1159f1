"""Packages with tests by pattern, as the go command names them: folders, import paths, ``./...``."""

from pathlib import Path

from gpusched.golang.listing import in_module, list_packages
from gpusched.gotest.run import Package


def find_packages(pattern: str) -> list[Package]:
    """Returns the packages that a pattern names, those without test files among them.

    Raises:
        GpuschedError: where it names none, in the go command's words.
    """
    path = Path(pattern).expanduser()
    if path.is_dir() and not in_module(path.resolve()):
        return [Package(path.resolve(), path.resolve().name)]
    if path.is_dir():
        return [Package(*one) for one in list_packages(".", path.resolve())]
    return [Package(*one) for one in list_packages(pattern, Path.cwd())]
