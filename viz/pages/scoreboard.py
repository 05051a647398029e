"""The scoreboard: a frozen forecast against what came, number by number."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.forecasting import files, frozen, shipped
from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.scales import least_unit
from sim.research.forecasting.score_summary import summary
from sim.research.forecasting.scores import Score, score
from sim.research.forecasting.verification import from_history
from viz.pages.render import Page, render
from viz.text.forecast import REFERENCES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = "inputs.csv"  # the frozen code with the inputs as they came
MISSES, OUTSIDE = "misses.toml", "outside.toml"


def build(docs: Path) -> Page:
    """The page of the documentation, from the newest forecast that history can score."""
    name = shipped.newest()
    folder = shipped.shipped()[name]
    forecast = shipped.with_rivals(files.read(folder), folder)
    facts = from_history(forecast)
    scores = score(forecast, facts)
    found = summary(scores)
    text = render(
        "scoreboard",
        name=name,
        about=forecast.about,
        all=found,
        floored=summary(score(forecast, facts, knows_zero=False)),
        inputs=inputs_scores(folder, forecast),
        references=[one for one in REFERENCES if one in found["skill"]],
        scores=list(zip(scores, facts, strict=True)),
        missed=missed(scores),
        why=_read(docs / "forecast" / MISSES)[name],
        outside=touched(_read(docs / "forecast" / OUTSIDE), scores),
        units={one.row.series: least_unit(one.row) for one in scores if least_unit(one.row)},
        frozen=_of(name, frozen.manifest()),
    )
    return Page(text, lambda: figures(scores, found))


def inputs_scores(folder: Path, forecast: Forecast) -> dict[str, Any] | None:
    """Summary of the frozen code with the inputs as they came, and how it was made; None where
    nobody ran it."""
    table = folder / INPUTS
    if not table.is_file():
        return None
    inputs = shipped.with_references_of(files.read(table), forecast)
    about = json.loads(table.with_suffix(".json").read_text("utf-8"))
    return {"about": about, "all": summary(score(inputs, from_history(inputs)))}


def missed(scores: Sequence[Score]) -> dict[str, list[Score]]:
    """Scores outside the 90 % band by series."""
    out = [one for one in scores if not one.inside["90"]]
    return {
        name: [s for s in out if s.row.series == name] for name in {s.row.series: 0 for s in out}
    }


def touched(outside: dict[str, Any], scores: Sequence[Score]) -> list[dict[str, Any]]:
    """What lies outside the model, with the scores of the rows that it touches directly or may
    touch, and the summary of the rows that it does not touch directly."""
    return [
        {
            "title": one["title"],
            "why": one["why"],
            "direct": (direct := _chosen(one["direct"], scores)),
            "possible": _chosen(one["possible"], scores),
            "rest": summary([one for one in scores if one not in direct]),
        }
        for one in outside.values()
    ]


def _chosen(periods: dict[str, list[str]], scores: Sequence[Score]) -> list[Score]:
    return [one for one in scores if one.row.end in periods.get(one.row.series, ())]


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _of(name: str, manifest: frozen.Frozen) -> dict[str, dict[str, str]]:
    """The frozen files of a forecast."""
    prefix = f"{name}/"
    return {k.removeprefix(prefix): v for k, v in manifest.items() if k.startswith(prefix)}


def figures(scores: list[Score], found: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.scoreboard import rows_figure, summary_figure

    return {
        "scoreboard_rows": rows_figure(scores),
        "scoreboard_summary": summary_figure(scores, found["skill"]),
    }
