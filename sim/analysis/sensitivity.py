"""`moat sensitivity`: what moves an outcome, or an effect, in a finished sweep (docs/analysis.md).

The method follows the design: Sobol rows give first and total indices, Morris rows a screening,
any other sample PAWN and a rank regression.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import given_data as given
from sim.analysis import indices
from sim.analysis.indices import Measured
from sim.analysis.outputs import (
    Held,
    Output,
    default_names,
    factor_matrix,
    last_month,
    open_folder,
    read_output,
)
from sim.core.worlds import Block, Mask
from sim.record.results import ABOUT, SENSITIVITY, write_whole
from sim.scenario.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.sweeps.store import Sweep

METHODS = {"sobol": "sobol", "morris": "morris"}  # every other sampler: given
LEAD = {"sobol": "total", "morris": "mu_star", "given": "pawn"}  # by which factors are ranked
NEGLIGIBLE = 0.01  # share of the variance below which nothing is said of a factor
FEWEST = 40  # design points from which a sample says something


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
        explained: share of variance of ranks that the rank regression explains (given, else None).
    """

    output: Output
    method: str
    factors: list[str]
    units: list[str]
    measures: dict[str, Measured]
    ends: Block
    explained: float | None = None

    @property
    def lead(self) -> Measured:
        """The measure that ranks."""
        return self.measures[LEAD[self.method]]

    @property
    def is_clear(self) -> Mask:
        """Which factors stand out of the noise, and are worth a word, `[factor]`."""
        worth = NEGLIGIBLE if self.method == "sobol" else 0.0
        return self.lead.is_clear & (self.lead.value >= worth)

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
        found = []
        for rank, at in enumerate(self.order, start=1):
            row: dict[str, Any] = {"rank": rank, "factor": self.factors[at], "unit": self.units[at]}
            for name, one in self.measures.items():
                ends = one.value[at], one.low[at], one.high[at]
                row |= dict(
                    zip((name, f"{name}_low", f"{name}_high"), map(_plain, ends), strict=True)
                )
                row[f"{name}_dummy"] = one.dummy
            row["clear"] = bool(self.is_clear[at])
            row["at_low_end"], row["at_high_end"] = map(_plain, self.ends[at])
            found.append(row)
        return found


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class Sensitivity:
    """What moves several outputs of a sweep.

    Attributes:
        rankings: one an output.
        still: outputs that nothing moved.
        about: provenance.
    """

    rankings: list[Ranking]
    still: list[Output]
    about: dict[str, Any]

    def table(self) -> Any:
        """A pandas frame: a row for each output and factor."""
        import pandas as pd

        return pd.DataFrame(
            {
                "output": one.output.label,
                "effect": one.output.is_effect,
                "output_unit": one.output.unit,
                "method": one.method,
                **row,
                "luck_share": one.output.luck(),
            }
            for one in self.rankings
            for row in one.rows()
        )

    def save(self, folder: str | Path) -> Path:
        """Write the table and `run.json` into a folder, all or nothing (see `Results.save`)."""

        def write(part: Path) -> None:
            self.table().to_csv(part / SENSITIVITY, index=False)
            (part / ABOUT).write_text(json.dumps(self.about, indent=1, default=str), "utf-8")

        return write_whole(folder, write)


def sensitivity(
    folder: str | Path,
    outcomes: Iterable[str] = (),
    months: Iterable[str] = (),
    effect: bool = False,
    ranks: bool = False,
) -> Sensitivity:
    """What moves the outcomes of a sweep.

    Args:
        outcomes: names (none: all that the sweep kept).
        months: `"2030-12"` (none: 2030-12, or the last kept).
        effect: differences between the branches instead of the first branch's outcomes.
        ranks: look at ranks of the outcome, so that a few extreme worlds do not decide.

    Raises:
        ScenarioError: the sweep does not hold what is asked for, or its design is unfinished.
        FileNotFoundError: there is no sweep in the folder.
    """
    return analyse(open_folder(folder), outcomes, months, effect, ranks, str(folder))


