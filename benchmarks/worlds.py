"""How fast worlds run: `uv run python benchmarks/worlds.py`.

The whole as_enacted scenario on one core, all worlds of a block at once, against `mesa.batch_run`
of the same model one world at a time, in the same process and the same minutes: read the ratios,
absolute figures belong to the machine. Then where the time of a month goes.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # one core: numpy reads this when it is imported

import argparse
import time
from collections import defaultdict
from typing import Any
from unittest import mock

import mesa

from sim.core import caching
from sim.core.worlds import Worlds
from sim.model.markets import export_rules, mixes
from sim.model.race import STEPS, Race
from sim.scenario.load import load

SIZES = (1, 64, 256, 1024, 4096)
BLOCK = 1024
ECONOMY = ("move_people", "power_up", "clear_model_market", "clear_capital_market")


def run_block(resolved: Any, worlds: int) -> float:
    """Seconds for all worlds, in blocks as `moat run` makes them, without recording."""
    began = time.perf_counter()
    for part in Worlds(range(worlds)).blocks(BLOCK):
        race = Race(resolved, part.numbers)
        while race.running:
            race.step()
    return time.perf_counter() - began


def batch_run(runs: int) -> float:
    """Seconds for so many runs of one world by Mesa's own runner, one process."""
    began = time.perf_counter()
    mesa.batch_run(
        Race,
        {"scenario": "as_enacted"},
        number_processes=1,
        rng=list(range(runs)),
        max_steps=10_000,
        data_collection_period=-1,
        display_progress=False,
    )
    return time.perf_counter() - began


def phases(resolved: Any, worlds: int) -> dict[str, float]:
    """Seconds by step of the month, over a whole run."""
    spent: dict[str, float] = defaultdict(float)
    began = time.perf_counter()
    race = Race(resolved, worlds)
    spent["set-up and luck"] = time.perf_counter() - began
    while race.month < race.horizon:
        for step in STEPS:
            began = time.perf_counter()
            step.run(race)
            spent[step.name] += time.perf_counter() - began
        race.month += 1
    return dict(spent)


TRICKS = {  # what makes runs faster, and how it is switched off
    "numbers as wide as their blocks": (caching, "WIDEST", 0),
    "results kept while arguments stay": (
        caching.CacheLast,
        "__call__",
        lambda self, *arguments: self._compute(*arguments),
    ),
    "product mixes of some months at a time": (mixes, "AT_ONCE", 10**9),
    "export rules of several months at once": (export_rules, "AT_ONCE", 1),
}


def tricks(resolved: Any, worlds: int, repeats: int) -> dict[str, float]:
    """How many times longer a run takes without each trick, in turn with runs that have it."""
    ratios = {}
    for name, change in TRICKS.items():
        usual, without = [], []
        for _ in range(repeats):
            usual.append(run_block(resolved, worlds))
            with mock.patch.object(*change):
                without.append(run_block(resolved, worlds))
        ratios[name] = min(without) / min(usual)
    return ratios


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="best of so many")
    parser.add_argument("--batch", type=int, default=8, help="runs of mesa.batch_run")
    options = parser.parse_args()
    resolved = load("as_enacted")
    batch_run(1), run_block(resolved, 64)  # warm up
    single = min(batch_run(options.batch) for _ in range(options.repeats)) / options.batch
    print(f"mesa.batch_run, one world at a time: {1 / single:8.1f} worlds/s      1x")
    for worlds in SIZES:
        best = min(run_block(resolved, worlds) for _ in range(options.repeats))
        rate = worlds / best
        print(
            f"{worlds:5d} worlds at once:               {rate:8.1f} worlds/s  {rate * single:5.0f}x"
        )
    for worlds in (64, BLOCK):
        for name, ratio in tricks(resolved, worlds, options.repeats).items():
            print(f"{worlds:5d} worlds without {name}: {ratio:.2f} of the time")
    spent = phases(resolved, BLOCK)
    whole = sum(spent.values())
    print(f"\nwhere {BLOCK} worlds spend their time ({whole:.2f} s):")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name:24} {seconds / whole:6.1%}{'  economy' if name in ECONOMY else ''}")
    economy = sum(spent[name] for name in ECONOMY)
    print(f"  the economy in all       {economy / whole:6.1%}")


if __name__ == "__main__":
    main()
