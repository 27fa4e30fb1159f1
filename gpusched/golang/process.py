"""Other programs, each in a session of its own: when the wait for one ends early, by Ctrl-C or a time limit, nothing that it started is left."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PATIENCE_S = 1.0
"""How long the processes of a killed session may take to be gone."""


@contextmanager
def started(
    command: Sequence[str], *, env: Mapping[str, str], cwd: str | Path | None = None, stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """A started program with nothing on its standard input; it and what it started are killed and awaited where the context ends while it runs.

    Args:
        command: the program and its arguments.
        env: its environment.
        cwd: the folder that it runs in; None: the present one.
        stdout: as of ``subprocess.Popen``.
        stderr: as of ``subprocess.Popen``.
    """
    process = None
    try:
        with _signals_put_off():
            process = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True)
        yield process
    finally:
        if process is not None:
            _end(process)


def finished(command: Sequence[str], *, env: Mapping[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Runs a program to its end; the result has what it wrote."""
    with started(command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, err = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills the session of a program that still runs, and waits until it is gone."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        until = time.monotonic() + PATIENCE_S
        with suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.killpg(process.pid, 0)
                time.sleep(0.01)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


@contextmanager
def _signals_put_off() -> Iterator[None]:
    """Signals that would raise an exception here do so when the context ends, so that a program is never started without our knowing it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handlers = {number: handler for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if callable(handler := signal.getsignal(number))}
    for number in handlers:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came[:1]:
            os.kill(os.getpid(), number)
