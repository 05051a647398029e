"""What studies measure, computed from records of simulated worlds: `[world]` numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block
from sim.outcomes.capability import best_log_efficiency
from sim.outcomes.catalogue import compute_outcomes, unit_of
from sim.outcomes.chips import YEAR, held
from sim.outcomes.presentation import presentation_of
from sim.outcomes.record import HOME, RIVAL, Record, ratio, trailing


@dataclass(frozen=True)
class Quantity:
    """What only studies ask for.

    Attributes:
        unit: `log` where it is a logarithm.
        label: its name in sentences.
        of: computes it from a record, `[month, world]`.
    """

    unit: str
    label: str
    of: Callable[[Record], Block]


def smuggled_chips(record: Record) -> Block:
    """Chips smuggled to China in the last twelve months, thousands."""
    return trailing(record.flows("flow_smuggled", None, RIVAL), YEAR)


def smuggled_compute_two_years(record: Record) -> Block:
    """Compute smuggled to China in the last 24 months by peak performance, H100e."""
    return trailing(record.flows("flow_smuggled_compute", None, RIVAL), 2 * YEAR)


def smuggled_training_share(record: Record) -> Block:
    """Smuggled share of what China acquired in twelve months, by worth for training."""
    smuggled, legal = (
        trailing(record.flows(name, None, RIVAL), YEAR)
        for name in ("flow_smuggled_training", "flow_training")
    )
    return ratio(smuggled, smuggled + legal)


def acquired(record: Record, bloc: str) -> Block:
    """Compute that a bloc bought in twelve months by peak performance, H100e."""
    legal, smuggled = (
        record.flows(name, None, bloc) for name in ("flow_compute", "flow_smuggled_compute")
    )
    return trailing(legal + smuggled, YEAR)


def share_of_compute(bloc: str) -> Callable[[Record], Block]:
    """A bloc's share of the chips held in the world, by peak performance."""
    return lambda record: ratio(held(bloc)(record), held(None)(record))


def chip_revenue(bloc: str) -> Callable[[Record], Block]:
    """Revenue of a bloc's chip suppliers in the last twelve months, USD bn."""
    return lambda record: trailing(record.total("supplier", "supplier_revenue", bloc), YEAR)


QUANTITIES = {
    "us_inference_efficiency": Quantity(
        "log",
        "the best US inference efficiency",
        lambda record: best_log_efficiency(record, HOME, "inference"),
    ),
    "dearest_us_run": Quantity(
        "USD bn",
        "the cost of the most expensive US training run",
        lambda record: record.labs("flagship_cost", HOME).max(axis=1),
    ),
    "smuggled_chips": Quantity(
        "1e3 chips", "chips smuggled to China in twelve months", smuggled_chips
    ),
    "smuggled_compute_two_years": Quantity(
        "H100e", "compute smuggled to China in two years", smuggled_compute_two_years
    ),
    "smuggled_training_share": Quantity(
        "share",
        "the smuggled share of what China acquired in twelve months, by worth for training",
        smuggled_training_share,
    ),
    "acquired_ratio": Quantity(
        "1",
        "US over Chinese compute bought in twelve months",
        lambda record: ratio(acquired(record, HOME), acquired(record, RIVAL)),
    ),
    "china_share_of_compute": Quantity(
        "share", "China's share of the compute held in the world", share_of_compute(RIVAL)
    ),
    "us_share_of_compute": Quantity(
        "share", "the US share of the compute held in the world", share_of_compute(HOME)
    ),
    "us_chip_revenue": Quantity(
        "USD bn", "revenue of US chip suppliers in twelve months", chip_revenue(HOME)
    ),
    "chinese_chip_revenue": Quantity(
        "USD bn", "revenue of Chinese chip suppliers in twelve months", chip_revenue(RIVAL)
    ),
}


def of_world(record: Record, name: str, reference: Record | None = None) -> Block:
    """An outcome or quantity of a run, `[month, world]`.

    Args:
        reference: the run with which it is compared: its level is the base of indices.
    """
    if name in QUANTITIES:
        return QUANTITIES[name].of(record)
    return compute_outcomes(record, [name], reference)[name]


def is_log(name: str) -> bool:
    """Whether an outcome or quantity is a logarithm."""
    return (QUANTITIES[name].unit if name in QUANTITIES else unit_of(name)) == "log"


def label_of(name: str) -> str:
    """The name of an outcome or quantity in a sentence."""
    return QUANTITIES[name].label if name in QUANTITIES else presentation_of(name).label


