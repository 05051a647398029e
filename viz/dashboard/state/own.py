"""Observations of whoever started the server, which the page draws beside those of the project."""

from __future__ import annotations

from collections.abc import Iterable

from sim.research.forecasting.own import OwnObservation

_own: list[OwnObservation] = []  # as with files of scenarios, visitors cannot add any


def draw(own: Iterable[OwnObservation]) -> None:
    """Let the page draw these, in place of those before."""
    _own[:] = own


def drawn() -> tuple[OwnObservation, ...]:
    """What the page draws."""
    return tuple(_own)


def outcomes() -> tuple[str, ...]:
    """Names of the outcomes that were observed."""
    return tuple(dict.fromkeys(one.target.outcome for one in _own if one.target.outcome))
