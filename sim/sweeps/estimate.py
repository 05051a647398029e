"""What a sweep would take: worlds, time and disk, from a short probe."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from sim.sweeps.block import run_block
from sim.sweeps.engine import cores
from sim.sweeps.plan import Plan
from sim.sweeps.store import packed

SMALL, LARGE = 16, 256  # worlds of the two probes, in each branch
START = 4.0  # seconds in which the processes of a pool get ready


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take on this machine.

    Attributes:
        points, replicates, branches: their product is the worlds.
        worlds: simulated, a row each.
        blocks: of work.
        runs: of the engine: more than blocks, where dates or choices cut them.
        workers: processes for which the time holds.
        seconds: on this machine.
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


def estimate(made: Plan, workers: int | None = None) -> Estimate:
    """Run a few worlds of a plan and reckon from them."""
    branches = len(made.job.branches)
    counts = [min(count, made.pairs) for count in (SMALL, LARGE)]
    _probe(made, 1)  # the first run of a process is slower than those that follow
    (small, _), (large, size) = (_probe(made, count) for count in counts)
    slope = max(0.0, large - small) / (max(1, counts[1] - counts[0]) * branches)
    fixed = max(0.0, small / branches - counts[0] * slope)
    alone = made.runs * fixed + made.rows * slope
    many = min(workers or cores(), made.blocks)
    shared = alone / many + START
    return Estimate(
        points=len(made.values),
        replicates=made.design.replicates,
        branches=branches,
        worlds=made.rows,
        blocks=made.blocks,
        runs=made.runs,
        workers=many if many > 1 and shared < alone else 1,
        seconds=min(alone, shared) if many > 1 else alone,
        disk=int(size * made.pairs / counts[1]) + _beside(made),
    )


def _probe(made: Plan, pairs: int) -> tuple[float, int]:
    """Seconds for so many pairs of the first block in one run, and bytes of their files."""
    task = made.task(0)
    rows = slice(pairs)
    values = task.values[rows].copy()
    static = [factor.is_static for factor in made.job.factors]
    values[:, static] = values[0, static]
    block = replace(
        task,
        points=task.points[rows],
        replicates=task.replicates[rows],
        worlds=task.worlds[rows],
        values=values,
    )
    began = time.perf_counter()
    tables = run_block(made.job, block)
    seconds = time.perf_counter() - began
    return seconds, sum(len(content) for content in packed(tables).values())


def _beside(made: Plan) -> int:
    """Bytes of what stands beside the blocks: points, and the scenarios in full."""
    positions = 1 if made.unit is None else 2
    scenarios = sum(len(json.dumps(one.tree, default=str, indent=1)) for one in made.resolved)
    return made.values.nbytes * positions + scenarios
