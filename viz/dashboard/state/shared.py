"""What sessions share: results that nobody changes, computed once, kept while they fit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

POLL = 0.2  # s after which who waits for another's computation looks whether it is still wanted


class Shared[K: Hashable, V]:
    """Results by key; those that were not asked for longest are dropped first.

    Args:
        most: what may be kept in all, in the units of `size`.
        size: how much a result takes (all alike, unless given); one that takes more than
            `most` is not kept.
    """

    def __init__(self, most: float, size: Callable[[V], float] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._made: dict[K, threading.Lock] = {}  # of keys that are being computed
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """A result that is kept, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def of(self, key: K, make: Callable[[], V], ask: Callable[[], None] = lambda: None) -> V:
        """A result, made where it is not kept; who asks for the same meanwhile waits for it.

        Args:
            ask: called now and then while another makes it; an error gives up.
        """
        with self._lock:
            making = self._made.setdefault(key, threading.Lock())
        while not making.acquire(timeout=POLL):
            ask()
        try:
            result = self.get(key)
            if result is None:
                result = make()
                self.put(key, result)
            return result
        finally:
            with self._lock:
                making.release()
                if self._made.get(key) is making and not making.locked():
                    self._made.pop(key)

    def put(self, key: K, value: V) -> None:
        """Keep a result as the newest."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while sum(map(self._size, self._kept.values())) > self._most:
                self._kept.popitem(last=False)

    def values(self, wanted: Callable[[K], bool]) -> list[V]:
        """What is kept under keys that are wanted, the oldest first."""
        with self._lock:
            return [value for key, value in self._kept.items() if wanted(key)]

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
