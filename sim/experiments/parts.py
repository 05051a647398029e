"""An effect split into parts: by channel, instrument or act, in each world and over worlds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, total
from sim.experiments.verdict import LIKELY, VERY_LIKELY, Verdict
from sim.outcomes.catalogue import meaning_of, why_undefined
from sim.outcomes.defined import undefined_in
from sim.record.results import PARTS, write_whole
from sim.record.stored import ABOUT, dumped

if TYPE_CHECKING:
    import xarray as xr

OTHER, WHOLE = "other", "total"  # rows beside the channels: the rest, and the sum
ERRORS = 2.0  # standard errors between a mean and 0, unless nearly all worlds agree in sign


@dataclass(frozen=True)
class Part:
    """One part of an effect, over worlds, in the unit of the outcome.

    Attributes:
        channel: a channel, group of acts or act, `OTHER`, or `WHOLE` for the sum of all parts.
        mean: over worlds. Means of parts add up to the mean of the whole; medians do not.
        p5: 5 % quantile over worlds; `p95`: 95 % quantile.
        share_positive: share of worlds in which the part is above 0.
        share_negative: share of worlds in which it is below 0.
        standard_error: of the mean, as an estimate for all possible worlds and orders.
        sampling_error: of the mean in these worlds, from sampling orders (0 if the split is exact).
        share_defined: share of worlds in which the effect is defined; all others are of these,
            and NaN where there are none.
    """

    channel: str
    mean: float
    median: float
    p5: float
    p95: float
    share_positive: float
    share_negative: float
    standard_error: float
    sampling_error: float
    share_defined: float = 1.0  # older tables do not have it

    @property
    def sign(self) -> int:
        """+1 or -1 if most worlds and the mean agree and the error is too small to turn it."""
        agree = self.share_positive if self.mean > 0 else self.share_negative
        error = max(self.standard_error, self.sampling_error)
        is_clear = agree >= VERY_LIKELY or (agree >= LIKELY and abs(self.mean) > ERRORS * error)
        return int(np.sign(self.mean)) if self.share_defined and is_clear else 0

    @property
    def is_nothing(self) -> bool:
        """Whether it is exactly 0 in every world."""
        return self.share_positive == self.share_negative == 0


@dataclass(frozen=True)
class Split:
    """The effect on one outcome, split. In each world the parts add up to the whole effect.

    Attributes:
        name: of the outcome.
        unit: of all that follows.
        rows: every part over worlds, by size of its mean, and the whole at the end.
        names: of the parts: those among whom it is split, then `OTHER`. Like the arrays below it
            is empty if the split was read from a file, which holds no single worlds.
        parts: `[part, world]`.
        whole: the effect with all of them on, `[world]`.
        errors: standard error of each part from sampling orders, `[part, world]` (0 if exact).
    """

    name: str
    unit: str
    rows: list[Part]
    names: list[str] = field(default_factory=list)
    parts: Block = field(default_factory=lambda: np.empty((0, 0)))
    whole: Block = field(default_factory=lambda: np.empty(0))
    errors: Block = field(default_factory=lambda: np.empty((0, 0)))

    @classmethod
    def of_worlds(
        cls,
        name: str,
        unit: str,
        names: list[str],
        parts: Block,
        whole: Block,
        errors: Block,
        shared: int = 1,
    ) -> Split:
        """The split of an effect from its parts in each world.

        A world in which any part is not defined (NaN) is left out of all, so that parts add up.

        Args:
            shared: how many worlds in a row have the same sampled orders.
        """
        gaps = np.isnan(parts).any(axis=0) | np.isnan(whole)
        if gaps.any():
            parts, whole, errors = (np.where(gaps, np.nan, one) for one in (parts, whole, errors))
        rows = [_over_worlds(*part, shared) for part in zip(names, parts, errors, strict=True)]
        rows.sort(key=lambda part: -abs(part.mean) if part.share_defined else 0.0)
        rows.append(_over_worlds(WHOLE, whole, np.zeros_like(whole)))
        return cls(name, unit, rows, names, parts, whole, errors)

    @property
    def share_defined(self) -> float:
        """Share of worlds in which the effect is defined."""
        return self.rows[-1].share_defined

    @property
    def sampling_error(self) -> float:
        """The largest of the parts' sampling errors."""
        return max(part.sampling_error for part in self.rows)


