"""Every incident and every reaction rule moves what it is for, and nothing before its time.

As for instruments: each is added to `as_enacted` and compared with the same worlds without it. A
bound is the least median change; it lies well below what was measured in 24 worlds.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.model.race import Race

from .cases import CHINA, INCIDENTS, REACTIONS, US, Case, Moves, change
from .pairs import at, during, moved_before, record, scenario, series

ASCEND, TOOLS, MEMORY = "Huawei Ascend", "Chinese tool makers", "Chinese memory"
BASE = "as_enacted"
UNHEARD = "deepseek_unheard"  # the same history without its own claim
AGAINST_CHINA = {"by": US, "destination": "China"}


def incident(moves: tuple[Moves, ...], until: str = "2025-12", base: str = BASE, **fields) -> Case:
    return Case(fields, moves, base, until, "incidents")


def reaction(moves: tuple[Moves, ...], until: str = "2025-12", **fields) -> Case:
    return Case(fields, moves, BASE, until, "reactions")


CASES = {
    "funding": incident(
        (
            Moves("budget", "DeepSeek", "2022-12", -0.7),  # -1: a year of -1
            Moves("cloud_budget", "Chinese clouds", "2022-12", -0.7),  # -1
            Moves("investor_invested", "Chinese capital", "2022-12", -0.7),  # -1
            Moves("china_spending", None, "2025-12", -0.6),  # -0.96: what is lost stays lost
        ),
        bloc="China",
        date="2022-01-01",
        ends="2023-01-01",
        growth=-1.0,
    ),
    "openness": incident(
        (
            Moves("open_capability", "DeepSeek", "2025-12", -12, "points"),  # -19
            Moves("log_inference_efficiency", "Mistral", "2025-12", -0.01, "points"),  # -0.03
        ),
        bloc="China",
        date="2023-06-01",
        openness=0.0,
    ),
    "disruption": incident(
        (
            Moves("foundry_damage", "TSMC", "2022-12", 0.25, "points"),  # 0.6 e^-(11/24) = 0.38
            Moves("die_flow", "TSMC > Nvidia", "2022-12", -0.25, "year"),
            Moves("supplier_price", "Nvidia", "2022-12", 0.06),  # +0.13
            Moves("us_compute", None, "2022-12", -0.1),  # -0.22
        ),
        foundry="TSMC",
        date="2022-01-01",
        lost=0.6,
        recovery=2,
    ),
    "claim": incident(
        (
            Moves("investor_need", "US capital", "2025-02", -0.3, "points"),  # -0.58
            Moves("investor_need", "Chinese capital", "2025-02", -0.35, "points"),  # -0.71
            Moves("sector_value", "Chip makers", "2025-02", -0.03),  # -0.06
            Moves("sector_value", "Power equipment", "2025-02", -0.02),  # -0.045
            Moves("investor_mood", "US capital", "2025-02", -0.017, "points"),  # -0.035
            Moves("cloud_budget", "US clouds", "2025-06", -0.003),  # -0.006
        ),
        base=UNHEARD,
        lab="DeepSeek",
        date="2025-01-20",
        cost=6,
        hidden=20,
        believed=0.9,
    ),
    "leap": incident(
        (
            Moves("tool_maker_coverage", TOOLS, "2022-12", 0.3, "points"),  # +0.60
            Moves("foundry_tool_access", "SMIC", "2027-12", 0.08, "points"),  # +0.17
            Moves("foundry_capacity", "SMIC", "2027-12", 0.4),  # +0.79
            Moves("domestic_share", None, "2027-12", 0.03, "points"),
        ),
        "2027-12",
        maker=TOOLS,
        date="2022-01-01",
        coverage=0.8,
    ),
    "tighten": reaction(
        (
            Moves("regulator_steps", US, "2022-12", 2.5, "points"),  # 3: 2020, 2021, 2022
            Moves("flow_licence", "Nvidia > China", "2022-12", -0.5, "points"),  # nothing pays
            Moves("training", "DeepSeek", "2022-12", -0.1),
            # Later Huawei's chips from TSMC, which nothing stops here, take their place.
            Moves("domestic_share", None, "2025-12", 0.2, "points"),
        ),
        lead_below=200,
        every=12,
        first_limit=1600,
        step=0.5,
        **AGAINST_CHINA,
    ),
    "relax": reaction(
        (
            Moves("regulator_granted", US, "2025-02", 0.5, "points"),  # +1
            Moves("flow_licence", "Nvidia > China", "2027-12", 0.2, "points"),  # +0.44
            Moves("training", "DeepSeek", "2025-06", 0.4),  # +0.91
            Moves("china_compute", None, "2025-06", 0.4),  # +0.82
        ),
        "2027-12",
        loss_above=0.5,
        every=3,
        step=0.2,
        **AGAINST_CHINA,
    ),
    "retaliate": reaction(
        (
            Moves("regulator_answer", CHINA, "2025-02", 0.4, "points"),
            Moves("supplier_price", "Nvidia", "2025-02", 0.03),  # +0.07
            Moves("foundry_capacity", "TSMC", "2025-02", -0.08),  # -0.18: it serves US suppliers
            Moves("us_compute", None, "2025-02", -0.05),  # -0.11
        ),
        by=CHINA,
        destination="US",
        delay=30,
        strength=0.5,
        lasts=24,
    ),
}
each_kind = pytest.mark.parametrize("kind", CASES)


def pair(kind: str):
    """The paired runs of a case: with the entry and without."""
    case = CASES[kind]
    return record(case.base, case.text(kind), (), case.until), record(case.base, "", (), case.until)


def with_(kind: str, until: str = "2025-12", overrides: tuple[str, ...] = (), **fields):
    """A run with an entry of a kind whose fields differ from those of its case."""
    case = CASES[kind]
    entry = {name: x for name, x in {**case.event, **fields}.items() if x is not None}
    return record(case.base, Case(entry, (), table=case.table).text(kind), overrides, until)


def test_every_kind_has_a_case():
    """Who adds an incident or a reaction rule says here what it moves."""
    assert set(CASES) == {*INCIDENTS, *REACTIONS}


@each_kind
def test_it_moves_what_it_is_for(kind):
    """In the median over worlds, in the stated direction, by at least the stated bound."""
    this, reference = pair(kind)
    short = []
    for wanted in CASES[kind].moves:
        found = float(np.median(change(this, reference, wanted)))
        if found * np.sign(wanted.by) < abs(wanted.by):
            short.append(f"{wanted.name} {wanted.row or ''} {wanted.month}: {found:.3g}, {wanted}")
    assert short == []


@pytest.mark.parametrize("kind", INCIDENTS)
def test_nothing_moves_before_its_date(kind):
    """Every recorded series is bit for bit the same until the month in which it counts."""
    this, reference = pair(kind)
    found = scenario(BASE, CASES[kind].text(kind)).scenario.incidents["tested"]
    first = this.calendar.month_of(found.date)
    assert first > 12
    assert moved_before(this, reference, first) == []
    assert moved_before(this, reference, first + 1) != []


def test_a_rule_does_nothing_before_it_is_provoked():
    """China answers the first act against it, of May 2020, a month after: not before."""
    this, reference = pair("retaliate")
    first = this.calendar.month("2020-05")  # dies for Huawei; a month later visas
    assert moved_before(this, reference, first + 1) == []
    answers = series(this, "regulator_answer", CHINA)
    assert np.all(answers[: first + 1] == 0) and np.all(answers[first + 1] == 0.5)


def test_funds_that_end_come_back():
    """Only the year counts: -1 in logs at its end, in every world, and no further fall.

    Sales fall less than spending at first, which brings up to a tenth back (M6).
    """
    this, reference = pair("funding")
    budgets = [series(run, "cloud_budget", "Chinese clouds") for run in (this, reference)]
    gap = np.log(budgets[0] / budgets[1])
    np.testing.assert_allclose(at(this, gap, "2021-12"), 0)
    np.testing.assert_allclose(at(this, gap, "2022-12"), -1, atol=0.03)
    np.testing.assert_allclose(at(this, gap, "2023-06"), -1, atol=0.15)


def test_weights_that_were_closed_for_a_year_open_again():
    """Nothing new is opened from June 2023 to May 2024; after it labs publish as they used to.

    What was open before still gains by its maker's updates, several points.
    """
    closed, usual = with_("openness", ends="2024-06-01"), record(BASE, "", (), "2025-12")
    for lab in ("Alibaba", "DeepSeek"):
        ours, theirs = (series(run, "open_capability", lab) for run in (closed, usual))
        behind = at(usual, theirs, "2024-05") - at(closed, ours, "2024-05")
        assert np.median(behind) > 1 and np.mean(behind >= 0) > 0.9  # 2 to 4
        assert np.median(at(usual, theirs, "2025-12") - at(closed, ours, "2025-12")) < 1


def test_a_foundry_heals():
    """0.6 lost, 63 % of it back in two years: 0.6 e^(-months / 24)."""
    damage = series(pair("disruption")[0], "foundry_damage", "TSMC")
    months = np.maximum(np.arange(len(damage)) - 24, 0)
    expected = 0.6 * np.exp(-months / 24) * (np.arange(len(damage)) >= 24)
    np.testing.assert_allclose(damage, expected[:, None] + 0 * damage, rtol=1e-5)


def test_a_foundry_that_is_hit_in_mid_month():
    """0.6 lost on 17 January 2022: 15 days of 31 count then, and it heals from that day on."""
    damage = series(with_("disruption", date="2022-01-17"), "foundry_damage", "TSMC")[24:27]
    left = 15 / 31
    healed = np.exp(-(left + np.arange(2)) / 24)
    expected = 0.6 * np.array([left, *healed])
    np.testing.assert_allclose(damage, expected[:, None] + 0 * damage, rtol=1e-5)


def test_a_leap_in_mid_month_holds_for_the_days_left():
    """0.8 from 21 January 2022 on, from about 0.2: 11 days of 31 of the rise, then all of it."""
    usual = series(record(BASE, "", (), "2025-12"), "tool_maker_coverage", TOOLS)
    leapt = series(with_("leap", date="2022-01-21"), "tool_maker_coverage", TOOLS)
    part = (leapt[24] - usual[24]) / (0.8 - usual[24])
    np.testing.assert_allclose(part, 11 / 31, rtol=1e-5)
    assert np.all(leapt[25] >= 0.8)


def test_a_foundry_that_is_lost_makes_nothing():
    """All capacity gone, for fifty years: next to no die leaves it the year after."""
    lost = with_("disruption", "2023-12", lost=1.0, recovery=50)
    usual = record(BASE, "", (), "2025-12")
    dies = [
        during(run, series(run, "die_flow", "TSMC > Nvidia"), "2022-01", "2022-12")
        for run in (lost, usual)
    ]
    assert np.all(dies[0] < 0.03 * dies[1])


def test_nobody_heeds_a_claim_that_nobody_believes():
    """Weight 0, of a lab that has no release of its own then: nothing moves, ever."""
    early = "2021-05-01"  # a month before the lab enters
    usual = record(UNHEARD, "", (), "2025-12")
    deaf, heard = (with_("claim", date=early, believed=share) for share in (0.0, 0.9))
    assert moved_before(deaf, usual, len(usual.arrays["chips"])) == []
    assert moved_before(heard, usual, usual.calendar.month("2021-06")) != []


def test_a_claim_lifts_prices_where_demand_is_thought_elastic():
    """At an elasticity of 1.5 at first sight cheaper models promise more spending (Jevons)."""
    known = ("belief.elasticity_first=1.5",)
    this = with_("claim", overrides=known)
    usual = record(UNHEARD, "", known, "2025-12")
    prices = [
        at(run, series(run, "sector_value", "Chip makers"), "2025-02") for run in (this, usual)
    ]
    assert np.median(np.log(prices[0] / prices[1])) > 0.02


def test_what_a_claim_hid_comes_to_light():
    """A year and a half later less of its effect is left where true costs were higher."""
    reference = series(record(UNHEARD, "", (), "2027-06"), "investor_need", "US capital")
    left = [
        at(run, series(run, "investor_need", "US capital") - reference, "2025-12")
        for run in (with_("claim", "2027-06", hidden=hidden) for hidden in (1, 100))
    ]
    assert np.median(left[0]) < np.median(left[1]) - 0.1


DENIED = Case({"announced": "2022-01-01", "destination": "China", "strength": 1}, ())


def test_a_leap_of_memory():
    """Millions of stacks a year from January 2022, when those from abroad are denied to Ascend."""
    case = Case({"maker": MEMORY, "date": "2022-01-01", "capacity": 20}, (), table="incidents")
    denial = DENIED.text("hbm_control")
    leap = case.text("leap")
    this, usual = (
        record("baseline", text, (), "2025-12") for text in (f"{denial}\n{leap}", denial)
    )
    capacity = series(this, "hbm_maker_capacity", MEMORY)
    assert np.all(at(this, capacity, "2021-12") == 0)
    assert np.all(at(this, capacity, "2022-01") == 20)
    made = [
        during(run, series(run, "supplier_delivered", ASCEND), "2024-01", "2024-12")
        for run in (this, usual)
    ]
    assert np.median(made[0] / np.maximum(made[1], 1e-9)) > 2


@pytest.mark.parametrize(
    ("kind", "never"),
    [
        ("tighten", {"lead_below": -120}),
        ("relax", {"loss_above": 1e4}),
        ("retaliate", {"strength": 0}),
    ],
)
def test_a_rule_that_is_never_triggered_changes_nothing(kind, never):
    """Bit for bit, in every recorded series."""
    this, usual = with_(kind, **never), record(BASE, "", (), "2025-12")
    assert moved_before(this, usual, len(usual.arrays["chips"])) == []


def answers(delay: float, months_of_acts: set[int], months: int = 24) -> list[int]:
    """Months in which China's rule answers, of acts in those months."""
    regulators = Race(BASE, months=1).regulators
    one = np.ones((regulators.rows, 1))
    rule = SimpleNamespace(on=one, delay=delay * one, strength=0.1 * one, lasts=1e9 * one)
    regulators.acts_seen = 0 * one
    found, acts = [], 0
    for month in range(months):
        before = regulators.answer[1, 0]
        acts += month in months_of_acts
        regulators.retaliate(acts * one, rule)
        if regulators.answer[1, 0] > before + 0.05:
            found.append(month)
    return found


def test_each_act_is_answered_after_the_delay():
    """60 days are two months, none is at once; acts that come meanwhile are answered with it."""
    assert answers(60, {3, 12}) == [5, 14]
    assert answers(0, {3, 4}) == [3, 4]
    assert answers(182, {0, 3, 6, 9}) == [6, 15]  # six months: the acts of 3 and 6 with the first
