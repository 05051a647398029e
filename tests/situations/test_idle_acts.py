"""Acts that do nothing are said to, with what to do; acts that do something are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.experiments.compare import compare
from sim.policy.idle import IdleAct, idle_acts
from sim.scenario.library import shipped
from sim.scenario.load import load
from viz.cli.main import main
from viz.text.notes import notes, notes_on

HEAD = 'extends = "{}"\ntitle = "T"\nwhy = "Why."\n'
DATES = "announced = 2026-06-01\neffective = 2026-06-01\n"
BY = {"US": "US government", "China": "Chinese government"}


def scenario(folder: Path, text: str, extends: str = "as_enacted") -> Path:
    """A scenario file with some acts."""
    file = folder / "mine.toml"
    file.write_text(HEAD.format(extends) + text)
    return file


def act(instrument: str, terms: str, dates: str = DATES, by: str = "US", name: str = "mine") -> str:
    """An act in a file."""
    return (
        f'[events.{name}]\ninstrument = "{instrument}"\nby = "{BY[by]}"\n{dates}{terms}\n'
        'source = "assumption"\n'
    )


def chips(tpp: float, rate: float, more: str = "") -> str:
    """A chip rule against China."""
    return act(
        "chip_rule",
        f'destination = "China"\ntpp = {{ value = {tpp}, unit = "TPP" }}\n'
        f'licence_rate = {{ value = {rate}, unit = "share" }}\n{more}',
    )


def against_china(instrument: str, strength: float, more: str = "") -> str:
    """An instrument with a strength against China."""
    terms = f'destination = "China"\nstrength = {{ value = {strength}, unit = "share" }}\n{more}'
    return act(instrument, terms)


def found(folder: Path, text: str, extends: str = "as_enacted") -> list[IdleAct]:
    """The idle acts of a file."""
    resolved = load(scenario(folder, text, extends))
    return idle_acts(resolved.scenario, resolved.own)


def reasons(folder: Path, text: str, extends: str = "as_enacted") -> dict[str, str]:
    return {one.name: one.reason for one in found(folder, text, extends)}


@pytest.mark.parametrize("name", [name for name in shipped() if name != "never_enforced"])
def test_acts_of_shipped_scenarios_all_do_something(name):
    resolved = load(name)
    assert notes(resolved) == []


def test_what_is_withdrawn_before_it_takes_effect_is_never_in_force():
    """The letter of the scenario: only its announcement counts."""
    (text,) = notes(load("never_enforced"))
    assert "chips_announced_oct_2022 is never in force: chips_withdrawn_sep_2023" in text


def test_a_looser_chip_rule_beside_a_tighter_one_does_nothing(tmp_path):
    """The usual mistake: what to supersede is said, and is the cure."""
    (mine,) = found(tmp_path, chips(8000, 0.9))
    assert (mine.name, mine.reason) == ("mine", "weaker")
    assert mine.supersedes == ("chips_h200_licences_may_2026",)
    cured = f'supersedes = ["{mine.supersedes[0]}"]'
    assert found(tmp_path, chips(8000, 0.9, cured)) == []


def test_superseding_what_has_ended_already_is_no_cure(tmp_path):
    """The rule of 2023 was superseded in January 2026."""
    text = chips(8000, 0.9, 'supersedes = ["chips_oct_2023"]')
    (mine,) = found(tmp_path, text)
    assert mine.reason == "weaker"
    assert mine.supersedes == ("chips_oct_2023", "chips_h200_licences_may_2026")


@pytest.mark.parametrize(
    "text",
    [
        chips(600, 0),  # tighter
        chips(8000, 0),  # higher, but nothing is licensed
        chips(8000, 0.9, 'levy = { value = 0.5, unit = "share" }'),  # a higher levy
        chips(8000, 0.9, 'interconnect = { value = 1, unit = "GB/s" }').replace("tpp =", "#"),
        act(
            "tool_control",
            'destination = "US"\nstrength = { value = 0.01, unit = "share" }',
            by="China",
        ),
        against_china("tool_control", 0.99),
        act("chip_fund", 'bloc = "China"\nstrength = { value = 0.01, unit = "share" }', by="China"),
    ],
)
def test_what_is_stricter_elsewhere_or_adds_up_is_not_idle(tmp_path, text):
    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        against_china("tool_control", 0.01),
        against_china("hbm_control", 0.01),
        against_china("enforcement", 0.01),
        against_china("visa_restriction", 0.001),
        act(
            "import_guidance",
            'bloc = "China"\nstrength = { value = 0.01, unit = "share" }',
            by="China",
        ),
        act(
            "domestic_mandate",
            'bloc = "China"\nstrength = { value = 0.001, unit = "share" }',
            by="China",
        ),
        act(
            "foundry_rule",
            'targets = ["Huawei Ascend"]\nstrength = { value = 0.01, unit = "share" }',
        ),
        act("entity_listing", 'targets = ["Zhipu"]\nstrength = { value = 0.01, unit = "share" }'),
    ],
)
def test_the_weaker_of_two_strengths_in_one_place_does_nothing(tmp_path, text):
    """The strictest counts; 0 stops nothing at all."""
    assert reasons(tmp_path, text) == {"mine": "weaker"}
    none = text.replace("0.001", "0").replace("0.01", "0")
    assert reasons(tmp_path, none) == {"mine": "nothing"}


def test_a_listing_of_others_is_not_weaker(tmp_path):
    """One target is not yet reached."""
    terms = 'targets = ["Zhipu", "DeepSeek"]\nstrength = { value = 0.01, unit = "share" }'
    assert found(tmp_path, act("entity_listing", terms)) == []


def test_dates_outside_the_run(tmp_path):
    """After it, and cut off by a shorter run (dates before the start are refused)."""
    terms = 'destination = "China"\nstrength = { value = 0.99, unit = "share" }'
    late = act("tool_control", terms, "announced = 2026-06-01\neffective = 2031-02-01\n")
    assert reasons(tmp_path, late) == {"mine": "outside"}
    resolved = load(scenario(tmp_path, against_china("tool_control", 0.99)))
    assert "mine" not in [one.name for one in idle_acts(resolved.scenario, months=78)]
    assert "mine" in [one.name for one in idle_acts(resolved.scenario, months=77)]


def test_superseded_before_it_takes_effect(tmp_path):
    first = act(
        "tool_control",
        'destination = "China"\nstrength = { value = 0.99, unit = "share" }',
        "announced = 2026-06-01\neffective = 2026-12-01\n",
        name="first",
    )
    second = against_china("tool_control", 0.98, 'supersedes = ["first"]')
    assert reasons(tmp_path, first + second) == {"first": "ended"}


def test_an_act_of_a_kind_that_is_withheld(tmp_path):
    """Added to a scenario whose government uses no such instrument."""
    assert reasons(tmp_path, chips(600, 0), "no_controls") == {"mine": "withheld"}


def test_switched_off_is_not_idle(tmp_path):
    """Nobody needs to be told."""
    assert found(tmp_path, chips(8000, 0.9, "active = false")) == []


def test_an_idle_act_changes_nothing_but_by_its_announcement(tmp_path):
    """The note tells the truth: announced on the day of its effect, all outcomes are the same."""
    effects = compare(scenario(tmp_path, chips(8000, 0.9)), "as_enacted", worlds=2, months=90)
    for name in effects.names:
        values = effects.outcomes[name].values
        assert not np.nan_to_num(values).any(), name
    (text,) = notes_on(effects.about)
    assert text.startswith("In ") and "mine does nothing" in text


def test_check_says_it_and_does_not_say_fine(tmp_path):
    file = scenario(tmp_path, chips(8000, 0.9))
    done = CliRunner().invoke(main, ["check", str(file)], catch_exceptions=False)
    assert done.exit_code == 0 and "fine" not in done.stdout
    said = " ".join(done.stdout.split())
    assert 'set supersedes = ["chips_h200_licences_may_2026"]' in said


def test_compare_says_it_before_any_effect(tmp_path, monkeypatch):
    """On the screen, as JSON and in the report."""
    monkeypatch.chdir(tmp_path)
    file = scenario(tmp_path, chips(8000, 0.9))
    words = ["compare", str(file), "as_enacted", "--worlds", "1", "--months", "80"]
    words += ["--out", "here"]

    def moat(*more: str) -> str:
        return CliRunner().invoke(main, [*more], catch_exceptions=False).stdout

    text = moat(*words)
    assert text.index("mine does nothing") < text.index("No change at all")
    assert '"notes": ["In ' in moat(*words, "--json")
    moat("report", "here", "--out", "report.html")
    assert "mine does nothing" in (tmp_path / "report.html").read_text()


def test_what_an_own_act_replaces_is_not_told_of(tmp_path):
    """README's tighter rule comes on the day of the one that it replaces: nothing is amiss."""
    dates = "announced = 2026-01-13\neffective = 2026-01-15\n"
    mine = chips(1200, 0, 'supersedes = ["chips_licensed_jan_2026"]').replace(DATES, dates)
    assert found(tmp_path, mine) == []
    resolved = load(scenario(tmp_path, mine))
    everything = {act.name: act.reason for act in idle_acts(resolved.scenario)}
    assert everything["chips_licensed_jan_2026"] == "ended"


def test_many_acts_after_a_short_run_share_a_sentence():
    """A run of the history to 2024 holds none of the acts of 2025."""
    resolved = load("as_enacted").tree
    about = {"scenario": {"resolved": resolved, "ensemble": {"name": "prior"}}, "months": 60}
    (text,) = notes_on(about)
    assert "acts are not in force on any day of the run: " in text and text.endswith(" more.")
    assert len(text) < 160
