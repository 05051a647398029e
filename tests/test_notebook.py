"""The notebook of the findings runs from top to bottom, and finds what it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import matplotlib
import numpy as np
import pytest

pytestmark = pytest.mark.slow

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "notebooks" / "findings.py"


@pytest.fixture(scope="module")
def found() -> dict:
    """What the cells of the notebook define."""
    matplotlib.use("Agg")
    spec = importlib.util.spec_from_file_location("findings", NOTEBOOK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.run()[1]


def test_the_lead_has_a_range_at_three_dates(found):
    assert found["lead"].shape == (3, 3)
    assert np.all(np.diff(found["lead"].to_numpy(), axis=1) >= 0)


def test_every_headline_gets_a_sentence(found):
    assert len(found["said"]) == 6
    assert all("December 2028" in one for one in found["said"])


def test_the_parts_add_up(found):
    for name, parts in found["explained"].labelled().items():
        whole = found["explained"].splits[name].whole
        np.testing.assert_allclose(parts.sum("part"), whole, atol=1e-9)
        assert np.any(whole != 0)


def test_both_answers_come_out(found):
    """With the sets of the page, each in nearly all worlds."""
    stifle, spur = found["answers"]["Stifle"], found["answers"]["Spur"]
    assert stifle.sign == -1 and spur.sign == 1
    assert stifle.agreement >= 0.9 and spur.agreement >= 0.9


def test_the_plane_rises_with_both_numbers(found):
    """The effect grows with the response to scarcity, and with how well people replace chips.

    The latter on average: in so few worlds single corners are left to chance.
    """
    plane = found["plane"].transpose("eta", "sigma").to_numpy()
    assert plane.shape == (4, 4) and np.isfinite(plane).all()
    assert np.all(plane[-1] > plane[0]) and plane[:, -1].mean() > plane[:, 0].mean()
