"""The agenda: which instruments are in force, known or feared in each month and world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from sim.core.worlds import Block, Mask
from sim.policy.by_month import ByMonth
from sim.policy.clauses import Clause
from sim.policy.targets import hit, looser
from sim.scenario.instruments import ChipRule
from sim.scenario.schema import Parameters, Scenario

NEVER = 10**6  # a month that does not come


@dataclass(frozen=True)
class Act:
    """An event with its numbers drawn and its months counted."""

    name: str
    event: Any  # one of the kinds of instruments; its fields are those of its kind
    numbers: Any  # the same event, drawn
    announced: Mask  # [month, 1]: known to all
    in_force: Mask  # [month, 1]
    ended: Mask  # [month, 1]: run out, or overtaken by a newer act, even before its effect
    eases: bool = False  # it loosens what it supersedes

    @property
    def pending(self) -> Mask:
        """Announced and not yet in force: the time for buying ahead, `[month, 1]`."""
        began = np.logical_or.accumulate(self.in_force, axis=0)
        return self.announced & ~began & ~self.ended & (not self.eases)


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
        return np.stack([self._combined(kind, place, bloc, add) for bloc in self.blocs], axis=1)

    def on_targets(self, kind: str, names: Sequence[str]) -> Block:
        """Strength of an instrument by named target: `[month, target, world or 1]`."""
        rows = [
            self._fold([act for act in self.of(kind) if name in act.event.targets], np.maximum)
            for name in names
        ]
        return np.stack(np.broadcast_arrays(*rows), axis=1)

    def listing(self, suppliers: Sequence[str], labs: Sequence[str]) -> ByMonth:
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

    def bans(self, markets: Sequence[str], labs: Sequence[str]) -> ByMonth:
        """Strength of bans on services: `[month, market, lab, world or 1]`."""
        home = {lab: row.bloc for lab, row in self.scenario.labs.items()}

        def rows(act: Act) -> list[tuple[int, int]]:
            there = [at for at, lab in enumerate(labs) if home[lab] == act.event.origin]
            return [(markets.index(act.event.market), at) for at in there]

        return self._pairs("service_ban", (len(markets), len(labs)), rows)

    def visas(self) -> ByMonth:
        """Strength of visa rules: `[month, from bloc, to bloc, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, int]]:
            issuer = self.scenario.regulators[act.event.by].bloc
            return [(self.blocs.index(act.event.destination), self.blocs.index(issuer))]

        return self._pairs("visa_restriction", (len(self.blocs), len(self.blocs)), rows)

    def against(self, by: str) -> Block:
        """Acts of other governments against a government's bloc, known since the start: `[month]`.

        What eases is none, nor is what was known in the first month.
        """
        own = self.scenario.regulators[by].bloc
        acts = [
            act.announced[:, 0]
            for act in self.acts
            if act.event.by != by and own in hit(act.event, self.scenario) and not act.eases
        ]
        known = np.sum(np.array([np.zeros(self.months), *acts]), axis=0)
        return known - known[0]

    def _pairs(
        self, kind: str, shape: tuple[int, int], rows: Callable[[Act], list[tuple[int, int]]]
    ) -> ByMonth:
        """Strengths by pairs of rows, the strictest of acts: `[month, row, row, world or 1]`."""
        acts = self.of(kind)
        force = np.array([np.ones(self.months), *(act.in_force[:, 0] for act in acts)])
        distinct, at = np.unique(force, axis=1, return_inverse=True)
        kept = []
        for now in distinct.T:
            strong = [act for act, on in zip(acts, now[1:], strict=True) if on]
            width = max([1, *(act.numbers.strength.shape[-1] for act in strong)])
            table = np.zeros((*shape, width))
            for act in strong:
                for one, other in rows(act):
                    table[one, other] = np.maximum(table[one, other], act.numbers.strength)
            kept.append(table)
        return ByMonth(kept, at.ravel())

    def pending(self, *kinds: str) -> Block:
        """1 where an act of these kinds is announced for a bloc but not in force, else 0."""
        return self._flags(kinds, lambda act: act.pending)

    def exist(self, *kinds: str) -> Block:
        """1 from the first month in which an act of these kinds is in force for a bloc."""
        return self._flags(kinds, lambda act: np.logical_or.accumulate(act.in_force, axis=0))

    def exposure(self, kind: str, half_life: Block) -> Block:
        """How used a bloc has become to an instrument: 0 at first, half after `half_life` years."""
        years = np.cumsum(self.exist(kind), axis=0) / 12.0
        return 1 - 0.5 ** (years / half_life)

    def targets_pending(self, kind: str, names: Sequence[str]) -> Block:
        """1 where an act on a named target is announced but not in force: `[month, target, 1]`."""
        return self._target_flags(kind, names, lambda act: act.pending)

    def targets_exist(self, kind: str, names: Sequence[str]) -> Block:
        """1 from the first month in which an act on a named target is in force."""
        return self._target_flags(
            kind, names, lambda act: np.logical_or.accumulate(act.in_force, axis=0)
        )

    def of(self, kind: str) -> list[Act]:
        """The acts of one instrument."""
        return [act for act in self.acts if act.event.instrument == kind]

    def clauses(self, suppliers: Sequence[str], switch: Block) -> list[list[list[Clause]]]:
        """Clauses on chips by month and destination, those in force in that month.

        Args:
            suppliers: rows of the jurisdiction mask.
            switch: 0 where the channel of compute denial is off, `[world or 1]`.
        """
        blocs = [self.scenario.suppliers[name].bloc for name in suppliers]
        # A supplier answers clause by clause, in the order in which they came.
        came = sorted(self.of("chip_rule"), key=lambda act: (act.event.announced, act.name))
        by_act = [self._clause_by_month(act, blocs, switch > 0) for act in came]
        return [
            [
                [
                    now[month]
                    for act, now in zip(came, by_act, strict=True)
                    if act.event.destination == bloc and month in now
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
        chosen = {
            name: event
            for name, event in self.scenario.events.items()
            if event.active and event.instrument not in self.scenario.regulators[event.by].withholds
        }
        starts = {name: months >= calendar.month_of(e.effective) for name, e in chosen.items()}
        acts = []
        for name, event in chosen.items():
            ends = calendar.month_of(event.ends) if event.ends else NEVER
            newer = [starts[other] for other, e in chosen.items() if name in e.supersedes]
            ended = reduce(np.logical_or, newer, months >= ends)
            announced = months >= calendar.month_of(event.announced)
            in_force = starts[name] & ~ended
            eases = any(looser(event, chosen[old]) for old in event.supersedes if old in chosen)
            drawn = numbers.events[name]
            acts.append(Act(name, event, drawn, announced, in_force, ended, eases))
        return acts

    def _combined(self, kind: str, place: str, bloc: str, add: bool) -> Block:
        acts = [act for act in self.of(kind) if getattr(act.event, place) == bloc]
        table = self._fold(acts, np.add if add else np.maximum)
        shapes = [act.numbers.strength.shape[-1] for act in self.of(kind)]
        return np.broadcast_to(table, (self.months, max([1, *shapes])))

    def _fold(self, acts: list[Act], combine: Callable) -> Block:
        table = np.zeros((self.months, 1))
        for act in acts:
            table = combine(table, act.in_force * act.numbers.strength)
        return table

    def _flags(self, kinds: Sequence[str], flag: Callable[[Act], Mask]) -> Block:
        table = np.zeros((self.months, len(self.blocs), 1))
        for act in self.acts:
            if act.event.instrument in kinds:
                row = self.blocs.index(act.event.destination)
                table[:, row] = np.maximum(table[:, row], flag(act))
        return table

    def _target_flags(self, kind: str, names: Sequence[str], flag: Callable[[Act], Mask]) -> Block:
        table = np.zeros((self.months, len(names), 1))
        for act in self.of(kind):
            for target in act.event.targets:
                row = names.index(target)
                table[:, row] = np.maximum(table[:, row], flag(act))
        return table
