"""The outcomes at the heart of the question, on records made by hand: to the digit."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from sim.core.calendar import Calendar
from sim.outcomes import catalogue as outcomes
from sim.outcomes.capability import (
    BEFORE,
    FARTHEST,
    frontier,
    lag_observed,
    lag_smooth,
    replication_cost,
)
from sim.outcomes.presentation import factor_of_parts, label_of, title_of
from sim.outcomes.record import Record, ratio

LABS = {"OpenAI": "US", "Google": "US", "DeepSeek": "China", "Qwen": "China", "Mistral": "Rest"}
SUPPLIERS = {"Nvidia": "US", "Huawei": "China"}
BLOCS = ["US", "China"]
FLOWS = [("Nvidia", "US"), ("Nvidia", "China"), ("Huawei", "China")]  # in the order of values
CLOUDS = ["US", "China"]
BY_LAB = (
    "capability", "open_capability", "active", "log_training_efficiency", "training", "chips",
    "log_inference_efficiency", "largest_run", "spent", "flagship_points", "flagship_flop",
    "flagship_cost", "rebuild_cost",
)  # fmt: skip
BY_FLOW = (
    "flow_units", "flow_smuggled", "flow_compute", "flow_smuggled_compute", "flow_value",
    "flow_smuggled_value", "flow_revenue",
)  # fmt: skip
BY_CLOUD = ("cloud_training", "cloud_chips", "cloud_spent")
WIDTHS = (
    dict.fromkeys(BY_LAB, len(LABS))
    | dict.fromkeys(BY_CLOUD, len(CLOUDS))
    | {"supplier_revenue": len(SUPPLIERS)}
)


def made(months: int, start: str = "2024-01", flows=FLOWS, **series) -> Record:
    """A record in one world: `[month][row]` of the series given (a row: every month), else 0.

    Flow series have a value for each pair of `flows`, supplier and bloc.
    """
    arrays = {name: np.zeros((months, width, 1)) for name, width in WIDTHS.items()}
    arrays |= {name: np.zeros((months, len(SUPPLIERS), len(BLOCS), 1)) for name in BY_FLOW}
    for name, values in series.items():
        width = len(flows) if name in BY_FLOW else WIDTHS[name]
        rows = np.broadcast_to(np.array(values, dtype=float), (months, width))
        if name not in BY_FLOW:
            arrays[name] = rows.reshape(months, -1, 1)
            continue
        for pair, column in zip(flows, rows.T, strict=True):
            supplier, bloc = list(SUPPLIERS).index(pair[0]), BLOCS.index(pair[1])
            arrays[name][:, supplier, bloc, 0] = column
    names = {"supplier": list(SUPPLIERS), "bloc": BLOCS, "cloud_bloc": CLOUDS}
    names |= {"lab_bloc": list(LABS.values()), "supplier_bloc": list(SUPPLIERS.values())}
    return Record(arrays, names, Calendar(start, 24))


def outcome(name: str, record: Record) -> list[float]:
    """Its values by month; the table is made anew, so that what makes its measures is tried too."""
    table = {one.name: one.of for one in importlib.reload(outcomes).CORE}
    return table[name](record)[:, 0].tolist()


def effect(name: str, this: Record, reference: Record) -> list[float]:
    """The same of an outcome between two runs."""
    table = {one.name: one.of for one in importlib.reload(outcomes).PAIRED}
    return table[name](this, reference)[:, 0].tolist()


def beside(first: Record, second: Record) -> Record:
    """Two records as two worlds of one."""
    arrays = {
        name: np.concatenate([first.arrays[name], second.arrays[name]], axis=-1)
        for name in first.arrays
    }
    return replace(first, arrays=arrays)


def columns(*worlds: list[float]) -> np.ndarray:
    """Paths side by side, `[month, world]`."""
    return np.array(worlds, dtype=float).T


@pytest.mark.parametrize("name", [one.name for one in outcomes.CORE])
def test_a_world_is_as_alone(name):
    """Whatever the series, an outcome of two worlds is what each has alone."""
    luck = np.random.default_rng(0)
    first, second = (
        made(20, **{one: luck.uniform(0, 3, (20, width)) for one, width in WIDTHS.items()})
        for _ in range(2)
    )
    both = {one.name: one.of for one in importlib.reload(outcomes).CORE}[name](
        beside(first, second)
    )
    assert both.shape == (20, 2)
    np.testing.assert_allclose(both[:, 0], outcome(name, first))
    np.testing.assert_allclose(both[:, 1], outcome(name, second))


def test_a_ratio_to_nothing_is_nothing():
    whole = np.array([2.0, 0.5, 0.0, -1.0])
    assert ratio(np.array([1.0, 2.0, 3.0, 4.0]), whole).tolist() == [0.5, 4.0, 0.0, 0.0]


def test_the_frontier_is_the_best_of_a_bloc_and_never_falls():
    record = made(
        3,
        capability=[[100, 90, 80, 95, 120], [99, 104, 96, 0, 0], [0, 103, 97, 0, 0]],
        open_capability=[[0, 90, 80, 0, 91], [0, 0, 92, 0, 0], [0, 0, 0, 0, 0]],
    )
    assert outcome("us_frontier", record) == [100, 104, 104]
    assert outcome("china_frontier", record) == [95, 96, 97]
    assert outcome("lead_points", record) == [5, 8, 7]
    assert outcome("open_frontier", record) == [91, 92, 92]
    assert frontier(record)[:, 0].tolist() == [120, 120, 120]


def test_months_behind_between_records():
    """The rival is at 101, 103, 104; the leader passed that 0.5, 0.5 and 1 months before."""
    leader = columns([100, 102, 104, 106], [100, 100, 104, 104])
    follower = columns([99, 101, 103, 104], [100, 100, 100, 102])
    before = 1 / BEFORE  # a point below the start, at the pace of the years before
    # In the second world the leader stood still in month 1: straight from 100 to 104 in months 0-2.
    expected = columns([before, 0.5, 0.5, 1], [0, 1, 2, 2])
    assert lag_smooth(leader, follower) == pytest.approx(expected)
    steps = columns([np.ceil(before), 0, 0, 1], [0, 1, 2, 1])
    assert lag_observed(leader, follower) == pytest.approx(steps)


def test_months_ahead_are_negative():
    """The rival passes in month 1 the level at which the leader stands still."""
    leader = columns([100, 100, 100, 100], [90, 90, 96, 96])
    follower = columns([99, 101, 103, 103], [91, 93, 94, 94])
    smooth = columns([1 / BEFORE, -0.5, -1.5, -2.5], [-1 / BEFORE, -1 - 1 / BEFORE, 2 / 3, 5 / 3])
    assert lag_smooth(leader, follower) == pytest.approx(smooth)
    steps = columns([2, 0, -1, -2], [-2, -3, 0, 1])
    assert lag_observed(leader, follower) == pytest.approx(steps)


def test_small_steps_are_records_too():
    found = lag_smooth(columns([100, 100.5, 101]), columns([99, 99, 100.5]))
    assert found[2, 0] == pytest.approx(1)


def test_a_level_far_below_the_start_is_so_many_months_back_at_most():
    found = lag_smooth(columns([100, 100]), columns([0, 0]))
    assert found[:, 0].tolist() == [FARTHEST, FARTHEST + 1]
    assert lag_observed(columns([100, 100]), columns([0, 0]))[:, 0].tolist() == [60, 61]


def test_lead_and_lag_of_open_weights():
    """China is at 102 in month 2, where the US was in month 1; open weights are Mistral's 101."""
    record = made(
        3,
        capability=[[100, 0, 90, 0, 0], [102, 0, 90, 0, 0], [104, 0, 102, 0, 106]],
        open_capability=[0, 0, 90, 0, 101],
    )
    assert outcome("lead_months", record)[2] == pytest.approx(1)
    assert outcome("lead_months_observed", record)[2] == 1
    # The frontier is anybody's: at 101 it was in month 0.5, a year and a half after which is now.
    assert outcome("open_lag_months", record)[1:] == pytest.approx([0.5, 1.5])


