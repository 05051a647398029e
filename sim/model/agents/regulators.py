"""Regulators: governments whose dated acts are in force, announced or feared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mesa
import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.forcing import Policy
from sim.model.mechanisms import reaction
from sim.model.mechanisms.adjustment import adjusted
from sim.policy.agenda import Agenda
from sim.policy.monthly import MonthlyTable, at_month, at_months, blocks_by_month
from sim.policy.reactions import Relax, Retaliate, Tighten
from sim.scenario import actors
from sim.scenario.schema import Parameters

TOOLS = ("tool_control", "allied_alignment")
LONG_AGO = 1e6  # months
DAYS = 365.25 / MONTHS  # in a month


class Regulator(Member):
    """A government."""


class Regulators(Population):
    """The governments: policy follows the dated agenda, and reaction rules where they are on.

    Args:
        agenda: the dated acts of all governments.
        labs, suppliers, markets: names of the actors on which acts bear.
    """

    agent = Regulator

    steps = State("1", "steps by which its own rule has tightened so far", recorded=True)
    since_step = State("months", "time since the last of them", start=LONG_AGO)
    ruled = State("months", "time since its own rule took its first step")
    granted = State("share", "licences added while its suppliers lose too much", recorded=True)
    since_grant = State("months", "time since the last of these were added", start=LONG_AGO)
    acts_seen = State("1", "acts of others against it that it knows, since the start")
    countdown = State("months", "time until its answer; long where none is due", start=LONG_AGO)
    answer = State("share", "minerals that it withholds in answer", recorded=True)
    denied = State("USD bn/yr", "revenue that rules deny its suppliers, smoothed over a year")

    def __init__(
        self,
        model: mesa.Model,
        table: Mapping[str, actors.Regulator[Block]],
        parameters: Parameters,
        blocs: Sequence[str],
        worlds: int,
        agenda: Agenda,
        labs: Sequence[str],
        suppliers: Sequence[str],
        markets: Sequence[str],
    ) -> None:
        self.agenda = agenda
        super().__init__(model, table, parameters, blocs, worlds)
        denial = parameters.channels.compute_denial
        self.clauses = agenda.clauses(suppliers, denial)
        tables: dict[str, MonthlyTable] = {
            **_on_chips(agenda, parameters, labs, suppliers),
            **_on_inputs(agenda, parameters, suppliers),
            **_on_labs(agenda),
            **_on_the_economy(agenda, labs, markets),
        }
        self.tables = {name: blocks_by_month(table, worlds) for name, table in tables.items()}

    def enforce(self, month: int) -> Policy:
        """The instruments of the month."""
        return Policy(clauses=at_month(self.clauses, month), **at_months(self.tables, month))

    def tighten(self, lead: Block, rule: Tighten) -> None:
        """A further step of its own rule where the lead is too short.

        Args:
            lead: months over the destination, `[regulator, world]`.
        """
        step = reaction.due((lead < rule.lead_below) & (rule.on > 0), self.since_step, rule.every)
        self.ruled = self.ruled + np.where(self.steps > 0, 1.0, 0.0)
        self.steps = self.steps + np.where(step, 1.0, 0.0)
        self.since_step = np.where(step, 0.0, self.since_step) + 1

    def relax(self, denied: Block, rule: Relax) -> None:
        """More licences where the own suppliers lose too much.

        Args:
            denied: USD bn a year that rules deny the own suppliers, `[regulator, world]`.
        """
        self.denied = adjusted(self.denied, denied, MONTHS)
        hurt = (self.denied > rule.loss_above) & (rule.on > 0)
        step = reaction.due(hurt, self.since_grant, rule.every)
        self.granted = np.minimum(self.granted + np.where(step, rule.step, 0.0), 1.0)
        self.since_grant = np.where(step, 0.0, self.since_grant) + 1

    def retaliate(self, acts: Block, rule: Retaliate) -> None:
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


def _on_chips(
    agenda: Agenda, parameters: Parameters, labs: Sequence[str], suppliers: Sequence[str]
) -> dict[str, MonthlyTable]:
    """What bears on the sale of accelerators."""
    on, own = parameters.channels.compute_denial, parameters.channels.self_denial
    half_life = parameters.supply.security_half_life
    return {
        "chips_pending": agenda.pending("chip_rule") * on,
        "chips_controlled": agenda.exist("chip_rule") * on,
        "chips_exposure": agenda.exposure("chip_rule", half_life) * on,
        "listing": agenda.listing(suppliers, labs) * on,
        "listed": agenda.listed(suppliers, labs) * on,
        "remote_denial": agenda.strength("remote_access", "destination"),
        "enforcement": agenda.strength("enforcement", "destination"),
        "guidance": agenda.strength("import_guidance", "bloc") * own,
        "mandate": agenda.strength("domestic_mandate", "bloc") * own,
        "voucher": agenda.strength("compute_voucher", "bloc"),
    }


def _on_inputs(
    agenda: Agenda, parameters: Parameters, suppliers: Sequence[str]
) -> dict[str, MonthlyTable]:
    """What bears on foundries, tools, memory and minerals."""
    on = parameters.channels.input_denial
    return {
        "foundry_pending": agenda.targets_pending("foundry_rule", suppliers) * on,
        "foundry_controlled": agenda.targets_exist("foundry_rule", suppliers) * on,
        "foundry_denial": agenda.on_targets("foundry_rule", suppliers) * on,
        "tools_pending": agenda.pending(*TOOLS) * on,
        "tools_controlled": agenda.exist("tool_control") * on,
        "tool_denial": agenda.tool_denial(on, parameters.supply.allied_tools),
        "hbm_pending": agenda.pending("hbm_control") * on,
        "hbm_denial": agenda.strength("hbm_control", "destination") * on,
        "minerals": agenda.strength("minerals_retaliation", "destination"),
    }


def _on_labs(agenda: Agenda) -> dict[str, MonthlyTable]:
    """What bears on money and releases, and public money."""
    return {
        "investment_ban": agenda.strength("investment_ban", "destination"),
        "fab_subsidy": agenda.strength("fab_subsidy", "bloc", add=True),
        "chip_fund": agenda.strength("chip_fund", "bloc", add=True),
        "crackdown": agenda.strength("crackdown", "bloc"),
        "registration": agenda.strength("model_registration", "bloc"),
        "weights_ban": agenda.strength("open_weights_ban", "bloc"),
    }


def _on_the_economy(
    agenda: Agenda, labs: Sequence[str], markets: Sequence[str]
) -> dict[str, MonthlyTable]:
    """What bears on users, people, power and use."""
    programs = ("talent_program", "power_program", "power_subsidy", "adoption_program")
    return {
        "service_ban": agenda.bans(markets, labs),
        "visa_denial": agenda.visas(),
        **{kind: agenda.strength(kind, "bloc", add=True) for kind in programs},
    }
