"""What is forecast: series that will be observed, each computed from what the model records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.outcomes.catalogue import OUTCOMES
from sim.outcomes.record import HOME, RIVAL, Array, Record
from sim.research.history.observations import Scale, observed

Span = Literal["moment", "quarter", "year"]
MONTHS = {"moment": 1, "quarter": 3, "year": 12}  # length of a period that ends in a month
WORLD, PAIR, OPEN = "World", "US-China", "Open weights"
BASE = "2024-12"  # capital spending and worth are counted from here
# H100e a quarter below which two legal flows to China are nearly the same to whoever asks: a rule
# can bring this flow to zero. About a twentieth of the median quarter of 2022-24, and less than a
# third of the smallest. Assumption.
LEAST_FLOW = 1000.0
OUTCOME = {outcome.name: outcome for outcome in OUTCOMES}
FIRMS = {
    HOME: "Microsoft, Alphabet, Amazon and Meta",
    RIVAL: "Alibaba, Tencent and ByteDance",
}
COMPUTE_LABS = (
    *("OpenAI", "Google DeepMind", "Anthropic", "Meta", "xAI"),
    *("DeepSeek", "Alibaba", "ByteDance", "Tencent", "Baidu"),
)
REVENUE_LABS = ("OpenAI", "Anthropic")
SECTORS = {
    "Chip makers": "value_chips",
    "Tool makers": "value_tools",
    "Power equipment": "value_power",
    "Market index": "value_index",
}


@dataclass(frozen=True)
class Target:
    """One series that is forecast.

    Attributes:
        actor: whose series it is.
        scale: `log` where errors multiply: scores are then taken of logarithms too.
        span: a moment (end of a month), or the quarter or year that ends with a month.
        history: name of its observations (empty: there are none).
        of: its values in a run, `[month, world]`.
        least, most: bounds of possible values.
        least_unit: what is added inside the logarithm before scoring, for a flow that a rule can
            bring to zero (in the target's unit; 0: none).
        earliest: first origin from which it can be forecast, as it builds on observations of then.
        outcome: name of the outcome that it is (empty: it is none).
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
    earliest: str = ""
    least_unit: float = 0.0
    outcome: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in files."""
        return self.series, self.actor


def _outcome(
    name: str,
    actor: str,
    scale: Scale = "natural",
    span: Span = "moment",
    series: str = "",
    history: str = "",
    least_unit: float = 0.0,
) -> Target:
    """A target that is an outcome; series and observations have its name, or that given."""
    outcome = OUTCOME[name]
    is_share = outcome.unit == "share"
    return Target(
        series or name,
        actor,
        outcome.unit,
        outcome.meaning,
        scale,
        span,
        history or name,
        outcome.of,
        least=0.0 if scale == "log" or is_share else -np.inf,
        most=1.0 if is_share else np.inf,
        earliest=BASE if BASE in outcome.unit else "",
        least_unit=least_unit,
        outcome=name,
    )


def _lab(lab: str, series: str, recorded: str, unit: str, meaning: str, times: float) -> Target:
    """A target that is a recorded series of one lab, times a factor."""

    def of(record: Record) -> Array:
        return times * record.arrays[recorded][:, record.names["lab"].index(lab)].astype(float)

    return Target(series, lab, unit, meaning, "log", "moment", f"{series}:{lab}", of, 0.0)


def _capital_spending(bloc: str, spending: str) -> Target:
    """Capital spending of the large firms: that of 2024 plus the growth of spending on compute.

    The model knows the spending on compute in a bloc. What these firms spend on warehouses and
    offices, and what others spend on compute, is taken to stay as it was in 2024.
    """
    history = f"capex:{bloc}"

    def of(record: Record) -> Array:
        spent = OUTCOME[spending].of(record)
        base = min(max(record.calendar.month(BASE), 0), len(spent) - 1)
        (before,) = [fact.value for fact in observed(history) if fact.month == BASE]
        return np.maximum(before + spent - spent[base], 0.0)

    meaning = (
        f"capital spending of {FIRMS[bloc]}, last twelve months: that of 2024, as observed, plus "
        "what spending on compute in the bloc has grown by since"
    )
    return Target("capex", bloc, "USD bn", meaning, "log", "year", history, of, 0.0, earliest=BASE)


TARGETS = (
    _outcome("lead_points", PAIR),
    _outcome("lead_months", PAIR),
    _outcome("lead_months_observed", PAIR),
    _outcome("us_frontier", HOME, series="frontier"),
    _outcome("china_frontier", RIVAL, series="frontier"),
    _outcome("open_frontier", OPEN, series="frontier"),
    _outcome("nvidia_china_share", RIVAL, span="quarter"),
    _outcome("nvidia_china_flow", RIVAL, "log", "quarter", least_unit=LEAST_FLOW),
    _outcome("nvidia_flow", WORLD, "log", "quarter"),
    _outcome("nvidia_stock", WORLD, "log"),
    _outcome("china_nvidia_stock", RIVAL, "log", series="nvidia_stock"),
    _outcome("domestic_share", RIVAL, span="year", series="domestic_share_compute"),
    _outcome("domestic_share_units", RIVAL, span="year"),
    _outcome("domestic_share_value", RIVAL, span="year"),
    _outcome("huawei_units", RIVAL, "log", "year", history="ascend_units"),
    _outcome("world_compute", WORLD, "log", series="compute"),
    _outcome("us_compute", HOME, "log", series="compute"),
    _outcome("china_compute", RIVAL, "log", series="compute"),
    *(
        _lab(lab, "lab_compute", "chips", "H100e", "chips that a lab holds, by peak performance", 1)
        for lab in COMPUTE_LABS
    ),
    _outcome("us_spending", HOME, "log", "year", "compute_spending"),
    _outcome("china_spending", RIVAL, "log", "year", "compute_spending"),
    _capital_spending(HOME, "us_spending"),
    _capital_spending(RIVAL, "china_spending"),
    _outcome("us_investment", HOME, "log", "year", "private_investment", "private_investment_us"),
    _outcome(
        "china_investment", RIVAL, "log", "year", "private_investment", "private_investment_china"
    ),
    _outcome("open_use_abroad", OPEN, series="tokens_abroad"),
    _outcome("china_use_abroad", RIVAL, series="tokens_abroad"),
    _outcome("price_fall", WORLD, "log", "year", history="inference_price_fall"),
    _outcome("largest_run_us", HOME, "log", series="largest_run"),
    _outcome("largest_run_china", RIVAL, "log", series="largest_run"),
    *(
        _lab(lab, "revenue", "revenue", "USD bn/yr", "annualised revenue of a month", 12)
        for lab in REVENUE_LABS
    ),
    *(
        _outcome(outcome, sector, "log", series="worth", history=f"worth:{sector}")
        for sector, outcome in SECTORS.items()
    ),
)
BY_KEY = {target.key: target for target in TARGETS}
# Names in files of forecasts and observations from before shares were counted in three ways.
RENAMED = {"domestic_share": "domestic_share_units"}


def history_of(series: str, actor: str) -> str:
    """Name of the observations of a series of an actor; those of the claim are named by both."""
    target = BY_KEY.get((current_name(series), actor))
    return target.history if target else f"{series}:{actor}"


def current_name(series: str) -> str:
    """The name by which a series goes now: an older file counts the home-made share by chips."""
    return RENAMED.get(series, series)
