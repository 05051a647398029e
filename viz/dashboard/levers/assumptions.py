"""Levers of assumptions: every number of a scenario that nobody can choose, from the schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.scenario.load import ACTS
from sim.scenario.paths import join_key, meaning_at, names_at
from sim.scenario.quantity import LogNormal, Quantity
from sim.scenario.schema import quantities
from sim.uncertainty.draw import P95_SCORE, quantile
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.text.format import number as number_text
from viz.text.format import ranged

NO_ASSUMPTIONS = (*ACTS, "correlations", "channels")  # tables of acts, switches and dependence
TITLES = {  # of a lever, by dotted key; the others have the names in their key
    "effort.eta": "Response of effort to scarcity",
    "research.sigma": "Can researchers replace compute?",
    "research.pace": "Pace of efficiency at the frontier",
    "research.input_return": "Return of research to its input",
    "spillover.open_lag": "Lag behind what is published",
    "spillover.distilled": "What is learned from a rival's outputs",
    "training.update_months": "Months between updates of a model",
    "supply.substitution": "Turn to cheaper chips",
    "leakage.diverted_share": "Smuggling without enforcement",
    "demand.elasticity": "Growth of demand as prices fall",
    "capital.long_run_growth": "Long-run growth of spending",
    "capital.growth_error": "Error of the path of spending",
    "capital.boom_half_life": "How long the boom of spending lasts",
    'power_suppliers."US grid".build': "US power that can be started in a year",
    'power_suppliers."US grid".build_growth': "Growth of US power that can be started",
    'labs."Google DeepMind".ability': "Pace of research at Google DeepMind",
    "foundries.SMIC.growth_ceiling": "Fastest growth of SMIC",
}
GROUPS = {
    "chip": "Chips: worth and progress",
    "chips": "Products of chip makers",
    "labs": "Laboratories",
    "clouds": "Clouds",
    "suppliers": "Chip makers",
    "rules": "Responses to rules",
    "training": "Training and release",
    "talent": "People: choices",
    "power": "Power: data centres",
}
WIDER = 1.5  # a lever reaches so many times as far from the median as the prior's 5 and 95 %
WIDEST = 30.0  # ratio of ends from which a lever moves by factors


@dataclass(frozen=True)
class Assumption:
    """One number with its unit, allowed range, prior and source.

    Attributes:
        key: dotted.
        path: the same in parts.
        text: the scenario's value, or median and 90 % of the prior.
        central: the value, or the prior's median.
        ends: 5 and 95 % of the prior, or the value twice.
        span: ends of the lever.
    """

    key: str
    path: tuple[str, ...]
    meaning: str
    unit: str
    low: float
    high: float
    text: str
    central: float
    ends: tuple[float, float]
    span: tuple[float, float]
    is_log: bool
    source: str
    is_prior: bool

    @property
    def group(self) -> str:
        """Under which heading it is listed."""
        return GROUPS.get(self.path[0], self.path[0].replace("_", " ").capitalize())

    @property
    def search_text(self) -> str:
        """What a search looks through."""
        return f"{self.key} {self.meaning} {self.group}".lower()


@lru_cache(maxsize=16)
def assumptions(name: str) -> dict[str, Assumption]:
    """Every number of a scenario that is an assumption, by dotted key."""
    scenario = resolved(EditedScenario(name)).scenario
    rows = (
        _assumption(names_at(scenario, key), item, meaning_at(scenario, key), declared)
        for key, item, declared in quantities(scenario)
        if isinstance(item, Quantity)
    )
    return {row.key: row for row in rows if row.path[0] not in NO_ASSUMPTIONS}


def _assumption(
    path: tuple[str, ...], number: Quantity, meaning: str, declared: dict[str, Any]
) -> Assumption:
    low, high = declared["low"], declared["high"]
    span, is_log = _span(number, low, high)
    return Assumption(
        join_key(path),
        path,
        meaning,
        declared["unit"],
        low,
        high,
        quantity_text(number),
        number.central,
        (quantiles(number)[0], quantiles(number)[2]),
        span,
        is_log,
        " ".join(number.source.split()),
        number.prior is not None,
    )


def quantity_text(number: Quantity) -> str:
    """A number of a scenario: its value, or the median of its prior with 5 and 95 %."""
    low, median, high = quantiles(number)
    return number_text(median) if number.prior is None else ranged(median, low, high)


def quantiles(number: Quantity) -> tuple[float, float, float]:
    """5, 50 and 95 % of a number's prior, or its value three times."""
    if number.prior is None:
        return number.central, number.central, number.central
    low, median, high = map(float, quantile(number.prior, P95_SCORE * np.array([-1.0, 0.0, 1.0])))
    return low, median, high


def _span(number: Quantity, low: float, high: float) -> tuple[tuple[float, float], bool]:
    """Ends of a lever, beyond the prior's 5 and 95 % and inside what is allowed; if by factors."""
    if number.prior is None:
        middle = number.central
        reach = [middle / 3, middle * 3] if middle else [low, min(high, 1.0)]
        left, right = min(reach), max(reach)
    else:
        left, right = quantile(number.prior, WIDER * P95_SCORE * np.array([-1.0, 1.0]))
    left, right = max(low, float(left)), min(high, float(right))
    if left >= right:
        left, right = low, high
    is_log = left > 0 and (isinstance(number.prior, LogNormal) or right / left > WIDEST)
    return (left, right), is_log


def search(name: str, text: str) -> list[Assumption]:
    """Assumptions in which every word of a text occurs."""
    words = text.lower().split()
    rows = assumptions(name).values()
    return [row for row in rows if all(word in row.search_text for word in words)]
