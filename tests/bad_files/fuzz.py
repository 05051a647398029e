"""Fuzzing of scenario files: each loads or is refused with words, and what loads runs.

    uv run python -m tests.bad_files.fuzz --inputs 10000

Input number n of a seed is always the same. What fails is kept in `runs/fuzz/`.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import BY_NAME, compute_outcomes, why_undefined
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ResolvedScenario, load

from .spoiled import WAYS, Input, put

KEPT = Path("runs/fuzz")
PATIENCE = 300  # seconds after which an input counts as a hang
MONTHS = (2, 6, 30)  # simulated of what loads: 30 reaches the first controls
OURS = "pydantic|Input should|Value error|Traceback|validation error|<class|object at 0x"


def made(seed: int, number: int) -> tuple[Input, random.Random]:
    """The input of a number, and the luck that is left."""
    luck = random.Random(f"{seed}:{number}")
    return WAYS[number % len(WAYS)](luck), luck


def judged(one: Input, luck: random.Random, folder: Path) -> str:
    """`refused` or `ran`.

    Raises:
        AssertionError: it was refused without words for people, or what ran is no history.
        Exception: anything else that must not happen.
    """
    try:
        resolved = load(put(one, folder), one.overrides)
    except ScenarioError as refused:
        judge_words(refused)
        return "refused"
    judge_run(resolved, luck.choice(MONTHS), luck.randrange(1000))
    return "ran"


def judge_words(refused: ScenarioError) -> None:
    """Every problem names a file and what is wrong in it, in one line without our inner words."""
    assert refused.problems
    for problem in refused.problems:
        said = str(problem)
        assert problem.file and problem.wrong, said
        assert "\n" not in said and len(said) < 1000, said
        assert not re.search(OURS, said), said


def judge_run(resolved: ResolvedScenario, months: int, seed: int) -> None:
    """Every series is a finite number in every month, every outcome too where it is defined."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        record = simulate(resolved, 2, seed, months)
    for name, array in (record.arrays | compute_outcomes(record)).items():
        may_be_undefined = name in BY_NAME and why_undefined(name)
        gaps = np.isnan(array) if may_be_undefined else False
        assert (np.isfinite(array) | gaps).all(), f"{name} is not finite"


def fuzz(inputs: int, seed: int = 0, first: int = 0) -> tuple[Counter[str], dict[int, str]]:
    """Try so many inputs: how often what came, and what must not happen by number."""
    counts: Counter[str] = Counter()
    failed = {}
    before = signal.signal(signal.SIGALRM, _hangs)
    for number in range(first, first + inputs):
        one, luck = made(seed, number)
        with tempfile.TemporaryDirectory() as folder:
            signal.alarm(PATIENCE)
            try:
                came = judged(one, luck, Path(folder))
            except Exception:
                came, failed[number] = "failed", traceback.format_exc()
            finally:
                signal.alarm(0)
        counts[f"{WAYS[number % len(WAYS)].__name__} {came}"] += 1
        counts[came] += 1
    signal.signal(signal.SIGALRM, before)
    return counts, failed


def _hangs(*_: object) -> None:
    raise TimeoutError(f"no answer in {PATIENCE} s")


def main() -> None:
    """Fuzz, and say what came; exit status 1 where something failed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--inputs", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--first", type=int, default=0)
    given = asked.parse_args()
    counts, failed = fuzz(given.inputs, given.seed, given.first)
    for number, trace in failed.items():
        folder = KEPT / f"{given.seed}-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        one, _ = made(given.seed, number)
        put(one, folder)
        (folder / "failure.txt").write_text(f"{one.overrides}\n{trace}", "utf-8")
        print(f"{folder}: {trace.splitlines()[-1][:300]}")
    print(", ".join(f"{what}: {count}" for what, count in sorted(counts.items())))
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
