"""Regulators: governments whose dated acts are in force, announced or feared."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sim.actors.population import Member, Population
from sim.board import Policy
from sim.scenario.events import Agenda, at_month, at_months, strictest
from sim.worlds import Block

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
        denial = model.numbers.channels.compute_denial
        self.clauses = agenda.clauses(suppliers, denial)
        self.tables = {
            **self._on_chips(denial, labs, suppliers),
            **self._on_inputs(model.numbers.channels.input_denial, suppliers),
            **self._on_labs(),
        }

    def _on_chips(self, on: Block, labs: list[str], suppliers: list[str]) -> dict[str, Block]:
        """What bears on the sale of accelerators."""
        agenda = self.agenda
        listing = agenda.listing(suppliers, labs) * on
        half_life = self.model.numbers.supply.security_half_life
        return {
            "chips_pending": agenda.pending("chip_rule") * on,
            "chips_controlled": agenda.exist("chip_rule") * on,
            "chips_exposure": agenda.exposure("chip_rule", half_life) * on,
            "listing": listing,
            "listed": strictest(listing),
            "remote_denial": agenda.strength("remote_access", "destination"),
            "enforcement": agenda.strength("enforcement", "destination"),
            "guidance": agenda.strength("import_guidance", "bloc"),
            "mandate": agenda.strength("domestic_mandate", "bloc"),
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

    def enforce(self, month: int) -> Policy:
        """The instruments of the month."""
        return Policy(clauses=at_month(self.clauses, month), **at_months(self.tables, month))
