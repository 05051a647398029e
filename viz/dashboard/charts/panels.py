"""The panels of the first page: outcomes, units, axes, history."""

from __future__ import annotations

from dataclasses import dataclass

from viz.dashboard.tables import read_tables


@dataclass(frozen=True)
class Line:
    """One fan in a panel.

    Attributes:
        outcome: of `sim.outcomes.catalogue`.
        look: class of its colour and stroke in page.css.
        history: series of observations drawn as dots.
    """

    outcome: str
    look: str = "case"
    label: str = ""
    history: str = ""


@dataclass(frozen=True)
class Panel:
    """One chart.

    Attributes:
        reference: value at which a line is drawn, with the words beside it.
        note: what a reader has to know.
    """

    name: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    note: str
    is_log: bool = False
    reference: tuple[float, str] | None = None


LEAD, *PANELS = (
    Panel(**row | {"lines": tuple(Line(**line) for line in row["lines"])})
    for row in read_tables(__file__, "panels.toml")["panels"]
)
