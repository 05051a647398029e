"""Levers of assumptions: every number of a scenario that nobody can choose, from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.scenario.load import ResolvedScenario
from sim.scenario.quantity import Frozen, LogNormal, Quantity
from sim.uncertainty.draw import P95_SCORE, quantile
from viz.dashboard.state.available import open_case
from viz.dashboard.state.edited_scenario import dotted
from viz.pages.manual import shown

ACTS = ("events", "breakthroughs", "incidents", "reactions", "correlations", "channels")
FRONT = (  # dotted key, what a person reads
    ("effort.eta", "Response of effort to scarcity"),
    ("research.sigma", "Can researchers replace compute?"),
    ("spillover.open_lag", "Lag behind what is published"),
    ("leakage.diverted_share", "Smuggling without enforcement"),
    ("research.pace", "Pace of efficiency at the frontier"),
    ("demand.elasticity", "Growth of demand as prices fall"),
    ("capital.long_run_growth", "Long-run growth of spending"),
)
GROUPS = {
    "chip": "Chips: worth and progress",
    "chips": "Products of chip makers",
    "labs": "Laboratories",
    "clouds": "Clouds",
    "suppliers": "Chip makers",
    "rules": "Answers to rules",
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
        meaning: what it is.
        told: the scenario's value, or median and 90 % of the prior.
        central: the value, or the prior's median.
        span: ends of the lever.
    """

    key: str
    path: tuple[str, ...]
    meaning: str
    unit: str
    low: float
    high: float
    told: str
    central: float
    span: tuple[float, float]
    is_log: bool
    source: str
    is_prior: bool

    @property
    def group(self) -> str:
        """Under which heading it stands."""
        return GROUPS.get(self.path[0], self.path[0].replace("_", " ").capitalize())

    @property
    def text(self) -> str:
        """What a search looks through."""
        return f"{self.key} {self.meaning} {self.group}".lower()


@lru_cache(maxsize=16)
def assumptions(scenario: str) -> dict[str, Assumption]:
    """Every number of a scenario that is an assumption, by dotted key."""
    from viz.dashboard.state.edited_scenario import Case

    resolved: ResolvedScenario = open_case(Case(scenario))
    return {one.key: one for one in _walk(resolved.scenario, ())}


def _walk(node: Frozen | dict, path: tuple[str, ...]) -> Iterator[Assumption]:
    named = isinstance(node, dict)
    for name in node if named else type(node).model_fields:
        if not path and name in ACTS:
            continue
        value = node[name] if named else getattr(node, name)
        at = (*path, name)
        if isinstance(value, Quantity) and not named:
            yield _assumption(at, value, type(node))
        elif isinstance(value, Frozen | dict):
            yield from _walk(value, at)


def _assumption(path: tuple[str, ...], item: Quantity, kind: type[Frozen]) -> Assumption:
    field = kind.model_fields[path[-1]]
    extra = field.json_schema_extra
    low, high = extra["low"], extra["high"]
    span, is_log = _span(item, low, high)
    return Assumption(
        dotted(*path),
        path,
        field.description or "",
        extra["unit"],
        low,
        high,
        shown(item),
        item.central,
        span,
        is_log,
        " ".join(item.source.split()),
        item.prior is not None,
    )


def _span(item: Quantity, low: float, high: float) -> tuple[tuple[float, float], bool]:
    """Ends of a lever: beyond the prior's 5 and 95 %, inside what is allowed."""
    if item.prior is None:
        middle = item.central
        reach = (middle / 3, middle * 3) if middle else (low, min(high, 1.0))
        ends = min(reach), max(reach)
    else:
        ends = tuple(quantile(item.prior, WIDER * P95_SCORE * np.array([-1.0, 1.0])))
    ends = max(low, float(ends[0])), min(high, float(ends[1]))
    if ends[0] >= ends[1]:
        ends = low, high
    is_log = isinstance(item.prior, LogNormal) or (ends[0] > 0 and ends[1] / ends[0] > WIDEST)
    return ends, is_log and ends[0] > 0


def search(scenario: str, text: str) -> list[Assumption]:
    """Assumptions in which every word of a text occurs."""
    words = text.lower().split()
    return [
        one for one in assumptions(scenario).values() if all(word in one.text for word in words)
    ]
