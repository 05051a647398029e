"""Conditions on outcomes: `innovation_effect@2028-12 > 0 and lead_months@2028-12 < 3`.

The language has NAME@MONTH (the month may be left out), a comparison, a number, and `and`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.analysis.outputs import Output, last_month, read_output
from sim.core.calendar import parse_month
from sim.core.worlds import Mask
from sim.scenario.errors import Problem, ScenarioError, cut
from sim.sweeps.store import Sweep

COMPARISONS: dict[str, Callable] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
CLAUSE = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*(?:@\s*(?P<month>[\w-]+))?\s*"
    r"(?P<sign><=|>=|<|>)\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
)
EXAMPLE = 'write NAME@YYYY-MM, one of < <= > >=, a number: "innovation_effect@2028-12 > 0"'


@dataclass(frozen=True)
class Clause:
    """One comparison: `lead_months@2028-12 < 3`."""

    name: str
    month: str
    sign: str
    number: float

    def holds(self, output: Output) -> Mask:
        """Where it holds, `[point, replicate]`."""
        return COMPARISONS[self.sign](output.values, self.number)


def parse(text: str, default: str) -> list[Clause]:
    """The clauses of a condition; `default` is the month of those that name none.

    Raises:
        ScenarioError: it is not written in this language.
    """
    clauses = []
    for part in map(str.strip, re.split(r"\band\b", text)):
        match = CLAUSE.fullmatch(part)
        if not match:
            raise ScenarioError(Problem("condition", cut(part), "is not understood", EXAMPLE))
        month = match["month"] or default
        try:
            parse_month(month)
        except ValueError:
            wrong = "is not a month written as YYYY-MM"
            raise ScenarioError(Problem("condition", month, wrong, "such as 2028-12")) from None
        clauses.append(Clause(match["name"], month, match["sign"], float(match["number"])))
    return clauses


@dataclass(frozen=True)
class Cases:
    """In which worlds a condition holds.

    Attributes:
        text: the condition with its months.
        clauses: with months filled in.
        outputs: of the clauses.
        holds: `[point, replicate]`.
    """

    text: str
    clauses: list[Clause]
    outputs: list[Output]
    holds: Mask

    @property
    def share(self) -> float:
        """Share of worlds in which it holds."""
        return float(self.holds.mean())


def find_cases(sweep: Sweep, text: str, effect: bool = False) -> Cases:
    """The worlds of a sweep in which a condition holds.

    Args:
        effect: names mean differences between the branches; some always do.

    Raises:
        ScenarioError: it is not understood, or the sweep has no such outcome or month.
    """
    clauses = parse(text, last_month(sweep))
    outputs = [read_output(sweep, one.name, one.month, effect) for one in clauses]
    if any(not np.array_equal(output.points, outputs[0].points) for output in outputs):
        raise ScenarioError(Problem("sweep", "", "its outcomes lack different points"))
    masks = [clause.holds(output) for clause, output in zip(clauses, outputs, strict=True)]
    parts = [f"{one.name}@{one.month} {one.sign} {one.number:g}" for one in clauses]
    return Cases(" and ".join(parts), clauses, outputs, np.logical_and.reduce(masks))
