"""Results do not move unsaid: means of every outcome and series are those of a stored file.

After a deliberate change of results (CHANGELOG says it first), write the file anew:
`uv run python -m tests.same_results.test_figures`. Processors round differently, so figures are
held to a billionth; `python -m tests.same_results COMMIT` compares bit by bit on one machine.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.same_results.compute import ENSEMBLES, SCENARIOS, SEEDS, Arrays, of_run

FILE = Path(__file__).with_name("figures.json")
MONTHS = (59, 131)  # 2024-12 and 2030-12
CLOSE = 1e-9


def figures(arrays: Arrays) -> dict[str, list[float]]:
    """Means over worlds (and rows) in two months, of every outcome and series."""
    return {
        name: [float(np.mean(values[month], dtype=float)) for month in MONTHS]
        for name, values in arrays.items()
        if not name.startswith("labels of ")
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_results_are_those_of_the_stored_file(scenario):
    stored = json.loads(FILE.read_text("utf-8"))[scenario]
    found = figures(of_run(scenario, ENSEMBLES[0], SEEDS[0]))
    assert found.keys() == stored.keys()
    moved = [
        f"{name}: {stored[name]} -> {values}"
        for name, values in found.items()
        if not np.allclose(values, stored[name], rtol=CLOSE, atol=0)
    ]
    assert not moved, "\n".join(moved)


if __name__ == "__main__":
    every = {name: figures(of_run(name, ENSEMBLES[0], SEEDS[0])) for name in SCENARIOS}
    FILE.write_text(json.dumps(every, indent=0) + "\n", "utf-8")
