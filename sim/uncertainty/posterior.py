"""Worlds that fit history: particles of a calibration, in place of free draws.

A particle holds normal scores for the priors of the scenario it was fitted with, and for each
actor the number of a world: up to the end of the fit the actor has the shocks of that world. World
w under seed s takes a particle by (s, w) alone, so paired worlds share it; after the fit each world
has its own shocks.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.chance import Past
from sim.core.worlds import Worlds
from sim.scenario.fitted_worlds import FittedDraws
from sim.scenario.quantity import Prior, Quantity
from sim.scenario.schema import Scenario, quantities

SHIPPED = Path(__file__).parents[1] / "research" / "calibration" / "posterior.npz"
TEXTS = ("priors", "actors", "past", "about")  # attributes of a posterior that are stored as JSON


@dataclass(frozen=True, eq=False)
class Posterior:
    """Equally likely particles of a calibration.

    Attributes:
        scores: normal scores, `[prior, particle]`.
        priors: the prior of each row of scores, as text, by dotted key, in the order of rows.
        lucks: the world from which each actor's past shocks come, `[actor, particle]`.
        actors: names of these actors.
        past: seed, size and months of the ensemble of those worlds.
        about: how it was made: command, seed, dates, hashes, versions.
        in_order: particle w for world w (while a calibration is under way).
    """

    scores: np.ndarray
    priors: Mapping[str, str]
    lucks: np.ndarray
    actors: Sequence[str]
    past: Mapping[str, int]
    about: Mapping[str, Any]
    in_order: bool = False

    @property
    def count(self) -> int:
        """Number of particles."""
        return self.lucks.shape[1]

    def particles(self, seed: int, worlds: Worlds) -> np.ndarray:
        """The particle of each world: all once in each round of worlds, in an order by the seed."""
        if self.in_order:
            return worlds.numbers
        order = np.random.Generator(np.random.Philox(key=seed)).permutation(self.count)
        return order[worlds.numbers % self.count]

    def draws(self, declared: Scenario | dict[str, Any], seed: int, worlds: Worlds) -> FittedDraws:
        """Scores and past shocks of the worlds of a block.

        Numbers that the scenario sets, or whose prior it changes, are not among the scores.

        Args:
            declared: a scenario, or some of its tables by name.
        """
        at = self.particles(seed, worlds)
        unchanged = self.fitted(declared)
        rows = self.scores[:, at].astype(float)
        named = zip(self.priors, rows, strict=True)
        scores = {key: row for key, row in named if key in unchanged}
        lucks = dict(zip(self.actors, self.lucks[:, at], strict=True))
        return FittedDraws(scores, Past(worlds=lucks, **self.past))

    def fitted(self, declared: Scenario | dict[str, Any]) -> set[str]:
        """Priors of a scenario that have scores: those that are as they were fitted."""
        return {p for p, prior in priors(declared).items() if self.priors.get(p) == prior}

    def packed(self) -> bytes:
        """The posterior as a file: the same bytes for the same posterior."""
        texts = ((name, json.dumps(getattr(self, name)).encode()) for name in TEXTS)
        packed: Any = {name: np.frombuffer(text, np.uint8) for name, text in texts}
        scores, lucks = self._arrays()
        file = io.BytesIO()
        np.savez_compressed(file, scores=scores, lucks=lucks, **packed)
        return file.getvalue()

    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Scores and lucks as they are stored."""
        return self.scores.astype(np.float16), self.lucks.astype(np.int16)

    @cached_property
    def digest(self) -> str:
        """Hash of scores and lucks: names the ensemble in results."""
        return hashlib.sha256(b"".join(part.tobytes() for part in self._arrays())).hexdigest()


def priors(declared: Scenario | dict[str, Any]) -> dict[str, str]:
    """Every prior of a scenario as text, by dotted key."""
    return {
        path: _text(item.prior)
        for path, item, _ in quantities(declared)
        if isinstance(item, Quantity) and item.prior is not None
    }


@cache
def _text(prior: Prior) -> str:
    return json.dumps(prior.model_dump(mode="json"), sort_keys=True)


def read(file: Path) -> Posterior:
    """A posterior from its file.

    Raises:
        ValueError: the file holds none.
    """
    try:
        with np.load(file) as arrays:
            texts = {name: json.loads(bytes(arrays[name])) for name in TEXTS}
            return Posterior(arrays["scores"], lucks=arrays["lucks"].astype(np.int64), **texts)
    except (OSError, KeyError, ValueError) as wrong:
        raise ValueError(f"{file} holds no posterior ({wrong})") from wrong


@cache
def shipped() -> Posterior:
    """The posterior that comes with the project."""
    return read(SHIPPED)
