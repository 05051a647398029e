"""What would have to be true for the sign of an effect to reverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.stats import norm, spearmanr

from sim.analysis.limits import describe_limits
from sim.analysis.prim import find_box
from sim.core.worlds import Block, Mask
from sim.outcomes.catalogue import compute_effects
from sim.research.identification.bayes_factors import ETA, SIGMA
from sim.research.identification.effects import MAIN
from sim.research.identification.ensemble import Ensemble
from sim.sweeps.factors import Factor

LATE_EFFECTS = ("lead_months@2030-12", "innovation_effect@2030-12")
CANDIDATES = 24  # numbers in which a box is looked for: those that move with the effect most
SHOWN = 8
MEDIAN_SIZE = 0.6745  # of a standard normal number
PLANE = {ETA: (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0), SIGMA: (0.3, 0.7, 1.3, 2.6)}
PLANE_WORLDS = 128


def drivers(values: Block, numbers: Mapping[str, Block], units: Mapping[str, str]) -> dict:
    """What goes with the sign of an effect: single numbers, and a box in which it reverses.

    Args:
        values: the effect, `[world]`.
        numbers: by dotted path, `[world]`; units: of them.

    Returns:
        `chance`, the rank correlation that none of so many unrelated numbers would exceed in 95 %
        of ensembles, and the independent worlds on which it rests (`effective`); the numbers that
        exceed it, each with the share of worlds above 0 where it is in its lowest and highest
        fifth; and the box in which the rarer sign is most frequent (PRIM), with its density in
        worlds that were not searched.
    """
    varied = {path: x for path, x in numbers.items() if x.size == values.size and np.ptp(x) > 0}
    rho = {path: float(spearmanr(x, values).statistic) for path, x in varied.items()}
    mostly_positive = (values > 0).mean() >= 0.5
    rarer = values < 0 if mostly_positive else values > 0
    effective = _effective_worlds(np.abs(list(rho.values())), len(values))
    chance = float(norm.ppf(1 - 0.025 / len(rho)) / np.sqrt(effective - 1))
    ranked = sorted(rho, key=lambda path: -abs(rho[path]))
    names = [path for path in ranked if abs(rho[path]) > chance][:CANDIDATES]
    return {
        "chance": chance,
        "effective": round(effective, 1),
        "tried": len(rho),
        "stand_out": len(names),
        "numbers": [_driver(path, varied[path], values, rho[path]) for path in names[:SHOWN]],
        "rarer": "below" if mostly_positive else "above",
        "share": float(rarer.mean()),
        "box": _box({path: varied[path] for path in names}, rarer, units),
    }


def _effective_worlds(sizes: Block, worlds: int) -> float:
    """Number of independent worlds, from how large correlations are by chance.

    Worlds of a fit share ancestors, so that numbers without influence are correlated too. Most
    numbers have none: their median rank correlation says how large chance makes it.
    """
    return float(np.clip(1 + (MEDIAN_SIZE / np.median(sizes)) ** 2, 3.0, worlds))


def _driver(path: str, x: Block, values: Block, rho: float) -> dict[str, Any]:
    low, high = np.quantile(x, [0.2, 0.8])
    fifths = {"low": values[x <= low], "high": values[x >= high]}
    shares = {f"positive_{end}": float((some > 0).mean()) for end, some in fifths.items()}
    medians = {f"median_{end}": float(np.median(some)) for end, some in fifths.items()}
    return {"path": path, "rho": rho, "fifth_low": low, "fifth_high": high, **shares, **medians}


def _box(
    numbers: Mapping[str, Block], condition: Mask, units: Mapping[str, str]
) -> dict[str, Any] | None:
    """The best box over some numbers; None where none stands out of chance."""
    if not numbers or not 0 < condition.sum() < len(condition):
        return None
    x = np.stack(list(numbers.values()), axis=1)
    search = find_box(x, condition.astype(float), ["number"] * len(numbers))
    if not search.box.limits:
        return None
    factors = [Factor(name=path, key=path, kind="number", unit=units[path]) for path in numbers]
    return {
        "limits": describe_limits(search.box.limits, factors),
        "density": search.box.density,
        "mass": search.box.mass,
        "coverage": search.box.coverage,
        "elsewhere": search.elsewhere,
    }


def planes(ensemble: Ensemble) -> dict[str, Any]:
    """The late effects over eta and sigma, all else as in the ensemble, `[sigma, eta]` by name."""
    few = Ensemble(ensemble.name, min(ensemble.worlds, PLANE_WORLDS), ensemble.seed)
    grid = [
        [late_effects(few, {ETA: eta, SIGMA: sigma}) for eta in PLANE[ETA]]
        for sigma in PLANE[SIGMA]
    ]

    def table(name: str, statistic: Callable[[Block], float]) -> list[list[float]]:
        return [[round(float(statistic(cell[name])), 4) for cell in row] for row in grid]

    planes: dict[str, Any] = {
        name: {
            "eta": list(PLANE[ETA]),
            "sigma": list(PLANE[SIGMA]),
            "median": table(name, np.median),
            "positive": table(name, lambda values: (values > 0).mean()),
        }
        for name in LATE_EFFECTS
    }
    return planes | {"worlds": few.worlds}


def late_effects(
    ensemble: Ensemble, columns: Mapping[str, float] | None = None
) -> dict[str, Block]:
    """The effects whose sign is studied, with some numbers set, `[world]` by `name@month`."""
    only = {"active", "log_training_efficiency", "capability"}
    enacted, free = (ensemble.record(name, columns=columns, only=only) for name in MAIN)
    values = {}
    for name in LATE_EFFECTS:
        outcome, month = name.split("@")
        effect = compute_effects(enacted, free, [outcome])[outcome]
        values[name] = effect[enacted.calendar.month(month)]
    return values
