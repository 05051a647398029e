"""The store of a sweep: a folder of blocks in Parquet, each in or out, never half.

    design.toml            the design as it was run
    sweep.json             what it is: factors, scenarios by hash, seed, versions
    points.parquet         a row a point: factors, and positions in the unit cube
    worlds/000000.parquet  a row a world: point, replicate, world, branch, factors, outcomes
    trajectories/...       a row a world and month, where the design asks for them
    run.json               by which commands, when, with which files: not part of the result

All but `run.json` is the same bytes whatever ran it, in which order and how often interrupted. A
block is written under another name and renamed; its file in `worlds/` is renamed last, so a block
is there when that file is. There is no other mark and no file of all rows: readers take folders.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

from sim.core.files import write
from sim.outcomes.catalogue import PAIRED
from sim.scenario.layers import parse
from sim.sweeps.block import Tables
from sim.sweeps.design import Design, design_of
from sim.sweeps.factors import Factor, factor_from

if TYPE_CHECKING:
    import xarray as xr

DESIGN, ABOUT, POINTS, SESSIONS = "design.toml", "sweep.json", "points.parquet", "run.json"
WORLDS, TRAJECTORIES = "worlds", "trajectories"
_UNIT = "unit:"  # before the name of a factor: its position in the unit cube


def parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file: equal tables, equal bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue().to_pybytes()


def tidy(folder: Path) -> None:
    """Remove what killed processes left under temporary names; nobody may be writing now."""
    for place in (folder, folder / WORLDS, folder / TRAJECTORIES):
        for part in place.glob(".*.part"):
            part.unlink(missing_ok=True)


def packed(tables: Tables) -> dict[str, bytes]:
    """The files of a block by folder, in the order in which they are written."""
    found = {}
    if tables.trajectories is not None:
        found[TRAJECTORIES] = parquet(tables.trajectories)
    return found | {WORLDS: parquet(tables.worlds)}


def write_block(folder: Path, number: int, files: dict[str, bytes]) -> None:
    """Put a block into the store; its worlds come last and make it count."""
    for place, content in files.items():
        write(folder / place / block_name(number), content)


def block_name(number: int) -> str:
    """The file of a block."""
    return f"{number:06d}.parquet"


def finished(folder: Path) -> set[int]:
    """Numbers of the blocks that are in a store."""
    return {int(path.stem) for path in (folder / WORLDS).glob("[0-9]*.parquet")}


def holds_sweep(folder: Path) -> bool:
    """Whether a folder is a store, finished or not."""
    return (folder / ABOUT).is_file()


def points_table(
    factors: Iterable[Factor], values: np.ndarray, unit: np.ndarray | None
) -> pa.Table:
    """The points of a design, a row each."""
    columns: dict[str, Any] = {"point": pa.array(np.arange(len(values)), pa.int32())}
    for at, factor in enumerate(factors):
        columns[factor.name] = pa.array(factor.shown(values[:, at]))
    for at, factor in enumerate(factors):
        if unit is not None:
            columns[f"{_UNIT}{factor.name}"] = pa.array(np.ascontiguousarray(unit[:, at]))
    return pa.table(columns)


@dataclass
class Sweep:
    """A sweep in its folder, finished or as far as it is.

    Attributes:
        folder: of the store.
        about: what `sweep.json` says.
    """

    folder: Path
    about: dict[str, Any]

    @cached_property
    def design(self) -> Design:
        """The design that was run."""
        return design_of(parse(self.folder / DESIGN), str(self.folder / DESIGN))

    @cached_property
    def factors(self) -> list[Factor]:
        """The factors, in the order of their columns."""
        return [factor_from(one) for one in self.about["factors"]]

    @cached_property
    def _points(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / POINTS).set_index("point")

    @property
    def points(self) -> pd.DataFrame:
        """A row a point, a column a factor."""
        return self._points[[factor.name for factor in self.factors]]

    @property
    def unit(self) -> np.ndarray | None:
        """Positions in the unit cube, `[point, factor]`, for samplers that have them."""
        names = [f"{_UNIT}{factor.name}" for factor in self.factors]
        return self._points[names].to_numpy() if names[0] in self._points else None

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes of each branch."""
        return list(self.about["outcomes"])

    @property
    def months(self) -> list[str]:
        """Labels of the months that are kept."""
        return list(self.about["months"])

    @property
    def branches(self) -> list[str]:
        """Names of the branches: one, or two of which the second is the reference."""
        return [one["name"] for one in self.about["branches"]]

    @property
    def blocks(self) -> int:
        """Blocks of the whole sweep."""
        return self.about["blocks"]

    @property
    def complete(self) -> bool:
        """Whether every block is there."""
        return len(finished(self.folder)) >= self.blocks

    def table(self) -> pd.DataFrame:
        """A row a point, replicate and branch, in that order: keys, factors, `NAME@YYYY-MM`."""
        rows = self._rows()
        return rows[[name for name in rows if name.partition("@")[0] not in _PAIRED]]

    def effects(self) -> pd.DataFrame:
        """A row a point and replicate: first branch less second, and the paired outcomes.

        Raises:
            ValueError: the sweep has one branch.
        """
        if len(self.branches) < 2:
            raise ValueError(f"{self.folder} has one branch: nothing to compare it with")
        rows = self._rows()
        first, second = (rows[at::2].reset_index(drop=True) for at in (0, 1))
        values = [name for name in rows if "@" in name]
        # Paired outcomes stand in the first row of a pair, with 0 in the row of the reference.
        return first.drop(columns="branch").assign(**(first[values] - second[values]))

    def labelled(self, branch: str | None = None) -> xr.Dataset:
        """Labelled arrays `[point, replicate, month]` with `unit` and `meaning`.

        Of a pair the effects, first branch less second, unless a branch is named. Each factor is a
        coordinate along `point`, with its key and unit; what is not finished yet is NaN.

        Raises:
            ValueError: there is no such branch.
            FileNotFoundError: no block is finished.
        """
        from sim.sweeps.arrays import labelled

        return labelled(self, branch)

    def trajectories(self, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
        """A row a world and month, where the design keeps trajectories.

        Raises:
            FileNotFoundError: it keeps none.
        """
        place = self.folder / TRAJECTORIES
        if not place.is_dir():
            raise FileNotFoundError(f"{self.folder} keeps no trajectories")
        asked = None if outcomes is None else ["point", "replicate", "branch", "month", *outcomes]
        return self._read(TRAJECTORIES, asked)

    def _rows(self) -> pd.DataFrame:
        return self._read(WORLDS)

    def _read(self, place: str, columns: list[str] | None = None) -> pd.DataFrame:
        """All finished blocks, in the order of points, replicates, branches (months)."""
        done = [str(self.folder / place / block_name(at)) for at in sorted(finished(self.folder))]
        if not done:
            raise FileNotFoundError(f"{self.folder} holds no finished block")
        rows = dataset(done, format="parquet").to_table(columns=columns).to_pandas()
        # Branches and months stand in their order already; only blocks mix points.
        order = np.lexsort([rows["replicate"], rows["point"]])
        return rows.iloc[order].reset_index(drop=True)


_PAIRED = {one.name for one in PAIRED}


def open_sweep(folder: str | Path) -> Sweep:
    """A sweep on disk, finished or not.

    Raises:
        FileNotFoundError: there is none.
    """
    folder = Path(folder)
    if not holds_sweep(folder):
        raise FileNotFoundError(f"{folder} holds no sweep ({ABOUT}, {WORLDS}/)")
    return Sweep(folder, json.loads((folder / ABOUT).read_text("utf-8")))
