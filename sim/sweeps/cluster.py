"""Run blocks on a cluster: the same tasks, by the workers of a dask scheduler.

A worker that reaches the store (a shared file system) writes its block itself and returns only its
number. One that does not returns the bytes of its files, a hundred kB a block, and this process
writes them. Each worker finds out which it is by looking for a file that was written for this run:
nobody has to configure it, and another machine with a folder of the same name does no harm.
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
from typing import TYPE_CHECKING, Any

from sim.core.files import write
from sim.core.packages import DISTRIBUTION
from sim.record import provenance
from sim.sweeps.block import WORLDS, Job, run_block
from sim.sweeps.engine import AHEAD, StoppedError
from sim.sweeps.plan import Plan
from sim.sweeps.store import remove_parts, write_block
from sim.sweeps.task import Task

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 3
PATIENCE = 10  # seconds for a scheduler to answer, and for a first worker to be there
ROOMY = 1 << 30  # bytes of freed memory that a worker keeps
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # numbers of the settings in malloc.h


@dataclass(frozen=True)
class ClusterRun:
    """What workers need beside the job.

    Attributes:
        folder: of the store.
        token: of this run, the content of its mark.
        fingerprint: versions and code of the moat that runs the sweep.
    """

    folder: Path
    token: str
    fingerprint: tuple[tuple[str, str], ...]

    @property
    def mark(self) -> Path:
        """The file by which a worker recognises the store of this run."""
        return self.folder / WORLDS / f".{self.token}.part"


def on_cluster(plan: Plan, numbers: list[int], folder: Path, address: str) -> Iterator[int]:
    """Run blocks on a cluster; gives the number of each once it is in the store.

    Raises:
        StoppedError: no scheduler answers, workers have another moat, or a block failed for good.
    """
    client = _connected(address)
    fingerprint = tuple(sorted(provenance.fingerprint().items()))
    run = ClusterRun(folder.resolve(), uuid.uuid4().hex, fingerprint)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its messages are in ours
    try:
        _check_version(client, address)
        write(run.mark, run.token.encode())
        yield from _run(client, plan, numbers, run, address)
        remove_parts(folder)  # of workers that were killed; none writes any more
    finally:
        with contextlib.suppress(OSError):
            run.mark.unlink()
        client.close(timeout=2)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        how = f'uv sync --extra cluster, or pip install "{DISTRIBUTION}[cluster]"'
        raise StoppedError(f"a cluster needs dask.distributed: {how}") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StoppedError(f"no scheduler answers at {address} ({error})") from None
    try:
        _wait_for_a_worker(client, address)
    except StoppedError:
        client.close()
        raise
    return client


def _wait_for_a_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        wrong = f"the scheduler at {address} has no workers"
        raise StoppedError(f"{wrong}; start one: dask worker {address} --nthreads 1") from None


def _check_version(client: Client, address: str) -> None:
    """Refuse a cluster with another moat: other code gives other numbers.

    A worker that dies before it answers is passed over. Whichever takes its place is compared when
    its first block comes (`run_for`).
    """
    ours, scheduler = provenance.fingerprint(), f"the scheduler at {address}"
    answers: dict[str, Any]
    try:
        with _lost_scheduler(address):
            answers = {scheduler: client.run_on_scheduler(provenance.fingerprint)}
            asked = client.run(provenance.fingerprint, on_error="return")
            answers |= {f"worker {name}": answer for name, answer in asked.items()}
    except StoppedError:
        raise
    except Exception as error:  # of the scheduler, whatever its own way of failing is
        answers = {scheduler: error}
    for place, theirs in answers.items():
        if isinstance(theirs, OSError):  # its connection broke
            continue
        if isinstance(theirs, Exception):
            wrong = f"{place} cannot load this moat ({theirs})"
            raise StoppedError(f"{wrong}; install the same version there")
        if theirs != ours:
            differ = [name for name in ours if theirs.get(name) != ours[name]]
            pairs = ", ".join(f"{name} {theirs.get(name)}, here {ours[name]}" for name in differ)
            wrong = f"{place} has other versions ({pairs})"
            raise StoppedError(f"{wrong}; install the same there and start it again")
    _wait_for_a_worker(client, address)


def _run(
    client: Client, plan: Plan, numbers: list[int], run: ClusterRun, address: str
) -> Iterator[int]:
    """Submit tasks so that no worker waits, and collect their results as they are done."""
    from distributed.client import FIRST_COMPLETED, wait

    waiting = iter(numbers)
    running: set[Future] = set()
    while True:
        with _lost_scheduler(address), client.as_current():
            want = AHEAD * max(1, sum(client.nthreads().values())) - len(running)
            running |= {_submit(client, plan, n, run) for n in islice(waiting, max(0, want))}
            done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
        running -= done
        for future in done:
            number, files = _result(future, address)
            future.release()
            if files is not None:
                write_block(run.folder, number, files)
            yield number
        if not running and not done:
            return


def _submit(client: Client, plan: Plan, number: int, run: ClusterRun) -> Future:
    key = f"moat-{run.token}-{number}"
    task = plan.task(number)
    return client.submit(run_for, plan.job, task, run, key=key, retries=RETRIES, pure=False)


def _result(future: Future, address: str) -> tuple[int, dict[str, bytes] | None]:
    """What a worker returned; an error of the worker is raised here."""
    from distributed import KilledWorker

    if future.status == "error":
        error = future.exception()
        if isinstance(error, KilledWorker):
            wrong = "a block was given up: the workers that ran it died (too little memory?)"
            raise StoppedError(wrong)
        raise error
    with _lost_scheduler(address):
        return future.result()


@contextlib.contextmanager
def _lost_scheduler(address: str) -> Iterator[None]:
    """Report a connection that fails as a scheduler that has gone."""
    from distributed import CancelledError

    try:
        yield
    except (OSError, TimeoutError, CancelledError):
        raise StoppedError(f"the scheduler at {address} has gone") from None


def run_for(job: Job, task: Task, run: ClusterRun) -> tuple[int, dict[str, bytes] | None]:
    """Run a block on a worker; write its files if the store is in reach, else return them.

    Raises:
        StoppedError: this worker has another moat.
    """
    if dict(run.fingerprint) != provenance.fingerprint():
        raise StoppedError("a worker that joined later has another version of moat")
    _keep_memory()
    files = run_block(job, task)
    if not _reaches_store(run):
        return task.number, files
    write_block(run.folder, task.number, files)
    return task.number, None


def _reaches_store(run: ClusterRun) -> bool:
    """Whether this machine sees the store of this run, and not another folder of its name."""
    try:
        return run.mark.read_text() == run.token
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
