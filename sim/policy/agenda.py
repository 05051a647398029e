"""The agenda: which acts of governments are announced and in force, month by month.

Acts begin and end on days. What several acts do together is worked out for each period in which no
date falls; a month has the mean over its days (`Periods.mean`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.core.worlds import Block, Mask
from sim.policy.acts import Act, dates, enacted, make_acts
from sim.policy.clauses import Clause, ClausePart
from sim.policy.monthly import MonthlyTable, averaged, combined
from sim.scenario.instruments import ChipRule, Event
from sim.scenario.schema import Parameters, Scenario

Places = Callable[[Act], list[tuple[int, ...]]]  # where in a table an act bears


class Measure(NamedTuple):
    """When acts hold, `[period, 1]`, and what they do then, `[world or 1]`."""

    holds: Callable[[Act], Mask]
    effect: Callable[[Act], Block | Mask]


STRENGTH = Measure(lambda act: act.in_force, lambda act: act.numbers.strength)
PENDING = Measure(lambda act: act.pending, lambda act: act.bites)
STARTED = Measure(lambda act: act.started, lambda act: act.bites)


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
        self._rules = numbers.rules
        events = enacted(scenario)
        days = [day for event in events.values() for day in dates(event)]
        self.periods = scenario.calendar.periods(days)
        self.acts = make_acts(events, numbers, self.periods)

    def strength(self, kind: str, place: str, add: bool = False) -> MonthlyTable:
        """Strength of an instrument by bloc: `[month, bloc, world or 1]`.

        Args:
            place: the field that names the bloc, `destination` or `bloc`.
            add: sum the acts in force (public money) instead of taking the strictest.
        """
        rows = self._named(self.blocs, lambda act: [getattr(act.event, place)])
        combine = np.add if add else np.maximum
        return self._table(self.of(kind), (len(self.blocs),), rows, STRENGTH, combine)

    def tool_denial(self, on: Block, allied: Block) -> MonthlyTable:
        """Share of tools denied: `[month, bloc, world or 1]`.

        Args:
            on: factor on tool controls, 0 where the channel is off.
            allied: share of tools that allies make, who deny what their alignment says.
        """
        rows, shape = self._named(self.blocs, _destination), (len(self.blocs),)
        tools, allies = (
            self._by_period(self.of(kind), shape, rows, STRENGTH) * on
            for kind in ("tool_control", "allied_alignment")
        )
        denied = combined(lambda own, theirs: own * (1 - allied + allied * theirs), tools, allies)
        return averaged(denied, self.periods)

    def on_targets(self, kind: str, names: Sequence[str]) -> MonthlyTable:
        """Strength of an instrument by named target: `[month, target, world or 1]`."""
        return self._table(self.of(kind), (len(names),), self._named(names, _targets), STRENGTH)

    def listing(self, suppliers: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of entity listings: `[month, supplier, lab, world or 1]`.

        A listing reaches the suppliers of the bloc whose government issues it.
        """

        def rows(act: Act) -> list[tuple[int, ...]]:
            home = self._of_issuer(act, suppliers)
            return [(at, labs.index(target)) for at in home for target in act.event.targets]

        return self._table(self.of("entity_listing"), (len(suppliers), len(labs)), rows, STRENGTH)

    def listed(self, suppliers: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of entity listings by the strictest issuer: `[month, lab, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, ...]]:
            targets = act.event.targets if self._of_issuer(act, suppliers) else []
            return [(labs.index(target),) for target in targets]

        return self._table(self.of("entity_listing"), (len(labs),), rows, STRENGTH)

    def _of_issuer(self, act: Act, suppliers: Sequence[str]) -> list[int]:
        """Rows of the suppliers of the bloc whose government issues an act."""
        issuer = self.scenario.regulators[act.event.by].bloc
        return [at for at, s in enumerate(suppliers) if self.scenario.suppliers[s].bloc == issuer]

    def bans(self, markets: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of bans on services: `[month, market, lab, world or 1]`."""
        home = {lab: row.bloc for lab, row in self.scenario.labs.items()}

        def rows(act: Act) -> list[tuple[int, ...]]:
            market = markets.index(act.event.market)
            return [(market, at) for at, lab in enumerate(labs) if home[lab] == act.event.origin]

        return self._table(self.of("service_ban"), (len(markets), len(labs)), rows, STRENGTH)

    def visas(self) -> MonthlyTable:
        """Strength of visa rules: `[month, from bloc, to bloc, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, ...]]:
            issuer = self.scenario.regulators[act.event.by].bloc
            return [(self.blocs.index(act.event.destination), self.blocs.index(issuer))]

        return self._table(
            self.of("visa_restriction"), (len(self.blocs), len(self.blocs)), rows, STRENGTH
        )

    def against(self, by: str) -> Block:
        """Acts of other governments against a government's bloc by the month's end.

        Acts that ease do not count, nor do those announced by the first month.

        Returns:
            their number, `[month, world or 1]`.
        """
        own = self.scenario.regulators[by].bloc
        acts = [
            act.announced[self.periods.last] & act.bites
            for act in self.acts
            if act.event.by != by and own in self._hit(act.event) and not act.eases
        ]
        announced = sum(acts, np.zeros((self.months, 1)))
        return announced - announced[0]

    def _hit(self, event: Event) -> set[str]:
        """Blocs against which an act is directed: by name, or by the firms that it names."""
        firms = {**self.scenario.labs, **self.scenario.suppliers}
        named = {firms[target].bloc for target in getattr(event, "targets", [])}
        return named | {getattr(event, field, "") for field in ("destination", "origin")}

    def pending(self, *kinds: str) -> MonthlyTable:
        """Share of the month in which an act of these kinds is announced and not in force."""
        return self._on_destinations(self.of(*kinds), PENDING)

    def exist(self, *kinds: str) -> MonthlyTable:
        """Share of the month since an act of these kinds first took effect: 1 after its month."""
        return self._on_destinations(self.of(*kinds), STARTED)

    def exposure(self, kind: str, half_life: Block) -> MonthlyTable:
        """How used a bloc is to an instrument: 0 at first, 0.5 after `half_life` years."""
        years = np.cumsum(self.exist(kind).by_month(), axis=0) / 12.0
        return MonthlyTable(list(1 - 0.5 ** (years / half_life)), np.arange(self.months))

    def targets_pending(self, kind: str, names: Sequence[str]) -> MonthlyTable:
        """The same as `pending` of acts on named targets: `[month, target, world or 1]`."""
        return self._table(self.of(kind), (len(names),), self._named(names, _targets), PENDING)

    def targets_exist(self, kind: str, names: Sequence[str]) -> MonthlyTable:
        """The same as `exist` of acts on named targets: `[month, target, world or 1]`."""
        return self._table(self.of(kind), (len(names),), self._named(names, _targets), STARTED)

    def of(self, *kinds: str) -> list[Act]:
        """The acts of some instruments."""
        return [act for act in self.acts if act.event.instrument in kinds]

    def clauses(
        self, suppliers: Sequence[str], switch: Block
    ) -> list[list[tuple[ClausePart, ...]]]:
        """Clauses on chips by month and destination: a part for the days on which the same hold.

        The shares of the parts of a month sum to 1. Equal months share one object.

        Args:
            suppliers: rows of the jurisdiction mask.
            switch: 0 where the channel of compute denial is off, `[world or 1]`.
        """
        blocs = [self.scenario.suppliers[name].bloc for name in suppliers]
        # A supplier answers the clauses in the order of their announcement.
        rules = [act for act in self.of("chip_rule") if act.bites.any()]
        acts = sorted(rules, key=lambda act: (act.event.announced, act.name))
        by_act = [self._clause(act, blocs, switch > 0) for act in acts]
        lists: dict[tuple[int, ...], list[Clause]] = {}
        parts: dict[Any, tuple[ClausePart, ...]] = {}

        def held(period: int, bloc: str) -> list[Clause]:
            now = [
                clause
                for act, clause in zip(acts, by_act, strict=True)
                if act.event.destination == bloc and act.in_force[period, 0]
            ]
            return lists.setdefault(tuple(map(id, now)), now)

        def in_month(month: int, bloc: str) -> tuple[ClausePart, ...]:
            days = self.periods.of(month)
            now = _parts([held(at, bloc) for at in days], self.periods.left[days].tolist())
            return parts.setdefault(tuple((part.share, id(part.clauses)) for part in now), now)

        return [[in_month(month, bloc) for bloc in self.blocs] for month in range(self.months)]

    def _clause(self, act: Act, supplier_blocs: list[str], on: Mask) -> Clause:
        """An act's clause."""
        issuer = self.scenario.regulators[act.event.by].bloc
        known = max(self.scenario.calendar.morning(act.event.announced), 0.0)
        rule: ChipRule[Block] = act.numbers
        return Clause(
            in_force=on & act.bites,
            cut_from=known + self._rules.redesign_months,
            die_from=known + self._rules.new_die_months,
            jurisdiction=np.array([[bloc == issuer] for bloc in supplier_blocs]),
            tpp=rule.tpp,
            interconnect=rule.interconnect,
            bandwidth=rule.bandwidth,
            licence_rate=rule.licence_rate,
            levy=rule.levy,
            cap=rule.cap,
        )

    def _on_destinations(self, acts: list[Act], measure: Measure) -> MonthlyTable:
        rows = self._named(self.blocs, _destination)
        return self._table(acts, (len(self.blocs),), rows, measure)

    def _named(self, names: Sequence[str], named: Callable[[Act], list[str]]) -> Places:
        """The places of an act in a table with a row for each name."""
        return lambda act: [(names.index(name),) for name in named(act)]

    def _table(
        self,
        acts: list[Act],
        shape: tuple[int, ...],
        places: Places,
        measure: Measure,
        combine: np.ufunc = np.maximum,
    ) -> MonthlyTable:
        """What acts do in the places on which they bear: `[month, *shape, world or 1]`."""
        return averaged(self._by_period(acts, shape, places, measure, combine), self.periods)

    def _by_period(
        self,
        acts: list[Act],
        shape: tuple[int, ...],
        places: Places,
        measure: Measure,
        combine: np.ufunc = np.maximum,
    ) -> MonthlyTable:
        """The same by period; consecutive periods in which the same acts hold share one block."""
        holds = np.array([np.ones(len(self.periods)), *(measure.holds(act)[:, 0] for act in acts)])
        is_new = (holds[:, 1:] != holds[:, :-1]).any(axis=0)
        starts = [0, *(np.flatnonzero(is_new) + 1).tolist()]
        blocks = []
        for flags in holds[1:, starts].T:
            held = [act for act, on in zip(acts, flags, strict=True) if on]
            width = max([1, *(measure.effect(act).shape[-1] for act in held)])
            block = np.zeros((*shape, width))
            for act in held:
                for place in places(act):
                    block[place] = combine(block[place], measure.effect(act))
            blocks.append(block)
        return MonthlyTable(blocks, np.concatenate([[0], np.cumsum(is_new)]))


def _parts(held: list[list[Clause]], left: list[float]) -> tuple[ClausePart, ...]:
    """Parts of a month from the clauses of its periods and what is left of it at each start."""
    starts = [at for at in range(len(held)) if at == 0 or held[at] is not held[at - 1]]
    begins = [left[at] for at in starts]
    ends = [*begins[1:], 0.0]
    return tuple(
        ClausePart(begin - end, held[at])
        for at, begin, end in zip(starts, begins, ends, strict=True)
    )


def _targets(act: Act) -> list[str]:
    return act.event.targets


def _destination(act: Act) -> list[str]:
    return [act.event.destination]
