"""Who may compute: a few threads at once, and everybody in turn.

A computation first waits in line until there is memory for it; from then on those that have begun
take turns of a fraction of a second, so that a long one of one visitor does not hold up the others.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SWITCH = 0.0005  # s after which Python may let another thread in; by itself 0.005 s
POLL = 0.2  # s after which who waits in line looks whether it is still wanted

Ask = Callable[[int], None]


def let_pages_in() -> None:
    """Let threads that draw pages in more often while others compute.

    A page is hundreds of messages; at each its thread waits for the computing ones to let it go on.
    """
    sys.setswitchinterval(SWITCH)


class Turns:
    """Shares the processor among computations.

    Args:
        at_once: threads that compute at the same time.
        capacity: worlds of computations that have begun; one alone may have more.
        longest: seconds after which a turn goes to another computation, if one waits.
    """

    def __init__(self, at_once: int, capacity: int, longest: float) -> None:
        self.longest = longest
        self._at_once, self._capacity = at_once, capacity
        self._changed = threading.Condition()
        self._line: deque[object] = deque()  # who waits to begin
        self._ready: deque[object] = deque()  # who has begun and waits for a turn
        self._worlds = self._running = 0

    @contextmanager
    def computing(self, worlds: int, ask: Ask) -> Iterator[Callable[[], None]]:
        """Wait in line, then compute; the block is given a function to be called now and then.

        That function hands the turn on where it has lasted long enough and somebody waits.

        Args:
            worlds: that are held in memory meanwhile.
            ask: called while waiting with the number of those before; an error gives up.
        """
        self._begin(worlds, ask)
        try:
            began = self._take()
            try:

                def pause() -> None:
                    nonlocal began
                    if self._ready and time.monotonic() - began >= self.longest:
                        self._give()
                        began = self._take()

                yield pause
            finally:
                self._give()
        finally:
            with self._changed:
                self._worlds -= worlds
                self._changed.notify_all()

    def _begin(self, worlds: int, ask: Ask) -> None:
        """Wait in line until there is capacity."""
        ticket = object()
        with self._changed:
            self._line.append(ticket)
        try:
            while (before := self._place(ticket, worlds)) is not None:
                ask(before)  # without the lock: it may draw
        except BaseException:
            with self._changed:
                self._line.remove(ticket)
                self._changed.notify_all()
            raise

    def _place(self, ticket: object, worlds: int) -> int | None:
        """How many are before, after a short wait; None when it was this one's turn to begin."""

        def may_begin() -> bool:
            is_first = self._line[0] is ticket
            return is_first and (not self._worlds or self._worlds + worlds <= self._capacity)

        with self._changed:
            if self._changed.wait_for(may_begin, POLL):
                self._line.popleft()
                self._worlds += worlds
                self._changed.notify_all()
                return None
            return self._line.index(ticket)

    def _take(self) -> float:
        """Wait for a turn; the moment at which it begins."""
        ticket = object()
        with self._changed:
            self._ready.append(ticket)
            self._changed.wait_for(
                lambda: self._running < self._at_once and self._ready[0] is ticket
            )
            self._ready.popleft()
            self._running += 1
            self._changed.notify_all()
        return time.monotonic()

    def _give(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
