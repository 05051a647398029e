"""The scenario: frozen models that refuse unknown keys. The manual is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field, field_validator, model_validator

from sim.core.calendar import Calendar
from sim.scenario import actors as roster
from sim.scenario import economy, parameters
from sim.scenario.cross_checks import misfits
from sim.scenario.errors import MisfitError, Problem, ScenarioError
from sim.scenario.incidents import AnyIncident
from sim.scenario.instruments import AnyEvent, Breakthrough
from sim.scenario.quantity import Frozen, Path, Quantity, number
from sim.scenario.reactions import AnyReaction


class Correlation(roster.Section):
    """Two priors that move together (rank correlation through normal scores)."""

    between: tuple[str, str]
    rho: Quantity = number("1", -0.99, 0.99, "correlation of the two normal scores")

    @field_validator("between", mode="before")
    @classmethod
    def _from_a_list(cls, value):
        return tuple(value) if isinstance(value, list) else value


class Scenario(Frozen):
    """Everything a run is made of. Numbers live here and nowhere else."""

    title: str
    why: str
    start: roster.Month
    months: int = Field(ge=1, le=600)
    blocs: dict[str, str]
    labs: dict[str, roster.Lab]
    clouds: dict[str, roster.Cloud]
    suppliers: dict[str, roster.Supplier]
    chips: dict[str, roster.Chip]
    foundries: dict[str, roster.Foundry]
    tool_makers: dict[str, roster.ToolMaker]
    hbm_makers: dict[str, roster.HbmMaker]
    investors: dict[str, roster.Investors]
    sectors: dict[str, roster.Sector]
    markets: dict[str, roster.Market]
    power_suppliers: dict[str, roster.PowerSupplier]
    talent_pools: dict[str, roster.TalentPool]
    regulators: dict[str, roster.Regulator]
    ties: dict[str, roster.Tie] = Field(default={})
    trust: dict[str, roster.Trust] = Field(default={})
    chip: parameters.ChipParameters
    rules: parameters.RuleParameters
    stockpiling: parameters.StockpilingParameters
    leakage: parameters.LeakageParameters
    supply: parameters.SupplyParameters
    capital: parameters.CapitalParameters
    effort: parameters.EffortParameters
    research: parameters.ResearchParameters
    spillover: parameters.SpilloverParameters
    training: parameters.TrainingParameters
    belief: economy.BeliefParameters
    demand: economy.DemandParameters
    application: economy.ApplicationParameters
    power: economy.PowerParameters
    talent: economy.TalentParameters
    channels: parameters.Channels = parameters.Channels()
    events: dict[str, AnyEvent] = Field(default={})
    breakthroughs: dict[str, Breakthrough] = Field(default={})
    incidents: dict[str, AnyIncident] = Field(default={})
    reactions: dict[str, AnyReaction] = Field(default={})
    correlations: dict[str, Correlation] = Field(default={})

    @property
    def calendar(self) -> Calendar:
        """The months of the scenario."""
        return Calendar(self.start, self.months)

    def horizon(self, months: int | None) -> int:
        """How many months are run: all, or the first so many.

        Raises:
            ScenarioError: more are asked for than there are.
        """
        if months is not None and months > self.months:
            wrong = f"{months} are asked for, and “{self.title}” has {self.months}"
            raise ScenarioError(Problem("months", "", wrong, f"give {self.months} or fewer"))
        return self.months if months is None else months

    @model_validator(mode="wrap")
    @classmethod
    def _fits_together(cls, tree, handler):
        scenario = handler(tree)
        if isinstance(tree, dict) and (found := misfits(tree)):
            raise MisfitError(found)
        return scenario


def _declared(kind: Any, key: str) -> dict:
    return kind.model_fields[key].json_schema_extra


def quantities(node: Frozen | dict, path: str = "") -> Iterator[tuple[str, Quantity | Path, dict]]:
    """Every number of a scenario: dotted path, the number, its declaration (unit, low, high)."""
    fields: Iterable[str] = node if isinstance(node, dict) else type(node).model_fields
    for key in fields:
        value = node[key] if isinstance(node, dict) else getattr(node, key)
        at = f"{path}.{key}" if path else key
        if isinstance(value, Quantity | Path):
            yield at, value, _declared(type(node), key)
        elif isinstance(value, Frozen | dict):
            yield from quantities(value, at)
