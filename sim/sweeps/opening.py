"""The beginning of a store: a folder is begun once, or gone on with; `run.json` notes by what."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit

from sim.record import provenance
from sim.sweeps.plan import Plan
from sim.sweeps.store import (
    ABOUT,
    DESIGN,
    POINTS,
    SESSIONS,
    TRAJECTORIES,
    WORLDS,
    finished,
    holds_sweep,
    parquet,
    points_table,
    tidy,
    write,
)

_OWN = {ABOUT, DESIGN, POINTS, SESSIONS, TRAJECTORIES, WORLDS}


def begin(made: Plan, folder: Path, resume: bool) -> None:
    """Make the store of a plan, or hold the one that is there against it.

    Raises:
        FileExistsError: the folder holds something else, another sweep, or this one unasked.
    """
    if holds_sweep(folder):
        _go_on(made, folder, resume)
    elif folder.exists() and not (folder.is_dir() and all(map(_is_own, folder.iterdir()))):
        raise FileExistsError(f"{folder} exists and holds no sweep; choose another --out")
    places = [folder, folder / WORLDS, *[folder / TRAJECTORIES] * made.design.trajectories]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    tidy(folder)
    if not holds_sweep(folder):
        points = points_table(made.job.factors, made.values, made.unit)
        write(folder / DESIGN, tomlkit.dumps(made.design.plain()).encode())
        write(folder / POINTS, parquet(points))
        write(folder / ABOUT, (json.dumps(made.about, indent=1) + "\n").encode())


def _is_own(path: Path) -> bool:
    return path.name in _OWN or path.suffix == ".part"


def _go_on(made: Plan, folder: Path, resume: bool) -> None:
    there = json.loads((folder / ABOUT).read_text("utf-8"))
    here = json.loads(json.dumps(made.about))  # as it would stand in the file
    differ = [name for name in made.identity if there.get(name) != here[name]]
    if differ == ["versions"]:
        pairs = [(k, there["versions"].get(k), v) for k, v in here["versions"].items()]
        told = ", ".join(f"{name} {old}, now {new}" for name, old, new in pairs if old != new)
        raise FileExistsError(
            f"{folder} was begun with other versions ({told}): its blocks would not fit together; "
            "go on with those versions, or choose another --out"
        )
    if differ:
        told = ", ".join(name for name in differ if name != "versions")
        raise FileExistsError(
            f"{folder} holds a sweep of another design ({told} differ); choose another --out"
        )
    done = f"{len(finished(folder))} of {made.blocks} blocks"
    if finished(folder) and not resume:
        raise FileExistsError(
            f"{folder} holds this sweep already, {done}; go on with --resume, or choose another "
            "--out"
        )


@contextlib.contextmanager
def session(made: Plan, folder: Path, how: dict[str, Any]) -> Iterator[None]:
    """Note in `run.json` by what command, when and how far the store was brought."""
    noted = {"command": sys.argv, "began": _now(), **how, "versions": provenance.versions()}
    _note(made, folder, noted)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # a full disk: there is something better to say
            _note(made, folder, noted | {"ended": _now(), "finished": len(finished(folder))})


def _note(made: Plan, folder: Path, noted: dict[str, Any]) -> None:
    """Add a session, or replace the last one if it is the same."""
    file = folder / SESSIONS
    before = json.loads(file.read_text("utf-8"))["sessions"] if file.is_file() else []
    if before and all(before[-1].get(key) == value for key, value in list(noted.items())[:2]):
        before.pop()
    scenarios = [provenance.about_scenario(one, made.design.set) for one in made.resolved]
    about = {"kind": "sweep", "scenarios": scenarios, "sessions": [*before, noted]}
    write(file, json.dumps(about, indent=1, default=str).encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
