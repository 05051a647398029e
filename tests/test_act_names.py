"""Acts have names: the same on charts, in lists, reports and tables, and none stands for two."""

from collections import Counter

import pytest

from sim.scenario.library import shipped
from sim.scenario.load import load
from viz.dashboard.pages.events import acts_of
from viz.figures.marks import marks
from viz.report.scenario import scenario_section
from viz.text.acts import LONGEST, act_name, act_names

CHIPS_ACT, RULE = "chips_act_aug_2022", "chips_oct_2022"


@pytest.fixture(scope="module")
def tree():
    return load("as_enacted").tree


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_act_of_a_shipped_scenario_has_a_title(name):
    tree = load(name).tree
    for table in ("events", "breakthroughs", "incidents"):
        for key, entry in tree.get(table, {}).items():
            assert 0 < len(entry.get("title", "")) <= LONGEST, f"{table}.{key}"
    counts = Counter(act_names(tree).values())
    assert not [text for text, count in counts.items() if count > 1]


def test_the_subsidy_and_the_rule_are_two_acts(tree):
    names = act_names(tree)
    assert names[CHIPS_ACT] == "CHIPS Act subsidies" and names[RULE] == "Chip export rule"
    january = [mark.title for mark in marks(tree) if mark.month == "2026-01"]
    assert len(set(january)) == len(january) == 5


def test_one_name_everywhere(tree):
    """Marks, list of events, and table of a report."""
    by_mark = {mark.name: mark.title for mark in marks(tree)}
    by_list = {act.name: act.title for act in acts_of(tree) if not act.state}
    assert by_mark == by_list
    about = {"resolved": tree, "files": ["as_enacted"], "own": []}
    rows = scenario_section(about).tables[-1].rows
    written = [row[3].partition(" (")[0] for row in rows]
    assert set(written) <= set(by_mark.values())


def test_what_has_no_title_is_called_by_country_and_instrument(tree):
    assert (
        act_name("mine", {"instrument": "chip_rule", "by": "US government"}, tree) == "US chip rule"
    )
    assert act_name("x", {"kind": "disruption", "foundry": "TSMC"}, tree) == "Disruption: TSMC"
    assert len(act_name("x", {"title": "word " * 40}, tree)) <= LONGEST


def test_a_title_changes_no_hash():
    """Stored results are found by the hash of their scenario."""
    renamed = load("as_enacted", [f'events.{CHIPS_ACT}.title="Another"'])
    assert renamed.digest == load("as_enacted").digest
    other = load("as_enacted", [f"events.{CHIPS_ACT}.active=false"])
    assert other.digest != renamed.digest
