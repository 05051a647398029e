"""Incidents: what happens to actors at a date without an act of a government."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from sim.scenario.actors import Section
from sim.scenario.quantity import N, kinds_of, number
from sim.scenario.references import BlocName, Ref
from sim.scenario.texts import Line, Name, Prose, Source


class Incident(Section[N]):
    """Something that happens to an actor on a day; its first month has its share of the effect."""

    if TYPE_CHECKING:  # declared by each kind
        kind: str

    date: date
    active: bool = True
    title: Line = ""
    description: Prose = ""
    source: Source


class Lasting(Incident[N]):
    """Something that holds in a bloc until a day (without one: to the end)."""

    bloc: BlocName
    ends: date | None = None

    @model_validator(mode="after")
    def _in_order(self):
        if self.ends is not None and self.ends <= self.date:
            raise ValueError(f"ends {self.ends}, not after {self.date}")
        return self


class Funding(Lasting[N]):
    """Capital comes or goes: growth of all spending and of private investment in a bloc."""

    kind: Literal["funding"]
    growth: N = number("log/yr", -10, 10, "added to the growth of spending while it lasts")


class Openness(Lasting[N]):
    """The labs of a bloc open or close their weights."""

    kind: Literal["openness"]
    openness: N = number(
        "share", 0, 1, "chance that a flagship of theirs has open weights while it lasts"
    )


class Disruption(Incident[N]):
    """A foundry loses capacity: war, earthquake or blockade."""

    kind: Literal["disruption"]
    foundry: Annotated[Name, Ref("foundries", what="foundry")]
    lost: N = number("share", 0, 1, "share of capacity lost on that day")
    recovery: N = number("years", 0.05, 50, "time in which 63 % of it comes back")


class Claim(Incident[N]):
    """A lab is said to have reached the frontier at a stated cost."""

    kind: Literal["claim"]
    lab: Annotated[Name, Ref("labs")]
    cost: N = number("USD m", 1e-3, 1e6, "stated cost")
    hidden: N = number("1", 1, 1e4, "true cost of the programme over the stated one")
    believed: N = number("share", 0, 1, "weight that investors everywhere give the claim")


class Leap(Incident[N]):
    """A maker of tools or memory masters what it lacked, earlier than usual."""

    kind: Literal["leap"]
    maker: Annotated[Name, Ref("tool_makers", "hbm_makers", what="maker of tools or memory")]
    coverage: N | None = number(
        "share", 0, 1, "share of the steps that a tool maker then equips", default=None
    )
    capacity: N | None = number(
        "m stacks/yr", 0, 1e4, "capacity that a memory maker then has", default=None
    )

    @model_validator(mode="after")
    def _one_of_two(self):
        if (self.coverage is None) == (self.capacity is None):
            raise ValueError("give 'coverage' for a tool maker or 'capacity' for a memory maker")
        return self


INCIDENTS = kinds_of(Incident, "kind", globals())
"""The models of incidents, by kind."""
