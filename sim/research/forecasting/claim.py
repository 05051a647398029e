"""The shock of a claim: what a cheap model did to the worth of sectors, and for how long.

Forecasts of it are conditional: the claim is an input (a scenario with one incident), as policy is.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.catalogue import compute_outcomes
from sim.outcomes.measures import Array, Record
from sim.research.forecasting.forecast import Row
from sim.research.forecasting.targets import SECTORS

SCENARIO = "deepseek_release"  # a claim of 20 January 2025, its belief and its truth uncertain
BEFORE = "2024-12"
LOOKED_AT = 3  # months in which the first reaction is looked for
HEARD = "2025-02"  # the model counts what happens after the 15th from the next month
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
    "claim_recovery": (
        "months",
        "months from the claim until worth stands again above that before it (0: never below)",
    ),
}


def claim_rows(end: str) -> list[Row]:
    """Rows of the shock, up to the last month that is looked at."""
    ends = {"claim_reaction": HEARD, "claim_drawdown": "2025-03", "claim_recovery": end}
    starts = {"claim_reaction": HEARD, "claim_drawdown": "2025-01", "claim_recovery": "2025-01"}
    return [
        Row(kind, sector, starts[kind], ends[kind], unit, "natural", SCENARIO, meaning)
        for kind, (unit, meaning) in KINDS.items()
        for sector in SECTORS
    ]


def claim_worlds(with_claim: Record, without: Record, end: str) -> Array:
    """The shock in each world, `[row, world]` in the order of `claim_rows`."""
    found: dict[str, list[Array]] = {kind: [] for kind in KINDS}
    names = list(SECTORS.values())
    ours, theirs = compute_outcomes(with_claim, names), compute_outcomes(without, names)
    month = with_claim.calendar.month
    for name in names:
        worth, other = ours[name], theirs[name]
        found["claim_reaction"].append(worth[month(HEARD)] / other[month(HEARD)] - 1)
        since = worth[month(BEFORE) + 1 : month(end) + 1] / worth[month(BEFORE)]
        found["claim_drawdown"].append(np.maximum(1 - since[:LOOKED_AT].min(axis=0), 0.0))
        found["claim_recovery"].append(recovery(since))
    return np.stack([row for rows in found.values() for row in rows])


def recovery(since: Array) -> Array:
    """Months until worth is above 1 for good within the first year, counted from the claim.

    Args:
        since: worth over that before the claim, `[month, world]`.
    """
    below = since[:12] < 1
    last = len(below) - np.argmax(below[::-1], axis=0)
    return np.where(below.any(axis=0), last, 0).astype(float)
