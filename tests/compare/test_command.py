"""The words of compare and calibrate, and machine files: each mistake is one sentence, and is found before anything is measured."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gpusched.cli import main, rewrite
from gpusched.compare import real as compare_real
from gpusched.config.compose import compose

WAIT = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Millisecond) }\n'


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to be in, where nothing may be measured."""

    def measured(*_: Any, **__: Any) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr("gpusched.compare.calibration.run", measured)
    monkeypatch.setattr(compare_real, "run", measured)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1: 2\nx: 3\n", "unknown setting 1 in the machine file"),
        ("wake: {p51: 1}\n", "unknown setting machine.wake.p51 ({}); known settings there: p0, p10, p50, p90, p99, max"),
        ("wake: {1: 2}\n", "unknown setting 1 in the machine file"),
        ("wake: 5\n", "machine.wake=5: should be a valid dictionary"),
        ('name: "${x}"\n', "machine.name='${x}' refers to another setting ({}); write what it stands for"),
        ("gosched: -1\n", "machine.gosched=-1: should be greater than or equal to 0 ({})"),
        ("gosched: [1]\n", "machine.gosched=[1]: should be a valid integer ({})"),
        ("", "the machine file has no settings ({})"),
        ("a: &a [*a]\n", "unknown setting machine.a"),
    ],
)
def test_a_bad_machine_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str) -> None:
    """With its name, and exit code 2."""
    file = tmp_path / "host.yaml"
    file.write_text(text)
    assert main(["compare", "workload=skynet", f"machine={file}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"gpusched: {sentence.replace('{}', str(file))}")


@pytest.mark.parametrize("name", ["a\\", "a\\\\", "it's", "x\\'y", "'", "a\nb", "é {b}, [c]: d", " lead", "null", "5", "$x", '"', "???"])
def test_every_text_of_a_machine_file_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "host.yaml").write_text(yaml.safe_dump({"name": name}))
    assert compose(rewrite([f"machine={tmp_path / 'host.yaml'}", "workload=skynet"]))["machine"]["name"] == name


@pytest.mark.parametrize("out", ["/proc/x.yaml", "."])
def test_calibrate_looks_at_its_file_first(unmeasured: Path, capsys: pytest.CaptureFixture[str], out: str) -> None:
    assert main(["calibrate", f"out={out}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line in (
        f"gpusched: {out} cannot be written: No such file or directory; name another file",
        "gpusched: the file exists (.); name another, or remove it",
    )
    assert list(unmeasured.iterdir()) == []


@pytest.mark.go
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["page=nodir/x.md"], "{}/nodir/x.md cannot be written: No such file or directory; name another file"),
        (["page=."], "{} cannot be written: Is a directory; name another file"),
        (["compare.also=[5]"], "unknown workload '5'"),
        (["compare.also=[[x]]"], "compare.also.0=['x']: should be a valid string"),
        (["compare.also=[other/prog]"], "two of the workloads are called prog (compare.also); compare them apart: their results would have one name"),
        (["compare.also=[broken]"], "broken/main.go:3:15: undefined: nowhere"),
        (["compare.also=[refused]"], "os.ReadFile can not be simulated (main.go:6:13)"),
        (["compare.also=[bodiless]"], "bodiless/main.go:3:6: missing function body"),
        (["machine.quota_us=500"], "the kernel takes no quota of 500 us (machine.quota_us); set it to 1000 or more; the model alone takes less"),
        (["sweep.machine.gomaxprocs=[1,17]"], "real runs are recorded for 1 to 16 Ps, not 17 (machine.gomaxprocs)"),
        (["gogc=banana"], "'banana' is no percentage for Go's garbage collector (compare.gogc); write off, or a whole number such as 100"),
        (["gogc=-1"], "'-1' is no percentage"),
        (["gogc=99999999999"], "'99999999999' is no percentage"),
    ],
)
def test_compare_finds_mistakes_first(unmeasured: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    """One sentence, exit code 2, nothing left."""
    texts = {"prog": WAIT, "other/prog": WAIT, "broken": "package main\n\nfunc main() { nowhere() }\n"}
    texts |= {
        "refused": 'package main\n\nimport "os"\n\nfunc main() {\n\tos.ReadFile("x")\n}\n',
        "bodiless": "package main\n\nfunc missing()\n\nfunc main() { missing() }\n",
    }
    for name, text in texts.items():
        (unmeasured / name).mkdir(parents=True)
        (unmeasured / name / "main.go").write_text(text)
    before = sorted(unmeasured.rglob("*"))
    assert main(["compare", "./prog", "machine=small_vm", "hydra.run.dir=out", *words]) == 2
    *warnings, line = capsys.readouterr().err.splitlines()
    assert line.startswith(f"gpusched: {sentence.replace('{}', str(unmeasured))}")
    assert all(one.startswith("warning: ") for one in warnings)
    assert sorted(unmeasured.rglob("*")) == before


@pytest.mark.go
def test_a_page_that_is_there_keeps_its_text_until_it_is_written(unmeasured: Path) -> None:
    (unmeasured / "page.md").write_text("old")
    assert main(["compare", "./nowhere", "machine=small_vm", "page=page.md"]) == 2
    assert (unmeasured / "page.md").read_text() == "old"


@pytest.mark.parametrize("gogc", ["off", "0", "100", "2147483647"])
def test_gogc_as_go_takes_it(gogc: str) -> None:
    from gpusched.config.validate import validate

    assert validate(compose(["workload=skynet", f"compare.gogc={gogc}"])).compare.gogc == gogc
