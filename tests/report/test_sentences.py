"""Sentences never contradict the numbers they are made of, whatever the numbers are."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments.verdict import (
    LEAST_COVERAGE,
    Verdict,
    coverage,
    likelihood,
    verdict_of,
    verdict_on_effect,
)
from sim.outcomes.catalogue import EFFECTS, meaning_of, unit_of
from sim.outcomes.presentation import label_of
from sim.record.results import Results
from viz.text import run_answer as sentences
from viz.text.sentences import alone, certainty, effect

MONTHS = ["2025-12", "2030-12"]
VALUES = st.floats(-1e4, 1e4, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)
WORLDS = st.lists(VALUES, min_size=2, max_size=40)
NUMBER = r"([+-]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?:m|bn|tn)?)"
UNIT = r"(?: (?:1e3|[A-Za-z/%][A-Za-z/%0-9]*))"  # a word of it
RANGE = re.compile(rf"{NUMBER}{UNIT}{{0,5}} \[{NUMBER}, {NUMBER}\]")
WITHIN = re.compile(rf"90 % of worlds lie between {NUMBER} and {NUMBER}")
BY = re.compile(rf" by {NUMBER}{UNIT}{{0,5}} by December 2030")
SIGNED = [name for name in EFFECTS if unit_of(name) != "probability"]
WORDS = {"Likely": 0.66, "Very likely": 0.90, "Raised": 0.99, "Lowered": 0.99}
ROUNDED = 0.06  # of a number with two digits


def number(text: str) -> float:
    """A number as it is written for people."""
    for ending, factor in (("tn", 1e12), ("bn", 1e9), ("m", 1e6)):
        if text.endswith(ending):
            return factor * number(text.removesuffix(ending))
    return float(text.replace(",", ""))


def share(text: str, word: str) -> float:
    """The share of worlds that stands after a word."""
    return float(re.search(rf"{word} (?:over |under )?(\d+) %", text)[1]) / 100


def close(written: str, value: float) -> bool:
    """Whether a number is written with two digits."""
    return math.isclose(number(written), value, rel_tol=ROUNDED, abs_tol=1e-9)


def in_order(low: float, middle: float, high: float) -> bool:
    """As written, each with its own rounding."""
    slack = ROUNDED * max(abs(low), abs(middle), abs(high))
    return low - slack <= middle <= high + slack and low <= high + 1e-9


def judged(name: str, values: list[float], level: float = 1.0) -> Verdict:
    """The verdict on an effect, of a reference that has one level in all worlds."""
    now = np.array(values, dtype=float)
    blocks = dict.fromkeys(EFFECTS, np.full((2, len(now)), level))
    effects = np.stack([now * 0, now])
    return verdict_on_effect(name, unit_of(name), MONTHS[1], MONTHS, effects, blocks)


@settings(deadline=None)
@given(WORLDS, st.sampled_from(SIGNED))
def test_effects(values, name):
    """How sure, which way, how much: as the worlds say; nothing else is said."""
    if unit_of(name) in ("log", "log points"):  # factors of e^7 and more are no effects
        values = [math.fmod(value, 7) for value in values]
    now = np.array(values, dtype=float)
    found = judged(name, values)
    said = effect(found)
    up, down = (now > 0).mean(), (now < 0).mean()
    agree = max(up, down)
    assert f"({name})" not in said and label_of(name) in said and "December 2030" in said
    if agree == 0:
        assert said.startswith("No change at all")
    elif found.share_small >= 0.66:
        assert said.startswith("No material change")
        assert f"below {found.threshold} in" in said and found.threshold
        assert abs(share(said, f"below {re.escape(found.threshold)} in") - found.share_small) < 0.01
        assert found.sign == 0 and found.since is None
    elif agree < 0.66:
        assert said.startswith("About as likely as not")
        assert abs(share(said, "up in") - up) < 0.006
        assert abs(share(said, ", down in") - down) < 0.006
        assert found.sign == 0
    else:
        assert_worded(said, found, up, down)
    if match := RANGE.search(said):
        middle, low, high = match.groups()
        assert in_order(number(low), number(middle), number(high)), said
        assert close(middle, found.median) and close(low, found.low) and close(high, found.high)


def assert_worded(said: str, found: Verdict, up: float, down: float) -> None:
    """A sentence on a direction: its word, verb, size, range and share."""
    agree, sign = max(up, down), 1 if up > down else -1
    how, verb = re.match(
        r"(Likely|Very likely|(?=\w+ed)|Slightly)\s*(?:slightly )?(\w+)", said
    ).groups()
    how = how.removeprefix("Slightly")
    assert agree >= WORDS[how or verb.capitalize()]
    if how == "Likely":
        assert agree < 0.90
    if how == "Very likely" and coverage() >= LEAST_COVERAGE:
        assert agree < 0.99
    assert ("virtually certain" in said) == (not how)
    assert verb.lower() == ("raised" if sign > 0 else "lowered") and found.sign == sign
    assert np.sign(found.median) == sign
    assert close(BY.search(said)[1], abs(found.median)), said
    low, high = WITHIN.search(said).groups()
    assert close(low, found.low) and close(high, found.high)
    assert in_order(number(low), sign * number(BY.search(said)[1]), number(high))
    assert re.search(r"(over )?\d+ % of worlds agree", said)


@settings(deadline=None)
@given(WORLDS, st.sampled_from(SIGNED))
def test_a_verdict_by_itself_and_in_short_agree(values, name):
    """The same words, "in this model" before them."""
    if unit_of(name) in ("log", "log points"):
        values = [math.fmod(value, 7) for value in values]
    found = judged(name, values)
    assert alone(found).startswith("In this model: ")
    assert alone(found)[15:].lower() == effect(found).lower()
    assert certainty(found).startswith(found.certainty)
    assert found.certainty in effect(found).lower()


@settings(deadline=None)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=80))
def test_what_is_so_or_not_in_a_world(values):
    """A probability rises by the difference of shares, or by too little to count."""
    now = np.array(values)
    said = effect(judged("lead_reversed", values))
    more, less = (now > 0).mean(), (now < 0).mean()
    if abs(more - less) < 0.02:
        assert said.startswith("No material change")
        assert judged("lead_reversed", values).certainty in ("no change", "no material change")
        return
    assert said.startswith("Raised" if more > less else "Lowered")
    assert f"by {100 * abs(more - less):.0f} percentage points" in said


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0.5, "about as likely as not"),
        (0.659, "about as likely as not"),
        (0.66, "likely"),
        (0.899, "likely"),
        (0.90, "very likely"),
        (0.989, "very likely"),
        (0.99, "virtually certain"),
        (1.0, "virtually certain"),
    ],
)
def test_the_words_of_the_ipcc(share, word, monkeypatch):
    """Mastrandrea et al. (2010); never more than very likely while past bands held too little."""
    monkeypatch.setattr("sim.experiments.verdict.coverage", lambda: 0.84)
    assert likelihood(share) == word
    monkeypatch.setattr("sim.experiments.verdict.coverage", lambda: 0.83)
    assert likelihood(share) == word.replace("virtually certain", "very likely")


def made(**levels) -> Results:
    """A run of two months whose outcomes are given, the others 1."""
    shape = next(iter(levels.values())).shape
    used = (
        "lead_months lead_points efficiency_ratio compute_ratio domestic_share us_spending "
        "china_spending us_service_revenue china_service_revenue application_share lead_reversed "
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
    months = [sentences.BEFORE, MONTHS[1]]
    return Results(xr.Dataset(variables, coords={"month": months, "world": range(shape[1])}))


def pairs(elements):
    """Levels at both months, `[month, world]`."""
    sides = st.integers(2, 30).flatmap(
        lambda n: st.tuples(*2 * [st.lists(elements, min_size=n, max_size=n)])
    )
    return sides.map(lambda both: np.array(both, dtype=float))


@settings(deadline=None)
@given(pairs(VALUES))
def test_who_leads(lead):
    """The side that is ahead in most worlds is called so; the median never below 0."""
    said = sentences.width(made(lead_months=lead, lead_points=lead))
    up, down = (lead[1] > 0).mean(), (lead[1] < 0).mean()
    median = np.median(lead[1])
    assert ("the US leads by" in said) == (median >= 0)
    assert ("China leads by" in said) == (median < 0)
    is_open = max(up, down) < 0.66
    assert ("the US is ahead in" in said) == is_open
    if is_open:
        assert abs(share(said, "the US is ahead in") - up) < 0.006
        assert abs(share(said, "China in") - down) < 0.006
    else:
        who, how = "the US" if up > down else "China", likelihood(max(up, down))
        sure = f"it is virtually certain that {who} is ahead"
        assert (sure if how == "virtually certain" else f"{who} is {how} ahead") in said
    middle, low, high = map(number, RANGE.search(said).groups())
    assert middle >= 0 and in_order(low, middle, high), said
    points = number(re.search(rf"and {NUMBER} points", said)[1])
    assert points >= 0 and math.isclose(points, abs(median), rel_tol=ROUNDED)


@settings(deadline=None)
@given(pairs(VALUES))
def test_how_the_lead_changes(lead):
    """Within worlds: it has grown or shrunk only where most worlds have it so."""
    said = sentences.change(made(lead_months=lead))
    change = lead[1] - lead[0]
    up, down = (change > 0).mean(), (change < 0).mean()
    word = likelihood(max(up, down, 0.5))
    sure = "it is virtually certain that the lead has" if "virtually" in word else f"has {word}"
    assert (f"{sure} grown" in said) == (up >= 0.66)
    assert (f"{sure} shrunk" in said) == (down >= 0.66)
    assert ("as likely to have grown as to have shrunk" in said) == (max(up, down) < 0.66)
    middle, low, high = RANGE.search(said).groups()
    assert number(low) <= number(high)
    assert close(middle, np.median(change))


@settings(deadline=None)
@given(pairs(st.floats(1e-4, 1e4)))
def test_whose_methods_are_better(ratio):
    """Ahead where most ratios exceed 1."""
    said = sentences.efficiency(made(efficiency_ratio=ratio))
    up, down = (ratio[1] > 1).mean(), (ratio[1] < 1).mean()
    if up >= 0.66:
        assert "ahead in" in said
        assert "behind" not in said
    elif down >= 0.66:
        assert "behind in" in said
        assert "ahead" not in said
    else:
        assert abs(share(said, "ahead in") - up) < 0.006
        assert abs(share(said, "behind in") - down) < 0.006


@settings(max_examples=30, deadline=None)
@given(pairs(st.floats(0, 1e6)))
def test_every_range_is_in_order(level):
    """All sentences of an answer, whatever the levels."""
    results = made(compute_ratio=level, us_service_revenue=level, replication_cost=level)
    for said in [
        *sentences.answer(results),
        sentences.money(results),
        sentences.moat(results),
        sentences.capability(results),
    ]:
        for found in RANGE.finditer(said):
            middle, low, high = map(number, found.groups())
            assert low <= middle <= high, said


def test_the_answer_is_short():
    """Three sentences, and what binds where that is known."""
    assert len(sentences.answer(made(compute_ratio=np.ones((2, 4))))) == 3


def test_an_effect_of_nothing_has_no_size():
    """Of 0, any change is infinitely large in percent: it is said, and no number is made up."""
    found = verdict_of("lead_months", "months", MONTHS[1], MONTHS, np.zeros((2, 3)))
    assert effect(found) == "No change at all in the US lead in time by December 2030."
    endless = judged("compute_ratio", [1.0, 2.0, 3.0], level=0.0)
    assert endless.unit == "1" and endless.sign == 1  # the difference
    assert not re.search(r"\binf\b|\bnan\b", effect(endless))
