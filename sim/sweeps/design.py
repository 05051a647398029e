"""What a design file says: which scenarios, which factors, how sampled, what is kept.

Frozen models that refuse unknown keys; `read_design` turns what is wrong into messages.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.layers import parse
from sim.scenario.library import shipped_designs
from sim.scenario.quantity import Frozen
from sim.sweeps.mistakes import no_design, problems

MAX_POINTS = 1_000_000  # points of a design; more are several sweeps
MAX_ROWS = 20_000_000  # worlds of a design, in all branches: a month of one machine

Points = Annotated[int, Field(ge=1, le=MAX_POINTS)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Grid(Frozen):
    """Every combination of the factors' levels."""

    kind: Literal["grid"]


class Listed(Frozen):
    """The factors' values side by side: the first of each, the second of each, ..."""

    kind: Literal["list"]


class LatinHypercube(Frozen):
    """As many points as asked for, each factor's range cut into as many equally likely parts."""

    kind: Literal["lhs"]
    points: Points
    seed: Seed = 0


class Saltelli(Frozen):
    """Rows for Sobol indices, `points * (factors + 2)` of them, as SALib makes and reads them."""

    kind: Literal["sobol"]
    points: Points
    seed: Seed = 0
    second_order: bool = False  # rows for second-order indices too: `points * (2 * factors + 2)`


class Morris(Frozen):
    """Rows for elementary effects: `points` trajectories of `factors + 1` rows, as SALib's."""

    kind: Literal["morris"]
    points: Points
    levels: int = Field(4, ge=2, le=100)
    seed: Seed = 0


class Priors(Frozen):
    """Each point is a world of the priors, or of those that fit history; factors are recorded."""

    kind: Literal["prior", "posterior"]
    points: Points


Sampler = Annotated[
    Grid | Listed | LatinHypercube | Saltelli | Morris | Priors, Field(discriminator="kind")
]


class Varied(Frozen):
    """One factor as the design says it: a key, and which values it takes.

    One of: `low` and `high` (`log`: evenly in the logarithm), `values`, `prior = true` (the
    scenario's own prior), `from` and `to` (dates, `every` so many months), `choices`.
    """

    key: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    levels: int | None = Field(None, ge=2, le=MAX_POINTS)  # of a grid between low and high
    values: list[bool | float | str | date] | None = Field(None, min_length=1)
    prior: bool = False
    unit: str | None = None  # need not be given; where it is, the schema's must be the same
    start: date | None = Field(None, alias="from")
    to: date | None = None
    every: int = Field(1, ge=1, le=600)
    choices: dict[str, list[str]] | None = Field(None, min_length=1)


class Design(Frozen):
    """A sweep: every point of the factors, in so many replicates, in each of the branches."""

    title: str
    why: str = ""
    scenario: str = "as_enacted"
    branches: list[str] | None = Field(None, min_length=2, max_length=2)
    sampler: Sampler
    replicates: int = Field(1, ge=1, le=100_000)
    luck: Literal["common", "own"] = "common"
    seed: int = Field(0, ge=0, lt=2**63)
    months: list[str] | None = Field(None, min_length=1)
    outcomes: list[str] | None = Field(None, min_length=1)
    trajectories: bool = False
    ensemble: Literal["posterior", "prior"] = "posterior"
    set: list[str] = []
    factors: dict[str, Varied] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.branches and "scenario" in self.model_fields_set:
            raise ValueError("give 'scenario' or 'branches', not both")
        return self

    @property
    def worlds(self) -> str:
        """What all that is no factor is taken from: worlds that fit history, or the priors."""
        return self.sampler.kind if isinstance(self.sampler, Priors) else self.ensemble

    @property
    def names(self) -> list[str]:
        """The scenarios of the branches: one, or two of which the second is the reference."""
        return self.branches or [self.scenario]

    def plain(self) -> dict[str, Any]:
        """The design as the tables of a file: what was given, nothing else."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)


def read_design(name: str | Path) -> Design:
    """Read a design from a TOML file, or a shipped one by name.

    Raises:
        ScenarioError: with file, key, what was wrong and what to do, for everything found.
    """
    path = design_file(str(name))
    return design_of(parse(path), str(path))


def design_of(tree: dict[str, Any], file: str = "design") -> Design:
    """A design from plain tables; `file` is named in messages."""
    try:
        return Design.model_validate(tree, strict=True)
    except ValidationError as wrong:
        raise ScenarioError(problems(wrong, file)) from None


def design_file(name: str) -> Path:
    """The file of a design: a path, or a shipped name.

    Raises:
        ScenarioError: there is none.
    """
    path = Path(name)
    for candidate in (path, path.with_name(f"{path.name}.toml")) if path.name else ():
        if candidate.is_file() and candidate.suffix == ".toml":
            return candidate
    if name in shipped_designs():
        return shipped_designs()[name]
    raise ScenarioError(Problem(name or "design", "", *no_design(path, shipped_designs())))
