"""Factors reach the model as the scenario's own words would: columns, dates, choices."""

from __future__ import annotations

from datetime import date

import pytest

from sim.scenario.load import load
from sim.sweeps.block import scenario_of_point
from sim.sweeps.dates import months_later
from sim.sweeps.plan import make_plan
from sim.sweeps.sweep import sweep
from sweeps.small import ETA, lhs, small

EVENT = "events.chips_oct_2023"


def scenario_with(key: str, values: list, at: int, **changes):
    """The scenario of a point of a list."""
    factors = {"one": {"key": key, "values": values}}
    made = make_plan(small(sampler={"kind": "list"}, factors=factors, **changes))
    return scenario_of_point(made.job, made.design.names[0], tuple(made.values[at])).scenario


@pytest.mark.parametrize(
    ("key", "to", "announced", "effective"),
    [
        (f"{EVENT}.effective", date(2024, 3, 23), date(2024, 3, 17), date(2024, 3, 23)),
        (f"{EVENT}.effective", date(2022, 12, 1), date(2022, 11, 25), date(2022, 12, 1)),
        (f"{EVENT}.announced", date(2024, 1, 17), date(2024, 1, 17), date(2024, 1, 23)),
        (f"{EVENT}.announced", date(2024, 1, 30), date(2024, 1, 30), date(2024, 2, 5)),
    ],
)
def test_notice_moves_with_an_act(key, to, announced, effective):
    """As many days lie between the two as in the scenario."""
    event = scenario_with(key, [to], 0).events["chips_oct_2023"]
    assert (event.announced, event.effective) == (announced, effective)
    was = load("as_enacted").scenario.events["chips_oct_2023"]
    assert event.effective - event.announced == was.effective - was.announced


def test_months_keep_the_day_where_they_have_it():
    """The last day of a shorter month stands in for the 31st."""
    assert months_later(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert months_later(date(2023, 1, 31), -1) == date(2022, 12, 31)
    assert months_later(date(2023, 11, 15), 14) == date(2025, 1, 15)


def test_a_switch_of_an_act_and_a_text_change_the_scenario():
    """`active = false`, and another text where a text stands."""
    assert not scenario_with(f"{EVENT}.active", [True, False], 1).events["chips_oct_2023"].active
    assert scenario_with("training.anchor_month", ["2022-07", "2022-10"], 1).training == (
        load("as_enacted", ['training.anchor_month="2022-10"']).scenario.training
    )


def test_a_number_that_is_no_quantity_changes_the_scenario():
    """A knot of a path, a correlation: read once for all worlds, so no column."""
    rho = scenario_with("correlations.pace_and_points.rho", [0.1, 0.5], 1).correlations
    assert rho["pace_and_points"].rho.value == 0.5
    path = 'investors."US capital".lab_growth.knots.2023-01'
    capital = scenario_with(path, [2.0, 3.5], 1).investors["US capital"]
    assert capital.lab_growth.knots["2023-01"] == 3.5


def test_a_value_is_meant_where_its_number_is_named():
    """`labs.X.openness.value` and names with blanks."""
    made = make_plan(
        small(
            factors={
                "a": {"key": "labs.DeepSeek.openness.value", "low": 0, "high": 1},
                "b": {"key": 'labs."Google DeepMind".openness', "low": 0, "high": 1},
            }
        )
    )
    assert [factor.key for factor in made.job.factors] == [
        "labs.DeepSeek.openness",
        "labs.Google DeepMind.openness",
    ]
    assert all(factor.column for factor in made.job.factors)


def test_scenarios_can_be_chosen(tmp_path):
    """`key = "scenario"`: each under the same luck, as its own run would be."""
    design = small(
        sampler={"kind": "grid"},
        months=["2023-06"],
        factors={"story": {"key": "scenario", "values": ["as_enacted", "no_controls"]}},
    )
    table = sweep(design, tmp_path / "s", workers=1).table()
    assert table["story"].tolist() == ["as_enacted"] * 2 + ["no_controls"] * 2
    assert (table["branch"] == "as_enacted").all()
    lead = table.groupby("story")["lead_months@2023-06"].apply(list)
    alone = sweep(
        small(scenario="no_controls", months=["2023-06"], factors={"dummy": {"key": "dummy"}}),
        tmp_path / "t",
        workers=1,
    ).table()
    assert lead["no_controls"] == alone["lead_months@2023-06"].tolist()[:2]
    assert lead["no_controls"] != lead["as_enacted"]


def test_a_scenario_beside_the_design_is_found(tmp_path):
    """A path in a design is a path from its file."""
    (tmp_path / "mine.toml").write_text('extends = "as_enacted"\ntitle = "Mine"\nwhy = "mine"\n')
    (tmp_path / "design.toml").write_text(
        'title = "x"\nbranches = ["mine.toml", "no_controls"]\nmonths = ["2020-02"]\n'
        'sampler = { kind = "grid" }\n[factors.eta]\nkey = "effort.eta"\nvalues = [1, 2]\n'
    )
    found = sweep(tmp_path / "design.toml", tmp_path / "s", workers=1)
    assert (
        found.branches == ["mine", "no_controls"] and found.about["branches"][0]["title"] == "Mine"
    )


def test_a_dummy_moves_nothing(tmp_path):
    """A number that the model never reads."""
    design = small(sampler=lhs(3), replicates=1, factors={"noise": {"key": "dummy"}, "eta": ETA})
    made = make_plan(design)
    assert made.unit[:, 0].tolist() == made.values[:, 0].tolist()
    same = sweep(small(factors={"noise": {"key": "dummy"}}), tmp_path / "s", workers=1).table()
    assert same.groupby("replicate")["lead_months@2020-04"].nunique().tolist() == [1, 1]
