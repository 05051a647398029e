"""Axes of a small chart in SVG: from values to places, and ticks that people read easily."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.outcomes.measures import Array

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

    def x(self, month: float | Array) -> float | Array:
        """Place of a month."""
        return self.left + (self.width - self.left - self.right) * month / max(1, self.months - 1)

    def y(self, value: float | Array) -> Array:
        """Place of a value; outside the frame it stands at the edge."""
        low, high, value = self._scaled(self.low), self._scaled(self.high), self._scaled(value)
        share = np.clip((value - low) / (high - low), 0.0, 1.0)
        return self.height - self.bottom - (self.height - self.top - self.bottom) * share

    def _scaled(self, value: float | Array) -> float | Array:
        return np.log10(np.maximum(value, 1e-30)) if self.is_log else value

    def share(self, month: float) -> float:
        """Place of a month as a share of the chart's width."""
        return float(self.x(month)) / self.width


def frame(
    values: list[Array], months: int, is_log: bool, include: float | None, **size: float
) -> Frame:
    """A frame that holds all values (quantiles `[n, month]`), and the value of a reference line."""
    flat = np.concatenate([np.ravel(one) for one in values])
    flat = flat[np.isfinite(flat) & ((flat > 0) | (not is_log))]
    if include is not None:
        flat = np.append(flat, include)
    low, high = (float(flat.min()), float(flat.max())) if flat.size else (0.0, 1.0)
    if is_log:
        low = max(low, high * FARTHEST)
        low, high = low / 1.3, high * 1.3
    else:
        room = 0.05 * (high - low or 1.0)
        low, high = (low if low == include == 0 else low - room), high + room
    return Frame(months=months, low=low, high=high, is_log=is_log, **size)


def ticks(low: float, high: float, is_log: bool, wanted: int = 5) -> list[float]:
    """Round values between low and high."""
    if is_log:
        return _decades(low, high, wanted)
    step = _round((high - low) / wanted)
    first = math.ceil(low / step)
    return [step * at for at in range(first, math.floor(high / step) + 1)]


def _decades(low: float, high: float, wanted: int) -> list[float]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    if last - first >= 2:
        every = max(1, math.ceil((last - first) / wanted))
        return [10.0**at for at in range(first, last + 1, every)]
    around = range(first - 1, last + 1)
    found = [digit * 10.0**at for at in around for digit in (1, 2, 5)]
    return [tick for tick in found if low <= tick <= high]


def _round(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next(size * digit for digit in (1, 2, 5, 10) if step <= size * digit * 1.0001)
