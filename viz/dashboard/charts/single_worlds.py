"""Single worlds that are drawn through the bands: chosen by rank, so that they span them."""

from __future__ import annotations

import numpy as np

from sim.outcomes.record import Array
from viz.text.format import when

RANKS = (0.05, 0.25, 0.50, 0.75, 0.95)  # of worlds by their value in the last month
CAPTION = (
    "Thin lines with a number: single worlds, those at the 5th, 25th, 50th, 75th and 95th "
    "percentile of each chart's first line in {month}. "
)


def spanning(values: Array) -> tuple[int, ...]:
    """Worlds at the ranks, by value in the last month in which it is defined in any.

    Args:
        values: `[month, world]`, NaN where not defined.

    >>> spanning(np.array([[30.0, 10.0, 20.0]]))
    (1, 2, 0)
    """
    defined = np.flatnonzero(np.isfinite(values).any(axis=1))
    if not defined.size:
        return ()
    last = values[defined[-1]]
    order = np.argsort(last, kind="stable")[: int(np.isfinite(last).sum())]  # NaN stands last
    places = (round(rank * (len(order) - 1)) for rank in RANKS)
    return tuple(dict.fromkeys(int(order[place]) for place in places))


def caption(last: str) -> str:
    """What the lines are.

    Args:
        last: label of the last month.
    """
    return CAPTION.format(month=when(last))
