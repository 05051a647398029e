"""Run blocks in this process, or in a pool of processes on this machine."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from pathlib import Path

from sim.sweeps.block import Job, Task, run_block
from sim.sweeps.plan import Plan
from sim.sweeps.store import remove_parts, write_block

AHEAD = 2  # tasks handed out per worker, so that none waits for the next
ATTEMPTS = 3  # pools that may break without one more block done
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class StoppedError(Exception):
    """A sweep cannot go on; finished blocks are kept."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_and_write(job: Job, task: Task, folder: Path) -> int:
    """Run a block and put it into the store; gives its number."""
    write_block(folder, task.number, run_block(job, task))
    return task.number


def serially(plan: Plan, numbers: list[int], folder: Path) -> Iterator[int]:
    """Run blocks one after the other; gives the number of each once it is in the store."""
    for number in numbers:
        yield run_and_write(plan.job, plan.task(number), folder)


def in_pool(plan: Plan, numbers: list[int], folder: Path, workers: int) -> Iterator[int]:
    """Run blocks in a pool of processes; gives the number of each once it is in the store.

    A process that dies (killed, out of memory) breaks the pool; a new pool takes over.

    Raises:
        StoppedError: pools broke several times in a row.
    """
    left, broken = list(numbers), 0
    while left:
        try:
            for number in _one_pool(plan, tuple(left), folder, workers):
                left.remove(number)
                broken = 0
                yield number
        except BrokenProcessPool:
            broken += 1
            if broken == ATTEMPTS:
                wrong = f"a worker process died {ATTEMPTS} times in a row (too little memory?)"
                raise StoppedError(f"{wrong}; try fewer --workers") from None


def _one_pool(plan: Plan, numbers: Sequence[int], folder: Path, workers: int) -> Iterator[int]:
    with environment(ONE_THREAD), uninterrupted():
        pool = ProcessPoolExecutor(workers, _context(), _set_up_worker, (plan.job, folder))
        waiting = iter(numbers)
        running = {_submit(pool, plan, n) for n in islice(waiting, AHEAD * workers)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                number = future.result()
                running |= {_submit(pool, plan, n) for n in islice(waiting, 1)}
                yield number
        pool.shutdown()
    finally:
        _kill(pool)
        remove_parts(folder)  # a process may have been killed while it wrote


def _context() -> BaseContext:
    """How processes start: without threads and locks of this one, importing once if possible."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _submit(pool: ProcessPoolExecutor, plan: Plan, number: int) -> Future:
    return pool.submit(_work, plan.task(number))


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool without waiting for tasks that run: their blocks are not in the store yet."""
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


_WORKER: dict[str, tuple[Job, Path]] = {}  # in a worker: what its tasks have in common


def _set_up_worker(job: Job, folder: Path) -> None:
    """Make a worker ignore Ctrl-C, which is for its parent, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a worker
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()  # what is loaded now stays: later collections need not look at it
    _WORKER["job"] = job, folder


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _work(task: Task) -> int:
    job, folder = _WORKER["job"]
    return run_and_write(job, task, folder)


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
    """Start processes that ignore Ctrl-C from their first moment (in the main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
