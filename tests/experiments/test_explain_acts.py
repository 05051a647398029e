"""Effects split by instrument and by act: what switching acts off by hand gives."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.experiments.acts import groups, with_acts
from sim.experiments.compare import compare
from sim.experiments.explain import explain
from sim.experiments.io import open_explanation
from sim.experiments.parts import OTHER, WHOLE
from sim.experiments.shapley import design, draw_orders
from sim.policy.agenda import Agenda, enacted
from sim.scenario.errors import ScenarioError
from sim.scenario.instruments import KINDS
from sim.scenario.load import load
from sim.uncertainty.draw import draw
from viz.cli.main import main
from viz.text.instruments import GROUPS
from viz.text.sentences import phrase

MONTH, MONTHS, WORLDS = "2024-12", 60, 3
NAMES = ("lead_months", "domestic_share")
HEAD = 'extends = "{}"\ntitle = "{}"\nwhy = "Why."\n'
ACTS = ("chips_oct_2023", "tools_oct_2022")  # of two instruments; the first supersedes older ones


def without(folder: Path, *names: str, extends: str = "as_enacted") -> Path:
    """A scenario file in which some acts are switched off."""
    file = folder / f"no_{'_'.join(names)}.toml"
    off = "".join(f"[events.{name}]\nactive = false\n" for name in names)
    file.write_text(HEAD.format(extends, file.stem) + off)
    return file


def effect(scenario: str | Path, against: str | Path) -> dict[str, np.ndarray]:
    found = compare(scenario, against, WORLDS, months=MONTHS)
    return {name: found.at(name, MONTH) for name in NAMES}


@pytest.mark.parametrize("by", ["instrument", "act"])
def test_two_acts_by_hand(tmp_path, by):
    """The runs of `compare` with acts switched off, and the textbook formula.

    While `chips_oct_2023` is off, the older rules that it supersedes go on.
    """
    base = without(tmp_path, *ACTS)
    found = explain("as_enacted", base, NAMES, WORLDS, month=MONTH, by=by)
    assert found.is_exact and found.by == by
    labels = {"act": list(ACTS), "instrument": ["US chip_rule", "US tool_control"]}[by]
    assert found.players == labels
    both = effect("as_enacted", base)
    first, second = (effect(without(tmp_path, other), base) for other in reversed(ACTS))
    for name in NAMES:
        by_hand = [
            (first[name] + both[name] - second[name]) / 2,
            (second[name] + both[name] - first[name]) / 2,
            np.zeros(WORLDS),
        ]
        split = found.splits[name]
        assert np.array_equal(split.whole, both[name])
        np.testing.assert_allclose(split.parts, by_hand, rtol=1e-9, atol=1e-12)


def test_an_act_that_is_off_does_not_end_what_it_supersedes():
    """Day by day the older rule is in force until a newer one that is on takes its place."""
    pair = [load("as_enacted"), load("no_controls")]

    def in_force(taken: list[str]) -> dict[str, np.ndarray]:
        scenario = with_acts(pair, taken).scenario
        agenda = Agenda(scenario, draw(scenario, Chance(0, Worlds([0]))))
        return {act.name: act.in_force.any(axis=-1) for act in agenda.acts}

    periods, old = in_force(["chips_oct_2022", "chips_oct_2023"]), "chips_oct_2022"
    assert not np.any(periods[old] & periods["chips_oct_2023"])
    assert not periods[old][-1]
    assert in_force([old])[old][-1]
    assert "chips_letters_aug_2022" not in periods


def test_all_acts_are_the_one_scenario_and_none_the_other():
    """What is withheld by a government is off, act by act."""
    pair = [load("chips_only"), load("no_controls")]
    every = [name for names in groups(pair, "instrument").values() for name in names]
    assert enacted(with_acts(pair, every).scenario) == enacted(pair[0].scenario)
    assert enacted(with_acts(pair, []).scenario) == enacted(pair[1].scenario)


def test_only_what_differs_is_a_player(tmp_path):
    """Other dates and numbers differ; other texts do not; nor what is off in both."""
    file = tmp_path / "other.toml"
    file.write_text(
        HEAD.format("as_enacted", "Other")
        + '[events.tools_dec_2024]\nsource = "another"\n[events.hbm_dec_2024]\nactive = false\n'
        + "[events.guidance_may_2026]\neffective = 2026-06-20\n"
    )
    pair = [load(file), load("as_enacted")]
    assert groups(pair, "act") == {
        "hbm_dec_2024": ["hbm_dec_2024"],
        "guidance_may_2026": ["guidance_may_2026"],
    }
    assert set(groups(pair, "instrument")) == {"US hbm_control", "China import_guidance"}


def test_what_differs_beside_acts_goes_other_ways(tmp_path):
    """A number of the scenario is no act."""
    file = tmp_path / "both.toml"
    file.write_text(
        HEAD.format("as_enacted", "Both")
        + "[events.tools_oct_2022]\nactive = false\n[effort]\neta = 1.5\n"
    )
    found = explain(file, "as_enacted", NAMES[:1], WORLDS, month=MONTH, by="act")
    number = tmp_path / "number.toml"
    number.write_text(HEAD.format("as_enacted", "Number") + "[effort]\neta = 1.5\n")
    split = found.splits[NAMES[0]]
    assert np.array_equal(split.parts[-1], effect(number, "as_enacted")[NAMES[0]])
    assert split.names == ["tools_oct_2022", OTHER]


def test_parts_add_up_where_orders_are_sampled():
    """By instrument, all controls: more groups than can be taken in all sets."""
    month = "2022-12"
    found = explain("as_enacted", "no_controls", NAMES, 2, month=month, orders=2, by="instrument")
    assert not found.is_exact and "US chip_rule" in found.players
    whole = compare("as_enacted", "no_controls", 2, months=36)
    for name, split in found.splits.items():
        assert np.array_equal(split.whole, whole.at(name, month))
        np.testing.assert_allclose(split.parts.sum(axis=0), split.whole, atol=1e-9)


@cache
def few_orders(worlds: int) -> np.ndarray:
    return draw_orders(Chance(0, Worlds(range(worlds))), list("abcdefgh"), 3, shared=16)


def test_worlds_in_a_row_share_their_orders():
    """Sixteen by sixteen, however many there are, so that one scenario serves many worlds."""
    orders = few_orders(40)
    assert np.array_equal(orders[..., :20], few_orders(20))
    for first, second in combinations((0, 15, 16, 39), 2):
        is_same = np.array_equal(orders[..., first], orders[..., second])
        assert is_same == (first // 16 == second // 16)
    plan = design(Chance(0, Worlds(range(32))), list("abcdefgh"), 3, shared=16)
    assert len(np.unique(plan.coalitions)) <= 2 * 6 * 7 + 2


def test_every_instrument_has_words():
    """Short ones, which commas and colons do not break."""
    assert set(GROUPS) == set(KINDS)
    words = [phrase(f"{bloc} {name}") for name in GROUPS for bloc in ("US", "China")]
    assert len(set(words)) == len(words)
    assert all(0 < len(one) <= 24 and not set(one) & set(",:;+_") for one in words)
    assert phrase("US chip_rule") == "US chip rules"
    assert phrase("China import_guidance") == "China's import limits"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"scenario": "no_controls", "by": "act"}, "no act differs between 'no_controls' and"),
        ({"by": "act", "channels": ["leakage"]}, "the effect is split by act"),
    ],
)
def test_what_cannot_be_split_is_told(asked, told):
    with pytest.raises(ScenarioError, match=told):
        explain(**asked)
    with pytest.raises(ValueError, match="not 'law'"):
        explain(by="law")


def test_the_command_prints_and_writes_the_split(tmp_path, monkeypatch):
    """Words, JSON, files that can be opened again, and a report with the command."""
    monkeypatch.chdir(tmp_path)
    base = without(tmp_path, ACTS[0])
    words = ["explain", "as_enacted", str(base), "--by", "instrument", "--worlds", "2"]
    words += ["--month", "2024-06", "--outcome", "domestic_share", "--out", "here"]

    def moat(*more: str) -> str:
        done = CliRunner().invoke(main, [*more], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    text = " ".join(moat(*words).split())
    assert "by instrument: whole effects in 8 paired worlds of the reference form, parts" in text
    assert "exact: all 2 sets of 1 instrument in each" in text
    assert "US chip rules" in text
    assert '"by": "instrument", "instruments": ["US chip_rule"]' in moat(*words, "--json")
    saved = open_explanation("here")
    names = [part.channel for part in saved.splits["domestic_share"].rows]
    assert names == ["US chip_rule", OTHER, WHOLE] and saved.players == ["US chip_rule"]
    moat("report", "here", "--out", "report.html")
    report = (tmp_path / "report.html").read_text()
    assert "Effects by instrument" in report and "--by instrument" in report
