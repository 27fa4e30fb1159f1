"""What tests said: the events of the shim of package testing (golang/frontend/_shims/testing/events.go), put into Go's words."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gpusched.gotest.calls import Calls
from gpusched.machine.decode import event_text, value_of
from gpusched.machine.format import Value, sprintf, sprintln
from gpusched.program.program import Program

RAN, ARGUMENT, FORMATTED, SPACED, ENDED, MEASURED, TURNS, CALLED, HELPING = range(32, 41)
"""Kinds of events, as formats of output events; below them are those of printing functions."""
STDERR = 256
"""Added to the format of what goes to standard error."""


@dataclass
class Said:
    """One test or subtest: its end ("" while it has none), when it began and ended in ns, what it logged and where, and what a benchmark measured."""

    name: str
    status: str = ""
    start: int = 0
    end: int = 0
    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    turns: int = 0
    ns: int = 0

    @property
    def logged(self) -> list[str]:
        """What was logged as go test shows it: behind ``file:line:``, further lines indented."""
        return [(f"{place}: " if place else "") + line.replace("\n", "\n    ") for place, line in zip(self.places, self.lines, strict=True)]


def read(events: Iterable[tuple], program: Program) -> tuple[dict[str, Said], str]:
    """Returns the tests of a world by name, in the order in which they began, and what it printed to its standard output, an example's from its beginning on.

    Args:
        events: of ``machine.decode.events``.
        program: what the world ran.
    """
    tests: dict[str, Said] = {}
    arguments: dict[int, list[Value]] = {}
    calls = Calls(program)
    printed = []
    for form, time, goid, words in events:
        values = [value_of(type_id, part, program) for type_id, part in words]
        if form & 255 < RAN:
            if form < STDERR:
                printed.append(event_text(form, values))
            continue
        text = values[0].text
        if form == ARGUMENT:
            arguments.setdefault(goid, []).append(replace(values[1], text=text) if text else values[1])
            continue
        if form == CALLED:
            calls.at[goid] = text
            continue
        if form == RAN and text.startswith("Example"):
            printed.clear()
        test = tests.setdefault(text, Said(text, start=time))
        if form in (FORMATTED, SPACED):
            shown = arguments.pop(goid, [])
            line = sprintf([values[1], *shown]) if form == FORMATTED else sprintln(shown)
            test.lines.append(line.removesuffix("\n"))
            test.places.append(calls.place(goid, text))
        elif form == HELPING:
            calls.helps(text, values[1].text)
        elif form == ENDED:
            test.status, test.end = test.status or values[1].text, time
        elif form == MEASURED:
            test.ns = int(values[1].number)
        elif form == TURNS:
            test.turns = int(values[1].number)
    return tests, "".join(printed)
