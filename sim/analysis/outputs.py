"""One number per world of a sweep: an outcome at a month, or an effect between its branches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.worlds import Block
from sim.outcomes.catalogue import PAIRED, unit_of, why_undefined
from sim.outcomes.defined import undefined_in
from sim.outcomes.presentation import factor_of_parts, label_of, presentation_of
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.sweeps.factors import Factor
from sim.sweeps.store import Sweep, open_sweep

MONTH = "2030-12"  # analysed unless another is named, where the sweep kept it
DIFFERENCES = ("supplier_loss",)  # effects whose label says that they are differences
_PAIRED = {outcome.name for outcome in PAIRED}


class UndefinedError(ScenarioError):
    """An outcome is not defined in some worlds of a sweep."""


@dataclass(frozen=True)
class Output:
    """What is analysed: a number for every design point and replicate.

    Attributes:
        name: of the outcome.
        month: its month, `"2030-12"`.
        is_effect: whether it is a difference between the two branches, first less second.
        values: `[point, replicate]`, in `unit`.
        points: numbers of the design points, `[point]`.
        same_luck: whether every point was run in the same worlds (common random numbers).
        ranks: whether values are ranks, 0 to 1, in place of the outcome's own.
        sized_in: unit in which effects are given in place of the outcome's own; empty: in that.
    """

    name: str
    month: str
    is_effect: bool
    values: Block
    points: np.ndarray
    same_luck: bool
    ranks: bool = False
    sized_in: str = ""

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return "rank, 0 to 1" if self.ranks else self.sized_in or unit_of(self.name)

    @property
    def label(self) -> str:
        """`lead_months@2030-12`, as columns and conditions name it."""
        return f"{self.name}@{self.month}"

    @property
    def title(self) -> str:
        """What it is, for titles and sentences."""
        effect = "the effect on " if self.is_effect and self.name not in DIFFERENCES else ""
        return f"{effect}{label_of(self.name)} in {self.month}"

    @property
    def mean(self) -> Block:
        """Mean over replicates, `[point]`."""
        return self.values.mean(axis=1)

    @property
    def replicates(self) -> int:
        """Worlds of each design point."""
        return self.values.shape[1]

    @property
    def is_constant(self) -> bool:
        """Whether it is the same in all worlds."""
        return bool(np.ptp(self.values) == 0)

    def ranked(self) -> Output:
        """Ranks of the values among all worlds, 0 to 1, so that long tails do not dominate."""
        from scipy.stats import rankdata

        ranks = (rankdata(self.values, axis=None) - 0.5) / self.values.size
        return replace(self, values=ranks.reshape(self.values.shape), ranks=True)

    def luck(self) -> float | None:
        """Share of the variance of a single world that no factor explains.

        It comes from luck, and from numbers that have a prior but are no factor of the design. None
        with one replicate.
        """
        if self.replicates < 2 or len(self.values) < 2 or self.is_constant:
            return None
        within = self.noise()
        between = float(self.mean.var(ddof=1))
        if not self.same_luck:  # luck that differs between points is part of the means too
            between = max(0.0, between - within / self.replicates)
        return float(within / (within + between))

    def noise(self) -> float:
        """Variance between the replicates of a point, unit squared (0 with one replicate)."""
        return float(self.values.var(axis=1, ddof=1).mean()) if self.replicates > 1 else 0.0


def opened(sweep: Sweep | str | Path) -> Sweep:
    """A sweep, or the one in a folder."""
    return open_sweep(sweep) if isinstance(sweep, str | Path) else sweep


def read_output(sweep: Sweep, name: str, month: str | None = None, effect: bool = False) -> Output:
    """An outcome of a sweep, or an effect, in all its worlds.

    Args:
        name: of the outcome; those that are defined between paired runs are always effects.
        month: None: 2030-12, or the last that the sweep kept.
        effect: the difference of the first branch to the second.

    Raises:
        ScenarioError: there is no such outcome or month in the sweep, or no second branch.
        UndefinedError: it is not defined in some world.
    """
    is_effect = effect or name in _PAIRED
    rows = _rows(sweep, is_effect)
    month = month or last_month(sweep)
    column = f"{name}@{month}"
    if column not in rows:
        raise ScenarioError(_missing(sweep, rows, name, month))
    # Points that lack a replicate are left out.
    worlds = rows.pivot(index="point", columns="replicate", values="world").dropna()
    table = rows.pivot(index="point", columns="replicate", values=column).loc[worlds.index]
    values = table.to_numpy(dtype=np.float64)
    _refuse_gaps(column, values)
    same_luck = bool((worlds.nunique() == 1).all())
    return Output(name, month, is_effect, values, table.index.to_numpy(), same_luck)


def in_percent(sweep: Sweep, output: Output) -> Output:
    """An effect on a ratio or size in percent of the reference in the same world, as in verdicts.

    Where the reference is 0 in some world, and for all other outputs, it is left as it is.
    """
    is_relative = presentation_of(output.name).effect == "relative"
    if not (output.is_effect and is_relative) or output.name in _PAIRED:
        return output
    rows = sweep.table()
    rows = rows[rows["branch"] == sweep.branches[-1]]
    table = rows.pivot(index="point", columns="replicate", values=output.label)
    levels = {output.name: table.loc[output.points].to_numpy(dtype=np.float64)}
    factor, unit = factor_of_parts(output.name, output.values, "", levels)
    return replace(output, values=factor * output.values, sized_in=unit)


def read_outputs(
    sweep: Sweep, names: Iterable[str], months: Iterable[str], effect: bool = False
) -> tuple[list[Output], dict[str, str]]:
    """Outcomes or effects that are defined in all worlds of a sweep; effects sized as in verdicts.

    Returns:
        the outputs, and why others are left out, by label: methods that rank factors need a number
        in every world.

    Raises:
        ScenarioError: as `read_output`; or none of them is defined in all worlds.
    """
    found, left_out, problems = [], {}, []
    months = list(months)
    for name, month in ((name, month) for name in names for month in months):
        try:
            found.append(in_percent(sweep, read_output(sweep, name, month, effect)))
        except UndefinedError as error:
            left_out[f"{name}@{month}"] = error.problems[0].wrong
            problems += error.problems
    if not found:
        raise ScenarioError(problems)
    return found, left_out


def default_names(sweep: Sweep, effect: bool) -> list[str]:
    """Every outcome that the sweep kept, or every effect.

    Outcomes of a pair that the design names come first: the sweep was made for them.
    """
    names = list(_months(_rows(sweep, effect)))
    asked = [name for name in sweep.design.outcomes or () if name in _PAIRED]
    return list(dict.fromkeys([*(name for name in asked if name in names), *names]))


def last_month(sweep: Sweep) -> str:
    """The month that is analysed unless another is named."""
    return MONTH if MONTH in sweep.months else max(sweep.months)


def _rows(sweep: Sweep, effect: bool) -> pd.DataFrame:
    """A row a point and replicate: effects, or the outcomes of the first branch."""
    if not effect:
        rows = sweep.table()
        return rows[rows["branch"] == sweep.branches[0]]
    if len(sweep.branches) < 2:
        wrong = "has one branch, and an effect is a difference between two"
        hint = "give the design 'branches', or ask for an outcome without --effect"
        raise ScenarioError(Problem("sweep", "", wrong, hint))
    return sweep.effects()


def _months(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Months that were kept, by outcome."""
    months: dict[str, list[str]] = {}
    for column in rows:
        name, at, month = str(column).partition("@")
        if at:
            months.setdefault(name, []).append(month)
    return months


