"""Levels of the moat and the cost of a claim, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.calendar import Calendar
from sim.outcomes.record import Record
from sim.research.identification import effects

CALENDAR = Calendar("2020-01", 72)


def test_a_claim_costs_percent_of_worth():
    """Worth falls from 200 to 150 in the first world: -25 %; in the second it stays."""
    sectors = ["Chip makers", "Tool makers", "Power equipment", "US laboratories", "Market index"]
    unheard = np.full((72, len(sectors), 2), 200.0)
    heard = unheard.copy()
    heard[CALENDAR.month("2025-02"), 0, 0] = 150.0
    names = {"sector": sectors, "sector_bloc": ["US"] * len(sectors)}
    this, reference = (
        Record({"sector_value": values}, names, CALENDAR) for values in (heard, unheard)
    )
    found = effects.changes(this, reference)
    fall = found["value_chips"]["2025-02"]
    assert (fall["unit"], fall["mean"], fall["negative"]) == ("%", -12.5, 0.5)
    assert found["value_chips"]["2025-01"]["mean"] == found["value_index"]["2025-02"]["mean"] == 0


def test_a_share_of_use_outside_both_blocs():
    """3 of 10 tokens of one market and none of 30 of the other; nothing is used in world two."""
    names = {"market_bloc": ["US", "Rest", "China", "Rest"]}
    share = np.array([[[0.9], [0.3], [0.9], [0.0]]]) * np.ones(2)
    tokens = np.array([[[50.0], [10.0], [50.0], [30.0]]]) * [1.0, 0.0]
    record = Record({"market_chinese": share, "market_tokens": tokens}, names, CALENDAR)
    found = effects.used_in_third_countries(record, "market_chinese")
    assert found[0, 0] == pytest.approx(3 / 40) and np.isnan(found[0, 1])
    assert effects.where_defined(found[0], "share")["worlds"] == 1
    assert effects.where_defined(found[0, 1:], "share") == {"unit": "share", "worlds": 0}
