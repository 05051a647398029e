"""Ensembles of all visitors: who shows the same scenario in the same worlds shares the arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.experiments.branching import Baseline
from sim.research.forecasting.carried import carried_errors
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import Ensemble, Wanted, simulate_ensemble, waiting
from viz.dashboard.state.limits import MAX_ENSEMBLE_BYTES, MAX_PAST_WORLDS
from viz.dashboard.state.shared import Shared

Key = tuple[EditedScenario, int, int]  # scenario, number of worlds, seed


def size(ensemble: Ensemble) -> int:
    """Bytes of an ensemble's arrays."""
    recorded: Mapping[str, np.ndarray] = ensemble.record.arrays if ensemble.record else {}
    started = ensemble.started.outcomes if ensemble.started else {}
    parts = (ensemble.outcomes, recorded, started)
    return sum({id(array): array.nbytes for part in parts for array in part.values()}.values())


class EnsembleStore:
    """Keeps the ensembles that were asked for last, and pasts from which others go on."""

    def __init__(self) -> None:
        self.ensembles: Shared[Key, Ensemble] = Shared(MAX_ENSEMBLE_BYTES, size)
        self.pasts: Shared[Key, Baseline] = Shared(MAX_PAST_WORLDS, lambda past: past.worlds.count)

    def of(self, key: Key, is_wanted: Wanted = lambda done: True) -> Ensemble:
        """The worlds of a scenario, from memory where anybody simulated them before.

        Args:
            is_wanted: as for `simulate_ensemble`.

        Raises:
            ScenarioError: the scenario cannot be used.
            SupersededError: `is_wanted` said no.
        """
        self.pasts.get(key)  # is in use: the baseline's must not be dropped

        def make() -> Ensemble:
            pasts = self.pasts.values(lambda other: other[1:] == key[1:])
            ensemble, past = simulate_ensemble(*key, is_wanted, pasts)
            if past is not None:
                self.pasts.put(key, past)
            return ensemble

        ask = waiting(is_wanted)
        return self.ensembles.of(key, make, lambda: ask(0))

    def clear(self) -> None:
        """Give all memory back."""
        self.ensembles.clear()
        self.pasts.clear()
        carried_errors.cache_clear()


store = EnsembleStore()
