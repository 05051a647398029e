"""Published results, and how each is asked of simulated worlds: the table beside this file.

A study holds claims. A claim says what the study found, with its interval, and the mapping:
treated, control, window, measure, outcome, and the scenario (or the pair of scenarios) in which it
is measured. A study without a counterpart in the model has no claims and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from scipy.stats import norm

from sim.core.calendar import Calendar
from sim.outcomes.catalogue import OUTCOMES
from sim.research.identification.measures import MEASURES, QUANTITIES
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import parse
from sim.scenario.library import shipped
from sim.scenario.quantity import Frozen
from sim.scenario.texts import Key, Line, Month, Name, Prose, Source, Title
from sim.sweeps.schema_errors import Schema
from sim.uncertainty.draw import P95_SCORE

TABLE = Path(__file__).with_suffix(".toml")
P975_SCORE = float(norm.ppf(0.975))  # normal score of the end of a 95 % interval
RUN = Calendar("2020-01", 132)  # the months that scenarios simulate
NEEDS = {
    "90": ("estimate", "low", "high"),
    "95": ("estimate", "low", "high"),
    "error": ("estimate", "error"),
    "range": ("low", "high"),
    "point": ("estimate",),
    "bound": (),
    "sign": ("direction",),
}
"""What a claim gives of its number, by the kind of its interval."""
NUMBERS = ("estimate", "low", "high", "error", "direction")

Interval = Literal["90", "95", "error", "range", "point", "bound", "sign"]
Id = Annotated[Name, Field(pattern=r"^[a-z0-9_]+$")]


class Study(Frozen):
    """A published study.

    Attributes:
        label: authors and year, for tables.
        title: authors, year and title.
        source: where it is published, and which text of it was read.
        cannot: why it cannot be asked of the model; empty where it has claims.
        used: numbers of the model that were set from it, though it cannot be asked.
    """

    label: Name
    title: Title
    source: Source
    cannot: Prose = ""
    used: Prose = ""


class Claim(Frozen):
    """One result of a study, and its mapping to simulated worlds.

    Attributes:
        study: its table among the studies.
        label: what it is about, for tables.
        found: what the study found, in words and numbers.
        interval: what the study gives: a 90 or 95 % interval, a standard error, only a range, a
            bound (`low` or `high`), one number without any, or only a sign.
        error: standard error of the estimate.
        direction: on which side of `neutral` a result that is only a sign lies.
        neutral: the value between the two signs: 0 of an effect, 1 of a factor.
        log: whether an interval is symmetric in the logarithm (for a growth factor).
        treated, control: what the study compares; empty where it describes one history.
        first, middle, last: months of the window. A measure of one month needs `last` alone.
        beside: a second outcome, where the measure relates two.
        scenario, against: where it is measured; the effect is that of the first over the second.
        effect: how the two are compared.
        used: what of the model was set from this result, or fitted to it; empty where nothing was.
        mapping: how study and measure differ.
        differs: the reason why our worlds differ, where they do.
    """

    study: Name
    label: Name
    found: Source
    unit: Line
    interval: Interval
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = Field(None, gt=0)
    direction: Literal["above", "below"] | None = None
    neutral: float = 0.0
    log: bool = False
    treated: Prose = ""
    control: Prose = ""
    measure: Key
    outcome: Key
    beside: Key | None = None
    first: Month | None = None
    middle: Month | None = None
    last: Month
    scenario: Key = "as_enacted"
    against: Key | None = None
    effect: Literal["difference", "percent"] = "difference"
    used: Prose = ""
    mapping: Source
    differs: Prose = ""

    @model_validator(mode="after")
    def _numbers_go_together(self) -> Self:
        given = [name for name in NUMBERS if getattr(self, name) is not None]
        needed = NEEDS[self.interval]
        if missing := [name for name in needed if name not in given]:
            raise ValueError(f'interval = "{self.interval}" needs {" and ".join(missing)}')
        allowed = ("low", "high") if self.interval == "bound" else (*needed, "estimate")
        if surplus := [name for name in given if name not in allowed]:
            raise ValueError(f'interval = "{self.interval}" takes no {" and no ".join(surplus)}')
        if self.interval == "bound" and len(given) != 1:
            raise ValueError('interval = "bound" needs low or high, and not both')
        ordered = [x for x in (self.low, self.estimate, self.high) if x is not None]
        if ordered != sorted(ordered):
            raise ValueError("low, estimate and high must be in this order")
        if self.log and min(ordered, default=1.0) <= 0:
            raise ValueError("log = true needs numbers above 0")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The interval that is compared: 90 % where the study's error is known, else what it gives.

        An end without a bound is infinite. A result that is only a sign has all of its side.
        """
        infinite = float("inf")
        if self.interval == "sign":
            above = self.direction == "above"
            return (self.neutral, infinite) if above else (-infinite, self.neutral)
        if self.interval == "error" and self.estimate is not None and self.error is not None:
            half = P95_SCORE * self.error
            return self.estimate - half, self.estimate + half
        if self.interval == "point" and self.estimate is not None:
            return self.estimate, self.estimate
        low = -infinite if self.low is None else self.low
        high = infinite if self.high is None else self.high
        return (self._narrowed(low), self._narrowed(high)) if self.interval == "95" else (low, high)

    def _narrowed(self, end: float) -> float:
        """An end of a 95 % interval as that of a 90 % one: normal around the estimate."""
        assert self.estimate is not None
        share = P95_SCORE / P975_SCORE
        if self.log:
            return float(self.estimate * (end / self.estimate) ** share)
        return self.estimate + share * (end - self.estimate)

    @property
    def months(self) -> list[str]:
        """The months of the window that are given, in their order in the file."""
        return [month for month in (self.first, self.middle, self.last) if month]

    @property
    def scenarios(self) -> list[str]:
        """The scenario, and the one that it is compared with."""
        return [name for name in (self.scenario, self.against) if name]


