"""Every instrument of policy moves what it is for, by how much, and nothing before it is known.

One case for each kind of event: it is added to a scenario and compared with the same worlds
without it. A bound is the least median change; it lies well below what was measured in 24 worlds.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.instruments import KINDS

from .cases import CHINA, US, Case, Moves, change
from .pairs import moved_before, record, scenario

ASCEND, NVIDIA = "Huawei Ascend", "Nvidia > China"
PEOPLE = "Researchers in"


def against(strength: float, announced: str, effective: str | None = None, **more) -> dict:
    """An instrument against China."""
    dates = {"announced": announced, "effective": effective or announced}
    return {**dates, "destination": "China", "strength": strength, **more}


def inside(bloc: str, strength: float, by: str = CHINA) -> dict:
    """An instrument inside a bloc, from January 2022."""
    return {"announced": "2022-01-01", "by": by, "bloc": bloc, "strength": strength}


TERMS = {"licence_rate": 0, "levy": 0, "cap": 10}
RULE = {"announced": "2023-01-01", "effective": "2023-07-01", "destination": "China", "tpp": 2400}

CASES = {
    "chip_rule": Case(
        {**RULE, **TERMS},
        (
            Moves("flow_tflops", NVIDIA, "2024-12", -1.5),  # the variant: -1.91
            Moves("training", "DeepSeek", "2025-12", -0.5),  # -0.93
            Moves("scarcity_training", "Alibaba", "2025-12", 0.3, "points"),  # 0.59
            Moves("china_compute", None, "2025-12", -0.5),  # -1.02 a year later
        ),
    ),
    "entity_listing": Case(
        {"announced": "2022-01-01", "targets": ["DeepSeek"], "strength": 0.9},
        (
            Moves("trade_units", "Nvidia > DeepSeek", "2024-12", -0.5, "year"),  # -0.87
            Moves("training", "DeepSeek", "2024-12", -0.4),  # -0.75
        ),
    ),
    "foundry_rule": Case(
        {"announced": "2022-01-01", "targets": [ASCEND], "strength": 0.95},
        (
            Moves("die_flow", f"TSMC 7 nm > {ASCEND}", "2024-12", -1.5, "year"),  # -2.35
            Moves("die_flow", f"SMIC > {ASCEND}", "2024-12", 0.8, "year"),  # +1.19
            Moves("supplier_delivered", ASCEND, "2022-12", -0.8, "year"),  # -1.45
        ),
    ),
    "tool_control": Case(
        against(0.95, "2021-06-01"),
        (
            Moves("tool_maker_coverage", "Chinese tool makers", "2027-12", 0.025, "points"),
            Moves("foundry_capacity", "SMIC", "2027-12", -0.2),  # without stocks of tools: -0.89
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "allied_alignment": Case(
        against(0.98, "2022-06-01", "2022-12-01"),
        (
            Moves("foundry_tool_stock", "SMIC", "2022-11", 0.5, "points"),  # ahead: +0.99 years
            Moves("tool_maker_coverage", "Chinese tool makers", "2027-12", 0.005, "points"),
            Moves("foundry_capacity", "SMIC", "2027-12", -0.05),  # without stocks: -0.22
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "hbm_control": Case(
        against(1, "2022-01-01", "2022-07-01"),
        (
            Moves("supplier_hbm_stock", ASCEND, "2022-06", 0.08, "points"),  # ahead: 0.16m
            Moves("supplier_delivered", ASCEND, "2025-12", -1.0, "year"),
            Moves("hbm_maker_capacity", "Chinese memory", "2027-12", 0.3),  # +0.59
        ),
        until="2027-12",
    ),
    "remote_access": Case(
        against(1, "2024-01-01"),
        (
            Moves("rented", "Alibaba", "2025-12", -10.0),  # nothing is rented any more
            Moves("scarcity_training", "Alibaba", "2026-12", 0.3, "points"),  # 0.56
        ),
        base="as_enacted",
        until="2026-12",
    ),
    "enforcement": Case(
        against(0.95, "2024-01-01"),
        (
            Moves("flow_smuggled", NVIDIA, "2025-12", -1.5, "year"),  # -2.48
            Moves("leaked_share", None, "2026-12", -1.2),  # -2.09
        ),
        base="as_enacted",
        until="2026-12",
    ),
    "investment_ban": Case(
        against(1, "2022-01-01"),
        (
            Moves("spent", "Moonshot", "2025-12", -0.3),  # -0.51: foreigners' 40 %
            Moves("chips", "ByteDance", "2025-12", -0.2),  # -0.36: foreigners' 30 %
        ),
    ),
    "fab_subsidy": Case(
        inside("Rest", 0.3, by=US),
        (
            Moves("foundry_capacity", "TSMC", "2024-12", 0.06),  # +0.12
            Moves("us_compute", None, "2024-12", 0.01),  # +0.04
        ),
    ),
    "chip_fund": Case(
        inside("China", 1),
        (
            Moves("foundry_capacity", "SMIC", "2024-12", 1.0),  # +1.7
            Moves("tool_maker_coverage", "Chinese tool makers", "2027-12", 0.1, "points"),  # 0.21
            Moves("hbm_maker_capacity", "Chinese memory", "2027-12", 0.6),  # +1.0
            Moves("domestic_share", None, "2027-12", 0.1, "points"),  # +0.27
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "import_guidance": Case(
        inside("China", 0.7),
        (
            Moves("flow_units", NVIDIA, "2024-12", -0.15, "year"),  # -0.28
            Moves("domestic_share", None, "2024-12", 0.04, "points"),  # +0.07
        ),
    ),
    "domestic_mandate": Case(
        inside("China", 0.5),
        (
            Moves("flow_units", NVIDIA, "2024-12", -0.4, "year"),  # -0.66
            Moves("domestic_share", None, "2024-12", 0.4, "points"),  # +0.62
            Moves("china_compute", None, "2025-12", -0.1),  # -0.21: home chips are worth less
        ),
    ),
    "compute_voucher": Case(
        inside("China", 0.5),
        (
            Moves("flow_units", f"{ASCEND} > China", "2024-12", 1.0, "year"),  # +1.9
            Moves("domestic_share", None, "2024-12", 0.08, "points"),  # +0.16
        ),
    ),
    "crackdown": Case(
        inside("China", 0.25),
        (
            Moves("china_spending", None, "2023-12", -0.4),  # -0.57
            Moves("china_compute", None, "2024-12", -0.4),  # -0.59
            Moves("lead_months", None, "2025-12", 0.3, "points"),  # +0.6
        ),
    ),
    "model_registration": Case(
        inside("China", 0.5),
        (
            # -0.26: models that are out are updated all the same
            Moves("china_frontier", None, "2025-12", -0.1, "points"),
        ),
    ),
    "open_weights_ban": Case(
        inside("China", 1),
        (
            # What serves users from open weights in China; the frontier of weights is Meta's too.
            Moves("market_hosted", "China", "2025-12", -0.1, "points"),  # -0.27
        ),
    ),
    "minerals_retaliation": Case(
        against(1, "2022-01-01", by=CHINA, destination="US"),
        (
            Moves("supplier_price", "Nvidia", "2024-12", 0.02),  # +0.038
            Moves("us_compute", None, "2024-12", -0.02),  # -0.037
        ),
    ),
    "service_ban": Case(
        {
            "announced": "2023-01-01",
            "by": CHINA,
            "market": "China",
            "origin": "US",
            "strength": 1,
        },
        (
            Moves("use_share", "China > OpenAI", "2024-12", -10.0),  # from 18 % to nothing
            Moves("use_share", "China > Alibaba", "2024-12", 0.2),  # +0.40
            Moves("market_chinese", "China", "2024-12", 0.15, "points"),  # +0.32
            Moves("china_service_revenue", None, "2024-12", 0.04),  # +0.09
        ),
        base="baseline",
    ),
    "visa_restriction": Case(
        against(1, "2021-06-01"),
        (
            Moves("talent_pool_people", f"{PEOPLE} the US", "2024-12", -0.09),  # -0.18
            Moves("talent_pool_people", f"{PEOPLE} China", "2024-12", 0.07),  # +0.14
            Moves("talent_pool_stayed", f"{PEOPLE} China", "2024-12", 0.07, "points"),  # +0.15
            Moves("staff", "DeepSeek", "2024-12", 0.07),  # +0.14
            Moves("staff", "OpenAI", "2024-12", -0.09),  # -0.18
            Moves("log_training_efficiency", "OpenAI", "2027-12", -0.02, "points"),  # staff
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "talent_program": Case(
        inside("China", 1),
        (
            Moves("talent_pool_stayed", f"{PEOPLE} China", "2024-12", 0.08, "points"),  # +0.17
            Moves("talent_pool_people", f"{PEOPLE} China", "2024-12", 0.07),  # +0.14
            Moves("talent_pool_people", f"{PEOPLE} the US", "2024-12", -0.03),  # -0.06
            Moves("talent_share", None, "2024-12", 0.02, "points"),  # +0.05
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "power_program": Case(
        inside("US", 1, by=US),
        (
            Moves("power_supplier_building", "US grid", "2024-12", 0.15),  # +0.34
            Moves("power_supplier_capacity", "US grid", "2027-12", 0.2),  # +0.41
            Moves("us_powered", None, "2027-12", 0.04, "points"),  # +0.09
            Moves("us_compute", None, "2027-12", 0.1),  # +0.24: chips are ordered with their power
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "power_subsidy": Case(
        inside("US", 0.9, by=US),
        (
            Moves("unit_cost", "OpenAI", "2024-12", -0.05),  # -0.10
            Moves("service_price", "OpenAI", "2024-12", -0.045),  # -0.09
            Moves("rebuild_cost", "OpenAI", "2024-12", -0.06),  # -0.12
        ),
        base="as_enacted",
        until="2027-12",
    ),
    "adoption_program": Case(
        inside("China", 1),
        (
            Moves("market_adoption", "China", "2024-12", 0.4),  # +0.86
            Moves("market_value", "China", "2024-12", 0.4),  # +0.84
            Moves("market_spent", "China", "2024-12", 0.4),  # +0.83
            Moves("application_share", None, "2024-12", 0.08, "points"),  # +0.17
        ),
        base="as_enacted",
        until="2027-12",
    ),
}

each_kind = pytest.mark.parametrize("kind", CASES)


def runs(kind: str):
    """The paired runs of a case: with the event and without."""
    case = CASES[kind]
    with_it = record(case.base, case.text(kind), (), case.until)
    return with_it, record(case.base, "", (), case.until)


def test_every_kind_of_instrument_has_a_case():
    """Who adds an instrument says here what it moves."""
    assert set(CASES) == set(KINDS)


@each_kind
def test_it_moves_what_it_is_for(kind):
    """In the median over worlds, in the stated direction, by at least the stated bound."""
    this, reference = runs(kind)
    short = []
    for wanted in CASES[kind].moves:
        found = float(np.median(change(this, reference, wanted)))
        if found * np.sign(wanted.by) < abs(wanted.by):
            short.append(f"{wanted.name} {wanted.row or ''} {wanted.month}: {found:.3g}, {wanted}")
    assert short == []


@each_kind
def test_nothing_moves_before_it_is_announced(kind):
    """Every recorded series is bit for bit the same until the month of the announcement."""
    this, reference = runs(kind)
    event = scenario(CASES[kind].base, CASES[kind].text(kind)).scenario.events["tested"]
    known = this.calendar.month_of(event.announced)
    assert known > 12
    assert moved_before(this, reference, known) == []
    assert moved_before(this, reference, len(this.arrays["chips"])) != []


def test_tools_denied_and_not_hoarded_slow_the_foundry():
    """With no stocks of tools the denial binds: SMIC's capacity of 2027 falls by a third."""
    case, overrides = CASES["tool_control"], ("channels.stockpiling=false",)
    this = record(case.base, case.text("tool_control"), overrides, case.until)
    reference = record(case.base, "", overrides, case.until)
    wanted = Moves("foundry_capacity", "SMIC", "2027-12", -0.5)
    assert np.median(change(this, reference, wanted)) <= wanted.by  # -0.89
