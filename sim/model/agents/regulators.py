"""Regulators: governments whose dated acts are in force, announced or feared."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.forcing import Policy
from sim.model.mechanisms import reaction
from sim.policy.agenda import Agenda
from sim.policy.by_month import ByMonth, at_month, at_months, by_month, strictest
from sim.scenario.actors import Actor

if TYPE_CHECKING:
    from sim.model.race import Race

TOOLS = ("tool_control", "allied_alignment")
LONG_AGO = 1e6  # months
DAYS = 365.25 / MONTHS  # in a month


class Regulator(Member):
    """A government."""


class Regulators(Population):
    """The governments: policy follows the dated agenda, and reaction rules where they are on."""

    agent = Regulator

    steps = State("1", "steps by which its own rule has tightened so far")
    since_step = State("months", "time since the last of them")
    ruled = State("months", "time since its own rule took its first step")
    granted = State("share", "licences added while its suppliers lose too much")
    since_grant = State("months", "time since the last of these were added")
    acts_seen = State("1", "acts of others against it that it knows")
    countdown = State("months", "time until its answer; long where none is due")
    answer = State("share", "minerals that it withholds in answer")
    denied = State("USD bn/yr", "revenue that rules deny its suppliers, smoothed over a year")

    def __init__(
        self,
        model: Race,
        table: Mapping[str, Actor[Block]],
        agenda: Agenda,
        labs: list[str],
        suppliers: list[str],
        markets: list[str],
    ) -> None:
        super().__init__(model, table)
        self.agenda = agenda
        denial = model.numbers.channels.compute_denial
        self.clauses = agenda.clauses(suppliers, denial)
        tables: dict[str, Block | ByMonth] = {
            **self._on_chips(denial, labs, suppliers),
            **self._on_inputs(model.numbers.channels.input_denial, suppliers),
            **self._on_labs(),
            **self._on_the_economy(labs, markets),
        }
        self.tables = {name: by_month(table, model.worlds.count) for name, table in tables.items()}

    def begin(self) -> None:
        """No reaction yet."""
        for name in ("steps", "ruled", "granted", "answer"):
            setattr(self, name, np.zeros((self.rows, 1)))
        self.since_step = self.since_grant = np.full((self.rows, 1), LONG_AGO)
        self.countdown = np.full((self.rows, 1), LONG_AGO)
        self.acts_seen = np.zeros((self.rows, 1))
        self.denied = np.zeros((self.rows, 1))

    def _on_chips(
        self, on: Block, labs: list[str], suppliers: list[str]
    ) -> dict[str, Block | ByMonth]:
        """What bears on the sale of accelerators."""
        agenda = self.agenda
        listing = agenda.listing(suppliers, labs) * on
        half_life = self.model.numbers.supply.security_half_life
        own = self.model.numbers.channels.self_denial
        return {
            "chips_pending": agenda.pending("chip_rule") * on,
            "chips_controlled": agenda.exist("chip_rule") * on,
            "chips_exposure": agenda.exposure("chip_rule", half_life) * on,
            "listing": listing,
            "listed": strictest(listing),
            "remote_denial": agenda.strength("remote_access", "destination"),
            "enforcement": agenda.strength("enforcement", "destination"),
            "guidance": agenda.strength("import_guidance", "bloc") * own,
            "mandate": agenda.strength("domestic_mandate", "bloc") * own,
            "voucher": agenda.strength("compute_voucher", "bloc"),
        }

    def _on_inputs(self, on: Block, suppliers: list[str]) -> dict[str, Block]:
        """What bears on foundries, tools, memory and minerals."""
        agenda = self.agenda
        tools = agenda.strength("tool_control", "destination") * on
        allies = agenda.strength("allied_alignment", "destination") * on
        allied = self.model.numbers.supply.allied_tools
        return {
            "foundry_pending": agenda.targets_pending("foundry_rule", suppliers) * on,
            "foundry_controlled": agenda.targets_exist("foundry_rule", suppliers) * on,
            "foundry_denial": agenda.on_targets("foundry_rule", suppliers) * on,
            "tools_pending": agenda.pending(*TOOLS) * on,
            "tools_controlled": agenda.exist("tool_control") * on,
            "tool_denial": tools * (1 - allied + allied * allies),
            "hbm_pending": agenda.pending("hbm_control") * on,
            "hbm_denial": agenda.strength("hbm_control", "destination") * on,
            "minerals": agenda.strength("minerals_retaliation", "destination"),
        }

    def _on_labs(self) -> dict[str, Block]:
        """What bears on money and releases, and public money."""
        agenda = self.agenda
        return {
            "investment_ban": agenda.strength("investment_ban", "destination"),
            "fab_subsidy": agenda.strength("fab_subsidy", "bloc", add=True),
            "chip_fund": agenda.strength("chip_fund", "bloc", add=True),
            "crackdown": agenda.strength("crackdown", "bloc"),
            "registration": agenda.strength("model_registration", "bloc"),
        }

    def _on_the_economy(self, labs: list[str], markets: list[str]) -> dict[str, Block | ByMonth]:
        """What bears on users, people, power and use."""
        agenda = self.agenda
        programs = ("talent_program", "power_program", "power_subsidy", "adoption_program")
        return {
            "service_ban": agenda.bans(markets, labs),
            "visa_denial": agenda.visas(),
            **{kind: agenda.strength(kind, "bloc", add=True) for kind in programs},
        }

    def enforce(self, month: int) -> Policy:
        """The instruments of the month."""
        return Policy(clauses=at_month(self.clauses, month), **at_months(self.tables, month))

    def tighten(self, lead: Block, rule: SimpleNamespace) -> None:
        """A further step of its own rule where the lead is too short (reaction rules).

        Args:
            lead: months over the destination, `[regulator, world]`.
            rule: numbers of the reaction, `[regulator, world or 1]`; `on` is 0 where there is none.
        """
        step = reaction.due((lead < rule.lead_below) & (rule.on > 0), self.since_step, rule.every)
        self.ruled = self.ruled + np.where(self.steps > 0, 1.0, 0.0)
        self.steps = self.steps + np.where(step, 1.0, 0.0)
        self.since_step = np.where(step, 0.0, self.since_step) + 1

    def relax(self, denied: Block, rule: SimpleNamespace) -> None:
        """More licences where the own suppliers lose too much.

        Args:
            denied: USD bn a year that rules deny the own suppliers, `[regulator, world]`.
        """
        self.denied = self.denied + (denied - self.denied) / MONTHS
        hurt = (self.denied > rule.loss_above) & (rule.on > 0)
        step = reaction.due(hurt, self.since_grant, rule.every)
        self.granted = np.minimum(self.granted + np.where(step, rule.step, 0.0), 1.0)
        self.since_grant = np.where(step, 0.0, self.since_grant) + 1

    def retaliate(self, acts: Block, rule: SimpleNamespace) -> None:
        """Minerals are withheld some days after an act of the other side.

        Acts that come while an answer is due are answered with it.

        Args:
            acts: acts against the own bloc so far, `[regulator, world or 1]`.
        """
        hit = (acts > self.acts_seen) & (rule.on > 0)
        due = self.countdown - 1
        wait = np.where(hit, np.minimum(rule.delay / DAYS, due), due)
        struck = wait <= 0
        worn = self.answer * np.exp(-1 / rule.lasts)
        self.answer = np.minimum(worn + np.where(struck, rule.strength, 0.0), 1.0)
        self.countdown = np.where(struck, LONG_AGO, wait)
        self.acts_seen = np.broadcast_to(acts, hit.shape)
