"""Leaked goroutines: the simulator finds those that the real runtime's goroutineleak profile finds, while the program runs."""

import re
import subprocess
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from gpusched.machine.frames import link_frames
from gpusched.machine.leaks import TABLES, Leak, find_leaks
from gpusched.machine.liveness import Liveness
from tests.simulation import Simulated, simulate

PROGRAMS = Path(__file__).parent / "leaks"

pytestmark = pytest.mark.go


def leaks(ran: Simulated, world: int) -> list[Leak]:
    """The leaks of a world."""
    tables = {name: ran.table(name)[world] for name in TABLES}
    return find_leaks(tables, ran.program, link_frames(ran.program), Liveness(ran.program))


def profiled(text: str) -> list[tuple[str, str, str]]:
    """(reason, function and line where it stands in package main, function and line of the go statement) of the leaks in Go's profile, sorted."""
    found = []
    for block in text.split("\n\n"):
        head = re.match(r"goroutine \d+ \[(.*) \(leaked\)\]:\n", block)
        places = re.findall(r"^(?:created by )?(\S+?)(?:\(.*\)| in goroutine \d+)?\n\t(\S+:\d+)", block, re.MULTILINE)
        if head:
            at = next(f"{function} {line}" for function, line in places if function.startswith("main."))
            found.append((head[1], at, " ".join(places[-1])))
    return sorted(found)


def told(leak: Leak) -> tuple[str, str, str]:
    """The same of a leak in the model."""
    assert leak.where is not None
    made = leak.created_by
    return leak.reason, f"{leak.where.function} {leak.where.file}:{leak.where.line}", f"{made.function} {made.file}:{made.line}" if made else ""


def test_leaks_are_those_of_gos_profile(tmp_path: Path) -> None:
    """Of a program with leaks of every kind and with goroutines that wait for what can still come, on one P and on four."""
    go = require_go()
    subprocess.run([go, "build", "-trimpath", "-gcflags=-l", "-o", f"{tmp_path}/", "./..."], cwd=PROGRAMS, env=go_env(go), check=True)
    real = subprocess.run([tmp_path / "known"], capture_output=True, text=True, timeout=60, check=True)
    expected = profiled(real.stderr)
    assert len(expected) == 14
    ran = simulate(PROGRAMS / "known", "machine=small_vm", "sweep.machine.gomaxprocs=[1,4]", "limits.horizon_s=0.02")
    assert ran.messages == ["", ""]
    for world in range(2):
        assert sorted(told(leak) for leak in leaks(ran, world)) == expected


def test_leaks_say_what_they_wait_on() -> None:
    """Kind and allocation number of the object; the same whatever the number of Ps."""
    ran = simulate(PROGRAMS / "known", "machine=zero", "sweep.machine.gomaxprocs=[1,2]", "limits.horizon_s=0.02")
    for world in range(2):
        objects = {leak.function: (leak.object, leak.number) for leak in leaks(ran, world)}
        assert objects["main.abandoned.func1"][0] == "chan int"
        assert objects["main.selecting.func1"][0] == "chan int, chan string"
        assert objects["main.locked.func1"][0] == objects["main.groups.func1"][0] == "main.server"
        assert objects["main.conditions.func1"][0] == "sync.Cond"
        assert objects["main.nothing.func1"] == objects["main.nothing.func2"] == ("", 0)
        assert objects["main.missedClose.func1"][1] > objects["main.abandoned.func1"][1] > 0


def test_at_the_end_of_the_program_what_main_held_leaks_too() -> None:
    """Once main has returned, nobody but a sleeper or a timer is left to wake the others."""
    ran = simulate(PROGRAMS / "known", "machine=zero")
    assert ran.messages == [""]
    found = {leak.function for leak in leaks(ran, 0)}
    assert "main.abandoned.func1" in found
    assert not found & {"main.onSleeper.func1", "main.onTimer.func1", "main.onTimer.func3", "main.onGlobal.func1", "main.onGlobal.func2"}
