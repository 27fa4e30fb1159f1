"""Ctrl-C, SIGTERM and SIGHUP end what was started: nothing runs on, no temporary file is left, the exit code is the usual one."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpusched.golang import process, toolchain
from gpusched.golang.real.binary import build
from gpusched.golang.ssa import load_ssa

SLEEPS = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n'
COMMAND = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from gpusched.cli import main; sys.exit(main(sys.argv[1:]))"
"""Where a shell starts the tests in the background they would be deaf to SIGINT."""

pytestmark = pytest.mark.go


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which all temporary files of this process are made."""
    where = tmp_path / "temporary"
    where.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(where))
    return where


@pytest.fixture
def interrupted() -> Iterator[Callable[[float], None]]:
    """A function that lets Ctrl-C come after so many seconds."""

    def come(*_: object) -> None:
        raise KeyboardInterrupt

    kept = signal.signal(signal.SIGALRM, come)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, kept)


def running(text: str) -> list[int]:
    """Processes that have a text in their environment."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            told, state = (one / "environ").read_bytes(), (one / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if text.encode() in told and state != "Z":
            found.append(int(one.name))
    return found


def awaited(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Waits until something is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_real_program_too(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Sent to the command alone; the program has a session of its own."""
    for name in ("prog", "temporary"):
        (tmp_path / name).mkdir()
    (tmp_path / "prog" / "main.go").write_text(SLEEPS)
    words = ["compare", "./prog", "machine=small_vm", "runs=1", "hydra.run.dir=out"]
    env = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    command = subprocess.Popen([sys.executable, "-c", COMMAND, *words], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
    record = f"GPUSCHED_RECORD_TO={tmp_path}"
    try:
        awaited(lambda: running(record) or command.poll() is not None)
        assert command.poll() is None
        command.send_signal(number)
        said = command.communicate(timeout=30)[1]
    finally:
        command.kill()
    assert command.returncode == code
    assert said.splitlines()[-1] == f"gpusched: ended by {number.name}; what was not finished was not written"
    assert "Traceback" not in said
    assert running(record) == []
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_what_a_program_started_ends_with_it(tmp_path: Path, interrupted: Callable[[float], None]) -> None:
    """Also what it does not wait for."""
    interrupted(0.5)
    with pytest.raises(KeyboardInterrupt):
        process.finished(["/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait"], env={"MINE": str(tmp_path)})
    assert running(f"MINE={tmp_path}") == []


def test_a_signal_while_a_program_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes into effect when the program is known, and ends it."""
    begun: list[Any] = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            begun.append(self)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(process.subprocess, "Popen", Popen)
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            process.finished(["sleep", "1000"], env={"MINE": str(tmp_path)})
    finally:
        signal.signal(signal.SIGINT, kept)
    assert begun[0].returncode == -signal.SIGKILL
    assert running(f"MINE={tmp_path}") == []


@pytest.mark.parametrize("function", [load_ssa, build])
def test_compiling_leaves_no_temporary_files(
    function: Callable[[Path], Any], tmp_path: Path, temporary: Path, interrupted: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The front end makes some of its own, and so do the go commands that it starts."""
    frontend = tmp_path / "frontend"
    frontend.write_text("#!/bin/sh\nmktemp -d\nMINE=$0 sleep 1000 &\nwait\n")
    frontend.chmod(0o700)
    monkeypatch.setattr(toolchain, "build_frontend", lambda: frontend)
    (tmp_path / "prog").mkdir()
    (tmp_path / "prog" / "main.go").write_text(SLEEPS)
    interrupted(1.5)
    with pytest.raises(KeyboardInterrupt):
        function(tmp_path / "prog")
    assert list(temporary.iterdir()) == []
    assert running(f"MINE={frontend}") == []
