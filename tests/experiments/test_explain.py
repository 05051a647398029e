"""Effects split by channel: parts of real runs add up, and are what switching by hand gives."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.experiments.compare import compare
from sim.experiments.ensemble import simulate
from sim.experiments.explain import HEADLINES, explain
from sim.experiments.parts import OTHER, WHOLE, Explanation
from sim.experiments.verdict import sizes
from sim.outcomes.catalogue import EFFECTS, compute_effects, series_read, unit_of
from sim.outcomes.record import Record
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.parameters import Channels
from viz.text.sentences import phrase

NAMES = list(Channels.model_fields)
MONTH, MONTHS, WORLDS = "2024-12", 60, 4
ENDS = "as_enacted", "no_controls"
TWO = ["compute_denial", "stockpiling"]


@cache
def sampled() -> Explanation:
    """A small run with all channels."""
    return explain(*ENDS, worlds=WORLDS, month=MONTH, orders=2)


@cache
def effects(*overrides: str, a: str = ENDS[0], b: str = ENDS[1]) -> dict[str, np.ndarray]:
    """Every effect at the month by `compare`, with some channels switched off."""
    found = compare(a, b, WORLDS, months=MONTHS, overrides=overrides)
    return {name: found.at(name, MONTH) for name in found.names}


def sizes_of(name: str) -> np.ndarray:
    """The effect in each world as its verdict gives it: in percent where that does."""
    found = compare(*ENDS, WORLDS, months=MONTHS)
    return sizes(found, name).values[found.months.index(MONTH)]


def scale(name: str) -> np.ndarray:
    """What parts are multiplied by, so that they add up to that size, `[world]`."""
    unit = sampled().splits[name].unit
    return sizes_of(name) / effects()[name] if unit == "%" else np.ones(WORLDS)


def without(*channels: str) -> dict[str, np.ndarray]:
    """The effects with these channels off in both."""
    return effects(*(f"channels.{name}=false" for name in channels))


@pytest.mark.parametrize("name", HEADLINES)
def test_parts_add_up_to_the_whole_in_every_world(name):
    """To rounding."""
    split = sampled().splits[name]
    assert split.names == [*NAMES, OTHER] and split.parts.shape == (len(NAMES) + 1, WORLDS)
    largest = np.abs(split.parts).max()
    assert largest > 0
    np.testing.assert_allclose(split.parts.sum(axis=0), split.whole, rtol=0, atol=1e-12 * largest)
    means = {part.channel: part.mean for part in split.rows}
    assert sum(means.values()) - means[WHOLE] == pytest.approx(means[WHOLE])


@pytest.mark.parametrize("name", HEADLINES)
def test_the_ends_are_what_compare_says(name):
    """With all channels on the effect itself, with all off what goes other ways."""
    split = sampled().splits[name]
    np.testing.assert_allclose(split.whole, scale(name) * effects()[name], rtol=1e-12)
    np.testing.assert_allclose(split.parts[-1], scale(name) * without(*NAMES)[name], rtol=1e-12)


def test_two_channels_by_hand():
    """The four runs of `compare` and the textbook formula."""
    found = explain(*ENDS, worlds=WORLDS, month=MONTH, channels=TWO)
    assert found.is_exact and found.about["simulated"] == 2 * 4 * WORLDS
    for name in HEADLINES:
        both, first, second, none = effects(), without(TWO[1]), without(TWO[0]), without(*TWO)
        by_hand = [
            (first[name] - none[name] + both[name] - second[name]) / 2,
            (second[name] - none[name] + both[name] - first[name]) / 2,
            none[name],
        ]
        by_hand = scale(name) * np.array(by_hand)
        np.testing.assert_allclose(found.splits[name].parts, by_hand, rtol=1e-9, atol=1e-12)
        assert np.all(found.splits[name].errors == 0)


def test_a_scenario_against_itself_has_no_parts():
    """All zeros."""
    found = explain("leaky", "leaky", worlds=2, month="2023-12", orders=2)
    for split in found.splits.values():
        assert not split.parts.any() and not split.whole.any() and not split.errors.any()


def test_blocks_do_not_matter():
    """However few columns are simulated at once."""
    assert_same(sampled(), explain(*ENDS, worlds=WORLDS, month=MONTH, orders=2, block=23))


def test_the_seed_decides():
    """The same seed the same answer, another seed another one."""
    other = explain(*ENDS, worlds=WORLDS, month=MONTH, orders=2, seed=1)
    assert not np.array_equal(other.splits["lead_months"].parts, parts("lead_months"))
    assert_same(sampled(), explain(*ENDS, worlds=WORLDS, month=MONTH, orders=2))


def test_a_world_does_not_know_the_others():
    """Nor which other outcomes are asked for."""
    few = explain(*ENDS, ["lead_months"], worlds=2, month=MONTH, orders=2)
    assert np.array_equal(few.splits["lead_months"].parts, parts("lead_months")[:, :2])


def test_what_a_scenario_has_off_stays_off(tmp_path):
    """It is not explained, and the whole effect is that of the scenarios as they are."""
    file = tmp_path / "no_leaks.toml"
    file.write_text(
        'extends = "as_enacted"\ntitle = "No leaks"\nwhy = "Without them."\n'
        "[channels]\nleakage = false\n"
    )
    found = explain(file, ENDS[1], worlds=WORLDS, month=MONTH, orders=2)
    assert found.about["channels"] == [name for name in NAMES if name != "leakage"]
    split = found.splits["lead_months"]
    assert np.array_equal(split.whole, effects(a=str(file))["lead_months"])
    with pytest.raises(ScenarioError, match="leakage: is switched off in"):
        explain(file, ENDS[1], channels=["leakage"])


@pytest.mark.parametrize("name", EFFECTS)
def test_every_outcome_can_be_explained(name):
    """Every effect follows from the series that its first month needs, and no others."""
    first, this, reference = recorded()
    needed = series_read(first, [name])
    pair = (
        replace(run, arrays={key: run.arrays[key] for key in needed}) for run in (this, reference)
    )
    alone = compute_effects(*pair, [name])[name]
    assert np.array_equal(alone, compute_effects(this, reference)[name])
    assert np.isfinite(alone).all() and unit_of(name)


def test_an_outcome_explained_alone_is_the_same_among_all():
    """Whichever series are recorded."""
    options = {"worlds": 2, "month": "2023-06", "channels": ["stockpiling"]}
    everything = explain(*ENDS, EFFECTS, **options)
    assert set(everything.splits) == set(EFFECTS)
    for name in ("lead_months", "supplier_loss"):
        alone = explain(*ENDS, [name], **options)
        assert np.array_equal(alone.splits[name].parts, everything.splits[name].parts)


@cache
def recorded() -> tuple[Record, Record, Record]:
    """The first month of a scenario, and both scenarios with all their series."""
    first = simulate(load(ENDS[0]), 1, months=1)
    return first, *(simulate(load(name), 2, months=42) for name in ENDS)


def test_every_channel_has_its_own_words():
    """Short ones for sentences, that commas and colons do not break."""
    words = [phrase(name) for name in [*NAMES, OTHER, WHOLE]]
    assert len(set(words)) == len(words)
    assert all(0 < len(one) <= 24 and not set(one) & set(",:;+_") for one in words)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"outcomes": ["lead_month"]}, "lead_month: no such outcome .did you mean 'lead_months'"),
        ({"channels": ["leakages"]}, "leakages: no such channel .did you mean 'leakage'"),
        ({"month": "2031-01"}, r"2031-01: lies outside the scenarios .2020-01 to 2030-12"),
        ({"month": "2019-12"}, "lies outside"),
        ({"month": "soon"}, "soon: is not a month written as YYYY-MM"),
        ({"overrides": [f"channels.{name}=false" for name in NAMES]}, "no channel on in common"),
        ({"scenario": "as_enactd"}, "as_enacted"),
    ],
)
def test_what_cannot_be_asked_is_told(asked, told):
    """Before anything is simulated, with the nearest valid name."""
    with pytest.raises(ScenarioError, match=told):
        explain(**asked)


def test_other_calendars_cannot_be_paired(tmp_path):
    """One message."""
    file = tmp_path / "short.toml"
    file.write_text('extends = "no_controls"\ntitle = "S"\nwhy = "Short."\nmonths = 90\n')
    with pytest.raises(ScenarioError, match="paired worlds need the same months"):
        explain("as_enacted", file)


def test_the_month_is_the_last_where_scenarios_end_early():
    """2030-12 unless they do not go so far."""
    found = explain(*ENDS, ["lead_months"], 1, channels=TWO[:1], overrides=["months=50"])
    assert found.month == "2024-02" and found.about["months"] == 50


def parts(name: str) -> np.ndarray:
    """The parts of the small run."""
    return sampled().splits[name].parts


def assert_same(one: Explanation, other: Explanation) -> None:
    """All parts and errors, bit for bit."""
    for name, split in one.splits.items():
        assert np.array_equal(split.parts, other.splits[name].parts), name
        assert np.array_equal(split.errors, other.splits[name].errors), name
