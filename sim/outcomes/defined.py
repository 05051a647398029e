"""Where an outcome means something, and in words why it means nothing elsewhere.

An outcome that may be undefined declares it; there it is NaN, and every table, figure, file and
sentence says the reason. Sums (chips, money) are 0 where there is nothing, and always defined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.core.worlds import Mask
from sim.outcomes.record import BASE_MONTH, HOME, RIVAL, Array, Record, trailing

PEOPLE = {HOME: "US", RIVAL: "Chinese"}
STARTED = {"open weights": "2022-01", "services": "2022-12"}  # before it, 0 stands for "not yet"
NOBODY = 0.99e12  # USD/1e6 tokens: a price that stands for "nobody serves"


@dataclass(frozen=True)
class Defined:
    """Where an outcome is defined.

    Attributes:
        reason: why it is not defined elsewhere, "no Chinese lab has a model yet".
        where: gives the mask of a record, one that broadcasts to `[month, world]`.
    """

    reason: str
    where: Callable[[Record], Mask]

    def only(self, values: Array, record: Record) -> Array:
        """The values where they are defined, NaN elsewhere."""
        mask = self.where(record)
        return values if mask.all() else np.where(mask, values, np.nan)


@dataclass(frozen=True)
class Outcome:
    """A quantity measured in a run.

    Attributes:
        of: gives it, `[month, world]`, where it is defined; elsewhere any number.
        defined: where that is (None: everywhere).
        against: of an index: the same with 100 for the level of another run, `(this, other)`.
    """

    name: str
    unit: str
    meaning: str
    of: Callable[[Record], Array]
    defined: Defined | None = None
    against: Callable[[Record, Record], Array] | None = None

    def values(self, record: Record, reference: Record | None = None) -> Array:
        """The quantity, `[month, world]`, NaN where it is not defined.

        Args:
            reference: a run of the same worlds with which this one is compared: the base of both
                is then its level. An index of its own base would differ before anything happens.
        """
        if self.against is None or reference is None:
            values = self.of(record)
        else:
            values = self._only(self.against(record, reference), reference)
        return self._only(values, record)

    def _only(self, values: Array, record: Record) -> Array:
        return self.defined.only(values, record) if self.defined else values


@dataclass(frozen=True)
class PairedOutcome:
    """A quantity measured between two runs of the same worlds: as `Outcome`, `of(this, other)`."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Record, Record], Array]
    defined: Defined | None = None

    def values(self, this: Record, reference: Record) -> Array:
        """The quantity, `[month, world]`, NaN where it is not defined in both runs."""
        values = self.of(this, reference)
        for record in (this, reference) if self.defined else ():
            values = self.defined.only(values, record) if self.defined else values
        return values


def undefined_in(missing: int, worlds: int, reason: str) -> str:
    """In how many worlds an outcome is not defined, and why; empty where it is in all."""
    if not missing:
        return ""
    why = f": {reason}" if reason else ""
    where = "in any world" if missing == worlds else f"in {missing} of {worlds} worlds"
    return f"not defined {where}{why}"


def _some(record: Record, series: str, bloc: str | None) -> Mask:
    """Whether the series of any lab of a bloc (None: of any) has been above 0, `[month, world]`."""
    rows = record.labs(series, bloc)
    reached = np.maximum.reduce(rows, axis=1, initial=0.0) > 0
    return np.maximum.accumulate(reached, axis=0)


def _since(record: Record, what: str) -> Mask:
    """Months from which on there is something of a kind in the world as it was, `[month, 1]`."""
    months = len(record.arrays["capability"])
    return np.arange(months)[:, None] >= record.calendar.month(STARTED[what])


def _blocs(wanting: str, series: str, *blocs: str) -> Defined:
    """Defined where a lab of each of the blocs has a series above 0."""
    return Defined(
        f"no {' or no '.join(PEOPLE[bloc] for bloc in blocs)} lab {wanting}",
        lambda r: np.logical_and.reduce([_some(r, series, bloc) for bloc in blocs]),
    )


def model(*blocs: str) -> Defined:
    """A lab of each bloc has a model, its own or taken up from open weights."""
    return _blocs("has a model yet", "capability", *blocs)


