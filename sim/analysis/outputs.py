"""One number per world of a sweep: an outcome at a month, or an effect between its branches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.catalogue import PAIRED, label_of, unit_of
from sim.scenario.errors import Problem, ScenarioError, nearest

if TYPE_CHECKING:
    from sim.sweeps.store import Sweep

MONTH = "2030-12"  # looked at unless another is asked for, where the sweep kept it
SAID = ("supplier_loss",)  # effects whose label says that they are differences
ALWAYS_PAIRED = tuple(one.name for one in PAIRED)


@dataclass(frozen=True)
class Output:
    """What is analysed, a number for every design point and replicate.

    Attributes:
        name: of the outcome.
        month: its month, `"2030-12"`.
        is_effect: whether it is a difference between the two branches, first less second.
        values: `[point, replicate]`, in `unit`.
        points: numbers of the design points, `[point]`.
        same_luck: whether every point was run in the same worlds (common random numbers).
        ranks: whether values are ranks, 0 to 1, in place of the outcome's own.
    """

    name: str
    month: str
    is_effect: bool
    values: Block
    points: Block
    same_luck: bool
    ranks: bool = False

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return "rank, 0 to 1" if self.ranks else unit_of(self.name)

    @property
    def label(self) -> str:
        """`lead_months@2030-12`, as columns and conditions name it."""
        return f"{self.name}@{self.month}"

    @property
    def title(self) -> str:
        """What it is, for titles and sentences."""
        effect = "the effect on " if self.is_effect and self.name not in SAID else ""
        return f"{effect}{label_of(self.name)} in {self.month}"

    @property
    def mean(self) -> Block:
        """Mean over replicates, `[point]`."""
        return self.values.mean(axis=1)

    @property
    def replicates(self) -> int:
        """Worlds that each design point was run in."""
        return self.values.shape[1]

    @property
    def is_constant(self) -> bool:
        """Whether nothing moves it at all."""
        return bool(np.ptp(self.values) == 0)

    def ranked(self) -> Output:
        """Ranks of the values among all worlds, 0 to 1: long tails count no more than others."""
        from scipy.stats import rankdata

        ranks = (rankdata(self.values, axis=None) - 0.5) / self.values.size
        return replace(self, values=ranks.reshape(self.values.shape), ranks=True)

    def luck(self) -> float | None:
        """Share of the variance of a single world that the factors leave, None with one replicate.

        It holds luck, and numbers that have a prior but are no factor of the design.
        """
        if self.replicates < 2 or len(self.values) < 2 or self.is_constant:
            return None
        within = self.noise()
        between = float(self.mean.var(ddof=1))
        if not self.same_luck:  # luck that differs from point to point hides in the means too
            between = max(0.0, between - within / self.replicates)
        return float(within / (within + between))

    def noise(self) -> float:
        """Variance between the replicates of a point, unit squared (0 with one replicate)."""
        return float(self.values.var(axis=1, ddof=1).mean()) if self.replicates > 1 else 0.0


class Held:
    """A sweep whose rows are read once, however many outcomes are looked at.

    Args:
        sweep: open, finished or not.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep

    @cached_property
    def levels(self) -> Any:
        """A row a point and replicate: the outcomes of the first branch."""
        rows = self.sweep.table()
        return rows[rows["branch"] == rows["branch"].iloc[0]]

    @cached_property
    def effects(self) -> Any:
        """A row a point and replicate: differences of the branches, and paired outcomes.

        Raises:
            ScenarioError: the sweep has one branch.
        """
        if len(self.sweep.branches) < 2:
            wrong = "has one branch, and an effect is a difference between two"
            hint = "give the design 'branches', or ask for an outcome without --effect"
            raise ScenarioError(Problem("sweep", "", wrong, hint))
        return self.sweep.effects()

    @property
    def names(self) -> list[str]:
        """Every outcome that can be asked for."""
        paired = _kept(self.effects) if len(self.sweep.branches) > 1 else {}
        return list(_kept(self.levels) | paired)

    def frame(self, effect: bool) -> Any:
        """The rows of effects, or of outcomes."""
        return self.effects if effect else self.levels


def open_folder(folder: str | Path) -> Sweep:
    """The sweep in a folder.

    Raises:
        FileNotFoundError: there is none.
    """
    from sim.sweeps.store import open_sweep

    return open_sweep(folder)