def analyse(
    sweep: Sweep,
    outcomes: Iterable[str] = (),
    months: Iterable[str] = (),
    effect: bool = False,
    ranks: bool = False,
    folder: str = "",
) -> Sensitivity:
    """The same for a sweep that is open (see `sensitivity`)."""
    held = Held(sweep)
    names = list(dict.fromkeys(outcomes)) or default_names(held, effect)
    dates = list(dict.fromkeys(months)) or [last_month(sweep)]
    outputs = [read_output(held, name, date, effect) for name in names for date in dates]
    outputs = [one.ranked() if ranks and not one.is_constant else one for one in outputs]
    method = METHODS.get(sampler(sweep), "given")
    still = [one for one in outputs if one.is_constant]
    rankings = [rank(sweep, one, method) for one in outputs if not one.is_constant]
    points, replicates = (outputs[0].values.shape) if outputs else (0, 0)
    about = {
        "kind": "sensitivity",
        "sweep": folder,
        "sampler": sampler(sweep),
        "method": method,
        "ranks": ranks,
        "effect": effect,
        "outcomes": names,
        "months": dates,
        "branches": list(sweep.branches),
        "points": points,
        "replicates": replicates,
        "same_luck": all(one.same_luck for one in outputs),
    }
    return Sensitivity(rankings, still, about)


def sampler(sweep: Sweep) -> str:
    """How the design points were drawn: `sobol`, `morris`, `lhs`, ..."""
    return str(sweep.design.sampler.kind)


def rank(sweep: Sweep, output: Output, method: str) -> Ranking:
    """What moves one output, by a method."""
    factors = list(sweep.factors)
    x = factor_matrix(sweep, output.points)
    explained = None
    if method == "given":
        measures, explained = _given(factors, x, output)
    else:
        measures = _structured(sweep, output, method)
    y = output.mean
    ends = [given.ends(c, y, f.kind != "choice") for c, f in zip(x.T, factors, strict=True)]
    names, units = [f.name for f in factors], [f.unit or "" for f in factors]
    return Ranking(output, method, names, units, measures, np.array(ends), explained)


def _structured(sweep: Sweep, output: Output, method: str) -> dict[str, Measured]:
    """Sobol or Morris indices: every row of the design is needed, in its order."""
    whole = len(sweep.points)
    if len(output.points) < whole:
        wrong = f"holds {len(output.points)} of {whole} points, a {method} design needs all"
        raise ScenarioError(Problem("sweep", "", wrong, "finish it: moat sweep ... --resume"))
    luck = 0.0 if output.same_luck else output.noise() / output.replicates
    try:
        if method == "sobol":
            return indices.sobol(output.mean, len(sweep.factors), luck)
        return indices.morris(np.asarray(sweep.unit, dtype=np.float64), output.mean, luck)
    except ValueError as wrong:
        hint = "was the design changed by hand?"
        raise ScenarioError(Problem("sweep", "", str(wrong), hint)) from None


def _given(factors: list[Any], x: Block, output: Output) -> tuple[dict[str, Measured], float]:
    if len(x) < FEWEST:
        wrong = f"has {len(x)} finished design points, at least {FEWEST} are needed"
        raise ScenarioError(Problem("sweep", "", wrong, "sample more points, or use moat compare"))
    y = output.mean
    ordered = [at for at, factor in enumerate(factors) if factor.kind != "choice"]
    partial, explained = given.rank_regression(x[:, ordered], y)
    value, low, high = np.full((3, len(factors)), np.nan)  # choices have no sign
    value[ordered], low[ordered], high[ordered] = partial.value, partial.low, partial.high
    return {
        "pawn": given.pawn_indices(x, y),
        "regression": Measured(value, low, high, partial.dummy),
    }, explained