def test_efficiency_is_of_labs_that_are_there():
    record = made(
        1,
        active=[1, 1, 1, 0, 1],
        log_training_efficiency=[1, 2, 1.5, 9, 9],
        log_inference_efficiency=[-1, -3, -2, 9, 9],
    )
    assert outcome("efficiency_ratio", record) == pytest.approx([np.exp(-0.5)])
    assert outcome("inference_efficiency_ratio", record) == pytest.approx([np.exp(-1)])
    assert outcome("china_efficiency", record) == [1.5]
    assert outcome("us_efficiency", record) == [2]


def test_compute_is_of_labs_and_clouds():
    record = made(
        1,
        training=[10, 20, 3, 2, 99],
        cloud_training=[10, 3],
        chips=[1, 2, 3, 4, 99],
        cloud_chips=[10, 20],
    )
    assert outcome("compute_ratio", record) == pytest.approx([8 / 40])
    assert outcome("us_compute", record) == [13]
    assert outcome("china_compute", record) == [27]
    assert outcome("compute_ratio", made(1)) == [0]


def test_largest_runs():
    record = made(1, largest_run=[4, 2, 1, 3, 9])
    assert outcome("largest_run_us", record) == [4]
    assert outcome("largest_run_china", record) == [3]
    assert outcome("run_ratio", record) == [0.75]


