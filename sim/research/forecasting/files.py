"""Forecasts as files that anybody can score (the format: docs/backtest.md)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow import parquet

from sim.core.calendar import parse_month
from sim.core.worlds import Block
from sim.record.results import FORECAST, write_whole
from sim.record.schemas import ForecastAbout
from sim.record.stored import ABOUT, checked, dumped, read_bytes, readable
from sim.record.tables import check_columns, read_table
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from sim.scenario.errors import Problem, ScenarioError

WORLDS, REFERENCES = "worlds.parquet", "references.csv"
QUANTILES = [f"q{round(100 * level):02d}" for level in LEVELS]
NAMES = ["series", "actor", "period_start", "period_end", "unit", "scale", "given"]
KEY = ["series", "actor", "period_end"]
FORMAT = "the format: docs/backtest.md"
COMMAND = "moat backtest"
PRIOR = "prior"
PACKED: dict[str, Any] = {
    "index": False,
    "compression": "zstd",
    "use_dictionary": False,
    "use_byte_stream_split": True,
}


def save(forecast: Forecast, folder: str | Path) -> Path:
    """Write quantiles, worlds, references and provenance into a folder, all or nothing.

    Raises:
        FileExistsError: the folder holds something that is no result of ours.
        OSError: the place cannot be written.
    """
    return save_tables(folder, _tables(forecast), {ABOUT: forecast.about})


def save_with_prior(forecast: Forecast, prior: Forecast, folder: str | Path) -> Path:
    """Write a forecast and, beside it, that of worlds of the priors, all or nothing."""
    tables = _tables(forecast) | _tables(prior, f"{PRIOR}.csv", f"{PRIOR}_")
    return save_tables(folder, tables, {ABOUT: forecast.about, f"{PRIOR}.json": prior.about})


def _tables(
    forecast: Forecast, quantiles: str = FORECAST, prefix: str = ""
) -> dict[str, pd.DataFrame]:
    """The tables of a forecast by file name."""
    tables = {
        quantiles: quantile_frame(forecast),
        prefix + REFERENCES: _reference_frame(forecast),
    }
    if forecast.worlds.size:
        worlds = forecast.worlds.T.astype(np.float32)  # a row a world, a column a number
        tables[prefix + WORLDS] = pd.DataFrame(worlds, columns=_labels(forecast.rows))
    return tables


def save_tables(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame],
    about: Mapping[str, Mapping[str, Any]],
) -> Path:
    """Write tables (`.csv`, `.parquet`) and provenance (`.json`) into a folder, all or nothing."""

    def write(part: Path) -> None:
        for name, table in tables.items():
            if name.endswith(".parquet"):
                table.to_parquet(part / name, **PACKED)
            else:
                table.to_csv(part / name, index=False, float_format="%.6g")
        for name, text in about.items():
            (part / name).write_text(dumped(text), "utf-8")

    return write_whole(folder, write)


def quantile_frame(forecast: Forecast) -> pd.DataFrame:
    """A row for each number that is forecast, with its quantiles."""
    names = [
        (row.series, row.actor, row.start, row.end, row.unit, row.scale, row.scenario)
        for row in forecast.rows
    ]
    quantiles = pd.DataFrame(forecast.quantiles, columns=QUANTILES)
    return pd.concat([pd.DataFrame(names, columns=NAMES), quantiles], axis=1)


def _reference_frame(forecast: Forecast) -> pd.DataFrame:
    """A row for each number and reference that there is."""
    keys = pd.DataFrame([row.key for row in forecast.rows], columns=KEY)
    frames = [
        pd.concat([keys.assign(reference=name), pd.DataFrame(quantiles, columns=QUANTILES)], axis=1)
        for name, quantiles in forecast.references.items()
    ]
    columns = ["reference", *KEY, *QUANTILES]
    return pd.concat(frames)[columns].dropna() if frames else pd.DataFrame(columns=columns)


def _labels(rows: list[Row]) -> list[str]:
    return ["|".join(row.key) for row in rows]


def read(place: str | Path) -> Forecast:
    """Read a forecast: a folder, or its table alone (then without single worlds).

    Beside a table of another name, `prior.csv`, lie `prior_worlds.parquet`, `prior_references.csv`
    and `prior.json`.

    Raises:
        ScenarioError: it is no forecast, or its files are damaged.
    """
    place = Path(place)
    table = place / FORECAST if place.is_dir() else place
    if not table.is_file():
        wrong = "there is no forecast here"
        what = f"give the folder that `moat backtest` wrote, or its {FORECAST}"
        raise ScenarioError(Problem(str(place), "", wrong, what))
    own = table.name == FORECAST
    prefix, described = ("", ABOUT) if own else (f"{table.stem}_", f"{table.stem}.json")
    rows, quantiles = _read_table(table)
    worlds = _read_worlds(table.with_name(prefix + WORLDS), rows)
    references = _read_references(table.with_name(prefix + REFERENCES), rows)
    file = table.with_name(described)
    about = {}
    if file.is_file():
        about = checked(ForecastAbout, read_bytes(file), file, COMMAND)
    return Forecast(rows, worlds, quantiles, {"origin": "", **about}, references)


def _read_table(table: Path) -> tuple[list[Row], Block]:
    frame = read_table(table, NAMES, QUANTILES, COMMAND, FORMAT)
    with readable(table, COMMAND, FORMAT):
        for month in {*frame["period_start"], *frame["period_end"]}:
            parse_month(month)
    rows = [Row(*names) for names in frame[NAMES].itertuples(index=False)]
    return rows, frame[QUANTILES].to_numpy(dtype=float)


def _read_worlds(file: Path, rows: list[Row]) -> Block:
    """`[row, world]`; no worlds where the file is missing or belongs to another table."""
    labels = _labels(rows)
    if not file.is_file():
        return np.empty((len(rows), 0))
    with readable(file, COMMAND):
        if not set(labels) <= set(parquet.read_schema(file).names):
            return np.empty((len(rows), 0))
        frame = pd.read_parquet(file, columns=labels)
        check_columns(frame, (), labels)
    return frame[labels].to_numpy(dtype=float).T


def _read_references(file: Path, rows: list[Row]) -> dict[str, Block]:
    if not file.is_file():
        return {}
    frame = read_table(file, ("reference", *KEY), QUANTILES, COMMAND, FORMAT)
    keys = [row.key for row in rows]
    with readable(file, COMMAND):  # a key may stand there twice
        return {
            str(name): part.set_index(KEY)[QUANTILES].reindex(keys).to_numpy(dtype=float)
            for name, part in frame.groupby("reference", sort=False)
        }
