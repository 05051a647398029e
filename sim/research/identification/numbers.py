"""Numbers for pages: what worlds say of one thing, as plain data, and how it is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.units import figure_of
from sim.core.worlds import Block
from sim.experiments.verdict import shared_sign


def spread(values: Block, unit: str = "1") -> dict[str, Any]:
    """Median, 5-95 % range and shares of each sign over worlds."""
    low, lower, median, upper, high = np.percentile(values, [5, 25, 50, 75, 95])
    return {
        "unit": unit,
        "median": _short(median),
        "p5": _short(low),
        "p25": _short(lower),
        "p75": _short(upper),
        "p95": _short(high),
        "mean": _short(np.mean(values)),
        "positive": _short((values > 0).mean()),
        "negative": _short((values < 0).mean()),
        "worlds": len(values),
    }


def _short(value: float) -> float:
    """Six digits: enough for any page, the same on any machine."""
    return float(f"{float(value):.6g}")


def written(one: dict[str, Any], digits: int = 2) -> str:
    """`0.12 [-0.03, 0.4] log points`."""
    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    low, median, high = (number(one[key], digits) for key in ("p5", "median", "p95"))
    return f"{median} [{low}, {high}]{unit}"


def number(value: float, digits: int = 2) -> str:
    """A number for a sentence: two significant digits, no exponents below a million."""
    return figure_of(value, digits)


def sign_of(one: dict[str, Any]) -> int:
    """+1 or -1 where most worlds agree, 0 where the sign is open."""
    return shared_sign(one["positive"], one["negative"])


def agreement(one: dict[str, Any]) -> float:
    """Share of worlds that have the more frequent sign."""
    return max(one["positive"], one["negative"])


def share(value: float) -> str:
    """A share for a sentence; what is not quite all or none is not rounded to it."""
    if 0.995 <= value < 1:
        return "over 99 %"
    if 0 < value < 0.005:
        return "under 1 %"
    return f"{100 * value:.0f} %"
