"""Compute the results that commits are compared by; runs with the code of any commit.

    PYTHONPATH=CHECKOUT python compute.py FOLDER [--quick]

Only the public API of `sim` is used, so that the same file serves both commits. Every result is an
array with the labels of its rows; pair series of two dimensions are flattened to `A > B` rows.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

SCENARIOS = ("as_enacted", "no_controls", "reacting")
ENSEMBLES = ("posterior", "prior")
SEEDS, WORLDS = (0, 7), 64
SWEEP = {
    "title": "Two numbers, a switch and a date",
    "sampler": {"kind": "lhs", "points": 12, "seed": 3},
    "branches": ["as_enacted", "no_controls"],
    "replicates": 4,
    "months": ["2024-12", "2028-12"],
    "outcomes": ["lead_months", "china_compute", "domestic_share", "supplier_loss"],
    "factors": {
        "eta": {"key": "effort.eta", "low": 0.0, "high": 4.0},
        "sigma": {"key": "research.sigma", "prior": True},
        "stock": {"key": "channels.stockpiling"},
        "when": {
            "key": "events.chips_oct_2022.effective",
            "from": date(2021, 10, 7),
            "to": date(2023, 10, 7),
            "every": 6,
        },
    },
}
Arrays = dict[str, np.ndarray]


def main() -> None:
    """Write one `.npz` for each case into a folder; a file that is there is complete."""
    folder, quick = Path(sys.argv[1]), "--quick" in sys.argv
    folder.mkdir(parents=True, exist_ok=True)
    for name, compute in cases(quick):
        target = folder / f"{name}.npz"
        if not target.exists():
            part = target.with_suffix(".part")
            with open(part, "wb") as file:
                np.savez(file, **compute())
            os.replace(part, target)
            print(name, flush=True)


def cases(quick: bool = False) -> Iterator[tuple[str, Any]]:
    """Name of each case, and what computes it."""
    for scenario, ensemble, seed in product(SCENARIOS, ENSEMBLES, SEEDS):
        if not quick or (ensemble, seed) == (ENSEMBLES[0], SEEDS[0]):
            yield (
                f"{scenario}-{ensemble}-{seed}",
                lambda s=scenario, e=ensemble, n=seed: of_run(s, e, n),
            )
    if not quick:
        yield "network-reacting", of_network
        yield "sweep", of_sweep
        yield "explanation", of_explanation


def of_run(scenario: str, ensemble: str, seed: int) -> Arrays:
    """Every outcome and recorded series of a run."""
    import sim

    results = sim.run(scenario, worlds=WORLDS, seed=seed, ensemble=ensemble)
    found = {}
    for kind, data in (("outcome", results.outcomes), ("series", results.series)):
        for name, variable in data.data_vars.items():
            found |= _flat(f"{kind}:{name}", variable)
    return found


def _flat(name: str, variable: Any) -> Arrays:
    """An array `[month, row, world]` with the labels of its rows."""
    values = np.asarray(variable.values)
    middle = [dim for dim in variable.dims if dim not in ("month", "world")]
    labels = [[str(label) for label in variable[dim].values] for dim in middle]
    rows = [" > ".join(pair) for pair in product(*labels)]
    if middle:
        values = values.reshape(values.shape[0], len(rows), values.shape[-1])
    return {name: values, f"labels of {name}": np.array(rows, dtype=str)}


def of_network() -> Arrays:
    """Flow and denied share of every edge of the network, in three months of a reacting race."""
    import sim

    try:
        from sim.record.network import of_race
    except ImportError:
        from sim.record.network import of_race
    race = sim.Race("reacting", worlds=8, rng=3)
    rows, names = [], []
    for month in range(100):
        race.step()
        if month in (10, 60, 99):
            for giver, taker, edge in sorted(of_race(race).edges(data=True), key=lambda e: e[:2]):
                names.append(f"{month} {giver} > {taker} {edge['unit']}")
                rows.append([edge["flow"], edge.get("stopped", -1.0)])
    return {"edges": np.array(rows), "labels of edges": np.array(names, dtype=str)}


def of_sweep() -> Arrays:
    """The table of a small sweep, a row a world."""
    import pyarrow.dataset

    import sim

    with tempfile.TemporaryDirectory() as folder:
        sim.sweep(sim.design_of(SWEEP), f"{folder}/sweep", workers=1)
        table = pyarrow.dataset.dataset(f"{folder}/sweep/worlds").to_table().to_pandas()
    found = {}
    for column in table:
        values = table[column].to_numpy()
        found[column] = values.astype(str) if values.dtype == object else values
    return found


def of_explanation() -> Arrays:
    """The parts of an effect by channel, world by world."""
    import sim

    found = sim.explain("as_enacted", "no_controls", worlds=4, month="2028-12", orders=2)
    return {
        name: np.concatenate([split.parts, split.errors, split.whole[None]])
        for name, split in found.splits.items()
    }


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
