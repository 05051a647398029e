"""Regulators: governments whose dated acts are in force, announced or feared."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sim.actors.population import Member, Population
from sim.board import Policy
from sim.scenario.events import Agenda

if TYPE_CHECKING:
    from sim.race import Race

TOOLS = ("tool_control", "allied_alignment")


class Regulator(Member):
    """A government."""


class Regulators(Population):
    """The governments: in this room policy follows the dated agenda of the scenario."""

    agent = Regulator

    def __init__(
        self,
        model: Race,
        table: Mapping[str, SimpleNamespace],
        agenda: Agenda,
        labs: list[str],
        suppliers: list[str],
    ) -> None:
        super().__init__(model, table)
        self.agenda = agenda
        numbers = model.numbers
        allied = numbers.supply.allied_tools
        tools = agenda.strength("tool_control", "destination")
        allies = agenda.strength("allied_alignment", "destination")
        denial = numbers.channels.compute_denial
        self.clauses = agenda.clauses(suppliers, denial)
        self.tables = {
            "chips_pending": agenda.pending("chip_rule") * denial,
            "chips_controlled": agenda.exist("chip_rule") * denial,
            "tools_pending": agenda.pending(*TOOLS),
            "tools_controlled": agenda.exist("tool_control"),
            "hbm_pending": agenda.pending("hbm_control"),
            "hbm_controlled": agenda.exist("hbm_control"),
            "listing": agenda.on_targets("entity_listing", labs) * denial,
            "chips_exposure": agenda.exposure("chip_rule", numbers.supply.security_half_life) * denial,
            "foundry_pending": agenda.targets_pending("foundry_rule", suppliers),
            "foundry_controlled": agenda.targets_exist("foundry_rule", suppliers),
            "foundry_denial": agenda.on_targets("foundry_rule", suppliers),
            "tool_denial": tools * (1 - allied + allied * allies),
            "hbm_denial": agenda.strength("hbm_control", "destination"),
            "remote_denial": agenda.strength("remote_access", "destination"),
            "enforcement": agenda.strength("enforcement", "destination"),
            "investment_ban": agenda.strength("investment_ban", "destination"),
            "fab_subsidy": agenda.strength("fab_subsidy", "bloc", add=True),
            "chip_fund": agenda.strength("chip_fund", "bloc", add=True),
            "guidance": agenda.strength("import_guidance", "bloc"),
            "mandate": agenda.strength("domestic_mandate", "bloc"),
            "voucher": agenda.strength("compute_voucher", "bloc"),
            "crackdown": agenda.strength("crackdown", "bloc"),
            "registration": agenda.strength("model_registration", "bloc"),
            "minerals": agenda.strength("minerals_retaliation", "destination"),
        }

    def enforce(self, month: int) -> Policy:
        """The instruments of the month."""
        now = {name: table.take(month, axis=TIME) for name, table in self.tables.items()}
        return Policy(clauses=self.clauses.__getitem__(month), **now)


TIME = 0  # the first axis of a table by month
