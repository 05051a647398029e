"""Parts of an effect, world by world, and what can be said of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.worlds import Block, total
from sim.experiments.verdict import LEANING, SURE
from sim.outcomes.catalogue import meaning_of
from sim.record.results import ABOUT, PARTS, write_whole
from sim.scenario.parameters import Channels

if TYPE_CHECKING:
    import xarray as xr

OTHER, WHOLE = "other", "total"  # rows beside the channels: what goes other ways, and the sum
PHRASES = {OTHER: "other ways", WHOLE: "whole effect"}
ERRORS = 2.0  # standard errors between a mean and 0, unless nearly all worlds agree in sign


def phrase(part: str) -> str:
    """A part in a sentence: `compute denial`."""
    field = Channels.model_fields.get(part)
    described = field and field.description
    return PHRASES.get(part) or described or part.replace("_", " ")


@dataclass(frozen=True)
class Part:
    """One part of an effect, over worlds, in the unit of the outcome.

    Attributes:
        channel: which, or `OTHER`, or `WHOLE` for the sum of all.
        mean: means of parts add up to the mean of the whole; medians do not.
        standard_error: of the mean, as an estimate for all possible worlds (and orders).
        sampling_error: of the mean in just these worlds: what sampled orders leave open (exact: 0).
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

    @property
    def sign(self) -> int:
        """+1 or -1 where most worlds and the mean agree and no error can turn it, else 0."""
        agree = self.share_positive if self.mean > 0 else self.share_negative
        error = max(self.standard_error, self.sampling_error)
        is_clear = agree >= SURE or (agree >= LEANING and abs(self.mean) > ERRORS * error)
        return int(np.sign(self.mean)) if is_clear else 0

    @property
    def is_nothing(self) -> bool:
        """Whether it is exactly 0 in every world."""
        return self.share_positive == self.share_negative == 0


@dataclass(frozen=True)
class Split:
    """The effect on one outcome, split: the parts of each world add up to its whole effect.

    Attributes:
        unit: of everything here.
        names: of the parts: channels, then `OTHER`.
        parts: `[part, world]`.
        errors: standard error that sampled orders leave in a part, `[part, world]` (exact: 0).
        whole: the effect with every channel on, `[world]`.
    """

    name: str
    unit: str
    names: list[str]
    parts: Block
    errors: Block
    whole: Block

    @cached_property
    def rows(self) -> list[Part]:
        """Every part over worlds, the largest mean first, and the whole at the end."""
        found = [
            _over_worlds(name, values, errors)
            for name, values, errors in zip(self.names, self.parts, self.errors, strict=True)
        ]
        found.sort(key=lambda part: -abs(part.mean))
        return [*found, _over_worlds(WHOLE, self.whole, np.zeros_like(self.whole))]

    @property
    def sampling_error(self) -> float:
        """The largest of the parts' sampling errors."""
        return max(part.sampling_error for part in self.rows)


def _over_worlds(name: str, values: Block, errors: Block) -> Part:
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
        float(np.sqrt(total(errors**2)) / worlds),
    )


@dataclass(frozen=True)
class Explanation:
    """The effect of one scenario against another at a month, split by channel.

    Attributes:
        splits: by outcome.
        month: at which the effect is split.
        about: provenance: both scenarios, overrides, channels, orders, seed, versions, time.
    """

    splits: dict[str, Split]
    month: str
    about: dict[str, Any]

    @property
    def is_exact(self) -> bool:
        """Whether all sets of channels were simulated, and no order sampled."""
        return self.about["orders"] == 0

    def table(self) -> Any:
        """A pandas frame: a row a part, the statistics of `Part` as columns."""
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
        return {"unit": one.unit, WHOLE: parts.pop(WHOLE), "parts": parts}

    def save(self, folder: str | Path) -> Path:
        """Write the table and `run.json` into a folder, all or nothing (see `Results.save`)."""

        def write(part: Path) -> None:
            self.table().to_csv(part / PARTS, index=False)
            (part / ABOUT).write_text(json.dumps(self.about, indent=1, default=str), "utf-8")

        return write_whole(folder, write)
