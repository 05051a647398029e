"""First pain, then response: scarcity, directed effort, and who is not there yet."""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import at, record, series

CHINESE = ("DeepSeek", "Alibaba", "ByteDance", "Tencent")
LEVEL = "2027-06"  # the level of which halves are counted


def first_half(values: np.ndarray, level: np.ndarray) -> np.ndarray:
    """First month, by world, from which at least half of a level is there."""
    return np.argmax(values >= level / 2, axis=0)


@pytest.mark.parametrize("lab", CHINESE)
@pytest.mark.parametrize("month", ["2023-12", "2024-12", "2026-12"])
def test_scarcity_is_measured_against_the_free_world(lab, month):
    """What a lab believes to lack is what it lacks: its free compute is that of `no_controls`.

    Scarcity is ln(compute the budget would have bought / compute at hand); times what is at hand it
    must give about what the same lab has in the paired world without controls.
    """
    enacted, free = record("as_enacted"), record("no_controls")
    at_hand = series(enacted, "training", lab) + series(enacted, "rented", lab)
    believed = at(enacted, at_hand * np.exp(series(enacted, "scarcity_training", lab)), month)
    ratio = np.median(believed / at(free, series(free, "training", lab), month))
    assert 0.7 < ratio < 1.4  # 1.2, 1.04, 1.05


@pytest.mark.parametrize("lab", CHINESE)
def test_effort_follows_scarcity_with_a_delay(lab):
    """Half of the turn to efficiency comes months after half of the scarcity (M7)."""
    enacted, free = record("as_enacted"), record("no_controls")
    pain = series(enacted, "scarcity_training", lab)
    forcing = series(enacted, "effort", lab) - series(free, "effort", lab)
    delay = first_half(forcing, at(enacted, forcing, LEVEL)) - first_half(
        pain, at(enacted, pain, LEVEL)
    )
    assert np.median(at(enacted, forcing, LEVEL)) > 0.02
    assert np.median(delay) >= 3
    assert np.mean(delay >= 0) > 0.8


def test_no_scarcity_no_turn():
    """American labs feel none: their effort in 2026 is that of the world without controls."""
    enacted, free = record("as_enacted"), record("no_controls")
    forcing = at(enacted, series(enacted, "effort", "OpenAI"), "2026-12") - at(
        free, series(free, "effort", "OpenAI"), "2026-12"
    )
    assert np.max(np.abs(forcing)) < 0.005
    assert np.median(np.abs(forcing)) < 1e-4


def test_effort_is_taken_from_scale():
    """The stronger the response, the smaller flagship runs; below 0 they are larger than at 0."""
    overrides = [(f"effort.eta={eta}", "effort.months=6") for eta in (1.75, 0, -1.5)]
    runs = [record("as_enacted", "", one) for one in overrides]
    largest = [at(run, series(run, "largest_run", "Alibaba"), "2026-12") for run in runs]
    assert np.median(np.log(largest[0] / largest[1])) < -0.02
    assert np.median(np.log(largest[2] / largest[1])) > 0.02
    efforts = [at(run, series(run, "effort", "Alibaba"), "2026-12") for run in runs]
    assert np.median(efforts[0]) > np.median(efforts[1]) > np.median(efforts[2]) > 0


@pytest.mark.parametrize(
    "lab, entry", [("xAI", "2023-07"), ("Mistral", "2023-05"), ("Moonshot", "2023-03")]
)
def test_a_lab_that_enters_late_is_not_there_before(lab, entry):
    """No money, chips, runs or models before its month; money and chips from then on."""
    run = record("as_enacted")
    month = run.calendar.month(entry)
    for name in ("active", "budget", "spent", "chips", "training", "largest_run", "capability"):
        assert np.all(series(run, name, lab)[:month] == 0), name
    assert np.all(series(run, "chips", lab)[month:] > 0)
    assert np.all(at(run, series(run, "capability", lab), "2025-12") > 0)