def test_the_leanest_run_near_the_frontier():
    """Of DeepSeek's and Qwen's runs the smaller one counts, if it is within 12 points."""
    usual = {"capability": [120, 0, 0, 0, 140], "largest_run": [10, 0, 0, 0, 99]}
    near = made(1, flagship_points=[0, 0, 108, 119, 119], flagship_flop=[0, 0, 2, 5, 1], **usual)
    assert outcome("frugality", near) == [0.2]
    far = made(1, flagship_points=[0, 0, 107.9, 119, 0], flagship_flop=[0, 0, 2, 5, 1], **usual)
    assert outcome("frugality", far) == [0.5]
    flop = [[0, 0, 2, 5, 9], [0, 0, 2, 1, 9]]
    none = made(2, flagship_points=[0, 0, 100, 90, 0], flagship_flop=flop, **usual)
    assert outcome("frugality", none) == [0.5, 0.2]  # the larger of both, month by month


def test_spending_counts_for_twelve_months():
    record = made(14, spent=[1, 2, 4, 8, 99], cloud_spent=[0.5, 0.25])
    us, china = outcome("us_spending", record), outcome("china_spending", record)
    assert us == [3.5 * month for month in (*range(1, 13), 12, 12)]
    assert china == [12.25 * month for month in (*range(1, 13), 12, 12)]


def test_china_s_share_of_new_nvidia_compute():
    """Of three months; what is smuggled out of the US flow is no legal share, but new compute."""
    record = made(
        4,
        flow_compute=[[3, 9, 50], [3, 1, 50], [3, 1, 50], [3, 1, 50]],
        flow_smuggled_compute=[0, 1, 99],
    )
    # month 2: 11 of (12 + 1) + (4 + 1) + (4 + 1); month 3 no longer counts month 0
    assert outcome("nvidia_china_share", record)[2:] == pytest.approx([11 / 23, 3 / 15])


def test_nvidia_compute_shipped_since_2022():
    flows = {"flow_compute": [3, 1, 50], "flow_smuggled_compute": [0, 0.5, 99]}
    record = made(4, "2021-11", **flows)
    assert outcome("nvidia_stock", record) == [0, 0, 4.5, 9]
    assert outcome("china_nvidia_stock", record) == [0, 0, 1, 2]
    assert outcome("nvidia_stock", made(2, "2023-01", **flows)) == [4.5, 9]
    assert outcome("nvidia_stock", made(3, "2021-01", **flows)) == [0, 0, 0]


def test_home_made_and_smuggled_shares():
    """Each of twelve months, and only of China; by number, by compute and by money."""
    record = made(
        14,
        flow_units=[[70, 5, 4], *[[70, 6, 2]] * 13],
        flow_smuggled=[60, 1, 1],
        flow_compute=[[70, 1, 5], *[[70, 6, 3]] * 13],
        flow_smuggled_compute=[60, 2, 0],
        flow_value=[[70, 1, 1], *[[70, 3, 5]] * 13],
        flow_smuggled_value=[60, 2, 0],
    )
    # of month 0: 4 of (5 + 4) + (1 + 1 smuggled); from month 12 on 2 of (6 + 2) + (1 + 1)
    assert outcome("domestic_share_units", record)[0] == pytest.approx(4 / 11)
    assert outcome("domestic_share_units", record)[12:] == pytest.approx([0.2, 0.2])
    # 5 of (1 + 5) + 2; then 3 of (6 + 3) + 2
    assert outcome("domestic_share", record)[0] == pytest.approx(5 / 8)
    assert outcome("domestic_share", record)[12:] == pytest.approx([3 / 11, 3 / 11])
    # 1 of (1 + 1) + 2; then 5 of (3 + 5) + 2
    assert outcome("domestic_share_value", record)[0] == pytest.approx(1 / 4)
    assert outcome("domestic_share_value", record)[12:] == pytest.approx([0.5, 0.5])
    assert outcome("leaked_share", record)[0] == pytest.approx(2 / 8)
    assert outcome("leaked_share", record)[12:] == pytest.approx([2 / 11, 2 / 11])


def test_what_chinese_makers_sell_abroad_is_not_installed_at_home():
    """All that China installs is its own, 2 of 2; the 4 that it sells to the US do not count."""
    flows = [("Nvidia", "US"), ("Huawei", "US"), ("Huawei", "China")]
    sold = {name: [9, 4, 2] for name in ("flow_units", "flow_compute", "flow_value")}
    record = made(1, flows=flows, **sold)
    for counted in ("", "_units", "_value"):
        assert outcome(f"domestic_share{counted}", record) == [1]


def test_what_us_suppliers_earn_in_china():
    """Their legal sales there in twelve months: not Huawei's, not those at home."""
    record = made(14, flow_revenue=[[9, 3, 5], *[[9, 1, 5]] * 13], flow_smuggled_value=[9, 9, 9])
    assert outcome("us_supplier_revenue_china", record)[:2] == [3, 4]
    assert outcome("us_supplier_revenue_china", record)[12:] == [12, 12]


