"""The distribution of a number over worlds as plain data, which is recorded as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.experiments.verdict import LIKELY, Verdict, shared_sign

LOG_POINTS = "log points"  # the unit of differences of logarithms
PERCENTILES = (5, 25, 50, 75, 95)


def distribution(values: Block, unit: str = "1") -> dict[str, Any]:
    """Quantiles, mean and shares of each sign over worlds."""
    low, lower, median, upper, high = np.percentile(values, PERCENTILES)
    numbers = {
        "median": median,
        "p5": low,
        "p25": lower,
        "p75": upper,
        "p95": high,
        "mean": np.mean(values),
        "positive": (values > 0).mean(),
        "negative": (values < 0).mean(),
    }
    rounded_numbers = {name: rounded(value) for name, value in numbers.items()}
    return {"unit": unit, **rounded_numbers, "worlds": len(values)}


def log_points(values: Block) -> dict[str, Any]:
    """The same of differences of logarithms."""
    return distribution(values, LOG_POINTS)


def rounded(value: float, digits: int = 6) -> float:
    """So many significant digits: the same on any machine."""
    return float(f"{float(value):.{digits}g}")


def sign_of(numbers: dict[str, Any]) -> int:
    """+1 or -1 where most worlds agree on the sign, 0 where it is open or hardly anything moves."""
    if numbers.get("small", 0.0) >= LIKELY:
        return 0
    return shared_sign(numbers["positive"], numbers["negative"])


def agreement(numbers: dict[str, Any]) -> float:
    """Share of worlds that have the more frequent sign."""
    return max(numbers["positive"], numbers["negative"])


def verdict_on(spread: dict[str, Any], outcome: str, month: str) -> Verdict:
    """The verdict that a recorded distribution of an effect holds."""
    return Verdict(
        outcome,
        spread["unit"],
        month,
        spread["median"],
        spread["p5"],
        spread["p95"],
        spread["positive"],
        spread["negative"],
        spread.get("since"),
        share_small=spread.get("small", 0.0),
        threshold=spread.get("threshold", ""),
    )
