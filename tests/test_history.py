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


def test_the_facts_that_an_ensemble_must_cover_are_numbered():
    """Rows 1 to 14; what has no row is no such fact."""
    assert {fact.row for fact in observations()} == set(range(15))


def test_at_least_eleven_rows_lie_inside(found):
    """Eleven of the fourteen facts, with all their observations to 2024, in the 5-95 % band."""
    inside = rows_inside([one for one in found if one.fact.month <= "2024-12"])
    assert set(inside) == set(range(1, 15))
    assert sum(inside.values()) >= 11, inside


def test_a_miss_is_explained(found):
    """Where an observation is missed the document says why."""
    text = DOC.read_text("utf-8").split("## Largest differences")[1]
    for row, ok in rows_inside(found).items():
        assert ok or f"Row {row}:" in text
