"""What was simulated last for a visitor."""

from __future__ import annotations

from dataclasses import dataclass

from sim.outcomes.record import Array
from sim.record.results import Results
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import Ensemble


@dataclass(frozen=True, eq=False)
class Simulation:
    """What was simulated last: a scenario, the baseline behind it, and their difference.

    Attributes:
        baseline: None: it has other months, or a saved run is shown.
        effects: paired differences (None: nothing differs, or a saved run is shown).
        lead: the simulated US lead, `[month, world]`, in months (None: a saved run is shown).
    """

    scenario: EditedScenario
    ensemble: Ensemble
    baseline: Ensemble | None = None
    effects: Results | None = None
    lead: Array | None = None

    @property
    def last(self) -> int:
        """Number of the last month."""
        return len(self.ensemble.months) - 1

    @property
    def differing_baseline(self) -> Ensemble | None:
        """The baseline, where something differs from it."""
        return self.baseline if self.effects is not None else None
