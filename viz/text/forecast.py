"""A forecast and its scores: sentences and tables."""

from __future__ import annotations

import math
from typing import Any

from sim.research.forecasting.forecast import Forecast, Row
from sim.research.forecasting.score_summary import by_series, summary
from sim.research.forecasting.scores import Score
from sim.research.forecasting.targets import current_name
from sim.scenario.structures import REFERENCE
from viz.text.format import (
    amount,
    capitalised,
    counted,
    date,
    interval,
    number,
    percent,
    ranged,
    signed,
    signed_percent,
    unit,
    when,
)
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped, width
from viz.text.worlds import in_form

REFERENCES = {  # simple forecasts to compare with, in words
    "persistence": "the last observation stays",
    "trend": "growth goes on",
    "standstill": "the model's worlds stay as they are",
    "autoregression": "growth returns to its mean",
    "prior": "the model before its fit",
}
SHORT = {"autoregression": "AR(1)"}  # headings of columns
WORDED = {
    ("lead_months", "US-China"): "a US lead of",
    ("frontier", "China"): "the best Chinese model at",
    ("compute", "China"): "compute in China of",
}
READING = (
    "n: observations. Error (CRPS): how far the whole forecast lies from what was observed, in the "
    "unit of the series. In 50 %, in 90 %: share of observations inside these bands. PIT: at which "
    "quantile observations lie on average (0.5 is best). Bias: by how much observations lie above "
    "the median (%: relative to it). Skill: 1 - CRPS / CRPS of the reference; above 0 the "
    "forecast is better. [5 %, 95 %], and brackets: 90 % of bootstrap samples of series."
)
OLD_SCALE = (
    " Old scale: logarithms of flows that can be zero down to 1e-12, in place of a least unit "
    "inside them, and no observations of zero."
)
MORE = "More: --all, --table csv|md|json. "
MAIN = {  # series and actors that are printed unless all are asked for, in words
    ("lead_points", "US-China"): "US lead in capability",
    ("lead_months", "US-China"): "US lead in time",
    ("frontier", "US"): "Best US model",
    ("frontier", "China"): "Best Chinese model",
    ("compute", "World"): "Compute in the world",
    ("compute", "China"): "Compute in China",
    ("nvidia_china_share", "China"): "China's share of Nvidia compute",
    ("domestic_share_units", "China"): "Home-made share of chips in China",
    ("capex", "US"): "Capital spending, 4 US firms",
    ("capex", "China"): "Capital spending, 3 Chinese firms",
    ("largest_run", "China"): "Largest Chinese training run",
}
FEWEST = 5  # series from which skill has a range
WIDE = 100  # characters of a line from which three periods fit
SHOWN = (0, 9, 18)  # quantiles in the table of a forecast: 5 %, median, 95 %


def print_forecast(forecast: Forecast, folder: str, in_full: bool = False) -> None:
    """Print the forecast of the lead, then series at the first and last of their periods.

    Args:
        folder: that holds the forecast.
        in_full: every series.
    """
    about = forecast.about
    fitted = "drawn from the priors"
    if about["ensemble"].get("name", "prior") != "prior":
        fitted = f"that fit history to {date(about['origin'])}"
    form = in_form(about["ensemble"].get("structure", REFERENCE))
    worlds = f"{counted(about['worlds'], 'world')}{form}"
    say_wrapped(f"Forecast from the end of {date(about['origin'])}: {worlds} {fitted}.")
    for text in forecast_sentences(forecast):
        say_wrapped(text, indent=2)
    say()
    print_table(forecast_table(forecast, in_full))
    say_wrapped(
        "Medians, and the range of 90 % of worlds. forecast.csv has every series and period with "
        "19 quantiles."
    )
    say_wrapped(f"{'' if in_full else MORE}Next: moat score {folder}")


