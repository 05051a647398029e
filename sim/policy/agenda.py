"""The agenda: which acts of governments are announced and in force, month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from sim.core.worlds import Block, Mask
from sim.policy.clauses import Clause
from sim.policy.monthly import MonthlyTable
from sim.scenario.instruments import ChipRule, Event
from sim.scenario.schema import Parameters, Scenario

NEVER = 10**6  # a month that does not come


@dataclass(frozen=True)
class Act:
    """An event with its drawn numbers and its months."""

    name: str
    event: Any  # one of the kinds of instruments; its fields are those of its kind
    numbers: Any  # the same event, drawn
    announced: Mask  # [month, 1]: everybody knows of it
    in_force: Mask  # [month, 1]
    ended: Mask  # [month, 1]: expired, or superseded by a newer act, even before its effect
    eases: bool = False  # it is looser than an act that it supersedes

    @property
    def pending(self) -> Mask:
        """Announced and not yet in force: the time for buying ahead, `[month, 1]`."""
        return self.announced & ~self.started & ~self.ended & (not self.eases)

    @property
    def started(self) -> Mask:
        """In force now or before, `[month, 1]`."""
        return np.logical_or.accumulate(self.in_force, axis=0)


class Agenda:
    """All acts of a scenario, as tables by month.

    Args:
        scenario: with its events.
        numbers: the drawn parameters (`draw`).
    """

    def __init__(self, scenario: Scenario, numbers: Parameters) -> None:
        self.scenario = scenario
        self.months = scenario.months
        self.blocs = list(scenario.blocs)
        self._redesign_months = numbers.rules.redesign_months
        self.acts = self._acts(numbers)

    def strength(self, kind: str, place: str, add: bool = False) -> Block:
        """Strength of an instrument by bloc: `[month, bloc, world or 1]`.

        Args:
            place: the field that names the bloc, `destination` or `bloc`.
            add: sum the acts in force (public money) instead of taking the strictest.
        """
        combine = np.add if add else np.maximum
        return self._table(
            self.of(kind), self.blocs, lambda act: [getattr(act.event, place)], _strength, combine
        )

    def on_targets(self, kind: str, names: Sequence[str]) -> Block:
        """Strength of an instrument by named target: `[month, target, world or 1]`."""
        return self._table(self.of(kind), names, _targets, _strength)

    def listing(self, suppliers: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of entity listings: `[month, supplier, lab, world or 1]`.

        A listing reaches the suppliers of the bloc whose government issues it.
        """

        def rows(act: Act) -> list[tuple[int, int]]:
            issuer = self.scenario.regulators[act.event.by].bloc
            home = [
                at for at, s in enumerate(suppliers) if self.scenario.suppliers[s].bloc == issuer
            ]
            return [(at, labs.index(target)) for at in home for target in act.event.targets]

        return self._pairs("entity_listing", (len(suppliers), len(labs)), rows)

    def bans(self, markets: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of bans on services: `[month, market, lab, world or 1]`."""
        home = {lab: row.bloc for lab, row in self.scenario.labs.items()}

        def rows(act: Act) -> list[tuple[int, int]]:
            market = markets.index(act.event.market)
            return [(market, at) for at, lab in enumerate(labs) if home[lab] == act.event.origin]

        return self._pairs("service_ban", (len(markets), len(labs)), rows)

    def visas(self) -> MonthlyTable:
        """Strength of visa rules: `[month, from bloc, to bloc, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, int]]:
            issuer = self.scenario.regulators[act.event.by].bloc
            return [(self.blocs.index(act.event.destination), self.blocs.index(issuer))]

        return self._pairs("visa_restriction", (len(self.blocs), len(self.blocs)), rows)

    def against(self, by: str) -> Block:
        """Acts of other governments against a government's bloc, announced so far: `[month]`.

        Acts that ease do not count, nor do those announced by the first month.
        """
        own = self.scenario.regulators[by].bloc
        acts = [
            act.announced[:, 0]
            for act in self.acts
            if act.event.by != by and own in self._hit(act.event) and not act.eases
        ]
        announced = np.sum(np.array([np.zeros(self.months), *acts]), axis=0)
        return announced - announced[0]

    def _hit(self, event: Event) -> set[str]:
        """Blocs against which an act is directed: by name, or by the firms that it names."""
        firms = {**self.scenario.labs, **self.scenario.suppliers}
        named = {firms[target].bloc for target in getattr(event, "targets", [])}
        return named | {getattr(event, field, "") for field in ("destination", "origin")}

    def _pairs(
        self, kind: str, shape: tuple[int, int], pairs: Callable[[Act], list[tuple[int, int]]]
    ) -> MonthlyTable:
        """Strengths by pairs of rows, the strictest of acts: `[month, row, row, world or 1]`."""
        acts = self.of(kind)
        in_force = np.array([np.ones(self.months), *(act.in_force[:, 0] for act in acts)])
        distinct, index = np.unique(in_force, axis=1, return_inverse=True)
        blocks = []
        for flags in distinct.T:
            strong = [act for act, on in zip(acts, flags[1:], strict=True) if on]
            width = max([1, *(act.numbers.strength.shape[-1] for act in strong)])
            block = np.zeros((*shape, width))
            for act in strong:
                for pair in pairs(act):
                    block[pair] = np.maximum(block[pair], act.numbers.strength)
            blocks.append(block)
        return MonthlyTable(blocks, index.ravel())

    def pending(self, *kinds: str) -> Block:
        """1 where an act of these kinds is announced for a bloc but not in force, else 0."""
        return self._table(self.of(*kinds), self.blocs, _destination, lambda act: act.pending)

    def exist(self, *kinds: str) -> Block:
        """1 from the first month in which an act of these kinds is in force for a bloc."""
        return self._table(self.of(*kinds), self.blocs, _destination, lambda act: act.started)

    def exposure(self, kind: str, half_life: Block) -> Block:
        """How used a bloc is to an instrument: 0 at first, 0.5 after `half_life` years."""
        years = np.cumsum(self.exist(kind), axis=0) / 12.0
        return 1 - 0.5 ** (years / half_life)

    def targets_pending(self, kind: str, names: Sequence[str]) -> Block:
        """1 where an act on a named target is announced but not in force: `[month, target, 1]`."""
        return self._table(self.of(kind), names, _targets, lambda act: act.pending)

    def targets_exist(self, kind: str, names: Sequence[str]) -> Block:
        """1 from the first month in which an act on a named target is in force."""
        return self._table(self.of(kind), names, _targets, lambda act: act.started)

    def of(self, *kinds: str) -> list[Act]:
        """The acts of some instruments."""
        return [act for act in self.acts if act.event.instrument in kinds]

    def clauses(self, suppliers: Sequence[str], switch: Block) -> list[list[list[Clause]]]:
        """Clauses on chips by month and destination, those in force in that month.

        Args:
            suppliers: rows of the jurisdiction mask.
            switch: 0 where the channel of compute denial is off, `[world or 1]`.
        """
        blocs = [self.scenario.suppliers[name].bloc for name in suppliers]
        # A supplier answers the clauses in the order of their announcement.
        acts = sorted(self.of("chip_rule"), key=lambda act: (act.event.announced, act.name))
        by_act = [self._clause_by_month(act, blocs, switch > 0) for act in acts]
        return [
            [
                [
                    clause[month]
                    for act, clause in zip(acts, by_act, strict=True)
                    if act.event.destination == bloc and month in clause
                ]
                for bloc in self.blocs
            ]
            for month in range(self.months)
        ]

    def _clause_by_month(self, act: Act, supplier_blocs: list[str], on: Mask) -> dict[int, Clause]:
        """An act's clause in the months in which it is in force."""
        issuer = self.scenario.regulators[act.event.by].bloc
        first = int(np.argmax(act.announced[:, 0]))
        rule: ChipRule[Block] = act.numbers
        redesign = self._redesign_months
        slowest = redesign.max()
        clause = Clause(
            in_force=on,
            answered=on & (redesign <= slowest),
            jurisdiction=np.array([[bloc == issuer] for bloc in supplier_blocs]),
            tpp=rule.tpp,
            interconnect=rule.interconnect,
            bandwidth=rule.bandwidth,
            licence_rate=rule.licence_rate,
            levy=rule.levy,
            cap=rule.cap,
        )
        return {
            month: clause
            if month - first >= slowest
            else clause._replace(answered=on & (redesign <= month - first))
            for month in np.flatnonzero(act.in_force).tolist()
        }

    def _acts(self, numbers: Parameters) -> list[Act]:
        """Count the months; an act ends when one that supersedes it takes effect."""
        calendar = self.scenario.calendar
        months = np.arange(self.months)[:, None]
        chosen = enacted(self.scenario)
        starts = {name: months >= calendar.month_of(e.effective) for name, e in chosen.items()}
        acts = []
        for name, event in chosen.items():
            ends = calendar.month_of(event.ends) if event.ends else NEVER
            newer = [starts[other] for other, e in chosen.items() if name in e.supersedes]
            ended = reduce(np.logical_or, newer, months >= ends)
            announced = months >= calendar.month_of(event.announced)
            in_force = starts[name] & ~ended
            eases = any(_is_looser(event, chosen[old]) for old in event.supersedes if old in chosen)
            drawn = numbers.events[name]
            acts.append(Act(name, event, drawn, announced, in_force, ended, eases))
        return acts

    def _table(
        self,
        acts: list[Act],
        names: Sequence[str],
        named: Callable[[Act], list[str]],
        values: Callable[[Act], Block | Mask],
        combine: Callable = np.maximum,
    ) -> Block:
        """Values of acts in the rows that they name: `[month, row, world or 1]`."""
        blocks = [values(act) for act in acts]
        table = np.zeros((self.months, len(names), max([1, *(b.shape[-1] for b in blocks)])))
        for act, block in zip(acts, blocks, strict=True):
            for name in named(act):
                row = names.index(name)
                table[:, row] = combine(table[:, row], block)
        return table


def enacted(scenario: Scenario) -> dict[str, Any]:
    """The acts of a scenario that are switched on and not withheld by their government.

    The others do nothing, and do not end the acts that they supersede either.
    """
    return {
        name: event
        for name, event in scenario.events.items()
        if event.active and event.instrument not in scenario.regulators[event.by].withholds
    }


def _strength(act: Act) -> Block:
    return act.in_force * act.numbers.strength


def _targets(act: Act) -> list[str]:
    return act.event.targets


def _destination(act: Act) -> list[str]:
    return [act.event.destination]


def _is_looser(new: Any, old: Any) -> bool:
    """Whether an act permits more than the one that it supersedes, and nothing less."""
    if new.instrument != "chip_rule":
        return new.strength.central < old.strength.central
    steps = [
        new.licence_rate.central - old.licence_rate.central,
        new.cap.central - old.cap.central,
        old.levy.central - new.levy.central,
    ]
    for limit in ("tpp", "interconnect", "bandwidth"):
        ours, theirs = getattr(new, limit), getattr(old, limit)
        # Every chip reaches an absent limit: it is the strictest.
        steps.append((ours.central if ours else 0.0) - (theirs.central if theirs else 0.0))
    return max(steps) > 0 and (steps[0] > 0 or min(steps) >= 0)
