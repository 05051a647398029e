"""What the factors of a sweep are, by the names that its design gives them."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.load import load
from sim.scenario.paths import meaning_at


def explained(keys: Mapping[str, str]) -> list[str]:
    """A line for each factor that varies a number or a switch: its meaning and its key.

    Args:
        keys: by the name of the factor; those of other factors are left out.
    """
    scenario = load("as_enacted").scenario
    meanings = {name: meaning_at(scenario, key) for name, key in keys.items() if key}
    return [f"{name}: {text} ({keys[name]})" for name, text in meanings.items() if text]
