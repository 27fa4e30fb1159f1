"""Verdicts and exit codes against fixed expectations, from rows made by hand."""

import pytest

from gpusched.compare.judge import NoVerdict, Outside, check, failures, judge_ratios, median_error, rules, summary, too_many_by_spread
from gpusched.compare.rows import Row
from tests.compare.made import judged, model_of, record, row

FIVE = [1_000_000] * 5
WIDE = [900_000, 1_000_000, 1_000_000, 1_000_000, 1_600_000]


def exit_code(rows: list[Row]) -> int:
    """What the command would end with."""
    try:
        check(rows, "compare.json")
    except (Outside, NoVerdict) as error:
        return error.exit_code
    return 0


@pytest.mark.parametrize(
    ("model", "asked", "lifetime", "outside"),
    [
        (1_000_000, 0, 1000, []),
        (1_340_000, 0, 1000, []),
        (1_400_000, 0, 1000, ["makespan"]),
        (600_000, 0, 1000, ["makespan"]),
        (1_200_000, 950_000, 1000, []),
        (1_300_000, 950_000, 1000, ["makespan"]),
        (1_000_000, 0, 1200, []),
        (1_000_000, 0, 1400, ["lifetime_p50", "lifetime_p99"]),
        (1_000_000, 0, 700, ["lifetime_p50", "lifetime_p99"]),
    ],
)
def test_thresholds(model: int, asked: int, lifetime: int, outside: list[str]) -> None:
    """25 % for computing workloads, 35 % for the others, a factor 1.25 for lifetimes; the runtime's own goroutines do not count; exit code 1 or 0."""
    found = row(model, FIVE, lifetime, asked)
    assert (found.outside, found.by_spread) == (outside, [])
    assert found.kind == ("cpu" if asked else "runtime")
    assert found.verdict == (f"outside: {', '.join(outside)}" if outside else "within")
    assert exit_code([found]) == (1 if outside else 0)


@pytest.mark.parametrize(
    ("model", "lifetime", "outside"),
    [
        (1_490_000, 1400, []),
        (1_510_000, 1000, ["makespan"]),
        (680_000, 700, []),
        (660_000, 1000, ["makespan"]),
        (1_000_000, 1600, ["lifetime_p50", "lifetime_p99"]),
    ],
)
def test_programs_of_code_have_a_factor_of_1_5(model: int, lifetime: int, outside: list[str]) -> None:
    """The makespan and the lifetimes too."""
    assert row(model, FIVE, lifetime, workload="merge_sort").outside == outside


@pytest.mark.parametrize(
    ("done", "asked", "outside"), [(1340, 0, []), (1400, 0, ["done_count_per_s"]), (1260, 950_000, ["done_count_per_s"]), (300, 0, ["done_count_per_s"])]
)
def test_a_workload_of_fixed_length_is_judged_by_its_throughput(done: int, asked: int, outside: list[str]) -> None:
    """Its makespan is right; it does another number of things in it."""
    found = judged(model_of(1_000_000, done_count=done), [record(1_000_000, asked=asked, done_count=1000)] * 5)
    assert found.outside == outside
    assert exit_code([found]) == (1 if outside else 0)


def test_a_share_is_a_throughput() -> None:
    """400 of 1000 instead of 700."""
    assert judged(model_of(1_000_000, own_permille=400), [record(1_000_000, own_permille=700)] * 5).outside == ["own_permille_p50"]


def test_fewer_than_five_undisturbed_runs_make_no_verdict() -> None:
    """Neither within nor outside: exit code 3, said in the summary, and what it would be is named."""
    found = judged(model_of(1_000_000), [record(1_000_000)] * 4 + [record(1_000_000, others=0.5)])
    assert (found.judged, found.state) == (False, "disturbed")
    assert found.verdict == "disturbed: 4 of 5 undisturbed, 5 are needed (it would be within)"
    assert exit_code([found]) == exit_code([found, row(1_000_000, FIVE)]) == 3
    assert summary([found])[1] == "1 rows have no verdict: fewer than 5 undisturbed real runs."
    far = judged(model_of(5_000_000), [record(1_000_000)] * 2)
    assert far.verdict == "too few runs: 2 of 2 undisturbed, 5 are needed (it would be outside: makespan)"
    assert exit_code([far]) == 3
    assert exit_code([far, row(5_000_000, FIVE)]) == 1


