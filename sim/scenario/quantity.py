"""A number of a scenario: a value or a prior, with unit and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema
from typing_extensions import TypeVar

from sim.scenario.texts import Line, Month, Prose, Source


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
            values = f"{self.p5}, {self.median}, {self.p95}"
            raise ValueError(f"p5 <= median <= p95 is needed, found {values}")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest number, to hold against the allowed range."""
        return self.p5, self.p95

    @property
    def central(self) -> float:
        """The median."""
        return self.median


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
        """Lowest and highest number, to hold against the allowed range."""
        return self.low, self.high

    @property
    def central(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2


class Triangular(Frozen):
    """Rising from low to mode, falling to high."""

    kind: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _ordered(self):
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            values = f"{self.low}, {self.mode}, {self.high}"
            raise ValueError(f"low <= mode <= high is needed, found {values}")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest number, to hold against the allowed range."""
        return self.low, self.high

    @property
    def central(self) -> float:
        """The mode."""
        return self.mode


Prior = Annotated[
    Normal | LogNormal | LogitNormal | Uniform | Triangular, Field(discriminator="kind")
]


class Quantity(Frozen):
    """One number: exactly one of `value` and `prior`, with its unit and where it comes from."""

    value: float | None = None
    prior: Prior | None = None
    unit: Line
    source: Source
    note: Prose | None = None

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
        if self.prior is not None:
            return self.prior.central
        assert self.value is not None  # one of the two is given
        return self.value


# What a number is: a quantity with unit and source in a scenario, an array once it is drawn.
# The defaults make `Lab` mean `Lab[Quantity]`, for type checkers and for pydantic alike.
N = TypeVar("N", default=Quantity)
# What a switch is: true or false in a scenario, an array of 1 (on) and 0 (off) once it is drawn.
S = TypeVar("S", default=bool)


class Path(Frozen):
    """A number that changes with the calendar: knots by month, between them straight in the log."""

    knots: dict[Month, float] = Field(min_length=1)
    unit: Line
    source: Source
    note: Prose | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest knot, to hold against the allowed range."""
        return min(self.knots.values()), max(self.knots.values())


OF_THE_KEY = "that of the key"  # unit of a number that stands for another one

# How a dated change (`[changes.NAME]`) moves a number of an actor.
MONTHLY = "monthly"  # rules read it each month: it is another number from then on
COMPOUND = "compound"  # a growth that adds up from the start: it is another growth from then on
PATH = "path"  # growth along an investors' path: the same
FLOW = "flow"  # where a flow that grows by itself starts: the flow is raised or cut from then on
STOCK = "stock"  # where a stock starts: the stock is raised or cut once


def number(
    unit: str,
    low: float,
    high: float,
    meaning: str,
    dated: str = "",
    instead: str = "",
    **more: Any,
) -> Any:
    """Declare a quantity in the schema: unit, allowed range and meaning.

    Args:
        dated: how a dated change moves it (`MONTHLY`, ...); empty: a change of it has no meaning.
        instead: what to use where a dated change has no meaning.
    """
    extra: dict[str, Any] = {"unit": unit, "low": low, "high": high}
    extra |= {name: text for name, text in (("dated", dated), ("instead", instead)) if text}
    return Field(description=meaning, json_schema_extra=extra, **more)


def switch(meaning: str) -> Any:
    """Declare a switch in the schema, which is on unless a scenario turns it off."""
    return Field(True, description=meaning)


@dataclass(frozen=True)
class OneOf:
    """Validates a value as one of several models; its type stays what they have in common.

    A union cannot be generic at run time: it forgets what its members are generic in.

    Attributes:
        key: the field that tells the models apart.
        kinds: the models by the value of that field.
    """

    key: str
    kinds: dict[str, type[Frozen]]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        union: Any = Union[tuple(self.kinds.values())]  # noqa: UP007
        return handler.generate_schema(Annotated[union, Field(discriminator=self.key)])


def kinds_of[K: Frozen](base: type[K], key: str, names: dict[str, Any]) -> dict[str, type[K]]:
    """The kinds of `base` among the names of a module, by the value of the field `key`."""
    models = [m for m in names.values() if isinstance(m, type) and issubclass(m, base)]
    fields = [(m.model_fields[key], m) for m in models if key in m.model_fields]
    return {get_args(field.annotation)[0]: model for field, model in fields}


def check_number(value: Quantity | Path, declared: dict[str, Any]) -> None:
    """Hold a quantity against its declaration; ValueError says what was wrong."""
    if declared["unit"] not in (value.unit, OF_THE_KEY):
        raise ValueError(f"unit is '{value.unit}', expected '{declared['unit']}'")
    low, high = value.ends
    if low < declared["low"] or high > declared["high"]:
        outside = low if low < declared["low"] else high
        raise ValueError(
            f"{outside:g} is outside the allowed range "
            f"{declared['low']:g}..{declared['high']:g} {declared['unit']}"
        )
