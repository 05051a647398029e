"""The file of a policy search: levers with limits, goals with directions, worlds, a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from sim.core.worlds import Block
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import parse
from sim.scenario.library import find, shipped, shipped_problems
from sim.scenario.quantity import Frozen
from sim.scenario.texts import Key, Line, Name, Prose, Title
from sim.sweeps.schema_errors import Schema

Measure = Literal["mean", "p10", "regret", "satisficing"]


class Lever(Frozen):
    """A number that a policy may set, between two limits; several keys get the same."""

    keys: list[Key] = Field(min_length=1)
    low: float
    high: float
    log: bool = False  # candidates are spread evenly in the logarithm
    unit: Line | None = None  # if given, it must be that of the schema
    meaning: Prose = ""

    @model_validator(mode="after")
    def _ordered(self):
        if not self.low < self.high:
            raise ValueError(f"low < high is needed, found {self.low:g}, {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"log needs low > 0, found {self.low:g}")
        return self

    def value(self, share: Block) -> Block:
        """The lever's number at a position 0..1 between its limits."""
        if self.log:
            inside = np.exp(np.log(self.low) + np.log(self.high / self.low) * share)
            return np.clip(inside, self.low, self.high)
        return self.low + (self.high - self.low) * share


class Goal(Frozen):
    """An outcome, whether more or less of it is better, and how it is summed up over worlds."""

    outcome: Name
    month: Line
    want: Literal["more", "less"]
    effect: bool = False  # against the reference; paired outcomes always are
    measure: Measure = "p10"
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _threshold(self):
        count = (self.at_least is not None) + (self.at_most is not None)
        if (self.measure == "satisficing") != (count == 1) or count > 1:
            raise ValueError("satisficing needs one of at_least and at_most, others need none")
        if self.at_least is not None and self.want == "less":
            raise ValueError("at_least goes with want = 'more', at_most with want = 'less'")
        if self.at_most is not None and self.want == "more":
            raise ValueError("at_most goes with want = 'less', at_least with want = 'more'")
        return self

    @property
    def sign(self) -> float:
        """+1 where more is wanted, -1 where less is."""
        return 1.0 if self.want == "more" else -1.0


class Search(Frozen):
    """A problem of policy search.

    Each of the `futures` is a table of keys and numbers; every policy is tried in all worlds of all
    futures. Without them there is one, in which everything is as the scenario draws it.
    """

    title: Title
    why: Prose = ""
    scenario: Key
    reference: Key
    worlds: int = Field(48, ge=1, le=2000)
    seed: int = Field(0, ge=0, lt=2**63)
    policies: int = Field(400, ge=4, le=100_000)  # tried in all
    population: int = Field(40, ge=4, le=1000)  # tried at once
    levers: dict[Name, Lever] = Field(min_length=1)
    goals: dict[Name, Goal] = Field(min_length=2)
    futures: dict[Name, dict[Key, float]] = Field(default={})

    @model_validator(mode="after")
    def _fits(self):
        if self.population > self.policies:
            raise ValueError("population is larger than policies, the number tried in all")
        return self


SCHEMA = Schema(
    Search,
    tables={"levers": Lever, "goals": Goal},
    kinds={},
    examples={},
    hint="see scenarios/problems/ for a whole example",
)


def read_problem(name: str | Path) -> Search:
    """Read a problem from a file, or a shipped one by name.

    Scenarios named by path are looked for beside the file.

    Raises:
        ScenarioError: with file, key, what was wrong and what to do, for every mistake.
    """
    path = _file(str(name))
    try:
        search = Search.model_validate(parse(path), strict=True)
    except ValidationError as error:
        raise ScenarioError(SCHEMA.problems(error, str(path))) from None
    names = {key: _beside(getattr(search, key), path) for key in ("scenario", "reference")}
    return search.model_copy(update=names)


def _file(name: str) -> Path:
    path, shipped = Path(name), shipped_problems()
    if path.suffix == ".toml" and path.is_file():
        return path
    if name not in shipped:
        wrong = f"there is no problem '{name}'"
        raise ScenarioError(Problem(name or "problem", "", wrong, nearest(name, shipped)))
    return shipped[name]


def _beside(name: str, path: Path) -> str:
    return name if name in shipped() else str(find(name, beside=path.resolve(), asked_by=str(path)))
