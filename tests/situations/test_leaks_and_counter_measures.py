"""Smuggling, and what Beijing does: guidance, a crackdown, minerals."""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import at, moved_before, record, series, year_before

NVIDIA = "Nvidia > China"
WITHHELD = '[regulators."Chinese government"]\nwithholds = ["{}"]\n'


def changes(this, other, name: str, month: str, row: str | None = None) -> np.ndarray:
    """Log of a series' row or outcome in one run over the other, by world."""
    return np.log(
        at(this, series(this, name, row), month) / at(other, series(other, name, row), month)
    )


@pytest.mark.parametrize("month", ["2024-12", "2026-12"])
def test_enforcement_decides_what_leaks(month):
    """Smuggled share of the compute acquired: strict below the history, leaky above it."""
    shares = [
        at(record(base), series(record(base), "leaked_share"), month)
        for base in ("strict_enforcement", "as_enacted", "leaky")
    ]
    strict, history, leaky = (float(np.median(share)) for share in shares)
    assert strict < 0.7 * history < history < leaky
    assert np.mean(shares[0] < shares[2]) > 0.9


def test_smuggling_in_2024_is_of_the_known_size():
    """1 to 40 % of the training compute acquired, about 10 % (CNAS)."""
    run = record("as_enacted")
    assert 0.04 < np.median(at(run, series(run, "leaked_share"), "2024-12")) < 0.3


def test_guidance_binds_where_licences_are_open():
    """From the last day of July 2025 Beijing is the limit: the same licences, fewer chips."""
    told, free = record("as_enacted"), record("as_enacted", WITHHELD.format("import_guidance"))
    assert moved_before(told, free, told.calendar.month("2025-07")) == []
    licences = [at(run, series(run, "flow_licence", NVIDIA), "2025-12") for run in (told, free)]
    assert np.array_equal(*licences)
    assert np.mean(licences[0]) > 0.05
    shipped = [
        year_before(run, run.flows("flow_units", "US", "China"), "2026-12") for run in (told, free)
    ]
    assert shipped[0].sum() < 0.7 * shipped[1].sum()
    home = [at(run, series(run, "domestic_share"), "2026-12") for run in (told, free)]
    assert np.median(home[0] - home[1]) > 0.05  # twelve points


def test_a_second_crackdown_slows_spending_from_2027_on():
    """A quarter of growth a year for two years, and nothing before January 2027."""
    again, history = record("crackdown_again"), record("as_enacted")
    assert moved_before(again, history, again.calendar.month("2027-01")) == []
    first, second, after = (
        np.median(changes(again, history, "china_spending", month))
        for month in ("2027-12", "2028-12", "2030-12")
    )
    assert first < -0.04  # -0.09: money spent over the year, which began at full pace
    assert second < -0.15  # -0.26
    assert after < second  # -0.45: what was lost stays lost, and revenue with it
    assert abs(np.median(changes(again, history, "us_spending", "2028-12"))) < 0.01


def test_minerals_raise_prices_outside_china():
    """October 2025, the strictest month: Nvidia and AMD pay, Huawei does not."""
    history, free = (
        record("as_enacted"),
        record("as_enacted", WITHHELD.format("minerals_retaliation")),
    )
    for supplier in ("Nvidia", "AMD"):
        rise = changes(history, free, "supplier_price", "2025-10", supplier)
        assert np.mean(rise > 0) > 0.8  # not where it costs buyers more than it costs the supplier
        assert np.median(rise) > 0.01  # 2.6 %
    home = changes(history, free, "supplier_price", "2025-10", "Huawei Ascend")
    assert abs(np.median(home)) < 0.01
    truce = changes(history, free, "supplier_price", "2026-06", "Nvidia")
    assert np.median(truce) < 0.01
