"""What the prior of eta is made of: studies of both signs, mapped to eta and combined.

Each study gives a finding in its own unit, which `per` turns into an estimate of eta. What `per` is
stands in `over` and in docs/model.md (M7): e0 is the usual share of effort, a the return to effort,
S the scarcity of the firms studied (ln 2, an assumption). None of the studies is about AI, so that
the prior is what a synthesis with random effects predicts for another field: the mean of the
estimates, weighted by their errors and the spread between fields, with that spread added
(Higgins, Thompson and Spiegelhalter 2009).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import norm

from sim.core.worlds import Block
from sim.scenario.quantity import Normal
from sim.uncertainty.draw import P95_SCORE

TABLE = Path(__file__).with_name("eta_pieces.csv")
LEFT_OUT = {
    "all pieces": (),
    "without the positive piece": ("positive",),
    "without the negative piece": ("negative",),
    "without either": ("positive", "negative"),
}
"""Signs of the pieces that a prior leaves out, by what it is called."""


@dataclass(frozen=True)
class Piece:
    """A study and what it says of eta.

    Attributes:
        sign: `base` (studies of other fields), `positive` or `negative` (of export controls).
        finding, low, high: the result with its 5-95 % range, in the study's own unit.
        over, per: what the finding is divided by, as a formula and as a number.
    """

    name: str
    sign: str
    finding: float
    low: float
    high: float
    over: str
    per: float
    source: str

    @property
    def eta(self) -> float:
        """The estimate of eta."""
        return self.finding / self.per

    @property
    def error(self) -> float:
        """Standard error of the estimate."""
        return (self.high - self.low) / (2 * P95_SCORE * self.per)


@dataclass(frozen=True)
class Synthesis:
    """A prior of eta: normal, with the weight of each piece (they sum to 1)."""

    mean: float
    spread: float
    weights: dict[str, float]

    @property
    def prior(self) -> Normal:
        """As a scenario writes it, to two digits behind the point."""
        numbers = (self.mean, *(self.mean + end * P95_SCORE * self.spread for end in (-1, 1)))
        median, p5, p95 = (round(number, 2) for number in numbers)
        return Normal(kind="normal", median=median, p5=p5, p95=p95)

    def density(self, eta: Block) -> Block:
        """Density of the prior."""
        return norm.pdf(eta, self.mean, self.spread)


def pieces() -> list[Piece]:
    """The studies."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [_piece(row) for row in csv.DictReader(file)]


def _piece(row: dict[str, str]) -> Piece:
    numbers = {name: float(row[name]) for name in ("finding", "low", "high", "per")}
    return Piece(row["piece"], row["sign"], **numbers, over=row["over"], source=row["source"])


def between_fields(studies: Sequence[Piece]) -> float:
    """Standard deviation of the estimates of studies of different fields."""
    return float(np.std([study.eta for study in studies], ddof=1))


def synthesis(without: Sequence[str] = ()) -> Synthesis:
    """The prior of eta by all pieces but those of some signs.

    The spread between fields is always that of all pieces: three studies or two do not tell it.
    """
    every = pieces()
    between = between_fields(every)
    kept = [piece for piece in every if piece.sign not in without]
    precision = np.array([1 / (piece.error**2 + between**2) for piece in kept])
    weights = precision / precision.sum()
    mean = float(weights @ [piece.eta for piece in kept])
    spread = float(np.sqrt(1 / precision.sum() + between**2))
    named = zip(kept, weights.tolist(), strict=True)
    return Synthesis(mean, spread, {piece.name: weight for piece, weight in named})
