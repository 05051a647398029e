"""Summaries of scores: by series and over all, as a table and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.record.results import SCORES
from sim.record.stored import ABOUT
from sim.research.forecasting.files import save_tables
from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.resampling import coverage_interval, skill_interval
from sim.research.forecasting.scales import least_unit
from sim.research.forecasting.scores import BANDS, Score, score
from sim.research.forecasting.verification import RowObservation
from sim.research.history.observations import FLOOR

BINS = 5  # of the histogram of PIT values


def summary(scores: list[Score]) -> dict[str, Any]:
    """Scores of several observations together.

    All on the rows' own scale (logarithms where errors multiply). `bias` is the mean of observation
    less median; `skill` by reference is 1 - CRPS / CRPS of the reference, over the rows that have
    one. Over several series: the mean over series, each counted once; for skill the geometric mean
    of the ratios, so that being twice as good and twice as bad cancel. Intervals hold 90 % of
    bootstrap samples of series (`resampling.py`).
    """
    series = _groups(scores, lambda one: one.row.series).values()
    pit = np.array([one.pit for one in scores])
    names = dict.fromkeys(name for some in series for one in some for name in one.against)
    return {
        "observations": len(scores),
        "series": len(series),
        "coverage": {name: _mean(one.inside[name] for one in scores) for name in BANDS},
        "coverage_interval": {
            name: coverage_interval([[one.inside[name] for one in some] for some in series])
            for name in BANDS
        },
        "bias": _mean(_mean(one.error for one in some) for some in series),
        "crps_scaled": _mean(_mean(one.crps_scaled for one in some) for some in series),
        "pit_mean": float(pit.mean()),
        "pit_histogram": np.histogram(pit, BINS, (0.0, 1.0))[0].tolist(),
        "skill": {name: _skill(name, series) for name in names},
    }


def _groups(scores: list[Score], name: Callable[[Score], str]) -> dict[str, list[Score]]:
    groups: dict[str, list[Score]] = {}
    for one in scores:
        groups.setdefault(name(one), []).append(one)
    return groups


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _skill(reference: str, series: Iterable[list[Score]]) -> dict[str, Any]:
    """Mean skill over series with its interval, and what each series adds to it.

    `ratios`: CRPS over that of the reference by series. `parts`: by series, what it adds to the
    logarithm of the mean ratio (their sum); above 0 it takes skill away.
    """
    with_it = [[one for one in some if reference in one.against] for some in series]
    with_it = [some for some in with_it if some]
    own = [[one.crps_scaled for one in some] for some in with_it]
    other = [[one.against[reference] for one in some] for some in with_it]
    ratios = np.array(
        [max(sum(a) / max(sum(b), FLOOR), FLOOR) for a, b in zip(own, other, strict=True)]
    )
    parts = np.log(ratios) / len(ratios)
    names = [some[0].row.series for some in with_it]
    low, high = skill_interval(own, other)
    return {
        "skill": 1 - float(np.exp(parts.sum())),
        "low": low,
        "high": high,
        "observations": sum(map(len, with_it)),
        "series": len(with_it),
        "ratios": dict(zip(names, ratios.tolist(), strict=True)),
        "parts": dict(zip(names, parts.tolist(), strict=True)),
    }


def without_least_units(
    forecast: Forecast, observations: list[RowObservation], exact: bool = False
) -> dict[str, Any] | None:
    """The summary by the old scores, of logarithms down to 1e-12; None where nothing differs or no
    observation is left."""
    if not any(least_unit(fact.row) for fact in observations):
        return None
    scores = score(forecast, observations, exact, knows_zero=False)
    return summary(scores) if scores else None


def by_series(scores: list[Score]) -> dict[str, dict[str, Any]]:
    """Summaries by series and actor: `lead_points, US-China`."""
    return {
        name: {
            "unit": some[0].row.unit,
            "scale": some[0].row.scale,
            "crps": _mean(one.crps for one in some),
            **summary(some),
        }
        for name, some in _groups(scores, lambda one: f"{one.row.series}, {one.row.actor}").items()
    }


def tables(scores: list[Score]) -> dict[str, Any]:
    """Summaries over all and by series."""
    return {"all": summary(scores), "by_series": by_series(scores)}


def score_frame(scores: list[Score]) -> pd.DataFrame:
    """A row for each observation."""
    rows = []
    for one in scores:
        values = asdict(one)
        row, inside, against = (values.pop(name) for name in ("row", "inside", "against"))
        names = {name: row[name] for name in ("series", "actor", "end", "unit", "scale")}
        bands = {f"inside_{name}": value for name, value in inside.items()}
        references = {f"crps_{name}": value for name, value in against.items()}
        rows.append(names | values | bands | references)
    return pd.DataFrame(rows)


def save(scores: list[Score], about: dict[str, Any], folder: str | Path) -> Path:
    """Write the table and the summaries into a folder, all or nothing."""
    return save_tables(folder, {SCORES: score_frame(scores)}, {ABOUT: about | tables(scores)})
