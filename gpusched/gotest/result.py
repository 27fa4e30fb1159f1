"""How tests ended: one result for each world, and one for each test over all of its worlds."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from gpusched.goruntime.state import Status
from gpusched.gotest.said import Said
from gpusched.machine.decode import UNSUPPORTED

PASS, FAIL, SKIP, REFUSED = "pass", "fail", "skip", "refused"
WORST = (FAIL, REFUSED, SKIP, PASS)
"""Statuses, the one that decides first."""
SHIM = "fatal error: not simulated: "
"""What a shim of the front end (frontend/_shims) says when it is asked for what cannot be had."""


@dataclass(frozen=True)
class Ended:
    """One test in one world: status, reason ("" where it passed), simulated ns, all of its subtests, and whether it had begun."""

    status: str
    reason: str
    ns: int
    tests: tuple[Said, ...] = ()
    printed: str = ""
    began: bool = True


@dataclass(frozen=True)
class Result:
    """One test over all of its worlds; ``worlds`` has how many ended how at each point's label."""

    package: str
    name: str
    status: str
    reason: str
    ns: int
    worlds: dict[str, dict[str, int]]
    example: Ended

    def record(self) -> dict[str, Any]:
        """Returns what tests.json says of it."""
        subtests = [{"name": one.name, "status": one.status.lower() or FAIL} for one in self.example.tests if one.name != self.name]
        plain = {key: value for key, value in asdict(self).items() if key != "example"}
        return plain | ({"subtests": subtests} if subtests else {})


def ended(name: str, row: Any, message: str, tests: dict[str, Said], printed: str) -> Ended:
    """Decides how a test ended from its world's row, the message of the world's end, and what it said."""
    status, top = Status(int(row["status"])), tests.get(name)
    ns = top.end - top.start if top and top.end else int(row["now"])
    told = tuple(tests.values())

    def end(how: str, reason: str) -> Ended:
        return Ended(how, reason, ns, told, printed, top is not None)

    if status == Status.EXITED and not row["exit_code"]:
        if top and top.status == "SKIP":
            return end(SKIP, " ".join(top.lines))
        if top and top.status == "PASS":
            return end(PASS, "")
        if int(row["output_dropped"]):
            return end(PASS, "")
        return end(FAIL, "panic: unexpected call to os.Exit(0) during test")
    if status == Status.EXITED:
        lines = [line for one in told for line in one.lines if one.status != "PASS"]
        return end(FAIL, lines[-1] if lines else f"exit status {row['exit_code']}")
    if status == Status.HORIZON:
        return end(FAIL, f"panic: test timed out after {int(row['now']) / 1e9:g}s")
    if status == Status.ACTION_LIMIT:
        return end(FAIL, f"stopped after {int(row['actions']):,} actions: raise limits.max_actions")
    if message.startswith(SHIM):
        return end(REFUSED, message.removeprefix(SHIM))
    if status == Status.REFUSED:
        return end(REFUSED, message.removeprefix(UNSUPPORTED))
    return end(FAIL, message)


def checked(one: Ended, wanted: str, unordered: bool) -> Ended:
    """Returns how an example ended: it fails if it did not print what its comment says, blanks around it aside (``testing/example.go: processRunResult``)."""
    got, want = one.printed.strip(), wanted.strip()
    if unordered:
        got, want = ("\n".join(sorted(text.split("\n"))) for text in (got, want))
    if one.status != PASS or got == want:
        return one
    tests = tuple(replace(said, status="FAIL") for said in one.tests)
    return replace(one, status=FAIL, tests=tests, reason=f"got:\n{got}\nwant{' (unordered)' if unordered else ''}:\n{want}")


def merged(package: str, name: str, worlds: list[tuple[str, Ended]]) -> Result:
    """Returns the result of a test from (label of the point, how it ended) of each of its worlds."""
    counts: dict[str, dict[str, int]] = {}
    for label, one in worlds:
        at = counts.setdefault(label, {})
        at[one.status] = at.get(one.status, 0) + 1
    status = next(status for status in WORST if any(one.status == status for _, one in worlds))
    label, example = next((label, one) for label, one in worlds if one.status == status)
    where = f" (at {label})" if status == FAIL and label != "all" and any(one.status != status for _, one in worlds) else ""
    return Result(package, name, status, example.reason + where, max(one.ns for _, one in worlds), counts, example)
