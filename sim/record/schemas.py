"""What files of results say of themselves: a schema for each kind of `run.json`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sim.core.calendar import parse_month
from sim.core.seen import is_seen
from sim.scenario.schema import Scenario
from sim.scenario.structures import REFERENCE

LONGEST = 4_000  # letters of a text, which may be a path or name many changes
MAX_WORLDS, MAX_SEED = 1_000_000, 2**63 - 1


def check_line(text: str) -> str:
    """A text of one line that can be seen; ValueError says what it may not hold."""
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text):,} letters, at most {LONGEST:,} are allowed")
    unseen = "" if text.isascii() and text.isprintable() else _unseen(text)
    if unseen:
        raise ValueError(f"holds a character that cannot be seen (U+{ord(unseen):04X})")
    return text


def _unseen(text: str) -> str:
    return next((character for character in text if not is_seen(character)), "")


def _check_month(text: str) -> str:
    try:
        parse_month(text)
    except ValueError:
        raise ValueError("is not a month written as YYYY-MM") from None
    return text


Line = Annotated[str, AfterValidator(check_line)]
Month = Annotated[str, AfterValidator(_check_month)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Worlds = Annotated[int, Field(ge=1, le=MAX_WORLDS)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Texts = Annotated[list[Line], Field(max_length=1000)]
Months = Annotated[list[Month], Field(min_length=1, max_length=600)]
Pair = Annotated[list[Line], Field(min_length=1, max_length=2)]


class Stored(BaseModel):
    """A table of a file of results. Keys that are not declared are not read."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class EnsembleAbout(Stored):
    """Which worlds were run."""

    name: Literal["prior", "posterior"]
    posterior: Line = ""
    structure: Line = REFERENCE
    hash: Line = ""
    until: Month = "2024-12"
    particles: Count = 0
    fitted: Count = 0
    priors: Count = 0

    @model_validator(mode="after")
    def _whole(self):
        needed = {"hash", "until", "fitted", "priors"}
        if self.name == "posterior" and not needed <= self.model_fields_set:
            lacking = ", ".join(sorted(needed - self.model_fields_set))
            raise ValueError(f"lacks {lacking}, which a posterior has")
        return self


class ScenarioAbout(Stored):
    """A scenario as it was run."""

    name: Line
    title: Line
    files: Texts
    hash: Line
    overrides: Texts
    ensemble: EnsembleAbout
    own: Annotated[list[Line], Field(max_length=100_000)] = []
    resolved: Scenario


class _Simulated(Stored):
    """What all that was simulated in one go says of itself."""

    worlds: Worlds
    seed: Seed
    generator: Line
    months: Annotated[int, Field(ge=1, le=600)]
    versions: dict[Line, Line]
    finished: Line
    seconds: Annotated[float, Field(ge=0)]


class _OfScenario(_Simulated):
    scenario: ScenarioAbout

    @model_validator(mode="after")
    def _within(self):
        if self.months > self.scenario.resolved.months:
            most = self.scenario.resolved.months
            raise ValueError(f"months: {self.months} were run, and the scenario has {most}")
        return self


class RunAbout(_OfScenario):
    """`run.json` of a run."""

    kind: Literal["run"]
    carried_from: Month | Literal[""] = ""


class BindsAbout(Stored):
    """What binds in the reference: share of worlds by limit and month."""

    months: list[Month]
    shares: dict[Line, list[Annotated[float, Field(ge=0, le=1)]]]

    @model_validator(mode="after")
    def _as_long(self):
        for name, by_month in self.shares.items():
            if len(by_month) != len(self.months):
                raise ValueError(f"shares.{name}: {len(by_month)} of {len(self.months)} months")
        return self


class ComparisonAbout(_OfScenario):
    """`run.json` of a comparison."""

    kind: Literal["comparison"]
    against: ScenarioAbout
    binds: BindsAbout | None = None


class VerdictAbout(Stored):
    """What a change did to an outcome (`sim.experiments.verdict.Verdict`)."""

    name: Line
    unit: Line
    month: Month
    median: float
    low: float
    high: float
    share_positive: float
    share_negative: float
    since: Month | None = None
    undefined: Annotated[str, Field(max_length=500)] = ""
    share_small: float = 0.0
    threshold: Annotated[str, Field(max_length=100)] = ""


