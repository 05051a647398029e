"""Researchers, power and application: the race beside the race for chips."""

from __future__ import annotations

import numpy as np
from levers.pairs import moved_before, record

from .effects import effect, median


def test_shutting_talent_out_gives_china_researchers():
    """Five points more of all researchers work in China by 2030, a fifth fewer in the US."""
    run = record("talent_closed")
    assert moved_before(run, record("as_enacted"), run.calendar.month("2027-01")) == []
    share = effect("talent_closed", "talent_share", "2030-12")
    assert np.all(share > 0)
    assert np.median(share) > 0.02  # +0.045
    fewer = effect("talent_closed", "talent_pool_people", "2030-12", "Researchers in the US", True)
    assert np.median(fewer) < -0.1  # -0.19
    more = effect("talent_closed", "talent_pool_people", "2030-12", "Researchers in China", True)
    assert np.median(more) > 0.05  # +0.11


def test_letting_talent_in_takes_some_back():
    """Little beside shutting it out: few are kept out as enacted, and home holds most."""
    share = effect("talent_open", "talent_share", "2030-12")
    assert np.all(share < 0)
    assert np.median(share) < -0.003  # -0.006
    assert np.median(-share) < median("talent_closed", "talent_share", "2030-12")


def test_researchers_kept_out_are_missed_where_they_would_have_worked():
    """American methods come slower; Chinese ones hardly faster, since they learn from them."""
    ours = effect("talent_closed", "us_efficiency", "2030-12")
    assert np.mean(ours < 0) > 0.7
    assert abs(median("talent_closed", "china_efficiency", "2030-12")) < -np.median(ours)


def test_people_move_the_lead_slowly_and_little_by_2030():
    """The sign is clear, the size is not: hundredths of a point within four years."""
    assert np.mean(effect("talent_closed", "lead_points", "2030-12") <= 0) > 0.8  # 0.92
    assert np.mean(effect("talent_open", "lead_points", "2030-12") >= 0) > 0.8
    assert abs(median("talent_closed", "lead_points", "2030-12")) < 0.5  # -0.02


def test_without_power_there_is_no_lead():
    """A slow grid leaves a fifth more of American chips dark in 2028 and takes the lead in part."""
    powered = effect("us_power_wall", "us_powered", "2028-12")
    assert np.all(powered < 0)
    assert np.median(powered) < -0.06  # -0.19
    for month, bound in (("2026-12", -0.4), ("2028-12", -1.0), ("2030-12", -1.5)):
        lead = effect("us_power_wall", "lead_points", month)
        assert np.median(lead) < bound, month  # -1.5, -3.2, -4.7
        assert np.mean(lead < 0) > 0.8, month
    assert median("us_power_wall", "us_compute", "2030-12", log=True) < -0.3  # -0.73
    assert median("us_power_wall", "value_chips", "2030-12", log=True) < -0.15  # -0.44


def test_china_has_power_all_the_same():
    """The wall is American."""
    assert np.all(np.abs(effect("us_power_wall", "china_powered", "2026-12")) < 0.05)


def test_a_campaign_for_use_wins_application_and_not_the_frontier():
    """17 points more of China's economy use AI in 2028; of the value it has three more."""
    adoption = effect("application_first", "market_adoption", "2028-12", "China")
    assert np.all(adoption > 0)
    assert np.median(adoption) > 0.05  # +0.17
    share = effect("application_first", "application_share", "2028-12")
    assert np.mean(share > 0) > 0.8
    assert np.median(share) > 0.01  # +0.032
    assert abs(median("application_first", "lead_points", "2028-12")) < 0.3  # +0.02


def test_the_campaign_only_comes_first():
    """Others adopt later: by 2030 a fifth of the gain in share is left."""
    then, later = (
        median("application_first", "application_share", f"{y}-12") for y in (2028, 2030)
    )
    assert later < 0.6 * then  # 0.004 of 0.032


def test_open_weights_of_chinese_labs_are_hosted_abroad():
    """Six points more of the use outside China runs on open weights; Chinese labs earn no more."""
    assert median("application_first", "open_use_abroad", "2028-12") > 0.02  # +0.06
    assert median("application_first", "china_use_abroad", "2028-12") < 0.005  # -0.008
