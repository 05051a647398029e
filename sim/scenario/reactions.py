"""Reaction rules: what a government does by itself when something happens (off unless active)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from sim.scenario.actors import Section
from sim.scenario.quantity import N, kinds_of, number
from sim.scenario.references import BlocName, RegulatorName
from sim.scenario.texts import Prose, Source


class Reaction(Section[N]):
    """A rule by which a government acts beside its dated events, from the start or a date on."""

    if TYPE_CHECKING:  # declared by each kind
        kind: str
        destination: str

    by: RegulatorName
    since: date | None = None
    active: bool = True
    description: Prose = ""
    source: Source


class Tighten(Reaction[N]):
    """A chip rule that tightens step by step while the own lead is too short.

    The first step controls what reaches `first_limit`; each further one lowers the limit.
    """

    kind: Literal["tighten"]
    destination: BlocName
    lead_below: N = number(
        "months", -120, 240, "lead over the destination, at the frontier's pace, that triggers"
    )
    every: N = number("months", 1, 240, "least time between two steps")
    first_limit: N = number("TPP", 1, 1e7, "total processing performance of the first step")
    step: N = number("share", 0, 0.99, "cut of the limit with each further step")


class Retaliate(Reaction[N]):
    """Minerals are withheld from a bloc whose government has acted against the own one."""

    kind: Literal["retaliate"]
    destination: BlocName
    delay: N = number("days", 0, 3650, "time from the other's act to the answer")
    strength: N = number("share", 0, 1, "share of minerals withheld per answer")
    lasts: N = number("months", 1, 600, "time constant with which an answer wears off")


class Relax(Reaction[N]):
    """More licences are granted while the own suppliers lose too much."""

    kind: Literal["relax"]
    destination: BlocName
    loss_above: N = number("USD bn/yr", 0, 1e4, "revenue denied to the own suppliers that triggers")
    every: N = number("months", 1, 240, "least time between two steps")
    step: N = number("share", 0, 1, "licences added with each step")


REACTIONS = kinds_of(Reaction, "kind", globals())
"""The models of reactions, by kind."""
