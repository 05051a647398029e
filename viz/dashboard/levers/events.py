"""Levers in no government's hand: a breakthrough, and whether labs open their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sim.scenario.incidents import Openness
from sim.scenario.instruments import Breakthrough
from sim.scenario.quantity import Frozen
from viz.dashboard.levers.policies import SOURCE, Policy


@dataclass(frozen=True)
class Leap(Policy):
    """A lever that puts a breakthrough in efficiency into a scenario; `place` is the lab."""

    table: ClassVar[str] = "breakthroughs"
    dated: ClassVar[str] = "date"
    open: bool = True

    @property
    def schema(self) -> type[Frozen]:
        """The model of breakthroughs."""
        return Breakthrough

    @property
    def meaning(self) -> str:
        """What the number means, from the schema."""
        fields = self.schema.model_fields
        return f"{fields['training_gain'].description}, and {fields['inference_gain'].description}."

    def act(self, value: float, day: date, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The breakthrough as a table of the scenario."""
        gain = {"value": value, "unit": self.declared["unit"]}
        own = {"lab": self.place, "date": day, "training_gain": gain, "inference_gain": dict(gain)}
        return own | {"pace": {"value": 1, "unit": "1"}, "open": self.open, "source": SOURCE}

    def withheld(self, tree: Mapping[str, Any]) -> str:
        """Why it could not happen in this scenario."""
        return "" if self.place in tree["labs"] else f"This scenario has no lab {self.place}."

    def told(self, tree: Mapping[str, Any]) -> str:
        """What the scenario itself does of this kind."""
        return "as the scenario says: none beyond its own"


@dataclass(frozen=True)
class Weights(Policy):
    """A lever by which the labs of a bloc, `place`, open or close their weights from a date on."""

    table: ClassVar[str] = "incidents"
    dated: ClassVar[str] = "date"

    @property
    def schema(self) -> type[Frozen]:
        """The model of such turns."""
        return Openness

    def act(self, value: float, day: date, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The turn as a table of the scenario."""
        chance = {"value": value, "unit": self.declared["unit"]}
        own = {"kind": self.kind, "bloc": self.place, "date": day, self.field: chance}
        return own | {"source": SOURCE}

    def withheld(self, tree: Mapping[str, Any]) -> str:
        """Why nobody could turn in this scenario."""
        there = any(lab["bloc"] == self.place for lab in tree["labs"].values())
        return "" if there else f"This scenario has no labs in {self.place}."

    def told(self, tree: Mapping[str, Any]) -> str:
        """What the scenario itself says of it."""
        return "as the scenario says, lab by lab"
