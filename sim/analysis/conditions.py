"""Conditions on outcomes: `innovation_effect@2028-12 > 0 and lead_months@2028-12 < 3`.

The whole language: NAME@MONTH (the month may be left out), a comparison, a number, `and`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.analysis.outputs import Held, Output, last_month, read_output
from sim.core.calendar import parse_month
from sim.core.worlds import Mask
from sim.scenario.errors import Problem, ScenarioError, cut

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
    month: str | None
    sign: str
    number: float

    def holds(self, output: Output) -> Mask:
        """Where it holds, `[point, replicate]`."""
        return COMPARISONS[self.sign](output.values, self.number)


def parse(text: str) -> list[Clause]:
    """The clauses of a condition.

    Raises:
        ScenarioError: it is not written in this language.
    """
    clauses = []
    for part in re.split(r"\band\b", text):
        found = CLAUSE.fullmatch(part.strip())
        if not found:
            raise ScenarioError(
                Problem("condition", cut(part.strip()), "is not understood", EXAMPLE)
            )
        month = found["month"]
        if month is not None:
            _check_month(month)
        clauses.append(Clause(found["name"], month, found["sign"], float(found["number"])))
    return clauses


def _check_month(month: str) -> None:
    try:
        parse_month(month)
    except ValueError:
        hint = "such as 2028-12"
        wrong = "is not a month written as YYYY-MM"
        raise ScenarioError(Problem("condition", month, wrong, hint)) from None


@dataclass(frozen=True)
class Cases:
    """In which worlds a condition holds.

    Attributes:
        text: the condition with its months.
        clauses: with months filled in.
        outputs: what each clause is about.
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


def find_cases(held: Held, text: str, effect: bool = False) -> Cases:
    """The worlds of a sweep in which a condition holds.

    Args:
        effect: names mean differences between the branches; some always do.

    Raises:
        ScenarioError: it is not understood, or the sweep has no such outcome or month.
    """
    clauses = [
        Clause(one.name, one.month or last_month(held.sweep), one.sign, one.number)
        for one in parse(text)
    ]
    outputs = [read_output(held, one.name, one.month, effect) for one in clauses]
    first = outputs[0]
    for other in outputs[1:]:
        if not np.array_equal(other.points, first.points):
            raise ScenarioError(Problem("sweep", "", "its outcomes lack different points"))
    masks = [one.holds(output) for one, output in zip(clauses, outputs, strict=True)]
    said = " and ".join(f"{one.name}@{one.month} {one.sign} {one.number:g}" for one in clauses)
    return Cases(said, clauses, outputs, np.logical_and.reduce(masks))
