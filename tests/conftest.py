"""Fixtures that several rooms of the tests share: shipped scenarios, read once."""

from __future__ import annotations

import pytest

from sim.scenario.load import ResolvedScenario, load


@pytest.fixture(scope="session")
def as_enacted() -> ResolvedScenario:
    """The history as enacted, with which everything else is compared."""
    return load("as_enacted")
