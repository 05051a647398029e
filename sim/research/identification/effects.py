"""Effects of the controls in fitted worlds, pair of scenarios by pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.outcomes.catalogue import compute_effects, series_read, unit_of
from sim.research.identification.distribution import distribution
from sim.research.identification.ensemble import ENACTED, NO_CONTROLS, Ensemble

Progress = Callable[[str], None]  # called with what is being computed

PAIRS = {
    (ENACTED, NO_CONTROLS): "all controls as enacted",
    ("chips_only", NO_CONTROLS): "the rules on chips alone, China's answer kept",
    ("chips_only_unanswered", NO_CONTROLS): "the rules on chips alone, China's answer withheld",
    ("tools_only", NO_CONTROLS): "the rules on tools, memory and foundries alone, "
    "China's answer kept",
    ("tools_only_unanswered", NO_CONTROLS): "the rules on tools, memory and foundries alone, "
    "China's answer withheld",
    ("october_2022_never_updated", NO_CONTROLS): "the first chip rule, never updated",
}
MAIN = (ENACTED, NO_CONTROLS)
BY_INSTRUMENT = (MAIN, ("chips_only", NO_CONTROLS), ("tools_only", NO_CONTROLS))
"""Pairs whose effects are split by instrument: they hold acts of both governments."""
EFFECTS = (
    "lead_months",
    "lead_points",
    "innovation_effect",
    "innovation_effect_inference",
    "compute_ratio",
    "run_ratio",
    "domestic_share",
    "domestic_share_units",
    "domestic_share_value",
    "huawei_units",
    "supplier_loss",
    "us_supplier_revenue_china",
)
MONTHS = ("2024-12", "2026-12", "2030-12")


def effects(ensemble: Ensemble, progress: Progress = lambda step: None) -> dict[str, Any]:
    """Effects of each pair of scenarios: distributions by pair, outcome and month."""
    one_world = Ensemble(ensemble.name, 1, ensemble.seed)
    only = series_read(one_world.record(ENACTED, 1), EFFECTS)
    reference = ensemble.record(NO_CONTROLS, only=only)
    month = reference.calendar.month
    results = {}
    for pair in PAIRS:
        progress(" against ".join(pair))
        values = compute_effects(ensemble.record(pair[0], only=only), reference, EFFECTS)
        results["-".join(pair)] = {
            name: {
                label: distribution(values[name][month(label)], unit_of(name)) for label in MONTHS
            }
            for name in EFFECTS
        }
    return results
