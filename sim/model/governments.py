"""What governments have in force: dated acts, and the reaction rules that are switched on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block
from sim.model.forcing import Forcing, Policy
from sim.model.mechanisms import reaction
from sim.policy.clauses import NO_CAP, Clause
from sim.scenario.reactions import Reaction

if TYPE_CHECKING:
    from sim.model.race import Race

FIELDS = {
    "tighten": ("lead_below", "every", "first_limit", "step"),
    "relax": ("loss_above", "every", "step"),
    "retaliate": ("delay", "strength", "lasts"),
}
SMOOTHING = 24.0  # months over which the pace of the frontier is measured


class Governments:
    """Policy of a month, and how governments react to what they see.

    Args:
        race: with its regulators.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        self.regulators = race.regulators
        self.rules = {kind: self._numbers(kind) for kind in FIELDS}
        self.on = {kind for kind, rule in self.rules.items() if np.any(rule.on)}
        agenda = race.regulators.agenda
        self.acts = np.stack([agenda.against(name) for name in race.regulators.names], axis=1)
        # What was in force at the start has had its answer.
        self.regulators.acts_seen = self.acts[0][:, None]
        self.pace = np.full(race.worlds.count, 0.7)
        self.before = np.zeros(race.worlds.count)

    def _reactions(self, kind: str) -> dict[int, tuple[str, Reaction]]:
        """Active rules of a kind by row of their government."""
        found = self.race.inputs.reactions.items()
        names = self.regulators.names
        return {
            names.index(rule.by): (name, rule)
            for name, rule in found
            if rule.kind == kind and rule.active
        }

    def _numbers(self, kind: str) -> SimpleNamespace:
        """The numbers of a kind of rule, `[regulator, world or 1]`; `at` is the destination."""
        rules = self._reactions(kind)
        rows = range(self.regulators.rows)
        drawn = self.race.numbers.reactions

        def column(field: str) -> Block:
            cells = [
                getattr(drawn[rules[row][0]], field) if row in rules else np.ones(1) for row in rows
            ]
            return np.stack(np.broadcast_arrays(*cells))

        at = [
            self.race.blocs.index(rules[row][1].destination) if row in rules else 0 for row in rows
        ]
        on = np.array([[1.0 if row in rules else 0.0] for row in rows])
        first = [rules[row][1].since if row in rules else None for row in rows]
        month_of = self.race.calendar.month_of
        since = np.array([[month_of(day) if day else 0] for day in first])
        numbers = {name: column(name) for name in FIELDS[kind]}
        return SimpleNamespace(on=on, since=since, at=at, **numbers)

    def _awake(self, kind: str, month: int) -> SimpleNamespace:
        """The same with `on` 0 for rules that do not hold yet."""
        rule = self.rules[kind]
        return SimpleNamespace(**{**vars(rule), "on": rule.on * (month >= rule.since)})

    def policy(self, month: int) -> Policy:
        """What is in force this month."""
        dated = self.regulators.enforce(month)
        if not self.on:
            return dated
        return self._answered(self._eased(self._tightened(dated)))

    def _tightened(self, policy: Policy) -> Policy:
        """A clause of the reaction rule beside those of the agenda."""
        if "tighten" not in self.on:
            return policy
        p, rule = self.race.numbers, self.rules["tighten"]
        clauses = [list(at) for at in policy.clauses]
        controlled, exposure = policy.chips_controlled, policy.chips_exposure
        half_life = p.supply.security_half_life
        for row in np.flatnonzero(rule.on[:, 0]):
            steps = self.regulators.steps[row]
            works = (steps > 0) & (p.channels.compute_denial > 0)
            answered = self.regulators.since_step[row] >= p.rules.redesign_months
            bloc = self.regulators.blocs.index[row]
            clauses[rule.at[row]].append(
                Clause(
                    in_force=works,
                    answered=works & answered,
                    jurisdiction=(self.race.suppliers.blocs.index == bloc)[:, None],
                    tpp=reaction.limit(rule.first_limit[row], rule.step[row], steps),
                    interconnect=None,
                    bandwidth=None,
                    licence_rate=np.zeros(1),
                    levy=np.zeros(1),
                    cap=np.full(1, NO_CAP),
                )
            )
            here = (np.arange(len(self.race.blocs)) == rule.at[row])[:, None]
            controlled = np.maximum(controlled, here * works)
            lived = 1 - 0.5 ** (self.regulators.ruled[row] / MONTHS / half_life)
            exposure = np.maximum(exposure, here * lived * works)
        return policy._replace(
            clauses=clauses, chips_controlled=controlled, chips_exposure=exposure
        )

    def _eased(self, policy: Policy) -> Policy:
        """Licences added to every clause of a government whose suppliers lose too much."""
        if "relax" not in self.on:
            return policy
        clauses = [list(at) for at in policy.clauses]
        rule = self.rules["relax"]
        for row in np.flatnonzero(rule.on[:, 0]):
            own = self.race.suppliers.blocs.index == self.regulators.blocs.index[row]
            clauses[rule.at[row]] = [
                c._replace(
                    licence_rate=np.minimum(c.licence_rate + self.regulators.granted[row], 1)
                )
                if np.array_equal(c.jurisdiction[:, 0], own)
                else c
                for c in clauses[rule.at[row]]
            ]
        return policy._replace(clauses=clauses)

    def _answered(self, policy: Policy) -> Policy:
        """Minerals withheld in answer."""
        if "retaliate" not in self.on:
            return policy
        rule = self.rules["retaliate"]
        minerals = np.broadcast_to(
            policy.minerals, (len(self.race.blocs), self.race.worlds.count)
        ).copy()
        for row in np.flatnonzero(rule.on[:, 0]):
            at = rule.at[row]
            minerals[at] = np.maximum(minerals[at], self.regulators.answer[row])
        return policy._replace(minerals=minerals)

    def watch(self, forcing: Forcing, bloc_frontier: Block) -> None:
        """See the month's releases, sales and acts, and react from the next month on.

        Args:
            bloc_frontier: best released capability by bloc, `[bloc, world]`.
        """
        if not self.on:
            return
        best = np.max(bloc_frontier, axis=0)
        grown = np.where(self.before > 0, best - self.before, self.pace)
        self.pace = self.pace + (grown - self.pace) / SMOOTHING
        self.before = best
        own = self.regulators.blocs.spread(bloc_frontier)
        rule = self._awake("tighten", forcing.month)
        lead = reaction.lead_in_months(own - bloc_frontier[rule.at], self.pace)
        self.regulators.tighten(lead, rule)
        if "relax" in self.on:
            self.regulators.relax(self._denied(), self._awake("relax", forcing.month))
        self.regulators.retaliate(
            self._acts(forcing.month), self._awake("retaliate", forcing.month)
        )

    def _denied(self) -> Block:
        """USD bn a year that rules deny each government's suppliers at its rule's destination."""
        by_bloc = self.race.chip_market.denied  # [bloc of suppliers, destination, world]
        pairs = zip(self.regulators.blocs.index, self.rules["relax"].at, strict=True)
        return np.stack([by_bloc[home, at] for home, at in pairs])

    def _acts(self, month: int) -> Block:
        """Acts against each government's bloc so far, steps of others' rules among them."""
        steps = self.regulators.steps
        at = self.rules["tighten"].at
        homes = self.regulators.blocs.index
        rows = []
        for own, bloc in enumerate(homes):
            against = [steps[r] for r in range(len(homes)) if r != own and at[r] == bloc]
            rows.append(self.acts[month, own] + sum(against, np.zeros(self.race.worlds.count)))
        return np.stack(rows)
