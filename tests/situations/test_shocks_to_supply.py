"""What befalls, opens or closes the making and selling of chips, and on whom it falls."""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import at, moved_before, record, series, year_before

from .effects import effect, median

ASCEND, SMIC, TOOLS = "Huawei Ascend", "SMIC", "Chinese tool makers"


def same_until(name: str, month: str) -> bool:
    """Whether nothing at all differs from the history before a month."""
    run = record(name)
    return moved_before(run, record("as_enacted"), run.calendar.month(month)) == []


def loss(name: str, month: str) -> np.ndarray:
    """USD bn that American suppliers have forgone against the history, by world."""
    return -effect(name, "us_supplier_revenue", month)


def test_taiwan_falls_on_both_and_on_the_united_states_more():
    """Chips shipped in the year after: -66 % to the US, -47 % to China, which has SMIC too."""
    assert same_until("taiwan_disruption", "2027-04")
    run, history = record("taiwan_disruption"), record("as_enacted")
    shipped = {
        to: np.log(
            year_before(run, run.flows("flow_compute", None, to), "2028-03")
            / year_before(history, history.flows("flow_compute", None, to), "2028-03")
        )
        for to in ("US", "China")
    }
    for to, bound in (("US", -0.4), ("China", -0.25)):
        assert np.mean(shipped[to] < 0) > 0.9  # 0.96 (a world without a boom), 1
        assert np.median(shipped[to]) < bound  # -1.07, -0.64
    assert np.median(shipped["US"]) < np.median(shipped["China"]) - 0.1
    assert np.all(effect("taiwan_disruption", "supplier_price", "2027-12", "Nvidia") > 0)


def test_the_wound_heals_in_years_and_not_in_months():
    """Both sides' compute is a third short a year later, and has caught up by the end of 2030."""
    for what in ("us_compute", "china_compute"):
        assert median("taiwan_disruption", what, "2028-06", log=True) < -0.15  # -0.41, -0.39
        assert abs(median("taiwan_disruption", what, "2030-12", log=True)) < 0.2  # 0.01, -0.02
    run = record("taiwan_disruption")
    damage = series(run, "foundry_damage", "TSMC")
    assert np.all(at(run, damage, "2027-04") > 0.5)
    assert np.all(np.diff(damage[run.calendar.month("2027-04") :], axis=0) < 0)


def test_a_breakthrough_in_tools_brings_chips_from_home():
    """Two years later nine points more of China's chips are home-made; it has an eighth more."""
    assert same_until("tools_breakthrough", "2026-01")
    assert median("tools_breakthrough", "domestic_share", "2028-12") > 0.03  # +0.09
    compute = effect("tools_breakthrough", "china_compute", "2028-12", log=True)
    assert np.median(compute) > 0.04  # +0.13
    assert np.mean(compute > 0) > 0.7
    assert np.all(effect("tools_breakthrough", "foundry_tool_access", "2026-06", SMIC) >= 0)
    assert np.median(effect("tools_breakthrough", "lead_points", "2028-12")) < -0.01  # -0.03


def test_the_breakthrough_only_comes_earlier():
    """By the end of 2030 home makers would have been there anyway: hardly a point is left."""
    assert abs(median("tools_breakthrough", "domestic_share", "2030-12")) < 0.05  # +0.003


def test_allies_decide_how_many_tools_can_be_had():
    """Aligned they take from what SMIC can equip in 2028, defecting they add; compute follows."""
    for name, sign in (("allies_align", -1), ("allies_defect", 1)):
        assert same_until(name, "2027-01")
        access = sign * effect(name, "foundry_tool_access", "2028-12", SMIC)
        assert np.mean(access >= 0) > 0.85  # else a stock of tools not yet used up
        assert np.median(access) > 0.01  # 0.09, 0.03
        # Shelter works the other way: who cannot import makes more at home.
        assert np.all(sign * effect(name, "tool_maker_coverage", "2028-12", TOOLS) < 0)
        assert sign * median(name, "china_compute", "2030-12", log=True) > 0.001


def test_allies_alone_can_no_longer_hold_china_back():
    """By 2027 home tools and stocks carry most of it: less than a fifth of compute either way."""
    for name in ("allies_align", "allies_defect"):
        assert abs(median(name, "china_compute", "2028-12", log=True)) < 0.18


@pytest.mark.parametrize("month", ["2027-06", "2028-12"])
def test_an_embargo_on_minerals_raises_prices_outside_china(month):
    """Nvidia's by 2.6 % (0.9 to 9), Huawei's not at all; American compute falls by 1 %."""
    price = effect("minerals_embargo", "supplier_price", month, "Nvidia", log=True)
    assert np.all(price > 0)
    assert np.median(price) > 0.01
    assert abs(median("minerals_embargo", "supplier_price", month, ASCEND, log=True)) < 0.005
    assert -0.1 < median("minerals_embargo", "us_compute", "2030-12", log=True) < -0.002  # -0.009


def test_closing_rental_abroad_costs_china_what_it_rented():
    """Nothing rented is left but a part that fronts keep; some of its frontier by 2028."""
    assert same_until("remote_access_closed", "2026-12")
    run, history = record("remote_access_closed"), record("as_enacted")
    rented = [at(one, series(one, "rented", "Alibaba"), "2028-12") for one in (run, history)]
    assert np.median(rented[0] / rented[1]) < 0.5
    frontier = effect("remote_access_closed", "china_frontier", "2028-12")
    assert np.median(frontier) < -0.04  # -0.14, to -2.8
    assert np.mean(frontier <= 0) > 0.85
    assert median("remote_access_closed", "lead_points", "2028-12") > 0.04  # +0.14


def test_selling_everything_gives_china_compute_and_suppliers_money():
    """A quarter more compute by 2028, USD 50 bn for suppliers by 2030, a shorter lead."""
    assert same_until("sell_everything", "2025-12")
    compute = effect("sell_everything", "china_compute", "2028-12", log=True)
    assert np.median(compute) > 0.08  # +0.27
    assert np.mean(compute > 0) > 0.75
    assert np.median(loss("sell_everything", "2030-12")) < -20  # -51
    lead = effect("sell_everything", "lead_points", "2028-12")
    assert np.mean(lead) < -0.2  # -0.5; releases are steps, and the median jumps with them
    licence = effect("sell_everything", "flow_licence", "2028-12", "Nvidia > China")
    assert np.all(licence >= 0)


def test_what_is_sold_need_not_be_smuggled():
    """With everything on sale ten points less of what China acquires comes by the back door."""
    assert median("sell_everything", "leaked_share", "2026-12") < -0.05
    assert median("sell_everything", "leaked_share", "2028-12") < -0.01


def test_the_diffusion_rule_closes_back_doors_at_a_price():
    """Less smuggled compute in 2026 and some lead, for sales of its makers by 2028.

    The part of an order that is not licensed goes to weaker chips, which need no licence.
    """
    assert same_until("ai_diffusion_rule", "2025-01")
    assert median("ai_diffusion_rule", "leaked_share", "2026-12") < -0.05
    assert median("ai_diffusion_rule", "china_compute", "2026-12", log=True) < -0.1  # -0.31
    assert median("ai_diffusion_rule", "lead_points", "2026-12") > 0.04  # +0.12
    assert np.mean(loss("ai_diffusion_rule", "2028-12")) > 20
    assert np.mean(loss("ai_diffusion_rule", "2028-12") > 0) > 0.6
    assert median("ai_diffusion_rule", "value_chips", "2026-12", log=True) < 0
