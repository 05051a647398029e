"""How fast sweeps run: `uv run python benchmarks/sweeps.py` (`--worlds 100000` for the whole).

Twelve factors over the whole as_enacted scenario, 132 months: what a sweep adds to the bare engine,
how cost grows with worlds, how much memory it takes, and beside it the same model one world at a
time under `mesa.batch_run` and under the EMA workbench (`uv run --with ema-workbench python
benchmarks/sweeps.py`). All in the same minutes: read the ratios, absolute figures belong to the
machine.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # one core: numpy reads this when it is imported

import argparse
import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import mesa

from sim.model.race import Race
from sim.scenario.layers import parse
from sim.scenario.library import shipped_designs
from sim.sweeps.block import PAIRS
from sim.sweeps.design import design_of
from sim.sweeps.engine import cores, serially
from sim.sweeps.plan import Plan, make_plan
from sim.sweeps.preparation import prepare
from sim.sweeps.sweep import sweep


def twelve(points: int) -> Plan:
    """A Latin hypercube over the priors of twelve numbers."""
    keys = {name: one["key"] for name, one in parse(shipped_designs()["worlds"])["factors"].items()}
    return make_plan(
        design_of(
            {
                "title": "Twelve factors",
                "sampler": {"kind": "lhs", "points": points},
                "luck": "own",
                "factors": {name: {"key": key, "prior": True} for name, key in keys.items()},
            }
        )
    )


def bare(plan: Plan) -> float:
    """CPU seconds of the engine alone on the same blocks: no outcomes, nothing kept."""
    began = time.process_time()
    for number in range(plan.blocks):
        task = plan.task(number)
        columns = {f.key: task.values[:, at] for at, f in enumerate(plan.job.factors)}
        race = Race(plan.scenarios[0], task.worlds, columns=columns)
        while race.running:
            race.step()
    return time.process_time() - began


def swept(plan: Plan) -> float:
    """CPU seconds of the same blocks as a sweep, in one process, into a store."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        prepare(plan, Path(folder), resume=False)
        for _ in serially(plan, list(range(plan.blocks)), Path(folder)):
            pass
        return time.process_time() - began


def pooled(points: int, workers: int) -> tuple[float, float, float]:
    """Seconds, CPU seconds and MB of a whole sweep, with plan and start."""
    with tempfile.TemporaryDirectory() as folder, watched() as seen:
        began = time.perf_counter()
        sweep(twelve(points), Path(folder) / "sweep", workers if points > PAIRS else None)
        return time.perf_counter() - began, sum(seen.seconds.values()), seen.megabytes


class Watch(threading.Thread):
    """Samples memory (shared pages shared out) and CPU time of this process and all below it."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()
        self.megabytes = 0.0
        self.seconds: dict[int, float] = {}
        self.before = {pid: _seconds(pid) for pid in _family(os.getpid())}

    def run(self) -> None:
        """Until it is over."""
        while not self.over.wait(1.0):  # looking at the memory of others takes time itself
            self.look()

    def look(self) -> None:
        """One sample."""
        family = _family(os.getpid())
        self.megabytes = max(self.megabytes, sum(_megabytes(pid) for pid in family))
        for pid in family:
            spent = _seconds(pid) - self.before.get(pid, 0.0)
            self.seconds[pid] = max(spent, self.seconds.get(pid, 0.0))


@contextlib.contextmanager
def watched() -> Iterator[Watch]:
    """Memory and CPU time of all that happens inside."""
    watch = Watch()
    watch.start()
    yield watch
    watch.look()
    watch.over.set()
    watch.join()


def _family(root: int) -> list[int]:
    """A process and all its descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [root]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


def _megabytes(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def by_mesa(plan: Plan, runs: int) -> float:
    """CPU seconds for so many worlds by Mesa's own runner, one process."""
    began = time.process_time()
    mesa.batch_run(
        Race,
        {"scenario": "as_enacted"},
        number_processes=1,
        rng=list(range(runs)),
        max_steps=10_000,
        data_collection_period=-1,
        display_progress=False,
    )
    return time.process_time() - began


def by_workbench(plan: Plan, runs: int) -> float | None:
    """CPU seconds for so many worlds by the EMA workbench, one at a time; None without it."""
    try:
        from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator
    except ImportError:
        return None
    keys = {factor.name: factor.key for factor in plan.job.factors}

    def one_world(**values: float) -> dict[str, float]:
        race = Race(plan.scenarios[0], 1, columns={keys[k]: [v] for k, v in values.items()})
        while race.running:
            race.step()
        return {"frontier": float(race.public_state.frontier[0])}

    model = Model("moat", function=one_world)
    ends = zip(plan.job.factors, plan.values.min(axis=0), plan.values.max(axis=0), strict=True)
    model.uncertainties = [RealParameter(f.name, low, high) for f, low, high in ends]
    model.outcomes = [ScalarOutcome("frontier")]
    began = time.process_time()
    with SequentialEvaluator(model) as evaluator:
        evaluator.perform_experiments(scenarios=runs)
    return time.process_time() - began


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=10_000, help="largest sweep")
    parser.add_argument("--repeats", type=int, default=3, help="best of so many")
    parser.add_argument("--singles", type=int, default=8, help="worlds of those who take one each")
    options = parser.parse_args()
    workers = cores()
    print(f"whole sweeps, {workers} processes, with planning and start:")
    points = 1000
    while points <= options.worlds:
        seconds, spent, size = pooled(points, workers)
        each = f"{spent / points * 1e3:6.2f} ms CPU time a world"
        print(f"  {points:7,} worlds {seconds:7.1f} s  {each}  {size:6.0f} MB", flush=True)
        points = min(points * 10, options.worlds) if points < options.worlds else points + 1
    print()
    plan = twelve(2048)
    bare(twelve(64)), swept(twelve(64))  # warm up
    pairs = [(bare(plan), swept(plan)) for _ in range(options.repeats)]
    engine, whole = (min(one) for one in zip(*pairs, strict=True))
    print(f"one process, {plan.rows} worlds, CPU time, best of {options.repeats}:")
    print(f"  bare engine            {plan.rows / engine:9.1f} worlds/s")
    print(f"  sweep into a store     {plan.rows / whole:9.1f} worlds/s, {whole / engine - 1:+.1%}")
    for name, measure in (("mesa.batch_run", by_mesa), ("EMA workbench", by_workbench)):
        seconds = measure(plan, options.singles)
        if seconds is None:
            print(f"  {name:22} is not installed")
            continue
        rate = options.singles / seconds
        print(f"  {name:22} {rate:9.1f} worlds/s, {plan.rows / whole / rate:.0f}x slower")


if __name__ == "__main__":
    main()