class ExplanationAbout(_OfScenario):
    """`run.json` of an explanation."""

    kind: Literal["explanation"]
    against: ScenarioAbout
    month: Month
    by: Literal["channel", "instrument", "act"] = "channel"
    channels: Texts = []
    instruments: Texts = []
    acts: Texts = []
    orders: Count
    simulated: Count = 0
    binds: BindsAbout | None = None
    verdicts: dict[Line, VerdictAbout] = {}

    @model_validator(mode="after")
    def _is_split(self):
        if not getattr(self, f"{self.by}s"):
            raise ValueError(f"has no {self.by}s")
        return self


class SearchAbout(Stored):
    """`run.json` of a policy search; its settings are a problem file of their own."""

    kind: Literal["search"]
    problem: Line
    title: Line
    scenario: ScenarioAbout
    reference: ScenarioAbout
    settings: dict[str, Any]
    policies: Annotated[int, Field(ge=1)]
    futures: Texts
    months: Annotated[int, Field(ge=1, le=600)]
    finished: bool
    seed: Seed
    versions: dict[Line, Line]
    achieved: Annotated[list[float | None], Field(min_length=1, max_length=1000)]
    other_worlds: Annotated[list[float | None], Field(max_length=1000)] | None = None


class DiscoveryAbout(Stored):
    """`run.json` of a discovery."""

    kind: Literal["discovery"]
    sweep: Line
    asked: Line
    condition: Line
    effect: Annotated[list[bool], Field(max_length=1000)]
    branches: Pair
    points: Count
    replicates: Count
    share: Annotated[float, Field(ge=0, le=1)]
    density_asked: Annotated[float, Field(ge=0, le=1)] | None
    mapped: Annotated[list[Line], Field(max_length=2)]


class SensitivityAbout(Stored):
    """`run.json` of a sensitivity analysis."""

    kind: Literal["sensitivity"]
    sweep: Line
    sampler: Line
    method: Line
    ranks: bool
    effect: bool
    outcomes: Texts
    months: Months
    branches: Pair
    points: Count
    replicates: Count
    same_luck: bool
    undefined: dict[Line, Line] = {}


class SessionsAbout(Stored):
    """`run.json` of a sweep: what ran it."""

    kind: Literal["sweep"]
    scenarios: Annotated[list[ScenarioAbout], Field(min_length=1, max_length=1000)]
    sessions: list[dict[str, Any]]


class _Named(Stored):
    name: Line
    hash: Line


class ForecastAbout(Stored):
    """`run.json` of a forecast; forecasts by others need say no more than their origin."""

    kind: Literal["forecast"] = "forecast"
    origin: Month | Literal[""] = ""
    until: Month | Literal[""] = ""
    scenario: _Named | None = None
    ensemble: EnsembleAbout | None = None
    worlds: Count = 0
    seed: Seed = 0
    finished: Line = ""
    counts_as_a_miss: dict[Line, str] = {}


KINDS: dict[str, tuple[type[Stored], str]] = {  # the schema, and the command that makes it
    "run": (RunAbout, "moat run"),
    "comparison": (ComparisonAbout, "moat compare"),
    "explanation": (ExplanationAbout, "moat explain"),
    "search": (SearchAbout, "moat optimise"),
    "discovery": (DiscoveryAbout, "moat discover"),
    "sensitivity": (SensitivityAbout, "moat sensitivity"),
    "sweep": (SessionsAbout, "moat sweep"),
    "forecast": (ForecastAbout, "moat backtest"),
}


class Head(Stored):
    """What every file of results says of itself: its kind, and the version of its format."""

    kind: str = ""
    format: Annotated[int, Field(ge=0)] = 0


class _Branch(_Named):
    title: Line


class SweepAbout(Stored):
    """`sweep.json`: the design of a sweep, and on what its blocks rest."""

    title: Line = ""
    branches: Annotated[list[_Branch], Field(min_length=1, max_length=2)]
    count: Annotated[int, Field(ge=1, le=10**9)]
    rows: Annotated[int, Field(ge=1, le=10**10)]
    blocks: Annotated[int, Field(ge=1, le=10**8)]
    factors: Annotated[list[dict[str, Any]], Field(max_length=1000)]
    points: Line
    scenarios: Texts
    block: Annotated[int, Field(ge=1, le=MAX_WORLDS)]
    replicates: Annotated[int, Field(ge=1, le=MAX_WORLDS)]
    luck: Line
    seed: Seed
    ensemble: list[EnsembleAbout]
    months: Months
    outcomes: Texts
    paired: Texts
    trajectories: bool
    versions: dict[Line, Line]
    earlier: Annotated[list[tuple[int, int]], Field(max_length=1000)] = []
