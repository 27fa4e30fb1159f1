"""Batches of generated functions: the model's output and Go's, and the smallest function that differs (``python -m tests.language.generated SEED``)."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from gpusched.golang.toolchain import go_env, require_go
from gpusched.goruntime.state import Status
from tests.language.writer import functions, package
from tests.simulation import simulate

RUNS = 5
"""Runs of the real program: one that load of the machine disturbed (a preemption, a starving mutex) is outvoted by what another one gives."""
FUNCTIONS = 40
"""Functions of a batch, some of which are equal."""
PACKAGE = 30
"""Functions of a package; where they print more than a world keeps, its halves are taken."""


def explore(number: int, count: int, visit: Callable[[str], None], *phases: Phase) -> None:
    """Calls ``visit`` with the functions that Hypothesis draws under a seed; the same at each call."""

    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)  # pyright: ignore[reportArgumentType]
    @given(functions())
    def each(body: str) -> None:
        visit(body)

    each()


def draw(number: int, count: int) -> list[str]:
    """The different ones among ``count`` functions of a seed."""
    bodies: dict[str, None] = {}
    explore(number, count, lambda body: bodies.setdefault(body), Phase.generate)
    return list(bodies)


def sections(output: str) -> list[str]:
    """What each function of a package printed."""
    return output.split("program ")[1:]


def real(folder: Path) -> list[set[str]]:
    """What each function of a package printed in runs on the real runtime with one P."""
    go = require_go()
    subprocess.run([go, "build", "-o", "generated", "."], cwd=folder, env=go_env(go), check=True)
    command, environment = [str(folder / "generated")], go_env(go) | {"GOMAXPROCS": "1"}
    outputs = [subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True).stdout for _ in range(RUNS)]
    return [set(each) for each in zip(*map(sections, outputs), strict=True)]


def compare(bodies: list[str]) -> dict[str, str]:
    """The functions that print something else in the model than on the real runtime, with both outputs; ``PACKAGE`` at a time."""
    wrong: dict[str, str] = {}
    for first in range(0, len(bodies), PACKAGE):
        wrong |= compare_package(bodies[first : first + PACKAGE])
    return wrong


def compare_package(bodies: list[str]) -> dict[str, str]:
    """The wrong ones of one package's functions; those that the model did not come to are wrong too."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "go.mod").write_text("module generated\n\ngo 1.25\n")
        (folder / "main.go").write_text(package(bodies))
        expected = real(folder)
        ran = simulate(folder, "machine=small_vm", "machine.gomaxprocs=1")
    if ran.worlds["output_dropped"][0]:
        assert len(bodies) > 1, "a function printed more than a world keeps"
        half = len(bodies) // 2
        return compare_package(bodies[:half]) | compare_package(bodies[half:])
    end = f"{Status(ran.worlds['status'][0]).name} {ran.messages[0]}"
    printed = sections(ran.outputs[0])
    printed += [end] * (len(bodies) - len(printed))
    wrong = {body: f"model: {got}\nGo: {sorted(wanted)}" for body, got, wanted in zip(bodies, printed, expected, strict=True) if got not in wanted}
    if not wrong and ran.worlds["status"][0] != Status.COMPLETED:
        wrong[bodies[-1]] = end
    return wrong


def shrink(number: int, count: int, wrong: dict[str, str]) -> str:
    """The smallest function like one of the wrong ones that Hypothesis finds in five minutes, and what it prints; "" where it is right by itself."""
    known = set(draw(number, count)) - set(wrong)
    smallest: list[tuple[str, str]] = []

    def visit(body: str) -> None:
        said = "" if body in known else "".join(compare([body]).values())
        if said:
            smallest.append((body, said))
        else:
            known.add(body)
        assert not said

    try:
        explore(number, count, visit, Phase.generate, Phase.shrink)
    except AssertionError:
        body, said = smallest[-1]
        return f"{body}\n{said}"
    return ""


def check(number: int, count: int = FUNCTIONS) -> str:
    """Compares a batch; returns "" where all is equal, else the smallest difference and the command that repeats it."""
    wrong = compare(draw(number, count))
    if not wrong:
        return ""
    body, said = min(wrong.items(), key=lambda item: len(item[0]))
    smallest = shrink(number, count, wrong) or f"{body}\n{said}"
    return f"{len(wrong)} functions differ: python -m tests.language.generated {number} {count}\n{smallest}"


if __name__ == "__main__":
    print(check(*map(int, sys.argv[1:])) or "equal")
