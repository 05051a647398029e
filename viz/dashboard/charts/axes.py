"""Axes of a small chart in SVG: from values to places, and ticks that people read easily."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.outcomes.record import Array
from viz.text.format import number

FARTHEST = 1e-16  # what lies further below the highest value is drawn at the edge of a log axis


@dataclass(frozen=True)
class Frame:
    """The plot inside a chart, in units of its viewBox.

    Attributes:
        months: how many stand on the time axis.
        low: value at the bottom; high: at the top.
        is_log: whether values stand by their logarithm.
    """

    width: float
    height: float
    months: int
    low: float
    high: float
    is_log: bool
    left: float = 46.0
    right: float = 10.0
    top: float = 8.0
    bottom: float = 20.0

    @property
    def right_edge(self) -> float:
        """Where the plot ends on the right."""
        return self.width - self.right

    @property
    def foot(self) -> float:
        """Where the plot ends below."""
        return self.height - self.bottom

    def x(self, month: Any) -> Array:
        """Place of a month, or of several."""
        step = (self.right_edge - self.left) / max(1, self.months - 1)
        return np.asarray(self.left + step * month)

    def y(self, value: Any) -> Array:
        """Place of a value, or of several; outside the frame they stand at the edge."""
        low, high, value = (self._scaled(v) for v in (self.low, self.high, value))
        share = np.clip((value - low) / (high - low), 0.0, 1.0)
        return self.foot - (self.foot - self.top) * share

    def _scaled(self, value: Any) -> Any:
        return np.log10(np.maximum(value, 1e-30)) if self.is_log else value

    def share(self, month: float) -> float:
        """Place of a month as a share of the chart's width."""
        return float(self.x(month)) / self.width


def frame(
    values: Iterable[Array],
    months: int,
    is_log: bool,
    include: float | None,
    size: tuple[float, float],
    top: float = 8.0,
) -> Frame:
    """A frame that holds all values (quantiles `[n, month]`), and the value of a reference line."""
    flat = np.concatenate([np.ravel(part) for part in values])
    flat = flat[np.isfinite(flat) & ((flat > 0) | (not is_log))]
    if include is not None:
        flat = np.append(flat, include)
    low, high = (float(flat.min()), float(flat.max())) if flat.size else (0.0, 1.0)
    if is_log:
        low, high = max(low, high * FARTHEST) / 1.3, high * 1.3
    else:
        margin = 0.05 * (high - low or 1.0)
        low, high = (low if low == include == 0 else low - margin), high + margin
    return Frame(*size, months, low, high, is_log, top=top)


def ticks(low: float, high: float, is_log: bool, wanted: int = 5) -> list[float]:
    """Round values between low and high."""
    if is_log:
        return _decades(low, high, wanted)
    step = _round((high - low) / wanted)
    first = math.ceil(low / step)
    return [step * at for at in range(first, math.floor(high / step) + 1)]


def tick_labels(values: Sequence[float], is_log: bool) -> list[str]:
    """Ticks with the digits that tell them apart."""
    step = None if is_log or len(values) < 2 else values[1] - values[0]
    return [number(value, _digits(value, step or value)) for value in values]


def _digits(value: float, step: float) -> int:
    if value == 0 or step == 0:
        return 1
    power, last = (math.floor(math.log10(abs(size)) + 1e-9) for size in (value, step))
    return max(1, 1 + power - last)


def _decades(low: float, high: float, wanted: int) -> list[float]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    if last - first >= 2:
        every = max(1, math.ceil((last - first) / wanted))
        return [10.0**at for at in range(first, last + 1, every)]
    powers = range(first - 1, last + 1)
    values = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [tick for tick in values if low <= tick <= high]


def _round(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next(size * digit for digit in (1, 2, 5, 10) if step <= size * digit * 1.0001)