class PublishedResults(Frozen):
    """The table: studies and claims by name."""

    studies: dict[Id, Study] = Field(min_length=1)
    claims: dict[Id, Claim] = Field(min_length=1)

    def claims_of(self, study: str) -> dict[str, Claim]:
        """The claims of a study."""
        return {name: claim for name, claim in self.claims.items() if claim.study == study}


SCHEMA = Schema(
    PublishedResults,
    tables={"studies": Study, "claims": Claim},
    kinds={},
    examples={
        "studies": '[studies.ho_2024] with title = "..." and source = "..."',
        "claims": '[claims.ho_2024_rate] with study = "ho_2024", found, interval, measure, ...',
        "mapping": 'mapping = "how study and measure differ"',
    },
)


@cache
def published_results() -> PublishedResults:
    """The published results that ship."""
    return read(TABLE)


def read(file: Path) -> PublishedResults:
    """Read and check a table of published results.

    Raises:
        ScenarioError: with file, key, what was wrong and what to do, for every mistake.
    """
    try:
        table = PublishedResults.model_validate(parse(file), strict=True)
    except ValidationError as error:
        raise ScenarioError(SCHEMA.problems(error, str(file))) from None
    if problems := [Problem(str(file), *found) for found in _mistakes(table)]:
        raise ScenarioError(problems)
    return table


def _mistakes(table: PublishedResults) -> Iterator[tuple[str, str, str]]:
    """What does not go together: key, what is wrong, what to do."""
    for name, study in table.studies.items():
        if bool(study.cannot.strip()) == bool(table.claims_of(name)):
            wrong = (
                "has claims and says that it cannot be asked" if study.cannot else "has no claim"
            )
            yield f"studies.{name}", wrong, 'give claims, or cannot = "why", not both'
    known: Mapping[str, Any] = {
        "study": table.studies,
        "measure": MEASURES,
        "outcome": OF_WORLDS,
        "beside": OF_WORLDS,
        "scenario": shipped(),
        "against": shipped(),
    }
    for name, claim in table.claims.items():
        for key, names in known.items():
            word = getattr(claim, key)
            if word is not None and word not in names:
                yield f"claims.{name}.{key}", f"unknown {key} '{word}'", nearest(word, names)
        yield from _window_mistakes(f"claims.{name}", claim)


def _window_mistakes(key: str, claim: Claim) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the months of a claim, and with what its measure needs."""
    needed = MEASURES[claim.measure].needs if claim.measure in MEASURES else ()
    for name in ("first", "middle", "beside", "against"):
        given = getattr(claim, name) is not None
        if name in needed and not given:
            yield f"{key}.{name}", f"is missing for measure '{claim.measure}'", "add it"
        if given and name not in needed and name != "against":
            yield f"{key}.{name}", f"is not used by measure '{claim.measure}'", "leave it out"
    positions = [RUN.month(month) for month in claim.months]
    if positions != sorted(set(positions)):
        yield f"{key}.last", "months must rise from first over middle to last", claim.months[-1]
    for month, position in zip(claim.months, positions, strict=True):
        if not 0 <= position < RUN.months:
            hint = f"a month from {RUN.label(0)} to {RUN.label(RUN.months - 1)}"
            yield f"{key}", f"{month} is not simulated", hint


OF_WORLDS = {*(outcome.name for outcome in OUTCOMES), *QUANTITIES}
"""What can be measured in a record: outcomes, and quantities that only studies ask for."""
