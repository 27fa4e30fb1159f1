"""Progress of a run: a live bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from gpusched.ensemble.driver import Snapshot

PLAIN_SECONDS = 5.0
"""Least time between two plain lines."""


@contextmanager
def progress(worlds: int) -> Iterator[Callable[[Snapshot], None]]:
    """Yields what takes the driver's snapshots; writes to standard error."""
    if not sys.stderr.isatty():
        yield _Plain().show
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"0/{worlds:,} worlds", total=1.0)
        yield lambda snapshot: bar.update(task, completed=snapshot.fraction, description=line(snapshot))


def line(snapshot: Snapshot) -> str:
    """Returns a snapshot in a line."""
    rate = snapshot.actions / max(snapshot.seconds, 1e-9) / 1e6
    text = f"{snapshot.ended:,}/{snapshot.worlds:,} worlds ended, {snapshot.simulated_ns / 1e9:.3g} s simulated, {rate:.1f} M actions/s"
    return text + (f", growing {snapshot.growth.lower()}" if snapshot.growth else "")


class _Plain:
    """Prints a line every few seconds."""

    def __init__(self) -> None:
        """Starts the clock."""
        self.last = perf_counter()

    def show(self, snapshot: Snapshot) -> None:
        """Prints the snapshot if the last line is some seconds old."""
        if perf_counter() - self.last < PLAIN_SECONDS:
            return
        self.last = perf_counter()
        left = f", about {snapshot.seconds * (1 / snapshot.fraction - 1):.0f} s left" if snapshot.fraction > 0.02 else ""
        print(line(snapshot) + left, file=sys.stderr, flush=True)
