"""The provenance of a result: everything needed to reproduce it."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sim.core.packages import version_of
from sim.scenario.load import ResolvedScenario
from sim.scenario.structures import ALL, REFERENCE
from sim.uncertainty.draw import prior_paths

ROOT = Path(__file__).resolve().parents[2]
NAMED = 2  # overrides up to which a title lists them all
PACKAGES = ("mesa", "numpy", "scipy", "xarray", "pydantic", "networkx")


def versions() -> dict[str, str]:
    """Versions of Python, moat and the packages that compute."""
    python = {"python": platform.python_version(), "moat": version_of("moat")}
    return python | {name: version_of(name) for name in PACKAGES}


@cache
def code() -> str:
    """Hash of code and posteriors of the simulation: equal ones give equal numbers."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.npz")]):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def fingerprint() -> dict[str, str]:
    """Versions and code that must be equal on all machines that share a sweep."""
    packages = ("moat", "numpy", "scipy", "pyarrow")
    return {name: version_of(name) for name in packages} | {"code": code()}


def about_scenario(resolved: ResolvedScenario, overrides: Iterable[str]) -> dict[str, Any]:
    """A scenario as it was run: name, files, hash, own changes, every resolved number."""
    overrides = list(overrides)
    return {
        "name": resolved.name,
        "title": resolved.scenario.title + _changed(overrides),
        "files": resolved.layers,
        "hash": resolved.digest,
        "overrides": overrides,
        "ensemble": about_ensemble(resolved),
        "own": resolved.own,
        "resolved": resolved.tree,
    }


def _changed(overrides: list[str]) -> str:
    """Addition to a title when overrides were given."""
    if len(overrides) <= NAMED:
        return f", with {' and '.join(overrides)}" if overrides else ""
    return f", with {overrides[0]} and {len(overrides) - 1} other changes"


def about_ensemble(resolved: ResolvedScenario) -> dict[str, Any]:
    """The worlds of a run: how many priors of the scenario were fitted to history, until when.

    Numbers that the scenario sets, or whose prior it changes, are not fitted. In worlds of all
    structures a number is fitted where it is in every form that has it.
    """
    parts = resolved.parts or (resolved,)
    name = ALL if resolved.parts else resolved.structure
    structure = {} if name == REFERENCE else {"structure": name}
    every = [part.posterior for part in parts if part.posterior is not None]
    if not every:
        return {"name": "prior"} | structure
    hashes = "".join(one.digest for one in every) + repr(resolved.shares)
    mixed = hashlib.sha256(hashes.encode()).hexdigest()
    priors = [set(prior_paths(part.scenario)) for part in parts]
    own = [paths - _fitted(part) for paths, part in zip(priors, parts, strict=True)]
    return {
        "name": "posterior",
        "posterior": ALL if resolved.parts else every[0].name,
        "hash": mixed if resolved.parts else every[0].digest,
        "until": min(one.about["until"] for one in every),
        "particles": sum(one.count for one in every),
        "fitted": len(set().union(*priors) - set().union(*own)),
        "priors": len(set().union(*priors)),
    } | structure


def _fitted(resolved: ResolvedScenario) -> set[str]:
    """Dotted keys of the numbers of a scenario that are fitted to history."""
    return resolved.posterior.fitted(resolved.scenario) if resolved.posterior else set()


def as_entered(argv: list[str]) -> list[str]:
    """A command as it was entered: a module without the folder in which the checkout lies."""
    program, *words = argv
    file = Path(program)
    if file.suffix != ".py" or ROOT not in file.parents:
        return argv
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    return [f"python -m {module}", *words]


def about_run(worlds: int, seed: int, months: int, seconds: float) -> dict[str, Any]:
    """The run itself: worlds, seed, months, versions, command, time."""
    return {
        "worlds": worlds,
        "seed": seed,
        "generator": "Philox 4x64, keyed by seed and tile of 64 worlds, counted by channel",
        "months": months,
        "versions": versions(),
        "command": as_entered(sys.argv),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
