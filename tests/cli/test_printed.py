"""What a program prints is shown where one world runs it, and not where many do."""

from pathlib import Path

import pytest

from gpusched.cli import main

PROGRAM = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := range 70 {\n\t\tfmt.Println("line", i, "\\x1b[31m")\n\t}\n}\n'

pytestmark = pytest.mark.go


def test_one_world_s_output_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.go").write_text(PROGRAM)
    words = ["run", f"workload={tmp_path}", "machine=zero", "engine.device=cpu"]
    assert main([*words, "hydra.run.dir=one"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["Printed:", "  line 0 \N{REPLACEMENT CHARACTER}[31m"]
    assert told[60:62] == ["  line 59 \N{REPLACEMENT CHARACTER}[31m", "... and 10 more lines, which the file has"]
    assert main([*words, "limits.output_words=18", "hydra.run.dir=short"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[2] == "... and 69 more calls that print, which were not recorded (limits.output_words)"
    assert main([*words, "replicas=2", "hydra.run.dir=two"]) == 0
    assert "Printed:" not in capsys.readouterr().out
