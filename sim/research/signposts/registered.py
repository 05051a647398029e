"""Signposts that are registered: what each outcome would mean, said once and never changed.

The files lie beside the registered forecasts, and are frozen as they are
(`sim/research/forecasting/frozen.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.core.files import write
from sim.research.forecasting.shipped import FOLDER
from sim.research.signposts.study import MEASURES

NAME = "signposts.json"
RULE = (
    "When an observation is published, it lies in one of three parts: below the lower limit, above "
    "the upper limit, or between both. The model said beforehand that each part is as likely. What "
    "it says of a headline in that part takes the place of what it says without the observation. "
    "Headlines are effects, which nobody observes: the part is no hit or miss. A model that is "
    "right finds a third of the observations in each part."
)


def place(until: str, folder: Path = FOLDER) -> Path:
    """The file of the signposts that are registered from the end of a month."""
    return folder / f"{until}-signposts" / NAME


def registered(
    found: Mapping[str, Any], meaning: Callable[[Mapping[str, Any], str], str]
) -> dict[str, Any]:
    """What is registered: the first signposts, every year, with what each outcome would mean.

    Args:
        found: of `study.signposts`.
        meaning: the sentence on a signpost and a headline.
    """
    rows = [row for name in found["first"] for row in found["signposts"] if row["series"] == name]
    return {
        "about": found["about"],
        "rule": RULE,
        "headlines": found["headlines"],
        "signposts": [row | {"means": _means(row, meaning)} for row in rows],
    }


def _means(
    row: Mapping[str, Any], meaning: Callable[[Mapping[str, Any], str], str]
) -> dict[str, str]:
    """What a signpost would mean for each headline that it informs, the largest gain first."""
    keys = [key for key, gain in row["gains"].items() if any(gain[name] for name in MEASURES)]
    keys.sort(key=lambda key: -row["gains"][key]["variance"])
    return {key: meaning(row, key) for key in keys}


def save(content: Mapping[str, Any], file: Path) -> None:
    """Write the file once.

    Raises:
        FileExistsError: it is there: what is registered is never made again.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists: registered signposts are never made again")
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode())


def newest(folder: Path = FOLDER) -> dict[str, Any]:
    """The signposts that were registered last; empty where there are none."""
    files = sorted(folder.glob(f"*-signposts/{NAME}"))
    return json.loads(files[-1].read_text("utf-8")) if files else {}
