"""On which prior numbers the headline effects rest, and the effects under other priors of eta."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, rankdata

from sim.core.worlds import Block
from sim.outcomes.catalogue import compute_effects, compute_outcomes, series_read, unit_of
from sim.outcomes.presentation import levels_needed, size_of_effect
from sim.research.identification.bayes_factors import ETA
from sim.research.identification.distribution import distribution, rounded
from sim.research.identification.effects import EFFECTS, MAIN, MONTHS, Progress
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.eta_pieces import LEFT_OUT, synthesis

HEADLINES = (*EFFECTS, "china_frontier", "efficiency_ratio", "value_chips")
ERROR = 0.05  # chance that any unrelated pair of number and headline exceeds the bound


@dataclass(frozen=True)
class Headline:
    """A headline effect at a month.

    Attributes:
        effect: difference of the outcome, `[world]`.
        size: the same as people give it, in `unit`, `[world]`.
        unit: percent for efficiencies and ratios.
    """

    effect: Block
    size: Block
    unit: str


def headline_effects(
    ensemble: Ensemble, columns: Mapping[str, Block] | None = None
) -> dict[str, Headline]:
    """Effects of all controls in paired worlds, by `name@month`."""
    one = Ensemble(ensemble.name, 1, ensemble.seed)
    only = series_read(one.record(MAIN[0], 1), HEADLINES)
    enacted, free = (ensemble.record(name, columns=columns, only=only) for name in MAIN)
    values = compute_effects(enacted, free, HEADLINES)
    levels = compute_outcomes(free, levels_needed(HEADLINES))
    found = {}
    for label in MONTHS:
        at = enacted.calendar.month(label)
        of_month = {name: level[at] for name, level in levels.items()}
        for name in HEADLINES:
            effect = values[name][at]
            size = size_of_effect(name, effect, unit_of(name), of_month)
            found[f"{name}@{label}"] = Headline(effect, size.values, size.unit)
    return found


def chance_bound(tests: int, worlds: int) -> float:
    """Rank correlation that none of so many unrelated pairs exceeds in 95 % of ensembles.

    Bonferroni's bound on the normal approximation of Spearman's coefficient.
    """
    return float(norm.ppf(1 - ERROR / 2 / tests) / np.sqrt(worlds - 1))


def dependence(ensemble: Ensemble) -> dict[str, Any]:
    """Numbers whose Spearman correlation with a headline effect is beyond chance.

    Returns:
        `bound`, number of `tests`, and `numbers`: by dotted path, the strongest first, rho by
        `name@month` where it is beyond the bound.
    """
    varied = {path: x for path, x in ensemble.numbers().items() if np.ptp(x) > 0}
    effects = headline_effects(ensemble)
    bound = chance_bound(len(varied) * len(effects), ensemble.worlds)
    rho = correlations(list(varied.values()), [one.effect for one in effects.values()])
    found = {
        path: {
            name: rounded(value, 3)
            for name, value in zip(effects, row, strict=True)
            if abs(value) > bound
        }
        for path, row in zip(varied, rho.tolist(), strict=True)
    }
    clear = sorted((path for path in found if found[path]), key=lambda p: -_strength(found[p]))
    return {
        "bound": rounded(bound),
        "numbers_tried": len(varied),
        "tests": rho.size,
        "numbers": {path: found[path] for path in clear},
    }


def _strength(row: Mapping[str, float]) -> float:
    return max(abs(value) for value in row.values())


def correlations(numbers: Sequence[Block], effects: Sequence[Block]) -> Block:
    """Spearman correlations, `[number, effect]`."""
    across, down = (_standard_ranks(rows) for rows in (numbers, effects))
    return across @ down.T / across.shape[1]


def _standard_ranks(rows: Sequence[Block]) -> Block:
    ranks = np.array([rankdata(row) for row in rows])
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return centred / np.where(spread > 0, spread, 1.0)


def without_pieces(prior: Ensemble, posterior: Ensemble) -> dict[str, Any]:
    """Headline effects with pieces of the prior of eta left out.

    Worlds of the prior run again, each with the eta that the other prior has at the same quantile.
    Fitted worlds are weighted by the other prior of eta over the prior that they were fitted with,
    which needs no new fit; `effective` says how many equal weights would determine a mean as well.
    """
    every, drawn, fitted = synthesis(), prior.numbers()[ETA], posterior.numbers()[ETA]
    of_fitted = headline_effects(posterior)
    results = {}
    for name, signs in LEFT_OUT.items():
        other = synthesis(signs)
        moved = other.mean + other.spread * (drawn - every.mean) / every.spread
        weights = other.density(fitted) / every.density(fitted)
        results[name] = {
            "eta": {end: getattr(other.prior, end) for end in ("median", "p5", "p95")},
            "weights": {piece: rounded(weight, 3) for piece, weight in other.weights.items()},
            "prior": _distributions(headline_effects(prior, {ETA: moved})),
            "effective": rounded(weights.sum() ** 2 / (weights**2).sum(), 4),
            "posterior": _distributions(of_fitted, weights),
        }
    return results


def _distributions(effects: Mapping[str, Headline], weights: Block | None = None) -> dict[str, Any]:
    return {
        name: distribution(resampled(one.size, weights), one.unit) | {"worlds": len(one.size)}
        for name, one in effects.items()
    }


def resampled(values: Block, weights: Block | None, rows: int = 4096) -> Block:
    """Values of a weighted sample as equally weighted ones, by systematic resampling."""
    if weights is None:
        return values
    edges = np.cumsum(weights / weights.sum())
    at = np.searchsorted(edges, (np.arange(rows) + 0.5) / rows)
    return values[np.minimum(at, len(values) - 1)]


def priors_study(
    worlds: int, posterior: Ensemble, seed: int, progress: Progress = lambda step: None
) -> dict[str, Any]:
    """On what the headlines rest, and what they are with other pieces of eta (docs/priors.json)."""
    prior = Ensemble("prior", worlds, seed)
    progress("numbers that move the headlines")
    results: dict[str, Any] = {"about": prior.about(), "fitted": posterior.about()}
    results["dependence"] = dependence(prior)
    progress("headlines with pieces of eta left out")
    results["eta"] = without_pieces(Ensemble("prior", min(worlds, 256), seed), posterior)
    return results
