"""History: before any calibration the bands already hold most of what was observed to 2024."""

from pathlib import Path

import pytest

from sim.experiments.ensemble import simulate
from sim.research.history.coverage import coverage, rows_inside
from sim.research.history.observations import observations
from sim.scenario.load import load
from viz.pages.history import MONTHS, WORLDS

DOC = Path(__file__).resolve().parent.parent / "docs" / "history.md"


@pytest.fixture(scope="module")
def found():
    """The coverage as the document states it."""
    return coverage(simulate(load("as_enacted"), WORLDS, months=MONTHS))


def test_nothing_observed_after_2024_is_used():
    """History is the judge: later years are for others."""
    assert max(fact.month for fact in observations()) <= "2024-12"
    assert {fact.row for fact in observations()} == set(range(1, 15))


def test_at_least_twelve_rows_lie_inside(found):
    """Twelve of the fourteen facts, with all their observations, in the 5-95 % band."""
    inside = rows_inside(found)
    assert set(inside) == set(range(1, 15))
    assert sum(inside.values()) >= 12, inside


def test_a_miss_is_explained(found):
    """Where an observation is missed the document says why."""
    text = DOC.read_text("utf-8").split("## What to think of it")[1]
    for row, ok in rows_inside(found).items():
        assert ok or f"Row {row}:" in text
