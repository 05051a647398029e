"""One world in Mesa's own page: `uv run solara run viz/mesa_app.py --no-check-version`.

For those who know Mesa: play, step, reset and parameters are SolaraViz's. Ensembles, paired
baselines and levers are in `moat watch`, whose guards stand before this page too: open the address
that is printed, with its token.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import solara
from markupsafe import Markup
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from sim.record.mesa_race import Race
from sim.scenario.library import shipped
from viz.dashboard.charts.fan_chart import Quantiles, fan_chart
from viz.dashboard.charts.panels import Line, Panel
from viz.dashboard.controls import html
from viz.dashboard.network.drawing import CSS, network_svg
from viz.dashboard.server.serve import hide_tracebacks
from viz.dashboard.server.site import guard_solara_run
from viz.dashboard.state.actor_series import of_race

guard_solara_run()
hide_tracebacks()
STYLES = [Path(__file__).parent / "dashboard" / "page.css", CSS]
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
    # A slider: a typed seed that is no number would break Mesa's page.
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
    """What the data collector has recorded, month by month."""
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
                line.outcome: np.tile(collected[line.outcome].to_numpy(), (5, 1))
                for line in panel.lines
            }
            svg, _ = fan_chart(panel, Quantiles(months, values), None)
            title = Markup("<h3>{}, {}, one world</h3>").format(panel.title, panel.unit)
            html(title + svg, "moat-panel")


@solara.component
def Network(race: Race):
    """The supply network of the month."""
    update_counter.get()
    with solara.Div(classes=["moat"], style={"min-height": "0"}):
        if race.month == 0:
            solara.Text("The supply network appears with the first month.")
            return
        actors = of_race(race)
        title = Markup("<h3>Who supplies whom, {}</h3>").format(actors.months[0])
        html(title + network_svg(actors, 0), "moat-panel", "moat-net")
