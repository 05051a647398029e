"""One block of a sweep: about a thousand worlds of its points, run in each branch.

A block is the unit of work and of the store. It needs nothing but a `Job` and a `Task`, which are
data, so that any process on any machine can run it.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import Ensemble, of_worlds, simulate_block, structure_of
from sim.outcomes.catalogue import compute_effects, compute_outcomes
from sim.record.recorder import STORED
from sim.scenario.layers import Layer
from sim.scenario.load import ResolvedScenario, resolve
from sim.sweeps.columns import described
from sim.sweeps.design import Design
from sim.sweeps.factors import Factor
from sim.sweeps.receipts import RECEIPTS, receipt_of
from sim.sweeps.task import Task
from sim.uncertainty.posterior import Posterior, unpack

PAIRS = 1024  # pairs of point and replicate in a block: worlds that run at once, in each branch
# Agents refer to their model and it to them, so that only a collection frees it. From so many
# worlds on it is freed at once, since the next one needs the memory.
LARGE = 256
WORLDS, TRAJECTORIES = "worlds", "trajectories"  # tables of a block, and their folders
Layers = Mapping[str, list[Layer]]  # of each scenario, by name


@dataclass(frozen=True, eq=False)
class Job:
    """What all blocks of a sweep have in common. Jobs with the same scenarios are equal.

    Attributes:
        design: of the sweep.
        packed: the layers of every scenario that is run, see `pack`.
        posterior: content of the file whose worlds are run, which other machines may not have
            (None: worlds of the priors, or of a shipped posterior).
        labels: names of the branches in tables, the reference last.
        factors: in the order of the columns of a task's values.
        months: that are kept, counted from the start.
        month_labels: of all months that are simulated.
        outcomes: kept of each branch.
        paired: outcomes kept of the two branches together.
        series: recorded, as far as the outcomes need them.
    """

    design: Design
    packed: bytes
    posterior: bytes | None
    labels: tuple[str, ...]
    factors: tuple[Factor, ...]
    months: tuple[int, ...]
    month_labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    paired: tuple[str, ...]
    series: frozenset[str]

    @cached_property
    def digest(self) -> str:
        """Of everything that decides under which scenario a row runs."""
        rest = repr((self.design.set, self.design.worlds, self.factors))
        return hashlib.sha256(self.packed + (self.posterior or b"") + rest.encode()).hexdigest()

    @cached_property
    def ensemble(self) -> Ensemble:
        """The worlds that are run."""
        return _unpack_posterior(self.posterior) if self.posterior else self.design.worlds

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and self.digest == other.digest


def pack(layers: Layers) -> bytes:
    """Layers of scenarios as a job carries them."""
    return zlib.compress(pickle.dumps(layers, protocol=5))


@lru_cache(maxsize=4)
def _unpack(packed: bytes) -> Layers:
    return pickle.loads(zlib.decompress(packed))


@lru_cache(maxsize=4)
def _unpack_posterior(packed: bytes) -> Posterior:
    return unpack(packed)


def run_block(job: Job, task: Task) -> dict[str, bytes]:
    """Simulate a block; gives its files by folder of the store, in the order of writing."""
    runs = [_run(job, task, rows) for rows in equal_scenarios(job.factors, task.values)]
    names = [*job.outcomes, *job.paired]
    values = {name: np.concatenate([run[name] for run in runs], axis=2) for name in names}
    keys = _keys(job, task)
    columns = {
        f"{name}@{job.month_labels[month]}": np.ascontiguousarray(values[name][:, month].T).ravel()
        for name in names
        for month in job.months
    }
    tables = {TRAJECTORIES: _trajectories(job, keys, values)} if job.design.trajectories else {}
    tables |= {WORLDS: pa.table({**keys, **columns})}
    files = {folder: parquet(described(table, job.factors)) for folder, table in tables.items()}
    return {RECEIPTS: receipt_of(task, files), **files}


def parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file: equal tables, equal bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue().to_pybytes()


def equal_scenarios(factors: Sequence[Factor], values: Block) -> Iterator[slice]:
    """Successive rows in which all static factors are equal: one run of the engine each."""
    static = values[:, [factor.is_static for factor in factors]]
    changes = np.flatnonzero(np.any(static[1:] != static[:-1], axis=1)) + 1
    ends = [0, *changes.tolist(), len(values)]
    yield from (slice(a, b) for a, b in pairwise(ends))


def _run(job: Job, task: Task, rows: slice) -> dict[str, Block]:
    """Outcomes of some rows, `[branch, month, pair]`; paired ones are 0 in the reference."""
    values = task.values[rows]
    columns = {factor.key: values[:, at] for at, factor in enumerate(job.factors) if factor.column}
    worlds, months = Worlds(task.worlds[rows]), len(job.month_labels)
    records = []
    for branch in job.design.names:
        resolved = scenario_of_point(job, branch, tuple(values[0]))
        record = simulate_block(
            resolved, worlds, job.design.seed, months, columns=columns, only=job.series
        )
        records.append(record)
        if worlds.count >= LARGE:
            gc.collect()
    # Branches are compared with the last, the reference; a single one is its own.
    branches = [compute_outcomes(record, job.outcomes, records[-1]) for record in records]
    outcomes = {name: np.stack([branch[name] for branch in branches]) for name in job.outcomes}
    if job.paired:
        pairs = compute_effects(records[0], records[1], job.paired)
        outcomes |= {
            name: np.stack([pairs[name], np.zeros_like(pairs[name])]) for name in job.paired
        }
    return outcomes


def scenario_of_point(job: Job, branch: str, values: tuple[float, ...]) -> ResolvedScenario:
    """The scenario of a branch with its static factors set to the values of a point."""
    pairs = enumerate(zip(job.factors, values, strict=True))
    return _with_factors(job, branch, tuple((at, v) for at, (f, v) in pairs if f.is_static))


@lru_cache(maxsize=64)
def _with_factors(job: Job, branch: str, static: tuple[tuple[int, float], ...]) -> ResolvedScenario:
    """The same; `static` holds position and value of the static factors."""
    design, factors = job.design, [(job.factors[at], value) for at, value in static]
    names = [factor.scenario_at(value) for factor, value in factors]
    name = next((name for name in names if name), branch)
    layers = _unpack(job.packed)[name]
    structure = structure_of(job.ensemble)
    resolved = of_worlds(resolve(name, layers, design.set, structure), job.ensemble)
    overrides = [
        text for factor, value in factors for text in factor.overrides(resolved.scenario, value)
    ]
    if not overrides:
        return resolved
    changed = resolve(name, layers, [*design.set, *overrides], structure)
    return of_worlds(changed, job.ensemble)


def _keys(job: Job, task: Task) -> dict[str, pa.Array]:
    """Columns that tell which world a row is; a row a pair and branch."""
    branches = len(job.labels)
    columns = {
        "point": pa.array(np.repeat(task.points, branches), pa.int32()),
        "replicate": pa.array(np.repeat(task.replicates, branches), pa.int32()),
        "world": pa.array(np.repeat(task.worlds, branches), pa.int64()),
        "branch": pa.array(list(job.labels) * len(task.points), pa.string()),
    }
    for at, factor in enumerate(job.factors):
        columns[factor.name] = pa.array(np.repeat(factor.values_of(task.values[:, at]), branches))
    return columns


def _trajectories(job: Job, keys: dict[str, pa.Array], values: dict[str, Block]) -> pa.Table:
    """A row a world and month, outcomes in the precision of recorded series."""
    rows, months = len(keys["point"]), len(job.month_labels)
    repeated = pa.array(np.repeat(np.arange(rows), months))
    columns = {name: keys[name].take(repeated) for name in ("point", "replicate", "branch")}
    columns["month"] = pa.array(list(job.month_labels) * rows, pa.string())
    for name, block in values.items():
        ordered = block.transpose(2, 0, 1)  # [pair, branch, month]
        columns[name] = pa.array(np.ascontiguousarray(ordered).ravel().astype(STORED))
    return pa.table(columns)
