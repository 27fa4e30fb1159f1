"""What the README shows is so: its workload runs."""

import re
from pathlib import Path

import pytest

from tests.simulation import simulate

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.go
def test_the_workload_runs(tmp_path: Path) -> None:
    """The Go program of the README, with one of its settings."""
    (source,) = re.findall(r"```go\n(.*?)```", README.read_text(), flags=re.DOTALL)
    (tmp_path / "main.go").write_text(source)
    done = simulate(tmp_path, "machine=xeon16", "machine.gomaxprocs=4", "workload.const.workers=8", "replicas=2")
    assert (done.worlds["status"] == 1).all()
    assert all(re.fullmatch(r"1000 jobs in \d+(\.\d+)?ms\n", output) for output in done.outputs)
    assert (done.worlds["goroutines_created"] == 9).all()


def test_the_files_it_names_are_there() -> None:
    """Links to files of the repository."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README.read_text()) if not link.startswith("http")]
    assert len(links) >= 4
    assert [link for link in links if not (README.parent / link).exists()] == []
