"""Levers of what labs and investors choose: one lever for all actors of a bloc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.paths import join_key
from viz.dashboard.levers.policies import LABS
from viz.dashboard.state.edited_scenario import EditedScenario


@dataclass(frozen=True)
class Choice:
    """A lever that sets the same number in several places.

    Attributes:
        table: of actors, such as `investors`.
        number: dotted key inside an actor's entry.
        default: a value for tests and measurements.
    """

    title: str
    table: str
    bloc: str
    number: tuple[str, ...]
    unit: str
    span: tuple[float, float]
    default: float
    help: str

    @property
    def key(self) -> str:
        """Its name among the page's messages."""
        return join_key((self.table, self.bloc, *self.number))

    @property
    def decider(self) -> str:
        """The heading under which it is listed."""
        return LABS

    def changes(self, tree: Mapping[str, Any]) -> list[str]:
        """The dotted keys it sets."""
        rows = tree[self.table].items()
        return [
            join_key((self.table, name, *self.number))
            for name, row in rows
            if row["bloc"] == self.bloc
        ]

    def setting(self, scenario: EditedScenario, tree: Mapping[str, Any]) -> float | None:
        """Its value where the visitor set it."""
        keys = self.changes(tree)
        values = {scenario.changed.get(key) for key in keys}
        return scenario.value(keys[0]) if len(values) == 1 and None not in values else None


BUDGET = ("lab_growth", "knots", "2026-01")
CHOICES = (
    Choice(
        "Growth of US labs' budgets",
        "investors",
        "US",
        BUDGET,
        "x/yr",
        (0.8, 5),
        2.2,
        "Usual growth of spending on compute in January 2026; from then on it fades as before.",
    ),
    Choice(
        "Growth of Chinese labs' budgets",
        "investors",
        "China",
        BUDGET,
        "x/yr",
        (0.8, 5),
        2.4,
        "The same for Chinese labs: growth in January 2026; from then on it fades as before.",
    ),
)
