"""What moves an outcome, or an effect, in a finished sweep (docs/analysis.md).

The method follows the design: Sobol rows give first and total indices, Morris rows a screening,
any other sample PAWN and a rank regression.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis import given_data, indices
from sim.analysis.indices import Measured
from sim.analysis.outputs import (
    Output,
    default_names,
    factor_matrix,
    finite,
    last_month,
    opened,
    read_outputs,
)
from sim.core.worlds import Block, Mask
from sim.record.results import SENSITIVITY, write_whole
from sim.record.stored import ABOUT, dumped
from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.factors import Factor
from sim.sweeps.store import Sweep

LEAD = {"sobol": "total", "morris": "mu_star", "given": "pawn"}  # measure that ranks, by method
NEGLIGIBLE = 0.01  # share of the variance below which a factor is not mentioned
ALL = 1.1  # share of the variance above which an estimate is no longer rounding
FEWEST = 40  # design points that a sample needs


@dataclass(frozen=True)
class Ranking:
    """What moves one output, factor by factor.

    Attributes:
        output: in the unit of `ends`.
        method: `sobol`, `morris` or `given`.
        factors: names, in the order of the design.
        units: of the factors.
        measures: by name, arrays `[factor]`; the one that ranks is `lead`.
        ends: mean of the output at the low and high end of each factor, `[factor, 2]`.
        levels: of a choice, switch or date the mean of the output at each level by its name.
        kinds: of the factors.
    """

    output: Output
    method: str
    factors: list[str]
    units: list[str]
    measures: dict[str, Measured]
    ends: Block
    levels: dict[str, dict[str, float]] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)

    @property
    def has_few_rows(self) -> bool:
        """Whether shares of the variance are estimated from too few rows to be used as numbers.

        No factor can have more than all of the variance, and none alone more than in total; an
        interval that is wider than all of it says nothing.
        """
        if self.method != "sobol" or not self.factors:
            return False
        first, total = self.measures["first"].value, self.measures["total"].value
        apart = np.max(self.lead.high - self.lead.low)
        return bool(np.any(total > ALL) or apart > 1 or np.any(first - total > apart))

    @property
    def end_names(self) -> list[tuple[str, str]]:
        """Names of the low and the high end of each factor: levels of a choice, or `low`, `high`.

        The ends of a choice are its levels with the lowest and the highest mean.
        """
        return [self._end_names(at) for at in range(len(self.factors))]

    def _end_names(self, at: int) -> tuple[str, str]:
        means = self.levels.get(self.factors[at])
        if not means:
            return "its low end", "its high end"
        if self.kinds[at] == "choice":
            return min(means, key=means.__getitem__), max(means, key=means.__getitem__)
        names = list(means)
        return names[0], names[-1]

    @property
    def lead(self) -> Measured:
        """The measure that ranks."""
        return self.measures[LEAD[self.method]]

    @property
    def is_clear(self) -> Mask:
        """Which factors stand out of the noise and matter, `[factor]`."""
        least = NEGLIGIBLE if self.method == "sobol" else 0.0
        return self.lead.is_clear & (self.lead.value >= least)

    @property
    def order(self) -> list[int]:
        """Rows of the factors, the most important first."""
        return [int(at) for at in np.argsort(-self.lead.value, kind="stable")]

    @property
    def spread(self) -> tuple[float, float, float]:
        """5th percentile, median and 95th percentile of the output over all worlds."""
        low, median, high = np.percentile(self.output.values, [5, 50, 95])
        return float(low), float(median), float(high)

    def rows(self) -> list[dict[str, Any]]:
        """One row a factor, the most important first."""
        return [self._row(rank, at) for rank, at in enumerate(self.order, start=1)]

    def _row(self, rank: int, at: int) -> dict[str, Any]:
        row: dict[str, Any] = {"rank": rank, "factor": self.factors[at], "unit": self.units[at]}
        for name, measure in self.measures.items():
            row[name] = finite(measure.value[at])
            row[f"{name}_low"] = finite(measure.low[at])
            row[f"{name}_high"] = finite(measure.high[at])
            row[f"{name}_dummy"] = measure.dummy
        row["clear"] = bool(self.is_clear[at])
        row["at_low_end"], row["at_high_end"] = map(finite, self.ends[at])
        row["low_end"], row["high_end"] = self.end_names[at]
        return row


@dataclass(frozen=True)
class Sensitivity:
    """What moves several outputs of a sweep.

    Attributes:
        rankings: one an output.
        still: outputs that are the same in all worlds.
        about: provenance.
    """

    rankings: list[Ranking]
    still: list[Output]
    about: dict[str, Any]

    def table(self) -> pd.DataFrame:
        """A row for each output and factor."""
        return pd.DataFrame(
            {
                "output": ranking.output.label,
                "effect": ranking.output.is_effect,
                "output_unit": ranking.output.unit,
                "method": ranking.method,
                **row,
                "luck_share": ranking.output.luck(),
                "few_rows": ranking.has_few_rows,
            }
            for ranking in self.rankings
            for row in ranking.rows()
        )

    def save(self, folder: str | Path) -> Path:
        """Write the table and `run.json` into a folder, all or nothing (see `Results.save`)."""

        def write(part: Path) -> None:
            self.table().to_csv(part / SENSITIVITY, index=False)
            (part / ABOUT).write_text(dumped(self.about), "utf-8")

        return write_whole(folder, write)


def sensitivity(
    sweep: Sweep | str | Path,
    outcomes: Iterable[str] = (),
    months: Iterable[str] = (),
    effect: bool | None = None,
    ranks: bool = False,
) -> Sensitivity:
    """What moves the outcomes of a sweep.

    Args:
        sweep: or its folder.
        outcomes: names (none: all that the sweep kept).
        months: `"2030-12"` (none: 2030-12, or the last kept).
        effect: differences between the branches instead of the first branch's outcomes (None:
            if the sweep has two branches).
        ranks: analyse ranks of the outcome, so that a few extreme worlds do not decide.

    Raises:
        ScenarioError: the sweep does not hold what is asked for, or its design is unfinished, or
            no outcome is defined in all worlds; of several, those that are not are left out, and
            `about["undefined"]` says why.
        FileNotFoundError: there is no sweep in the folder.
    """
    sweep = opened(sweep)
    effect = len(sweep.branches) > 1 if effect is None else effect
    names = list(dict.fromkeys(outcomes)) or default_names(sweep, effect)
    dates = list(dict.fromkeys(months)) or [last_month(sweep)]
    outputs, left_out = read_outputs(sweep, names, dates, effect)
    moving = [one.ranked() if ranks else one for one in outputs if not one.is_constant]
    about = _about(sweep, outputs) | {
        "ranks": ranks,
        "effect": effect,
        "outcomes": names,
        "months": dates,
        "undefined": left_out,
    }
    rankings = [_ranking(sweep, output, about["method"]) for output in moving]
    still = [output for output in outputs if output.is_constant]
    return Sensitivity(rankings, still, about)


def _about(sweep: Sweep, outputs: list[Output]) -> dict[str, Any]:
    points, replicates = outputs[0].values.shape if outputs else (0, 0)
    sampler = sweep.design.sampler.kind
    return {
        "kind": "sensitivity",
        "sweep": str(sweep.folder),
        "sampler": sampler,
        "method": sampler if sampler in LEAD else "given",
        "branches": list(sweep.branches),
        "keys": {factor.name: factor.key for factor in sweep.factors},
        "points": points,
        "replicates": replicates,
        "same_luck": all(output.same_luck for output in outputs),
    }


def _ranking(sweep: Sweep, output: Output, method: str) -> Ranking:
    factors = sweep.factors
    x, y = factor_matrix(sweep, output.points), output.mean
    measures = _given(factors, x, y) if method == "given" else _structured(sweep, output, method)
    ends = [
        given_data.ends(column, y, factor.kind != "choice")
        for column, factor in zip(x.T, factors, strict=True)
    ]
    names, units = [factor.name for factor in factors], [factor.unit for factor in factors]
    levels = {
        factor.name: _means(factor, column, y)
        for column, factor in zip(x.T, factors, strict=True)
        if factor.is_coded or factor.kind == "switch"
    }
    kinds = [str(factor.kind) for factor in factors]
    return Ranking(output, method, names, units, measures, np.array(ends), levels, kinds)


def _means(factor: Factor, column: Block, y: Block) -> dict[str, float]:
    """Mean of the output at each level that was run, by its name, in the order of the design."""
    return {
        str(factor.level(code)) if factor.is_coded else ("off", "on")[int(code)]: float(
            y[column == code].mean()
        )
        for code in np.unique(column)
    }


def _structured(sweep: Sweep, output: Output, method: str) -> dict[str, Measured]:
    """Sobol or Morris indices, which need every row of the design in its order."""
    count = len(sweep.points)
    if len(output.points) < count:
        wrong = f"holds {len(output.points)} of {count} points, a {method} design needs all"
        raise ScenarioError(Problem("sweep", "", wrong, "finish it: moat sweep ... --resume"))
    luck = 0.0 if output.same_luck else output.noise() / output.replicates
    try:
        if method == "sobol":
            return indices.sobol(output.mean, len(sweep.factors), luck)
        return indices.morris(np.asarray(sweep.unit, dtype=np.float64), output.mean, luck)
    except ValueError as error:
        hint = "was the design changed by hand?"
        raise ScenarioError(Problem("sweep", "", str(error), hint)) from None


def _given(factors: list[Factor], x: Block, y: Block) -> dict[str, Measured]:
    """PAWN and rank regression."""
    if len(x) < FEWEST:
        wrong = f"has {len(x)} finished design points, at least {FEWEST} are needed"
        raise ScenarioError(Problem("sweep", "", wrong, "sample more points, or use moat compare"))
    ordered = [at for at, factor in enumerate(factors) if factor.kind != "choice"]
    partial = given_data.rank_regression(x[:, ordered], y)
    value, low, high = np.full((3, len(factors)), np.nan)  # choices have no sign
    value[ordered], low[ordered], high[ordered] = partial.value, partial.low, partial.high
    regression = Measured(value, low, high, partial.dummy)
    return {"pawn": given_data.pawn_indices(x, y), "regression": regression}
