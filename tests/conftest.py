"""What several folders of tests share: no deadlines, and the shipped history, read once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from sim.scenario.load import ResolvedScenario, load

# No test depends on how fast the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def as_enacted() -> ResolvedScenario:
    """The history as enacted, with which everything else is compared."""
    return load("as_enacted")


@pytest.fixture(autouse=True)
def _few_worlds_of_a_verdict(monkeypatch):
    """`moat explain` judges the whole effect in many worlds: here in few."""
    monkeypatch.setattr("viz.cli.run.VERDICT_WORLDS", 8)
