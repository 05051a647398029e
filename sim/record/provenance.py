"""The provenance of a result: everything needed to reproduce it."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import prior_paths

NAMED = 2  # overrides up to which a title lists them all
PACKAGES = ("mesa", "numpy", "scipy", "xarray", "pydantic", "networkx")


def versions() -> dict[str, str]:
    """Versions of Python, moat and the packages that compute."""
    python = {"python": platform.python_version(), "moat": _version("moat")}
    return python | {name: _version(name) for name in PACKAGES}


@cache
def code() -> str:
    """Hash of the source files of the simulation: machines with equal code give equal numbers."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def fingerprint() -> dict[str, str]:
    """Versions and code that must be equal on all machines that share a sweep."""
    packages = ("moat", "numpy", "scipy", "pyarrow")
    return {name: _version(name) for name in packages} | {"code": code()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


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

    Numbers that the scenario sets, or whose prior it changes, are not fitted.
    """
    if resolved.posterior is None:
        return {"name": "prior"}
    fitted = len(resolved.posterior.fitted(resolved.scenario))
    priors = len(prior_paths(resolved.scenario))
    about = resolved.posterior.about
    posterior = {"name": "posterior", "hash": resolved.posterior.digest, "until": about["until"]}
    return posterior | {"particles": resolved.posterior.count, "fitted": fitted, "priors": priors}


def about_run(worlds: int, seed: int, months: int, seconds: float) -> dict[str, Any]:
    """The run itself: worlds, seed, months, versions, command, time."""
    return {
        "worlds": worlds,
        "seed": seed,
        "generator": "Philox 4x64, keyed by seed and tile of 64 worlds, counted by channel",
        "months": months,
        "versions": versions(),
        "command": sys.argv,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
