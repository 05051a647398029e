"""The chronicles that a session remembers, made when they are first asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from viz.dashboard.state.actor_series import Chronicle, chronicle
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.limits import CHRONICLES

Key = tuple[Case, int, int]  # case, worlds, seed


class Chronicles:
    """Makes chronicles in the thread that asks, one at a time, and keeps the last few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Chronicle] = OrderedDict()
        self._wanted: Any = None
        self._lock = threading.Lock()

    def of(self, key: Key, done: Callable[[int], None]) -> Chronicle:
        """The chronicle of a case; whoever asks for another one later makes this one give up.

        Args:
            done: told once a year how many months are done.

        Raises:
            SupersededError: another one was asked for.
        """
        self._wanted = key
        with self._lock:
            if key not in self._kept:
                self._kept[key] = chronicle(*key, lambda month: self._goes_on(key, month, done))
            self._kept.move_to_end(key)
            while len(self._kept) > CHRONICLES:
                self._kept.popitem(last=False)
            return self._kept[key]

    def _goes_on(self, key: Key, month: int, done: Callable[[int], None]) -> bool:
        if month % 12 == 0 and self._wanted == key:
            done(month)
        return self._wanted == key

    def clear(self) -> None:
        """Forget everything, and stop what is being made."""
        self._wanted = None
        self._kept = OrderedDict()
