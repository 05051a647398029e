"""Nothing observed after 2025 is anywhere in the project: what comes later judges it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sim.research.forecasting.targets import TARGETS
from sim.research.history.observations import LAST, TABLE, observations, observed
from sim.scenario.library import shipped
from sim.scenario.load import load
from sim.scenario.paths import value_at

HOUSE = Path(__file__).parents[2]
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
LATER = re.compile(r"(?<![A-Z\d])(202[6-9]|20[3-9]\d)")
DATED = {"month", "date", "period_end", "quarter"}  # columns that say when something was observed
# Inputs that may lie later: acts of governments, and what a scenario assumes of the future.
INPUTS = {"events", "incidents", "breakthroughs", "reactions", "why", "title"}
# Words by which a later date in a source is that of a publication, or of what is assumed.
PUBLICATION = re.compile(r"assumption|project|publish|report|table of|copy of|generated|ISSCC")


def test_no_observation_is_later():
    """Neither of a month after the last, nor known later unless it is a company's filed figure."""
    assert max(fact.month for fact in observations()) == LAST == "2025-12"
    late = [fact for fact in observations() if fact.public > LAST]
    assert all(fact.source.startswith("company filings") for fact in late), late
    assert all(fact.public < "2026-04" for fact in late)  # annual reports of 2025
    assert not any(fact.known(LAST) for fact in late)


def test_an_observation_says_when_it_was_public_and_whence_it_is_read():
    for fact in observations():
        assert MONTH.fullmatch(fact.month), fact
        assert MONTH.fullmatch(fact.public), fact
        assert fact.public >= fact.month, fact
        assert re.fullmatch(r"(20\d\d(-\d\d)?)?", fact.table), fact
        assert fact.low <= fact.value <= fact.high, fact
        assert fact.source, fact


def test_an_observation_stands_once():
    keys = [(fact.series, fact.month) for fact in observations()]
    assert len(keys) == len(set(keys))


def test_forecasts_know_a_history_in_the_unit_of_their_series():
    facts = {one.key: observed(one.history) for one in TARGETS}
    assert sum(map(len, facts.values())) > 180
    for one in TARGETS:
        assert {fact.unit for fact in facts[one.key]} <= {one.unit}, one.key


def test_no_other_table_of_observations_hides_in_the_project():
    """Tables with values by date stand in sim/research/history, or are forecasts."""
    files = [file for part in ("sim", "docs", "tests") for file in HOUSE.glob(f"{part}/**/*.csv")]
    for file in files:
        with file.open(encoding="utf-8", newline="") as table:
            head = next(csv.reader(table), [])
        if {"value", "observed"} & set(head) and DATED & set(head):
            assert file == TABLE, f"{file} holds observations outside sim/research/history"


@pytest.mark.parametrize("name", shipped())
def test_no_number_of_a_scenario_is_later(name):
    """A date after the last that stands with a number is that of a publication, or assumed."""
    resolved = load(name)
    for key in resolved.own:
        if key.split(".")[0] in INPUTS:
            continue
        assert not LATER.search(key), f"{name}: {key} is dated later than {LAST}"
        text = str(value_at(resolved.tree, key))
        if key.endswith("source") and LATER.search(text):
            assert PUBLICATION.search(text), f"{name}: {key} rests on {text}"


def test_what_happened_by_itself_ends_with_the_observations():
    """Acts go on to November 2026; incidents and breakthroughs of later years nobody has seen."""
    tree = load("as_enacted").tree
    for kind in ("incidents", "breakthroughs"):
        dates = [str(one["date"])[:7] for one in tree.get(kind, {}).values()]
        assert max(dates, default=LAST) <= LAST
