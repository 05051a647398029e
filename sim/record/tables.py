"""Tables of saved results (CSV, Parquet), checked when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.csv import ConvertOptions, read_csv
from pyarrow.dataset import dataset
from pyarrow.parquet import read_metadata

from sim.record.schemas import check_line
from sim.record.stored import read_bytes, readable

LARGEST = 500_000_000  # bytes of a table


def read_table(
    file: Path, texts: Sequence[str], numbers: Sequence[str], command: str, hint: str = ""
) -> pd.DataFrame:
    """A table with at least these columns.

    Args:
        texts, numbers: names of columns; numbers may be missing in a row (NaN).
        command: that makes the file again.
        hint: what else to say where it cannot be read.

    Raises:
        FileNotFoundError: there is no such file.
        ScenarioError: it is damaged, or lacks a column.
    """
    content = read_bytes(file, LARGEST)
    with readable(file, command, hint):
        options = ConvertOptions(
            column_types=dict.fromkeys(texts, pa.string()), null_values=["", "nan", "NaN"]
        )
        # Every digit, unlike the reader of pandas.
        frame = read_csv(BytesIO(content), convert_options=options).to_pandas()
        for name in frame.columns[frame.isna().all()]:
            frame[name] = np.nan
        check_columns(frame, texts, numbers)
    return frame


def check_columns(frame: pd.DataFrame, texts: Sequence[str], numbers: Sequence[str]) -> None:
    """Check that columns are there, and hold what they should; ValueError says what does not."""
    if missing := [name for name in (*texts, *numbers) if name not in frame.columns]:
        raise ValueError(f"it lacks the columns {', '.join(missing)}")
    for name in texts:
        for text in frame[name].unique():
            if not isinstance(text, str):
                raise ValueError(f"column {name} holds what is no text")
            check_line(text)
    for name in numbers:
        if frame[name].dtype.kind not in "fiub" or np.isinf(frame[name]).any():
            raise ValueError(f"column {name} holds what is no number")


def read_parquet(
    files: Sequence[Path],
    columns: Sequence[str] | None,
    most: int,
    whole: Sequence[str],
    needed: Sequence[str],
    command: str,
) -> pd.DataFrame:
    """Tables of the same columns as one.

    Args:
        columns: to be read (None: all).
        most: rows that they may have together.
        whole: names of columns that hold whole numbers.
        needed: names of other columns that must be there.
        command: that makes the files again.

    Raises:
        FileNotFoundError: a file is not there.
        ScenarioError: a table is damaged, or is not as it should be.
    """
    rows = 0
    for file in files:
        with readable(file, command):
            rows += read_metadata(file).num_rows
            if rows > most:
                raise ValueError(f"it has {rows:,} rows, {most:,} are the most there can be")
    with readable(files[0] if len(files) == 1 else files[0].parent, command):
        found = dataset([str(file) for file in files], format="parquet")
        types = dict(zip(found.schema.names, found.schema.types, strict=True))
        if missing := [name for name in (*whole, *needed) if name not in types]:
            raise ValueError(f"it lacks the columns {', '.join(missing[:3])}")
        if broken := [name for name in whole if not pa.types.is_integer(types[name])]:
            raise ValueError(f"column {broken[0]} holds no whole numbers")
        return found.to_table(columns=columns).to_pandas()
