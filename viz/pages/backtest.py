"""docs/backtest.md, written from the recorded forecast and scores alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.research.forecasting.claim import KINDS, SCENARIO
from sim.research.forecasting.files import QUANTILES
from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.targets import MONTHS, TARGETS

HEAD = """\
# Forecasts past the fit, and how to score them

`moat backtest` runs worlds that were fitted to history up to an origin past it, with the acts of
governments since then as inputs (scenario `as_enacted`), and writes down what they say. `moat score`
says how that did. This page is written by `uv run python -m viz.pages.make_backtest` from the files in
`docs/forecast/`; a test holds it to them.

```sh
moat backtest --until 2024-12 --worlds 256 --out runs/forecast
moat score runs/forecast my_observations.csv
```

## Limits first

- A forecast here is conditional on what both governments did until November 2026, which is written into
  the scenario. It is no test of foresight about policy.
- Bands hold uncertain numbers as far as history left them open, and luck of the model's kinds. They hold
  no error in the model's form. The worth of sectors has no noise of the market: its bands are too narrow
  by construction, month by month.
- Nothing that was observed after 2024 is in this project: not in priors, nor in targets, nor here.
- `capex` is a bridge: what firms spent in 2024, as observed, plus what the model's spending on compute
  has grown by since. What else firms build is taken to stay as it was.
- `lab_compute` counts the chips that a laboratory holds for itself, rented ones apart.
"""
FORMAT = f"""\
## The files

`forecast.csv`, a row for each number that is forecast, 313 of them from the end of 2024:

| column | meaning |
| --- | --- |
| `series`, `actor` | what is forecast, and whose (table below) |
| `period_start`, `period_end` | first and last month, `YYYY-MM`; the same for a stock at the end of a month; three months for a quarter, twelve for a year |
| `unit` | of the number |
| `scale` | `log` where errors multiply: scores are then taken of logarithms too |
| `given` | scenario under which it is forecast |
| `{QUANTILES[0]}` ... `{QUANTILES[-1]}` | quantiles over worlds at 0.05, 0.10, ..., 0.95 |

`worlds.parquet` has a row a world and a column `series|actor|period_end` for each of these rows (32-bit
floats): joint draws, for scores that need them. `references.csv` holds simple forecasts of the same rows,
by the same quantiles: `persistence` (the last observation up to the origin, with a spread that grows like
a random walk's), `trend` (the same with the past's mean growth, log-linear where errors multiply) and
`standstill` (what the worlds say of the origin, kept). `run.json` says from which worlds (hash of the
posterior), scenario, seed, code and versions it was made.

## Observations

A CSV with the columns `series`, `actor`, `period_end` (`2025-03`, or any day in that month), `value`,
`unit`; and if known `low` and `high`, the 5-95 % range of the observation. Other columns are left alone.

```csv
series,actor,period_end,value,unit,low,high
lead_points,US-China,2024-06,4.6,ECI points,2.1,7.1
nvidia_china_share,China,2024-06,0.0492,share,0.0402,0.0599
```

An unknown series or actor, another unit, a date that the forecast does not know, a value that is no number:
each is told with its line, and nothing is scored. Without a file the project's own history is used, which
ends in 2024.

## Scores

- **CRPS** (continuous ranked probability score, by the library scoringrules): mean distance of the worlds from
  the observation less half the mean distance between worlds. In the unit of the series; 0 is perfect.
- **In 50 %, in 90 %**: how often the observation lies in the band. More often than that: bands too wide.
- **PIT**: share of the worlds below the observation; about 0.5 on average, and even over 0 to 1, if the
  forecast is honest. `run.json` and `--json` hold its histogram.
- **Bias**: observation less median, in logarithms (`log %`) where errors multiply.
- **Skill**: 1 - CRPS / CRPS of a reference, on the series' scale. Over several series: the geometric mean of
  the ratios, each series counted once.

