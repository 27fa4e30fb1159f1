"""The thresholds of a comparison: what holds a row against them, what holds all rows together, and the sentences that state them."""

from statistics import median

from gpusched.compare.rows import COUNT, CPU_SHARE, ENOUGH, OTHERS, PERMILLE, SLOW, Row
from gpusched.errors import GpuschedError

ERROR_CPU, ERROR_RUNTIME = 0.25, 0.35
"""Greatest relative error of the makespan, and of the throughput, of one row: of computing workloads, of those that the runtime's own costs dominate."""
FACTOR_CODE = 1.5
"""Greatest factor between the two, and between lifetimes, of a program without work calls."""
MEDIAN_CPU = 0.10
"""Greatest median over the rows of computing workloads, where there are at least two of these."""
RATIO_RUNTIME = 0.25
"""Greatest relative error of the ratio of makespans at GOMAXPROCS 2 and 1, which a workload that the runtime's own costs dominate may be held to instead."""
BY_SPREAD = 0.2
"""Greatest share of rows that may be within by the real runs' own spread alone."""
FACTOR_LIFETIME = 1.25
"""Greatest factor between lifetimes' quantiles."""
LIFETIMES = ("lifetime_p50_ns", "lifetime_p99_ns")


class Outside(GpuschedError):
    """A main output lies outside its threshold: exit code 1."""

    exit_code = 1


class NoVerdict(GpuschedError):
    """Nothing is outside, but rows have too few undisturbed real runs for a verdict: exit code 3."""

    exit_code = 3


def judge(row: Row) -> None:
    """Holds the main outputs and the lifetimes' tail against the thresholds."""
    allowed = ERROR_CPU if row.kind == "cpu" else ERROR_RUNTIME
    for name in ("makespan_ns", *row.throughputs):
        _hold(row, name, _factor(row, name) <= FACTOR_CODE if row.kind == "code" else row.error(name) <= allowed)
    if row.lost:
        return
    for name in LIFETIMES:
        if name in row.figures:
            _hold(row, name, _factor(row, name) <= (FACTOR_CODE if row.kind == "code" else FACTOR_LIFETIME))


def _factor(row: Row, name: str) -> float:
    """The greater of model and real over the smaller."""
    model, real, _, _ = row.figures[name]
    return max(model, real, 1.0) / max(min(model, real), 1.0)


def _hold(row: Row, name: str, good: bool) -> None:
    """Notes a figure that is outside, or within only because the real runs differ by as much."""
    if good:
        return
    model, _, least, most = row.figures[name]
    (row.by_spread if row.undisturbed >= ENOUGH and least <= model <= most else row.outside).append(name.removesuffix("_ns"))


def judge_ratios(rows: list[Row]) -> None:
    """Holds the makespan of rows of one workload whose makespan is outside against the ratio of GOMAXPROCS 2 to 1, where both are there once."""
    one, two = ([row for row in rows if row.gomaxprocs == procs] for procs in (1, 2))
    if len(one) != 1 or len(two) != 1 or {"cpu", "code"} & {one[0].kind, two[0].kind}:
        return
    model, real = (two[0].figures["makespan_ns"][at] / one[0].figures["makespan_ns"][at] for at in (0, 1))
    if abs(model - real) <= RATIO_RUNTIME * real:
        for row in (one[0], two[0]):
            row.by_ratio = "makespan" in row.outside
            row.outside = [name for name in row.outside if name != "makespan"]


def too_many_by_spread(rows: list[Row]) -> bool:
    """Whether more of the rows with a verdict than a fifth are within by the spread alone; of fewer than five rows one may be."""
    judged = [row for row in rows if row.judged]
    return sum(bool(row.by_spread) and not row.outside for row in judged) > max(1, int(BY_SPREAD * len(judged)))


def main_error(row: Row) -> float:
    """Relative error of the throughput where there is one, else of the makespan."""
    return max(row.error(name) for name in row.throughputs or ["makespan_ns"])


def computing(rows: list[Row]) -> list[Row]:
    """The rows of computing workloads that have a verdict."""
    return [row for row in rows if row.kind == "cpu" and row.judged]


def median_error(rows: list[Row]) -> float:
    """Median of ``main_error`` over the rows of computing workloads; 0 without any."""
    return median([main_error(row) for row in computing(rows)] or [0.0])


