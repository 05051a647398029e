"""What a visitor can take along: scenario as TOML, results as CSV, figures as SVG and PNG."""

from __future__ import annotations

import io
from collections.abc import Callable

import solara

from viz.dashboard.state.ensemble import effects, results
from viz.dashboard.state.scenario_file import scenario_file
from viz.dashboard.state.session import Found, Session


def outcomes_csv(found: Found) -> str:
    """Quantiles of every outcome on the page by month."""
    return results(found.this).table().to_csv(index=False)


def effects_csv(found: Found) -> str:
    """Quantiles of the paired differences by month."""
    return effects(found.this, found.baseline).table().to_csv(index=False)


def scenario_toml(found: Found) -> str:
    """The scenario file of what is shown."""
    return scenario_file(found.case, found.this.worlds, found.this.seed)


def svg(found: Found) -> bytes:
    """The figure as SVG."""
    return figure(found, "svg")


def png(found: Found) -> bytes:
    """The figure as PNG."""
    return figure(found, "png")


def figure(found: Found, kind: str) -> bytes:
    """The figure of `moat run`, or of `moat compare` where something differs.

    Args:
        kind: `svg` or `png`.
    """
    from viz.figures.overview import effect_figure, run_figure

    compared = found.effects is not None
    drawn = effect_figure(found.effects) if compared else run_figure(results(found.this))
    file = io.BytesIO()
    drawn.savefig(file, format=kind)
    return file.getvalue()


@solara.component
def Downloads(session: Session):
    """A menu of files; each is made when it is asked for."""
    found = session.found.value
    if found is None:
        return
    name = found.case.scenario if session.saved is None else session.saved.name
    with solara.Details("Take it with you"), solara.Div(classes=["moat-downloads"]):
        if session.saved is None:
            label = "Scenario (TOML)"
            File(found, scenario_toml, f"{name}-changed.toml", label, "application/toml")
        File(found, outcomes_csv, f"{name}.csv", "Outcomes (CSV)", "text/csv")
        if found.effects is not None:
            label = "Effects against baseline (CSV)"
            File(found, effects_csv, f"{name}-effects.csv", label, "text/csv")
        File(found, svg, f"{name}.svg", "Figure (SVG)", "image/svg+xml")
        File(found, png, f"{name}.png", "Figure (PNG)", "image/png")


@solara.component
def File(found: Found, make: Callable[[Found], str | bytes], filename: str, label: str, mime: str):
    """One file."""
    # The same function at every drawing: a new one would call a download that has begun off.
    data = solara.use_memo(lambda: lambda: make(found), [found, make])
    with solara.FileDownload(data, filename=filename, mime_type=mime):
        solara.Button(label, icon_name="mdi-download-outline", small=True, outlined=True)
