"""The panels of the first page: outcomes, units, axes, history."""

from __future__ import annotations

from dataclasses import dataclass

from sim.outcomes.presentation import label_of
from sim.research.forecasting.targets import Target
from viz.dashboard.state import own
from viz.dashboard.tables import read_tables
from viz.text.format import capitalised


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
        meaning: what the outcome is.
        of_levels: what a reader of its levels has to know; of a difference it does not hold.
    """

    name: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    meaning: str
    is_log: bool = False
    reference: tuple[float, str] | None = None
    of_levels: str = ""

    @property
    def note(self) -> str:
        """What a reader has to know."""
        return f"{self.meaning} {self.of_levels}".strip()


def own_panels() -> list[Panel]:
    """A panel for each outcome that the reader has observed and no other panel shows."""
    shown = {line.outcome for panel in (LEAD, *PANELS) for line in panel.lines}
    shown |= {line.history for panel in (LEAD, *PANELS) for line in panel.lines}
    targets = {one.target.outcome: one.target for one in own.drawn() if one.target.outcome}
    return [_own_panel(target) for name, target in targets.items() if name not in shown]


def _own_panel(target: Target) -> Panel:
    line = Line(target.outcome, history=target.history)
    title = capitalised(label_of(target.outcome))
    meaning = f"{capitalised(target.meaning)}."
    is_log = target.scale == "log"
    return Panel(f"own_{target.outcome}", title, target.unit, (line,), meaning, is_log)


LEAD, *PANELS = (
    Panel(**row | {"lines": tuple(Line(**line) for line in row["lines"])})
    for row in read_tables(__file__, "panels.toml")["panels"]
)
