"""Orders of size that docs/model.md, section 14, names are those of the model."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from viz.report.limits import limits

WORLDS = 256
MONTHS = ("2023-12", "2024-12", "2030-12")


@pytest.fixture(scope="module", params=["posterior", "prior"])
def outcomes(request):
    return sim.run("as_enacted", worlds=WORLDS, ensemble=request.param).outcomes


def said(words: str) -> bool:
    """Whether the section says so; line ends apart."""
    return " ".join(words.split()) in " ".join(limits().html.split())


def test_revenue_of_2030_is_hardly_known(outcomes):
    assert said("by four to twenty times (5 to 95 %; fitted worlds, and those of the priors)")
    low, high = np.percentile(outcomes["us_service_revenue"].sel(month="2030-12"), [5, 95])
    assert 3 < high / low < 30


def test_prices_fall_to_next_to_nothing(outcomes):
    assert said("three powers of ten in the six years after 2024, and by one and a half in 2024")
    price = outcomes["quality_price"]
    powers = {m: np.log10(price.sel(month=m).median("world").item()) for m in MONTHS}
    assert powers["2023-12"] - powers["2024-12"] == pytest.approx(1.5, abs=0.3)
    assert powers["2024-12"] - powers["2030-12"] == pytest.approx(3.3, abs=0.4)
    assert said("costs about 3.5 USD in the median world (0.5 to 25)")
    spread = np.percentile(price.sel(month="2023-03"), [5, 50, 95])
    np.testing.assert_allclose(np.log10(spread), np.log10([0.45, 3.5, 25]), atol=0.45)


def test_power_is_short_in_most_worlds(outcomes):
    assert said("In about four of five worlds some US chips lack power at the end of 2026")
    lacking = (outcomes["us_powered"].sel(month="2026-12") < 0.9999).mean().item()
    assert 0.7 < lacking < 0.9