def forecast_sentences(forecast: Forecast) -> list[str]:
    """What is expected of the lead, the best Chinese model and Chinese compute, at the end."""
    found = []
    for key in WORDED:
        at = [n for n, row in enumerate(forecast.rows) if (row.series, row.actor) == key]
        if at:
            row, values = forecast.rows[at[-1]], forecast.quantiles[at[-1]]
            low, median, high = (float(values[q]) for q in SHOWN)
            digits = _digits(row)
            size = ranged(median, low, high, row.unit, digits)
            found.append(f"{WORDED[row.series, row.actor]} {size}")
    if not found:
        return []
    return [f"By {date(forecast.rows[at[-1]].end)} it expects {', '.join(found)}."]


def forecast_table(forecast: Forecast, in_full: bool = True) -> Table:
    """A row for each series and actor; median and range in two periods, or in three if they fit.

    Args:
        in_full: every series, not only the main ones.
    """
    given = forecast.rows[0].scenario  # the others are worlds of a claim
    ends = list(dict.fromkeys(row.end for row in forecast.rows if row.scenario == given))
    middle = [ends[min(3, len(ends) - 1)]] if width() >= WIDE else []
    shown = list(dict.fromkeys([ends[0], *middle, ends[-1]]))
    cells: dict[str, dict[str, list[str]]] = {}
    for row, quantiles in zip(forecast.rows, forecast.quantiles, strict=True):
        if not (in_full or _is_main(row.series, row.actor)):
            continue
        scale = 100 if row.unit == "share" else 1
        low, median, high = (scale * float(quantiles[at]) for at in SHOWN)
        end = row.end if row.end in shown else shown[-1] if row.scenario != given else ""
        by_end = cells.setdefault(_named(row), {})
        digits = _digits(row)
        by_end[end] = [number(median, digits), interval(low, high, digits)]
    rows = [
        [name, *(cell for end in shown for cell in by_end.get(end, ["", ""]))]
        for name, by_end in cells.items()
    ]
    head = ["", *(text for end in shown for text in ("\nmedian", f"{when(end)}\n[5 %, 95 %]"))]
    return Table("", head, rows, ("",), is_tight=True)


def _is_main(series: str, actor: str) -> bool:
    return (current_name(series), actor) in MAIN


def _digits(row: Row) -> int:
    """Digits of a median: of the index of capability, whose levels lie close, three."""
    return 3 if row.series == "frontier" else 2


def _named(row: Row) -> str:
    """A series, its actor and unit, in words: `Lead months observed, US-China, months`."""
    shown = "%" if row.unit == "share" else unit(row.unit)
    return ", ".join(filter(None, (_series(row.series, row.actor), shown)))


def sentence(scores: dict[str, Any]) -> str:
    """Coverage of a forecast as a sentence."""
    around = {
        band: f" [{_whole(ends)}]" if scores["series"] >= FEWEST else ""
        for band, ends in scores["coverage_interval"].items()
    }
    held = [
        f"{percent(cover)}{around[band]} fell into its {band} % ranges"
        for band, cover in scores["coverage"].items()
    ]
    observations, series = counted(scores["observations"], "observation"), scores["series"]
    return (
        f"Of {observations} of {series} series, {' and '.join(held)}. On average they lie "
        f"at its {percent(scores['pit_mean'])} quantile (50 % is best)."
    )


def _whole(shares: tuple[float, float]) -> str:
    """An interval of shares in whole percent: `68, 92`."""
    return ", ".join(f"{100 * share:.0f}" for share in shares)


def print_scores(scores: list[Score], origin: str) -> None:
    """Print how the forecast did, its skill over all series, then the main series.

    Args:
        origin: of the forecast.
    """
    found = summary(scores)
    say_wrapped(f"Forecast from the end of {date(origin)}, and what was observed since:")
    for text in score_sentences(found):
        say_wrapped(text, indent=2)
    say()
    if found["skill"]:
        _print_titled(_skill_table(found, None))
        say()
    table = series_table(scores, in_full=False)
    if table.rows:
        _print_titled(table)
    say_wrapped(READING)
    say_wrapped(f"{MORE}Next: moat backtest")


