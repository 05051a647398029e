"""What each structure answers, and all of them together (viz/structures.json)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sim.core.worlds import Block
from sim.outcomes.catalogue import unit_of
from sim.outcomes.presentation import as_it_adds_up, size_of_effect
from sim.research.identification.distribution import rounded
from sim.research.identification.effects import MONTHS, by_month, main_pair, sized
from sim.research.identification.ensemble import (
    ENACTED,
    HISTORY_MONTHS,
    NO_CONTROLS,
    Ensemble,
)
from sim.research.identification.studies import placebo_tests
from sim.research.structures.spread import flips, within_and_between
from sim.research.structures.stacking import Weights
from sim.scenario.structures import ALL, REFERENCE, structures
from sim.uncertainty.posterior import newest_fit

EFFECTS = (
    "innovation_effect",
    "lead_months",
    "compute_ratio",
    "domestic_share",
    "supplier_loss",
    "us_supplier_revenue_china",
)
SHIPPED = ("mean", "observations")  # of weights: in sim.uncertainty.structure_weights.FILE alone
WORLDS, PLACEBO_WORLDS, ALL_WORLDS = 512, 256, 1024
Progress = Callable[[str], None]
Sizes = Mapping[tuple[str, str], Block]  # of an effect in a month, as people give it, `[world]`


def structures_study(
    names: Sequence[str], weights: Weights, alone: Mapping[str, Weights], progress: Progress
) -> dict[str, Any]:
    """Answers of structures and of all by their weights, with their spread and flips of sign.

    Args:
        names: of the structures, the reference first; fits of all of them are shipped.
        weights: of the structures; alone: what they would be by forecasts from each origin alone.
    """
    found: dict[str, Any] = {}
    values: dict[str, Sizes] = {}
    for name in names:
        progress(f"{name}: effects and placebos")
        ensemble = Ensemble(name if name != REFERENCE else "posterior", WORLDS)
        effects, values[name] = main_effects(ensemble)
        found[name] = _about(name) | {"effects": effects, "placebos": _placebos(ensemble.name)}
    progress("all structures")
    together = Ensemble(ALL, ALL_WORLDS)
    of_all, _ = main_effects(together)
    return {
        "about": together.about() | {"worlds_of_each": WORLDS},
        "weights": {key: value for key, value in asdict(weights).items() if key not in SHIPPED},
        "alone": {origin: one.mean for origin, one in alone.items()},
        "structures": found,
        "all": {"effects": of_all, "by_month": by_month(together)},
        "spread": {
            outcome: {month: _spread(outcome, month, values, found, weights) for month in MONTHS}
            for outcome in EFFECTS
        },
    }


def _about(name: str) -> dict[str, Any]:
    """What a structure is, and how well it fits."""
    form, fitted = structures()[name], newest_fit(name)
    return {
        "title": form.title,
        "why": form.why,
        "source": form.source,
        "particles": fitted.count,
        "evidence": fitted.about["evidence"],
        "hash": fitted.digest,
    }


def main_effects(ensemble: Ensemble) -> tuple[dict[str, Any], Sizes]:
    """Effects of all controls: distributions by outcome and month, and their values."""
    effects, levels, labels = main_pair(ensemble, EFFECTS)
    sizes = {
        (name, month): size_of_effect(
            name,
            effects[name][labels.index(month)],
            unit_of(name),
            {key: block[labels.index(month)] for key, block in levels.items()},
        ).values
        for name in EFFECTS
        for month in MONTHS
    }
    return {
        name: {month: sized(name, month, labels, effects[name], levels) for month in MONTHS}
        for name in EFFECTS
    }, sizes


def _placebos(ensemble: str) -> dict[str, float]:
    """How a structure passes the placebos: what should be near 0 or 1 (docs/evidence.md)."""
    few = Ensemble(ensemble, PLACEBO_WORLDS)
    enacted, free = (few.record(name, HISTORY_MONTHS) for name in (ENACTED, NO_CONTROLS))
    tests = placebo_tests(few, enacted, free)
    return {
        "before_first_rule": rounded(tests["slowdown"]["before_first_rule"]["median"]),
        "slower_without_rules": rounded(tests["slowdown"]["largest_run"]["slower_free"]["median"]),
        "gain_of_mistral": rounded(tests["mistral"]["gain_mistral"]["median"]),
        "fake_control": rounded(tests["fake_control"]["effect_compute"]["median"]),
    }


def _spread(
    outcome: str,
    month: str,
    values: Mapping[str, Sizes],
    found: Mapping[str, Any],
    weights: Weights,
) -> dict[str, Any]:
    """Spread within and between structures, and which of them say the opposite."""
    sizes = {name: as_it_adds_up(outcome, values[name][outcome, month]) for name in values}
    shown = {name: found[name]["effects"][outcome][month] for name in found}
    return within_and_between(sizes, weights.mean) | {"flips": flips(shown, REFERENCE)}
