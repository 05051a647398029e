"""What is forecast: series that somebody will observe, each tied to what the model records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.outcomes.catalogue import OUTCOMES
from sim.outcomes.measures import HOME, RIVAL, Array, Record
from sim.research.forecasting.history_until import known

Scale = Literal["natural", "log"]
Span = Literal["moment", "quarter", "year"]
MONTHS = {"moment": 1, "quarter": 3, "year": 12}  # length of a period that ends in a month
WORLD, PAIR = "World", "US-China"
BASE = "2024-12"  # capital spending and worth are counted from here


@dataclass(frozen=True)
class Target:
    """One series that is forecast.

    Attributes:
        series: its name; actor: whose it is.
        scale: `log` where errors multiply: scores are then taken of logarithms too.
        span: a moment (end of a month), or the quarter or year that ends with a month.
        history: its name in the project's table of observations (empty: not there).
        of: from a run, `[month, world]`.
        least, most: bounds of possible values.
        known_from: earliest origin from which it can be forecast (it rests on what was known then).
    """

    series: str
    actor: str
    unit: str
    meaning: str
    scale: Scale
    span: Span
    history: str
    of: Callable[[Record], Array]
    least: float = -np.inf
    most: float = np.inf
    known_from: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What names it in files."""
        return self.series, self.actor


_OUTCOME = {one.name: one for one in OUTCOMES}


def _of(
    outcome: str,
    actor: str,
    scale: Scale = "natural",
    span: Span = "moment",
    series: str = "",
    history: str | None = None,
) -> Target:
    """A target that is an outcome; unit and meaning are the outcome's."""
    one = _OUTCOME[outcome]
    least = 0.0 if scale == "log" or one.unit == "share" else -np.inf
    most = 1.0 if one.unit == "share" else np.inf
    known = outcome if history is None else history
    name = series or outcome
    since = BASE if BASE in one.unit else ""
    return Target(
        name, actor, one.unit, one.meaning, scale, span, known, one.of, least, most, since
    )


def _lab(lab: str, series: str, name: str, unit: str, meaning: str, times: float) -> Target:
    """A target that is a recorded series of one lab."""

    def of(record: Record) -> Array:
        return times * record.arrays[name][:, record.names["lab"].index(lab)].astype(float)

    return Target(series, lab, unit, meaning, "log", "moment", f"{series}:{lab}", of, 0.0)


FIRMS = {
    HOME: "Microsoft, Alphabet, Amazon and Meta",
    RIVAL: "Alibaba, Tencent and ByteDance",
}


def _capex(bloc: str, spending: str) -> Target:
    """Capital spending of the large firms: observed in 2024, plus what spending on compute added.

    The model knows spending on compute in a bloc, not warehouses, offices or firms without labs;
    what is not spent on compute is taken to stay as it was in 2024.
    """

    def of(record: Record) -> Array:
        spent = _OUTCOME[spending].of(record)
        base = min(max(record.calendar.month(BASE), 0), len(spent) - 1)
        (before,) = [one.value for one in known(history) if one.month == BASE]
        return np.maximum(before + spent - spent[base], 0.0)

    history = f"capex:{bloc}"
    meaning = (
        f"capital spending of {FIRMS[bloc]}, last twelve months: that of 2024, as observed, plus "
        "what spending on compute in the bloc has grown by since"
    )
    return Target(
        "capex", bloc, "USD bn", meaning, "log", "year", history, of, 0.0, known_from=BASE
    )


COMPUTE_LABS = ("OpenAI", "Google DeepMind", "Anthropic", "Meta", "xAI")
COMPUTE_LABS_CHINA = ("DeepSeek", "Alibaba", "ByteDance", "Tencent", "Baidu")
SECTORS = {
    "Chip makers": "value_chips",
    "Tool makers": "value_tools",
    "Power equipment": "value_power",
    "Market index": "value_index",
}
TARGETS = (
    _of("lead_points", PAIR),
    _of("lead_months", PAIR),
    _of("lead_months_observed", PAIR),
    _of("us_frontier", HOME, series="frontier"),
    _of("china_frontier", RIVAL, series="frontier"),
    _of("open_frontier", "Open weights", series="frontier"),
    _of("nvidia_china_share", RIVAL, span="quarter"),
    _of("nvidia_china_flow", RIVAL, "log", "quarter"),
    _of("nvidia_flow", WORLD, "log", "quarter"),
    _of("nvidia_stock", WORLD, "log"),
    _of("china_nvidia_stock", RIVAL, "log", series="nvidia_stock"),
    _of("domestic_share", RIVAL, span="year"),
    _of("huawei_units", RIVAL, "log", "year"),
    _of("world_compute", WORLD, "log", series="compute"),
    _of("us_compute", HOME, "log", series="compute"),
    _of("china_compute", RIVAL, "log", series="compute"),
    *(
        _lab(lab, "lab_compute", "chips", "H100e", "chips that a lab holds, by peak performance", 1)
        for lab in (*COMPUTE_LABS, *COMPUTE_LABS_CHINA)
    ),
    _of("us_spending", HOME, "log", "year", "compute_spending"),
    _of("china_spending", RIVAL, "log", "year", "compute_spending"),
    _capex(HOME, "us_spending"),
    _capex(RIVAL, "china_spending"),
    _of("us_investment", HOME, "log", "year", "private_investment", "private_investment_us"),
    _of("china_investment", RIVAL, "log", "year", "private_investment", "private_investment_china"),
    _of("open_use_abroad", "Open weights", series="tokens_abroad"),
    _of("china_use_abroad", RIVAL, series="tokens_abroad"),
    _of("price_fall", WORLD, "log", "year", history="inference_price_fall"),
    _of("largest_run_us", HOME, "log", series="largest_run"),
    _of("largest_run_china", RIVAL, "log", series="largest_run"),
    *(
        _lab(lab, "revenue", "revenue", "USD bn/yr", "annualised revenue of a month", 12)
        for lab in ("OpenAI", "Anthropic")
    ),
    *(_of(outcome, sector, "log", series="worth") for sector, outcome in SECTORS.items()),
)


def target(series: str, actor: str) -> Target:
    """The target of these names.

    Raises:
        KeyError: there is none.
    """
    return BY_KEY[series, actor]


BY_KEY = {one.key: one for one in TARGETS}
