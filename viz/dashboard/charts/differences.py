"""What a chart of paired differences is drawn from: the same worlds under two scenarios.

Sizes, units and quantiles are those of the verdict (`sim.experiments.verdict`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.core.statistics import percentiles
from sim.experiments.verdict import Verdict, verdict
from sim.outcomes.presentation import PERCENT, Size, size_of_effect
from sim.outcomes.record import Array
from sim.record.results import Results
from viz.dashboard.charts.panels import Panel
from viz.dashboard.state.ensemble import PERCENTILES
from viz.text.sentences import shown, size

NO_DIFFERENCE = (0.0, "no difference")
PAIRED = (
    "“{title}” minus “{against}” in the same worlds (same luck, same parameters): median, 50 % "
    "and 90 % of worlds. Above 0: more under “{title}”."
)
PART_OF = "In percent of the level under “{against}”."
IN_UNIT = "In {unit}."
WHAT = "What differs: {meaning}"


@dataclass(frozen=True, eq=False)
class Differences:
    """Fans of paired differences; a month in which one is infinitely large has none.

    Attributes:
        effects: difference of each outcome in each world.
    """

    effects: Results
    _sizes: dict[str, Size] = field(default_factory=dict, repr=False)
    _quantiles: dict[str, Array] = field(default_factory=dict, repr=False)

    @property
    def months(self) -> list[str]:
        """Labels of all months."""
        return self.effects.months

    @property
    def outcomes(self) -> Mapping[str, Array]:
        """Differences by outcome, `[month, world]`."""
        return _Sized(self)

    def size(self, name: str) -> Size:
        """Differences of an outcome as the verdict gives them, `[month, world]`."""
        if name not in self._sizes:
            found, levels = self.effects.outcomes[name], self.effects.reference.data_vars
            known = {str(key): block.values for key, block in levels.items()}
            size = size_of_effect(name, found.values, found.attrs["unit"], known)
            self._sizes[name] = replace(size, values=finite(size.values))
        return self._sizes[name]

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`."""
        if name not in self._quantiles:
            self._quantiles[name] = percentiles(self.outcomes[name], PERCENTILES)
        return self._quantiles[name]

    def undefined(self, name: str, month: int) -> str:
        """In how many worlds a difference is not defined in a month, and why; else empty."""
        return verdict(self.effects, name, self.months[month]).undefined

    def number_text(self, name: str, month: int) -> str:
        """Median and 90 % of worlds, as the verdict says them."""
        low, _, middle, _, high = map(float, self.quantiles(name)[:, month])
        if np.isnan(middle):  # not defined, or of nothing: the verdict knows which
            found = verdict(self.effects, name, self.months[month])
            return size(found) if found.is_defined else found.undefined
        unit = self.size(name).unit
        return size(Verdict(name, unit, self.months[month], middle, low, high, 0.0, 0.0))

    def panel(self, panel: Panel, against: str, title: str = "") -> Panel:
        """A panel with the differences of its outcomes.

        Args:
            against: title of the scenario that is subtracted.
            title: of the one that it is subtracted from; empty where there are several.
        """
        unit = self.size(panel.lines[0].outcome).unit
        paired = PAIRED.format(title=title, against=against) if title else ""
        of = PART_OF if unit == PERCENT else IN_UNIT if shown(unit) else ""
        what = WHAT.format(meaning=panel.meaning) if panel.meaning else ""
        said = (paired, of.format(against=against, unit=shown(unit)), what)
        return replace(
            panel,
            title=f"{panel.title}: difference from “{against}”",
            unit=shown(unit),
            lines=tuple(replace(line, history="") for line in panel.lines),
            is_log=False,
            reference=NO_DIFFERENCE,
            meaning=" ".join(filter(None, said)),
            of_levels="",
        )


@dataclass(frozen=True)
class _Sized(Mapping[str, Array]):
    """Differences by outcome; each is sized when it is asked for."""

    of: Differences

    def __getitem__(self, name: str) -> Array:
        return self.of.size(name).values

    def __iter__(self) -> Iterator[str]:
        return map(str, self.of.effects.outcomes.data_vars)

    def __len__(self) -> int:
        return len(self.of.effects.outcomes.data_vars)

    def __contains__(self, name: object) -> bool:
        return name in self.of.effects.outcomes.data_vars


def finite(values: Array) -> Array:
    """Months in which the difference is a number in every world where it is defined."""
    return np.where(np.isinf(values).any(axis=1, keepdims=True), np.nan, values)
