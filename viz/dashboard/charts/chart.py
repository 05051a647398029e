"""A chart as one value: what is drawn, and what has to be said of it wherever it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.research.forecasting.own import OwnObservation
from viz.dashboard.charts.axes import Frame
from viz.dashboard.charts.fan_chart import Fans, fan_chart, overlay
from viz.dashboard.charts.panels import Panel
from viz.figures.marks import Mark

Size = tuple[float, float]


@dataclass(frozen=True)
class Layer:
    """One scenario in a chart.

    Attributes:
        name: in words.
        look: class of its colour and stroke; of several lines in one chart each has its own.
    """

    fans: Fans
    name: str
    look: str = "case"


@dataclass(frozen=True, eq=False)
class Chart:
    """A panel over time.

    Attributes:
        layers: the baseline first, the scenario on the page last; or scenarios side by side.
        name: of its files.
        caption: what lines and bands are.
        worlds: drawn as single lines.
        is_overlay: several scenarios side by side, with 50 % of worlds around each.
        own: observations of the reader, of which those of the lines are drawn.
    """

    panel: Panel
    layers: tuple[Layer, ...]
    name: str
    caption: str
    marks: Sequence[Mark] = ()
    worlds: tuple[int, ...] = ()
    is_overlay: bool = False
    own: Sequence[OwnObservation] = ()

    @property
    def title(self) -> str:
        """What it is called on the page."""
        return self.panel.title

    @property
    def months(self) -> list[str]:
        """Labels of all months."""
        return self.layers[-1].fans.months

    def svg(self, size: Size, lanes: int = 0) -> tuple[Markup, Frame | None]:
        """The drawing for the page, and where its axes are.

        Args:
            lanes: rows of labels of acts above the plot.
        """
        if self.is_overlay:
            scenarios = [(layer.fans, layer.look, layer.name) for layer in self.layers]
            return overlay(self.panel, scenarios, size), None
        *behind, front = self.layers
        baseline = behind[0].fans if behind else None
        return fan_chart(
            self.panel, front.fans, baseline, self.marks, self.worlds, size, lanes, self.own
        )
