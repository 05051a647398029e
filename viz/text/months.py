"""The months at which results are reported."""

from __future__ import annotations

from sim.record.results import Results

FAR = "2030-12"  # month that sentences are about, where results reach it
YEAR_ENDS = ("2022-12", "2024-12", "2026-12", "2028-12", FAR)


def reported_month(results: Results) -> str:
    """The month that sentences are about."""
    return FAR if FAR in results.months else results.months[-1]


def shown_months(results: Results) -> list[str]:
    """Year ends that the results reach, and their last month."""
    months = [month for month in YEAR_ENDS if month in results.months]
    last = results.months[-1]
    return months if last in months else [*months, last]
