"""Worlds of an ensemble that run a scenario, with numbers or channels set to given values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import (
    POSTERIOR,
    joined,
    load_in,
    posterior_of,
    simulate_block,
)
from sim.outcomes.record import Record
from sim.record import provenance
from sim.research.history.observations import LAST
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import drawn_priors

BLOCK = 512  # worlds at once: recorded series of a long run stay below a few hundred MB
ENACTED, NO_CONTROLS = "as_enacted", "no_controls"
HISTORY_MONTHS = Calendar("2020-01", 1).month(LAST) + 1  # to the end of what was observed


@dataclass(frozen=True)
class Ensemble:
    """The first worlds of an ensemble under one seed.

    Attributes:
        name: `posterior`, `prior`, or a posterior by name or file (see `posterior_of`).
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
        resolved = _resolved(scenario, self.name)
        values = {
            path: np.broadcast_to(np.asarray(value, dtype=float), (self.worlds,))
            for path, value in (columns or {}).items()
        }
        records = []
        for block in Worlds(range(self.worlds)).blocks(BLOCK):
            own = {path: row[block.numbers] for path, row in values.items()}
            records.append(
                simulate_block(resolved, block, self.seed, months, columns=own, only=only)
            )
        return joined(records)

    def numbers(self) -> dict[str, Block]:
        """Every number with a prior, by dotted path, `[world]`."""
        resolved = _resolved(ENACTED, self.name)
        worlds = Worlds(range(self.worlds))
        return drawn_priors(resolved.scenario, resolved.posterior, self.seed, worlds)

    def about(self) -> dict[str, Any]:
        """Provenance: which worlds, of which scenario."""
        resolved = _resolved(ENACTED, self.name)
        worlds = {"worlds": self.worlds, "seed": self.seed, "scenario_hash": resolved.digest}
        return {"ensemble": provenance.about_ensemble(resolved), **worlds}


def fitted_ensemble(
    worlds: int | None = None, seed: int = 0, posterior: str = POSTERIOR
) -> Ensemble:
    """Worlds fitted to history (None: each particle once).

    Args:
        posterior: its name or file.
    """
    fitted = posterior_of(posterior)
    assert fitted is not None  # the priors are no posterior
    return Ensemble(posterior, worlds or fitted.count, seed)


@cache
def _resolved(scenario: str, ensemble: str) -> ResolvedScenario:
    return load_in(scenario, ensemble)
