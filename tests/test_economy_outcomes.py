"""Outcomes of the economy on records made by hand: what each number means, to the digit."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from sim.core.calendar import Calendar
from sim.outcomes import catalogue
from sim.outcomes.record import Record

NAMES = [one.name for one in catalogue.ECONOMY]
LABS = {"OpenAI": "US", "Google": "US", "DeepSeek": "China", "Mistral": "Rest"}
BY_LAB = ("capability", "flagship_points", "flagship_cost", "rebuild_cost", "revenue")
SIZES = {"cloud": 2, "market": 3, "investor": 2, "power_supplier": 3, "talent_pool": 2}
HOMES = {
    "cloud": ["US", "China"],
    "market": ["US", "China", "Rest"],
    "investor": ["US", "China"],
    "power_supplier": ["US", "China", "US"],
    "talent_pool": ["US", "China"],
}
SERIES = {
    "cloud_revenue": "cloud",
    "market_chinese": "market",
    "market_hosted": "market",
    "market_tokens": "market",
    "market_value": "market",
    "investor_invested": "investor",
    "power_supplier_running": "power_supplier",
    "talent_pool_people": "talent_pool",
}


def made(months: int, start: str = "2024-01", **series) -> Record:
    """A record in one world: `[month][row]` of the series that are given, nothing in the others."""
    arrays = {
        name: np.zeros((months, len(LABS), 1))
        for name in (*BY_LAB, "service_price", "unit_cost", "active")
    }
    arrays |= {name: np.zeros((months, SIZES[kind], 1)) for name, kind in SERIES.items()}
    arrays["sector_value"] = np.ones((months, 1, 1))
    arrays["quality_price"] = np.zeros((months, 1, 1))
    for name, values in series.items():
        arrays[name] = np.array(values, dtype=float).reshape(months, -1, 1)
    names = {"lab": list(LABS), "lab_bloc": list(LABS.values()), "sector": ["Chip makers"]}
    names |= {f"{kind}_bloc": homes for kind, homes in HOMES.items()}
    return Record(arrays, names, Calendar(start, months))


def outcome(name: str, record: Record) -> list[float]:
    """Its values by month; the table is made anew, so that what makes its measures is tried too."""
    table = {one.name: one.of for one in importlib.reload(catalogue).ECONOMY}
    return table[name](record)[:, 0].tolist()


def columns_of(first: Record, second: Record) -> Record:
    """Two records as two worlds of one."""
    arrays = {
        name: np.concatenate([first.arrays[name], second.arrays[name]], axis=2)
        for name in first.arrays
    }
    return replace(first, arrays=arrays)


def path(us: list[float], china: list[float], start: str = "2024-01") -> Record:
    """A record of the best models of OpenAI and DeepSeek."""
    rows = [[one, 0, other, 0] for one, other in zip(us, china, strict=True)]
    return made(len(us), start, capability=rows)


@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_nothing(name):
    """No money, use, models or people: finite, and zero but for what is a ratio to itself."""
    found = outcome(name, made(15))
    usual = {"price_fall": 0.0, "us_powered": 0.0, "china_powered": 0.0}
    if name.startswith("value_"):
        usual[name] = 100.0
    assert found == [usual.get(name, 0.0)] * 15


def test_lerner_is_of_the_lab_with_the_best_model():
    # Google leads: (10 - 4) / 10; then DeepSeek, who sells below cost: (2 - 3) / 2
    record = made(
        2,
        capability=[[100, 120, 110, 90], [100, 120, 130, 90]],
        service_price=[[5, 10, 2, 1]] * 2,
        unit_cost=[[1, 4, 3, 1]] * 2,
    )
    assert outcome("lerner", record) == pytest.approx([0.6, -0.5])


def test_concentration_by_maker_and_by_bloc():
    # 6, 3, 0, 0 and hosts 0, 1 of 10: .36 + .09 + .01; blocs .9 and .1: .81 + .01
    record = made(2, revenue=[[6, 3, 0, 0], [0] * 4], cloud_revenue=[[0, 1], [0, 0]])
    assert outcome("hhi_labs", record) == pytest.approx([0.46, 0.46])  # of twelve months
    assert outcome("hhi_blocs", record) == pytest.approx([0.82, 0.82])
    assert outcome("us_service_revenue", record) == pytest.approx([9, 9])
    assert outcome("china_service_revenue", record) == pytest.approx([1, 1])


def test_revenue_counts_for_twelve_months():
    record = made(14, revenue=[[1, 0, 1, 0]] + [[0, 0, 1, 0]] * 13)
    hhi = outcome("hhi_labs", record)
    assert hhi[0] == pytest.approx(0.5) and hhi[11] == pytest.approx((1 + 144) / 169)
    assert hhi[12] == pytest.approx(1)
    assert outcome("us_service_revenue", record)[11:13] == [1, 0]


def test_cost_of_replication():
    """The leading US flagship cost 4; the cheapest Chinese lab that is there would pay 1."""
    record = made(
        2,
        flagship_points=[[120, 110, 130, 0]] * 2,
        flagship_cost=[[4, 9, 7, 0], [0, 9, 7, 0]],
        rebuild_cost=[[2, 2, 1, 0.1], [2, 2, 1, 0.1]],
    )
    assert outcome("replication_cost", record) == pytest.approx([0.25, 0])  # cost unknown: 0


def test_half_life_of_a_lead_by_hand():
    """A lead of 4 won in month 1 is halved in month 3, after 2 months.

    Another of 8, in month 4, is never halved: its months at risk add up, 3 / 1, 4 / 1, 5 / 1.
    """
    record = path([100, 104, 104, 104, 112, 112, 112], [100, 100, 101, 102, 102, 103, 104])
    assert outcome("moat_half_life", record) == [0, 1, 2, 2, 3, 4, 5]


def test_half_life_of_two_leads_won_and_lost():
    """4 won in month 1, 2 of them lost in month 2; 6 won in month 3, 4 lost in month 5.

    At risk 1 and 2 months, halved once from month 2, twice from month 5.
    """
    record = path([100, 104, 104, 110, 110, 110, 110], [100, 100, 102, 102, 102, 106, 106])
    assert outcome("moat_half_life", record) == [0, 1, 1, 2, 3, 1.5, 1.5]


def test_half_life_where_only_one_world_gains():
    both = columns_of(path([100, 110, 110], [90, 90, 100]), path([100, 100, 100], [90, 90, 90]))
    table = {one.name: one.of for one in importlib.reload(catalogue).ECONOMY}
    assert table["moat_half_life"](both).T.tolist() == [[0, 1, 1], [0, 0, 0]]


def test_half_life_at_its_edges():
    """A gain of just a point counts; a third lost is no half; a lead that only falls is no gain."""
    assert outcome("moat_half_life", path([100, 101, 101], [90, 90, 90.5])) == [0, 1, 1]
    assert outcome("moat_half_life", path([100, 106, 106], [90, 90, 92])) == [0, 1, 2]
    assert outcome("moat_half_life", path([100, 100, 100], [90, 92, 94])) == [0, 0, 0]


def test_a_third_bloc_neither_leads_nor_defends():
    """Mistral's best model is nobody's lead over China, nor China's."""
    rows = [[100, 0, 90, 95], [100, 0, 90, 120], [100, 0, 90, 120]]
    record = made(3, "2025-01", capability=rows)
    assert outcome("china_leads", record) == [0, 0, 0]
    assert outcome("moat_half_life", record) == [0, 0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_a_world_is_as_alone(name):
    """Whatever the series, an outcome of two worlds is what each has alone."""
    luck = np.random.default_rng(0)
    first, second = (made(20) for _ in range(2))
    for record in (first, second):
        record.arrays |= {
            one: luck.uniform(0, 3, array.shape) for one, array in record.arrays.items()
        }
    table = {one.name: one.of for one in importlib.reload(catalogue).ECONOMY}
    both = table[name](columns_of(first, second))
    np.testing.assert_allclose(both[:, 0], outcome(name, first))
    np.testing.assert_allclose(both[:, 1], outcome(name, second))


def test_half_life_of_gains_never_halved_or_too_small():
    """Time at risk where none is halved; a gain below a point is none."""
    assert outcome("moat_half_life", path([100, 110, 110, 110], [90] * 4)) == [0, 1, 2, 3]
    assert outcome("moat_half_life", path([100, 100.9, 101.8], [90] * 3)) == [0, 0, 0]
    # a gain that is gone in the next month lasted one
    assert outcome("moat_half_life", path([100, 110, 110], [100, 100, 110])) == [0, 1, 1]


def test_a_lead_is_reversed_after_three_months_of_2025():
    """Ahead in October to December 2024 does not count; once reversed it stays so."""
    china = [99, 99, 99, 99, 99, 99, 99, 99, 99, 101, 101, 101, 101, 101, 101, 101]
    us = [100] * 15 + [120]
    record = path(us, china)
    assert outcome("china_leads", record) == [0] * 9 + [1] * 6 + [0]
    assert outcome("lead_reversed", record) == [0] * 14 + [1, 1]


def test_two_months_ahead_reverse_nothing():
    us, china = [100, 100, 100, 101, 101, 101], [99, 101, 101, 101, 101, 101.5]
    assert outcome("lead_reversed", path(us, china, "2025-01")) == [0] * 6
    # the first months of a run that begins later count
    assert outcome("lead_reversed", path([100] * 4, [101] * 4, "2025-01")) == [0, 0, 1, 1]


def test_price_falls_within_a_year():
    """From 10 to 2 in a year: 5; nothing to compare with in the first."""
    record = made(14, quality_price=[10, 20, *[5] * 10, 2, 2])
    assert outcome("price_fall", record) == pytest.approx([1] * 12 + [5, 10])
    assert outcome("quality_price", record)[:3] == [10, 20, 5]
    cheap = made(13, quality_price=[0.5] * 12 + [0.25])
    assert outcome("price_fall", cheap)[12] == pytest.approx(2)


def test_use_abroad_is_weighed_by_tokens():
    """The US 10 % of 100, the rest 40 % of 50; what China uses is not abroad: 30 of 150."""
    record = made(
        1,
        market_chinese=[0.1, 0.9, 0.4],
        market_hosted=[0.2, 0.5, 0.5],
        market_tokens=[100, 1000, 50],
    )
    assert outcome("china_use_abroad", record) == pytest.approx([0.2])
    assert outcome("open_use_abroad", record) == pytest.approx([0.3])


def test_shares_of_applied_value():
    record = made(1, market_value=[50, 30, 20])
    assert outcome("application_share", record) == pytest.approx([0.3])
    assert outcome("us_application_share", record) == pytest.approx([0.5])
    assert outcome("application_value", record) == pytest.approx([100])


def test_worth_is_100_at_the_end_of_2024():
    record = made(3, "2024-11", sector_value=[1, 2, 3])
    assert outcome("value_chips", record) == pytest.approx([50, 100, 150])
    early = made(3, "2020-01", sector_value=[1, 2, 4])  # a shorter run: its last month
    assert outcome("value_chips", early) == pytest.approx([25, 50, 100])
    late = made(3, "2026-01", sector_value=[1, 2, 4])  # a later start: its first
    assert outcome("value_chips", late) == pytest.approx([100, 200, 400])
    assert outcome("value_tools", record) == [100] * 3  # no such sector


def test_fall_from_the_highest_of_a_year():
    """A quarter below a peak of 2; a peak of more than twelve months ago is forgotten."""
    record = made(16, sector_value=[1, 2, 1.5, *[1.5] * 11, 1.5, 1.2])
    fall = outcome("drawdown_chips", record)
    assert fall[:4] == pytest.approx([0, 0, 0.25, 0.25])
    assert fall[13:] == pytest.approx([0.25, 0, 0.2])
    assert outcome("drawdown_tools", record) == [0] * 16


def test_investment_power_and_people():
    record = made(
        13,
        investor_invested=[[24, 12]] * 13,
        power_supplier_running=[[0.8, 1, 0.6]] * 13,
        talent_pool_people=[[30, 10]] * 13,
    )
    invested = outcome("us_investment", record)
    assert invested[0] == pytest.approx(2) and invested[11:] == pytest.approx([24, 24])
    assert outcome("china_investment", record)[12] == pytest.approx(12)
    assert outcome("us_powered", record)[0] == pytest.approx(0.7)
    assert outcome("china_powered", record)[0] == pytest.approx(1)
    assert outcome("talent_share", record)[0] == pytest.approx(0.25)
