"""Levers of policy: each puts one act in place of the scenario's own acts of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sim.scenario.incidents import Openness
from sim.scenario.instruments import KINDS, Breakthrough
from sim.scenario.paths import join_key
from sim.scenario.quantity import Frozen
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.tables import read_tables
from viz.figures.marks import ADDED

Tree = Mapping[str, Any]  # a resolved scenario

DEFAULT_DATE = date(2025, 1, 1)
SOURCE = "set on the dashboard"
LABS = "Labs and investors"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A lever that puts one act into a scenario.

    Attributes:
        kind: the instrument.
        by: the government that acts.
        place: the bloc or lab that it concerns.
        default: strength at which an act is added.
        help: what moving it means.
        field: the number that is moved.
        is_log: whether the lever moves by factors.
        span: ends of the lever where they are narrower than what the schema allows.
        table: of the scenario, which takes the act.
        dated: the act's field that says from when it holds.
    """

    table: ClassVar[str] = "events"
    dated: ClassVar[str] = "effective"
    title: str
    kind: str
    by: str = ""
    place: str
    default: float
    help: str
    field: str = "strength"
    is_log: bool = False
    span: tuple[float, float] | None = None

    @property
    def decider(self) -> str:
        """Who decides it: the heading under which it is listed."""
        return self.by or LABS

    @property
    def name(self) -> str:
        """Of the act in the scenario: `my_chip_rule_china`."""
        return f"{ADDED}{self.kind}_{self.place}".lower()

    @property
    def key(self) -> str:
        """Dotted key of the act."""
        return join_key((self.table, self.name))

    def changes(self, tree: Tree) -> list[str]:
        """The dotted keys it sets."""
        return [self.key]

    @property
    def schema(self) -> type[Frozen]:
        """The act's model."""
        return KINDS[self.kind]

    @property
    def declared(self) -> dict[str, Any]:
        """Unit and allowed range of the number, from the schema."""
        extra: Any = self.schema.model_fields[self.field].json_schema_extra
        return extra

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the lever."""
        return self.span or (self.declared["low"], self.declared["high"])

    @property
    def meaning(self) -> str:
        """What the instrument is and what its number means, from the schema."""
        instrument = " ".join(str(self.schema.__doc__).split())
        return f"{instrument} {self.schema.model_fields[self.field].description}."

    def number(self, value: float) -> dict[str, Any]:
        """The number that is moved, as an entry of the scenario."""
        return {"value": value, "unit": self.declared["unit"]}

    def act(self, value: float, day: date, tree: Tree) -> dict[str, Any]:
        """The act as a table of the scenario: it ends all others of its kind and place."""
        own = {"instrument": self.kind, "by": self.by, "announced": day, "effective": day}
        older = self.others(tree)
        if older:
            own["supersedes"] = older
        own |= {self._place_field: self.place, self.field: self.number(value)}
        if self.kind == "chip_rule":
            own["licence_rate"] = {"value": 0, "unit": "share"}
        return own | {"source": SOURCE}

    @property
    def _place_field(self) -> str:
        return "destination" if "destination" in self.schema.model_fields else "bloc"

    def others(self, tree: Tree) -> list[str]:
        """The scenario's own acts of this kind and place."""
        return [
            name
            for name, event in tree.get("events", {}).items()
            if event["instrument"] == self.kind
            and event.get(self._place_field) == self.place
            and name != self.name
        ]

    def why_disabled(self, tree: Tree) -> str:
        """Why the act would do nothing in this scenario; empty where it works."""
        if self.kind in tree["regulators"].get(self.by, {}).get("withholds", []):
            return f"This scenario's {self.by} does not use this instrument."
        return ""

    def is_like(self, act: Any) -> bool:
        """Whether an act of a scenario is of this kind and concerns the same place."""
        kind = getattr(act, "instrument", None) or act.kind
        place = getattr(act, "destination", None) or getattr(act, "bloc", None)
        return kind == self.kind and place == self.place

    @property
    def at_rest(self) -> float:
        """Where the lever stands while no act is in force: at the end that restricts nothing."""
        return self.ends[1] if self.field == "tpp" else self.ends[0]

    def strictest(self, values: Iterable[float]) -> float:
        """Of several acts in force, the one that counts."""
        return min(values) if self.field == "tpp" else max(values)

    def setting(self, scenario: EditedScenario) -> tuple[float, date] | None:
        """Value and date where the visitor set the lever."""
        act = scenario.value(self.key)
        return None if act is None else (act[self.field]["value"], act[self.dated])


@dataclass(frozen=True, kw_only=True)
class BreakthroughLever(Policy):
    """A lever that puts a breakthrough in efficiency into a scenario; `place` is the lab.

    Attributes:
        open: whether the lab publishes it.
    """

    table: ClassVar[str] = "breakthroughs"
    dated: ClassVar[str] = "date"
    kind: str = "breakthrough"
    field: str = "training_gain"
    is_log: bool = True
    open: bool

    @property
    def schema(self) -> type[Frozen]:
        """The model of breakthroughs."""
        return Breakthrough

    @property
    def meaning(self) -> str:
        """What the number means, from the schema."""
        fields = self.schema.model_fields
        return f"{fields['training_gain'].description}, and {fields['inference_gain'].description}."

    def act(self, value: float, day: date, tree: Tree) -> dict[str, Any]:
        """The breakthrough as a table of the scenario."""
        gains = {name: self.number(value) for name in ("training_gain", "inference_gain")}
        pace = {"value": 1, "unit": "1"}
        own = {"lab": self.place, "date": day, **gains, "pace": pace, "open": self.open}
        return own | {"source": SOURCE}

    def why_disabled(self, tree: Tree) -> str:
        """Why it could not happen in this scenario."""
        return "" if self.place in tree["labs"] else f"This scenario has no lab {self.place}."


@dataclass(frozen=True, kw_only=True)
class OpenWeightsLever(Policy):
    """A lever by which the labs of a bloc, `place`, open or close their weights from a date on."""

    table: ClassVar[str] = "incidents"
    dated: ClassVar[str] = "date"
    kind: str = "openness"
    field: str = "openness"

    @property
    def schema(self) -> type[Frozen]:
        """The model of such incidents."""
        return Openness

    def act(self, value: float, day: date, tree: Tree) -> dict[str, Any]:
        """The incident as a table of the scenario."""
        own = {"kind": self.kind, "bloc": self.place, "date": day, self.field: self.number(value)}
        return own | {"source": SOURCE}

    def why_disabled(self, tree: Tree) -> str:
        """Why nobody could open weights in this scenario."""
        has_labs = any(lab["bloc"] == self.place for lab in tree["labs"].values())
        return "" if has_labs else f"This scenario has no labs in {self.place}."


LEVERS = {"": Policy, "breakthrough": BreakthroughLever, "open_weights": OpenWeightsLever}


POLICIES: tuple[Policy, ...] = tuple(
    LEVERS[row.pop("type", "")](**row) for row in read_tables(__file__, "policies.toml")["levers"]
)
