"""The design file of a sweep: its scenarios, factors, sampler, and the outcomes that are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import parse
from sim.scenario.library import shipped_designs
from sim.scenario.quantity import Frozen
from sim.scenario.texts import Key, Line, Name, Prose, Setting, Title
from sim.sweeps.schema_errors import Schema

MAX_POINTS = 1_000_000  # points of a design; more are several sweeps
MAX_ROWS = 20_000_000  # worlds of a design, in all branches: a month of one machine

Points = Annotated[int, Field(ge=1, le=MAX_POINTS)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Grid(Frozen):
    """Every combination of the factors' levels."""

    kind: Literal["grid"]


class Listed(Frozen):
    """The first value of each factor, the second of each, and so on."""

    kind: Literal["list"]


class LatinHypercube(Frozen):
    """So many points; each factor's range is cut into as many equally likely parts."""

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
SAMPLERS: dict[str, type[Frozen]] = {
    kind: model
    for model in (Grid, Listed, LatinHypercube, Saltelli, Morris, Priors)
    for kind in get_args(model.model_fields["kind"].annotation)
}


class FactorTable(Frozen):
    """The table of one factor in the file: a key, and the values that it takes.

    Values are given by `low` and `high` (`log`: evenly in the logarithm), by `values`, by
    `prior = true` (the scenario's own prior), by `from` and `to` (dates, `every` so many months),
    or by `choices`.
    """

    key: Line = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    levels: int | None = Field(None, ge=2, le=MAX_POINTS)  # of a grid between low and high
    values: list[bool | float | Line | date] | None = Field(None, min_length=1)
    prior: bool = False
    unit: Line | None = None  # if given, it must be that of the schema
    start: date | None = Field(None, alias="from")
    to: date | None = None
    every: int = Field(1, ge=1, le=600)
    choices: dict[Name, list[Setting]] | None = Field(None, min_length=1)


class Design(Frozen):
    """A sweep: all points of the factors, so many replicates of each, in each branch."""

    title: Title
    why: Prose = ""
    scenario: Key = "as_enacted"
    branches: list[Key] | None = Field(None, min_length=2, max_length=2)
    sampler: Sampler
    replicates: int = Field(1, ge=1, le=100_000)
    luck: Literal["common", "own"] = "common"
    seed: int = Field(0, ge=0, lt=2**63)
    months: list[Line] | None = Field(None, min_length=1)
    outcomes: list[Name] | None = Field(None, min_length=1)
    trajectories: bool = False
    ensemble: Key = "posterior"
    set: list[Setting] = []
    factors: dict[Name, FactorTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.branches and "scenario" in self.model_fields_set:
            raise ValueError("give 'scenario' or 'branches', not both")
        return self

    @property
    def worlds(self) -> str:
        """Where numbers that are no factor come from: `posterior`, its name or file, or `prior`.

        A sampler that draws worlds of the posterior draws those of `ensemble`, if it names one.
        """
        if not isinstance(self.sampler, Priors) or self.ensemble not in ("posterior", "prior"):
            return self.ensemble
        return self.sampler.kind

    @property
    def names(self) -> list[str]:
        """The scenarios of the branches: one, or two of which the second is the reference."""
        return self.branches or [self.scenario]

    def in_worlds_of(self, ensemble: str) -> Design:
        """The design with its worlds drawn from another ensemble, whatever it says itself."""
        changed: dict[str, Any] = {"ensemble": ensemble}
        if isinstance(self.sampler, Priors):
            kind = "prior" if ensemble == "prior" else "posterior"
            changed["sampler"] = self.sampler.model_copy(update={"kind": kind})
        return self.model_copy(update=changed)

    def plain(self) -> dict[str, Any]:
        """The design as tables of a file, without defaults."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)


SCHEMA = Schema(
    Design,
    tables={"factors": FactorTable},
    kinds={"sampler": SAMPLERS},
    examples={
        "title": 'title = "What is asked"',
        "sampler": 'sampler = { kind = "lhs", points = 1000 }',
        "factors": '[factors.eta] with key = "effort.eta" and low, high',
        "points": "points = 1000",
    },
)


def read_design(name: str | Path) -> Design:
    """Read a design from a TOML file, or a shipped one by name.

    Raises:
        ScenarioError: with file, key, what was wrong and what to do, for every mistake.
    """
    path = design_file(str(name))
    return design_of(parse(path), str(path))


def design_of(tree: dict[str, Any], file: str = "design") -> Design:
    """A design from plain tables; `file` is named in messages."""
    try:
        return Design.model_validate(tree, strict=True)
    except ValidationError as error:
        raise ScenarioError(SCHEMA.problems(error, file)) from None


def design_file(name: str) -> Path:
    """The file of a design: a path, or a shipped name.

    Raises:
        ScenarioError: there is none.
    """
    path, shipped = Path(name), shipped_designs()
    for candidate in (path, path.with_name(f"{path.name}.toml")) if path.name else ():
        if candidate.is_file() and candidate.suffix == ".toml":
            return candidate
    if name in shipped:
        return shipped[name]
    hint = nearest(path.stem, shipped)
    problem = "there is no such design", f"{hint}{'' if hint.endswith('?') else ';'} or give a path"
    if path.is_dir():
        problem = "is a folder", f"name a design file; {hint}"
    elif path.exists():
        problem = "is no .toml file", "a design's name ends in .toml"
    raise ScenarioError(Problem(name or "design", "", *problem))
