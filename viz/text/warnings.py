"""Warnings of numbers that are most unlikely to be meant: what is said of them."""

from __future__ import annotations

from sim.scenario.load import ResolvedScenario
from sim.scenario.unusual import Unusual, unusual
from viz.text.format import number


def warnings(resolved: ResolvedScenario) -> list[str]:
    """What is to be said of the numbers of a scenario, a line each."""
    return [f"{one.file}: warning: {sentence(one)}" for one in unusual(resolved)]


def sentence(one: Unusual) -> str:
    """`labs.Meta.budget = 140 USD bn/yr; usual is 0.04 to 0.15: ...`."""
    unit = "" if one.unit == "1" else f" {one.unit}"
    text = f"{one.key} = {_span(one.value)}{unit}"
    if one.usual is not None:
        text += f" is far from what is usual, {_span(one.usual)}{unit}"
    else:
        text += ": is the unit meant so?"
    return f"{text} ({one.advice})"


def _span(ends: tuple[float, float]) -> str:
    low, high = ends
    return number(low) if low == high else f"{number(low)} to {number(high)}"
