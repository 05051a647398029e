"""One block of a sweep: about a thousand worlds of its points, run in each branch.

A block is the unit of work and of the store. It needs nothing but a `Job` and a `Task`: data, no
models, no files, so that any process on any machine can run it.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import of_worlds, simulate_block
from sim.outcomes.catalogue import compute_effects, compute_outcomes
from sim.outcomes.measures import Record
from sim.record.recorder import STORED
from sim.scenario.load import ResolvedScenario, resolve
from sim.sweeps.factors import Factor

PAIRS = 1024  # worlds of a block: what the engine runs at once, in each branch
# A model goes in circles (agents know it, it knows them), so only a collection frees it: from so
# many worlds on at once, since the next one needs the memory.
LARGE = 256


@dataclass(frozen=True)
class Job:
    """What all blocks of a sweep have in common.

    Attributes:
        packed: the layers of every scenario that is run, by name, pickled and compressed.
        branches: scenario of each branch, the reference last.
        labels: how the branches are called in tables.
        sets: overrides that hold everywhere.
        factors: in the order of the columns of a task's values.
        seed: of the luck.
        ensemble: whose worlds they are, `posterior` or `prior`.
        horizon: months simulated.
        months: which of them are kept, counted from the start.
        month_labels: of all months simulated.
        outcomes: kept of each branch.
        paired: kept of the two branches together.
        series: recorded, as far as those outcomes need them.
        trajectories: whether whole trajectories are kept too.
    """

    packed: bytes
    branches: tuple[str, ...]
    labels: tuple[str, ...]
    overrides: tuple[str, ...]
    factors: tuple[Factor, ...]
    seed: int
    ensemble: str
    horizon: int
    months: tuple[int, ...]
    month_labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    paired: tuple[str, ...]
    series: frozenset[str]
    trajectories: bool

    @cached_property
    def digest(self) -> str:
        """Of all that decides which scenario a row runs under."""
        said = pickle.dumps((self.overrides, self.factors, self.ensemble), protocol=5)
        return hashlib.sha256(self.packed + said).hexdigest()

    def __getstate__(self) -> dict:
        return {name: vars(self)[name] for name in type(self).__dataclass_fields__}


@dataclass(frozen=True)
class Task:
    """The pairs of point and replicate of one block.

    Attributes:
        number: of the block.
        points, replicates, worlds: `[pair]`, pairs of equal static factors side by side.
        values: `[pair, factor]`.
    """

    number: int
    points: NDArray[np.int64]
    replicates: NDArray[np.int64]
    worlds: NDArray[np.int64]
    values: Block


@dataclass(frozen=True)
class Tables:
    """The rows of one block."""

    worlds: pa.Table
    trajectories: pa.Table | None


def pack(layers: dict) -> bytes:
    """Layers of scenarios as a job carries them."""
    return zlib.compress(pickle.dumps(layers, protocol=5))


def run_block(job: Job, task: Task) -> Tables:
    """Simulate a block, and what is kept of it as tables."""
    found = [_piece(job, task, rows) for rows in pieces(job.factors, task.values)]
    kept = {name: np.concatenate([one[name] for one in found], axis=2) for name in found[0]}
    months = list(job.months)
    worlds = {
        f"{name}@{job.month_labels[month]}": _interleaved(values[:, month])
        for name, values in kept.items()
        for month in months
    }
    keys = _keys(job, task)
    whole = _long(job, keys, kept) if job.trajectories else None
    return Tables(pa.table({**keys, **worlds}), whole)


def pieces(factors: Sequence[Factor], values: Block) -> Iterator[slice]:
    """Rows in a row for which every static factor is the same: one run of the engine each."""
    static = values[:, [factor.is_static for factor in factors]]
    changes = np.flatnonzero(np.any(static[1:] != static[:-1], axis=1)) + 1
    ends = [0, *changes.tolist(), len(values)]
    yield from (slice(a, b) for a, b in pairwise(ends))


def _piece(job: Job, task: Task, rows: slice) -> dict[str, Block]:
    """Outcomes of some rows, `[branch, month, pair]`; paired ones are 0 in the reference."""
    values = task.values[rows]
    columns = {factor.key: values[:, at] for at, factor in enumerate(job.factors) if factor.column}
    worlds = Worlds(task.worlds[rows])
    records = []
    for branch in job.branches:
        resolved = varied(job, branch, tuple(values[0]))
        records.append(
            simulate_block(
                resolved, worlds, job.seed, job.horizon, columns=columns, only=job.series
            )
        )
        if worlds.count >= LARGE:
            gc.collect()
    return _kept(job, records)


def _kept(job: Job, records: list[Record]) -> dict[str, Block]:
    each = [compute_outcomes(record, job.outcomes) for record in records]
    kept = {name: np.stack([one[name] for one in each]) for name in job.outcomes}
    if job.paired:
        this, reference = records
        pairs = compute_effects(this, reference, job.paired)
        kept |= {name: np.stack([pairs[name], np.zeros_like(pairs[name])]) for name in job.paired}
    return kept


def varied(job: Job, branch: str, values: tuple[float, ...]) -> ResolvedScenario:
    """The scenario of a branch with its static factors set."""
    static = tuple(
        (at, value)
        for at, (factor, value) in enumerate(zip(job.factors, values, strict=True))
        if factor.is_static
    )
    return _varied(_Same(job), branch, static)


class _Same:
    """A job that equals another one of the same scenarios and factors, for the cache."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __hash__(self) -> int:
        return hash(self.job.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.job.digest == other.job.digest


@lru_cache(maxsize=64)
def _varied(same: _Same, branch: str, static: tuple[tuple[int, float], ...]) -> ResolvedScenario:
    job = same.job
    chosen = [(job.factors[at], value) for at, value in static]
    name = next((s for f, value in chosen if (s := f.scenario_at(value))), branch)
    layers = _layers(job.packed)[name]
    before = of_worlds(resolve(name, layers, job.overrides), job.ensemble)
    flags = [text for f, value in chosen for text in f.overrides(before.scenario, value)]
    if not flags:
        return before
    return of_worlds(resolve(name, layers, [*job.overrides, *flags]), job.ensemble)


@lru_cache(maxsize=4)
def _layers(packed: bytes) -> dict:
    return pickle.loads(zlib.decompress(packed))


def _interleaved(values: Block) -> Block:
    """`[branch, pair]` in the order of the rows: all branches of a pair, then the next pair."""
    return np.ascontiguousarray(values.T).ravel()


def _keys(job: Job, task: Task) -> dict[str, pa.Array]:
    """Columns that say which world a row is: point, replicate, world, branch, factors."""
    branches = len(job.branches)
    keys = {
        "point": pa.array(np.repeat(task.points, branches), pa.int32()),
        "replicate": pa.array(np.repeat(task.replicates, branches), pa.int32()),
        "world": pa.array(np.repeat(task.worlds, branches), pa.int64()),
        "branch": pa.array(list(job.labels) * len(task.points), pa.string()),
    }
    for at, factor in enumerate(job.factors):
        keys[factor.name] = pa.array(np.repeat(factor.shown(task.values[:, at]), branches))
    return keys


def _long(job: Job, keys: dict[str, pa.Array], kept: dict[str, Block]) -> pa.Table:
    """Trajectories: a row a world and month, outcomes in the precision of recorded series."""
    rows, months = len(keys["point"]), job.horizon
    at = np.repeat(np.arange(rows), months)
    long = {name: keys[name].take(pa.array(at)) for name in ("point", "replicate", "branch")}
    long["month"] = pa.array(list(job.month_labels) * rows, pa.string())
    for name, values in kept.items():
        ordered = values.transpose(2, 0, 1)  # [pair, branch, month]
        long[name] = pa.array(np.ascontiguousarray(ordered).ravel().astype(STORED))
    return pa.table(long)
