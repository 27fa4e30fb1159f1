"""What ``gpusched test`` prints, and tests.json."""

import json
from collections.abc import Sequence
from pathlib import Path

from gpusched.gotest.result import FAIL, PASS, REFUSED, SKIP, Result

INDENT = "    "


def told(results: Sequence[Result], verbose: bool) -> list[str]:
    """Returns the lines that say how a package's tests ended, as go test does; passed ones only where wanted."""
    lines = []
    for result in results:
        word = {PASS: "PASS", FAIL: "FAIL", SKIP: "SKIP", REFUSED: "REFUSED"}[result.status]
        if result.status in (PASS, SKIP) and not verbose:
            continue
        lines.append(f"--- {word}: {result.name} ({_seconds(result.ns)})")
        lines += [INDENT + line for line in _detail(result, verbose)]
    return lines


def _detail(result: Result, verbose: bool) -> list[str]:
    """Returns what a test's example world said: its log, its subtests, and why it ended."""
    lines = []
    for one in result.example.tests:
        deeper = INDENT * one.name.count("/")
        if one.name != result.name and (verbose or one.status not in ("PASS", "SKIP")):
            lines.append(f"{deeper[len(INDENT) :]}--- {one.status or 'FAIL'}: {one.name} ({_seconds(max(one.end - one.start, 0))})")
        if verbose or result.status == FAIL:
            lines += [deeper + line for text in one.logged for line in text.split("\n")]
        if one.turns:
            lines.append(f"{one.name}\t{one.turns}\t{one.ns / one.turns:.1f} ns/op")
    reason = result.reason.split("\n")
    if result.status in (FAIL, REFUSED) and reason[0] and not any(line.endswith(reason[0]) for line in lines):
        lines += reason
    if result.status == FAIL and sum(sum(at.values()) for at in result.worlds.values()) > 1:
        lines.append("; ".join(f"{label}: {', '.join(f'{n} {how}' for how, n in at.items())}" for label, at in result.worlds.items()))
    return lines


def _seconds(ns: int) -> str:
    """Returns a duration as go test shows it, finer where it is short."""
    return f"{ns / 1e9:.2f}s" if ns >= 10**7 else f"{ns / 1e3:.1f}µs"


def summary(package: str, results: Sequence[Result]) -> str:
    """Returns the line that ends a package."""
    counts = {status: sum(one.status == status for one in results) for status in (PASS, FAIL, SKIP, REFUSED)}
    word = "FAIL" if counts[FAIL] else "ok  "
    shown = ", ".join(f"{count} {name}" for name, count in zip(("passed", "failed", "skipped", "refused"), counts.values(), strict=True) if count)
    return f"{word}\t{package}\t{sum(one.ns for one in results) / 1e9:.3f}s\t({shown})"


def write_json(path: Path, results: Sequence[Result]) -> None:
    """Writes tests.json."""
    path.write_text(json.dumps([one.record() for one in results], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
