"""The store of a sweep: a folder of blocks in Parquet, each of them whole or absent.

    design.toml            the design as it was run
    sweep.json             factors, scenarios by hash, seed, versions
    points.parquet         a row a point: factors, and positions in the unit cube
    worlds/000000.parquet  a row a world: point, replicate, world, branch, factors, outcomes
    trajectories/...       a row a world and month, where the design asks for them
    run.json               the commands that ran it, when, with which files: no part of the result

All but `run.json` is the same bytes whatever ran it, in which order and how often interrupted. A
block is written under another name and renamed; its file in `worlds/` is renamed last, so a block
is finished if that file exists. There is no other mark and no file of all rows.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import tomlkit

from sim.core.files import write
from sim.outcomes.catalogue import PAIRED, meaning_of, unit_of
from sim.record import provenance
from sim.record.schemas import SweepAbout
from sim.record.stored import checked, dumped, read_about, read_bytes, readable
from sim.record.tables import read_parquet
from sim.scenario.layers import parse
from sim.sweeps.block import TRAJECTORIES, WORLDS, parquet
from sim.sweeps.design import Design, design_of
from sim.sweeps.factors import Factor
from sim.sweeps.plan import Plan

if TYPE_CHECKING:
    import xarray as xr

DESIGN, ABOUT, POINTS, SESSIONS = "design.toml", "sweep.json", "points.parquet", "run.json"
_FILES = {ABOUT, DESIGN, POINTS, SESSIONS, TRAJECTORIES, WORLDS}
COMMAND = "moat sweep"
KEYS = ("point", "replicate")  # whole numbers that every row has
_UNIT = "unit:"  # before the name of a factor: its position in the unit cube
_PAIRED = {outcome.name for outcome in PAIRED}


def prepare(plan: Plan, folder: Path, resume: bool) -> None:
    """Make the store of a plan, or check that the existing one is of the same sweep.

    Raises:
        FileExistsError: the folder holds something else, another sweep, or this one and `resume`
            is not given.
    """
    is_store = holds_sweep(folder)
    if is_store:
        _check_same(plan, folder, resume)
    elif folder.exists() and not (folder.is_dir() and all(map(_is_ours, folder.iterdir()))):
        raise FileExistsError(f"{folder} exists and holds no sweep; choose another --out")
    for place in [folder, folder / WORLDS, *[folder / TRAJECTORIES] * plan.design.trajectories]:
        place.mkdir(parents=True, exist_ok=True)
    remove_parts(folder)
    if not is_store:
        write(folder / DESIGN, tomlkit.dumps(plan.design.plain()).encode())
        write(folder / POINTS, parquet(_points(plan)))
        write(folder / ABOUT, dumped(plan.about).encode())


def _is_ours(path: Path) -> bool:
    return path.name in _FILES or path.suffix == ".part"


def _check_same(plan: Plan, folder: Path, resume: bool) -> None:
    theirs = _about(folder)
    ours = json.loads(json.dumps(plan.about))  # as it would stand in the file
    differ = [name for name in plan.identity if theirs.get(name) != ours[name]]
    if differ == ["versions"]:
        pairs = [(k, theirs["versions"].get(k), v) for k, v in ours["versions"].items()]
        changes = ", ".join(f"{name} {old}, now {new}" for name, old, new in pairs if old != new)
        raise FileExistsError(
            f"{folder} was begun with other versions ({changes}): its blocks would not fit "
            "together; go on with those versions, or choose another --out"
        )
    if differ:
        names = ", ".join(name for name in differ if name != "versions")
        raise FileExistsError(
            f"{folder} holds a sweep of another design ({names} differ); choose another --out"
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
            columns[f"{_UNIT}{factor.name}"] = pa.array(np.ascontiguousarray(plan.unit[:, at]))
    return pa.table(columns)


def _about(folder: Path) -> dict[str, Any]:
    """The content of `sweep.json`, checked."""
    file = folder / ABOUT
    return checked(SweepAbout, read_bytes(file), file, COMMAND)


@contextlib.contextmanager
def session(plan: Plan, folder: Path, engine: dict[str, Any]) -> Iterator[None]:
    """Record in `run.json` by what command, when and how far the store was filled.

    Args:
        engine: workers, cluster and number of blocks, as they are recorded.
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
        write(folder / place / _block_name(number), content)


def _block_name(number: int) -> str:
    return f"{number:06d}.parquet"


def remove_parts(folder: Path) -> None:
    """Remove temporary files of killed processes; no process may be writing."""
    for place in (folder, folder / WORLDS, folder / TRAJECTORIES):
        for part in place.glob(".*.part"):
            part.unlink(missing_ok=True)


def finished(folder: Path) -> set[int]:
    """Numbers of the blocks that are in a store."""
    return {int(path.stem) for path in (folder / WORLDS).glob("[0-9]*.parquet")}


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
    return Sweep(folder, _about(folder))


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
        blocks = finished(self.folder)
        if self._rows is None or self._rows[0] != blocks:
            self._rows = blocks, self._read(WORLDS)
        return self._rows[1]

    def _read(self, place: str, columns: list[str] | None = None) -> pd.DataFrame:
        """All finished blocks, in the order of points, replicates, branches (months)."""
        names = [_block_name(number) for number in sorted(finished(self.folder))]
        files = [self.folder / place / name for name in names]
        if not files:
            raise FileNotFoundError(f"{self.folder} holds no finished block")
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
