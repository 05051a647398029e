"""The parameters of worlds: typed like the scenario that declares them, read-only, copyable."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sim.core.caching import broadcast
from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.scenario.load import load
from sim.scenario.schema import Parameters
from sim.uncertainty.draw import draw

ROOT = Path(__file__).parents[1]
READS = """\
from sim.scenario.schema import Parameters
def read(p: Parameters) -> None:
    reveal_type({expression})
"""
READABLE = {  # what a rule reads -> what the type checker makes of it
    "p.effort.eta": "numpy.ndarray",
    "p.labs['DeepSeek'].openness": "numpy.ndarray",
    "p.channels.leakage": "numpy.ndarray",
    "p.incidents['claim'].kind": "str",
    "p.investors['United States'].lab_growth": "sim.scenario.quantity.Path",
    "p.effort.etta": '"EffortParameters[ndarray',
    "p.titel": '"Tables[ndarray',
}


@pytest.fixture(scope="module")
def drawn() -> Parameters:
    """The parameters of three worlds."""
    return draw(load("as_enacted").scenario, Chance(0, Worlds(range(3))))


@pytest.mark.slow
def test_the_type_checker_knows_every_parameter(tmp_path):
    """It knows what `p.effort.eta` is, and refuses a name that the schema does not declare."""
    files = [tmp_path / f"read_{at}.py" for at in range(len(READABLE))]
    for file, expression in zip(files, READABLE, strict=True):
        file.write_text(READS.format(expression=expression))
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", *map(str, files)]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    for file, (expression, wanted) in zip(files, READABLE.items(), strict=True):
        about = [line for line in lines if file.name in line]
        assert any(wanted in line for line in about), (expression, about)
    refused = [line for line in lines if "has no attribute" in line]
    assert len(refused) == 2 and any("eta" in line for line in refused)


def test_parameters_cannot_be_set(drawn):
    """Nor can the numbers in them be edited."""
    with pytest.raises(ValidationError, match="frozen"):
        drawn.effort.eta = np.ones(3)
    with pytest.raises(ValueError, match="read-only"):
        drawn.effort.eta[0] = 1.0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_parameters_can_be_copied(drawn, copied):
    """As they are, and as wide as the rows that they meet."""
    assert np.array_equal(copied(drawn).effort.eta, drawn.effort.eta)
    wide = copied(broadcast(drawn, (2, 3)))
    assert wide.effort.eta.shape == (2, 3)
    assert np.array_equal(wide.effort.eta[0], drawn.effort.eta)
