"""Verdicts by hand: how large an effect is, what is too small to count, since when, how sure."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.verdict import (
    LIKELY,
    VERY_LIKELY,
    VIRTUALLY_CERTAIN,
    coverage,
    verdict_of,
    verdict_on_effect,
)
from sim.outcomes.catalogue import EFFECTS, unit_of
from sim.outcomes.presentation import FILE, levels_needed, presentation_of, size_of_effect

ROLLING = Path(__file__).parents[2] / "docs" / "forecast" / "rolling.json"
MONTH, LONGEST = "2030-12", 40


def judged(name: str, effect: list[float], **levels: list[float]):
    """The verdict on an effect of one month, `[world]`."""
    reference = {key: np.array([values]) for key, values in levels.items()}
    return verdict_on_effect(name, unit_of(name), MONTH, [MONTH], np.array([effect]), reference)


@pytest.mark.parametrize(
    ("name", "effect", "levels", "size", "unit", "small", "threshold"),
    [
        # difference: 1 month; a share of 0.02 is 2 percentage points
        ("lead_months", [0.5, 0.99, 1.0, -3.0], {}, -0, "months", [1, 1, 0, 0], "1 month"),
        (
            "domestic_share", [0.01, -0.01, 0.02, 0.3], {}, 1.5, "percentage points",
            [1, 1, 0, 0], "2 percentage points",
        ),
        # of a level: 1 % of the reference's own, of another outcome's
        (
            "us_spending", [1, 1, -3, 9], {"us_spending": [200, 99, 200, 100]}, 1, "USD bn",
            [1, 0, 0, 0], "1 %",
        ),
        (
            "supplier_loss", [3, 3, 3, 3], {"us_supplier_revenue": [301, 300, 299, 1000]}, 3,
            "USD bn", [1, 0, 0, 1], "1 % of revenue of US chip suppliers since 2020",
        ),
        # relative: 5 % of what it was
        (
            "compute_ratio", [0.01, 0.01, -0.1, 0.2], {"compute_ratio": [0.1, 0.25, 0.4, 0.4]}, 7,
            "%", [0, 1, 0, 0], "5 %",
        ),
        # log points: e^0.04 - 1 = 4.08 % lies below 5 %, e^0.05 - 1 = 5.13 % does not
        (
            "innovation_effect", [0.04, 0.05, -0.05, -0.06], {}, 100 * (np.exp(0.04) +
            np.exp(-0.05) - 2) / 2, "%", [1, 0, 1, 0], "5 %",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_sizes_and_thresholds_by_hand(name, effect, levels, size, unit, small, threshold):
    found = judged(name, effect, **levels)
    blocks = {key: np.array(values, dtype=float) for key, values in levels.items()}
    sized = size_of_effect(name, np.array(effect, dtype=float), unit_of(name), blocks)
    assert sized.small.tolist() == [bool(one) for one in small]
    assert (found.threshold, found.share_small) == (threshold, np.mean(small))
    if size:
        assert found.median == pytest.approx(size)
    assert found.unit == unit


@pytest.mark.parametrize(("small", "is_small"), [(65, False), (66, True)])
def test_no_material_change_where_66_of_100_worlds_are_below_the_threshold(small, is_small):
    """Although all of them agree in sign."""
    found = judged("lead_months", [0.99] * small + [1.01] * (100 - small))
    assert found.share_positive == 1 and found.is_small == is_small
    assert found.sign == (0 if is_small else 1)
    assert (found.certainty == "no material change") == is_small
    assert (found.since is None) == is_small


@pytest.mark.parametrize(
    ("more", "less", "is_small"), [(1, 0, True), (2, 0, False), (31, 30, True), (30, 34, False)]
)
def test_odds_change_by_the_difference_of_shares(more, less, is_small):
    """Of 100 worlds; 2 percentage points count."""
    worlds = [1.0] * more + [-1.0] * less + [0.0] * (100 - more - less)
    found = judged("lead_reversed", worlds)
    assert found.is_small == is_small and found.threshold == "2 percentage points"


def test_a_change_from_nothing_is_a_difference():
    """Of 0 there is no percentage; what is no change is small."""
    found = judged("compute_ratio", [0.2, 0.3, 0.0, 0.4], compute_ratio=[0, 0, 0, 0.5])
    assert (found.unit, found.median, found.is_finite) == ("1", 0.25, True)
    assert (found.share_small, found.share_positive) == (0.25, 0.75)


def test_without_levels_a_relative_effect_is_a_difference():
    """As in results of older versions: no threshold is held against it."""
    found = judged("compute_ratio", [0.001, 0.002])
    assert (found.unit, found.median, found.share_small) == ("1", 0.0015, 0)
    assert judged("supplier_loss", [0.001, 0.002]).share_small == 0


def test_since_when_as_many_worlds_agree_as_the_word_asks_for():
    """Of ten worlds 7 agree from the second month on, 9 from the fourth on."""
    months = [f"2030-0{month}" for month in range(1, 6)]
    up = [5, 7, 7, 9, 9]
    values = np.array([[1.0] * count + [-1.0] * (10 - count) for count in up]) * 2
    for month, word, since in (
        (months[0], "about as likely as not", None),
        (months[2], "likely", "2030-02"),
        (months[4], "very likely", "2030-04"),
    ):
        found = verdict_of("lead_months", "months", month, months, values)
        assert (found.certainty, found.since) == (word, since)


def test_the_steps_of_the_ipcc():
    assert (LIKELY, VERY_LIKELY, VIRTUALLY_CERTAIN) == (0.66, 0.90, 0.99)


def test_every_outcome_is_presented_once():
    """With a title that fits a table, and a threshold of a kind that can be worked out."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counts = Counter(row["outcome"] for row in rows)
    assert set(counts) == set(EFFECTS) and set(counts.values()) == {1}
    for row in rows:
        name, title = row["outcome"], row["title"]
        assert title and row["label"] and len(title) <= LONGEST, name
        assert float(row["threshold"]) > 0, name
        assert row["effect"] in ("difference", "relative", "log", "odds"), name
        assert (row["effect"] == "odds") == (unit_of(name) == "probability"), name
        assert not row["threshold_of"] or row["effect"] == "difference", name
        assert not row["threshold_of"] or row["threshold_of"] in EFFECTS, name
        assert presentation_of(name).title == title
    titles = Counter(row["title"] for row in rows)
    assert max(titles.values()) == 1, titles.most_common(3)
    assert set(levels_needed(EFFECTS)) <= set(EFFECTS)


def test_coverage_is_that_of_the_rolling_origins():
    """Pooled over origins, each weighted by its observations."""
    scores = [one["posterior"]["all"] for one in json.loads(ROLLING.read_text("utf-8")).values()]
    counts = [one["observations"] for one in scores]
    pooled = np.average([one["coverage"]["90"] for one in scores], weights=counts)
    stored = Path(__file__).parents[2] / "sim" / "experiments" / "coverage.json"
    assert json.loads(stored.read_text("utf-8"))["observations"] == sum(counts)
    assert coverage() == pytest.approx(pooled, abs=1e-6)
