"""Where blocks are run: in this process, or in a pool of processes on this machine."""

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
from sim.sweeps.store import packed, tidy, write_block

AHEAD = 2  # tasks handed out per worker, so that none waits for the next
ATTEMPTS = 3  # pools that may break without one more block done
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class StoppedError(Exception):
    """A sweep cannot go on; what it finished is kept."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_and_write(job: Job, task: Task, folder: Path) -> int:
    """Run a block and put it into the store."""
    write_block(folder, task.number, packed(run_block(job, task)))
    return task.number


def serially(plan: Plan, numbers: list[int], folder: Path) -> Iterator[int]:
    """Run blocks one after the other; gives the number of each when it is in the store."""
    for number in numbers:
        yield run_and_write(plan.job, plan.task(number), folder)


def in_pool(plan: Plan, numbers: list[int], folder: Path, workers: int) -> Iterator[int]:
    """Run blocks in a pool of processes; gives their numbers as they get into the store.

    A process that dies (killed, out of memory) breaks the pool: another one takes over.

    Raises:
        StoppedError: pools broke again and again.
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
                told = f"a worker process died {ATTEMPTS} times in a row (too little memory?)"
                raise StoppedError(f"{told}; try fewer --workers") from None


def _one_pool(plan: Plan, numbers: Sequence[int], folder: Path, workers: int) -> Iterator[int]:
    with environment(ONE_THREAD), uninterrupted():
        pool = ProcessPoolExecutor(workers, _context(), _begin, (plan.job, folder))
        waiting = iter(numbers)
        running = {_submit(pool, plan, n) for n in islice(waiting, AHEAD * workers)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                number = one.result()
                running |= {_submit(pool, plan, n) for n in islice(waiting, 1)}
                yield number
        pool.shutdown()
    finally:
        _end(pool)
        tidy(folder)  # a process may have been killed while it wrote


def _context() -> BaseContext:
    """New processes without a thread or lock of this one; where it goes, imports are done once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _submit(pool: ProcessPoolExecutor, plan: Plan, number: int) -> Future:
    return pool.submit(_work, plan.task(number))


def _end(pool: ProcessPoolExecutor) -> None:
    """Whatever still runs is not waited for: its block is not in the store yet."""
    processes = list((pool._processes or {}).values())
    for process in processes:
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


_GIVEN: dict[str, tuple[Job, Path]] = {}  # in a worker: what its tasks have in common


def _begin(job: Job, folder: Path) -> None:
    """First thing in a worker: Ctrl-C is for its parent, and it does not outlive that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a worker
    threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()  # what is loaded now stays: the collections after each run need not go through it
    _GIVEN["job"] = job, folder


def _follow(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _work(task: Task) -> int:
    job, folder = _GIVEN["job"]
    return run_and_write(job, task, folder)


@contextlib.contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    """Environment that processes started here inherit; what the user has set stands."""
    before = dict(os.environ)
    os.environ.update({key: value for key, value in more.items() if key not in before})
    try:
        yield
    finally:
        for key in more.keys() - before.keys():
            del os.environ[key]


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes started here ignore Ctrl-C from their first moment (in the main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
