"""Files that a visitor can take: scenario as TOML, results as CSV, figures as SVG and PNG."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import solara

from viz.dashboard.controls import Fold
from viz.dashboard.state import available
from viz.dashboard.state.ensemble import results
from viz.dashboard.state.scenario_file import scenario_file
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation

Make = Callable[[Simulation], str | bytes]


def scenario_toml(simulation: Simulation) -> str:
    """The scenario file of what is shown: of an unchanged scenario its own file, as it is."""
    ensemble, scenario = simulation.ensemble, simulation.scenario
    path = available.paths()[scenario.name]
    if scenario.changes or not path.is_file():
        return scenario_file(scenario, ensemble.worlds, ensemble.seed)
    return path.read_text("utf-8")


def outcomes_csv(simulation: Simulation) -> str:
    """Quantiles of every outcome on the page by month."""
    return results(simulation.ensemble).table().to_csv(index=False)


def effects_csv(simulation: Simulation) -> str:
    """Quantiles of the paired differences by month."""
    return simulation.effects.table().to_csv(index=False) if simulation.effects else ""


def figure(kind: str, simulation: Simulation) -> bytes:
    """The figure of `moat run`, or of `moat compare` where something differs.

    Args:
        kind: `svg` or `png`.
    """
    from viz.figures.comparison import effect_figure
    from viz.figures.run import run_figure

    effects = simulation.effects
    drawn = run_figure(results(simulation.ensemble)) if effects is None else effect_figure(effects)
    file = io.BytesIO()
    drawn.savefig(file, format=kind)
    return file.getvalue()


FILES: tuple[tuple[str, str, str, Make], ...] = (  # label, end of the name, type, what makes it
    ("Scenario (TOML)", ".toml", "application/toml", scenario_toml),
    ("Outcomes (CSV)", ".csv", "text/csv", outcomes_csv),
    ("Effects against baseline (CSV)", "-effects.csv", "text/csv", effects_csv),
    ("Figure (SVG)", ".svg", "image/svg+xml", partial(figure, "svg")),
    ("Figure (PNG)", ".png", "image/png", partial(figure, "png")),
)


@solara.component
def Downloads(session: Session):
    """A menu of files; each is made when it is asked for."""
    simulation = session.simulation.value
    if simulation is None:
        return
    saved = session.saved
    name = saved.name if saved is not None else simulation.scenario.name
    name += "-changed" if simulation.scenario.changes else ""
    missing = [scenario_toml] if saved is not None else []
    missing += [effects_csv] if simulation.effects is None else []
    with Fold("Download"), solara.Div(classes=["moat-downloads"]):
        for label, end, mime, make in FILES:
            if make not in missing:
                File(simulation, make, name + end, label, mime).key(label)


@solara.component
def File(simulation: Simulation, make: Make, filename: str, label: str, mime: str):
    """One file."""
    # The same function at every drawing: a new one would stop a download that has begun.
    data = solara.use_memo(lambda: lambda: make(simulation), [simulation, make])
    with solara.FileDownload(data, filename=filename, mime_type=mime):
        solara.Button(label, icon_name="mdi-download-outline", small=True, outlined=True)
