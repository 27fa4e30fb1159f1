"""What Go prints on standard error when a program fails: message and goroutine traces, but for words of arguments, offsets and numbers of goroutines."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpusched.golang.toolchain import go_env, require_go
from tests.simulation import simulate

PROGRAMS = Path(__file__).parent / "traces"
NAMES = sorted(path.parent.name for path in PROGRAMS.glob("*/main.go") if path.parent.name != "overflow")
EVERYONE = ("kinds",)
"""Programs whose trace is compared as GOTRACEBACK=all has it."""

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a program that the real toolchain built without inlining functions of the program, which renames closures."""
    folder, go = tmp_path_factory.mktemp("programs"), require_go()
    subprocess.run([go, "build", "-trimpath", "-gcflags=-l", "-o", f"{folder}/", "./..."], cwd=PROGRAMS, env=go_env(go), check=True)

    def run(name: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {"GOTRACEBACK": "all" if name in EVERYONE else "single"}
        return subprocess.run([folder / name], capture_output=True, text=True, timeout=60, check=False, env=env)

    return run


def normal(text: str) -> list[str]:
    """The message and the goroutines' traces, these in the order of their texts, without what cannot be equal."""
    text = re.sub(r"\((?:\{?0x|\.\.\.|\)).*$", "(...)", text, flags=re.MULTILINE)
    text = re.sub(r" \+0x[0-9a-f]+(?: fp=.*)?$", "", text, flags=re.MULTILINE)
    text = re.sub(r" pc=0x[0-9a-f]+\]", "]", text)
    text = re.sub(r"goroutine \d+(?: gp=\S+ m=\d+ mp=\S+)?", "goroutine N", text)
    text = re.sub(r"\.\.\.\d+ frames elided\.\.\.", "... frames elided...", text)
    text = re.sub(r"runtime: sp=.*\n|\nruntime stack:\n(?:.+\n)*", "", text)
    message, *blocks = text.rstrip("\n").split("\n\n")
    return [message, *sorted(block.rstrip("\n") for block in blocks)]


@pytest.mark.parametrize("name", NAMES)
def test_model_prints_the_trace_that_go_prints(name: str, real: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    """Goroutine by goroutine, on one P and on four."""
    expected = real(name)
    assert expected.returncode == 2
    ran = simulate(PROGRAMS / name, "machine=small_vm", "sweep.machine.gomaxprocs=[1,4]", "limits.memory_words=1000000")
    for world in range(2):
        assert normal(f"{ran.messages[world]}\n\n{ran.trace(world, everyone=name in EVERYONE)}") == normal(expected.stderr)
    assert ran.outputs == [expected.stdout] * 2


def test_stack_overflow_shows_both_ends_of_the_stack(real: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    """Go adds frames of its own runtime there, and stands at the function's entry; message, elision and bottom are the same."""
    expected = normal(real("overflow").stderr)
    ran = simulate(PROGRAMS / "overflow", "machine=zero", "limits.memory_words=100000")
    got = normal(f"{ran.messages[0]}\n\n{ran.trace()}")
    assert got[0] == expected[0] == "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow"
    lines = got[1].split("\n")
    assert lines[0] == "goroutine N [running]:"
    assert lines[-2:] == ["main.main(...)", "\texample/traces/overflow/main.go:9"]
    assert lines.count("main.down(...)") == 99
    assert "... frames elided..." in lines
    assert any("\n".join(lines[-20:]) in block for block in expected)
