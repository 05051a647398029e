"""The page of the calibration and what was recorded are of the shipped posterior and this model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.research.calibration.checks import golden
from sim.research.calibration.summary import agreement, updates
from sim.research.history.observation_model import observation_models
from sim.uncertainty.posterior import SHIPPED, shipped
from viz.pages.render import templates

HOUSE = Path(__file__).parents[2]
TOLD = "record anew: uv run python -m viz.pages.record"


def recorded() -> dict:
    return json.loads((HOUSE / "tests" / "calibration" / "golden.json").read_text("utf-8"))


def test_the_shipped_posterior_fits_as_recorded():
    """Log-likelihood and best model at the end of 2024 in the first worlds."""
    now, then = golden(shipped()), recorded()
    assert now["digest"] == then["digest"], TOLD
    assert now["fit"] == pytest.approx(then["fit"], abs=0.01), TOLD
    assert now["best_model"] == pytest.approx(then["best_model"], abs=0.01), TOLD


def test_fitted_worlds_fit_far_better_than_drawn_ones():
    """A prior world has a log-likelihood of about -350."""
    assert np.median(recorded()["fit"]) > -75


def test_the_figures_of_the_page_are_there():
    for name in ("history", "numbers"):
        assert (HOUSE / "docs" / "figures" / f"calibration_{name}.png").is_file()


def test_every_series_has_a_word_for_a_miss():
    words: Any = templates().get_template("calibration_words.md.j2").module
    assert set(words.misfits) == set(observation_models())


def test_what_acts_only_later_is_as_drawn():
    """History says nothing of events of 2026, so their scores are still standard normal."""
    late = [
        one for one in updates(shipped()) if one.path.startswith("events.") and "2026" in one.path
    ]
    assert late
    assert all(abs(one.moved) < 0.35 and abs(one.narrowed) < 0.25 for one in late), late


def test_posteriors_are_small():
    assert all(file.stat().st_size < 1_000_000 for file in SHIPPED.glob("*.npz"))


def test_a_posterior_agrees_with_itself():
    found = agreement(shipped(), shipped())
    assert np.all(found.apart == 0)
