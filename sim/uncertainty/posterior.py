"""Worlds that fit history: particles of a calibration, which take the place of free draws.

A particle holds normal scores for the priors of the scenario it was fitted with, and for each
actor the number of a world whose luck, up to the end of the fit, is the actor's. World w under
seed s takes a particle by (s, w) alone, so paired worlds share it; what comes after the fit is left
to their own luck.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.core.chance import Past
from sim.core.worlds import Block, Worlds
from sim.scenario.quantity import Prior, Quantity
from sim.scenario.schema import Scenario, quantities

SHIPPED = Path(__file__).parents[1] / "research" / "calibration" / "posterior.npz"


class Given(NamedTuple):
    """What a calibration says of a block of worlds.

    Attributes:
        scores: normal scores of priors by dotted path, `[world]`.
        past: luck up to the end of the fit.
    """

    scores: dict[str, Block]
    past: Past


@dataclass(frozen=True, eq=False)
class Posterior:
    """Equally likely particles of a calibration.

    Attributes:
        scores: normal scores, `[prior, particle]`.
        priors: what each row is a score of, as text, by dotted path, in the order of rows.
        lucks: the world behind each actor's past luck, `[actor, particle]`.
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
        """How many particles there are."""
        return self.lucks.shape[1]

    def particles(self, seed: int, worlds: Worlds) -> np.ndarray:
        """The particle of each world: all once in each round of worlds, in an order by the seed."""
        if self.in_order:
            return worlds.numbers
        order = np.random.Generator(np.random.Philox(key=seed)).permutation(self.count)
        return order[worlds.numbers % self.count]

    def given(self, declared: Scenario | dict[str, Any], seed: int, worlds: Worlds) -> Given:
        """What the worlds of a block are given.

        A number that the scenario sets, or whose prior it changes, is not among the scores: it is
        the scenario's.

        Args:
            declared: a scenario, or some of its tables by name.
        """
        at = self.particles(seed, worlds)
        asked = self.fitted(declared)
        rows = self.scores[:, at].astype(float)
        scores = {path: row for path, row in zip(self.priors, rows, strict=True) if path in asked}
        lucks = dict(zip(self.actors, self.lucks[:, at], strict=True))
        return Given(scores, Past(worlds=lucks, **self.past))

    def fitted(self, declared: Scenario | dict[str, Any]) -> set[str]:
        """Priors of a scenario for which there are scores: those that are as they were fitted."""
        return {p for p, prior in priors(declared).items() if self.priors.get(p) == prior}

    def packed(self) -> bytes:
        """The posterior as a file: the same bytes for the same posterior."""
        texts = {"priors": self.priors, "actors": self.actors, "past": self.past}
        texts["about"] = self.about
        packed: Any = {n: np.frombuffer(json.dumps(t).encode(), np.uint8) for n, t in texts.items()}
        file = io.BytesIO()
        np.savez_compressed(
            file,
            scores=self.scores.astype(np.float16),
            lucks=self.lucks.astype(np.int16),
            **packed,
        )
        return file.getvalue()

    @cached_property
    def digest(self) -> str:
        """Hash of scores and lucks: names the ensemble in results."""
        parts = (self.scores.astype(np.float16), self.lucks.astype(np.int16))
        return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def priors(declared: Scenario | dict[str, Any]) -> dict[str, str]:
    """Every prior of a scenario as text, by dotted path."""
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
        with np.load(file) as held:
            texts = {n: json.loads(bytes(held[n])) for n in ("priors", "actors", "past", "about")}
            return Posterior(held["scores"], lucks=held["lucks"].astype(np.int64), **texts)
    except (OSError, KeyError, ValueError) as wrong:
        raise ValueError(f"{file} holds no posterior ({wrong})") from wrong


@cache
def shipped() -> Posterior:
    """The posterior that comes with the project."""
    return read(SHIPPED)
