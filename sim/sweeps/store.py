"""The store of a sweep: a folder of blocks in Parquet, each of them whole or absent.

    design.toml            the design as it was run
    sweep.json             factors, scenarios by hash, seed, versions
    points.parquet         a row a point: factors, and positions in the unit cube
    worlds/000000.parquet  a row a world: point, replicate, world, branch, factors, outcomes
    trajectories/...       a row a world and month, where the design asks for them
    receipts/000000.json   what a block must hold, and checksums of its files
    run.json               the commands that ran it, when, with which files: no part of the result

All but `run.json` is the same bytes whatever ran it, in which order and how often interrupted; a
sweep that was extended has the same rows as one that was not, in other blocks. A block is written
under another name and renamed; its file in `worlds/` is renamed last, so a block is finished if
that file exists. Its receipt tells whether it still is what was written.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.core import statistics
from sim.core.files import write
from sim.outcomes.catalogue import PAIRED, meaning_of, unit_of
from sim.record import provenance
from sim.record.iamc import iamc
from sim.record.schemas import SweepAbout
from sim.record.stored import checked, dumped, read_about, read_bytes, readable
from sim.record.tables import read_parquet
from sim.scenario.layers import parse
from sim.sweeps.block import TRAJECTORIES, WORLDS
from sim.sweeps.columns import PLACE
from sim.sweeps.design import Design, design_of
from sim.sweeps.factors import Factor
from sim.sweeps.plan import Plan
from sim.sweeps.receipts import RECEIPTS, check, common_digest, file_name

if TYPE_CHECKING:
    import xarray as xr

DESIGN, ABOUT, POINTS, SESSIONS = "design.toml", "sweep.json", "points.parquet", "run.json"
COMMAND = "moat sweep"
KEYS = ("point", "replicate")  # whole numbers that every row has
_PAIRED = {outcome.name for outcome in PAIRED}


def read_sweep_about(folder: Path) -> dict[str, Any]:
    """The content of `sweep.json`, checked."""
    file = folder / ABOUT
    return checked(SweepAbout, read_bytes(file), file, COMMAND)


@contextlib.contextmanager
def session(plan: Plan, folder: Path, engine: dict[str, Any]) -> Iterator[None]:
    """Record in `run.json` by what command, when and how far the store was filled.

    Args:
        engine: workers, cluster, number of blocks, and damaged ones among them, as recorded.
    """
    file = folder / SESSIONS
    before = read_about(folder, "sweep")["sessions"] if file.is_file() else []
    scenarios = [provenance.about_scenario(one, plan.design.set) for one in plan.scenarios]
    started = {"command": sys.argv, "began": _now(), **engine, "versions": provenance.versions()}

    def record(**more: Any) -> None:
        sessions = [*before, started | more]
        about = {"kind": "sweep", "scenarios": scenarios, "sessions": sessions}
        write(file, dumped(about).encode())

    record()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # a full disk has a message of its own
            record(ended=_now(), finished=len(finished(folder)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def write_block(folder: Path, number: int, files: dict[str, bytes]) -> None:
    """Put the files of a block, by folder, into the store; the last one makes it count."""
    for place, content in files.items():
        write(folder / place / file_name(place, number), content)


def remove_parts(folder: Path) -> None:
    """Remove temporary files of killed processes; no process may be writing."""
    for place in (folder, *(folder / name for name in (WORLDS, TRAJECTORIES, RECEIPTS))):
        for part in place.glob(".*.part"):
            part.unlink(missing_ok=True)


def finished(folder: Path) -> set[int]:
    """Numbers of the blocks that are in a store."""
    return {int(path.stem) for path in (folder / WORLDS).glob("[0-9]*.parquet")}


def recorded(folder: Path) -> set[int]:
    """Numbers of the blocks that are in a store, or were when its last session ended."""
    found = finished(folder)
    if not (folder / SESSIONS).is_file():
        return found
    if read_about(folder, "sweep")["sessions"][-1].get("finished", 0) <= len(found):
        return found
    return found | {int(path.stem) for path in (folder / RECEIPTS).glob("[0-9]*")}


def holds_sweep(folder: Path) -> bool:
    """Whether a folder is a store, finished or not."""
    return (folder / ABOUT).is_file()


def open_sweep(folder: str | Path) -> Sweep:
    """A sweep on disk, finished or not.

    Raises:
        FileNotFoundError: there is none.
        ScenarioError: what it says of itself is damaged.
    """
    folder = Path(folder)
    if not holds_sweep(folder):
        raise FileNotFoundError(f"{folder} holds no sweep ({ABOUT}, {WORLDS}/)")
    return Sweep(folder, read_sweep_about(folder))


@dataclass
class Sweep:
    """A sweep in its folder, finished or as far as it is.

    Attributes:
        folder: of the store.
        about: the content of `sweep.json`.
    """

    folder: Path
    about: dict[str, Any]
    _rows: tuple[set[int], pd.DataFrame] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @cached_property
    def design(self) -> Design:
        """The design that was run."""
        with readable(self.folder / DESIGN, COMMAND):
            return design_of(parse(self.folder / DESIGN), str(self.folder / DESIGN))

    @cached_property
    def factors(self) -> list[Factor]:
        """The factors, in the order of their columns."""
        with readable(self.folder / ABOUT, COMMAND):
            return [Factor.from_json(described) for described in self.about["factors"]]

    @cached_property
    def _points(self) -> pd.DataFrame:
        names = [factor.name for factor in self.factors]
        file = self.folder / POINTS
        rows = read_parquet([file], None, self.about["count"], ("point",), names, COMMAND)
        return rows.set_index("point")

    @property
    def points(self) -> pd.DataFrame:
        """A row a point, a column a factor."""
        return self._points[[factor.name for factor in self.factors]]

    @property
    def unit(self) -> np.ndarray | None:
        """Positions in the unit cube, `[point, factor]`, if the sampler has them."""
        names = [f"{PLACE}{factor.name}" for factor in self.factors]
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
        return [branch["name"] for branch in self.about["branches"]]

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
        rows = self._worlds()
        return rows[[name for name in rows if name.partition("@")[0] not in _PAIRED]]

    def effects(self) -> pd.DataFrame:
        """A row a point and replicate: first branch less second, and the paired outcomes.

        Raises:
            ValueError: the sweep has one branch.
        """
        if len(self.branches) < 2:
            raise ValueError(f"{self.folder} has one branch: nothing to compare it with")
        rows = self._worlds()
        first, second = (rows[at::2].reset_index(drop=True) for at in (0, 1))
        values = [name for name in rows if "@" in name]
        # Paired outcomes stand in the first row of a pair, with 0 in the row of the reference.
        return first.drop(columns="branch").assign(**(first[values] - second[values]))

    def labelled(self, branch: str | None = None) -> xr.Dataset:
        """Labelled arrays `[point, replicate, month]` with `unit` and `meaning`.

        They hold the effects of a pair, first branch less second, unless a branch is named. Each
        factor is a coordinate along `point`, with its key and unit. Unfinished worlds are NaN.

        Raises:
            ValueError: there is no such branch.
            FileNotFoundError: no block is finished.
        """
        import xarray as xr

        rows = self._of_branch(branch).set_index(["point", "replicate"])
        points, replicates = (level.to_numpy() for level in rows.index.levels)
        rows = rows.reindex(pd.MultiIndex.from_product([points, replicates]))
        shape = (len(points), len(replicates), len(self.months))
        variables = {}
        for name in dict.fromkeys(name.partition("@")[0] for name in rows if "@" in name):
            block = rows[[f"{name}@{month}" for month in self.months]].to_numpy().reshape(shape)
            attributes = {"unit": unit_of(name), "meaning": meaning_of(name)}
            variables[name] = ("point", "replicate", "month"), block, attributes
        coordinates: dict[str, Any] = {
            "point": points,
            "replicate": replicates,
            "month": self.months,
        }
        for factor in self.factors:
            values = self.points.loc[points, factor.name].to_numpy()
            coordinates[factor.name] = "point", values, {"key": factor.key, "unit": factor.unit}
        return xr.Dataset(variables, coordinates, {"of": branch or " less ".join(self.branches)})

    def to_iamc(self, monthly: bool = False) -> pd.DataFrame:
        """Quantiles over the replicates of each point in the columns of IAMC (`sim.record.iamc`).

        Scenarios are the branches, and the effects of a pair, at each point of the design:
        `as_enacted (point 3)`, with the factors of point 3 in `points`.

        Args:
            monthly: every month that is kept, with its date; else the last one of each year.
        """
        frames = [self._quantiles(branch) for branch in self.branches]
        frames += [self._quantiles(None)] if len(self.branches) == 2 else []
        return iamc(pd.concat(frames, ignore_index=True), monthly)

    def _quantiles(self, branch: str | None) -> pd.DataFrame:
        """A row an outcome, point and month, with quantiles over replicates."""
        arrays, frames = self.labelled(branch), []
        rows = pd.MultiIndex.from_product([arrays["point"].values, self.months]).to_frame(
            index=False
        )
        scenarios = [f"{arrays.attrs['of']} (point {point})" for point in rows[0]]
        for name, values in arrays.data_vars.items():
            by_row = values.transpose("point", "month", "replicate").values
            frame = pd.DataFrame(statistics.summary(by_row.reshape(len(rows), -1)))
            keys = {"outcome": name, "unit": values.attrs["unit"], "month": rows[1]}
            frames.append(frame.assign(scenario=scenarios, **keys))
        return pd.concat(frames, ignore_index=True)

    def _of_branch(self, branch: str | None) -> pd.DataFrame:
        """A row a point and replicate: of a branch, or of the effect between both."""
        if branch is None and len(self.branches) == 2:
            return self.effects()
        rows = self.table()
        chosen = self.branches[0] if branch is None else branch
        if chosen not in self.branches:
            raise ValueError(f"no branch '{chosen}'; the sweep has {', '.join(self.branches)}")
        return rows[rows["branch"] == chosen]

    def trajectories(self, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
        """A row a world and month, where the design keeps trajectories.

        Raises:
            FileNotFoundError: it keeps none.
        """
        if not (self.folder / TRAJECTORIES).is_dir():
            raise FileNotFoundError(f"{self.folder} keeps no trajectories")
        keys = ["point", "replicate", "branch", "month"]
        return self._read(TRAJECTORIES, None if outcomes is None else [*keys, *outcomes])

    def _worlds(self) -> pd.DataFrame:
        """All rows of `worlds/`, read again only if there are more."""
        blocks = recorded(self.folder)
        if self._rows is None or self._rows[0] != blocks:
            self._rows = blocks, self._read(WORLDS)
        return self._rows[1]

    def _read(self, place: str, columns: list[str] | None = None) -> pd.DataFrame:
        """All finished blocks, in the order of points, replicates, branches (months)."""
        numbers = sorted(recorded(self.folder))
        files = [self.folder / place / file_name(place, number) for number in numbers]
        if not files:
            raise FileNotFoundError(f"{self.folder} holds no finished block")
        check(self.folder, place, numbers, common_digest(self.about))
        kept = [column for column in self._columns(place) if columns is None or column in columns]
        most = self.about["rows"] * (600 if place == TRAJECTORIES else 1)
        rows = read_parquet(files, columns, most, KEYS, kept, COMMAND)
        # Branches and months stand in their order already; only blocks mix points.
        order = np.lexsort([rows["replicate"], rows["point"]])
        return rows.iloc[order].reset_index(drop=True)

    def _columns(self, place: str) -> list[str]:
        """Columns that the tables of a folder must have besides those of the keys."""
        names = [name for name in self.about["outcomes"] if name not in _PAIRED]
        if place == TRAJECTORIES:
            return ["branch", "month", *names]
        months = (f"{name}@{month}" for name in names for month in self.months)
        return ["world", "branch", *(factor.name for factor in self.factors), *months]
