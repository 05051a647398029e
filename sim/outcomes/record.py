"""The record of a run and how outcomes read it: `[month, row, world]` arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.core.calendar import Calendar

Array = np.ndarray
HOME, RIVAL = "US", "China"  # the two blocs between which the lead is measured
BASE_MONTH = "2024-12"  # valuations are 100 here; reversals of the lead count after it


@dataclass
class Record:
    """The recorded arrays of a run with their labels and calendar.

    Attributes:
        arrays: `[month, row, world]` by series name; pairs have two row axes.
        names: labels by axis (`lab`, `bloc`, ...), and the blocs of actors (`lab_bloc`, ...).
    """

    arrays: Mapping[str, Array]
    names: dict[str, list[str]]
    calendar: Calendar

    @property
    def last(self) -> str:
        """The last month that is recorded."""
        return self.calendar.label(len(next(iter(self.arrays.values()))) - 1)

    def rows(self, kind: str, bloc: str | None = None) -> list[int]:
        """Rows of the actors of a kind whose home is a bloc (None: of all)."""
        return [row for row, home in enumerate(self.names[f"{kind}_bloc"]) if bloc in (None, home)]

    def actors(self, kind: str, name: str, bloc: str | None = None) -> Array:
        """A series of the actors of a kind, of one bloc or all, in double precision."""
        return self.arrays[name][:, self.rows(kind, bloc)].astype(float)

    def labs(self, name: str, bloc: str | None = None) -> Array:
        """A series of the labs of one bloc or all."""
        return self.actors("lab", name, bloc)

    def total(self, kind: str, name: str, bloc: str | None = None) -> Array:
        """Sum of a series over the actors of a kind, of one bloc or all, `[month, world]`."""
        return self.actors(kind, name, bloc).sum(axis=1)

    def flows(self, name: str, suppliers: str | None, to: str | None) -> Array:
        """A flow series of suppliers of a bloc (None: all) to a bloc (None: all)."""
        return self._flow(name, self.rows("supplier", suppliers), to)

    def supplier_flow(self, name: str, supplier: str, to: str | None = None) -> Array:
        """A flow series of one supplier to a bloc (None: all)."""
        rows = [row for row, other in enumerate(self.names["supplier"]) if other == supplier]
        return self._flow(name, rows, to)

    def _flow(self, name: str, rows: list[int], to: str | None) -> Array:
        """Flows of some suppliers to a bloc (None: all), summed in the order of the pairs."""
        columns = [row for row, bloc in enumerate(self.names["bloc"]) if to in (None, bloc)]
        flows = self.arrays[name][:, rows][:, :, columns].astype(float)
        return flows.reshape(len(flows), -1, flows.shape[-1]).sum(axis=1)


def trailing(flow: Array, months: int) -> Array:
    """Sum over the last `months` months (fewer at the start)."""
    total = np.cumsum(flow, axis=0)
    earlier = np.concatenate([np.zeros((months, flow.shape[1])), total])[: len(total)]
    return total - earlier


def ratio(part: Array, whole: Array) -> Array:
    """A share or ratio, 0 where the whole is 0."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


class ReadNames(Mapping):
    """Arrays by name that remember in `names` which of them were read."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Array:
        self.names.add(name)
        return self._arrays[name]

    def __iter__(self):
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)
