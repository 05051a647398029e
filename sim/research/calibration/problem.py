"""The calibration problem: priors, history, and the residuals of history in given particles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from sim.core import processes
from sim.core.worlds import Worlds
from sim.experiments.ensemble import BLOCK, simulate_block
from sim.research.calibration.likelihood import whitened
from sim.research.calibration.smc import Residuals
from sim.research.history.observation_model import RECORDED, History, history
from sim.research.history.observations import LAST
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import correlated
from sim.uncertainty.posterior import Posterior, priors


class CalibrationProblem:
    """Priors of a scenario to be fitted to history.

    Args:
        resolved: the scenario whose priors are fitted.
        seed: of the luck from which past lucks are taken.
        particles: how many, and how many past lucks there are.
        until: last month of history that counts.
        facts: observations by series (None: those that are fitted).
    """

    def __init__(
        self,
        resolved: ResolvedScenario,
        seed: int,
        particles: int,
        until: str = LAST,
        facts: History | None = None,
    ) -> None:
        self.resolved, self.particles = resolved, particles
        self.priors = priors(resolved.scenario)
        self.actors = [*resolved.scenario.labs, *resolved.scenario.clouds]
        self.owners = np.array([self._owner(path) for path in self.priors])
        self.months = resolved.scenario.calendar.month(until) + 1
        self.past = {"seed": seed, "of": particles, "months": self.months}
        self.facts = history("fit", until) if facts is None else facts

    def _owner(self, path: str) -> int:
        """The actor to whom a number belongs; -1 where it is nobody's."""
        _, name, *_ = [*path.split("."), ""]
        return self.actors.index(name) if name in self.actors else -1

    def residuals(self, scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
        """Residuals of history in each particle, independent: `[observation, particle]`.

        Args:
            scores: independent normal scores of the priors, `[number, particle]`.
            lucks: number of the past luck of each actor, `[actor, particle]`.
        """
        worlds = self.conditioned(scores, lucks)
        blocks = Worlds(range(scores.shape[1])).blocks(BLOCK)
        records = (simulate_block(worlds, block, 0, self.months, only=RECORDED) for block in blocks)
        return np.concatenate([whitened(record, self.facts) for record in records], axis=1)

    def conditioned(self, scores: np.ndarray, lucks: np.ndarray) -> ResolvedScenario:
        """The scenario with these particles as its worlds, in order."""
        return replace(self.resolved, posterior=self.posterior(scores, lucks, {}, True))

    def posterior(
        self, scores: np.ndarray, lucks: np.ndarray, about: dict[str, Any], in_order: bool = False
    ) -> Posterior:
        """Independent scores as a posterior, whose scores are correlated as the scenario says."""
        by_path = dict(zip(self.priors, scores, strict=True))
        rows = correlated(self.resolved.scenario, by_path)
        table = np.stack([rows[path] for path in self.priors])
        return Posterior(table, self.priors, lucks, self.actors, self.past, about, in_order)

    def hashes(self) -> dict[str, str]:
        """Hashes of what a posterior rests on: the scenario, and observations with their errors."""
        rows = [[vars(fact) for fact in facts] for facts in self.facts.values()]
        text = json.dumps(rows, sort_keys=True).encode()
        return {
            "scenario_hash": self.resolved.digest,
            "facts_hash": hashlib.sha256(text).hexdigest(),
        }


@contextmanager
def in_processes(residuals: Residuals, workers: int) -> Iterator[Residuals]:
    """Residuals computed in several processes, with the same result (law 1).

    Args:
        residuals: can be pickled.
        workers: how many; 1 uses no process but this one.
    """
    if workers == 1:
        yield residuals
        return

    def shared(scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
        if scores.shape[1] < 2 * workers:
            return residuals(scores, lucks)
        parts = [np.array_split(block, workers, axis=1) for block in (scores, lucks)]
        return np.concatenate(list(pool.map(residuals, *parts)), axis=1)

    with processes.pool(workers, preload=[__name__]) as pool:
        yield shared
