"""The plan of a sweep: its points, cut into blocks, and what a store of it must agree in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.record import provenance
from sim.scenario.load import ResolvedScenario
from sim.sweeps.block import Job, Task, pieces
from sim.sweeps.design import Design, Priors
from sim.sweeps.sampling import Unit, Values


@dataclass(frozen=True)
class Plan:
    """Everything a sweep will do.

    Attributes:
        design: as read.
        job: what its blocks have in common.
        loaded: every scenario that is run, with the design's overrides, before any factor; those
            of the branches first.
        values: `[point, factor]`, see `sampling`.
        unit: `[point, factor]` in the unit cube, or None.
        block: pairs of point and replicate in a block.
    """

    design: Design
    job: Job
    resolved: tuple[ResolvedScenario, ...]
    values: Values
    unit: Unit | None
    block: int

    @property
    def pairs(self) -> int:
        """Pairs of point and replicate."""
        return len(self.values) * self.design.replicates

    @property
    def rows(self) -> int:
        """Worlds simulated, in all branches."""
        return self.pairs * len(self.job.branches)

    @property
    def blocks(self) -> int:
        """Blocks of work."""
        return -(-self.pairs // self.block)

    @cached_property
    def _order(self) -> np.ndarray:
        """Points in the order in which they are run: equal static factors side by side."""
        static = self.values[:, [factor.is_static for factor in self.job.factors]]
        if static.shape[1] == 0:
            return np.arange(len(self.values))
        return np.lexsort(static.T[::-1])

    def task(self, number: int) -> Task:
        """The pairs of one block."""
        pairs = np.arange(number * self.block, min((number + 1) * self.block, self.pairs))
        points = self._order[pairs // self.design.replicates]
        replicates = pairs % self.design.replicates
        own = self.design.luck == "own" or isinstance(self.design.sampler, Priors)
        worlds = points * self.design.replicates + replicates if own else replicates
        return Task(number, points, replicates, worlds, self.values[points])

    def rows_of(self, number: int) -> int:
        """Worlds of one block, in all branches."""
        return min(self.block, self.pairs - number * self.block) * len(self.job.branches)

    @cached_property
    def runs(self) -> int:
        """Runs of the engine: pieces of blocks, in each branch."""
        tasks = (self.task(number) for number in range(self.blocks))
        found = sum(1 for task in tasks for _ in pieces(self.job.factors, task.values))
        return found * len(self.job.branches)

    @property
    def identity(self) -> dict[str, Any]:
        """What a store must agree in with this plan to be gone on with."""
        return {
            "factors": [factor.about() for factor in self.job.factors],
            "points": hashlib.sha256(np.ascontiguousarray(self.values).tobytes()).hexdigest(),
            "scenarios": [one.digest for one in self.resolved],
            "block": self.block,
            "replicates": self.design.replicates,
            "luck": self.design.luck,
            "seed": self.design.seed,
            "ensemble": [provenance.about_ensemble(one) for one in self.resolved],
            "months": [self.job.month_labels[month] for month in self.job.months],
            "outcomes": list(self.job.outcomes),
            "paired": list(self.job.paired),
            "trajectories": self.design.trajectories,
            "versions": provenance.fingerprint(),
        }

    @property
    def about(self) -> dict[str, Any]:
        """What `sweep.json` says of the sweep."""
        branches = [
            {"name": label, "title": one.scenario.title, "hash": one.digest}
            for label, one in zip(self.job.labels, self.resolved, strict=False)
        ]
        sizes = {"count": len(self.values), "rows": self.rows, "blocks": self.blocks}
        return {"title": self.design.title, "branches": branches, **sizes, **self.identity}
