"""What the page says and draws of each kind of actor."""

from __future__ import annotations

from dataclasses import dataclass

from viz.dashboard.tables import read_tables


@dataclass(frozen=True)
class Kind:
    """A kind of actor.

    Attributes:
        drawn: series shown as fans.
        decides: series that the actor chooses, or that follow from what it chooses.
        size: series that the size of its mark shows, and what that is in words.
    """

    name: str
    drawn: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    size: tuple[str, str] | None = None


KINDS = {table: Kind(**row) for table, row in read_tables(__file__, "actors.toml").items()}
