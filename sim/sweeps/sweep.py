"""Run a design into a store, or resume one.

>>> import sim, tempfile
>>> design = sim.design_of(
...     {
...         "title": "Two numbers",
...         "sampler": {"kind": "grid"},
...         "months": ["2020-06"],
...         "outcomes": ["us_frontier"],
...         "factors": {
...             "eta": {"key": "effort.eta", "values": [0.5, 1.5]},
...             "sigma": {"key": "research.sigma", "values": [0.3, 0.9, 2.6]},
...         },
...     }
... )
>>> with tempfile.TemporaryDirectory() as folder:
...     outcomes = sim.sweep(design, f"{folder}/two", workers=1).labelled()
>>> dict(outcomes["us_frontier"].sizes), outcomes["us_frontier"].attrs["unit"]
({'point': 6, 'replicate': 1, 'month': 1}, 'ECI points')
>>> on_grid = outcomes.set_index(point=["eta", "sigma"]).unstack("point")
>>> {name: on_grid.sizes[name] for name in ("eta", "sigma")}
{'eta': 2, 'sigma': 3}
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from sim.experiments.ensemble import Progress
from sim.sweeps.block import PAIRS
from sim.sweeps.design import Design, design_file, read_design
from sim.sweeps.engine import cores, in_pool, serially
from sim.sweeps.plan import Plan, make_plan
from sim.sweeps.preparation import extended, prepare
from sim.sweeps.store import Sweep, finished, open_sweep, session

SHORT = 6.0  # seconds of work for which starting processes does not pay


def sweep(
    design: Plan | Design | str | Path,
    out: str | Path,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    block: int = PAIRS,
    extend: bool = False,
) -> Sweep:
    """Run a design into a store; finished blocks stay if it is interrupted.

    Args:
        design: or the path of its file, or the name of a shipped one, or its plan.
        out: folder of the store.
        workers: processes (None: cores, or none for short work; 1: none); scripts need no guard.
        cluster: address of a dask scheduler to use instead.
        resume: continue a store of the same sweep; damaged blocks are run again (`repaired`).
        progress: called with (worlds done, of how many).
        block: worlds of each branch simulated at once; no number depends on it.
        extend: add the points or replicates that the design has more of than the store.

    Raises:
        ScenarioError: the design, or a scenario in it, cannot be used.
        FileExistsError: the folder holds something else, or this sweep and `resume` is not given.
        StoppedError, OSError: workers or cluster failed for good; the store cannot be written.
    """
    folder = Path(out)
    plan = extended(_plan(design, block), folder, extend)
    damaged = prepare(plan, folder, resume or extend)
    left = sorted(set(range(plan.blocks)) - finished(folder))
    rows, tick = plan.rows - sum(map(plan.rows_of, left)), progress or (lambda done, of: None)
    tick(rows, plan.rows)
    how: dict[str, Any] = {"repaired": list(damaged.values())} if damaged else {}
    how |= {"workers": workers, "cluster": cluster, "blocks": len(left)}
    blocks = closing(_run_blocks(plan, left, folder, workers, cluster))
    with session(plan, folder, how), blocks as numbers:
        for number in numbers:
            tick(rows := rows + plan.rows_of(number), plan.rows)
    return open_sweep(folder)


def _plan(design: Plan | Design | str | Path, block: int) -> Plan:
    if isinstance(design, Plan):
        return design
    if isinstance(design, Design):
        return make_plan(design, block=block)
    return make_plan(read_design(design), str(design_file(str(design))), block)


def _run_blocks(
    plan: Plan, left: list[int], folder: Path, workers: int | None, cluster: str | None
) -> Generator[int]:
    """Run blocks by the engine that suits the work; gives their numbers as they are finished."""
    if cluster is not None:
        from sim.sweeps.cluster import on_cluster

        yield from on_cluster(plan, left, folder, cluster)
        return
    many = workers or cores()
    if many == 1 or not left:
        yield from serially(plan, left, folder)
        return
    if workers is None:
        start = time.perf_counter()
        yield from serially(plan, left[:1], folder)
        left = left[1:]
        if (time.perf_counter() - start) * len(left) < SHORT:
            yield from serially(plan, left, folder)
            return
    yield from in_pool(plan, left, folder, min(many, len(left)))
