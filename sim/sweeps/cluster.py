"""Blocks on a cluster: the same tasks, run by the workers of a dask scheduler.

A worker that reaches the store (a shared file system) writes its block itself and returns a
receipt: nothing large passes through the scheduler. One that does not returns the bytes of its
files, a hundred kB a block, and this process writes them. Which of the two it is each worker finds
out by looking for a file that was put there for this run: nobody has to say it, and a worker that
joins later, or another machine with a folder of the same name, is no danger.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.files import write
from sim.record import provenance
from sim.sweeps.block import Job, Task, run_block
from sim.sweeps.engine import AHEAD, StoppedError
from sim.sweeps.plan import Plan
from sim.sweeps.store import WORLDS, packed, tidy, write_block

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 3
PATIENCE = 10  # seconds for a scheduler to answer, and for a first worker to be there
ROOMY = 1 << 30  # bytes of freed memory that a worker keeps
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # numbers of the settings in malloc.h


@dataclass(frozen=True)
class Errand:
    """What workers need to know beside the job: where the store is, and which moat asks."""

    folder: Path
    token: str
    fingerprint: tuple[tuple[str, str], ...]

    @property
    def mark(self) -> Path:
        """The file that tells a worker that it sees the store of this run."""
        return self.folder / WORLDS / f".{self.token}.part"


def on_cluster(plan: Plan, numbers: list[int], folder: Path, address: str) -> Iterator[int]:
    """Run blocks on a cluster; gives their numbers as they get into the store.

    Raises:
        StoppedError: nobody answers, the workers have another moat, or a block failed for good.
    """
    client = _connected(address)
    fingerprint = tuple(sorted(provenance.fingerprint().items()))
    errand = Errand(folder.resolve(), uuid.uuid4().hex, fingerprint)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what there is to say
    try:
        _same_version(client, address)
        write(errand.mark, errand.token.encode())
        yield from _run(client, plan, numbers, errand, address)
        tidy(folder)  # a worker may have been killed while it wrote; now none writes any more
    finally:
        with contextlib.suppress(OSError):
            errand.mark.unlink()
        client.close(timeout=2)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        how = 'uv sync --extra cluster, or pip install "moat[cluster]"'
        raise StoppedError(f"a cluster needs dask.distributed: {how}") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as wrong:
        raise StoppedError(f"no scheduler answers at {address} ({wrong})") from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        told = f"the scheduler at {address} has no workers"
        raise StoppedError(f"{told}; start one: dask worker {address} --nthreads 1") from None
    return client


def _same_version(client: Client, address: str) -> None:
    """Other code gives other numbers: a cluster with another moat is refused."""
    here = provenance.fingerprint()
    try:
        there = {"scheduler": client.run_on_scheduler(provenance.fingerprint)}
        there |= client.run(provenance.fingerprint)
    except Exception as wrong:  # whatever its own way of failing is
        told = f"scheduler or workers at {address} cannot load this moat ({wrong})"
        raise StoppedError(f"{told}; install the same version there") from None
    for worker, theirs in there.items():
        if theirs != here:
            other = [name for name in here if theirs.get(name) != here[name]]
            pairs = ", ".join(f"{name} {theirs.get(name)}, here {here[name]}" for name in other)
            told = f"{worker} has other versions ({pairs})"
            raise StoppedError(f"{told}; install the same there and start it again")


def _run(
    client: Client, plan: Plan, numbers: list[int], errand: Errand, address: str
) -> Iterator[int]:
    """Hand out tasks so that no worker waits, and take them in as they are done."""
    from distributed.client import FIRST_COMPLETED, wait

    waiting = iter(numbers)
    running: set[Future] = set()
    while True:
        with _there(address), client.as_current():
            want = AHEAD * max(1, sum(client.nthreads().values())) - len(running)
            running |= {_submit(client, plan, n, errand) for n in islice(waiting, max(0, want))}
            done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
        running -= done
        for future in done:
            number, files = _result(future, address)
            future.release()
            if files is not None:
                write_block(errand.folder, number, files)
            yield number
        if not running and not done:
            return


def _submit(client: Client, plan: Plan, number: int, errand: Errand) -> Future:
    key = f"moat-{errand.token}-{number}"
    task = plan.task(number)
    return client.submit(run_for, plan.job, task, errand, key=key, retries=RETRIES, pure=False)


def _result(future: Future, address: str) -> tuple[int, dict[str, bytes] | None]:
    """What a worker returned; its own error, if it had one, is the sweep's."""
    from distributed import KilledWorker

    if future.status == "error":
        wrong = future.exception()
        if isinstance(wrong, KilledWorker):
            told = "a block was given up: the workers that ran it died (too little memory?)"
            raise StoppedError(told)
        raise wrong
    with _there(address):
        return future.result()


@contextlib.contextmanager
def _there(address: str) -> Iterator[None]:
    """What goes wrong in talking with a scheduler means that it has gone."""
    from distributed import CancelledError

    try:
        yield
    except (OSError, TimeoutError, CancelledError):
        raise StoppedError(f"the scheduler at {address} has gone") from None


def run_for(job: Job, task: Task, errand: Errand) -> tuple[int, dict[str, bytes] | None]:
    """On a worker: run a block; write it where the store is in reach, else return its files.

    Raises:
        StoppedError: this worker has another moat than who asks.
    """
    if dict(errand.fingerprint) != provenance.fingerprint():
        raise StoppedError("a worker that joined later has another version of moat")
    _keep_memory()
    files = packed(run_block(job, task))
    if not _reached(errand):
        return task.number, files
    write_block(errand.folder, task.number, files)
    return task.number, None


def _reached(errand: Errand) -> bool:
    """Whether this machine sees the store of this run, not another folder of its name."""
    try:
        return errand.mark.read_text() == errand.token
    except OSError:
        return False


@cache
def _keep_memory() -> None:
    """Let this process keep what it frees, as any other process does.

    Dask's nanny starts workers with MALLOC_TRIM_THRESHOLD_=65536: they give the arrays of every
    expression back to the system and fetch them again, which costs half as much as the model.
    """
    with contextlib.suppress(OSError, AttributeError):  # not the C library that dask has in mind
        library = ctypes.CDLL(None)
        library.mallopt(TRIM_THRESHOLD, ROOMY)
        library.mallopt(MMAP_THRESHOLD, ROOMY)
