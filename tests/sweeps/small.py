"""Small designs for tests: a few worlds, a few months, several blocks."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

from sim.sweeps.design import Design, design_of

ETA = {"key": "effort.eta", "low": 0.0, "high": 4.0}
SIGMA = {"key": "research.sigma", "prior": True}
STOCK = {"key": "channels.stockpiling"}
WHEN = {"key": "events.chips_oct_2022.effective"}
PAIR = ["as_enacted", "no_controls"]
DATA = ("design.toml", "sweep.json", "points.parquet", "worlds", "trajectories", "receipts")


def lhs(points: int, seed: int = 0) -> dict[str, Any]:
    """A Latin hypercube."""
    return {"kind": "lhs", "points": points, "seed": seed}


def tree(**changes: Any) -> dict[str, Any]:
    """A small design as plain tables, some of it changed (None: left out)."""
    usual = {
        "title": "Small",
        "sampler": lhs(6),
        "replicates": 2,
        "months": ["2020-02", "2020-04"],
        "outcomes": ["lead_months", "china_frontier"],
        "factors": {"eta": ETA, "sigma": SIGMA},
    }
    return {key: value for key, value in (usual | changes).items() if value is not None}


def small(**changes: Any) -> Design:
    """The same as a design."""
    return design_of(tree(**changes))


def stored(folder: Path) -> dict[str, bytes]:
    """Every file of a store that is part of the result, by name."""
    files = (path for name in DATA for path in [folder / name, *sorted((folder / name).glob("*"))])
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.is_file()}


def leave_scrap(folder: Path, process: int) -> None:
    """What a process that is killed while it writes a block leaves behind."""
    (folder / "worlds" / f".000000.parquet.{process}.part").write_bytes(b"PAR1")


def no_space(*_: Any) -> None:
    """What happens where the disk is full."""
    raise OSError(errno.ENOSPC, "No space left on device")
