"""Dotted keys: read, set, list and explain what stands at them, whatever names they hold."""

from __future__ import annotations

import pytest

from sim.scenario.paths import (
    declaration,
    declared_field,
    join_key,
    leaves,
    set_at,
    split_key,
    value_at,
)
from sim.scenario.schema import Scenario


@pytest.mark.parametrize("names", [["months"], ["chips", "H100 2.0", "price"], ["a", "é", 'b"c']])
def test_a_key_is_split_as_it_was_joined(names):
    assert split_key(join_key(names)) == names


def test_a_name_with_blanks_needs_no_quotes():
    assert split_key("labs.Google DeepMind.openness") == ["labs", "Google DeepMind", "openness"]


def test_names_may_hold_dots():
    tree = {"chips": {"H100 2.0": {"price": 1}, "H100": {"price": 2}}}
    assert value_at(tree, "chips.H100 2.0.price") == 1
    assert value_at(tree, "chips.H100.price") == 2
    assert value_at(tree, "chips.H100 2.0.prize", "absent") == "absent"
    assert dict(leaves(tree)) == {"chips.H100 2.0.price": 1, "chips.H100.price": 2}


def test_what_is_set_can_be_read():
    tree = {}
    set_at(tree, ["labs", "Mistral", "openness"], 0.5)
    assert tree == {"labs": {"Mistral": {"openness": 0.5}}}
    assert value_at(tree, "labs.Mistral.openness") == 0.5


def test_a_scenario_is_read_like_a_table(as_enacted):
    number = as_enacted.scenario.labs["DeepSeek"].openness
    assert value_at(as_enacted.scenario, "labs.DeepSeek.openness") is number
    assert value_at(as_enacted.scenario, "labs.DeepSeek.open") is None


def test_the_declaration_holds_unit_range_and_meaning(as_enacted):
    """Of a number in a scenario, and from the schema alone, where the kind says which."""
    field = declaration(as_enacted.scenario, "labs.DeepSeek.openness")
    assert field.json_schema_extra == {"unit": "share", "low": 0, "high": 1, "dated": "monthly"}
    assert field.description == "chance that a flagship has open weights"
    assert declaration(as_enacted.scenario, "labs.DeepSeek") is None
    subsidy = declared_field(Scenario, ["events", "new", "strength"], ["fab_subsidy"])
    assert subsidy.json_schema_extra["high"] == 3
