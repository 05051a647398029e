"""What a scenario may bring along: worlds that fit history, of which a calibration is one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from sim.core.chance import Past
from sim.core.worlds import Block, Worlds


class FittedDraws(NamedTuple):
    """What is fitted in a block of worlds.

    Attributes:
        scores: normal scores of priors by dotted key, `[world]`.
        past: where shocks up to the end of the fit come from.
    """

    scores: dict[str, Block]
    past: Past


class FittedWorlds(Protocol):
    """Worlds that fit history, in place of worlds drawn freely (`sim.uncertainty.posterior`)."""

    @property
    def name(self) -> str:
        """By which they were asked for."""

    @property
    def about(self) -> Mapping[str, Any]:
        """How they were made."""

    @property
    def count(self) -> int:
        """Number of different worlds."""

    @property
    def digest(self) -> str:
        """Hash that names them in results."""

    def fitted(self, declared: Any) -> set[str]:
        """Keys of the priors of a scenario that are fitted."""

    def draws(self, declared: Any, seed: int, worlds: Worlds) -> FittedDraws:
        """Scores and past shocks of the worlds of a block."""
