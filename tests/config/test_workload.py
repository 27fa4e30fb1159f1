from pathlib import Path

import pytest

from gpusched import workload
from gpusched.ensemble.params import initial_words
from gpusched.ensemble.points import make_points
from gpusched.errors import GpuschedError
from gpusched.golang import toolchain


@pytest.mark.go
@pytest.mark.parametrize("name", workload.shipped())
def test_the_stored_program_is_a_fresh_compile(name: str) -> None:
    stored = (workload.SHIPPED / name / workload.STORED).read_text(encoding="utf-8")
    assert stored == workload.stored_text(name), "the stored program is old: run make stored"


def test_without_go_a_shipped_workload_runs_from_its_stored_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "find_go", lambda: None)
    loaded = workload.load_workload("http_server", {"requests": 10}, ("load",))
    assert loaded.note.startswith("http_server runs from its stored program, since no compiler can be had: no Go toolchain")
    points = make_points({"workload": {"name": "http_server", "const": {"requests": 10}}, "sweep": {"workload": {"const": {"load": [0.5, 0.7]}}}})
    addresses, words = initial_words(loaded.program, points)
    assert len(set(addresses.tolist())) == 2
    assert words[:, 0].tolist() == [10, 10]


def test_without_go_a_package_of_ones_own_cannot_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(toolchain, "find_go", lambda: None)
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    with pytest.raises(GpuschedError, match="no Go toolchain"):
        workload.load_workload(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "sentence"), [("nope", "unknown workload 'nope'; choose one of blocking_syscalls, fanout"), ("../x", "unknown workload '../x'")]
)
def test_an_unknown_workload_lists_the_shipped_ones(name: str, sentence: str) -> None:
    with pytest.raises(GpuschedError) as error:
        workload.find(name)
    assert str(error.value).startswith(sentence)


def test_a_folder_without_go_files_and_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GpuschedError, match="no Go file in"):
        workload.find(str(tmp_path))
    (tmp_path / "main.go").write_text("package main\n")
    with pytest.raises(GpuschedError, match=r"is a file \(workload\); name the folder"):
        workload.find(str(tmp_path / "main.go"))
