"""The scenario: frozen models that refuse unknown keys. The manual is made from them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Generic

from pydantic import Field, field_validator, model_validator

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.scenario import actors, economy, parameters
from sim.scenario.bounds import MOST_PROBLEMS
from sim.scenario.changes import Change
from sim.scenario.cross_checks import cross_check
from sim.scenario.errors import CrossCheckError, Problem, ScenarioError
from sim.scenario.incidents import INCIDENTS, Incident
from sim.scenario.instruments import KINDS, Breakthrough, Event
from sim.scenario.paths import children
from sim.scenario.quantity import Frozen, N, OneOf, Path, Quantity, S, number
from sim.scenario.reactions import REACTIONS, Reaction
from sim.scenario.references import Ref
from sim.scenario.structure import Structure
from sim.scenario.texts import Key, Line, Month, Name, Prose, Start, Title

NumberKey = Annotated[Key, Ref("numbers")]


class Correlation(actors.Section[N]):
    """Two priors that move together (rank correlation through normal scores)."""

    between: tuple[NumberKey, NumberKey]
    rho: N = number("1", -0.99, 0.99, "correlation of the two normal scores")

    @field_validator("between", mode="before")
    @classmethod
    def _from_a_list(cls, value):
        return tuple(value) if isinstance(value, list) else value


class Tables(Frozen, Generic[N, S]):  # noqa: UP046
    """All tables of a scenario that hold numbers and switches (`N`, `S`: what these are)."""

    blocs: dict[Name, Title]
    labs: dict[Name, actors.Lab[N]]
    clouds: dict[Name, actors.Cloud[N]]
    suppliers: dict[Name, actors.Supplier[N]]
    chips: dict[Name, actors.Chip[N]]
    foundries: dict[Name, actors.Foundry[N]]
    tool_makers: dict[Name, actors.ToolMaker[N]]
    hbm_makers: dict[Name, actors.HbmMaker[N]]
    investors: dict[Name, actors.Investors[N]]
    sectors: dict[Name, actors.Sector[N]]
    markets: dict[Name, actors.Market[N]]
    power_suppliers: dict[Name, actors.PowerSupplier[N]]
    talent_pools: dict[Name, actors.TalentPool[N]]
    regulators: dict[Name, actors.Regulator[N]]
    ties: dict[Name, actors.Tie[N]] = Field(default={})
    trust: dict[Name, actors.Trust[N]] = Field(default={})
    chip: parameters.ChipParameters[N]
    rules: parameters.RuleParameters[N]
    stockpiling: parameters.StockpilingParameters[N]
    leakage: parameters.LeakageParameters[N]
    supply: parameters.SupplyParameters[N]
    capital: parameters.CapitalParameters[N]
    effort: parameters.EffortParameters[N]
    research: parameters.ResearchParameters[N]
    spillover: parameters.SpilloverParameters[N]
    training: parameters.TrainingParameters[N]
    belief: economy.BeliefParameters[N]
    demand: economy.DemandParameters[N]
    application: economy.ApplicationParameters[N]
    power: economy.PowerParameters[N]
    talent: economy.TalentParameters[N]
    structure: Structure[N] = Structure()
    channels: parameters.Channels[S] = parameters.Channels()
    events: dict[Name, Annotated[Event[N], OneOf("instrument", KINDS)]] = Field(default={})
    breakthroughs: dict[Name, Breakthrough[N]] = Field(default={})
    incidents: dict[Name, Annotated[Incident[N], OneOf("kind", INCIDENTS)]] = Field(default={})
    reactions: dict[Name, Annotated[Reaction[N], OneOf("kind", REACTIONS)]] = Field(default={})
    changes: dict[Name, Change[N]] = Field(default={})
    correlations: dict[Name, Correlation[N]] = Field(default={})


type Parameters = Tables[Block, Block]  # the numbers of a block of worlds, drawn

KINDS_OF_ROWS: dict[str, dict[str, type[Any]]] = {
    "events": KINDS,
    "incidents": INCIDENTS,
    "reactions": REACTIONS,
}
"""Tables whose rows are of several kinds: the models by kind."""


class Question(Frozen):
    """What a scenario is made to answer: a comparison and its report begin with it."""

    outcomes: list[Line] = Field(
        min_length=1, max_length=6, description="outcomes that it is about, the main one first"
    )
    month: Month | None = Field(None, description="month of the answer (else 2030-12)")


class Heading(Frozen):
    """What a scenario is called and asks, and the months it covers."""

    title: Title
    why: Prose
    question: Question | None = Field(None, description="what it is made to answer")
    start: Start
    months: int = Field(ge=1, le=600)


class Scenario(Tables, Heading):
    """Everything a run is made of. Numbers live here and nowhere else."""

    @property
    def calendar(self) -> Calendar:
        """The months of the scenario."""
        return Calendar(self.start, self.months)

    def horizon(self, months: int | None) -> int:
        """How many months are run: all, or the first so many.

        Raises:
            ScenarioError: the scenario has fewer.
        """
        if months is not None and months > self.months:
            wrong = f"{months} are asked for, and “{self.title}” has {self.months}"
            raise ScenarioError(Problem("months", "", wrong, f"give {self.months} or fewer"))
        return self.months if months is None else months

    @model_validator(mode="wrap")
    @classmethod
    def _fits_together(cls, tree, handler):
        scenario = handler(tree)
        found = cross_check(tree, cls) if isinstance(tree, dict) else ()
        if findings := list(islice(found, MOST_PROBLEMS)):
            raise CrossCheckError(findings)
        return scenario


def quantities(node: Any, path: str = "") -> Iterator[tuple[str, Quantity | Path, dict]]:
    """Every number of a scenario: dotted key, the number, its declaration (unit, low, high)."""
    declared = getattr(type(node), "model_fields", {})
    for name, value in children(node).items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, Quantity | Path):
            yield key, value, declared[name].json_schema_extra
        elif isinstance(value, Frozen | dict):
            yield from quantities(value, key)