def median_counts(rows: list[Row]) -> bool:
    """Whether the rule for the median applies: with two computing workloads or more."""
    return len({row.workload for row in computing(rows)}) >= 2


def summary(rows: list[Row]) -> list[str]:
    """What the table comes to, a sentence each."""
    judged = [row for row in rows if row.judged]
    outside, spread, ratio = (sum(row.state == state for row in judged) for state in ("outside", "by spread", "by ratio"))
    within = len(judged) - outside - spread - ratio
    lines = [
        f"Of {len(rows)} rows {within} are within, {ratio} more by the ratio to GOMAXPROCS 1, {spread} more by the real runs' own spread, {outside} outside."
    ]
    if len(judged) < len(rows):
        lines.append(f"{len(rows) - len(judged)} rows have no verdict: fewer than {ENOUGH} undisturbed real runs.")
    if median_counts(rows):
        lines.append(f"Median error of the main output over the rows of computing workloads: {median_error(rows):.1%} (at most {MEDIAN_CPU:.0%}).")
    return lines


def failures(rows: list[Row]) -> list[str]:
    """The rules that the rows break, a clause each."""
    bad = [row for row in rows if row.state == "outside"]
    found = [f"{len(bad)} of {len(rows)} rows are outside their thresholds"] if bad else []
    if median_counts(rows) and median_error(rows) > MEDIAN_CPU:
        found.append(
            f"the median error of the main output over the rows of computing workloads is {median_error(rows):.1%}, at most {MEDIAN_CPU:.0%} is allowed"
        )
    if too_many_by_spread(rows):
        found.append("more than a fifth of the rows are within only by the spread of the real runs")
    return found


def check(rows: list[Row], where: str) -> None:
    """Ends the command by what the rows come to.

    Args:
        rows: of all workloads.
        where: the file with all figures.

    Raises:
        Outside: naming each rule that is broken.
        NoVerdict: where only rows without a verdict are left.
    """
    if found := failures(rows):
        raise Outside(", and ".join(found), where, "the table names them")
    if unjudged := sum(not row.judged for row in rows):
        instead = "raise compare.runs or compare.tries, or measure where less else is running"
        raise NoVerdict(f"{unjudged} of {len(rows)} rows have fewer than {ENOUGH} undisturbed real runs, so no verdict", where, instead)


def rules() -> list[str]:
    """The thresholds in words, a line of Markdown each."""
    return [
        f"Main outputs are the makespan, the throughput and the lifetimes' p50. Throughput is told of workloads that record `*{COUNT}` (the sum of a run's",
        f"counts over its makespan) or `*{PERMILLE}` (the median of the shares): many of these run for a fixed time, so that their makespan is right",
        "whatever the model does. Thresholds:",
        "",
        f"- makespan and throughput of `cpu` workloads (at least {CPU_SHARE:.0%} of main's processor time is `work.CPU`): {ERROR_CPU:.0%} off at most, and"
        f" {MEDIAN_CPU:.0%} in the median over the rows of all of them, where there are two workloads or more (throughput where there is one, else makespan);",
        f"- of `runtime` workloads (the others): {ERROR_RUNTIME:.0%}; or, for the makespan, {RATIO_RUNTIME:.0%} on the ratio of GOMAXPROCS 2 to 1;",
        f"- of `code` (the shipped programs without work calls): a factor of {FACTOR_CODE:g};",
        f"- lifetimes' p50 and p99: a factor of {FACTOR_LIFETIME:g}; of `code` {FACTOR_CODE:g}, as their goroutines consist of code;",
        f"- what is beyond these is within by spread where the model lies between the least and the greatest of at least {ENOUGH} real runs; at most"
        f" {BY_SPREAD:.0%} of the rows may be within by that alone;",
        f"- a row with fewer than {ENOUGH} undisturbed real runs has no verdict. A run is disturbed where others used more than {OTHERS:.0%} of the"
        f" processors, or three quarters of the probes of `work.CPU` are more than {SLOW:.0%} off; disturbed runs count nowhere if there are others;",
        "- lifetimes of a program with more than 64 functions that goroutines start with are of a part, and not judged.",
        "",
        "Everything else is shown, not judged.",
    ]
