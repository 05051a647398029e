"""What becomes of Chinese chip making: foundries, tools, memory, and Huawei's software."""

from __future__ import annotations

import numpy as np
from levers.pairs import at, record, series, year_before

ASCEND = "Huawei Ascend"
FREE_TOOLS = '[regulators."US government"]\nwithholds = ["tool_control", "allied_alignment"]\n'
NO_HBM_RULE = ("events.hbm_dec_2024.active=false",)
NO_FRONTS = ("events.huawei_fronts_jan_2023.active=false",)
NO_TSMC = """
[events.no_tsmc]
instrument = "foundry_rule"
by = "US government"
announced = 2022-01-01
effective = 2022-01-01
targets = ["Huawei Ascend"]
strength = { value = 0.99, unit = "share" }
source = "assumption of the test"
"""


def log_ratio(this, other, name: str, row: str, month: str, count=at) -> np.ndarray:
    """Log of a series' row in one run over the other, by world."""
    ours, theirs = (count(run, series(run, name, row), month) for run in (this, other))
    return np.log((ours + 1e-9) / (theirs + 1e-9))


def test_tool_controls_slow_the_foundry():
    """With tools free SMIC would have more capacity by the end of 2026."""
    found = log_ratio(
        record("as_enacted"),
        record("as_enacted", FREE_TOOLS),
        "foundry_capacity",
        "SMIC",
        "2026-12",
    )
    assert np.median(found) < -0.1


def test_tool_controls_shelter_home_makers_of_tools():
    """Whoever cannot import buys at home: they equip more steps, sooner."""
    coverage = [
        at(run, series(run, "tool_maker_coverage", "Chinese tool makers"), "2028-12")
        for run in (record("as_enacted"), record("as_enacted", FREE_TOOLS))
    ]
    assert np.all(coverage[0] > coverage[1])
    assert np.median(coverage[0] - coverage[1]) > 0.025  # five points


def test_memory_in_stock_builds_up_before_the_control_and_runs_down_after():
    """From December 2024 the stock is a bridge: by the end of 2025 part of it is used up."""
    run = record("as_enacted")
    stock = series(run, "supplier_hbm_stock", ASCEND)
    free = record("as_enacted", "", NO_HBM_RULE)
    ahead = at(run, stock, "2024-12") - at(
        free, series(free, "supplier_hbm_stock", ASCEND), "2024-12"
    )
    assert np.mean(ahead > 0) > 0.4
    peak, later = (np.median(at(run, stock, month)) for month in ("2025-01", "2025-12"))
    assert later < 0.96 * peak  # 0.91


def test_the_fronts_at_tsmc():
    """TSMC's part of Ascend's dies: nearly all in 2020, most again in 2024."""
    run = record("as_enacted")
    part = {}
    for year in (2020, 2022, 2024, 2026):
        made = [
            year_before(run, series(run, "die_flow", f"{foundry} > {ASCEND}"), f"{year}-12")
            for foundry in ("TSMC 7 nm", "SMIC")
        ]
        part[year] = float(np.median(made[0] / (made[0] + made[1])))
    assert part[2020] > 0.8  # 0.97
    assert part[2022] < 0.3  # 0.09: the rule of 2020
    assert part[2024] > 0.6  # 0.87: the fronts
    assert part[2026] < 0.4  # 0.25: the letter of November 2024


def test_the_fronts_mattered():
    """Without them Huawei would have shipped less than half as much in 2024."""
    found = log_ratio(
        record("as_enacted"),
        record("as_enacted", "", NO_FRONTS),
        "supplier_delivered",
        ASCEND,
        "2024-10",
        year_before,
    )
    assert np.median(found) > 0.7  # 1.4


def test_losing_tsmc_does_not_make_ascend_cheaper():
    """SMIC's wafers cost 1.3 to 2 times TSMC's: who must move there cannot charge less for it."""
    found = log_ratio(
        record("baseline", NO_TSMC), record("baseline"), "supplier_price", ASCEND, "2024-12"
    )
    assert np.median(found) > -0.02


def test_software_matures_with_the_installed_base():
    """It never falls, and of two paired worlds the one with more Ascends in the field is riper."""
    enacted, free = record("as_enacted"), record("no_controls")
    ripe = [series(run, "supplier_maturity", ASCEND) for run in (enacted, free)]
    assert np.all(np.diff(ripe[0], axis=0) >= 0)
    assert np.median(ripe[0][-1] - ripe[0][0]) > 0.1
    field = log_ratio(enacted, free, "supplier_installed", ASCEND, "2026-12")
    riper = at(enacted, ripe[0], "2026-12") - at(free, ripe[1], "2026-12")
    assert np.mean(np.sign(riper) == np.sign(field)) > 0.9


def test_maturity_follows_the_field_and_not_the_calendar():
    """With the channel off nothing ripens, however many chips are sold."""
    run = record("as_enacted", "", ("channels.infant_industry=false",))
    ripe = series(run, "supplier_maturity", ASCEND)
    assert np.all(ripe == ripe[0])
