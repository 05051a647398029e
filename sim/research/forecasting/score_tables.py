"""Scores summed up: by series and in all, as a table and as plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sim.record.results import ABOUT, SCORES, write_whole
from sim.research.forecasting.scores import BANDS, Score

BINS = 5  # of the histogram of PIT values


def summary(scores: list[Score]) -> dict[str, Any]:
    """What a set of scores says together.

    All on the rows' own scale (logarithms where errors multiply). `bias` is the mean of observation
    less median; `skill` by reference is 1 - CRPS / CRPS of the reference, over the rows that have
    one. Over several series: the mean over series, each counted once; for skill the geometric mean
    of the ratios, so that being twice as good and twice as bad cancel.
    """
    by_series: dict[str, list[Score]] = {}
    for one in scores:
        by_series.setdefault(one.row.series, []).append(one)
    pit = np.array([one.pit for one in scores])
    return {
        "observations": len(scores),
        "series": len(by_series),
        "coverage": {name: _mean([one.inside[name] for one in scores]) for name in BANDS},
        "bias": _over(by_series, lambda some: _mean([one.error for one in some])),
        "crps_scaled": _over(by_series, lambda some: _mean([one.crps_scaled for one in some])),
        "pit_mean": float(pit.mean()),
        "pit_histogram": np.histogram(pit, BINS, (0.0, 1.0))[0].tolist(),
        "skill": _skills(by_series),
    }


def _mean(values: list[Any]) -> float:
    return float(np.mean(values))


def _over(by_series: dict[str, list[Score]], of: Callable[[list[Score]], float]) -> float:
    return _mean([of(some) for some in by_series.values()])


def _skills(by_series: dict[str, list[Score]]) -> dict[str, dict[str, float]]:
    """By reference: mean skill over series, and how many observations and series have it."""
    names = dict.fromkeys(name for some in by_series.values() for s in some for name in s.against)
    found = {}
    for name in names:
        with_it = {
            series: kept
            for series, some in by_series.items()
            if (kept := [one for one in some if name in one.against])
        }
        ratios = [
            sum(one.crps_scaled for one in some)
            / max(sum(one.against[name] for one in some), 1e-12)
            for some in with_it.values()
        ]
        count = sum(len(some) for some in with_it.values())
        mean = 1 - float(np.exp(np.mean(np.log(np.maximum(ratios, 1e-12)))))
        found[name] = {"skill": mean, "observations": count, "series": len(with_it)}
    return found


def by_row_of(scores: list[Score]) -> dict[str, dict[str, Any]]:
    """Summaries by series and actor: `lead_points, US-China`."""
    groups: dict[str, list[Score]] = {}
    for one in scores:
        groups.setdefault(f"{one.row.series}, {one.row.actor}", []).append(one)
    found = {}
    for name, some in groups.items():
        first = some[0].row
        unit = {"unit": first.unit, "scale": first.scale}
        natural = {"crps": _mean([one.crps for one in some])}
        found[name] = unit | natural | summary(some)
    return found


def frame(scores: list[Score]) -> Any:
    """A pandas frame: a row an observation."""
    import pandas as pd

    rows = []
    for one in scores:
        flat = asdict(one)
        row, inside, against = flat.pop("row"), flat.pop("inside"), flat.pop("against")
        names = {name: row[name] for name in ("series", "actor", "end", "unit", "scale")}
        bands = {f"inside_{name}": value for name, value in inside.items()}
        rows.append(names | flat | bands | {f"crps_{name}": v for name, v in against.items()})
    return pd.DataFrame(rows)


def save(scores: list[Score], about: dict[str, Any], folder: str | Path) -> Path:
    """Write the table and the summaries into a folder, all or nothing."""
    whole = about | {"all": summary(scores), "by_series": by_row_of(scores)}

    def write(part: Path) -> None:
        frame(scores).to_csv(part / SCORES, index=False, float_format="%.6g")
        (part / ABOUT).write_text(json.dumps(whole, indent=1, default=str) + "\n", "utf-8")

    return write_whole(folder, write)