def test_revenue_forgone_is_of_us_suppliers():
    this, reference = made(2, supplier_revenue=[5, 9]), made(2, supplier_revenue=[7, 1])
    assert outcome("us_supplier_revenue", this) == [5, 10]
    assert effect("supplier_loss", this, reference) == [2, 4]


def test_the_innovation_effect_is_of_the_best_chinese_lab():
    there = {"active": [1, 1, 1, 1, 1]}
    this = made(
        1,
        log_training_efficiency=[9, 9, 1, 3, 9],
        log_inference_efficiency=[9, 9, 2, 1, 9],
        **there,
    )
    reference = made(
        1,
        log_training_efficiency=[0, 0, 2, 0, 0],
        log_inference_efficiency=[0, 0, 0, -1, 0],
        **there,
    )
    assert effect("innovation_effect", this, reference) == [1]
    assert effect("innovation_effect_inference", this, reference) == [2]


def test_the_cheapest_chinese_lab_rebuilds():
    """Where a lab is not there (0) the other one counts; in each month anew."""
    record = made(
        2,
        flagship_points=[120, 110, 0, 0, 130],
        flagship_cost=[4, 9, 7, 0, 5],
        rebuild_cost=[[1, 1, 0, 8, 1], [1, 1, 2, 8, 1]],
    )
    assert replication_cost(record)[:, 0].tolist() == [2, 0.5]
    # whatever the order of labs: the first is Chinese here, the leader the third
    other = made(
        1,
        flagship_points=[0, 110, 120, 0, 0],
        flagship_cost=[7, 9, 4, 7, 7],
        rebuild_cost=[8, 0, 0, 2, 0],
    )
    blocs = ["China", "US", "US", "China", "Rest"]
    moved = replace(other, names=other.names | {"lab_bloc": blocs})
    assert replication_cost(moved)[:, 0].tolist() == [0.5]
    nobody = made(1, flagship_points=[120, 0, 0, 0, 0], flagship_cost=[4, 0, 0, 0, 0])
    assert replication_cost(nobody)[:, 0].tolist() == [0]


def test_effects_are_this_less_the_reference():
    """Of the names that are asked for, paired outcomes among them, and only those."""
    this = made(1, capability=[110, 0, 100, 0, 0], supplier_revenue=[1, 0])
    reference = made(1, capability=[110, 0, 104, 0, 0], supplier_revenue=[4, 0])
    names = ["lead_points", "us_frontier", "supplier_loss"]
    found = outcomes.compute_effects(this, reference, names)
    assert {name: values[0, 0] for name, values in found.items()} == {
        "lead_points": 4,
        "us_frontier": 0,
        "supplier_loss": 3,
    }
    alone = outcomes.compute_outcomes(this, ["lead_points", "supplier_loss"])
    assert list(alone) == ["lead_points"]


def test_series_that_an_outcome_reads():
    found = outcomes.series_read(made(2), ["domestic_share", "supplier_loss"])
    assert found == {"flow_compute", "flow_smuggled_compute", "supplier_revenue"}


def test_names_for_sentences():
    assert label_of("lead_months") == "the US lead in time"
    assert title_of("supplier_loss") == "US chip revenue forgone"
    assert label_of("no_outcome") == title_of("no_outcome") == "no_outcome"
    assert outcomes.unit_of("supplier_loss") == "USD bn"
    assert outcomes.meaning_of("us_frontier") == "best US capability"


@pytest.mark.parametrize(
    ("name", "effect", "levels", "factor", "unit"),
    [
        # Three times as efficient, then half of that: 50 % in all, of log(1.5) = 0.405.
        ("innovation_effect", np.log([1.5, 1.0]), None, [100 * 0.5 / np.log(1.5), 100.0], "%"),
        ("us_compute", np.array([2.0, 3.0]), [4.0, 10.0], [25.0, 10.0], "%"),
        ("us_compute", np.array([2.0, 3.0]), [4.0, 0.0], [1.0, 1.0], "as it was"),
        ("us_compute", np.array([2.0, 3.0]), None, [1.0, 1.0], "as it was"),
        ("lead_months", np.array([2.0, 3.0]), [4.0, 10.0], [1.0, 1.0], "as it was"),
    ],
)
def test_parts_are_in_the_unit_of_their_effect(name, effect, levels, factor, unit):
    """In percent where the effect is, and adding up to it; by hand."""
    given = None if levels is None else {name: np.array(levels)}
    found, of = factor_of_parts(name, effect, "as it was", given)
    assert found == pytest.approx(factor)
    assert of == unit
