"""Names of outcomes, how the size of an effect on them is given, and what is too small to count.

All of it stands in `presentation.csv`, a row for each outcome:

- `title`, `label`: its name in tables, and in sentences;
- `effect`: how the size of an effect is given: as a `difference` in its unit, `relative` to the
  scenario it is compared with (percent), `log` where the outcome is a logarithm (percent too), or
  `odds` where it is the case or not in a world;
- `threshold`: an effect below it is no material change: in the unit of the outcome, as a share for
  `relative` and `log`, or as a share of the level of the outcome in `threshold_of`.

>>> presentation_of("lead_months").title, presentation_of("compute_ratio").effect
('US lead in time', 'relative')
>>> size_of_effect("innovation_effect", np.log([1.1, 0.98])).values.round(6).tolist()
[10.0, -2.0]
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

import numpy as np

from sim.core.worlds import Block, Mask

FILE = Path(__file__).with_suffix(".csv")
PERCENT, POINTS = "%", "percentage points"

Kind = Literal["difference", "relative", "log", "odds"]


@dataclass(frozen=True)
class Presentation:
    """One row of the table.

    Attributes:
        title: its name in tables.
        label: its name in sentences.
        effect: how the size of an effect is given.
        threshold: below which an effect is no material change.
        threshold_of: the outcome of whose level the threshold is a share; empty where it is none.
    """

    title: str
    label: str
    effect: Kind
    threshold: float
    threshold_of: str = ""


@dataclass(frozen=True)
class Size:
    """The size of an effect as people give it.

    Attributes:
        values: of the shape of the effect, in `unit`.
        unit: percent, percentage points, or that of the outcome.
        small: where it is no material change.
        threshold: in words, `"5 %"`; empty where there is none.
    """

    values: Block
    unit: str
    small: Mask
    threshold: str = ""


@cache
def _table() -> dict[str, Presentation]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["outcome"]: Presentation(
                row["title"],
                row["label"],
                cast(Kind, row["effect"]),
                float(row["threshold"]),
                row["threshold_of"],
            )
            for row in csv.DictReader(file)
        }


def presentation_of(name: str) -> Presentation:
    """How an outcome is presented; one without a row by its name alone."""
    return _table().get(name) or Presentation(name, name, "difference", 0.0)


def title_of(name: str) -> str:
    """An outcome's or effect's name for tables."""
    return presentation_of(name).title


def label_of(name: str) -> str:
    """An outcome's or effect's name for sentences."""
    return presentation_of(name).label


def levels_needed(names: Iterable[str]) -> list[str]:
    """Outcomes whose level in the reference is needed to give the size of effects."""
    needed: dict[str, None] = {}
    for name in names:
        row = presentation_of(name)
        needed |= {name: None} if row.effect == "relative" else {}
        needed |= {row.threshold_of: None} if row.threshold_of else {}
    return list(needed)


def size_of_effect(
    name: str, effect: Block, unit: str = "", levels: Mapping[str, Block] | None = None
) -> Size:
    """The size of an effect, and where it is no material change.

    Args:
        effect: difference of the outcome, of any shape.
        unit: of that difference.
        levels: outcomes of the reference, of the same shape, as `levels_needed` names them.
            Without them a relative effect is given as a difference.
    """
    row, levels = presentation_of(name), levels or {}
    if row.effect == "log":
        values = np.expm1(effect)
        return Size(100 * values, PERCENT, _below(values, row.threshold), _percent(row.threshold))
    if row.effect == "relative" and name in levels:
        values = _over(effect, levels[name])
        return Size(100 * values, PERCENT, _below(values, row.threshold), _percent(row.threshold))
    values, shown = (100 * effect, POINTS) if unit == "share" else (effect, unit)
    if row.effect != "difference" or not row.threshold:
        return Size(values, shown, np.zeros(np.shape(effect), bool))
    if not row.threshold_of:
        in_unit = 100 * row.threshold if unit == "share" else row.threshold
        return Size(values, shown, _below(effect, row.threshold), _in_words(in_unit, shown))
    if row.threshold_of not in levels:
        return Size(values, shown, np.zeros(np.shape(effect), bool))
    small = _below(_over(effect, levels[row.threshold_of]), row.threshold)
    of = "" if row.threshold_of == name else f" of {label_of(row.threshold_of)}"
    return Size(values, shown, small, f"{_percent(row.threshold)}{of}")


def as_it_adds_up(name: str, sizes: Block) -> Block:
    """Sizes of an effect on the scale of which variances are taken: logarithms, not percent.

    In percent a few worlds would hold nearly all of the variance of a ratio or an efficiency.
    """
    return np.log1p(sizes / 100) if presentation_of(name).effect == "log" else sizes


def adds_up_in(name: str, unit: str) -> str:
    """The unit in which sizes of an effect add up.

    Args:
        unit: of the sizes.
    """
    return "logarithm" if presentation_of(name).effect == "log" else unit


def factor_of_parts(
    name: str, effect: Block, unit: str, levels: Mapping[str, Block] | None = None
) -> tuple[Block, str]:
    """What parts of an effect are multiplied by, so that they add up to its size in percent.

    A part of a logarithm gets its share of the effect in percent.

    Args:
        effect: the sum of the parts, `[world]`.
        unit: of the parts.
        levels: of the reference, as for `size_of_effect`; without that of the outcome, or where it
            is 0 in some world, its parts stay as they are.

    Returns:
        factors `[world]`, and the unit of the products.

    >>> factors, unit = factor_of_parts("innovation_effect", np.log([1.5]), "log points")
    >>> parts = np.log([[3.0], [0.5]])  # three times as efficient, then half of that
    >>> (factors * parts).round(1).ravel().tolist(), unit
    ([135.5, -85.5], '%')
    """
    kind, level = presentation_of(name).effect, (levels or {}).get(name)
    if kind == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            return 100 * np.where(effect == 0, 1.0, np.expm1(effect) / effect), PERCENT
    if kind == "relative" and level is not None and np.all(level > 0):
        return 100 / level, PERCENT
    return np.ones_like(effect), unit


def _in_words(threshold: float, unit: str) -> str:
    unit = "" if unit == "1" else unit
    return f"{threshold:g} {unit.removesuffix('s') if threshold == 1 else unit}".strip()


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _below(values: Block, threshold: float) -> Mask:
    return np.abs(values) < threshold


def _over(effect: Block, level: Block) -> Block:
    """An effect over a level; of nothing, any change is infinitely large."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(effect == 0, 0.0, effect / level)
