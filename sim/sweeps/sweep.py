"""`moat sweep`: run a design into a store, or go on with one.

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
...     found = sim.sweep(design, f"{folder}/two", workers=1).labelled()
>>> dict(found["us_frontier"].sizes), found["us_frontier"].attrs["unit"]
({'point': 6, 'replicate': 1, 'month': 1}, 'ECI points')
>>> on_grid = found.set_index(point=["eta", "sigma"]).unstack("point")
>>> {name: on_grid.sizes[name] for name in ("eta", "sigma")}
{'eta': 2, 'sigma': 3}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

from sim.sweeps.block import PAIRS
from sim.sweeps.design import Design, design_file, read_design
from sim.sweeps.engine import cores, in_pool, serially
from sim.sweeps.opening import begin, session
from sim.sweeps.plan import Plan
from sim.sweeps.planning import plan
from sim.sweeps.store import Sweep, finished, open_sweep

SHORT = 6.0  # seconds of work for which starting processes does not pay
Progress = Callable[[int, int], None]


def sweep(
    design: Design | str | Path,
    out: str | Path,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    block: int = PAIRS,
) -> Sweep:
    """Run a design into a store; interrupted, what is finished is kept.

    Args:
        design: or the path of its file.
        out: folder of the store.
        workers: processes (None: the cores of this machine, or none for short work; 1: none).
        cluster: address of a dask scheduler to use instead.
        resume: go on with a store of the same sweep.
        progress: called with (worlds done, of how many).
        block: worlds of each branch simulated at once; no number depends on it.

    Raises:
        ScenarioError: the design, or a scenario in it, cannot be used.
        FileExistsError: the folder holds something else, or this sweep and `resume` is not given.
        StoppedError: workers or cluster failed for good.
        OSError: the store cannot be written.
    """
    if isinstance(design, Design):
        made = plan(design, block=block)
    else:
        made = plan(read_design(design), str(design_file(str(design))), block)
    return run(made, Path(out), workers, cluster, resume, progress)


def run(
    made: Plan,
    folder: Path,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Run a plan; see `sweep`."""
    begin(made, folder, resume)
    done = finished(folder)
    left = [number for number in range(made.blocks) if number not in done]
    rows = made.rows - sum(made.rows_of(number) for number in left)
    if progress:
        progress(rows, made.rows)
    with (
        session(made, folder, {"workers": workers, "cluster": cluster, "blocks": len(left)}),
        closing(_engine(made, left, folder, workers, cluster)) as engine,
    ):
        for number in engine:
            rows += made.rows_of(number)
            if progress:
                progress(rows, made.rows)
    return open_sweep(folder)


def _engine(
    made: Plan, left: list[int], folder: Path, workers: int | None, cluster: str | None
) -> Generator[int]:
    """Numbers of blocks as they get into the store, by whatever engine suits the work."""
    if cluster is not None:
        from sim.sweeps.cluster import on_cluster

        yield from on_cluster(made, left, folder, cluster)
        return
    many = workers or cores()
    if many == 1 or not left:
        yield from serially(made, left, folder)
        return
    if workers is None:
        began = time.perf_counter()
        yield from serially(made, left[:1], folder)
        left = left[1:]
        if (time.perf_counter() - began) * len(left) < SHORT:
            yield from serially(made, left, folder)
            return
    yield from in_pool(made, left, folder, min(many, len(left)))
