"""`moat calibrate`: worlds that fit history up to a date, from the priors of a scenario."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.files import write
from sim.core.worlds import Worlds
from sim.experiments.ensemble import BLOCK, simulate_block
from sim.record import provenance
from sim.research.calibration import smc
from sim.research.calibration.likelihood import Facts, whitened
from sim.research.calibration.processes import Shared
from sim.research.calibration.smc import Cloud, Residuals
from sim.research.history.compared import NEEDED, facts
from sim.scenario.load import ResolvedScenario, load
from sim.uncertainty.draw import correlated
from sim.uncertainty.posterior import Posterior, priors

SCENARIO = "as_enacted"
UNTIL = "2024-12"

Say = Callable[[Cloud], None]


class Fitting:
    """The fit of particles: runs them, and compares with history.

    Args:
        loaded: the scenario whose priors are fitted.
        seed: of the luck from which pasts are taken.
        particles: how many, and how many pasts.
        until: last month of history that counts.
        history: facts by series (None: those that are fitted).
    """

    def __init__(
        self,
        resolved: ResolvedScenario,
        seed: int,
        particles: int,
        until: str = UNTIL,
        history: Facts | None = None,
    ) -> None:
        self.resolved, self.particles = resolved, particles
        self.priors = priors(resolved.scenario)
        self.actors = [*resolved.scenario.labs, *resolved.scenario.clouds]
        self.months = resolved.scenario.calendar.month(until) + 1
        self.past = {"seed": seed, "of": particles, "months": self.months}
        self.history = facts("fit", until) if history is None else history

    def __call__(self, scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
        """Residuals of history in each particle, independent: `[observation, particle]`."""
        worlds = self.conditioned(scores, lucks)
        parts = Worlds(range(scores.shape[1])).blocks(BLOCK)
        return np.concatenate([self._fit(worlds, part) for part in parts], axis=1)

    def _fit(self, worlds: ResolvedScenario, part: Worlds) -> np.ndarray:
        record = simulate_block(worlds, part, 0, self.months, only=NEEDED)
        return whitened(record, self.history)

    def conditioned(self, scores: np.ndarray, lucks: np.ndarray) -> ResolvedScenario:
        """The scenario with these particles for its worlds, in order."""
        return replace(self.resolved, posterior=self.posterior(scores, lucks, {}, True))

    def posterior(
        self, scores: np.ndarray, lucks: np.ndarray, about: dict[str, Any], in_order: bool = False
    ) -> Posterior:
        """Independent scores as a posterior, whose scores hold the correlations."""
        named = dict(zip(self.priors, scores, strict=True))
        rows = correlated(self.resolved.scenario, named)
        table = np.stack([rows[path] for path in self.priors])
        return Posterior(table, self.priors, lucks, self.actors, self.past, about, in_order)


def calibrate(
    particles: int,
    seed: int,
    until: str,
    passes: int,
    last: int,
    folder: Path | None = None,
    say: Say = lambda cloud: None,
    processes: int = 1,
) -> Posterior:
    """Fit the history as enacted; the same arguments give the same posterior.

    Args:
        particles: how many.
        seed: of particles, moves and pasts.
        until: last month of history that counts, `YYYY-MM`.
        passes, last: rounds of moves in a stage, and in the last one.
        folder: where stages are kept; what lies there of the same calibration is gone on with.
        say: told each stage.
        processes: that share the work; the posterior is the same.
    """
    fitting = Fitting(load(SCENARIO), seed, particles, until)
    settings = {"particles": particles, "seed": seed, "until": until, "passes": passes}
    settings |= {"last": last, **hashes(fitting)}
    with Shared(fitting, processes) as residuals:
        cloud = _sampled(residuals, fitting, settings, folder, say)
    about = {
        "scenario": SCENARIO,
        "start": fitting.resolved.scenario.start,
        **settings,
        "stages": cloud.stage,
    }
    about |= {"evidence": round(cloud.evidence, 3), "distinct": cloud.distinct}
    about |= {"taken": [round(float(rate), 4) for rate in cloud.taken]}
    about |= {"versions": provenance.versions()}
    return fitting.posterior(cloud.scores, cloud.lucks, about)


def _sampled(
    residuals: Residuals, fitting: Fitting, settings: dict[str, Any], folder: Path | None, say: Say
) -> Cloud:
    """The last cloud; begun anew, or from what is kept."""
    seed, passes, last = (settings[name] for name in ("seed", "passes", "last"))
    cloud = _kept(folder, settings) if folder else None
    if cloud is None:
        shape = len(fitting.priors), len(fitting.actors), fitting.particles
        cloud = smc.begin(residuals, *shape, seed)
    say(cloud)
    for later in smc.sample(residuals, cloud, seed, passes, last):
        if folder:
            _keep(folder, later, settings)
        say(later)
        cloud = later
    return cloud


def hashes(fitting: Fitting) -> dict[str, str]:
    """What a posterior rests on: the scenario, and the facts with their errors."""
    rows = [[vars(fact) for fact in found] for found in fitting.history.values()]
    text = json.dumps(rows, sort_keys=True).encode()
    return {
        "scenario_hash": fitting.resolved.digest,
        "facts_hash": hashlib.sha256(text).hexdigest(),
    }


def _keep(folder: Path, cloud: Cloud, settings: dict[str, Any]) -> None:
    """A stage under a temporary name, then in place of the last."""
    folder.mkdir(parents=True, exist_ok=True)
    file = io.BytesIO()
    np.savez(file, settings=json.dumps(settings, sort_keys=True), **vars(cloud))
    write(folder / "stage.npz", file.getvalue())


def _kept(folder: Path, settings: dict[str, Any]) -> Cloud | None:
    """The last stage of this calibration that lies in a folder.

    Raises:
        FileExistsError: it holds a stage of another one.
    """
    file = folder / "stage.npz"
    if not file.exists():
        return None
    with np.load(file) as held:
        if str(held["settings"]) != json.dumps(settings, sort_keys=True):
            raise FileExistsError(
                f"{file} is of a calibration with other settings, facts or scenario; "
                "choose another --out"
            )
        found = {name: held[name] for name in held.files if name != "settings"}
    plain: dict[str, Any] = {"power": float, "stage": int, "evidence": float, "taken": tuple}
    made: dict[str, Any] = {
        name: plain.get(name, np.asarray)(value) for name, value in found.items()
    }
    return Cloud(**made)