def _over_worlds(name: str, values: Block, errors: Block, shared: int = 1) -> Part:
    all_worlds, some = len(values), ~np.isnan(values)
    alike = np.arange(all_worlds) // shared  # whose errors go together
    if not some.any():
        nan = np.nan
        return Part(name, nan, nan, nan, nan, nan, nan, nan, nan, share_defined=0.0)
    if not some.all():
        values, errors, alike = values[some], errors[some], alike[some]
    worlds = len(values)
    p5, median, p95 = np.percentile(values, [5, 50, 95])
    spread = np.std(values, ddof=1) if worlds > 1 else 0.0
    return Part(
        name,
        float(values.mean()),
        float(median),
        float(p5),
        float(p95),
        float((values > 0).mean()),
        float((values < 0).mean()),
        float(spread / np.sqrt(worlds)),
        _sampling_error(errors, alike),
        worlds / all_worlds,
    )


def _sampling_error(errors: Block, alike: NDArray[np.int64]) -> float:
    """The error of a mean; at most so much where worlds share their orders.

    Args:
        errors: of each world, `[world]`.
        alike: which set of orders a world has, `[world]`; errors of one set may have one sign.
    """
    if len(np.unique(alike)) < len(errors):
        worlds, errors = len(errors), np.bincount(alike, errors)
        return float(np.sqrt(total(errors**2)) / worlds)
    return float(np.sqrt(total(errors**2)) / len(errors))


@dataclass(frozen=True)
class Explanation:
    """The effect of one scenario against another at a month, split by channel, instrument or act.

    Attributes:
        splits: by outcome.
        month: at which the effect is split.
        about: provenance: both scenarios, overrides, orders, seed, versions, time; `by`, and
            among whom the effect is split, as `channels`, `instruments` or `acts`.
    """

    splits: dict[str, Split]
    month: str
    about: dict[str, Any]

    def verdict(self, name: str) -> Verdict:
        """The verdict on the whole effect on an outcome; of an older result, of what was split."""
        found = self.about.get("verdicts", {}).get(name)
        if found:
            return Verdict(**found)
        one, whole = self.splits[name], self.splits[name].rows[-1]
        return Verdict(
            name,
            one.unit,
            self.month,
            whole.median,
            whole.p5,
            whole.p95,
            whole.share_positive,
            whole.share_negative,
            undefined=self.undefined(one),
        )

    @property
    def is_exact(self) -> bool:
        """Whether all sets of players were simulated, so that no order was sampled."""
        return self.about["orders"] == 0

    @property
    def by(self) -> str:
        """What the effect is split by: `channel`, `instrument` or `act`."""
        return self.about.get("by", "channel")  # older results do not say it

    @property
    def players(self) -> list[str]:
        """Among whom it is split."""
        return self.about[f"{self.by}s"]

    def table(self) -> Any:
        """A pandas frame: a row for each part, the statistics of `Part` as columns."""
        import pandas as pd

        return pd.DataFrame(
            {"outcome": one.name, "unit": one.unit, "month": self.month, **asdict(part)}
            for one in self.splits.values()
            for part in one.rows
        )

    def labelled(self) -> xr.Dataset:
        """The parts as labelled arrays `[part, world]` with `unit` and `meaning`.

        In each world the parts of an outcome add up to its whole effect.
        """
        import xarray as xr

        worlds = np.arange(self.about["worlds"])
        return xr.Dataset(
            {
                one.name: xr.DataArray(
                    one.parts,
                    {"part": one.names, "world": worlds},
                    ("part", "world"),
                    attrs={"unit": one.unit, "meaning": meaning_of(one.name)},
                )
                for one in self.splits.values()
            },
            attrs={"month": self.month},
        )

    def summary(self) -> dict[str, Any]:
        """The JSON form: unit, whole effect and parts by outcome."""
        return {name: self._summary(one) for name, one in self.splits.items()}

    def _summary(self, one: Split) -> dict[str, Any]:
        parts = {part.channel: asdict(part) for part in one.rows}
        for numbers in parts.values():
            del numbers["channel"]
        why = self.undefined(one)
        about = {"unit": one.unit} | ({"undefined": why} if why else {})
        return about | {WHOLE: parts.pop(WHOLE), "parts": parts}

    def undefined(self, one: Split) -> str:
        """In how many worlds an effect is not defined, and why; empty where it is in all."""
        worlds = int(self.about["worlds"])
        missing = round((1 - one.share_defined) * worlds)
        return undefined_in(missing, worlds, why_undefined(one.name))

    def save(self, folder: str | Path) -> Path:
        """Write the table and `run.json` into a folder, all or nothing (see `Results.save`)."""

        def write(part: Path) -> None:
            self.table().to_csv(part / PARTS, index=False)
            (part / ABOUT).write_text(dumped(self.about), "utf-8")

        return write_whole(folder, write)
