"""Tables of saved results (CSV), checked when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.csv import ConvertOptions, read_csv

from sim.record.schemas import check_line
from sim.record.stored import read_bytes, readable

LARGEST = 500_000_000  # bytes of a table


def read_table(
    file: Path, texts: Sequence[str], numbers: Sequence[str], command: str
) -> pd.DataFrame:
    """A table with at least these columns.

    Args:
        texts, numbers: names of columns; numbers may be missing in a row (NaN).
        command: that makes the file again.

    Raises:
        FileNotFoundError: there is no such file.
        ScenarioError: it is damaged, or lacks a column.
    """
    content = read_bytes(file, LARGEST)
    with readable(file, command):
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
