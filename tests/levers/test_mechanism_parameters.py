"""Every parameter of a mechanism moves something, and every channel that can be switched off does.

Each parameter goes from the 5th to the 95th percentile of its prior (a value: from 0.7 to 1.4 of
itself) in `as_enacted`, all else as drawn, with the same luck. All of them are tried at once:
a block holds the same few worlds twice for each parameter.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.model.race import Race
from sim.record.recorder import Recorder
from sim.scenario import economy, parameters
from sim.scenario.actors import Section
from sim.scenario.load import load
from sim.scenario.schema import Scenario, quantities
from sim.uncertainty.draw import P95_SCORE, quantile

from .pairs import moved_before, numbers_set, record

WORLDS = 8
LEAST = 1e-4  # mean change of a series over its mean level: below it nothing has moved
SHEETS = (parameters, economy)  # where parameters of mechanisms are declared
STORY = load("as_enacted").scenario
SECTIONS = [
    name
    for name, field in Scenario.model_fields.items()
    if isinstance(field.annotation, type)
    and issubclass(field.annotation, Section)
    and field.annotation.__module__ in {sheet.__name__ for sheet in SHEETS}
]
NUMBERS = {
    path: (item, declared)
    for path, item, declared in quantities(STORY)
    if path.partition(".")[0] in SECTIONS
}
SWITCHED = {  # channel: a series that goes another way without it
    "compute_denial": "flow_tflops",
    "input_denial": "die_flow",
    "self_denial": "trade_units",
    "stockpiling": "spent",
    "leakage": "flow_smuggled",
    "infant_industry": "supplier_maturity",
    "capital": "budget",
    "directed_effort": "effort",
    "experiment_starvation": "log_training_efficiency",
    "spillover": "log_training_efficiency",
    "demand": "reinvested",
    "power": "powered",
    "talent": "staff",
}


def ends(path: str) -> tuple[float, float]:
    """The low and the high value that are tried."""
    item, declared = NUMBERS[path]
    if item.prior is None:
        low, high = item.value * 0.7, item.value * 1.4
    else:
        low, high = (float(quantile(item.prior, np.array(s))) for s in (-P95_SCORE, P95_SCORE))
    return max(low, declared["low"]), min(high, declared["high"])


def design() -> dict[str, np.ndarray]:
    """Every parameter in every world of the block: as drawn, but low and high in its own part."""
    drawn = Race(STORY, WORLDS, months=1).parameters
    columns = {}
    for place, path in enumerate(NUMBERS):
        section, field = path.split(".")
        usual = np.broadcast_to(getattr(getattr(drawn, section), field), WORLDS)
        table = np.tile(usual, (len(NUMBERS), 2, 1))
        table[place] = np.array(ends(path))[:, None]
        columns[path] = table.reshape(-1)
    return columns


@cache
def shares_moved() -> dict[str, dict[str, float]]:
    """For each parameter and recorded series: mean change from low to high over the mean level."""
    worlds = np.tile(np.arange(WORLDS), 2 * len(NUMBERS))
    race = Race(STORY, worlds, columns=design())
    recorder = Recorder(race)
    while race.running:
        race.step()
        recorder.take(race)
    found: dict[str, dict[str, float]] = {path: {} for path in NUMBERS}
    for name, block in recorder.arrays().items():
        parts = block.reshape(-1, len(NUMBERS), 2, WORLDS).astype(float)
        change = np.abs(parts[..., 1, :] - parts[..., 0, :]).mean(axis=(0, 2))
        for path, moved in zip(NUMBERS, change / (np.abs(parts).mean() + 1e-12), strict=True):
            found[path][name] = float(moved)
    return found


def test_all_sections_of_parameters_are_tried():
    """The mechanisms M1 to M15: nothing in them is left out."""
    declared = [
        one
        for sheet in SHEETS
        for one in vars(sheet).values()
        if isinstance(one, type) and issubclass(one, Section) and one is not Section
    ]
    assert {Scenario.model_fields[name].annotation for name in SECTIONS} == set(declared)
    others = {
        f"{name}.{field}"
        for name in SECTIONS
        for field in Scenario.model_fields[name].annotation.model_fields
    } - set(NUMBERS)
    assert others == {"training.anchor_month", "application.first_service"}


@pytest.mark.parametrize("path", NUMBERS)
def test_a_parameter_moves_something(path):
    """At least one recorded series: a number that moves nothing has no place in a scenario."""
    low, high = ends(path)
    assert low < high
    moved = {name: share for name, share in shares_moved()[path].items() if share > LEAST}
    assert moved, f"{path} from {low:.3g} to {high:.3g} moves nothing"


def test_the_month_of_the_anchor_moves_capability():
    """The same anchor reached earlier: better methods now, and so better models."""
    early = record("as_enacted", "", ('training.anchor_month="2022-01"',), "2024-12", WORLDS)
    usual = record("as_enacted", "", (), "2024-12", WORLDS)
    points = [run.arrays["capability"].max(axis=1)[-1] for run in (early, usual)]
    assert np.median(points[0] - points[1]) > 1.0


def test_the_first_service_counts_from_its_month():
    """Half a year earlier: use, revenue and what follows from them begin earlier, nothing else."""
    early = record("as_enacted", "", ('application.first_service="2022-05"',), "2024-12", WORLDS)
    usual = record("as_enacted", "", (), "2024-12", WORLDS)
    first = usual.calendar.month("2022-05")
    assert moved_before(early, usual, first) == []
    begun = [np.argmax(run.arrays["market_adoption"] > 0, axis=0) for run in (early, usual)]
    assert np.all(begun[0] == first) and np.all(begun[1] == first + 6)
    adoption = [run.arrays["market_adoption"][-1] for run in (early, usual)]
    assert np.all(adoption[0] > adoption[1])


def test_every_channel_is_tried():
    """Who adds a channel says here what goes another way without it."""
    assert set(SWITCHED) == set(parameters.Channels.model_fields)


@pytest.mark.parametrize("channel", SWITCHED)
def test_a_channel_switched_off_changes_its_series(channel):
    """In `as_enacted`, in every world."""
    channels = {f"channels.{name}": 0.0 for name in SWITCHED}
    off = numbers_set(channels, "2026-12", WORLDS)[f"channels.{channel}"]
    usual = record("as_enacted", "", (), "2026-12", WORLDS)
    name = SWITCHED[channel]
    moved = np.any(
        off.arrays[name] != usual.arrays[name], axis=tuple(range(usual.arrays[name].ndim - 1))
    )
    assert np.all(moved)
