"""The page of documentation that says how Go's own tests end."""

from collections.abc import Sequence
from itertools import groupby

from gpusched.golang.toolchain import go_version
from gpusched.gotest.result import FAIL, PASS, REFUSED, SKIP, Result

HEAD = """# Go's own tests

Made by `gpusched test std {arguments} page=docs/go-tests.md` with the test files of {go}, which run from where they lie. A test passes where it
passes in each of its worlds ({worlds} a test). Refused is a test that reaches what is not simulated; the reason names it. In tests
`debug.SetGCPercent(n)` gives back what was set last. `runtime.GC` clears the pools and runs the cleanups of what nothing reaches, in no time.
`testing.AllocsPerRun` counts what the compiler, which is asked for it, leaves on the heap. A timer's own function, which Go runs on the thread that looks
after timers, runs in a goroutine. `full` names the packages whose long tests `short` does not cut short.

| package | tests | passed | failed | skipped | refused |
|---|---|---|---|---|---|
"""


def page(results: Sequence[Result], arguments: str) -> str:
    """Returns the page as Markdown."""
    worlds = max(sum(sum(at.values()) for at in one.worlds.values()) for one in results)
    text = HEAD.format(arguments=arguments, go=go_version(), worlds=worlds)
    packages = [(name, list(group)) for name, group in groupby(results, key=lambda one: one.package)]
    for name, group in [*packages, ("all", list(results))]:
        counts = [sum(one.status == status for one in group) for status in (PASS, FAIL, SKIP, REFUSED)]
        text += f"| {name} | {len(group)} | {' | '.join(map(str, counts))} |\n"
    others = [one for one in results if one.status != PASS]
    if others:
        text += "\n| package | test | | why |\n|---|---|---|---|\n"
    for one in others:
        reason = one.reason.split("\n")[0].replace("|", "\\|")
        text += f"| {one.package} | {one.name} | {one.status} | {reason} |\n"
    return text
