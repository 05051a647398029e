"""Sentences never contradict the numbers they are made of, whatever the numbers are."""

from __future__ import annotations

import math
import re

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments.verdict import LEANING, verdict_of
from sim.outcomes.catalogue import EFFECTS, meaning_of, unit_of
from sim.record.results import Results
from viz.report import run_sentences as sentences
from viz.text.sentences import effect

MONTHS = ["2024-12", "2030-12"]
VALUES = st.floats(-1e4, 1e4, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)
WORLDS = st.lists(VALUES, min_size=2, max_size=40)
NUMBER = r"(-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?:m|bn|tn)?)"
UNIT = r"(?: (?:1e3|[A-Za-z/%][A-Za-z/%0-9]*))"  # a word of it
RANGE = re.compile(rf"{NUMBER}{UNIT}{{0,4}} (?:\(effect )?\[{NUMBER}, {NUMBER}\]")
SIGNED = [name for name in EFFECTS if unit_of(name) != "probability"]


def number(text: str) -> float:
    """A number as it is written for people."""
    for ending, factor in (("tn", 1e12), ("bn", 1e9), ("m", 1e6)):
        if text.endswith(ending):
            return factor * number(text.removesuffix(ending))
    return float(text.replace(",", ""))


def share(text: str, word: str) -> float:
    """The share of worlds that stands after a word."""
    return float(re.search(rf"{word} (\d+) %", text)[1]) / 100


@settings(deadline=None)
@given(WORLDS, st.sampled_from(SIGNED))
def test_effects(values, name):
    """Raised where most worlds rise, lowered where most fall, unclear between."""
    if unit_of(name) == "log points":  # factors of e^7 and more are no effects
        values = [math.fmod(value, 7) for value in values]
    now = np.array(values, dtype=float)
    found = verdict_of(name, unit_of(name), MONTHS[1], MONTHS, np.stack([now * 0, now]))
    told = effect(found)
    up, down = (now > 0).mean(), (now < 0).mean()
    if up == down == 0:
        assert told.startswith("No change at all")
        return
    expected = "Raised" if up >= LEANING else "Lowered" if down >= LEANING else "Unclear"
    assert told.startswith(expected), told
    assert f"({name})" not in told
    middle, low, high = map(number, RANGE.search(told).groups())
    assert low <= high
    turned = -middle if expected == "Lowered" else middle
    assert low <= turned <= high
    if expected == "Unclear":
        assert abs(share(told, "up in") - up) < 0.006
        assert abs(share(told, "down in") - down) < 0.006


def made(**levels) -> Results:
    """A run of two months whose outcomes are given, the others 1."""
    shape = next(iter(levels.values())).shape
    used = (
        "lead_months_observed lead_points efficiency_ratio compute_ratio domestic_share "
        "us_service_revenue china_service_revenue application_share lead_reversed "
        "replication_cost moat_half_life open_lag_months"
    )
    variables = {
        name: (
            ("month", "world"),
            levels.get(name, np.ones(shape)),
            {"unit": unit_of(name), "meaning": meaning_of(name)},
        )
        for name in used.split()
    }
    worlds = np.arange(shape[1])
    return Results(xr.Dataset(variables, coords={"month": MONTHS, "world": worlds}))


def pairs(elements):
    """Levels at both months, `[month, world]`."""
    sides = st.integers(2, 30).flatmap(
        lambda n: st.tuples(*2 * [st.lists(elements, min_size=n, max_size=n)])
    )
    return sides.map(lambda both: np.array(both, dtype=float))


@settings(deadline=None)
@given(pairs(VALUES))
def test_who_leads(lead):
    """The side that is ahead in most worlds leads, by a positive median if it is clear."""
    told = sentences.lead(made(lead_months_observed=lead))
    up, down = (lead[1] > 0).mean(), (lead[1] < 0).mean()
    assert ("the US leads" in told) == (up >= LEANING)
    assert ("China leads" in told) == (down >= LEANING)
    assert told.startswith("Unclear") == (max(up, down) < LEANING)
    middle, low, high = map(number, RANGE.search(told).groups())
    assert low <= middle <= high
    if "Unclear" not in told:
        assert middle >= 0


@settings(deadline=None)
@given(pairs(VALUES))
def test_how_the_lead_changes(lead):
    """Within worlds: grows or shrinks only where most worlds do."""
    told = sentences.lead_change(made(lead_months_observed=lead))
    change = lead[1] - lead[0]
    up, down = (change > 0).mean(), (change < 0).mean()
    assert ("grows" in told) == (up >= LEANING)
    assert ("shrinks" in told) == (down >= LEANING)
    assert told.startswith("Unclear") == (max(up, down) < LEANING)
    middle, low, high = map(number, RANGE.search(told).groups())
    assert low <= middle <= high


@settings(deadline=None)
@given(pairs(st.floats(1e-4, 1e4)))
def test_whose_methods_are_better(ratio):
    """Ahead where most ratios exceed 1."""
    told = sentences.efficiency(made(efficiency_ratio=ratio))
    up, down = (ratio[1] > 1).mean(), (ratio[1] < 1).mean()
    assert told.startswith("Unclear") == (max(up, down) < LEANING)
    if up >= LEANING:
        assert "ahead in" in told
        assert "behind" not in told
    if down >= LEANING:
        assert "behind in" in told
        assert "ahead" not in told


@settings(max_examples=30, deadline=None)
@given(pairs(st.floats(0, 1e6)))
def test_every_range_is_in_order(level):
    """All sentences of an answer, whatever the levels."""
    results = made(compute_ratio=level, us_service_revenue=level, replication_cost=level)
    for told in [
        *sentences.answer(results),
        sentences.moat(results),
        sentences.capability(results),
    ]:
        for found in RANGE.finditer(told):
            middle, low, high = map(number, found.groups())
            assert low <= middle <= high, told


def test_five_sentences():
    """The answer has five, the second of which may be two in one."""
    assert len(sentences.answer(made(compute_ratio=np.ones((2, 4))))) == 5
