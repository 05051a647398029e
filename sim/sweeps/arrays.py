"""The table of a sweep as labelled arrays: point, replicate, month, with units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from sim.outcomes.catalogue import meaning_of, unit_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.sweeps.store import Sweep

DIMS = ("point", "replicate", "month")


def labelled(sweep: Sweep, branch: str | None = None) -> xr.Dataset:
    """Outcomes or effects `[point, replicate, month]`; see `Sweep.labelled`."""
    rows = _rows(sweep, branch)
    points = np.unique(rows["point"])
    replicates = np.unique(rows["replicate"])
    rows = rows.set_index(["point", "replicate"])
    frame = rows.reindex([(p, r) for p in points for r in replicates])
    names = dict.fromkeys(name.partition("@")[0] for name in rows if "@" in name)
    shape = (len(points), len(replicates), len(sweep.months))
    variables = {
        name: (
            DIMS,
            frame[[f"{name}@{month}" for month in sweep.months]].to_numpy().reshape(shape),
            {"unit": unit_of(name), "meaning": meaning_of(name)},
        )
        for name in names
    }
    coords = {"point": points, "replicate": replicates, "month": sweep.months}
    of = branch or " less ".join(sweep.branches)
    return xr.Dataset(variables, {**coords, **_factors(sweep, points)}, {"of": of})


def _rows(sweep: Sweep, branch: str | None) -> pd.DataFrame:
    """A row a point and replicate: of a branch, or of the effect between both."""
    if branch is None and len(sweep.branches) == 2:
        return sweep.effects()
    rows = sweep.table()
    chosen = sweep.branches[0] if branch is None else branch
    if chosen not in sweep.branches:
        raise ValueError(f"no branch '{chosen}'; the sweep has {', '.join(sweep.branches)}")
    return rows[rows["branch"] == chosen]


def _factors(sweep: Sweep, points: np.ndarray) -> dict[str, tuple]:
    """Each factor's value at every point, `[point]`, with its key and unit."""
    values = sweep.points.loc[points]
    return {
        factor.name: (
            "point",
            values[factor.name].to_numpy(),
            {"key": factor.key, "unit": factor.unit},
        )
        for factor in sweep.factors
    }