def print_all_scores(scores: list[Score], floored: dict[str, Any] | None = None) -> None:
    """Print the skill over all series, then two tables with a row for each series and actor.

    Args:
        floored: summary of the same without least units, where some row has one.
    """
    found, rows = summary(scores), by_series(scores)
    if found["skill"]:
        _print_titled(_skill_table(found, floored))
        say()
    _print_titled(series_table(scores))
    names = [name for name in REFERENCES if name in found["skill"]]
    if names:
        say()
        cells = [[_series(*_key(name)), *_skills(row, names)] for name, row in rows.items()]
        head = ["series", *(SHORT.get(name, name) for name in names)]
        _print_titled(Table("Skill by series, against", head, cells, ("series",)))
    say_wrapped(READING + (OLD_SCALE if floored else ""))


def _print_titled(table: Table) -> None:
    say_wrapped(f"{table.title}:")
    print_table(table.untitled())


def series_table(scores: list[Score], in_full: bool = True) -> Table:
    """A row for each series and actor, or for the main ones: error, coverage, bias."""
    head = ["series", "n", "error\n(CRPS)", "in\n50 %", "in\n90 %", "PIT", "bias"]
    rows = [
        [_series(*_key(name)), *_cells(row)]
        for name, row in by_series(scores).items()
        if in_full or _is_main(*_key(name))
    ]
    return Table("By series" if in_full else "The main series", head, rows, ("series",))


def _series(series: str, actor: str) -> str:
    """A series and its actor in words: `US lead in time`, `Nvidia flow, World`."""
    named = ", ".join(filter(None, (series.replace("_", " "), actor)))
    return MAIN.get((current_name(series), actor)) or capitalised(named)


def _key(name: str) -> tuple[str, str]:
    """Series and actor of a row of `by_series`."""
    series, _, actor = name.partition(", ")
    return series, actor


def score_sentences(found: dict[str, Any]) -> list[str]:
    """How many observations the bands hold, and whether simple references did better."""
    texts = [sentence(found)]
    if found["series"] < FEWEST:
        return [*texts, f"Fewer than {FEWEST} series do not tell it from the references."]
    better = [name for name in REFERENCES if found["skill"].get(name, {}).get("low", -1.0) > 0]
    worse = [name for name in REFERENCES if found["skill"].get(name, {}).get("high", 1.0) < 0]
    open_ones = [name for name in found["skill"] if name not in (*better, *worse)]
    sides = (
        ("clearly better than", better),
        ("clearly worse than", worse),
        ("not clearly better or worse than", open_ones),
    )
    said = [f"{how} {', '.join(map(_worded, names))}" for how, names in sides if names]
    return [*texts, *([f"The forecast is {'; '.join(said)}."] if said else [])]


def _worded(reference: str) -> str:
    return f"{reference} ({REFERENCES[reference]})" if reference in REFERENCES else reference


def _skill_table(scores: dict[str, Any], floored: dict[str, Any] | None) -> Table:
    """A row for each reference: the skill over all series, how sure, and how many series."""
    head = ["against", "skill", "[5 %, 95 %]", "n", "series", *(["old scale"] if floored else [])]
    rows = [
        [
            name,
            signed_percent(one["skill"]),
            f"[{_whole((one['low'], one['high']))}]" if one["series"] >= FEWEST else "",
            *(str(one[key]) for key in ("observations", "series")),
            *([signed_percent(floored["skill"][name]["skill"])] if floored else []),
        ]
        for name in REFERENCES
        for one in [scores["skill"].get(name)]
        if one
    ]
    return Table("Skill over all series, each counted once", head, rows, ("against",))


def _cells(scores: dict[str, Any]) -> list[str]:
    bias, is_share = scores["bias"], scores["unit"] == "share"
    scale, shown = (100, "%-points") if is_share else (1, scores["unit"])
    return [
        str(scores["observations"]),
        amount(scale * scores["crps"], shown, 2),
        *(percent(scores["coverage"][band]) for band in ("50", "90")),
        number(scores["pit_mean"], 2),
        signed_percent(math.expm1(bias)) if scores["scale"] == "log" else signed(scale * bias, 2),
    ]


def _skills(scores: dict[str, Any], names: list[str]) -> list[str]:
    skill = scores["skill"]
    return [signed_percent(skill[name]["skill"]) if name in skill else "-" for name in names]
