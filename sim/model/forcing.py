"""Forcing: everything that acts on the model in a month from outside it: policy, luck, events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.groups import Groups
from sim.core.worlds import Block, Mask
from sim.policy.clauses import ClausePart


class Policy(NamedTuple):
    """The instruments of a month. By bloc `[bloc, world or 1]` unless said otherwise."""

    clauses: list[tuple[ClausePart, ...]]  # on chips, by destination: parts of the month
    chips_pending: Block  # share of the month: a chip rule is announced and not yet in force
    chips_controlled: Block  # share of the month: some chip rule is or has been in force
    tools_pending: Block
    tools_controlled: Block
    hbm_pending: Block
    listing: Block  # [supplier, lab, ...]: share of purchases stopped
    listed: Block  # [lab, ...]: the same from the strictest issuer
    chips_exposure: Block  # 0..1: how long buyers have lived with chip rules
    foundry_pending: Block  # [supplier, ...]
    foundry_controlled: Block  # [supplier, ...]
    foundry_denial: Block  # [supplier, ...]: share of orders abroad stopped
    tool_denial: Block
    hbm_denial: Block
    remote_denial: Block
    enforcement: Block
    investment_ban: Block
    fab_subsidy: Block
    chip_fund: Block
    guidance: Block
    mandate: Block
    voucher: Block
    crackdown: Block
    registration: Block
    weights_ban: Block  # share of releases with open weights stopped
    minerals: Block
    service_ban: Block  # [market, lab, ...]: share of use stopped
    visa_denial: Block  # [from bloc, to bloc, ...]: share of researchers kept out
    talent_program: Block
    power_program: Block
    power_subsidy: Block
    adoption_program: Block


class Leaps(NamedTuple):
    """The least that makers can do after what they mastered in one leap, `[maker, world or 1]`."""

    least: Block  # mastered before this month
    newly: Block  # mastered on a day of this month
    share: Block  # share of the month from that day on, [maker, 1]

    def raised(self, usual: Block) -> Block:
        """What makers can do, on average over the month, from what they could without leaps."""
        before = np.maximum(usual, self.least)
        return (1 - self.share) * before + self.share * np.maximum(before, self.newly)


class Incidents(NamedTuple):
    """Events of this month that no government causes."""

    funding: Block  # log growth a year added to all spending, [bloc, world or 1]
    openness: Block  # chance that a flagship has open weights, [lab, world or 1]
    lost: Block  # share of capacity lost, [foundry, world or 1]
    recovery: Block  # years, [foundry, world or 1]
    unhealed: Block  # share of a loss that is left after a month of it
    coverage: Leaps  # of tool makers: coverage
    memory: Leaps  # of memory makers: capacity
    claimed: Mask  # a lab is said to have reached the frontier, [lab, 1]
    claim_cost: Block  # USD bn, [lab, world or 1]
    claim_hidden: Block  # true over stated cost
    claim_belief: Block  # share, times the part of a month in which it is heard


class Fear(NamedTuple):
    """How far a tightening is feared, 0..1, `[bloc, world]` unless said otherwise (M3)."""

    chips: Block
    tools: Block
    memory: Block
    foundries: Block  # [supplier, world]


class Paths(NamedTuple):
    """Where the investors' paths lead this month, log a year, `[investor, world]`."""

    labs: Block
    clouds: Block
    venture: Block
    changed: Block  # log growth of the labs that dated changes add, already in `labs`
    fade: Block  # 1 on the labs' path, halving in each half-life after it


class News(NamedTuple):
    """What a month's releases and claims say of the need for spending."""

    signal: Block  # log, [lab, world]
    concealed: Block  # log of true over stated cost, [lab, world]
    precision: Block  # [investor, lab, world]


class Breakthroughs(NamedTuple):
    """Gains found this month, and the pace that paradigms have set."""

    training: Block  # log gain, [lab, world or 1]
    inference: Block
    open: Mask  # [lab, 1]: published at once
    pace: Block  # factor on the pace of research, [world or 1]
    carried: Block  # added to what post-training carries into trained models, share, [world or 1]


class Relief(NamedTuple):
    """A limit of one bloc that an experiment raises for some months (`sim.what_binds`).

    Without one, or in other months, every factor is 1.0, which changes no number.

    Attributes:
        limit: one of `LIMITS`; empty: none.
        bloc: whose makers or buyers of chips the limit holds back.
        factor: on the limit.
        first: number of the first month, of so many `months`.
    """

    limit: str = ""
    bloc: str = ""
    factor: float = 1.0
    first: int = 0
    months: int = 0

    def at(self, month: int) -> Relief:
        """What is raised in a month."""
        return self if self.first <= month < self.first + self.months else NO_RELIEF

    def of(self, limit: str, blocs: Groups) -> Block | float:
        """The factor on a limit for each actor, `[actor, 1]`; 1.0 where nothing is raised."""
        if limit != self.limit:
            return 1.0
        return blocs.spread(self.by_bloc(blocs.names))

    def by_bloc(self, names: tuple[str, ...]) -> Block:
        """The factor by bloc, `[bloc, 1]`."""
        return np.array([[self.factor if name == self.bloc else 1.0] for name in names])


NO_RELIEF = Relief()
LIMITS = {  # what an experiment can raise
    "tools": "equipment that foundries which serve a bloc's designers can have, up to its need",
    "yield": "share of good dies of these foundries, up to 1",
    "dies": "capacity of these foundries",
    "memory": "chips for which a stack of memory suffices",
    "packaging": "silicon that a bloc's designers can have packaged",
    "orders": "chips ordered from a bloc's designers",
    "money": "money for compute that a bloc's buyers receive",
    "chips": "chips that arrive at a bloc's buyers",
    "power": "power of a bloc's data centres",
}


class Luck(NamedTuple):
    """The shocks of a month, `[actor, world]`."""

    research: Block
    research_inference: Block
    quality: Block
    cadence: Block
    start: Block
    open: Block
    lab_capital: Block
    cloud_capital: Block


class Forcing(NamedTuple):
    """What acts on the model in a month: rules read it beside state and parameters."""

    month: int
    policy: Policy
    fear: Fear
    paths: Paths
    luck: Luck
    breakthroughs: Breakthroughs
    incidents: Incidents
    relief: Relief  # limits that an experiment raises
    services_exist: bool  # users can buy services
    known_progress: float  # 0 at the start, 1 at the end of 2024 and later
    years_from_anchor: float  # since the month of the capability anchor
    staff_progress: Block  # 0 at a lab's entry, 1 at the end of 2024, [lab, 1]