@dataclass(frozen=True)
class Window:
    """The values of two outcomes (the second may be missing) over some months.

    Attributes:
        path: of the outcome from the first month (or the only one) to the last, `[month, world]`.
        beside: of the second, over the same months.
        middle: months from the first to the middle.
        logs: whether the outcome, and the second, is a logarithm already.
    """

    path: Block
    beside: Block | None = None
    middle: int = 0
    logs: tuple[bool, bool] = (False, False)

    @property
    def years(self) -> float:
        """From the first month to the last."""
        return (len(self.path) - 1) / MONTHS_PER_YEAR

    def log_growth(self, start: int = 0, end: int = -1) -> Block:
        """By how much the logarithm of the outcome grew between two of the months, `[world]`."""
        return _log(self.path[end], self.logs[0]) - _log(self.path[start], self.logs[0])

    def beside_growth(self) -> Block:
        """The same of the second outcome over the whole window."""
        assert self.beside is not None
        return _log(self.beside[-1], self.logs[1]) - _log(self.beside[0], self.logs[1])


def _log(values: Block, is_already: bool) -> Block:
    """The logarithm of positive values; not a number where there is none yet."""
    return values if is_already else np.log(np.where(values > 0, values, np.nan))


def growth(window: Window) -> Block:
    """Growth factor a year."""
    return np.exp(window.log_growth() / window.years)


def slowdown(window: Window) -> Block:
    """Yearly growth after the middle over that before it, less 1."""
    years = window.middle / MONTHS_PER_YEAR
    before = window.log_growth(end=window.middle) / years
    after = window.log_growth(start=window.middle) / (window.years - years)
    return np.expm1(after - before)


def relative_growth(window: Window) -> Block:
    """Yearly growth factor over that of the second outcome."""
    return np.exp((window.log_growth() - window.beside_growth()) / window.years)


def share_of_growth(window: Window) -> Block:
    """Share of the outcome in the growth of the product with the second, in logarithms."""
    ours, other = window.log_growth(), window.beside_growth()
    return ours / (ours + other)


@dataclass(frozen=True)
class Measure:
    """A measure of a window.

    Attributes:
        words: what it is, with `{outcome}` and `{beside}`.
        needs: keys of a claim that it needs beside the last month.
        of: computes it, `[world]`.
    """

    words: str
    needs: tuple[str, ...]
    of: Callable[[Window], Block]


MEASURES = {
    "level": Measure("{outcome}", (), lambda window: window.path[-1]),
    "mean": Measure("mean of {outcome}", ("first",), lambda window: window.path.mean(axis=0)),
    "pace": Measure(
        "rise a year of {outcome}",
        ("first",),
        lambda window: (window.path[-1] - window.path[0]) / window.years,
    ),
    "growth": Measure("growth a year of {outcome}", ("first",), growth),
    "slowdown": Measure(
        "change of the growth of {outcome} after the middle of the window",
        ("first", "middle"),
        slowdown,
    ),
    "relative_growth": Measure(
        "growth a year of {outcome} over that of {beside}", ("first", "beside"), relative_growth
    ),
    "share_of_growth": Measure(
        "share of {outcome} in the growth of its product with {beside}",
        ("first", "beside"),
        share_of_growth,
    ),
    "lost_for_lost": Measure(
        "share of the rise of {outcome} that is lost, over the share of the growth of {beside} "
        "that is lost",
        ("first", "beside", "against"),
        lambda window: window.path[-1] - window.path[0],
    ),
}
"""The measures by name; that of `lost_for_lost` is what its treated and control worlds gain."""


def measured(
    measure: str, this: Window, reference: Window | None = None, effect: str = "difference"
) -> Block:
    """A measure in worlds, or its effect between paired worlds, `[world]`.

    Args:
        effect: `difference` or `percent` of the reference.
    """
    value = MEASURES[measure].of
    if reference is None:
        return value(this)
    if measure == "lost_for_lost":
        lost = 1 - value(this) / value(reference)
        return lost / (1 - this.beside_growth() / reference.beside_growth())
    change = value(this) - value(reference)
    return 100 * change / value(reference) if effect == "percent" else change


def window_of(
    record: Record,
    outcome: str,
    months: Mapping[str, str | None],
    beside: str | None = None,
    reference: Record | None = None,
) -> Window:
    """The window of a record.

    Args:
        months: `first`, `middle` and `last`; only the last must be given.
    """
    last = record.calendar.month(months["last"] or "")
    first, middle = (
        last if months.get(name) is None else record.calendar.month(months[name] or "")
        for name in ("first", "middle")
    )
    names = (outcome, beside) if beside else (outcome,)
    paths = [of_world(record, name, reference)[first : last + 1] for name in names]
    logs = is_log(outcome), bool(beside) and is_log(beside or "")
    return Window(paths[0], paths[1] if beside else None, middle - first, logs)
