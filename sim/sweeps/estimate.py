"""Estimate the worlds, time and disk of a sweep from a short probe."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from sim.sweeps.block import run_block
from sim.sweeps.engine import cores
from sim.sweeps.plan import Plan

SMALL, LARGE = 16, 256  # worlds of the two probes, in each branch
START = 4.0  # seconds in which the processes of a pool get ready


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take on this machine.

    Attributes:
        points, replicates, branches: their product is the worlds.
        worlds: that are simulated, a row each.
        blocks: of work.
        runs: of the engine; dates and choices cut blocks into several.
        workers: processes for which the time holds.
        seconds: of time on this machine.
        disk: bytes of the finished store.
    """

    points: int
    replicates: int
    branches: int
    worlds: int
    blocks: int
    runs: int
    workers: int
    seconds: float
    disk: int


def estimate(plan: Plan, workers: int | None = None) -> Estimate:
    """Run a few worlds of a plan and extrapolate."""
    branches = len(plan.job.labels)
    counts = [min(count, plan.pairs) for count in (SMALL, LARGE)]
    _probe(plan, 1)  # the first run of a process is slower than those that follow
    (small, _), (large, size) = (_probe(plan, count) for count in counts)
    slope = max(0.0, large - small) / (max(1, counts[1] - counts[0]) * branches)
    fixed = max(0.0, small / branches - counts[0] * slope)
    alone = plan.runs * fixed + plan.rows * slope
    many = min(workers or cores(), plan.blocks)
    shared = alone / many + START
    pays = many > 1 and shared < alone
    scenarios = sum(len(json.dumps(one.tree, default=str, indent=1)) for one in plan.scenarios)
    points = plan.values.nbytes * (1 if plan.unit is None else 2)
    return Estimate(
        points=len(plan.values),
        replicates=plan.design.replicates,
        branches=branches,
        worlds=plan.rows,
        blocks=plan.blocks,
        runs=plan.runs,
        workers=many if pays else 1,
        seconds=shared if pays else alone,
        disk=int(size * plan.pairs / counts[1]) + points + scenarios,
    )


def _probe(plan: Plan, pairs: int) -> tuple[float, int]:
    """Seconds for so many pairs of the first block in one run, and bytes of their files."""
    task = plan.task(0)
    rows = slice(pairs)
    values = task.values[rows].copy()
    static = [factor.is_static for factor in plan.job.factors]
    values[:, static] = values[0, static]
    block = replace(
        task,
        points=task.points[rows],
        replicates=task.replicates[rows],
        worlds=task.worlds[rows],
        values=values,
    )
    start = time.perf_counter()
    files = run_block(plan.job, block)
    return time.perf_counter() - start, sum(map(len, files.values()))