The forecast is of what is *observed*: where an observation has a range, its error is added to each world,
and to the references alike, before scoring (Ferro 2017). `--exact` leaves it out.
"""
SHOWN = {
    ("lead_points", "US-China"),
    ("lead_months", "US-China"),
    ("lead_months_observed", "US-China"),
    ("nvidia_china_share", "China"),
    ("nvidia_china_flow", "China"),
    ("domestic_share", "China"),
    ("huawei_units", "China"),
    ("compute", "World"),
    ("lab_compute", "OpenAI"),
    ("capex", "US"),
    ("capex", "China"),
    ("private_investment", "US"),
    ("private_investment", "China"),
    ("tokens_abroad", "Open weights"),
    ("price_fall", "World"),
    ("largest_run", "US"),
    ("largest_run", "China"),
}


def page(forecast: Forecast, rolling: dict[str, Any] | None) -> str:
    """The whole page.

    Args:
        rolling: scores of the forecasts from the end of 2022, by name of the worlds; None where they
            have not been made.
    """
    return "\n".join([HEAD, _forecast(forecast), FORMAT, _targets(), _rolling(rolling)])


def _forecast(forecast: Forecast) -> str:
    about = forecast.about
    ends = sorted({row.end for row in forecast.rows if row.scenario == "as_enacted"})
    shown = [ends[0], ends[3], ends[-1]]
    rows = _by_series(forecast, shown)
    one = about["ensemble"]
    worlds = one["name"] if one["name"] == "prior" else f"posterior `{one['hash'][:12]}`"
    head = ["series", "actor", "unit", *(f"period to {end}" for end in shown)]
    return (
        f"## The forecast of {about['finished'][:10]}\n\n"
        f"From the end of {about['origin']}: {about['worlds']} worlds of the {worlds}, seed {about['seed']}. "
        "All of it is in `docs/forecast/2024-12/`; here median [5 %, 95 %].\n\n"
        + _table(head, rows)
        + "\n![Forecasts to the third quarter of 2026](figures/backtest_forecast.png)\n\n"
        "*Lines: medians; bands: 50 % and 90 % of worlds, from numbers that history leaves open and from "
        "luck. Dots: observations to the end of 2024 with their range. Grey: the reference that goes on "
        "with the trend, or stays (5-95 %).*\n\n" + _claims(forecast)
    )


def _by_series(forecast: Forecast, shown: list[str]) -> list[list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for row, quantiles in zip(forecast.rows, forecast.quantiles, strict=True):
        if (row.series, row.actor) in SHOWN and row.end in shown:
            cells = found.setdefault((row.series, row.actor, row.unit), [])
            cells.append(_cell(quantiles))
    return [[f"`{names[0]}`", *names[1:], *cells] for names, cells in found.items()]


def _claims(forecast: Forecast) -> str:
    rows = [
        [f"`{row.series}`", row.actor, row.unit, _cell(quantiles)]
        for row, quantiles in zip(forecast.rows, forecast.quantiles, strict=True)
        if row.series in KINDS
    ]
    if not rows:
        return ""
    return (
        f"The shock of January 2025, given the claim that a frontier model cost 5.6 m USD (`{SCENARIO}`):\n\n"
        + _table(["series", "sector", "unit", "median [5 %, 95 %]"], rows)
        + "\nThe model counts what happens after the 15th from the next month and knows month ends only: an "
        "observed fall of a day is best set beside `claim_reaction`.\n"
    )


def _targets() -> str:
    rows = [
        [f"`{one.series}`", one.actor, one.unit, _span(MONTHS[one.span]), one.scale, one.meaning]
        for one in TARGETS
    ]
    rows += [
        [f"`{kind}`", "sectors", unit, "once", "natural", meaning]
        for kind, (unit, meaning) in KINDS.items()
    ]
    head = ["series", "actor", "unit", "period", "scale", "meaning"]
    return "## What is forecast\n\n" + _table(head, rows)


def _span(months: int) -> str:
    return {1: "moment", 3: "quarter", 12: "twelve months"}[months]


HALF_TEST = """\
The same worlds fitted only to what was known at the end of 2022
(`moat calibrate --until 2022-12 --worlds 512 --passes 5`), asked for the eight quarters that follow, and scored
on the project's own history. **It is a half test**: priors were set by people who knew 2023 and 2024, so that
the priors alone do well too; what the fit to 2022 adds to them is the honest part.
"""
BY_SERIES = (
    "series",
    "n",
    "unit",
    "CRPS",
    "CRPS of the prior",
    "in 90 %",
    "bias",
    "skill against standstill",
)


def _rolling(rolling: dict[str, Any] | None) -> str:
    title = "## A rolling origin: fitted to 2022, scored on 2023-24\n\n"
    if rolling is None:
        return (
            title
            + "Not made yet: `uv run python -m viz.pages.make_backtest --rolling POSTERIOR`.\n"
        )
    names = [name for name in ("posterior", "prior") if name in rolling]
    prior = rolling.get("prior", {}).get("by_series", {})
    rows = [
        _series(series, one, prior.get(series))
        for series, one in rolling[names[0]]["by_series"].items()
    ]
    skills = [f"skill against {name}" for name in REFERENCES]
    head = ["worlds", "observations", "in 50 %", "in 90 %", "mean PIT", *skills]
    lines = [
        HALF_TEST,
        _table(head, [_summary(name, rolling[name]["all"]) for name in names]),
        _compared(rolling, names),
        "By series, worlds fitted to 2022:\n",
        _table(list(BY_SERIES), rows),
    ]
    return title + "\n".join(lines)


REFERENCES = ("persistence", "trend", "standstill")


def _summary(name: str, found: dict[str, Any]) -> list[str]:
    skills = []
    for reference in REFERENCES:
        one = found["skill"].get(reference)
        skills.append(f"{100 * one['skill']:+.0f} % ({one['series']} series)" if one else "-")
    label = "fitted to 2022" if name == "posterior" else "priors"
    cover = [f"{100 * found['coverage'][band]:.0f} %" for band in ("50", "90")]
    return [label, str(found["observations"]), *cover, f"{found['pit_mean']:.2f}", *skills]


def _compared(rolling: dict[str, Any], names: Sequence[str]) -> str:
    """Whether the fit to 2022 helped, in words."""
    if len(names) < 2:
        return ""
    fitted, free = (rolling[name]["by_series"] for name in names)
    better = [
        series for series in fitted if fitted[series]["crps_scaled"] < free[series]["crps_scaled"]
    ]
    return (
        f"The fit to 2022 brings the worlds nearer to 2023-24 than the priors are in {len(better)} of "
        f"{len(fitted)} series ({'; '.join(better) or 'none'}).\n"
    )


def _series(name: str, one: dict[str, Any], prior: dict[str, Any] | None) -> list[str]:
    bias = f"{100 * one['bias']:+.0f} log %" if one["scale"] == "log" else f"{one['bias']:+.3g}"
    still = one["skill"].get("standstill")
    skill = f"{100 * still['skill']:+.0f} %" if still else "-"
    count, cover = str(one["observations"]), f"{100 * one['coverage']['90']:.0f} %"
    before = _number(prior["crps"]) if prior else "-"
    return [name, count, one["unit"], _number(one["crps"]), before, cover, bias, skill]


def _cell(quantiles: Any) -> str:
    low, median, high = (_number(float(quantiles[at])) for at in (0, 9, 18))
    return f"{median} [{low}, {high}]"


def _number(value: float) -> str:
    """Three digits; large numbers with a power of ten."""
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.2e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