def test_the_median_rule_is_for_several_workloads() -> None:
    """A single workload may be 20 % off, of two the median may not, and the message names the rule."""
    one = row(1_200_000, FIVE, asked=950_000)
    assert exit_code([one]) == exit_code([one, one]) == 0
    two = [one, row(1_200_000, FIVE, asked=950_000, workload="other")]
    assert median_error(two) == pytest.approx(0.2)
    with pytest.raises(Outside, match=r"median error of the main output over the rows of computing workloads is 20\.0%, at most 10% is allowed"):
        check(two, "compare.json")
    assert exit_code([one, row(1_000_000, FIVE, asked=950_000, workload="other"), row(1_000_000, FIVE, asked=950_000, workload="third")]) == 0


def test_the_median_takes_the_throughput_where_there_is_one() -> None:
    """The makespans are right."""
    rows = [judged(model_of(1_000_000, done_count=1200), [record(1_000_000, asked=950_000, done_count=1000)] * 5, workload=name) for name in ("a", "b")]
    assert median_error(rows) == pytest.approx(0.2)
    assert exit_code(rows) == 1


@pytest.mark.parametrize(("two", "inside"), [(900_000, True), (1_200_000, True), (1_400_000, False)])
def test_the_ratio_of_gomaxprocs_2_to_1(two: int, inside: bool) -> None:
    """Twice as long as the real runs at both: the ratio, 1 in the real runs, may be wrong by 25 %; but not that of computing workloads."""
    rows = [row(2_000_000, FIVE), row(2 * two, FIVE, procs=2)]
    judge_ratios(rows)
    assert [one.outside for one in rows] == ([[], []] if inside else [["makespan"], ["makespan"]])
    assert [one.verdict for one in rows] == (["within by the ratio to GOMAXPROCS 1: makespan"] * 2 if inside else ["outside: makespan"] * 2)
    computing = [row(2_000_000, FIVE, asked=950_000), row(2_000_000, FIVE, asked=950_000, procs=2)]
    judge_ratios(computing)
    assert all(one.outside for one in computing)


def test_marks_are_shown_beside_what_is_outside() -> None:
    """The lifetimes are outside, the makespan passes by the ratio at one and by the spread at another."""
    rows = [row(2_000_000, FIVE, 3000), row(2_000_000, FIVE, 3000, procs=2)]
    judge_ratios(rows)
    assert rows[0].verdict == "outside: lifetime_p50, lifetime_p99; within by the ratio to GOMAXPROCS 1: makespan"
    assert row(1_500_000, WIDE, 3000).verdict == "outside: lifetime_p50, lifetime_p99; within by spread: makespan"


@pytest.mark.parametrize(("spread", "good", "many"), [(1, 0, False), (2, 0, True), (2, 8, False), (3, 8, True)])
def test_a_fifth_of_the_rows_may_pass_by_spread(spread: int, good: int, many: bool) -> None:
    """One of few."""
    rows = [row(1_500_000, WIDE) for _ in range(spread)] + [row(1_000_000, WIDE) for _ in range(good)]
    assert too_many_by_spread(rows) is many
    assert exit_code(rows) == int(many)
    assert failures(rows) == (["more than a fifth of the rows are within only by the spread of the real runs"] if many else [])


def test_a_row_may_pass_by_the_real_runs_spread() -> None:
    """It is marked, and needs five runs."""
    assert row(1_500_000, WIDE).by_spread == ["makespan"]
    assert row(1_500_000, WIDE).verdict == "within by spread: makespan"
    assert row(1_500_000, [900_000, 1_000_000, 1_600_000]).outside == ["makespan"]


def test_lifetimes_of_a_part_are_not_judged() -> None:
    """Seven goroutines found the tables full."""
    found = judged(model_of(1_000_000, lifetime=5000), [record(1_000_000, lost=7)] * 5)
    assert (found.lost, found.outside) == (7, [])
    assert found.verdict == "within; lifetimes not judged"


def test_all_thresholds_are_stated() -> None:
    """Each number of the issue."""
    text = "\n".join(rules())
    for threshold in (
        "80%",
        "25% off at most",
        "10% in the median",
        "35%",
        "25% on the ratio of GOMAXPROCS 2 to 1",
        "a factor of 1.5",
        "a factor of 1.25",
        "20% of the rows",
        "fewer than 5",
    ):
        assert threshold in text
