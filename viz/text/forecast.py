"""A forecast and its scores: sentences and tables."""

from __future__ import annotations

from typing import Any

from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.score_summary import by_series, summary
from sim.research.forecasting.scores import Score
from viz.text.format import number, percent, ranged, signed, signed_percent
from viz.text.tables import Table
from viz.text.terminal import print_table, say

REFERENCES = ("persistence", "trend", "standstill")
SHOWN = (0, 9, 18)  # quantiles in the table of a forecast: 5 %, median, 95 %


def print_forecast(forecast: Forecast) -> None:
    """Print each series at the first, a middle and the last of its periods."""
    print_table(forecast_table(forecast))


def forecast_table(forecast: Forecast) -> Table:
    """A row for each series and actor, a column for each of three periods."""
    about = forecast.about
    ends = list(dict.fromkeys(row.end for row in forecast.rows if row.scenario == "as_enacted"))
    shown = list(dict.fromkeys([ends[0], ends[min(3, len(ends) - 1)], ends[-1]]))
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row, quantiles in zip(forecast.rows, forecast.quantiles, strict=True):
        low, median, high = (float(quantiles[at]) for at in SHOWN)
        end = row.end if row.end in shown else shown[-1] if row.scenario != "as_enacted" else ""
        by_end = cells.setdefault((row.series, row.actor, row.unit), {})
        by_end[end] = ranged(median, low, high)
    rows = [[*names, *(by_end.get(end, "") for end in shown)] for names, by_end in cells.items()]
    title = (
        f"Forecast from the end of {about['origin']}, {about['worlds']} worlds, "
        f"{about['ensemble'].get('name', 'prior')}: median [5 %, 95 %] of the period that ends in"
    )
    names = ("series", "actor", "unit")
    return Table(title, [*names, *shown], rows, names)


def sentence(scores: dict[str, Any]) -> str:
    """All scores of a forecast as a sentence."""
    cover = scores["coverage"]
    skills = [
        f"{signed_percent(one['skill'])} against {name} ({one['observations']} observations of "
        f"{one['series']} series)"
        for name, one in scores["skill"].items()
    ]
    skill = "; ".join(skills) or "no reference forecast to compare with"
    return (
        f"{scores['observations']} observations of {scores['series']} series: the 50 % band holds "
        f"{percent(cover['50'])} of them, the 90 % band {percent(cover['90'])}; observations lie "
        f"at the forecast's {percent(scores['pit_mean'])} quantile on average. "
        f"Skill (CRPS): {skill}."
    )


def print_scores(scores: list[Score]) -> None:
    """Print the sentence, then a row for each series and actor."""
    say(sentence(summary(scores)) + "\n")
    head = ["series", "n", "unit", "CRPS", "in 50 %", "in 90 %", "PIT", "bias"]
    head += [f"skill {name}" for name in REFERENCES]
    rows = [[name, *_cells(row)] for name, row in by_series(scores).items()]
    print_table(Table("", head, rows, ("series", "unit")))
    say(
        "Bias: observation less median (%: in logarithms). Skill: 1 - CRPS / CRPS of the "
        "reference; above 0 the forecast is better."
    )


def _cells(scores: dict[str, Any]) -> list[str]:
    bias, skill = scores["bias"], scores["skill"]
    return [
        str(scores["observations"]),
        scores["unit"],
        number(scores["crps"]),
        *(percent(scores["coverage"][band]) for band in ("50", "90")),
        number(scores["pit_mean"], 2),
        f"{100 * bias:+.0f} log %" if scores["scale"] == "log" else signed(bias),
        *(signed_percent(skill[name]["skill"]) if name in skill else "-" for name in REFERENCES),
    ]
