"""What would have to be true for the sign of an effect to turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import norm, spearmanr

from sim.analysis.limits import describe_limits
from sim.analysis.prim import find_box
from sim.core.worlds import Block, Mask
from sim.outcomes.catalogue import compute_effects
from sim.research.identification.effects import MAIN
from sim.research.identification.identification import ETA, SIGMA
from sim.research.identification.simulated import Ensemble
from sim.sweeps.factors import Factor

ASKED = ("lead_months@2030-12", "innovation_effect@2030-12")
CANDIDATES = 24  # numbers in which a box is looked for: those that move with the effect most
SHOWN = 8
MIDDLE = 0.6745  # median size of a standard normal number
PLANE = {ETA: (0.0, 0.5, 1.0, 1.5, 2.0), SIGMA: (0.3, 0.7, 1.3, 2.6)}
PLANE_WORLDS = 128


def turning(values: Block, numbers: dict[str, Block], units: dict[str, str]) -> dict[str, Any]:
    """What goes with the sign of an effect: single numbers, and a box in which it turns.

    Args:
        values: the effect, `[world]`.
        numbers: by dotted path, `[world]`; units: of them.

    Returns:
        `chance`, the rank correlation that none of so many unrelated numbers would exceed in 95 %
        of ensembles, and the independent worlds that it counts (`effective`); the numbers that
        exceed it, each with the share of worlds above 0 where it is in its lowest and highest
        fifth; and the box in which the rarer sign is most frequent (PRIM), with its density on
        worlds not searched.
    """
    varied = {path: x for path, x in numbers.items() if x.size == values.size and np.ptp(x) > 0}
    rho = {path: float(spearmanr(x, values).statistic) for path, x in varied.items()}
    ranked = sorted(rho, key=lambda path: -abs(rho[path]))
    rarer = values < 0 if (values > 0).mean() >= 0.5 else values > 0
    effective = _effective(np.abs(list(rho.values())), len(values))
    chance = float(norm.ppf(1 - 0.025 / len(rho)) / np.sqrt(effective - 1))
    names = [path for path in ranked if abs(rho[path]) > chance][:CANDIDATES]
    return {
        "chance": chance,
        "effective": round(effective, 1),
        "tried": len(rho),
        "stand_out": len(names),
        "numbers": [_mover(path, varied[path], values, rho[path]) for path in names[:SHOWN]],
        "rarer": "below" if (values > 0).mean() >= 0.5 else "above",
        "share": float(rarer.mean()),
        "box": _box(varied, rarer, names, units),
    }


def _effective(sizes: Block, worlds: int) -> float:
    """Independent worlds that an ensemble counts for, from how large correlations are by chance.

    Worlds of a fit share ancestors, so that numbers without influence go together too. Most numbers
    have none: the middle one of their rank correlations says how large chance makes them.
    """
    return float(np.clip(1 + (MIDDLE / np.median(sizes)) ** 2, 3.0, worlds))


def _mover(path: str, x: Block, values: Block, rho: float) -> dict[str, Any]:
    low, high = np.quantile(x, [0.2, 0.8])
    ends = {"low": values[x <= low], "high": values[x >= high]}
    shares = {f"positive_{end}": float((some > 0).mean()) for end, some in ends.items()}
    medians = {f"median_{end}": float(np.median(some)) for end, some in ends.items()}
    return {"path": path, "rho": rho, "fifth_low": low, "fifth_high": high, **shares, **medians}


def _box(
    numbers: dict[str, Block], y: Mask, names: list[str], units: dict[str, str]
) -> dict[str, Any] | None:
    """The best box over some numbers, None where there is none that stands out of chance."""
    if not names or not 0 < y.sum() < len(y):
        return None
    x = np.stack([numbers[path] for path in names], axis=1)
    found = find_box(x, y.astype(float), ["number"] * len(names))
    if not found.box.limits:
        return None
    factors = [Factor(name=path, key=path, kind="number", unit=units[path]) for path in names]
    return {
        "limits": describe_limits(found.box.limits, factors),
        "density": found.box.density,
        "mass": found.box.mass,
        "coverage": found.box.coverage,
        "elsewhere": found.elsewhere,
    }


def planes(worlds: Ensemble) -> dict[str, Any]:
    """The effects over eta and sigma, all else as in the posterior, `[sigma, eta]` by name."""
    some = Ensemble(worlds.name, min(worlds.worlds, PLANE_WORLDS), worlds.seed)
    grid = {
        (sigma, eta): asked(some, {ETA: eta, SIGMA: sigma})
        for sigma in PLANE[SIGMA]
        for eta in PLANE[ETA]
    }
    return {name: _plane(name, grid) for name in ASKED} | {"worlds": some.worlds}


def _plane(name: str, grid: dict[tuple[float, float], dict[str, Block]]) -> dict[str, Any]:
    def table(of: Callable[[Block], float]) -> list[list[float]]:
        rows = [[of(grid[sigma, eta][name]) for eta in PLANE[ETA]] for sigma in PLANE[SIGMA]]
        return [[round(float(value), 4) for value in row] for row in rows]

    return {
        "eta": list(PLANE[ETA]),
        "sigma": list(PLANE[SIGMA]),
        "median": table(lambda values: float(np.median(values))),
        "positive": table(lambda values: float((values > 0).mean())),
    }


def asked(worlds: Ensemble, columns: dict[str, float] | None = None) -> dict[str, Block]:
    """The effects asked about, with some numbers set, `[world]` by `name@month`."""
    only = {"active", "log_training_efficiency", "capability"}
    this, reference = (worlds.record(name, columns=columns, only=only) for name in MAIN)
    found = {}
    for name in ASKED:
        outcome, month = name.split("@")
        values = compute_effects(this, reference, [outcome])[outcome]
        found[name] = values[this.calendar.month(month)]
    return found
