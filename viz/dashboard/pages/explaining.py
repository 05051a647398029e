"""Splitting an effect by channel for the page: with progress, and given up when not wanted."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.experiments.explain import explain
from sim.experiments.parts import Explanation
from viz.dashboard.state.available import known
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.scenario_file import scenario_file

OUTCOMES = ("lead_months", "china_frontier")
WORLDS, ORDERS = 32, 2  # a few seconds to a minute; the command `moat explain` takes more
_turn = threading.BoundedSemaphore(1)


class CancelledError(Exception):
    """The visitor no longer wants the split."""


@dataclass(frozen=True)
class Splitting:
    """What is to be split: a case against a baseline at a month."""

    case: Case
    baseline: str
    month: str
    seed: int
    worlds: int = WORLDS


def start(
    asked: Splitting, progress: Callable[[float], None], is_wanted: Callable[[], bool]
) -> Explanation:
    """Split an effect.

    Args:
        progress: called with the share done.
        is_wanted: False gives up.

    Raises:
        CancelledError: `is_wanted` said no.
    """

    def tick(done: int, of: int) -> None:
        if not is_wanted():
            raise CancelledError
        progress(done / of)

    with tempfile.TemporaryDirectory() as folder, _turn:
        if not is_wanted():
            raise CancelledError
        found = explain(
            _written(asked, Path(folder)),
            known()[asked.baseline],
            OUTCOMES,
            asked.worlds,
            asked.seed,
            asked.month,
            orders=ORDERS,
            progress=tick,
        )
    changed = ", changed" if asked.case.changes else ""
    found.about["scenario"]["name"] = f"{asked.case.scenario}{changed}"
    found.about["against"]["name"] = asked.baseline
    return found


def _written(asked: Splitting, folder: Path) -> Path:
    """The case as a file: `explain` takes changes that hold for one side alone only so."""
    if not asked.case.changes:
        return known()[asked.case.scenario]
    file = folder / f"{asked.case.scenario}.toml"
    text = scenario_file(asked.case, asked.worlds, asked.seed)
    parent = known()[asked.case.scenario]
    lines = [
        f'extends = "{parent}"' if line.startswith("extends = ") else line
        for line in text.splitlines()
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
