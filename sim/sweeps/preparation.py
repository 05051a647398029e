"""Prepare the folder of a sweep: make it, check that it is of the same sweep, or extend it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import tomlkit

from sim.core.files import write
from sim.record.stored import dumped
from sim.sweeps.block import TRAJECTORIES, WORLDS, parquet
from sim.sweeps.columns import PLACE, described
from sim.sweeps.plan import Plan, points_digest
from sim.sweeps.receipts import GROWING, RECEIPTS, damage, file_name
from sim.sweeps.store import (
    ABOUT,
    DESIGN,
    POINTS,
    SESSIONS,
    finished,
    holds_sweep,
    read_sweep_about,
    recorded,
    remove_parts,
)

_FILES = {ABOUT, DESIGN, POINTS, RECEIPTS, SESSIONS, TRAJECTORIES, WORLDS}


def prepare(plan: Plan, folder: Path, resume: bool) -> dict[int, str]:
    """Make the store of a plan, or check that the existing one is of the same sweep.

    A store without one finished block holds nothing of its sweep: it is made again.

    Returns:
        what was wrong with blocks that are damaged, by number; they are no longer in the store.

    Raises:
        FileExistsError: the folder holds something else, another sweep, or this one and `resume`
            is not given.
    """
    is_store = holds_sweep(folder) and bool(finished(folder))
    if is_store:
        _check_same(plan, folder, resume)
    elif folder.exists() and not (folder.is_dir() and all(map(_is_ours, folder.iterdir()))):
        raise FileExistsError(f"{folder} exists and holds no sweep; choose another --out")
    for place in [folder, *(folder / place for place in (RECEIPTS, *_places(plan)))]:
        place.mkdir(parents=True, exist_ok=True)
    remove_parts(folder)
    if not is_store:
        for name in (RECEIPTS, TRAJECTORIES):  # of blocks that were not finished
            for scrap in (folder / name).glob("[0-9]*"):
                scrap.unlink()
    damaged = _damaged(plan, folder)
    if resume or not is_store:  # as they were, unless they were damaged or grow
        write(folder / DESIGN, tomlkit.dumps(plan.design.plain()).encode())
        write(folder / POINTS, parquet(_points(plan)))
        write(folder / ABOUT, dumped(plan.about).encode())
    for number in damaged:
        (folder / WORLDS / file_name(WORLDS, number)).unlink(missing_ok=True)
    return damaged


def _places(plan: Plan) -> tuple[str, ...]:
    """Folders of the tables of blocks."""
    return (WORLDS, TRAJECTORIES) if plan.design.trajectories else (WORLDS,)


def _damaged(plan: Plan, folder: Path) -> dict[int, str]:
    """What is wrong with finished blocks, by number."""
    found = {}
    for number in sorted(recorded(folder)):
        if number >= plan.blocks:
            raise FileExistsError(
                f"{folder / WORLDS / file_name(WORLDS, number)} is none of the {plan.blocks} "
                "blocks of this sweep; move it elsewhere"
            )
        if wrong := damage(folder, plan.task(number), _places(plan)):
            found[number] = wrong
    return found


def extended(plan: Plan, folder: Path, extend: bool) -> Plan:
    """A plan as the sweep in a folder must be gone on with: an extension, if it is or becomes one.

    Args:
        extend: whether the plan may have more points or replicates than the store.

    Raises:
        FileExistsError: the sweep cannot be extended to this plan.
        FileNotFoundError: there is nothing to extend.
    """
    if not holds_sweep(folder):
        if extend:
            raise FileNotFoundError(f"{folder} holds no sweep to extend; leave out --extend")
        return plan
    about = read_sweep_about(folder)
    earlier = [(points, replicates) for points, replicates in about.get("earlier", [])]
    old, new = (about["count"], about["replicates"]), plan.sizes[-1]
    if extend and old != new:
        if new[0] < old[0] or new[1] < old[1]:
            wrong = (
                f"it has {old[0]:,} points with {old[1]:,} replicates, and none can be taken away"
            )
            raise _no_extension(folder, wrong)
        grown = plan.extending([*earlier, old])
        _check_extension(grown, folder, about)
        return grown
    return plan.extending(earlier) if earlier and old == new else plan


def _no_extension(folder: Path, wrong: str) -> FileExistsError:
    return FileExistsError(f"{folder} cannot be extended so: {wrong}; choose another --out")


def _check_extension(plan: Plan, folder: Path, about: dict[str, Any]) -> None:
    """Refuse more points or replicates that do not add to those which are there."""
    old, new = plan.sizes[-2:]
    wrong = ""
    if points_digest(plan.values[: old[0]]) != about["points"]:
        wrong = (
            "its points are not the first of this design's (a grid or list takes no more points)"
        )
    elif plan.has_own_worlds and new[1] != old[1]:
        wrong = "each point has worlds of its own, and more replicates would give it others"
    if wrong:
        raise _no_extension(folder, wrong)
    _check_same(plan, folder, resume=True)


def _is_ours(path: Path) -> bool:
    return path.name in _FILES or path.suffix == ".part"


def _check_same(plan: Plan, folder: Path, resume: bool) -> None:
    theirs = read_sweep_about(folder)
    size = theirs["count"], theirs["replicates"]
    growing = GROWING if size in plan.earlier else ()  # the plan extends this sweep
    ours = json.loads(json.dumps(plan.about))  # as it would stand in the file
    differ = [
        name for name in plan.identity if theirs.get(name) != ours[name] and name not in growing
    ]
    if differ == ["versions"]:
        pairs = [(k, theirs["versions"].get(k), v) for k, v in ours["versions"].items()]
        changes = ", ".join(f"{name} {old}, now {new}" for name, old, new in pairs if old != new)
        raise FileExistsError(
            f"{folder} was begun with other versions ({changes}): its blocks would not fit "
            "together; go on with those versions, or choose another --out"
        )
    if differ:
        names = ", ".join(name for name in differ if name != "versions")
        grow = "add them with --extend, or " if set(differ) <= set(GROWING) else ""
        raise FileExistsError(
            f"{folder} holds a sweep of another design ({names} differ); {grow}choose another --out"
        )
    if not resume and (count := len(finished(folder))):
        raise FileExistsError(
            f"{folder} holds this sweep already, {count} of {plan.blocks} blocks; go on with "
            "--resume, or choose another --out"
        )


def _points(plan: Plan) -> pa.Table:
    """The points of a design, a row each."""
    columns: dict[str, Any] = {"point": pa.array(np.arange(len(plan.values)), pa.int32())}
    for at, factor in enumerate(plan.job.factors):
        columns[factor.name] = pa.array(factor.values_of(plan.values[:, at]))
    if plan.unit is not None:
        for at, factor in enumerate(plan.job.factors):
            columns[f"{PLACE}{factor.name}"] = pa.array(np.ascontiguousarray(plan.unit[:, at]))
    return described(pa.table(columns), plan.job.factors)
