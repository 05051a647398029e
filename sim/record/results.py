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
from sim.core.packages import version_of
from sim.model.setup import row_names
from sim.outcomes.catalogue import meaning_of, unit_of, why_undefined
from sim.outcomes.defined import undefined_in
from sim.outcomes.presentation import presentation_of
from sim.outcomes.record import Record
from sim.record.arrays import check_axes, netcdf, open_arrays
from sim.record.cf import CONVENTIONS
from sim.record.iamc import iamc
from sim.record.recorder import Series
from sim.record.schemas import KINDS
from sim.record.stored import ABOUT, FORMAT, dumped, read_about, readable
from sim.scenario.layers import IN_PYTHON
from sim.scenario.schema import Scenario

DATA, TABLE = "results.nc", "outcomes.csv"
HOW_TO_OPEN = (
    "arrays stand in groups: xarray.open_dataset('{file}', engine='h5netcdf', group='outcomes'),"
    " or xarray.open_datatree('{file}', engine='h5netcdf') for all of them"
)
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
        reference: of a comparison, those outcomes of the scenario compared with from which the
            size of effects is worked out (empty for a run, and in results of older versions).
        carried: outcomes that start from the last observations, in place of those as simulated in
            all that is shown (empty: none; see `sim.carry_on`).
        about: provenance: scenario text and hash, overrides, seed, versions, time.
    """

    outcomes: xr.Dataset
    series: xr.Dataset = field(default_factory=xr.Dataset)
    about: dict[str, Any] = field(default_factory=dict)
    reference: xr.Dataset = field(default_factory=xr.Dataset)
    carried: xr.Dataset = field(default_factory=xr.Dataset)

    @property
    def months(self) -> list[str]:
        """Labels of the months, `"2020-01"` on."""
        return [str(label) for label in self.outcomes["month"].values]

    @property
    def names(self) -> list[str]:
        """Names of the outcomes."""
        return [str(name) for name in self.outcomes.data_vars]

    @property
    def carried_from(self) -> str:
        """Month of the observations from which outcomes start as shown; empty: from none."""
        return self.about.get("carried_from", "")

    @property
    def is_comparison(self) -> bool:
        """Whether these are effects between paired worlds."""
        return self.about.get("kind") == "comparison"

    def shown(self, name: str) -> xr.DataArray:
        """An outcome as it is shown, `[month, world]`: as carried on, or as simulated."""
        return self.carried[name] if name in self.carried else self.outcomes[name]

    def at(self, name: str, month: str) -> np.ndarray:
        """An outcome in a month as it is shown, `[world]`."""
        return self.shown(name).sel(month=month).values

    def quantiles(self, name: str) -> dict[str, np.ndarray]:
        """Percentiles and mean over worlds, `[month]` each; for effects the share of each sign.

        All of the worlds in which the outcome is defined, whose share is `share_defined`.
        """
        values = self.shown(name).values
        summary = statistics.summary(values)
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
        values = self.shown(name).values if month is None else self.at(name, month)[None]
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

    def dated(self, name: str) -> xr.DataArray:
        """An outcome as it is shown, `[month, world]`, with dates for months.

        `units` and `long_name` are what plots of xarray put on the axis; `month` is the first day.
        """
        shown = self.shown(name)
        dates = np.array(self.months, "datetime64[M]").astype("datetime64[ns]")
        label = f"{'effect on ' * self.is_comparison}{presentation_of(name).label}"
        return shown.assign_coords(month=dates).assign_attrs(
            units=shown.attrs["unit"], long_name=label
        )

    def plot(self, name: str, **options: Any) -> Any:
        """Draw an outcome by month: median, and the range of 50 and 90 % of worlds, as lines.

        Args:
            options: of `xarray.plot.line`, such as `ax` or `figsize`.
        """
        values, shares = self.dated(name), [part / 100 for part in statistics.PERCENTILES.values()]
        lines = values.quantile(shares, "world", keep_attrs=True)
        return lines.plot.line(x="month", hue="quantile", **options)

    def to_pandas(self) -> pd.DataFrame:
        """Every outcome as it is shown: a row for each month (its first day) and world."""
        outcomes = {name: self.dated(name) for name in self.names}
        return xr.Dataset(outcomes).to_dataframe(["month", "world"])

    def to_iamc(self, monthly: bool = False) -> pd.DataFrame:
        """Quantiles in the columns of IAMC (`sim.record.iamc`), for pyam and others.

        Args:
            monthly: every month, with its date; else the end of each year.
        """
        both = self.about["scenario"], self.about.get("against")
        names = [one["title" if one["name"] == IN_PYTHON else "name"] for one in both if one]
        return iamc(self.table().assign(scenario=" less ".join(names)), monthly)

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
        groups |= {name: part for name, part in self._parts() if part.data_vars}
        title = str(self.about["scenario"]["title"])
        root = {"title": title, "format": str(FORMAT), "groups": " ".join(groups)}
        root |= {"Conventions": CONVENTIONS, "history": f"made by moat {version_of('moat')}"}
        root["how_to_open"] = HOW_TO_OPEN.format(file=DATA)
        write(folder / DATA, netcdf(groups, ("series",), root))
        self.table().to_csv(folder / TABLE, index=False)
        (folder / ABOUT).write_text(dumped(self.about), "utf-8")

    def _parts(self) -> tuple[tuple[str, xr.Dataset], ...]:
        return ("series", self.series), ("reference", self.reference), ("carried", self.carried)

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
        series, carried, reference = xr.Dataset(), xr.Dataset(), xr.Dataset()
        if about["kind"] == "comparison":
            reference = open_arrays(file, "reference", command, is_needed=False)
            check_axes(reference, file, axes, ends, command)
        if about.get("carried_from"):
            carried = open_arrays(file, "carried", command)
            check_axes(carried, file, axes, ends, command)
        if about["kind"] == "run":
            with readable(file, command):
                series = with_pairs(open_arrays(file, "series", command))
            check_axes(series, file, axes | row_names(scenario), ends, command)
        return cls(outcomes, series, about, reference, carried)


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
