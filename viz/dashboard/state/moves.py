"""What the last move of a lever did to the US lead, in a few words."""

from __future__ import annotations

from typing import Protocol

from sim.experiments.verdict import Verdict, verdict_on_effect
from sim.outcomes.record import Array
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import LEAST, Ensemble
from viz.text.format import when
from viz.text.sentences import certainty, label, size


class Simulated(Protocol):
    """A scenario in its worlds, with the simulated US lead `[month, world]`."""

    @property
    def scenario(self) -> EditedScenario:
        """What was simulated."""

    @property
    def ensemble(self) -> Ensemble:
        """Its months and worlds."""

    @property
    def lead(self) -> Array | None:
        """The lead in months."""


def lead_moved(before: Simulated, after: Simulated, month: int) -> dict[str, str]:
    """What the changes between two simulations did to the lead, by changed key.

    Empty where it cannot be said: other worlds, another scenario, nothing changed.
    """
    keys = _changed(before.scenario, after.scenario)
    if before.lead is None or after.lead is None or not keys:
        return {}
    if _worlds(before.ensemble) != _worlds(after.ensemble):
        return {}
    months = after.ensemble.months
    found = verdict_on_effect(LEAST, "months", months[month], months, after.lead - before.lead)
    return dict.fromkeys(keys, moved(found))


def _worlds(ensemble: Ensemble) -> tuple[object, ...]:
    """What two ensembles of paired worlds have in common."""
    return ensemble.months, ensemble.worlds, ensemble.seed


def _changed(old: EditedScenario, new: EditedScenario) -> list[str]:
    """Keys in which two versions of a scenario differ; none of two scenarios."""
    before, after = old.changed, new.changed
    alike = old.name == new.name
    return [key for key in before | after if alike and before.get(key) != after.get(key)]


def moved(verdict: Verdict) -> str:
    """An effect in a few words: what, how much, by when, how sure."""
    what, by = label(verdict.name), when(verdict.month)
    if verdict.certainty in ("undefined", "no change"):
        return f"{what}: {certainty(verdict)}, {by}"
    return f"{what} {size(verdict)} by {by}; {certainty(verdict)}"
