"""Processes that share work: pools whose workers end with whoever started them."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait as wait_for
from typing import Any

from sim.core.signals import ENDINGS

ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Where the parent is killed, Python's tracker of resources cleans up, and would say so.
ENVIRONMENT |= {"PYTHONWARNINGS": "ignore:resource_tracker"}


# How processes start: without threads, locks and files of this one. A forked worker would hold the
# other ends of its siblings' pipes, so that all would wait for ever where their parent is killed.
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_PYTHONS: Any = multiprocessing.get_context(_START)


_HIDING = threading.Lock()


class _Process(_PYTHONS.Process):
    """A process that does not import the script, notebook or input that starts it.

    Python's own do. A script without `if __name__ == "__main__":` would run again in each of them,
    and what is read from the standard input cannot be imported at all. What our workers do lies in
    modules of ours.
    """

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802
        with _hidden_script():
            return _PYTHONS.Process._Popen(process)


class _Context(type(_PYTHONS)):  # type: ignore[misc]
    """Python's way to start processes, with ours."""

    Process = _Process


@contextlib.contextmanager
def pool(
    workers: int,
    set_up: Callable[..., None] | None = None,
    arguments: tuple = (),
    preload: Sequence[str] = (),
) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes; at the end of the block none of them is left.

    Left by an error, a signal or Ctrl-C, the block does not wait for tasks that run. A parent that
    is killed cannot tidy up: its workers see that it has gone, and end themselves.

    Args:
        set_up: called in each worker at its start, with `arguments`.
        preload: modules that are imported once for all workers, where the system allows it.
    """
    executor = None
    try:
        with environment(ENVIRONMENT), uninterrupted():
            if _START == "forkserver":
                _PYTHONS.set_forkserver_preload(list(preload))
            executor = ProcessPoolExecutor(workers, _Context(), _set_up, (set_up, arguments))
            while len(executor._processes) < workers:  # a task starts one worker at most
                executor.submit(int)
        yield executor
        executor.shutdown()
    finally:
        if executor:
            _kill(executor)


@contextlib.contextmanager
def _hidden_script() -> Iterator[None]:
    """Hide where `__main__` comes from, which is all that a new process gets of it."""
    main = vars(sys.modules["__main__"])
    with _HIDING:
        before: dict[str, Any] = {
            name: main[name] for name in ("__file__", "__spec__") if name in main
        }
        main.update(dict.fromkeys(before))
        try:
            yield
        finally:
            main.update(before)


def _kill(executor: ProcessPoolExecutor) -> None:
    """End a pool without waiting for tasks that run."""
    for process in list((executor._processes or {}).values()):
        process.kill()
    executor.shutdown(wait=True, cancel_futures=True)


def _set_up(set_up: Callable[..., None] | None, arguments: tuple) -> None:
    """Make a worker ignore Ctrl-C, which is for its parent, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a worker
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()  # what is loaded now stays: later collections need not look at it
    if set_up:
        set_up(*arguments)


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


@contextlib.contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    """Variables for processes that are started here; those that the user has set stay."""
    before = dict(os.environ)
    os.environ.update({key: value for key, value in more.items() if key not in before})
    try:
        yield
    finally:
        for key in more.keys() - before.keys():
            del os.environ[key]


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first moment (in the main thread only).

    What else asks this process to end is heard once they are there: a pool half started could not
    be ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def later(number: int, _frame: Any) -> None:
        asked.append(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    for number in ENDINGS:
        if callable(signal.getsignal(number)):
            before[number] = signal.signal(number, later)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in asked[:1]:
            signal.raise_signal(number)
