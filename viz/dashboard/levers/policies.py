"""Levers of policy: each puts one act in place of the scenario's own acts of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sim.scenario.instruments import KINDS
from sim.scenario.quantity import Frozen
from viz.dashboard.state.edited_scenario import Case, dotted
from viz.figures.marks import ADDED

US, CHINESE = "US government", "Chinese government"
USUAL_DATE = date(2025, 1, 1)
SOURCE = "set on the dashboard"


@dataclass(frozen=True)
class Policy:
    """A lever that puts one act into a scenario.

    Attributes:
        title: what a person reads.
        kind: the instrument.
        by: the government that acts.
        place: the bloc it is directed at, or acts in.
        usual: where the lever stands before it is moved.
        help: what moving it means.
        field: the number that is moved.
        is_log: whether the lever moves by factors.
        span: ends of the lever where they are narrower than what the schema allows.
        is_front: whether it stands in front.
        table: of the scenario, which takes the act.
        dated: the act's field that says from when it holds.
    """

    table: ClassVar[str] = "events"
    dated: ClassVar[str] = "effective"
    title: str
    kind: str
    by: str
    place: str
    usual: float
    help: str
    field: str = "strength"
    is_log: bool = False
    span: tuple[float, float] | None = None
    is_front: bool = False

    @property
    def name(self) -> str:
        """Of the act in the scenario: `my_chip_rule`."""
        return f"{ADDED}{self.kind}_{self.place}".lower()

    @property
    def key(self) -> str:
        """Dotted key of the act."""
        return dotted(self.table, self.name)

    @property
    def schema(self) -> type[Frozen]:
        """The act's model."""
        return KINDS[self.kind]

    @property
    def declared(self) -> dict[str, Any]:
        """Unit and allowed range of the number, from the schema."""
        return self.schema.model_fields[self.field].json_schema_extra

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the lever."""
        return self.span or (self.declared["low"], self.declared["high"])

    @property
    def meaning(self) -> str:
        """What the instrument is and what its number means, from the schema."""
        what = " ".join(str(self.schema.__doc__).split())
        return f"{what} {self.schema.model_fields[self.field].description}."

    def act(self, value: float, day: date, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The act as a table of the scenario: it ends all others of its kind and place."""
        number = {"value": value, "unit": self.declared["unit"]}
        own = {"instrument": self.kind, "by": self.by, "announced": day, "effective": day}
        older = self.others(tree)
        if older:
            own["supersedes"] = older
        own[self._where] = self.place
        own[self.field] = number
        if self.kind == "chip_rule":
            own["licence_rate"] = {"value": 0, "unit": "share"}
        return own | {"source": SOURCE}

    @property
    def _where(self) -> str:
        return "destination" if "destination" in self.schema.model_fields else "bloc"

    def others(self, tree: Mapping[str, Any]) -> list[str]:
        """The scenario's own acts of this kind and place."""
        return [
            name
            for name, event in tree.get("events", {}).items()
            if event["instrument"] == self.kind
            and event.get(self._where) == self.place
            and name != self.name
        ]

    def withheld(self, tree: Mapping[str, Any]) -> str:
        """Why the act would do nothing in this scenario; empty where it works."""
        if self.kind in tree["regulators"].get(self.by, {}).get("withholds", []):
            return f"This scenario's {self.by} does not use this instrument."
        return ""

    def told(self, tree: Mapping[str, Any]) -> str:
        """What the scenario itself does of this kind."""
        count = len(self.others(tree))
        acts = "no act" if not count else "1 act" if count == 1 else f"{count} acts"
        return f"as the scenario says: {acts} of this kind"

    def state(self, case: Case) -> tuple[float, date] | None:
        """Value and date where the visitor set the lever."""
        act = case.value(self.key)
        return None if act is None else (act[self.field]["value"], act[self.dated])
