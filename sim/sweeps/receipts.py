"""Receipts of blocks: what a block must hold, and the checksums of its files.

    receipts/000000.json   {"block": 0, "sweep": "...", "rows": "...", "files": {"worlds": "..."}}

`sweep` is the digest of all that the blocks of a sweep have in common, `rows` that of the block's
own points, replicates, worlds and values. A file that was cut, changed, or comes from another
sweep or another place does not agree with its receipt. Stores of earlier versions have no receipts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.task import Task

RECEIPTS = "receipts"  # the folder
GROWING = ("points", "replicates")  # of the identity of a sweep: what more of may be run later
_APART = {*GROWING, "title", "branches", "count", "rows", "blocks", "earlier"}  # of `sweep.json`
REPAIR = "moat sweep DESIGN --out {folder} --resume runs damaged blocks again"


def digest_of(content: bytes) -> str:
    """The checksum of a file."""
    return hashlib.sha256(content).hexdigest()


def common_digest(about: Mapping[str, Any]) -> str:
    """Digest of what all blocks of a sweep have in common, however far it is extended.

    Args:
        about: the content of `sweep.json`.
    """
    shared = {name: value for name, value in about.items() if name not in _APART}
    return digest_of(json.dumps(shared, sort_keys=True).encode())


def receipt_of(task: Task, files: Mapping[str, bytes]) -> bytes:
    """The receipt of a block.

    Args:
        files: content of its files, by folder.
    """
    checksums = {place: digest_of(content) for place, content in files.items()}
    return (json.dumps(_head(task) | {"files": checksums}, indent=1) + "\n").encode()


def _head(task: Task) -> dict[str, Any]:
    rows = hashlib.sha256()
    for array in (task.points, task.replicates, task.worlds, task.values):
        rows.update(np.ascontiguousarray(array).tobytes())
    return {"block": task.number, "sweep": task.sweep, "rows": rows.hexdigest()}


def damage(folder: Path, task: Task, places: Iterable[str]) -> str:
    """What is wrong with a block of a store, empty if nothing: `worlds/000000.parquet: ...`."""
    try:
        receipt = _read(folder, task.number)
    except ValueError as error:
        return str(error)
    if {name: receipt.get(name) for name in _head(task)} != _head(task):
        return f"{_name(RECEIPTS, task.number)}: is of another sweep or block"
    return next(filter(None, (_wrong(folder, receipt, task.number, one) for one in places)), "")


def check(folder: Path, place: str, numbers: Iterable[int], sweep: str) -> None:
    """Check the files of finished blocks against their receipts, where a store has any.

    Args:
        place: folder of the files.
        sweep: what all blocks have in common, see `common_digest`.

    Raises:
        ScenarioError: a file is damaged or from elsewhere.
    """
    if not (folder / RECEIPTS).is_dir():
        return
    found = [text for number in numbers if (text := _damage(folder, place, number, sweep))]
    if found:
        name, _, wrong = found[0].partition(": ")
        more = f"; so are {len(found) - 1} more blocks" if len(found) > 1 else ""
        hint = REPAIR.format(folder=folder)
        raise ScenarioError(Problem(str(folder / name), "", f"{wrong}{more}", hint))


def _damage(folder: Path, place: str, number: int, sweep: str) -> str:
    try:
        receipt = _read(folder, number)
    except ValueError as error:
        return str(error)
    if receipt.get("block") != number or receipt.get("sweep") != sweep:
        return f"{_name(place, number)}: is of another sweep or block"
    return _wrong(folder, receipt, number, place)


def _read(folder: Path, number: int) -> dict[str, Any]:
    """A receipt; ValueError says what is wrong with it."""
    name = _name(RECEIPTS, number)
    try:
        receipt = json.loads((folder / name).read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{name}: is missing, so that the block cannot be checked") from None
    except (OSError, ValueError):
        raise ValueError(f"{name}: is damaged") from None
    if not isinstance(receipt, dict) or not isinstance(receipt.get("files"), dict):
        raise ValueError(f"{name}: is damaged")
    return receipt


def _wrong(folder: Path, receipt: Mapping[str, Any], number: int, place: str) -> str:
    """What is wrong with a file of a block."""
    name = _name(place, number)
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return f"{name}: is missing or cannot be read"
    if digest_of(content) == receipt["files"].get(place):
        return ""
    return f"{name}: is damaged or was changed: its checksum is not that of its receipt"


def _name(place: str, number: int) -> str:
    return f"{place}/{file_name(place, number)}"


def file_name(place: str, number: int) -> str:
    """Name of a block's file in a folder of the store."""
    return f"{number:06d}.{'json' if place == RECEIPTS else 'parquet'}"
