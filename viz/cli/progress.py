"""Progress bars on stderr, only where stderr is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim.core.seen import escaped
from viz.text.terminal import console, width

Progress = Callable[[int, int], None]  # called with what is done, and of how much
BESIDE_TITLE = 75  # letters of what stands beside the title of a bar that counts worlds


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """A bar with the share that is done and the time left."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console(on_stderr=True), transient=True) as bar:
        task = bar.add_task(escaped(title), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def progress_of_worlds(title: str) -> Iterator[Progress | None]:
    """A bar that counts worlds, with their rate and the time left."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} worlds", markup=False),
        TextColumn("{task.fields[pace]}", markup=False),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console(on_stderr=True), transient=True) as bar:
        shown = title if len(title) + BESIDE_TITLE <= width() else ""
        task = bar.add_task(escaped(shown), total=1, pace="")
        pace = Pace()
        yield lambda done, of: bar.update(task, completed=done, total=of, pace=pace.at(done, of))


class Pace:
    """Rate and time left, from what was done since the first call (what was done before is not)."""

    def __init__(self) -> None:
        self.first: tuple[float, int] | None = None

    def at(self, done: int, of: int) -> str:
        """In words: `340 worlds/s, 4:51 left`."""
        now = time.monotonic()
        if self.first is None:
            self.first = now, done
        seconds, since = now - self.first[0], done - self.first[1]
        if not since:
            return "starting"
        rate = since / seconds
        return f"{rate:,.0f} worlds/s, {clock((of - done) / rate)} left"


def clock(seconds: float) -> str:
    """A duration: `4:51`, `1:04:51`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
