"""What a claim of cheap capability, or the coming and going of money, does to markets and the race.

Investors ask how much spending the frontier needs. If they think that cheaper models mean fewer
chips (an elasticity below 1), a cheap model lowers what they expect; above 1 it raises it. The
model draws both kinds of worlds, so that a claim has no sign of its own.
"""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import at, moved_before, record, series

from .effects import effect, median

CLAIM = "2025-02"  # the month at whose end all of the claim of 20 January is heard
CHIPS, POWER, INDEX = "Chip makers", "Power equipment", "Market index"
BELIEVED, DISBELIEVED, REFUTED = "deepseek_believed", "deepseek_disbelieved", "deepseek_refuted"
FAST_CHECKS = ("belief.verify_months=3",)  # as in deepseek_refuted
FEWER_CHIPS = ("belief.elasticity_seen=0.4", "demand.elasticity=0.4", "belief.funding_response=1.2")
MORE_CHIPS = ("belief.elasticity_seen=1.5", "demand.elasticity=1.5", "belief.funding_response=1.2")


def jump(name: str, sector: str, overrides: tuple[str, ...] = ()) -> np.ndarray:
    """Log change of a sector's worth once the claim is heard, by world."""
    return effect(name, "sector_value", CLAIM, sector, log=True, overrides=overrides)


def seen() -> np.ndarray:
    """The elasticity that American investors assume in the month before the claim, by world."""
    run = record("as_enacted")
    return at(run, series(run, "investor_elasticity_seen", "US capital"), "2025-01")


@pytest.mark.parametrize("name", [BELIEVED, DISBELIEVED])
def test_nobody_foresees_the_claim(name):
    """Everything is the same until its month, of which twelve days hear it."""
    run = record(name)
    assert moved_before(run, record("as_enacted"), run.calendar.month("2025-01")) == []


def test_a_believed_claim_moves_prices_by_what_investors_think_of_demand():
    """Down where they assume an elasticity below 1, up above: the median of all worlds is small."""
    found = jump(BELIEVED, CHIPS)
    below = seen() < 1
    assert 0.2 < np.mean(below) < 0.9  # 0.58: either view is common by then
    assert np.all(found[below] < 0)  # median -8 %, to -48 %
    assert np.all(found[~below] > 0)  # median +9 %
    assert abs(np.median(found)) < 0.1  # -2 %


@pytest.mark.parametrize("sector", [CHIPS, POWER])
def test_chips_and_power_fall_more_than_the_index(sector):
    """Where cheap models are thought to need fewer chips: -26 % and -22 % against -3 %."""
    fall, index = jump(BELIEVED, sector, FEWER_CHIPS), jump(BELIEVED, INDEX, FEWER_CHIPS)
    assert np.all(fall < 0)
    assert np.mean(fall < index) > 0.9  # all, 96 %
    assert np.median(fall) < -0.1  # -0.30, -0.25


@pytest.mark.parametrize("overrides", [(), FEWER_CHIPS, MORE_CHIPS], ids=["drawn", "fewer", "more"])
def test_a_claim_that_nobody_believes_moves_little(overrides):
    """A twentieth of the weight, about a twentieth of the move."""
    strong, weak = (np.abs(jump(name, CHIPS, overrides)) for name in (BELIEVED, DISBELIEVED))
    assert np.all(weak < strong)
    assert np.median(weak) < 0.25 * np.median(strong)  # 0.05 to 0.08


def test_what_prices_lose_comes_back():
    """A year later the move is gone but for what spending has lost."""
    later = effect(BELIEVED, "sector_value", "2026-02", CHIPS, log=True)
    assert np.median(np.abs(later)) < 0.2 * np.median(np.abs(jump(BELIEVED, CHIPS)))


def test_a_refuted_claim_is_unlearnt():
    """The belief that frontier capability is cheap comes back as hidden costs come to light."""
    believed, refuted = (
        [
            effect(name, "investor_need", month, "US capital", overrides=FAST_CHECKS)
            for month in (CLAIM, "2026-02")
        ]
        for name in (BELIEVED, REFUTED)
    )
    # Both move beliefs at once, though a third of what is hidden comes out in the same month.
    assert np.all(refuted[0] / believed[0] > 0.5)  # 0.75
    left = [float(np.median(later / first)) for first, later in (believed, refuted)]
    assert left[1] < 0.3  # 0.11 of the move is left after a year
    assert left[1] < left[0] - 0.15  # 0.38 where little was hidden: it fades with new releases


