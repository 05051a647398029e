"""What a person is told about a forecast and its scores: sentences and tables."""

from __future__ import annotations

import sys
from typing import Any

from sim.core.units import figure_of
from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.score_summary import by_series, summary
from sim.research.forecasting.scores import Score

REFERENCES = ("persistence", "trend", "standstill")
SHOWN = (0, 9, 18)  # quantiles in the table of a forecast: 5 %, median, 95 %


def print_forecast(forecast: Forecast) -> None:
    """Each series at the first, a middle and the last of its periods."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    about = forecast.about
    ends = list(dict.fromkeys(row.end for row in forecast.rows if row.scenario == "as_enacted"))
    shown = list(dict.fromkeys([ends[0], ends[min(3, len(ends) - 1)], ends[-1]]))
    title = (
        f"Forecast from the end of {about['origin']}, {about['worlds']} worlds, "
        f"{about['ensemble'].get('name', 'prior')}: median [5 %, 95 %] of the period that ends in"
    )
    table = Table(title=title, title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for head in ("series", "actor", "unit", *shown):
        table.add_column(head)
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row, quantiles in zip(forecast.rows, forecast.quantiles, strict=True):
        low, median, high = (figure_of(float(quantiles[at])) for at in SHOWN)
        end = row.end if row.end in shown else shown[-1] if row.scenario != "as_enacted" else ""
        cells.setdefault((row.series, row.actor, row.unit), {})[end] = f"{median} [{low}, {high}]"
    for names, by_end in cells.items():
        table.add_row(*names, *(by_end.get(end, "") for end in shown))
    _console().print(table)


def _console() -> Any:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 170, highlight=False)


def sentence(found: dict[str, Any]) -> str:
    """All scores of a forecast in words."""
    cover = found["coverage"]
    skills = [
        f"{one['skill']:+.0%} against {name} ({one['observations']} observations of "
        f"{one['series']} series)"
        for name, one in found["skill"].items()
    ]
    skill = "; ".join(skills) or "no reference forecast to compare with"
    return (
        f"{found['observations']} observations of {found['series']} series: the 50 % band holds "
        f"{cover['50']:.0%} of them, the 90 % band {cover['90']:.0%}; observations lie at the "
        f"forecast's {found['pit_mean']:.0%} quantile on average. Skill (CRPS): {skill}."
    )


def print_scores(scores: list[Score]) -> None:
    """The sentence, then a row for each series and actor."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    print(sentence(summary(scores)) + "\n")
    table = Table(title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    table.add_column("series")
    heads = ("n", "unit", "CRPS", "in 50 %", "in 90 %", "PIT", "bias")
    for head in (*heads, *(f"skill {name}" for name in REFERENCES)):
        table.add_column(head, justify="right")
    for name, one in by_series(scores).items():
        table.add_row(name, *_cells(one))
    _console().print(table)
    print(
        "Bias: observation less median (%: in logarithms). Skill: 1 - CRPS / CRPS of the "
        "reference; above 0 the forecast is better."
    )


def _cells(one: dict[str, Any]) -> list[str]:
    logs = one["scale"] == "log"
    bias = f"{100 * one['bias']:+.0f} log %" if logs else f"{one['bias']:+.3g}"
    skills = [
        f"{one['skill'][name]['skill']:+.0%}" if name in one["skill"] else "-"
        for name in REFERENCES
    ]
    cover = (f"{one['coverage'][name]:.0%}" for name in ("50", "90"))
    count = str(one["observations"])
    return [
        count,
        one["unit"],
        figure_of(one["crps"]),
        *cover,
        f"{one['pit_mean']:.2f}",
        bias,
        *skills,
    ]
