"""What an act is aimed at: whom it hits, and whether it eases."""

from __future__ import annotations

from typing import Any

from sim.scenario.instruments import Event
from sim.scenario.schema import Scenario


def hit(event: Event, scenario: Scenario) -> set[str]:
    """Blocs against which an act is directed: by name, or by the firms that it names."""
    firms = {**scenario.labs, **scenario.suppliers}
    named = {firms[target].bloc for target in getattr(event, "targets", [])}
    return named | {getattr(event, field, "") for field in ("destination", "origin")}


def looser(new: Any, old: Any) -> bool:
    """Whether an act permits more than the one it supersedes, and nothing less."""
    if new.instrument != "chip_rule":
        return new.strength.central < old.strength.central
    steps = [
        new.licence_rate.central - old.licence_rate.central,
        new.cap.central - old.cap.central,
        old.levy.central - new.levy.central,
    ]
    for limit in ("tpp", "interconnect", "bandwidth"):
        ours, theirs = getattr(new, limit), getattr(old, limit)
        # A limit that is not given is reached by every chip: the strictest.
        steps.append((ours.central if ours else 0.0) - (theirs.central if theirs else 0.0))
    return max(steps) > 0 and (steps[0] > 0 or min(steps) >= 0)
