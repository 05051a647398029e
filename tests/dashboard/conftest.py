"""What the tests of charts draw."""

import pytest

from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import simulate_ensemble

FEW = 3


@pytest.fixture(scope="package")
def pair():
    """No controls and the history as enacted, in the same few worlds."""
    names = ("no_controls", "as_enacted")
    return [simulate_ensemble(EditedScenario(name), FEW, 0)[0] for name in names]
