"""One world in Mesa's own page: `uv run solara run viz/mesa_app.py`.

For those who know Mesa: play, step, reset and parameters are SolaraViz's. Ensembles, paired
baselines and levers are in `moat watch`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from sim.model.race import Race
from sim.scenario.library import shipped
from viz.dashboard.charts.fan_chart import fan_chart
from viz.dashboard.charts.panels import Line, Panel
from viz.dashboard.network.actor_page import Shown
from viz.dashboard.network.drawing import network_svg
from viz.dashboard.state.actor_series import of_race

FOLDER = Path(__file__).parent / "dashboard"
STYLES = [FOLDER / name for name in ("page.css", "network/network.css")]
PANELS = (
    Panel("lead", "US lead", "ECI points", (Line("lead_points"),), "", reference=(0.0, "no lead")),
    Panel(
        "frontier",
        "Best released model",
        "ECI points",
        (Line("frontier", "us", "all"), Line("open_frontier", "china", "open")),
        "",
    ),
)
PARAMETERS = {
    "scenario": {
        "type": "Select",
        "label": "Scenario (on Reset)",
        "value": "as_enacted",
        "values": sorted(shipped()),
    },
    # A slider: a seed that is typed and no number would break Mesa's page.
    "rng": {
        "type": "SliderInt",
        "label": "Luck (on Reset)",
        "value": 0,
        "min": 0,
        "max": 99,
        "step": 1,
    },
}


@solara.component
def Page():
    """SolaraViz with a model of its own for every visitor."""
    race = solara.use_memo(lambda: Race("as_enacted", worlds=1, rng=0), [])
    SolaraViz(
        race,
        components=[(Lines, 0), (Network, 0)],
        model_params=PARAMETERS,
        name="moat: one world",
    )


@solara.component
def Lines(race: Race):
    """What the data collector has gathered, month by month."""
    update_counter.get()
    for path in STYLES:
        solara.Style(path)
    solara.Style("svg.net { min-width: 0 !important; }")  # Mesa's cells are narrow
    collected = race.datacollector.get_model_vars_dataframe()
    with solara.Div(classes=["moat"], style={"min-height": "0"}):
        if len(collected) < 2:
            solara.Text("Press Play or Step: the race begins in January 2020.")
            return
        months = list(collected["month"])
        for panel in PANELS:
            values = {
                one.outcome: np.tile(collected[one.outcome].to_numpy(), (5, 1))
                for one in panel.lines
            }
            svg, _ = fan_chart(panel, Shown(panel.title, months, values), None)
            title = f"<h3>{panel.title}, {panel.unit}, one world</h3>"
            solara.HTML(unsafe_innerHTML=title + svg, classes=["moat-panel"])


@solara.component
def Network(race: Race):
    """The supply network of the month."""
    update_counter.get()
    with solara.Div(classes=["moat"], style={"min-height": "0"}):
        if race.month == 0:
            solara.Text("The supply network appears with the first month.")
            return
        told = of_race(race)
        title = f"<h3>Who supplies whom, {told.months[0]}</h3>"
        inside = title + network_svg(told, 0)
        solara.HTML(unsafe_innerHTML=inside, classes=["moat-panel", "moat-net"])
