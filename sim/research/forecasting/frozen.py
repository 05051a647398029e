"""Frozen files: hash and date of each file of a registered forecast, which never changes again."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from sim.core.files import write
from sim.research.forecasting.shipped import FOLDER

MANIFEST = "frozen.json"
Frozen = dict[str, dict[str, str]]  # by file, relative to the folder of forecasts: sha256, date


def manifest(folder: Path = FOLDER) -> Frozen:
    """What was frozen, with hash and date."""
    file = folder / MANIFEST
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def changed(folder: Path = FOLDER) -> list[str]:
    """Frozen files that are missing or not what they were."""
    return [
        name
        for name, file in manifest(folder).items()
        if not (folder / name).is_file() or _hash(folder / name) != file["sha256"]
    ]


def not_frozen(folder: Path = FOLDER) -> list[str]:
    """Files of registered forecasts that the manifest does not hold."""
    files = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*"))
    return [name for name in files if name not in manifest(folder)]


def freeze(day: date, folder: Path = FOLDER) -> list[str]:
    """Add the files of registered forecasts that the manifest does not hold.

    Args:
        day: from which on they do not change.

    Returns:
        The files that were added.

    Raises:
        ValueError: a frozen file is missing or was changed.
    """
    if wrong := changed(folder):
        raise ValueError(f"frozen files never change: put back {', '.join(wrong)}")
    frozen, added = manifest(folder), not_frozen(folder)
    for name in added:
        frozen[name] = {"sha256": _hash(folder / name), "date": day.isoformat()}
    write(folder / MANIFEST, f"{json.dumps(dict(sorted(frozen.items())), indent=1)}\n".encode())
    return added


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
