"""Statistics over worlds of numbers that may be undefined (NaN) in some: of those that are defined.

Where every number is defined they are numpy's own, to the last bit.

>>> import numpy as np
>>> lead = np.array([[1.0, 2.0, 3.0], [np.nan, 5.0, 7.0], [np.nan, np.nan, np.nan]])
>>> percentiles(lead, (50,))[0].tolist(), mean(lead).tolist(), share_defined(lead)[1].item()
([2.0, 6.0, nan], [2.0, 6.0, nan], 0.6666666666666666)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.core.worlds import Block, Mask

PERCENTILES = {"p5": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95}


def summary(values: Block) -> dict[str, Block]:
    """Percentiles and mean over the worlds (last axis), as columns of tables name them."""
    found = percentiles(values, list(PERCENTILES.values()))
    return dict(zip(PERCENTILES, found, strict=True)) | {"mean": mean(values)}


def percentiles(values: Block, levels: Sequence[float]) -> Block:
    """Percentiles over the worlds (last axis) in which a number is defined; NaN where in none.

    Returns:
        `[level, ...]`, in the unit of the values.
    """
    if not np.isnan(values).any():
        return np.percentile(values, levels, axis=-1)
    rows = values.reshape(-1, values.shape[-1])
    found = np.full((len(levels), len(rows)), np.nan)
    for at, row in enumerate(rows):
        some = row[~np.isnan(row)]
        if some.size:
            found[:, at] = np.percentile(some, levels)
    return found.reshape(len(levels), *values.shape[:-1])


def mean(values: Block) -> Block:
    """Mean over the worlds (last axis) in which a number is defined; NaN where in none."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values.mean(axis=-1)
    return _over(np.where(gaps, 0.0, values).sum(axis=-1), (~gaps).sum(axis=-1))


def share(holds: Mask, values: Block) -> Block:
    """Share of the worlds (last axis) in which something holds, of those with a defined value."""
    gaps = np.isnan(values)
    if not gaps.any():
        return holds.mean(axis=-1)
    return _over((holds & ~gaps).sum(axis=-1), (~gaps).sum(axis=-1))


def share_defined(values: Block) -> Block:
    """Share of the worlds (last axis) in which a number is defined."""
    return (~np.isnan(values)).mean(axis=-1)


def _over(part: np.ndarray, count: np.ndarray) -> Block:
    return np.where(count > 0, part / np.maximum(count, 1), np.nan)
