from pathlib import Path

import pytest

from gpusched import __version__
from gpusched.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"gpusched {__version__}\n"


def test_help_and_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main([]) == 2
    assert capsys.readouterr().out.count("gpusched run workload=NAME") == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fly"], "unknown command 'fly'; commands are run, test, explore, calibrate, compare, disasm, report, --version, --help"),
        (["report"], "the following arguments are required: results (gpusched report); see --help"),
        (["report", "nothing.h5"], "no file nothing.h5"),
        (["disasm", "nope"], "unknown workload 'nope'; choose one of"),
    ],
)
def test_mistakes(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"gpusched: {sentence}")
