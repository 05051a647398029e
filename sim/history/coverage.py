"""How the simulated bands compare with history: which observations lie inside, which do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.history.observations import Observation, observations
from sim.results import Results

OUTCOME_OF = {  # series of the history that are outcomes under another name
    "private_investment_us": "us_investment",
    "private_investment_china": "china_investment",
    "inference_price_fall": "price_fall",
}


@dataclass(frozen=True)
class Coverage:
    """One observation beside the simulated band."""

    fact: Observation
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the observed value lies in the 5-95 % band."""
        return self.low <= self.fact.value <= self.high


def coverage(results: Results) -> list[Coverage]:
    """Every observation of a series that the results hold or imply."""
    found = []
    for fact in observations():
        values = simulated(results, fact)
        if values is not None:
            low, median, high = np.percentile(values, [5, 50, 95])
            found.append(Coverage(fact, float(low), float(median), float(high)))
    return found


def rows_inside(found: list[Coverage]) -> dict[int, bool]:
    """By row of the history: whether all its observations lie inside."""
    rows = sorted({one.fact.row for one in found})
    return {row: all(one.inside for one in found if one.fact.row == row) for row in rows}


def simulated(results: Results, fact: Observation) -> np.ndarray | None:
    """What the worlds say about an observation, `[world]`; None where they cannot."""
    outcome = OUTCOME_OF.get(fact.series, fact.series)
    if outcome in results.names:
        return results.at(outcome, fact.month)
    name, _, lab = fact.series.partition(":")
    if name == "lab_compute":
        return results.series["chips"].sel(month=fact.month, lab=lab).values
    if name == "revenue":  # an annualised run-rate
        return 12 * results.series["revenue"].sel(month=fact.month, lab=lab).values
    derived = {
        "run_growth_us": lambda: _growth(results, "largest_run_us", "2020-12", fact.month),
        "run_growth_china": lambda: _growth(results, "largest_run_china", "2021-12", fact.month),
        "frontier_pace": lambda: (
            (results.at("us_frontier", fact.month) - results.at("us_frontier", "2022-04")) / 2
        ),
        "imitation_lag": lambda: (
            results.outcomes["lead_months_observed"]
            .sel(month=slice("2023-09", fact.month))
            .mean("month")
            .values
        ),
    }
    return derived[name]() if name in derived else None


def _growth(results: Results, name: str, first: str, last: str) -> np.ndarray:
    """Growth of a largest run between two months, x/yr."""
    years = (results.months.index(last) - results.months.index(first)) / 12
    return (results.at(name, last) / results.at(name, first)) ** (1 / years)


def table(found: list[Coverage]) -> str:
    """Coverage as a Markdown table, with the count of rows first."""
    inside = rows_inside(found)
    lines = [
        f"{sum(inside.values())} of {len(inside)} rows lie inside with all their observations "
        f"({', '.join(str(row) for row, ok in inside.items() if not ok) or 'none'} outside); "
        f"{sum(one.inside for one in found)} of {len(found)} observations do.",
        "",
        "| row | series | month | observed | simulated median [5 %, 95 %] | inside |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        fact = one.fact
        flag = "yes" if one.inside else "no"
        lines.append(
            f"| {fact.row} | {fact.series} | {fact.month} | {fact.value:.3g} {fact.unit} "
            f"| {one.median:.3g} [{one.low:.3g}, {one.high:.3g}] | {flag} |"
        )
    return "\n".join(lines) + "\n"
