"""A sweep killed at random moments, again and again: run as a program by test_kills.py.

Everything dear is imported and planned once; each attempt is a fork that goes on with the store, in
its own process or with a pool of two, and is killed with SIGKILL, alone or with all its workers.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

from sim.core import processes
from sim.sweeps.plan import Plan, make_plan
from sim.sweeps.store import finished
from sim.sweeps.sweep import sweep
from sweeps.small import small

KILLS, BLOCK = 20, 2
DESIGN = small(sampler={"kind": "lhs", "points": 140}, replicates=1, trajectories=True)


def attempt(made: Plan, folder: Path, workers: int) -> int:
    """Go on with the store in another process; gives its number."""
    child = os.fork()
    if child == 0:
        os.setsid()
        # What a forked child has loaded it need not load again.
        processes._context = lambda preload: multiprocessing.get_context("fork")
        sweep(made, folder, workers, resume=True)
        os._exit(0)
    return child


def main(folder: Path) -> None:
    """Kill twenty attempts, then let one end; prints how far each had come."""
    made = make_plan(DESIGN, block=BLOCK)
    chance, seen, killed = random.Random(7), [], 0
    while killed < KILLS and len(finished(folder)) < made.blocks:
        pooled = killed % 4 == 3
        child = attempt(made, folder, workers=2 if pooled else 1)
        wanted = len(finished(folder)) + chance.choice([0, 0, 1, 2, 3])
        while len(finished(folder)) < wanted:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.06))
        with_workers = pooled and killed % 8 == 3
        (os.killpg if with_workers else os.kill)(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        seen.append(len(finished(folder)))
    sweep(made, folder, 1, resume=True)
    print(json.dumps({"killed": killed, "seen": seen, "blocks": len(finished(folder))}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
