"""Weights of the rival forms of the model, by how well each forecast what came (stacking)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.uncertainty.posterior import SHIPPED, fitted_structures

FILE = SHIPPED / "weights.json"
GOLDEN = (5**0.5 - 1) / 2
LEAST = 0.005  # weight below which a form has no world among some hundreds


def stored_weights() -> dict[str, Any]:
    """What is shipped: `weights` by form, and the `origins` and `observations` of forecasts."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


@cache
def weights() -> dict[str, float]:
    """Weight of each form that has one, by name; they sum to 1."""
    stored = stored_weights()["weights"]
    known = {name: stored[name] for name in fitted_structures() if stored.get(name, 0) >= LEAST}
    whole = sum(known.values())
    return {name: weight / whole for name, weight in known.items()}


def part_of(numbers: np.ndarray, shares: Block) -> np.ndarray:
    """Which part each world belongs to, so that any run of worlds has nearly the shares of all.

    A world's part depends on its number alone: multiples of the golden ratio are spread evenly.

    Args:
        numbers: of the worlds; shares: of the parts, which sum to 1.
    """
    place = (numbers + 0.5) * GOLDEN % 1.0
    return np.minimum(np.searchsorted(np.cumsum(shares), place, side="right"), len(shares) - 1)
