"""The shock of a claim: what a cheap model did to the worth of sectors, and for how long.

Its forecasts are conditional: the claim is an input, as policy is. Its effect is the difference to
the same worlds without it.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.catalogue import compute_outcomes
from sim.outcomes.record import Array, Record
from sim.research.forecasting.forecast import Row
from sim.research.forecasting.targets import SECTORS

WITHOUT = "deepseek_unheard"  # history as enacted, without the claim of 20 January 2025
BEFORE = "2024-12"
REACTION = "2025-02"  # a claim of the 20th is heard in the rest of its month and in the next
DRAWDOWN_MONTHS = 3  # months in which the largest fall is looked for
RECOVERY_MONTHS = 12  # months in which worth can recover
RECOVERY = "claim_recovery"
KINDS = {
    "claim_reaction": (
        "share",
        "change of a sector's worth by the claim in the month in which it is heard, against the "
        "same world without it (an abnormal return)",
    ),
    "claim_drawdown": (
        "share",
        "how far a sector's worth falls below that before the claim, at a month's end of the "
        "quarter",
    ),
    RECOVERY: (
        "months",
        "months from the claim until worth is again above its level before it (0: never below)",
    ),
}


def claim_rows(end: str, scenario: str) -> list[Row]:
    """Rows of the shock: each kind for each sector, recoveries up to a month."""
    periods = {
        "claim_reaction": (REACTION, REACTION),
        "claim_drawdown": ("2025-01", "2025-03"),
        RECOVERY: ("2025-01", end),
    }
    return [
        Row(kind, sector, *periods[kind], unit, "natural", scenario, meaning)
        for kind, (unit, meaning) in KINDS.items()
        for sector in SECTORS
    ]


def claim_worlds(with_claim: Record, without: Record, end: str) -> Array:
    """The shock in each world, `[row, world]` in the order of `claim_rows`."""
    names = list(SECTORS.values())
    ours, theirs = (compute_outcomes(one, names, without) for one in (with_claim, without))
    month = with_claim.calendar.month
    heard, before = month(REACTION), month(BEFORE)
    since = [ours[name][before + 1 : month(end) + 1] / ours[name][before] for name in names]
    return np.stack(
        [
            *(ours[name][heard] / theirs[name][heard] - 1 for name in names),
            *(np.maximum(1 - path[:DRAWDOWN_MONTHS].min(axis=0), 0.0) for path in since),
            *(recovery(path) for path in since),
        ]
    )


def recovery(since: Array) -> Array:
    """Months from the claim until worth is above 1 for the rest of the first year, `[world]`.

    Args:
        since: worth over that before the claim, `[month, world]`.
    """
    below = since[:RECOVERY_MONTHS] < 1
    last = len(below) - np.argmax(below[::-1], axis=0)
    return np.where(below.any(axis=0), last, 0).astype(float)
