"""Levers of what labs and investors choose: one lever for all labs of a bloc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from viz.dashboard.state.edited_scenario import Case, dotted


@dataclass(frozen=True)
class Choice:
    """A lever that sets the same number in several places.

    Attributes:
        table: of actors, `labs` or `investors`.
        bloc: whose actors.
        number: dotted key inside an actor's entry.
        unit, span: of the lever.
        usual: where it stands before it is moved.
    """

    title: str
    table: str
    bloc: str
    number: tuple[str, ...]
    unit: str
    span: tuple[float, float]
    usual: float
    help: str

    @property
    def key(self) -> str:
        """Its name among the page's messages."""
        return dotted(self.table, self.bloc, *self.number)

    def keys(self, tree: Mapping[str, Any]) -> list[str]:
        """The dotted keys it sets."""
        rows = tree[self.table].items()
        return [
            dotted(self.table, name, *self.number) for name, r in rows if r["bloc"] == self.bloc
        ]

    def state(self, case: Case, tree: Mapping[str, Any]) -> float | None:
        """Its value where the visitor set it."""
        found = {case.changed.get(key) for key in self.keys(tree)}
        if len(found) != 1 or None in found:
            return None
        return case.value(self.keys(tree)[0])


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
        "The same for Chinese labs.",
    ),
)