def _missing(sweep: Sweep, rows: pd.DataFrame, name: str, month: str) -> Problem:
    """Why an outcome is not in a sweep."""
    months = _months(rows)
    if name in months:
        hint = f"kept: {', '.join(months[name])}"
        return Problem("month", name, f"was not kept at {month}", hint)
    names = default_names(sweep, False)
    names += default_names(sweep, True) if len(sweep.branches) > 1 else []
    return Problem("outcome", name, "is not in the sweep", nearest(name, names))


def _refuse_gaps(column: str, values: Block) -> None:
    """Refuse missing numbers, which methods would turn into zeros for all factors."""
    if values.size == 0:
        raise ScenarioError(Problem("sweep", column, "has no finished worlds"))
    missing = int((~np.isfinite(values)).sum())
    if missing:
        reason = why_undefined(column.partition("@")[0])
        wrong = f"is {undefined_in(missing, values.size, reason)}"
        hint = "look at another outcome or month, or narrow the design"
        raise UndefinedError(Problem("sweep", column, wrong, hint))


def numeric_factors(sweep: Sweep, names: Iterable[str]) -> list[Factor]:
    """Factors by name or scenario key.

    Raises:
        ScenarioError: there is no such factor, or its values are no numbers.
    """
    factors = {text: factor for factor in sweep.factors for text in (factor.key, factor.name)}
    numbers = [factor.name for factor in sweep.factors if factor.kind == "number"]
    for name in names:
        if name not in factors:
            hint = nearest(name, filter(None, factors))
            raise ScenarioError(Problem("factor", name, "is no factor of the sweep", hint))
        if factors[name].kind != "number":
            wrong = f"is a {factors[name].kind}, a map needs numbers"
            hint = f"such as {', '.join(numbers[:6])}"
            raise ScenarioError(Problem("factor", name, wrong, hint))
    return [factors[name] for name in names]


def factor_matrix(sweep: Sweep, points: np.ndarray) -> Block:
    """Factors at some design points as numbers, `[point, factor]`.

    Switches are 0 or 1, choices and dates are positions in their levels.
    """
    table = sweep.points.loc[points]
    columns = []
    for factor in sweep.factors:
        column = table[factor.name]
        if factor.is_coded:
            levels = pd.Index(factor.levels or ())
            if factor.kind == "date":
                levels = pd.to_datetime(levels)
            columns.append(levels.get_indexer(pd.Index(column)))
        else:
            columns.append(column.to_numpy())
    return np.column_stack(columns).astype(np.float64)


def finite(value: float) -> float | None:
    """A number for tables, None if it is not finite."""
    return float(value) if np.isfinite(value) else None
