"""What a claim of cheap capability, or the coming and going of money, does to markets and the race.

Investors ask how much spending the frontier needs. If they think at first sight that cheaper models
mean fewer chips (an elasticity below 1), a cheap model lowers prices; above 1 it raises them. Money
waits for their second thought. Both signs lie inside what is drawn.
"""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import moved_before, record

from .effects import effect, median

CLAIM = "2025-02"  # the month at whose end all of the claim of 20 January is heard
CHIPS, TOOLS, POWER, INDEX = "Chip makers", "Tool makers", "Power equipment", "Market index"
BELIEVED, DISBELIEVED, REFUTED = "deepseek_believed", "deepseek_disbelieved", "deepseek_refuted"
UNHEARD = "deepseek_unheard"  # the same history without the claim
FAST_CHECKS = ("belief.verify_months=3",)  # as in deepseek_refuted
FEWER_CHIPS = ("belief.elasticity_seen=0.4", "demand.elasticity=0.4", "belief.funding_response=1.2")
MORE_CHIPS = ("belief.elasticity_seen=1.5", "demand.elasticity=1.5", "belief.funding_response=1.2")
# From 24 January to the end of February 2025: baskets of equal weights, adjusted closes.
OBSERVED = {CHIPS: -0.171, TOOLS: -0.078, POWER: -0.200, INDEX: -0.023}
# Spread of monthly returns of the same baskets in 2025.
SPREADS = {CHIPS: 0.108, TOOLS: 0.093, POWER: 0.089, INDEX: 0.032}
MANY = 128  # worlds whose bands are compared with the market


def jump(name: str, sector: str, overrides: tuple[str, ...] = (), worlds: int = 24) -> np.ndarray:
    """Change of a sector's worth by the claim once it is heard, log, by world."""
    where = {"base": UNHEARD, "overrides": overrides, "worlds": worlds}
    return effect(name, "sector_value", CLAIM, sector, log=True, **where)


@pytest.mark.parametrize("name", [BELIEVED, DISBELIEVED, "as_enacted"])
def test_nobody_foresees_the_claim(name):
    """Everything is the same until its month, of which twelve days hear it."""
    run = record(name)
    assert moved_before(run, record(UNHEARD), run.calendar.month("2025-01")) == []


@pytest.mark.parametrize("name", [BELIEVED, "as_enacted"])
@pytest.mark.parametrize("sector", OBSERVED)
def test_the_market_of_2025_lies_in_the_band(name, sector):
    """Where the claim is believed, and where belief is uncertain."""
    low, high = np.percentile(np.expm1(jump(name, sector, worlds=MANY)), [5, 95])
    assert low < OBSERVED[sector] < high


@pytest.mark.parametrize("sector", OBSERVED)
def test_no_band_of_history_is_wider_than_three_months_of_the_market(sector):
    low, high = np.percentile(np.expm1(jump("as_enacted", sector, worlds=MANY)), [5, 95])
    assert high - low < 3 * SPREADS[sector]


def test_power_and_chips_fall_more_than_tools_and_these_more_than_the_index():
    """In four fifths of the worlds and more."""
    chips, tools, power, index = (jump(BELIEVED, sector, worlds=MANY) for sector in OBSERVED)
    ordered = (chips < tools) & (power < tools) & (tools < index)
    assert np.mean(ordered) >= 0.8  # 0.86


@pytest.mark.parametrize("sector", OBSERVED)
def test_the_first_sight_decides_the_sign(sector):
    """Fewer chips at first sight: down in all worlds; more: up; an elasticity of 1: no move."""
    fewer, neutral, more = (
        jump(BELIEVED, sector, (f"belief.elasticity_first={value}",)) for value in (0.5, 1.0, 1.5)
    )
    assert np.all(fewer < 0) and np.all(more > 0)
    assert np.all(np.abs(neutral) < 0.05)


@pytest.mark.parametrize("sector", [TOOLS, POWER, INDEX])
def test_chip_makers_carry_others_along(sector):
    """Without contagion a sector moves by its own exposure alone, which is less."""
    alone = (f'sectors."{sector}".contagion=0',)
    assert np.median(jump(BELIEVED, sector)) < np.median(jump(BELIEVED, sector, alone)) < 0


def test_a_claim_that_nobody_believes_moves_little():
    """A twentieth of the weight, about a twentieth of the move."""
    strong, weak = (np.abs(jump(name, CHIPS)) for name in (BELIEVED, DISBELIEVED))
    assert np.all(weak < strong)
    assert np.median(weak) < 0.25 * np.median(strong)


def test_what_prices_lose_comes_back():
    """A year later the move is gone but for what spending has lost."""
    later = effect(BELIEVED, "sector_value", "2026-02", CHIPS, log=True, base=UNHEARD)
    assert np.median(np.abs(later)) < 0.3 * np.median(np.abs(jump(BELIEVED, CHIPS)))


def test_a_refuted_claim_is_unlearnt():
    """The belief that frontier capability is cheap comes back as hidden costs come to light."""
    believed, refuted = (
        [
            effect(name, "investor_need", month, "US capital", overrides=FAST_CHECKS, base=UNHEARD)
            for month in (CLAIM, "2026-02")
        ]
        for name in (BELIEVED, REFUTED)
    )
    # Both move beliefs at once, though a third of what is hidden comes out in the same month.
    assert np.all(refuted[0] / believed[0] > 0.5)
    left = [float(np.median(later / first)) for first, later in (believed, refuted)]
    assert left[1] < 0.3
    assert left[1] < left[0] - 0.1  # where little was hidden it fades with new releases


def test_where_cheap_means_more_spending_does_not_fall():
    """Elasticity above 1, in truth and as seen: more money within two years."""
    for month, least in (("2025-12", 0.0), ("2026-12", 0.02), ("2028-12", 0.0)):
        found = effect(BELIEVED, "us_spending", month, log=True, overrides=MORE_CHIPS, base=UNHEARD)
        assert np.median(found) > least, month
        assert np.all(found > -0.15), month  # where power is short later


def test_where_cheap_means_less_spending_falls_for_years():
    """Elasticity far below 1 and funding that answers strongly."""
    cases = (("2025-12", -0.02, 0.8), ("2026-12", -0.04, 0.85), ("2028-12", 0.0, 0.6))
    for month, bound, worlds in cases:
        found = effect(
            BELIEVED, "us_spending", month, log=True, overrides=FEWER_CHIPS, base=UNHEARD
        )
        assert np.median(found) < bound, month
        assert np.mean(found < 0) > worlds, month


@pytest.mark.parametrize("name, sign", [("capital_drought", -1), ("surge", 1)])
def test_money_that_goes_or_comes_moves_american_compute(name, sign):
    """Two years without growth halve American compute; two of more growth add a quarter.

    Private money comes back where sales draw it.
    """
    assert moved_before(record(name), record("as_enacted"), 72) == []
    for what, month, bound in (
        ("us_investment", "2027-12", 0.2),
        ("us_compute", "2029-12", 0.1),
        ("value_chips", "2029-12", 0.05),
    ):
        found = sign * effect(name, what, month, log=True)
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
    assert np.mean(found < 0) > 0.75
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