def own_model(*blocs: str) -> Defined:
    """A lab of each bloc has released a model of its own."""
    return _blocs("has released a model of its own yet", "largest_run", *blocs)


def at_work(*blocs: str) -> Defined:
    """A lab of each bloc is at work in the month."""
    return Defined(
        f"no {' or no '.join(PEOPLE[bloc] for bloc in blocs)} lab is at work",
        lambda r: np.logical_and.reduce([(r.labs("active", b) > 0).any(axis=1) for b in blocs]),
    )


def _flow(record: Record, series: tuple[str, str], to: str) -> Array:
    """What a bloc acquired in twelve months, smuggled counted in."""
    legal, smuggled = (record.flows(name, None, to) for name in series)
    return trailing(legal + smuggled, 12)


OPEN_MODEL = Defined(
    "no lab has released a model with open weights",
    lambda r: _some(r, "open_capability", None) | ~_since(r, "open weights"),
)
INSTALLED = Defined(
    "no accelerator was installed in China in twelve months",
    lambda r: _flow(r, ("flow_units", "flow_smuggled"), RIVAL) > 0,
)
ACQUIRED = Defined(
    "China acquired no compute in twelve months",
    lambda r: _flow(r, ("flow_compute", "flow_smuggled_compute"), RIVAL) > 0,
)
US_COMPUTE = Defined(
    "no compute is installed in the US",
    lambda r: r.total("lab", "training", HOME) + r.total("cloud", "cloud_training", HOME) > 0,
)


def _rebuilt(record: Record) -> Mask:
    """Whether a Chinese lab can train what the US frontier has released, and that had a cost."""
    can = (record.labs("rebuild_cost", RIVAL) > 0).any(axis=1)
    return can & own_model(HOME).where(record)


REBUILT = Defined(
    "no Chinese lab can train the best US model, or no US lab has released a model of its own yet",
    _rebuilt,
)


def shipped(by: str, flow: Callable[[Record], Array]) -> Defined:
    """A supplier has shipped something."""
    return Defined(f"{by} shipped no chip in three months", lambda r: flow(r) > 0)


def _priced(record: Record) -> Mask:
    """Whether the lab with the best model has one, and asks a price."""
    best = record.labs("capability").argmax(axis=1)[:, None]
    price = np.take_along_axis(record.labs("service_price"), best, axis=1)[:, 0]
    return _some(record, "capability", None) & (price > 0)


PRICED = Defined("no lab has a model for sale", _priced)


def _offered(record: Record) -> Mask:
    return record.arrays["quality_price"][:, 0] < NOBODY


def _offered_for_a_year(record: Record) -> Mask:
    now = _offered(record)
    return now & np.concatenate([now[:12], now])[: len(now)]


OFFERED = Defined("nobody offers a model", _offered)
OFFERED_FOR_A_YEAR = Defined("nobody offers a model, or did a year ago", _offered_for_a_year)


def sold(amount: Callable[[Record], Array], reason: str) -> Defined:
    """There is some of an amount of the economy, or services are not sold yet."""
    return Defined(reason, lambda r: (amount(r) > 0) | ~_since(r, "services"))


def sector(name: str) -> Defined:
    """The scenario has a sector, which was worth something in the month of its base."""

    def worth(record: Record) -> Mask:
        if name not in record.names["sector"]:
            return np.zeros((1, 1), dtype=bool)
        values = record.arrays["sector_value"][:, record.names["sector"].index(name)]
        base = min(max(record.calendar.month(BASE_MONTH), 0), len(values) - 1)
        return values[base][None] > 0

    return Defined("the scenario has no such sector, or it was worth nothing", worth)


def powered(bloc: str) -> Defined:
    """The scenario has a supplier of power in a bloc."""
    return Defined(
        f"the scenario has no supplier of power in {bloc}",
        lambda r: np.full((1, 1), bool(r.rows("power_supplier", bloc))),
    )


RESEARCHERS = Defined(
    "no AI researcher is at work",
    lambda r: r.total("talent_pool", "talent_pool_people") > 0,
)
