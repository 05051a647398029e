"""Processes that share work: pools whose workers end with whoever started them."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from typing import Any

from sim.core.signals import ENDINGS

ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Where the parent is killed, Python's tracker of resources cleans up, and would say so.
ENVIRONMENT |= {"PYTHONWARNINGS": "ignore:resource_tracker"}


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
            executor = ProcessPoolExecutor(workers, _context(preload), _set_up, (set_up, arguments))
            executor.submit(int)  # the first task starts all workers
        yield executor
        executor.shutdown()
    finally:
        if executor:
            _kill(executor)


def _context(preload: Sequence[str]) -> BaseContext:
    """How processes start: without threads, locks and files of this one.

    A forked worker would hold the other ends of its siblings' pipes, so that all would wait for
    ever where their parent is killed.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


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
