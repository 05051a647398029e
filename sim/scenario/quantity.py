"""A number of a scenario: a value or a prior, with unit and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema
from typing_extensions import TypeVar


class Frozen(BaseModel):
    """Part of a scenario: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Percentiles(Frozen):
    """A prior given as its median with the 5th and 95th percentile (the sides may differ)."""

    median: float
    p5: float
    p95: float

    @model_validator(mode="after")
    def _ordered(self):
        if not self.p5 <= self.median <= self.p95:
            raise ValueError(
                f"p5 <= median <= p95 is needed, found {self.p5}, {self.median}, {self.p95}"
            )
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """What the unit's range is checked against."""
        return self.p5, self.p95


class Normal(_Percentiles):
    """Normal, each side with its own spread."""

    kind: Literal["normal"]


class LogNormal(_Percentiles):
    """Log-normal, each side with its own spread: for sizes, rates and lags."""

    kind: Literal["lognormal"]

    @model_validator(mode="after")
    def _positive(self):
        if self.p5 <= 0:
            raise ValueError(f"a lognormal prior needs p5 > 0, found {self.p5}")
        return self


class LogitNormal(_Percentiles):
    """Logit-normal, each side with its own spread: for shares strictly between 0 and 1."""

    kind: Literal["logitnormal"]

    @model_validator(mode="after")
    def _inside(self):
        if not (self.p5 > 0 and self.p95 < 1):
            raise ValueError(f"a logitnormal prior lies inside 0..1, found {self.p5}..{self.p95}")
        return self


class Uniform(Frozen):
    """Equally likely between low and high."""

    kind: Literal["uniform"]
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self):
        if not self.low < self.high:
            raise ValueError(f"low < high is needed, found {self.low}, {self.high}")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """What the unit's range is checked against."""
        return self.low, self.high


class Triangular(Frozen):
    """Rising from low to mode, falling to high."""

    kind: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _ordered(self):
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(
                f"low <= mode <= high is needed, found {self.low}, {self.mode}, {self.high}"
            )
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """What the unit's range is checked against."""
        return self.low, self.high


Prior = Annotated[
    Normal | LogNormal | LogitNormal | Uniform | Triangular, Field(discriminator="kind")
]


class Quantity(Frozen):
    """One number: exactly one of `value` and `prior`, with its unit and where it comes from."""

    value: float | None = None
    prior: Prior | None = None
    unit: str
    source: str = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="after")
    def _one_of_two(self):
        if (self.value is None) == (self.prior is None):
            raise ValueError("give exactly one of 'value' and 'prior'")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest number to hold against the allowed range."""
        return (self.central, self.central) if self.prior is None else self.prior.ends

    @property
    def central(self) -> float:
        """The value, or the prior's median (mode, middle)."""
        if self.prior is None:
            assert self.value is not None  # one of the two is given
            return self.value
        if isinstance(self.prior, Triangular):
            return self.prior.mode
        if isinstance(self.prior, Uniform):
            return (self.prior.low + self.prior.high) / 2
        return self.prior.median


# What a number is: a quantity with unit and source in a scenario, an array once it is drawn.
# The defaults make `Lab` mean `Lab[Quantity]`, for type checkers and for pydantic alike.
N = TypeVar("N", default=Quantity)
# What a switch is: true or false in a scenario, an array of 1 (on) and 0 (off) once it is drawn.
S = TypeVar("S", default=bool)


class Path(Frozen):
    """A number that changes with the calendar: knots by month, between them straight in the log."""

    knots: dict[str, float] = Field(min_length=1)
    unit: str
    source: str = Field(min_length=1)
    note: str | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest knot, to hold against the allowed range."""
        return min(self.knots.values()), max(self.knots.values())


def number(unit: str, low: float, high: float, meaning: str, **more: Any) -> Any:
    """Declare a quantity in the schema: unit, allowed range and meaning, said once for all."""
    extra: dict[str, Any] = {"unit": unit, "low": low, "high": high}
    return Field(description=meaning, json_schema_extra=extra, **more)


def switch(meaning: str) -> Any:
    """Declare a switch in the schema, which is on unless a scenario turns it off."""
    return Field(True, description=meaning)


@dataclass(frozen=True)
class OneOf:
    """Validates a value as one of several models; its type stays what they have in common.

    A union cannot be generic at run time: it forgets what its members are generic in.
    """

    union: Any

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.union)


def check_number(value: Quantity | Path, declared: dict[str, Any]) -> None:
    """Hold a quantity against its declaration; ValueError says what was wrong."""
    if value.unit != declared["unit"]:
        raise ValueError(f"unit is '{value.unit}', expected '{declared['unit']}'")
    low, high = value.ends
    if low < declared["low"] or high > declared["high"]:
        outside = low if low < declared["low"] else high
        raise ValueError(
            f"{outside:g} is outside the allowed range "
            f"{declared['low']:g}..{declared['high']:g} {declared['unit']}"
        )
