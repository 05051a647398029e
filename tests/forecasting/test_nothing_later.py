"""No observation after 2024 is anywhere in the project's tables."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sim.research.forecasting.targets import TARGETS
from sim.research.history.observations import FORECAST_TABLE, LAST, observed

HOUSE = Path(__file__).parents[2]
DATE = re.compile(r"\b(20\d\d)(-\d\d)?")
TABLES = sorted((HOUSE / "sim" / "research" / "history").glob("*.csv"))


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.name)
def test_no_observation_is_later(file):
    """Whatever column holds a date of an observation, it lies in 2024 or before."""
    with file.open(encoding="utf-8", newline="") as table:
        lines = list(csv.DictReader(table))
    assert lines
    dated = {"month", "date", "period_end", "quarter"} & lines[0].keys()
    later = [line for line in lines for column in dated if line[column] > f"{LAST}-31"]
    assert later == []
    if "value" in lines[0]:
        assert dated, "a table of values without a date that can be checked"


def test_what_forecasts_know_is_not_later():
    """Neither by any target's history, nor in the table that only they read."""
    facts = [fact for one in TARGETS if one.history for fact in observed(one.history)]
    assert len(facts) > 80
    assert max(fact.month for fact in facts) == LAST
    assert "2025-" not in re.sub(r"[Ss]eptember 2025", "", FORECAST_TABLE.read_text("utf-8"))


def test_no_other_table_of_observations_hides_in_the_project():
    """Tables with values by date stand in sim/research/history, or are forecasts."""
    for file in [*HOUSE.glob("sim/**/*.csv"), *HOUSE.glob("docs/**/*.csv")]:
        with file.open(encoding="utf-8", newline="") as table:
            head = next(csv.reader(table), [])
        if {"value", "observed"} & set(head):
            assert file in TABLES, f"{file} holds observations outside sim/research/history"
