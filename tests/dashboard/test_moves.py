"""What a lever says of its last move: hand-computed leads of four paired worlds."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiments.verdict import likelihood
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.moves import lead_moved

MONTHS = ["2030-11", "2030-12"]
START = EditedScenario("as_enacted")


def simulated(scenario, lead, seed=0):
    """A simulation of which only the lead in the last month is known."""
    ensemble = SimpleNamespace(months=MONTHS, worlds=4, seed=seed)
    return SimpleNamespace(
        scenario=scenario, ensemble=ensemble, lead=np.array([[0, 0, 0, 0], lead], float)
    )


def test_it_says_how_much_by_when_and_how_sure():
    before = simulated(START, [1, 2, 3, 4])
    after = simulated(START.put("research.sigma", 0.5), [3, 5, 7, 9])
    said = lead_moved(before, after, 1)
    words = f"the US lead in time +3.5 months [2.1, 4.8] by Dec 2030; {likelihood(1.0)}"
    assert said == {"research.sigma": f"{words}, 100 % of worlds"}
    back = lead_moved(after, before, 1)["research.sigma"]
    assert back.startswith("the US lead in time -3.5 months [-4.8, -2.2]")
    assert lead_moved(before, after, 0)["research.sigma"].endswith(
        "no change in any world, Nov 2030"
    )


@pytest.mark.parametrize(
    "after",
    [
        simulated(START, [3, 5, 7, 9]),  # nothing was changed
        simulated(START.put("research.sigma", 0.5), [3, 5, 7, 9], seed=1),  # other worlds
        simulated(EditedScenario("leaky").put("research.sigma", 0.5), [3, 5, 7, 9]),
    ],
)
def test_what_was_not_moved_in_the_same_worlds_says_nothing(after):
    assert lead_moved(simulated(START, [1, 2, 3, 4]), after, 1) == {}
