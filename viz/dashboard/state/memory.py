"""Memory that goes back to the machine when visitors have left."""

from __future__ import annotations

import ctypes
import gc
import threading
import time
from collections.abc import Callable

DELAYS = (1.0, 5.0)  # s after a visitor left: Solara closes the page, then a thread may still end
ARENAS = 2  # heaps of the C library; it makes eight a processor core, each with its own holes
M_ARENA_MAX = -8  # of malloc.h

_pending = threading.Event()


def _c_library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL("libc.so.6")
    except OSError:
        return None


def keep_together() -> None:
    """Let all threads take memory from a few heaps, where the C library (glibc) can be told so."""
    mallopt = getattr(_c_library(), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Collect what nobody refers to, and return free memory where the C library can (glibc)."""
    gc.collect()
    trim = getattr(_c_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


def give_back_later(before: Callable[[], None]) -> None:
    """Give memory back in a moment, once for all who leave together.

    Args:
        before: drops what is not needed any more.
    """
    if _pending.is_set():
        return
    _pending.set()

    def work() -> None:
        for delay in DELAYS:
            time.sleep(delay)
            _pending.clear()
            before()
            give_back()

    thread = threading.Thread(target=work, daemon=True)
    thread.current_context = None  # type: ignore[attr-defined]  # belongs to no page of Solara
    thread.start()
