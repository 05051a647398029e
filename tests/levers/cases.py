"""Cases of levers: what is added to a scenario, and what it must move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.incidents import Claim, Disruption, Funding, Leap, Openness
from sim.scenario.instruments import KINDS
from sim.scenario.reactions import Relax, Retaliate, Tighten

from .pairs import at, series, year_before

US, CHINA = "US government", "Chinese government"
INCIDENTS = {
    "funding": Funding,
    "openness": Openness,
    "disruption": Disruption,
    "claim": Claim,
    "leap": Leap,
}
REACTIONS = {"tighten": Tighten, "relax": Relax, "retaliate": Retaliate}
TABLES = {"events": KINDS, "incidents": INCIDENTS, "reactions": REACTIONS}
DATES = ("announced", "effective", "ends", "date")


@dataclass(frozen=True)
class Moves:
    """What must move: a series' row (or an outcome) in a month, by at least `by` in the median.

    The sign of `by` is the direction. `how` is "log" (difference of logs), "points" (difference)
    or "year" (difference of the logs of twelve months' sums).
    """

    name: str
    row: str | None
    month: str
    by: float
    how: str = "log"


@dataclass(frozen=True)
class Case:
    """An entry of one kind in a table of a scenario, and what it must move."""

    event: dict
    moves: tuple[Moves, ...]
    base: str = "baseline"
    until: str = "2025-12"
    table: str = "events"

    def text(self, kind: str) -> str:
        """The entry as a table of a scenario file."""
        tag, usual = "kind", {}
        if self.table == "events":
            tag, usual = "instrument", {"effective": self.event["announced"], "by": US}
        fields = TABLES[self.table][kind].model_fields
        lines = [f"[{self.table}.tested]", f'{tag} = "{kind}"', 'source = "assumption of the test"']
        given = {**usual, **self.event}
        return "\n".join(
            [*lines, *(f"{key} = {_toml(key, x, fields[key])}" for key, x in given.items())]
        )


def _toml(key: str, value, field) -> str:
    """A value as TOML; a number takes the unit that the schema declares."""
    if isinstance(value, int | float):
        return f'{{ value = {value}, unit = "{field.json_schema_extra["unit"]}" }}'
    if isinstance(value, list):
        return "[" + ", ".join(f'"{one}"' for one in value) + "]"
    return value if key in DATES else f'"{value}"'


def change(this, reference, wanted: Moves) -> np.ndarray:
    """The worlds' changes, in the way in which the case counts them."""
    values = [series(run, wanted.name, wanted.row) for run in (this, reference)]
    count = year_before if wanted.how == "year" else at
    ours, theirs = (count(this, one, wanted.month) for one in values)
    if wanted.how == "points":
        return ours - theirs
    return np.log(np.maximum(ours, 1e-9)) - np.log(np.maximum(theirs, 1e-9))