def test_where_cheap_means_more_spending_does_not_fall():
    """Elasticity above 1, in truth and as seen: +10 % in 2026, then back to the history's."""
    for month, least in (("2025-12", 0.0), ("2026-12", 0.04), ("2028-12", 0.0)):
        found = effect(BELIEVED, "us_spending", month, log=True, overrides=MORE_CHIPS)
        assert np.median(found) > least, month  # 0.01, 0.10, 0.02
        assert np.all(found > -0.1), month  # at worst -0.05, where power is short later


def test_where_cheap_means_less_spending_falls_for_years():
    """Elasticity far below 1 and funding that answers strongly: -11 % in 2026, -3 % in 2028."""
    cases = (("2025-12", -0.03, 0.85), ("2026-12", -0.06, 0.9), ("2028-12", 0.0, 0.6))
    for month, bound, worlds in cases:
        found = effect(BELIEVED, "us_spending", month, log=True, overrides=FEWER_CHIPS)
        assert np.median(found) < bound, month  # -0.07, -0.12, -0.03
        assert np.mean(found < 0) > worlds, month  # 0.92, 1, 0.71
    assert (
        median(BELIEVED, "us_investment", "2026-06", log=True, overrides=FEWER_CHIPS) < -0.08
    )  # -0.19


@pytest.mark.parametrize("name, sign", [("capital_drought", -1), ("surge", 1)])
def test_money_that_goes_or_comes_moves_american_compute(name, sign):
    """Two years without growth halve American compute; two of more growth add a quarter."""
    assert moved_before(record(name), record("as_enacted"), 72) == []
    for what, bound in (("us_investment", 0.3), ("us_compute", 0.1), ("value_chips", 0.05)):
        found = sign * effect(name, what, "2029-12", log=True)
        assert np.all(found > 0), what
        assert np.median(found) > bound, what
    assert abs(median(name, "china_spending", "2029-12", log=True)) < 0.05


def test_a_drought_costs_less_lead_than_compute():
    """Compute falls by half, the lead by less than a point of ten: what is left gets power."""
    found = effect("capital_drought", "lead_points", "2030-12")
    assert np.median(found) < -0.2  # -0.9
    assert np.mean(found < 0) > 0.6  # 0.75
    assert median("capital_drought", "us_powered", "2028-12") > 0.08  # +0.26
    assert median("capital_drought", "us_compute", "2030-12", log=True) < -0.4  # -0.89


def test_a_blow_to_the_frontier_slows_the_frontier_and_speeds_up_nobody():
    """Less money for American labs: slower methods there, and less to learn from for others."""
    for bloc in ("us", "china"):
        found = effect("capital_drought", f"{bloc}_efficiency", "2030-12")
        assert np.mean(found < 0) > 0.7, bloc
    assert median("capital_drought", "us_efficiency", "2030-12") < -0.1


def test_spending_that_does_not_pay_is_cut():
    """With a weak rebound revenue stays behind, and in the end American spending too."""
    found = effect("jevons_weak", "us_spending", "2030-12")
    assert np.mean(found < 0) > 0.9
    assert np.median(found) < -20
    blind = ("capital.payback_response=0",)
    assert np.median(found) < median("jevons_weak", "us_spending", "2030-12", overrides=blind)


def test_a_surge_meets_power():
    """More chips than can run: a quarter more compute, a tenth less of it with power."""
    assert median("surge", "us_powered", "2028-12") < -0.04  # -0.14
    assert abs(median("surge", "lead_points", "2030-12")) < 0.3  # +0.01


def test_with_a_weak_rebound_users_spend_less():
    """Revenue of 2024 much as it was, nine tenths less in 2030 in the median, in a wide range."""
    now, later = (
        median("jevons_weak", "us_service_revenue", m, log=True) for m in ("2024-12", "2030-12")
    )
    assert abs(now) < 0.6  # -0.30
    assert later < -0.6  # -2.8
    for market in ("United States", "China"):
        spent = effect("jevons_weak", "market_spent", "2030-12", market, log=True)
        assert np.median(spent) < -0.5  # -3.0, -2.9
        assert np.mean(spent < 0) > 0.6  # all