def read_output(held: Held, name: str, month: str | None = None, effect: bool = False) -> Output:
    """An outcome of a sweep, or an effect, in all its worlds.

    Args:
        name: of the outcome; those that are defined between paired runs are always effects.
        month: None: 2030-12, or the last that the sweep kept.
        effect: the difference of the first branch to the second.

    Raises:
        ScenarioError: there is no such outcome or month in the sweep, no second branch, or a value
            is not finite.
    """
    month = month or last_month(held.sweep)
    paired = effect or (name in ALWAYS_PAIRED)
    frame = held.frame(paired)
    return _output(frame, _column(frame, name, month, held), paired)


def default_names(held: Held, effect: bool) -> list[str]:
    """Every outcome that the sweep kept, or every effect."""
    return list(_kept(held.frame(effect)))


def last_month(sweep: Sweep) -> str:
    """The month that is looked at unless another is named."""
    months = sorted(str(month) for month in sweep.months)
    return MONTH if MONTH in months else months[-1]


def _column(frame: Any, name: str, month: str, held: Held) -> str:
    """The column of an outcome at a month."""
    column = f"{name}@{month}"
    if column in frame:
        return column
    kept = _kept(frame)
    if name not in kept:
        raise ScenarioError(
            Problem("outcome", name, "is not in the sweep", nearest(name, held.names))
        )
    wrong = f"was not kept at {month}"
    raise ScenarioError(Problem("month", name, wrong, f"kept: {', '.join(kept[name])}"))


def _kept(frame: Any) -> dict[str, list[str]]:
    """Months by outcome."""
    found: dict[str, list[str]] = {}
    for column in frame:
        name, at, month = str(column).partition("@")
        if at:
            found.setdefault(name, []).append(month)
    return found


def _output(frame: Any, column: str, paired: bool) -> Output:
    """Columns of a frame as `[point, replicate]`; points that lack a replicate are left out."""
    wide = frame.pivot(index="point", columns="replicate", values=column)
    worlds = frame.pivot(index="point", columns="replicate", values="world")
    whole = worlds.notna().all(axis=1)
    wide, worlds = wide[whole].sort_index(), worlds[whole].sort_index()
    values = wide.to_numpy(dtype=np.float64)
    _refuse_gaps(column, values)
    name, _, month = column.partition("@")
    same = bool((worlds.nunique() == 1).all())
    return Output(name, month, paired, values, wide.index.to_numpy(), same)


def _refuse_gaps(column: str, values: Block) -> None:
    """Methods turn one missing number into zeros everywhere, in silence."""
    bad = ~np.isfinite(values)
    if values.size == 0:
        raise ScenarioError(Problem("sweep", column, "has no finished worlds"))
    if bad.any():
        wrong = f"is not finite in {bad.sum()} of {bad.size} worlds"
        hint = "look at another outcome or month, or narrow the design"
        raise ScenarioError(Problem("sweep", column, wrong, hint))


def pick_factors(sweep: Sweep, names: Iterable[str], numeric: bool = False) -> list[Any]:
    """Factors by name or scenario key, in the order asked for.

    Raises:
        ScenarioError: there is no such factor, or it is no number where one is needed.
    """
    found = []
    for name in names:
        fits = [factor for factor in sweep.factors if name in (factor.name, factor.key)]
        if not fits:
            known = {factor.name for factor in sweep.factors}
            known |= {str(factor.key) for factor in sweep.factors if factor.key}
            wrong = "is no factor of the sweep"
            raise ScenarioError(Problem("factor", name, wrong, nearest(name, known)))
        if numeric and fits[0].kind != "number":
            numbers = [f.name for f in sweep.factors if f.kind == "number"]
            wrong = f"is a {fits[0].kind}, a map needs numbers"
            raise ScenarioError(Problem("factor", name, wrong, f"such as {', '.join(numbers[:6])}"))
        found.append(fits[0])
    return found


def factor_matrix(sweep: Sweep, points: Block) -> Block:
    """Factors at some design points as numbers, `[point, factor]`.

    Switches are 0 or 1, choices and dates numbers of their levels.
    """
    table = sweep.points.loc[points]
    columns = []
    for factor in sweep.factors:
        column = table[factor.name]
        if factor.kind in ("choice", "date") and column.dtype.kind not in "fiu":
            codes = {_shown(level, factor): at for at, level in enumerate(factor.levels or ())}
            column = column.map(lambda one, known=codes, of=factor: known[_shown(one, of)])
        columns.append(column.to_numpy(dtype=np.float64))
    return np.column_stack(columns)


def _shown(level: Any, factor: Any) -> str:
    """A level as text; dates without the time of day that tables add."""
    return str(level)[:10] if factor.kind == "date" else str(level)
