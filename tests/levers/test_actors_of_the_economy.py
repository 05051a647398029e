"""Every number of a market, grid, pool of researchers, sector or investor moves that actor.

Each case changes one number of one actor in `as_enacted` and compares the same worlds without the
change. A bound is the least median change; it lies well below what was measured in 24 worlds.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.actors import Investors, Market, PowerSupplier, Sector, TalentPool, Trust

from .cases import Moves, change
from .pairs import at, moved_before, numbers_set, record, series

UNTIL = "2026-12"
KINDS = {
    "markets": Market,
    "power_suppliers": PowerSupplier,
    "talent_pools": TalentPool,
    "sectors": Sector,
    "investors": Investors,
    "trust": Trust,
}
GRID, POOL, CHIPS = "US grid", "Researchers in China", "Chip makers"
CAPITAL, CHINA = "Chinese capital", "China"
FAST = "{ 2020-01 = 3, 2024-12 = 3 }"  # knots of a path of growth

CASES: dict[str, tuple[float | str, tuple[Moves, ...]]] = {
    f"markets.{CHINA}.gdp": (
        36.8,
        (
            Moves("market_spent", CHINA, UNTIL, 0.3),
            Moves("market_value", CHINA, UNTIL, 0.3),
        ),
    ),
    f"markets.{CHINA}.wallet": (1, (Moves("market_spent", CHINA, UNTIL, 0.5),)),
    f"markets.{CHINA}.adoption_speed": (
        2,
        (
            Moves("market_adoption", CHINA, UNTIL, 0.4),
            Moves("application_share", None, UNTIL, 0.07, "points"),
        ),
    ),
    "trust.us_of_china.utility": (
        1,
        (Moves("market_chinese", "United States", UNTIL, 0.2, "points"),),
    ),
    f"power_suppliers.{GRID}.capacity": (
        20,
        (
            Moves("power_supplier_capacity", GRID, "2020-01", 0.7),
            Moves("us_powered", None, UNTIL, 0.04, "points"),
        ),
    ),
    f"power_suppliers.{GRID}.build": (
        10,
        (
            Moves("power_supplier_building", GRID, UNTIL, 0.5),
            Moves("power_supplier_capacity", GRID, UNTIL, 0.2),
        ),
    ),
    f"power_suppliers.{GRID}.build_growth": (
        2,
        (Moves("power_supplier_building", GRID, UNTIL, 0.5),),
    ),
    f"power_suppliers.{GRID}.lead_time": (
        0.5,
        (Moves("power_supplier_capacity", GRID, UNTIL, 0.3),),
    ),
    f"power_suppliers.{GRID}.price": (
        300,
        (
            Moves("unit_cost", "OpenAI", UNTIL, 0.2),
            Moves("service_price", "OpenAI", UNTIL, 0.1),
        ),
    ),
    f"talent_pools.{POOL}.people": (
        10,
        (
            Moves("talent_pool_people", POOL, UNTIL, 0.05),
            Moves("talent_share", None, UNTIL, 0.009, "points"),
        ),
    ),
    f"talent_pools.{POOL}.people_2024": (50, (Moves("staff", "DeepSeek", UNTIL, -0.3),)),
    f"talent_pools.{POOL}.trained": (
        9.2,
        (Moves("talent_pool_people", POOL, UNTIL, 0.3), Moves("staff", "DeepSeek", UNTIL, 0.3)),
    ),
    f"talent_pools.{POOL}.training_growth": (
        1.5,
        (Moves("talent_pool_people", POOL, UNTIL, 0.5),),
    ),
    f"sectors.{CHIPS}.ai_share": (
        0.5,
        (
            Moves("sector_exposure", CHIPS, "2022-12", 0.3, "points"),
            Moves("sector_value", CHIPS, UNTIL, 0.8),
        ),
    ),
    f"sectors.{CHIPS}.worth": (1200, (Moves("sector_value", CHIPS, UNTIL, 0.6),)),  # ln(1200/620)
    f"sectors.{CHIPS}.other_growth": (1.5, (Moves("sector_value", CHIPS, UNTIL, 0.5),)),
    f"investors.{CAPITAL}.lab_growth": (FAST, (Moves("budget", "DeepSeek", UNTIL, 0.1),)),
    f"investors.{CAPITAL}.cloud_growth": (
        FAST,
        (Moves("cloud_budget", "Chinese clouds", UNTIL, 0.8),),
    ),
    f"investors.{CAPITAL}.venture": (60, (Moves("investor_invested", CAPITAL, UNTIL, 2),)),
    f"investors.{CAPITAL}.venture_growth": (
        FAST,
        (Moves("investor_invested", CAPITAL, UNTIL, 0.4),),
    ),
    f"investors.{CAPITAL}.foreign_share": (
        1,
        (Moves("china_investment", None, UNTIL, -0.4),),
    ),
}
each_number = pytest.mark.parametrize("path", CASES)


def changed(path: str):
    """The run in which a number is set, or the knots of a path of growth."""
    value = CASES[path][0]
    if isinstance(value, str):
        table, name, field = path.split(".")
        return record("as_enacted", "", (f'{table}."{name}".{field}.knots={value}',), UNTIL)
    cases = {name: number for name, (number, _) in CASES.items() if not isinstance(number, str)}
    return numbers_set(cases, UNTIL)[path]


def history():
    """The run with which it is compared."""
    return record("as_enacted", "", (), UNTIL)


def test_every_number_of_these_actors_has_a_case():
    """Who gives them another number says here what it moves; leverage and contagion
    have tests of their own (contagion: tests/situations/test_claims_and_funding.py)."""
    numbers = {
        f"{table}.{name}"
        for table, kind in KINDS.items()
        for name, field in kind.model_fields.items()
        if field.json_schema_extra
    }
    tried = {f"{path.split('.')[0]}.{path.split('.')[-1]}" for path in CASES}
    assert tried | {"sectors.leverage", "sectors.contagion"} == numbers


@each_number
def test_it_moves_its_actor(path):
    """In the median over worlds, in the stated direction, by at least the stated bound."""
    this, short = changed(path), []
    for wanted in CASES[path][1]:
        found = float(np.median(change(this, history(), wanted)))
        if found * np.sign(wanted.by) < abs(wanted.by):
            short.append(f"{wanted.name} {wanted.month}: {found:.3g}, {wanted}")
    assert short == []


def test_leverage_is_the_move_of_price_per_move_of_earnings():
    """Twice the leverage, twice the sentiment, in every month and world."""
    runs = [
        record("as_enacted", "", (f'sectors."{CHIPS}".leverage={value}',), UNTIL)
        for value in (1, 2)
    ]
    once, twice = (series(run, "sector_sentiment", CHIPS) for run in runs)
    assert np.max(np.abs(once)) > 0.01
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-4, atol=1e-7)


def test_a_grid_that_is_not_short_serves_all():
    """A thousand gigawatts from the start: every chip in the US runs, and none is built."""
    path = f'power_suppliers."{GRID}".capacity=1000'
    run = record("as_enacted", "", (path,), UNTIL)
    assert np.all(series(run, "power_supplier_running", GRID) == 1)
    assert np.all(series(run, "power_supplier_building", GRID) == 0)


def test_a_wallet_counts_only_once_services_exist():
    """Before November 2022 nobody pays for models: nothing moves."""
    this = changed(f"markets.{CHINA}.wallet")
    first = this.calendar.month("2022-11")
    assert moved_before(this, history(), first) == []
    spent = [at(run, series(run, "market_spent", CHINA), "2023-06") for run in (this, history())]
    assert np.all(spent[0] != spent[1])
