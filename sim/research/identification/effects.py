"""The answer: effects of the controls in the calibrated worlds, pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.core.worlds import Block
from sim.outcomes.catalogue import compute_effects, series_read, unit_of
from sim.research.identification.numbers import spread
from sim.research.identification.simulated import Ensemble

PAIRS = {
    ("as_enacted", "no_controls"): "all controls as enacted",
    ("chips_only", "no_controls"): "the rules on chips alone",
    ("tools_only", "no_controls"): "the rules on tools, memory and foundries alone",
    ("october_2022_never_updated", "no_controls"): "the first chip rule, never updated",
}
MAIN = ("as_enacted", "no_controls")
EFFECTS = (
    "lead_months",
    "lead_points",
    "innovation_effect",
    "innovation_effect_inference",
    "compute_ratio",
    "run_ratio",
    "domestic_share",
    "huawei_units",
    "supplier_loss",
)
MONTHS = ("2024-12", "2026-12", "2030-12")


def effects(worlds: Ensemble, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Effects of each pair of scenarios: by pair, outcome and month what the worlds say."""
    only = _series(worlds)
    found: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for pair in PAIRS:
        say(" against ".join(pair))
        for name in pair:
            if name not in kept:
                kept[name] = worlds.record(name, only=only)
        values = compute_effects(kept[pair[0]], kept[pair[1]], EFFECTS)
        month = kept[pair[0]].calendar.month
        at = {(name, label): values[name][month(label)] for name in EFFECTS for label in MONTHS}
        found["-".join(pair)] = _table(at)
        kept.pop(pair[0])
    return found


def _table(at: dict[tuple[str, str], Block]) -> dict[str, Any]:
    return {
        name: {label: spread(at[name, label], unit_of(name)) for label in MONTHS}
        for name in EFFECTS
    }


def _series(worlds: Ensemble) -> set[str]:
    """The recorded series that the effects need."""
    return series_read(Ensemble(worlds.name, 1, worlds.seed).record(MAIN[0], 1), EFFECTS)
