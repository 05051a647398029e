"""Worlds to ask: an ensemble that runs a scenario, with numbers or channels set where asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import POSTERIOR, PRIOR, joined, of_worlds, simulate_block
from sim.outcomes.measures import Record
from sim.record import provenance
from sim.research.calibration.likelihood import log_likelihood
from sim.research.history.compared import facts
from sim.scenario.load import ResolvedScenario, load
from sim.uncertainty.draw import drawn_priors
from sim.uncertainty.posterior import shipped

BLOCK = 512  # worlds at once: recorded series of a long run stay below a few hundred MB
MAIN = "as_enacted"


@dataclass(frozen=True)
class Ensemble:
    """So many worlds under one seed.

    Attributes:
        name: `posterior` (worlds fitted to history) or `prior`.
    """

    name: str
    worlds: int
    seed: int = 0

    def record(
        self,
        scenario: str,
        months: int | None = None,
        columns: Mapping[str, float | Block] | None = None,
        only: Collection[str] | None = None,
    ) -> Record:
        """Run a scenario.

        Args:
            columns: numbers and channels by dotted path, one for all worlds or `[world]`.
            only: names of the series to record (None: all).
        """
        resolved = _loaded(scenario, self.name)
        every = np.arange(self.worlds)
        wide = {
            path: np.broadcast_to(np.asarray(value, dtype=float), every.shape)
            for path, value in (columns or {}).items()
        }
        found = []
        for start in range(0, self.worlds, BLOCK):
            part = every[start : start + BLOCK]
            cut = {path: values[part].copy() for path, values in wide.items()}
            found.append(
                simulate_block(resolved, Worlds(part), self.seed, months, columns=cut, only=only)
            )
        return joined(found)

    def numbers(self, scenario: str = MAIN) -> dict[str, Block]:
        """Every number with a prior, by dotted path, `[world]`."""
        resolved = _loaded(scenario, self.name)
        worlds = Worlds(range(self.worlds))
        return drawn_priors(resolved.scenario, resolved.posterior, self.seed, worlds)

    def about(self) -> dict[str, Any]:
        """Provenance: which worlds, of which scenario."""
        resolved = _loaded(MAIN, self.name)
        worlds = {"worlds": self.worlds, "seed": self.seed, "scenario_hash": resolved.digest}
        return {"ensemble": provenance.about_ensemble(resolved), **worlds}


def posterior(worlds: int | None = None, seed: int = 0) -> Ensemble:
    """The worlds fitted to history (None: each particle once)."""
    return Ensemble(POSTERIOR, worlds or shipped().count, seed)


def prior(worlds: int, seed: int = 0) -> Ensemble:
    """As many worlds of the priors."""
    return Ensemble(PRIOR, worlds, seed)


def fit_of_history(record: Record) -> Block:
    """Log-likelihood of all that was fitted, `[world]`."""
    return log_likelihood(record)


def observations_fitted() -> int:
    """How many observations were fitted."""
    return sum(len(rows) for rows in facts("fit").values())


@cache
def _loaded(scenario: str, ensemble: str) -> ResolvedScenario:
    return of_worlds(load(scenario), ensemble)
