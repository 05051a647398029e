"""Governments: dated acts in force, and the reaction rules that are switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.calendar import Calendar
from sim.core.state import State, initialise
from sim.core.worlds import Block, Mask
from sim.model.agents.regulators import Regulators
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Policy
from sim.model.markets.chip_market import ChipMarket
from sim.model.mechanisms import reaction
from sim.model.mechanisms.adjustment import adjusted
from sim.policy.clauses import NO_CAP, Clause
from sim.policy.reactions import Relax, Retaliate, Tighten, reaction_table
from sim.scenario.schema import Parameters

SMOOTHING = 24.0  # months over which the pace of the frontier is measured
USUAL_PACE = 0.7  # ECI points a month: pace of the frontier before it is measured


class Governments:
    """Policy of a month, and how governments react to what they see.

    Args:
        regulators: the governments.
        suppliers, chip_market: on which their rules bear.
        parameters: of the worlds, with the reaction rules of the scenario.
        blocs: names of the blocs.
    """

    pace = State("ECI points/month", "pace of the frontier", start=USUAL_PACE, axes=())
    last_frontier = State("ECI points", "frontier of last month", axes=())

    def __init__(
        self,
        regulators: Regulators,
        suppliers: ChipSuppliers,
        chip_market: ChipMarket,
        parameters: Parameters,
        blocs: Sequence[str],
        calendar: Calendar,
    ) -> None:
        self.regulators, self.suppliers, self.chip_market = regulators, suppliers, chip_market
        self.parameters, self.blocs = parameters, blocs
        about: tuple[Mapping[str, Any], list[str], Sequence[str], Calendar]
        about = (parameters.reactions, regulators.names, blocs, calendar)
        self.tighten = reaction_table(Tighten, *about)
        self.relax = reaction_table(Relax, *about)
        self.retaliate = reaction_table(Retaliate, *about)
        self.react = self.tighten.exists or self.relax.exists or self.retaliate.exists
        acts = [regulators.agenda.against(name) for name in regulators.names]
        self.acts = np.stack(np.broadcast_arrays(*acts), axis=1)  # [month, regulator, world or 1]
        initialise(self, {}, regulators.shape[-1])

    def policy(self, month: int) -> Policy:
        """The instruments in force in a month."""
        dated = self.regulators.enforce(month)
        if not self.react:
            return dated
        return self._add_retaliation(self._add_licences(self._add_tightening(dated, month)))

    def _add_tightening(self, policy: Policy, month: int) -> Policy:
        """Add the clause of the tightening rule to those of the agenda."""
        rule = self.tighten
        if not rule.exists:
            return policy
        p = self.parameters
        clauses = list(policy.clauses)
        controlled, exposure = policy.chips_controlled, policy.chips_exposure
        half_life = p.supply.security_half_life
        for row in np.flatnonzero(rule.on[:, 0]).tolist():
            clause = self._clause(row, month)
            clauses[rule.at[row]] = tuple(
                part._replace(clauses=[*part.clauses, clause]) for part in clauses[rule.at[row]]
            )
            in_force = clause.in_force
            target = (np.arange(len(self.blocs)) == rule.at[row])[:, None]
            controlled = np.maximum(controlled, target * in_force)
            used_to = 1 - 0.5 ** (self.regulators.ruled[row] / MONTHS / half_life)
            exposure = np.maximum(exposure, target * used_to * in_force)
        return policy._replace(
            clauses=clauses, chips_controlled=controlled, chips_exposure=exposure
        )

    def _clause(self, row: int, month: int) -> Clause:
        """The clause at the present step of a government."""
        p, rule, steps = self.parameters, self.tighten, self.regulators.steps[row]
        in_force = (steps > 0) & (p.channels.compute_denial > 0)
        announced = month - self.regulators.since_step[row]
        bloc = self.regulators.blocs.index[row]
        return Clause(
            in_force=in_force,
            cut_from=announced + p.rules.redesign_months,
            die_from=announced + p.rules.new_die_months,
            jurisdiction=(self.suppliers.blocs.index == bloc)[:, None],
            tpp=reaction.limit(rule.first_limit[row], rule.step[row], steps),
            interconnect=None,
            bandwidth=None,
            licence_rate=np.zeros(1),
            levy=np.zeros(1),
            cap=np.full(1, NO_CAP),
        )

    def _add_licences(self, policy: Policy) -> Policy:
        """Licences added to every clause of a government whose suppliers lose too much."""
        rule = self.relax
        if not rule.exists:
            return policy
        clauses = list(policy.clauses)
        for row in np.flatnonzero(rule.on[:, 0]).tolist():
            own = self.suppliers.blocs.index == self.regulators.blocs.index[row]
            clauses[rule.at[row]] = tuple(
                part._replace(clauses=[self._licensed(clause, own, row) for clause in part.clauses])
                for part in clauses[rule.at[row]]
            )
        return policy._replace(clauses=clauses)

    def _licensed(self, clause: Clause, own: Mask, row: int) -> Clause:
        """A clause with the licences that a government added, if it is its own."""
        if not np.array_equal(clause.jurisdiction[:, 0], own):
            return clause
        rate = np.minimum(clause.licence_rate + self.regulators.granted[row], 1)
        return clause._replace(licence_rate=rate)

    def _add_retaliation(self, policy: Policy) -> Policy:
        """Minerals withheld in answer to acts of others."""
        rule = self.retaliate
        if not rule.exists:
            return policy
        shape = (len(self.blocs), self.regulators.shape[-1])
        minerals = np.broadcast_to(policy.minerals, shape).copy()
        for row in np.flatnonzero(rule.on[:, 0]):
            at = rule.at[row]
            minerals[at] = np.maximum(minerals[at], self.regulators.answer[row])
        return policy._replace(minerals=minerals)

    def watch(self, month: int, bloc_frontier: Block) -> None:
        """See the month's releases, sales and acts, and react from the next month on.

        Args:
            bloc_frontier: best released capability by bloc, `[bloc, world]`.
        """
        if not self.react:
            return
        best = np.max(bloc_frontier, axis=0)
        grown = np.where(self.last_frontier > 0, best - self.last_frontier, self.pace)
        self.pace = adjusted(self.pace, grown, SMOOTHING)
        self.last_frontier = best
        own = self.regulators.blocs.spread(bloc_frontier)
        tighten = self.tighten.in_month(month)
        lead = reaction.lead_in_months(own - bloc_frontier[tighten.at], self.pace)
        self.regulators.tighten(lead, tighten)
        if self.relax.exists:
            self.regulators.relax(self._denied(), self.relax.in_month(month))
        self.regulators.retaliate(self._acts(month), self.retaliate.in_month(month))

    def _denied(self) -> Block:
        """USD bn a year that rules deny each government's suppliers at its rule's destination."""
        by_bloc = self.chip_market.denied()  # [bloc of suppliers, destination, world]
        pairs = zip(self.regulators.blocs.index, self.relax.at, strict=True)
        return np.stack([by_bloc[home, at] for home, at in pairs])

    def _acts(self, month: int) -> Block:
        """Acts against each government's bloc so far, steps of others' rules among them."""
        steps = self.regulators.steps
        at, homes = self.tighten.at, self.regulators.blocs.index
        rows = []
        for own, bloc in enumerate(homes):
            against = [steps[r] for r in range(len(homes)) if r != own and at[r] == bloc]
            dated = self.acts[month, own]
            rows.append(dated + sum(against, np.zeros(steps.shape[-1])))
        return np.stack(rows)
