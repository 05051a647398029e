"""The agenda: which acts of governments are announced and in force, month by month.

Acts begin and end on days. What several acts do together is worked out for each period in which no
date falls; a month has the mean over its days (`Periods.mean`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.core.worlds import Block, Mask
from sim.policy.acts import Act, dates, enacted, make_acts
from sim.policy.clauses import Clause, ClausePart
from sim.policy.monthly import MonthlyTable, averaged
from sim.scenario.instruments import ChipRule, Event
from sim.scenario.schema import Parameters, Scenario


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

    def tool_denial(self, on: Block, allied: Block) -> Block:
        """Share of tools denied: `[month, bloc, world]`.

        Args:
            on: factor on tool controls, 0 where the channel is off.
            allied: share of tools that allies make, who deny what their alignment says.
        """
        tools, allies = (
            self._by_period(self.of(kind), self.blocs, _destination, _strength) * on
            for kind in ("tool_control", "allied_alignment")
        )
        return self.periods.monthly(tools * (1 - allied + allied * allies))

    def on_targets(self, kind: str, names: Sequence[str]) -> Block:
        """Strength of an instrument by named target: `[month, target, world or 1]`."""
        return self._table(self.of(kind), names, _targets, _strength)

    def listing(self, suppliers: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of entity listings: `[month, supplier, lab, world or 1]`.

        A listing reaches the suppliers of the bloc whose government issues it.
        """

        def rows(act: Act) -> list[tuple[int, ...]]:
            home = self._of_issuer(act, suppliers)
            return [(at, labs.index(target)) for at in home for target in act.event.targets]

        return self._strictest("entity_listing", (len(suppliers), len(labs)), rows)

    def listed(self, suppliers: Sequence[str], labs: Sequence[str]) -> MonthlyTable:
        """Strength of entity listings by the strictest issuer: `[month, lab, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, ...]]:
            targets = act.event.targets if self._of_issuer(act, suppliers) else []
            return [(labs.index(target),) for target in targets]

        return self._strictest("entity_listing", (len(labs),), rows)

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

        return self._strictest("service_ban", (len(markets), len(labs)), rows)

    def visas(self) -> MonthlyTable:
        """Strength of visa rules: `[month, from bloc, to bloc, world or 1]`."""

        def rows(act: Act) -> list[tuple[int, ...]]:
            issuer = self.scenario.regulators[act.event.by].bloc
            return [(self.blocs.index(act.event.destination), self.blocs.index(issuer))]

        return self._strictest("visa_restriction", (len(self.blocs), len(self.blocs)), rows)

    def against(self, by: str) -> Block:
        """Acts of other governments against a government's bloc by the month's end.

        Acts that ease do not count, nor do those announced by the first month.

        Returns:
            their number, `[month, world or 1]`.
        """
        own = self.scenario.regulators[by].bloc
        acts = [
            act.known[self.periods.last]
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

    def _strictest(
        self, kind: str, shape: tuple[int, ...], rows: Callable[[Act], list[tuple[int, ...]]]
    ) -> MonthlyTable:
        """Strengths by rows, of several acts the strictest: `[month, *shape, world or 1]`.

        Args:
            rows: the places of the table on which an act bears.
        """
        acts = self.of(kind)
        in_force = np.array([np.ones(len(self.periods)), *(act.in_force[:, 0] for act in acts)])
        distinct, index = np.unique(in_force, axis=1, return_inverse=True)
        blocks = []
        for flags in distinct.T:
            strong = [act for act, on in zip(acts, flags[1:], strict=True) if on]
            width = max([1, *(act.numbers.strength.shape[-1] for act in strong)])
            block = np.zeros((*shape, width))
            for act in strong:
                for row in rows(act):
                    block[row] = np.maximum(block[row], act.numbers.strength)
            blocks.append(block)
        return averaged(MonthlyTable(blocks, index.ravel()), self.periods)

    def pending(self, *kinds: str) -> Block:
        """Share of the month in which an act of these kinds is announced and not in force."""
        return self._table(self.of(*kinds), self.blocs, _destination, lambda act: act.pending)

    def exist(self, *kinds: str) -> Block:
        """Share of the month since an act of these kinds first took effect: 1 after its month."""
        return self._table(self.of(*kinds), self.blocs, _destination, lambda act: act.started)

    def exposure(self, kind: str, half_life: Block) -> Block:
        """How used a bloc is to an instrument: 0 at first, 0.5 after `half_life` years."""
        years = np.cumsum(self.exist(kind), axis=0) / 12.0
        return 1 - 0.5 ** (years / half_life)

    def targets_pending(self, kind: str, names: Sequence[str]) -> Block:
        """The same as `pending` of acts on named targets: `[month, target, 1]`."""
        return self._table(self.of(kind), names, _targets, lambda act: act.pending)

    def targets_exist(self, kind: str, names: Sequence[str]) -> Block:
        """The same as `exist` of acts on named targets: `[month, target, 1]`."""
        return self._table(self.of(kind), names, _targets, lambda act: act.started)

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

    def _table(
        self,
        acts: list[Act],
        names: Sequence[str],
        named: Callable[[Act], list[str]],
        values: Callable[[Act], Block | Mask],
        combine: Callable = np.maximum,
    ) -> Block:
        """Values of acts in the rows that they name: `[month, row, world or 1]`."""
        return self.periods.monthly(self._by_period(acts, names, named, values, combine))

    def _by_period(
        self,
        acts: list[Act],
        names: Sequence[str],
        named: Callable[[Act], list[str]],
        values: Callable[[Act], Block | Mask],
        combine: Callable = np.maximum,
    ) -> Block:
        """Values of acts in the rows that they name: `[period, row, world or 1]`."""
        blocks = [values(act) for act in acts]
        table = np.zeros((len(self.periods), len(names), max([1, *(b.shape[-1] for b in blocks)])))
        for act, block in zip(acts, blocks, strict=True):
            for name in named(act):
                row = names.index(name)
                table[:, row] = combine(table[:, row], block)
        return table


def _parts(held: list[list[Clause]], left: list[float]) -> tuple[ClausePart, ...]:
    """Parts of a month from the clauses of its periods and what is left of it at each start."""
    starts = [at for at in range(len(held)) if at == 0 or held[at] is not held[at - 1]]
    begins = [left[at] for at in starts]
    ends = [*begins[1:], 0.0]
    return tuple(
        ClausePart(begin - end, held[at])
        for at, begin, end in zip(starts, begins, ends, strict=True)
    )


def _strength(act: Act) -> Block:
    return act.in_force * act.numbers.strength


def _targets(act: Act) -> list[str]:
    return act.event.targets


def _destination(act: Act) -> list[str]:
    return [act.event.destination]
