"""Effects of shipped scenarios against the history, in the same worlds."""

from __future__ import annotations

import numpy as np
from levers.pairs import at, record, series

WORLDS = 24


def effect(
    name: str,
    what: str,
    month: str,
    row: str | None = None,
    log: bool = False,
    overrides: tuple[str, ...] = (),
    base: str = "as_enacted",
    worlds: int = WORLDS,
) -> np.ndarray:
    """Difference by world between a scenario and its pair, in a month.

    Args:
        what: a recorded series (then with `row`) or an outcome.
        log: difference of logs instead of the plain one.
        overrides: overrides in both runs.
    """
    runs = [record(one, "", overrides, "2030-12", worlds) for one in (name, base)]
    ours, theirs = (at(run, series(run, what, row), month) for run in runs)
    return np.log(ours / theirs) if log else ours - theirs


def median(*args, **more) -> float:
    """Median over worlds of such an effect."""
    return float(np.median(effect(*args, **more)))
