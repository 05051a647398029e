"""Many truths, each kept in a file as soon as it is fitted: a study that can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from sim.core import processes
from sim.core.files import write
from sim.record.stored import readable
from sim.research.calibration.problem import CalibrationProblem
from sim.research.calibration.sbc import SCENARIO, Settings, Truth, fitted_truth
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import load

AGAIN = "python -m viz.pages.record --truths, after removing it"
Progress = Callable[[int, Truth], None]


def study(
    wanted: int,
    settings: Settings,
    folder: Path,
    workers: int = 1,
    progress: Progress = lambda done, truth: None,
) -> list[Truth]:
    """So many truths: those that the folder holds, and the others fitted and put there.

    Args:
        wanted: numbers 0 to this are fitted.
        workers: processes, each of which fits a truth at a time.
        progress: called with how many are done and the truth that was.

    Raises:
        ScenarioError: the folder holds truths of other settings, priors or facts.
    """
    identity = _identity(settings)
    left = [number for number in range(wanted) if not _file(folder, number).is_file()]
    done = kept(wanted, settings, folder)
    for truth in _fitted(left, settings, workers):
        content = json.dumps({"settings": identity, **asdict(truth)})
        folder.mkdir(parents=True, exist_ok=True)
        write(_file(folder, truth.number), content.encode())
        done.append(truth)
        progress(len(done), truth)
    return sorted(done, key=lambda truth: truth.number)


def kept(wanted: int, settings: Settings, folder: Path) -> list[Truth]:
    """Truths that the folder holds, in order.

    Raises:
        ScenarioError: one is damaged, or of other settings, priors or facts.
    """
    files = [_file(folder, number) for number in range(wanted)]
    identity = _identity(settings)
    return [_read(file, identity) for file in files if file.is_file()]


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:04d}.json"


def _identity(settings: Settings) -> dict[str, Any]:
    """What truths of one study have in common."""
    problem = CalibrationProblem(load(SCENARIO), settings.seed, 1, settings.until)
    return {**asdict(settings), **problem.hashes()}


def _read(file: Path, identity: dict[str, Any]) -> Truth:
    with readable(file, AGAIN):
        found = json.loads(file.read_text("utf-8"))
        settings, truth = found.pop("settings"), Truth(**found)
    if settings != identity:
        differ = ", ".join(key for key in identity if settings.get(key) != identity[key])
        wrong = f"is a truth of another study: it has another {differ}"
        hint = f"name another folder with --truths-folder, or remove {file.parent}/"
        raise ScenarioError(Problem(str(file), "settings", wrong, hint))
    return truth


def _fitted(numbers: list[int], settings: Settings, workers: int) -> Iterator[Truth]:
    """Truths as they are done."""
    if workers == 1 or len(numbers) < 2:
        yield from (fitted_truth(number, settings) for number in numbers)
        return
    with processes.pool(min(workers, len(numbers)), preload=[__name__]) as pool:
        yield from _as_done(pool, numbers, settings, workers)


def _as_done(
    pool: ProcessPoolExecutor, numbers: list[int], settings: Settings, workers: int
) -> Iterator[Truth]:
    """One truth a worker at a time, so that few are lost where the study is interrupted."""
    waiting, running = iter(numbers), set[Future[Truth]]()
    while True:
        more = islice(waiting, workers - len(running))
        running |= {pool.submit(fitted_truth, number, settings) for number in more}
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
