"""Quantiles of outcomes as tables of integrated assessment (IAMC), which pyam and others read.

A row is one value: model, scenario, region, variable, unit, time, value. The variable is the title
of the outcome and the statistic over worlds, `"US lead in time|50.0th Percentile"`.
"""

from __future__ import annotations

import pandas as pd

from sim.core.packages import version_of
from sim.outcomes.presentation import presentation_of

REGIONS = {"china_": "China", "us_": "United States"}  # by the start of an outcome's name
STATISTICS = {
    "p5": "5.0th Percentile",
    "p25": "25.0th Percentile",
    "p50": "50.0th Percentile",
    "p75": "75.0th Percentile",
    "p95": "95.0th Percentile",
    "mean": "Mean",
}


def iamc(quantiles: pd.DataFrame, monthly: bool = False) -> pd.DataFrame:
    """Quantiles in IAMC's columns.

    Args:
        quantiles: a row for each scenario, outcome and month, as `Results.table` gives them, with
            a column `scenario`.
        monthly: every month, with its first day in `time`; else the last month that was simulated
            of each year, with the `year`.

    Returns:
        a frame without rows for what is not defined.
    """
    frame = quantiles.assign(time=pd.to_datetime(quantiles["month"] + "-01"))
    frame["year"] = frame["time"].dt.year
    if not monthly:
        frame = frame.groupby(["scenario", "outcome", "year"]).tail(1)
    when = "time" if monthly else "year"
    frame = frame.assign(
        model=f"moat {version_of('moat')}",
        region=[_region(name) for name in frame["outcome"]],
    )
    columns = ["model", "scenario", "region", "outcome", "unit", when]
    rows = frame.melt(columns, list(STATISTICS), "statistic").dropna(subset="value")
    names = zip(rows["outcome"], rows["statistic"], strict=True)
    rows["variable"] = [f"{presentation_of(name).title}|{STATISTICS[what]}" for name, what in names]
    return rows[["model", "scenario", "region", "variable", "unit", when, "value"]].reset_index(
        drop=True
    )


def _region(outcome: str) -> str:
    return next((region for start, region in REGIONS.items() if outcome.startswith(start)), "World")
