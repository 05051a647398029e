"""Forecasts as files that anybody can score, and back (the format: docs/backtest.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.record.results import ABOUT, FORECAST, write_whole
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from sim.scenario.errors import Problem, ScenarioError

WORLDS, REFERENCES = "worlds.parquet", "references.csv"
QUANTILES = tuple(f"q{round(100 * level):02d}" for level in LEVELS)
NAMES = ("series", "actor", "period_start", "period_end", "unit", "scale", "given")
STORED = np.float32
PACKED = {
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

    def write(part: Path) -> None:
        quantile_frame(forecast).to_csv(part / FORECAST, index=False, float_format="%.6g")
        _reference_frame(forecast).to_csv(part / REFERENCES, index=False, float_format="%.6g")
        if forecast.worlds.size:
            _world_frame(forecast).to_parquet(part / WORLDS, **PACKED)
        text = json.dumps(forecast.about, indent=1, default=str)
        (part / ABOUT).write_text(f"{text}\n", "utf-8")

    return write_whole(folder, write)


def quantile_frame(forecast: Forecast) -> Any:
    """A pandas frame: a row for each number that is forecast, with its quantiles."""
    import pandas as pd

    names = pd.DataFrame([_names(row) for row in forecast.rows], columns=list(NAMES))
    return pd.concat([names, pd.DataFrame(forecast.quantiles, columns=list(QUANTILES))], axis=1)


def _names(row: Row) -> tuple[str, ...]:
    return row.series, row.actor, row.start, row.end, row.unit, row.scale, row.given


def _reference_frame(forecast: Forecast) -> Any:
    import pandas as pd

    frames = []
    for name, quantiles in forecast.references.items():
        there = np.isfinite(quantiles).all(axis=1)
        rows = [row for row, ok in zip(forecast.rows, there, strict=True) if ok]
        frame = pd.DataFrame([row.key for row in rows], columns=["series", "actor", "period_end"])
        frame.insert(0, "reference", name)
        values = pd.DataFrame(quantiles[there], columns=list(QUANTILES))
        frames.append(pd.concat([frame, values], axis=1))
    columns = ["reference", "series", "actor", "period_end", *QUANTILES]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _world_frame(forecast: Forecast) -> Any:
    import pandas as pd

    labels = ["|".join(row.key) for row in forecast.rows]
    return pd.DataFrame(forecast.worlds.T.astype(STORED), columns=labels)


def read(place: str | Path) -> Forecast:
    """Read a forecast: a folder, or its table alone (then without single worlds).

    Raises:
        ScenarioError: it is no forecast, or the table cannot be understood.
    """
    place = Path(place)
    table = place / FORECAST if place.is_dir() else place
    if not table.is_file():
        wrong = "there is no forecast here"
        what = f"give the folder that `moat backtest` wrote, or its {FORECAST}"
        raise ScenarioError(Problem(str(place), "", wrong, what))
    rows, quantiles = _read_table(table)
    worlds, references, described = _files_of(table)
    about = json.loads(described.read_text("utf-8")) if described.is_file() else {}
    about.setdefault("origin", "")
    return Forecast(
        rows, _read_worlds(worlds, rows), quantiles, about, _read_references(references, rows)
    )


def _files_of(table: Path) -> tuple[Path, Path, Path]:
    """Worlds, references and description of a table: of `prior.csv` those that bear its name."""
    folder = table.parent
    if table.name == FORECAST:
        return folder / WORLDS, folder / REFERENCES, folder / ABOUT
    return (
        folder / f"{table.stem}_{WORLDS}",
        folder / f"{table.stem}_{REFERENCES}",
        folder / f"{table.stem}.json",
    )


def _read_table(table: Path) -> tuple[list[Row], Block]:
    import pandas as pd

    try:
        frame = pd.read_csv(table, dtype=dict.fromkeys(NAMES, str), keep_default_na=False)
        missing = [name for name in (*NAMES, *QUANTILES) if name not in frame.columns]
        if missing:
            wrong = f"lacks the columns {', '.join(missing)}"
            raise ScenarioError(Problem(str(table), "", wrong, "the format: docs/backtest.md"))
        quantiles = frame[list(QUANTILES)].to_numpy(dtype=float)
    except (ValueError, UnicodeDecodeError) as wrong:
        what = "the format: docs/backtest.md"
        raise ScenarioError(Problem(str(table), "", f"cannot be read: {wrong}", what)) from wrong
    rows = [Row(*(*names, "")) for names in frame[list(NAMES)].itertuples(index=False)]
    return rows, quantiles


def _read_worlds(file: Path, rows: list[Row]) -> Block:
    """`[row, world]`; no worlds where the file is not there or is of another table."""
    import pandas as pd

    nothing = np.empty((len(rows), 0))
    if not file.is_file():
        return nothing
    frame = pd.read_parquet(file)
    labels = ["|".join(row.key) for row in rows]
    return frame[labels].to_numpy(dtype=float).T if set(labels) <= set(frame) else nothing


def _read_references(file: Path, rows: list[Row]) -> dict[str, Block]:
    import pandas as pd

    if not file.is_file():
        return {}
    frame = pd.read_csv(file, keep_default_na=False)
    found: dict[str, Block] = {}
    for name, part in frame.groupby("reference", sort=False):
        by_key = part.set_index(["series", "actor", "period_end"])[list(QUANTILES)]
        keys = [row.key for row in rows]
        found[str(name)] = by_key.reindex(keys).to_numpy(dtype=float)
    return found
