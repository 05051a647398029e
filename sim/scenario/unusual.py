"""Numbers of a scenario that are allowed and most unlikely to be meant: what `moat check` warns of.

>>> from sim.scenario.load import load
>>> [one.key for one in unusual(load("as_enacted", ["labs.Meta.budget=140"]))]
['labs.Meta.budget']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.scenario.changes import declared as declared_of_actor
from sim.scenario.changes import target
from sim.scenario.layers import ancestry
from sim.scenario.library import find
from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import declaration, is_number, is_within, value_at
from sim.scenario.plain_tables import rows_of
from sim.scenario.quantity import FLOW, STOCK, Path, Quantity
from sim.scenario.schema import Scenario, quantities

REFERENCE = "baseline"  # scenario whose numbers are the usual ones
FAR = 3.0  # times the ends of the usual range
USUAL = {  # of numbers that the reference does not hold: what would surprise outside it
    "breakthroughs.training_gain": (0.5, 100.0),
    "breakthroughs.inference_gain": (0.5, 100.0),
    "breakthroughs.pace": (0.5, 5.0),
    "changes.factor": (0.1, 10.0),
}
GROWTH, SHARE = "x/yr", "share"
LARGEST_SHARE = 5.0  # of programmes that add up to more than the whole
FASTEST = 10.0  # x/yr: a growth that nothing in the reference has for long


@dataclass(frozen=True)
class Unusual:
    """A number that is far outside its usual range, or whose unit looks misread.

    Attributes:
        file: that sets it.
        value: lowest and highest of the number (equal, or the ends of a prior or of a path).
        usual: its usual range; None where only the unit is in doubt.
        advice: what to do.
    """

    file: str
    key: str
    value: tuple[float, float]
    unit: str
    usual: tuple[float, float] | None
    advice: str


def unusual(resolved: ResolvedScenario) -> list[Unusual]:
    """The numbers set by the last file or by flags that are most unlikely to be meant."""
    scenario = resolved.scenario
    own = {key.removesuffix(end) for key in resolved.own for end in (".value", ".unit", ".source")}
    own |= {key.partition(".prior")[0].partition(".knots")[0] for key in resolved.own}
    return [
        found
        for key, number, limits in quantities(scenario)
        if key in own
        for found in _doubts(resolved, key, number, limits)
    ]


def _doubts(
    resolved: ResolvedScenario, key: str, number: Quantity | Path, limits: Mapping[str, Any]
) -> Iterator[Unusual]:
    unit = limits["unit"]
    file = next(resolved.origin[at] for at in resolved.own if is_within(at, key))
    usual, ends = _usual(resolved.scenario, key), number.ends
    advice = _misread(ends, unit, usual)
    if usual is not None and _is_far(ends, usual, unit):
        start = limits.get("dated") in (FLOW, STOCK)
        later = "it is where the model starts; for a later date write a table [changes.NAME]"
        what = later if start else "check number and unit, or say why in its source"
        yield Unusual(file, key, ends, number.unit, usual, advice or what)
    elif advice:
        yield Unusual(file, key, ends, number.unit, usual, advice)


def _misread(ends: tuple[float, float], unit: str, usual: tuple[float, float] | None) -> str:
    """What to do about a number whose unit looks misread; empty where it does not."""
    low, high = ends
    if unit == GROWTH and (high > FASTEST or (usual and usual[0] >= 1 and low < 1)):
        return "x/yr is a factor: a growth of 40 % a year is written 1.4"
    if unit == SHARE and high > LARGEST_SHARE:
        return "a share of 40 % is written 0.4"
    return ""


def _is_far(ends: tuple[float, float], usual: tuple[float, float], unit: str) -> bool:
    """Whether a number lies far outside its usual range; a share may lie anywhere."""
    if unit == SHARE:
        return False
    low, high = usual
    if low > 0:
        return ends[1] > FAR * high or 0 < ends[0] < low / FAR
    width = high - low
    return width > 0 and (ends[1] > high + FAR * width or ends[0] < low - FAR * width)


def _usual(scenario: Scenario, key: str) -> tuple[float, float] | None:
    """The usual range of a number: that of the reference, or of its like there."""
    table, _, rest = key.partition(".")
    field = rest.rpartition(".")[2]
    if f"{table}.{field}" in USUAL:
        return USUAL[f"{table}.{field}"]
    tree = _reference()
    if table == "changes":
        return _usual_of_change(scenario, rest.rpartition(".")[0])
    if (found := _ends(value_at(tree, key))) and found[1] > 0:
        return found
    if declaration(scenario, key) is None or table in ("events", "incidents", "reactions"):
        return None
    like = [ends for _, row in rows_of(tree, table) if (ends := _ends(row.get(field)))]
    return (min(low for low, _ in like), max(high for _, high in like)) if like else None


def _usual_of_change(scenario: Scenario, name: str) -> tuple[float, float] | None:
    """That of the number which a change sets; not where it has grown since the start."""
    key = scenario.changes[name].key
    found = target(_reference(), key)
    if not found or declared_of_actor(found[0], found[2]).get("dated") in (FLOW, STOCK):
        return None
    return _usual(scenario, key)


@cache
def _reference() -> dict[str, Any]:
    """The plain tables of the reference."""
    return ancestry(find(REFERENCE))[-1].tree


def _ends(number: Any) -> tuple[float, float] | None:
    """Lowest and highest of a number in plain tables; of a prior its 90 % range."""
    if isinstance(number, Mapping) and isinstance(number.get("knots"), Mapping):
        return min(number["knots"].values()), max(number["knots"].values())
    if not is_number(number):
        return None
    prior = number.get("prior")
    if prior is None:
        return number["value"], number["value"]
    low, high = (
        prior.get(short, prior.get(long)) for short, long in (("p5", "low"), ("p95", "high"))
    )
    return low, high
