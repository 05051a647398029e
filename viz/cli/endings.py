"""How a command is ended from outside: TERM and HUP end it as Ctrl-C does."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

from sim.core.signals import ENDINGS

INTERRUPTED = 130  # exit status after Ctrl-C: 128 and the number of the signal, as in shells
_status = [INTERRUPTED]  # of the last signal


@contextlib.contextmanager
def endable() -> Iterator[None]:
    """Turn TERM and HUP into KeyboardInterrupt, once each; the second time they end at once.

    A signal that is ignored, as `nohup` does with HUP, stays so.
    """
    _status[:] = [INTERRUPTED]
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        _status[:] = [128 + number]
        raise KeyboardInterrupt

    wanted = [number for number in ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    for number in wanted:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_DFL)


def status() -> int:
    """The exit status of a command that was interrupted."""
    return _status[0]
