"""The scenario: frozen models that refuse unknown keys. The manual is made from them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, ValidationInfo, model_validator

from sim.calendar import Calendar
from sim.scenario import parameters, roster
from sim.scenario.errors import nearest
from sim.scenario.instruments import KINDS, AnyEvent, Breakthrough
from sim.scenario.quantity import Frozen, Path, Quantity, number


class Correlation(roster.Section):
    """Two priors that move together (rank correlation through normal scores)."""

    between: tuple[str, str]
    rho: Quantity = number("1", -0.99, 0.99, "correlation of the two normal scores")


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
    regulators: dict[str, roster.Regulator]
    ties: dict[str, roster.Tie] = {}
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
    channels: parameters.Channels = parameters.Channels()
    events: dict[str, AnyEvent] = {}
    breakthroughs: dict[str, Breakthrough] = {}
    correlations: dict[str, Correlation] = {}

    @property
    def calendar(self) -> Calendar:
        """The months of the scenario."""
        return Calendar(self.start, self.months)

    @model_validator(mode="after")
    def _names_are_known(self, info: ValidationInfo):
        wrong = list(_unknown_names(self)) + list(_impossible_dates(self))
        if wrong:
            raise ValueError("\n".join(f"@{key}@{text}" for key, text in wrong))
        return self


ACTORS = "labs clouds suppliers foundries tool_makers hbm_makers investors regulators".split()


def quantities(
    node: Frozen | dict, path: str = ""
) -> Iterator[tuple[str, Quantity | Path, dict]]:
    """Every number of a scenario: dotted path, the number, its declaration (unit, low, high)."""
    named = isinstance(node, dict)
    for key in node if named else type(node).model_fields:
        value = node[key] if named else getattr(node, key)
        at = f"{path}.{key}" if path else key
        if isinstance(value, Quantity | Path):
            yield at, value, type(node).model_fields[key].json_schema_extra
        elif isinstance(value, Frozen | dict):
            yield from quantities(value, at)


def _unknown_names(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """References between tables that point nowhere."""

    def check(key: str, name: str, known, what: str) -> Iterator[tuple[str, str]]:
        if name not in known:
            yield key, f"unknown {what} '{name}'; {nearest(name, known)}"

    for table in ACTORS:
        for name, actor in getattr(scenario, table).items():
            yield from check(f"{table}.{name}.bloc", actor.bloc, scenario.blocs, "bloc")
    for name, chip in scenario.chips.items():
        yield from check(f"chips.{name}.supplier", chip.supplier, scenario.suppliers, "supplier")
    actors = [name for table in ACTORS for name in getattr(scenario, table)]
    for name, tie in scenario.ties.items():
        yield from check(f"ties.{name}.giver", tie.giver, actors, "actor")
        yield from check(f"ties.{name}.taker", tie.taker, actors, "actor")
    for name, regulator in scenario.regulators.items():
        for kind in regulator.withholds:
            yield from check(f"regulators.{name}.withholds", kind, KINDS, "instrument")
    for name, event in scenario.events.items():
        key = f"events.{name}"
        yield from check(f"{key}.by", event.by, scenario.regulators, "regulator")
        for field in ("destination", "bloc"):
            if hasattr(event, field):
                value = getattr(event, field)
                yield from check(f"{key}.{field}", value, scenario.blocs, "bloc")
        for older in event.supersedes:
            yield from check(f"{key}.supersedes", older, scenario.events, "event")
        known = scenario.suppliers if event.instrument == "foundry_rule" else scenario.labs
        for target in getattr(event, "targets", []):
            yield from check(f"{key}.targets", target, known, "target")
    for name, found in scenario.breakthroughs.items():
        yield from check(f"breakthroughs.{name}.lab", found.lab, [*scenario.labs, "all"], "lab")
    priors = [path for path, item, _ in quantities(scenario) if getattr(item, "prior", None)]
    for name, pair in scenario.correlations.items():
        for path in pair.between:
            yield from check(f"correlations.{name}.between", path, priors, "prior")
    yield from _missing_and_doubled(scenario)


def _missing_and_doubled(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What the engine cannot do without, and names that stand for two actors."""
    for name in scenario.suppliers:
        if not any(chip.supplier == name for chip in scenario.chips.values()):
            yield f"suppliers.{name}", "has no chip; add one to [chips] that names it"
    for bloc in scenario.blocs:
        for table in ("clouds", "investors"):
            if not any(actor.bloc == bloc for actor in getattr(scenario, table).values()):
                yield f"blocs.{bloc}", f"has nobody in [{table}]; add one, with budget 0 if need be"
    seen: dict[str, str] = {}
    for table in ACTORS:
        for name in getattr(scenario, table):
            if name in seen:
                yield f"{table}.{name}", f"the name stands in [{seen[name]}] too; rename one"
            seen[name] = table


def _impossible_dates(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Dates outside the calendar of the scenario."""
    calendar = scenario.calendar
    for name, event in scenario.events.items():
        if event.effective < event.announced:
            continue
        if calendar.month_of(event.announced) < 0:
            yield f"events.{name}.announced", (
                f"{event.announced} lies before the start {scenario.start}; "
                "what was in force at the start is announced on its first day"
            )
    for name, found in scenario.breakthroughs.items():
        if calendar.month_of(found.date) < 0:
            yield f"breakthroughs.{name}.date", (
                f"{found.date} lies before the start {scenario.start}"
            )
