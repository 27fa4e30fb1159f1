"""A comparison on the terminal and as a page."""

import re
from pathlib import Path

import pytest

from gpusched.compare.host import host_page
from gpusched.compare.page import followed, page, read_causes
from gpusched.compare.rows import Row
from gpusched.compare.table import lines_of, text
from gpusched.errors import GpuschedError
from gpusched.golang.toolchain import require_go
from gpusched.workload import shipped
from tests.compare.made import judged, model_of, record, row


class Machine:
    """A machine by hand."""

    name, calibrated = "small_vm", ""


def rows() -> list[Row]:
    """A row outside, one that records things with long names and a great throughput, one with too few runs."""
    observed = {"exchanged_between_all_of_them_count": 123_456_789, "late": 12_345}
    model = model_of(1_000_000, waits=(58,) * 10, **observed)
    long = judged(model, [record(1_000_000 + at, waits=(9, 1), **observed) for at in range(5)], workload="a_workload_with_a_very_long_name")
    return [row(2_000_000, [1_000_000] * 5, procs=2), long, row(1_000_000, [1_000_000] * 2)]


@pytest.mark.parametrize("number", [1, 3])
def test_lines_have_eighty_columns(number: int) -> None:
    """Of one row and of several; names are cut, nothing is wrapped by the terminal."""
    lines = lines_of(rows()[1 : 1 + number] if number == 1 else rows(), ["a note that is " + "long " * 30])
    assert max(map(len, lines)) <= 80


def test_several_rows_have_spread_and_distances() -> None:
    """On the terminal and on the page: lifetimes' p90, KS and Wasserstein with intervals, the real runs' least and greatest."""
    shown, made = "\n".join(lines_of(rows(), [])), page(rows(), Machine, [], [], [], [])
    assert "1 ms .. 1 ms" in shown
    assert "1.00 ms" not in shown
    assert "  lifetime              1.00  1.00  1.00  0.00 (0.00-0.00)  0.00 (0.00-0.00)" in shown
    assert "  latency               1.00  1.00  0.33  0.10 (0.10-0.10)" in shown
    assert "| toy | gomaxprocs=2 | 2 | lifetime | 1 µs / 1 µs (1.00) | 1 µs / 1 µs (1.00) | 1 µs / 1 µs (1.00) | 0.000 (0.000 .. 0.000) |" in made
    assert "| lifetime_p90 |" in made
    assert "[1 ms .. 1 ms]" in made
    assert "exchanged_between_all_of_them_count: 123 G/s / 123 G/s (1.00)" in made


def test_the_page_names_what_is_outside() -> None:
    """Counts and the median are computed from the rows; what is given comes last."""
    found = [row(1_200_000, [1_000_000] * 5, asked=950_000), row(2_000_000, [1_000_000] * 5), row(1_000_000, [1_000_000] * 5, asked=950_000, workload="b")]
    made = page(found, Machine, ["++sweep.machine.gomaxprocs=[1,2]", "workload=toy"], ["a note"], ["## More"], ["## Causes"])
    assert '`gpusched compare "sweep.machine.gomaxprocs=[1,2]" workload=toy`' in made
    assert "Of 3 rows 2 are within, 0 more by the ratio to GOMAXPROCS 1, 0 more by the real runs' own spread, 1 outside." in made
    assert "computing workloads: 10.0% (at most 10%)" in made
    assert "| outside: makespan |" in made
    assert "Note: a note." in made
    assert made.endswith("## More\n## Causes\n")


def test_a_part_of_the_lifetimes_is_told() -> None:
    """On the terminal and on the page."""
    found = judged(model_of(1_000_000), [record(1_000_000, lost=7)] * 5)
    for made in (" ".join(lines_of([found], [])), page([found], Machine, [], [], [], [])):
        assert "7 goroutines are in no lifetime" in made


def test_no_page_has_the_causes_of_another() -> None:
    """They are in a file, which is read where it is asked for."""
    found = row(1_000_000, [1_000_000] * 5)
    assert "What is known" not in host_page([found], Machine, [], [], []) + page([found], Machine, [], [], [], [])
    docs = Path(__file__).parents[2] / "docs"
    for name, first in (("fidelity-causes.md", "## What is known of the rows outside"), ("host-causes.md", "What is known of the differences.")):
        lines = read_causes(str(docs / name))
        assert lines[1].startswith(first)
        assert host_page([found], Machine, [], [], lines).endswith(lines[-1] + "\n")
    assert read_causes("") == []
    with pytest.raises(GpuschedError, match=r"the file nowhere.md can not be read \(compare.causes\); name a file of Markdown, or leave it out"):
        read_causes("nowhere.md")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("a_ns", 1500.0, "1.5 µs"),
        ("a_count_per_s", 1_234_567.0, "1.23 M/s"),
        ("a_count_per_s", 4321.0, "4.32 k/s"),
        ("threads", 3.5, "3.5"),
        ("threads", 1234.0, "1,234"),
    ],
)
def test_figures_for_people(name: str, value: float, shown: str) -> None:
    assert text(name, value) == shown


@pytest.mark.go
def test_the_page_says_which_of_gos_tests_are_followed() -> None:
    """Seven shipped workloads follow one or two, which are in Go's source."""
    said = {line.split(" | ")[0].strip("| "): line.split(" | ")[1:] for line in followed(shipped())[5:]}
    assert set(said) == {"hog_share", "poller_break", "preemption", "runq_steal", "timer_fairness", "timer_syscall", "yield_progress"}
    for tests, file in said.values():
        text = (require_go().parent.parent / "src" / file.rstrip(" |")).read_text()
        assert all(f"func {test}(" in text for test in re.findall(r"Test\w+", tests))
