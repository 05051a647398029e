"""All findings in one go: numbers as plain data, recorded in docs/findings.json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.experiments.explain import explain
from sim.experiments.parts import Explanation, Part
from sim.outcomes.catalogue import compute_effects
from sim.research.identification import sign_reversal as flips
from sim.research.identification.effects import MAIN, MONTHS, effects
from sim.research.identification.simulated import Ensemble
from sim.scenario.load import load
from sim.scenario.schema import quantities

EXPLAINED = (
    "lead_months",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "supplier_loss",
)
SPLIT_WORLDS, ORDERS = 64, 4
FREE_WORLDS = 1024  # of the prior, which are independent: what turns the sign shows there
QUICK_WORLDS, QUICK_MONTH = 8, "2024-12"  # what a test runs again to see that the page still holds


def find(worlds: Ensemble, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Run everything; `say` is told what is under way."""
    found = effects(worlds, say)
    say("what turns the sign")
    turning = {
        one.name: turned(one) for one in (worlds, Ensemble("prior", FREE_WORLDS, worlds.seed))
    }
    say("effects over eta and sigma")
    planes = flips.planes(worlds)
    say("channels")
    channels = {month: split(worlds, month) for month in (MONTHS[0], MONTHS[-1])}
    return {
        "effects": found,
        "turning": turning,
        "planes": planes,
        "channels": channels,
        "quick": quick(worlds),
    }


def turned(worlds: Ensemble) -> dict[str, Any]:
    """What goes with the sign of the effects asked about, in an ensemble."""
    numbers = worlds.numbers()
    units = {path: item.unit for path, item, _ in quantities(load(MAIN[0]).scenario)}
    values = flips.asked(worlds)
    return {name: flips.turning(values[name], numbers, units) for name in flips.ASKED}


def split(worlds: Ensemble, month: str) -> dict[str, Any]:
    """The effect of all controls by channel, in the first worlds."""
    some = min(worlds.worlds, SPLIT_WORLDS)
    made: Explanation = explain(
        *MAIN,
        EXPLAINED,
        worlds=some,
        seed=worlds.seed,
        month=month,
        orders=ORDERS,
        ensemble=worlds.name,
    )
    return {
        name: {
            "unit": one.unit,
            "worlds": some,
            "parts": [_part(part) for part in one.rows],
        }
        for name, one in made.splits.items()
    }


def _part(part: Part) -> dict[str, Any]:
    return {key: _short(value) for key, value in asdict(part).items()} | {"sign": part.sign}


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def quick(worlds: Ensemble) -> dict[str, float]:
    """A few numbers that are fast to make again: means over the first worlds."""
    some = Ensemble(worlds.name, QUICK_WORLDS, worlds.seed)
    months = load(MAIN[0]).scenario.calendar.month(QUICK_MONTH) + 1
    this, reference = (some.record(name, months) for name in MAIN)
    made: dict[str, Block] = compute_effects(this, reference, ("lead_months", "innovation_effect"))
    return {name: float(f"{np.mean(values[-1]):.6g}") for name, values in made.items()}
