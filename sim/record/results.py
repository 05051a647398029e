"""Results: labelled arrays with unit and meaning, written to disk and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from sim.core import statistics
from sim.core.files import placing, write, write_folder
from sim.model.setup import row_names
from sim.outcomes.catalogue import meaning_of, unit_of, why_undefined
from sim.outcomes.defined import undefined_in
from sim.outcomes.record import Record
from sim.record.arrays import check_axes, netcdf, open_arrays
from sim.record.recorder import Series
from sim.record.schemas import KINDS
from sim.record.stored import ABOUT, dumped, read_about, readable
from sim.scenario.schema import Scenario

PERCENTILES = {"p5": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95}
DATA, TABLE = "results.nc", "outcomes.csv"
PARTS = "parts.csv"  # of an explanation, in place of the first two
SENSITIVITY, BOXES, POLICIES = (
    "sensitivity.csv",
    "boxes.csv",
    "policies.csv",
)  # of a sweep, a search
REGRETS = "regret.nc"  # of a search, world by world
FORECAST, SCORES = "forecast.csv", "scores.csv"
RESULT_FILES = (DATA, PARTS, SENSITIVITY, BOXES, POLICIES, FORECAST, SCORES)


@dataclass
class Results:
    """The outcomes of a run, or the effects of a comparison, world by world.

    Attributes:
        outcomes: a dataset of `[month, world]` variables with `unit` and `meaning`.
        series: recorded series `[month, row, world]` (empty for a comparison).
        about: provenance: scenario text and hash, overrides, seed, versions, time.
    """

    outcomes: xr.Dataset
    series: xr.Dataset = field(default_factory=xr.Dataset)
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def months(self) -> list[str]:
        """Labels of the months, `"2020-01"` on."""
        return [str(label) for label in self.outcomes["month"].values]

    @property
    def names(self) -> list[str]:
        """Names of the outcomes."""
        return [str(name) for name in self.outcomes.data_vars]

    @property
    def is_comparison(self) -> bool:
        """Whether these are effects between paired worlds."""
        return self.about.get("kind") == "comparison"

    def at(self, name: str, month: str) -> np.ndarray:
        """An outcome in a month, `[world]`."""
        return self.outcomes[name].sel(month=month).values

    def quantiles(self, name: str) -> dict[str, np.ndarray]:
        """Percentiles and mean over worlds, `[month]` each; for effects the share of each sign.

        All of the worlds in which the outcome is defined, whose share is `share_defined`.
        """
        values = self.outcomes[name].values
        percentiles = statistics.percentiles(values, list(PERCENTILES.values()))
        summary = dict(zip(PERCENTILES, percentiles, strict=True))
        summary["mean"] = statistics.mean(values)
        if self.is_comparison:
            summary["share_positive"] = statistics.share(values > 0, values)
            summary["share_negative"] = statistics.share(values < 0, values)
        return summary | {"share_defined": statistics.share_defined(values)}

    def undefined(self, name: str, month: str | None = None) -> str:
        """In how many worlds an outcome is not defined in a month (None: ever), and why.

        Returns:
            `"not defined in 3 of 8 worlds: no Chinese lab has a model yet"`; empty where it is
            defined in all.
        """
        values = self.outcomes[name].values if month is None else self.at(name, month)[None]
        missing = int(np.isnan(values).any(axis=0).sum())
        return undefined_in(missing, values.shape[1], why_undefined(name))

    def summary(self) -> dict[str, Any]:
        """The JSON form: unit and statistics of every outcome in every month.

        An outcome that is not defined somewhere says why (`undefined`).
        """
        return {name: self._summary(name) for name in self.names}

    def _summary(self, name: str) -> dict[str, Any]:
        quantiles = self.quantiles(name)
        months = {
            label: {key: float(values[row]) for key, values in quantiles.items()}
            for row, label in enumerate(self.months)
        }
        why = self.undefined(name)
        about = {"unit": self.outcomes[name].attrs["unit"]} | ({"undefined": why} if why else {})
        return about | {"months": months}

    def table(self) -> Any:
        """Tidy quantiles as a pandas frame: outcome, unit, month and one column a statistic."""
        frames = []
        for name in self.names:
            frame = pd.DataFrame(self.quantiles(name))
            frame.insert(0, "month", self.months)
            frame.insert(0, "unit", self.outcomes[name].attrs["unit"])
            frame.insert(0, "outcome", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def save(self, folder: str | Path) -> Path:
        """Write NetCDF, CSV and `run.json` into a folder, all or nothing.

        Everything is written under a temporary name and renamed; an older result of the same
        name is replaced.

        Raises:
            FileExistsError: the folder holds something other than a moat result.
            OSError: the place cannot be written.
        """
        return write_whole(folder, self._write)

    def _write(self, folder: Path) -> None:
        groups = {"outcomes": self.outcomes}
        if self.series.data_vars:
            groups["series"] = self.series
        write(folder / DATA, netcdf(groups, packed=("series",)))
        self.table().to_csv(folder / TABLE, index=False)
        (folder / ABOUT).write_text(dumped(self.about), "utf-8")

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """Read a saved result, whoever made it.

        Raises:
            FileNotFoundError: there is no result in the folder.
            ScenarioError: its files are damaged, or do not agree with each other.
        """
        folder = Path(folder)
        if not _holds(folder, DATA):
            raise FileNotFoundError(f"{folder} holds no moat result ({DATA}, {ABOUT})")
        about = read_about(folder, "run", "comparison")
        command = KINDS[about["kind"]][1]
        scenario = Scenario.model_validate(about["scenario"]["resolved"])
        axes: dict[str, Sequence[object]] = {
            "month": scenario.calendar.labels()[: about["months"]],
            "world": list(range(about["worlds"])),
        }
        file, ends = folder / DATA, ("month", "world")
        outcomes = open_arrays(file, "outcomes", command)
        check_axes(outcomes, file, axes, ends, command)
        series = xr.Dataset()
        if about["kind"] == "run":
            with readable(file, command):
                series = with_pairs(open_arrays(file, "series", command))
            check_axes(series, file, axes | row_names(scenario), ends, command)
        return cls(outcomes, series, about)


def write_whole(folder: str | Path, fill: Callable[[Path], None]) -> Path:
    """Let `fill` fill a folder under a temporary name, then rename it: all or nothing.

    An older result of the same name is replaced.

    Raises:
        FileExistsError: the folder holds something other than a moat result.
        OSError: the place cannot be written.
    """
    folder = Path(folder)
    check_place(folder)
    write_folder(folder, fill)
    return folder


def check_place(folder: Path) -> None:
    """Check that a result may be written into a folder.

    Raises:
        FileExistsError: the folder holds something other than a moat result.
    """
    with placing:
        is_other = folder.exists() and not any(_holds(folder, file) for file in RESULT_FILES)
    if is_other:
        raise FileExistsError(f"{folder} exists and holds no moat result; choose another --out")


def _holds(folder: Path, name: str) -> bool:
    return (folder / name).is_file() and (folder / ABOUT).is_file()


def labelled(values: Mapping[str, np.ndarray], months: list[str], worlds: np.ndarray) -> xr.Dataset:
    """Outcomes or effects `[month, world]` as labelled arrays."""
    variables = {
        name: (("month", "world"), block, {"unit": unit_of(name), "meaning": meaning_of(name)})
        for name, block in values.items()
    }
    return xr.Dataset(variables, coords={"month": months, "world": worlds})


def labelled_series(
    record: Record, recorded: Iterable[Series], months: list[str], worlds: np.ndarray
) -> xr.Dataset:
    """Recorded series `[month, row, world]` as labelled arrays; pairs have two row axes."""
    recorded = list(recorded)
    variables = {
        item.name: (
            ("month", *item.axes, "world"),
            record.arrays[item.name],
            {"unit": item.unit, "meaning": item.meaning},
        )
        for item in recorded
    }
    coords = {axis: record.names[axis] for item in recorded for axis in item.axes}
    return xr.Dataset(variables, coords={**coords, "month": months, "world": worlds})


# Row axes of older files held pairs as text, "Nvidia > China".
OLD_PAIRS = {
    "flow": ("supplier", "bloc"),
    "trade": ("supplier", "buyer"),
    "die": ("foundry", "supplier"),
    "use": ("market", "maker"),
}


def with_pairs(series: xr.Dataset) -> xr.Dataset:
    """Series of an older file with two row axes for pairs, as they are recorded now."""
    variables: dict[Any, Any] = {}
    coords: dict[Any, Any] = {n: series[n] for n in series.coords if n not in OLD_PAIRS}
    for name, variable in series.data_vars.items():
        rows = next((dim for dim in variable.dims if dim in OLD_PAIRS), None)
        if rows is None:
            variables[name] = variable
            continue
        axes = OLD_PAIRS[str(rows)]
        pairs = [str(label).split(" > ") for label in series[rows].values]
        labels = [list(dict.fromkeys(column)) for column in zip(*pairs, strict=True)]
        coords |= dict(zip(axes, labels, strict=True))
        shape = (variable.shape[0], *map(len, labels), variable.shape[-1])
        values = variable.values.reshape(shape)
        variables[name] = (("month", *axes, "world"), values, variable.attrs)
    return xr.Dataset(variables, coords)
