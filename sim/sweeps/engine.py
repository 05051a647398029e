"""Run blocks in this process, or in a pool of processes on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from sim.core import processes
from sim.sweeps.block import Job, run_block
from sim.sweeps.plan import Plan
from sim.sweeps.store import remove_parts, write_block
from sim.sweeps.task import Task

AHEAD = 2  # tasks handed out per worker, so that none waits for the next
ATTEMPTS = 3  # pools that may break without one more block done


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
    try:
        with processes.pool(workers, _set_up_worker, (plan.job, folder), [__name__]) as pool:
            waiting = iter(numbers)
            running = {_submit(pool, plan, n) for n in islice(waiting, AHEAD * workers)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    number = future.result()
                    running |= {_submit(pool, plan, n) for n in islice(waiting, 1)}
                    yield number
    finally:
        remove_parts(folder)  # a process may have been killed while it wrote


def _submit(pool: ProcessPoolExecutor, plan: Plan, number: int) -> Future:
    return pool.submit(_work, plan.task(number))


_WORKER: dict[str, tuple[Job, Path]] = {}  # in a worker: what its tasks have in common


def _set_up_worker(job: Job, folder: Path) -> None:
    _WORKER["job"] = job, folder


def _work(task: Task) -> int:
    job, folder = _WORKER["job"]
    return run_and_write(job, task, folder)
