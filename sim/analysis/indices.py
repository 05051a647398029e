"""Sobol indices and Morris screening by SALib, on rows in SALib's own order.

A dummy factor that the model does not read gets Sobol indices too: they are noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from sim.core.worlds import Block, Mask
from sim.sweeps.sampling import unit_cube

RESAMPLES = 200  # of a bootstrap
CONFIDENCE = 0.95
HALF_NORMAL = np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)  # mean and spread of |standard normal|
SEED = 1  # SALib takes 0 for no seed


@dataclass(frozen=True)
class Measured:
    """A measure of every factor, with its 95 % confidence interval.

    Attributes:
        value: `[factor]`.
        low, high: ends of the interval, `[factor]`.
        dummy: in 95 % of designs no factor without influence exceeds it.
    """

    value: Block
    low: Block
    high: Block
    dummy: float

    @property
    def is_clear(self) -> Mask:
        """Whether a factor's influence stands out of the noise, `[factor]`."""
        return (self.low > 0) & (np.abs(self.value) > self.dummy)


def farthest(factors: int) -> float:
    """Standard errors below which so many factors without influence all stay (95 %)."""
    return float(norm.isf((1 - CONFIDENCE) / 2 / factors))


def sobol(y: Block, factors: int, luck: float = 0.0) -> dict[str, Measured]:
    """First and total indices, shares of the variance of `y`.

    The first index is the share of the factor alone, the total index that of the factor alone and
    with others. Equation (Saltelli et al. 2010): S1 = E[B (A_B - A)] / V, ST = E[(A - A_B)^2] / 2V
    over base rows, where A_B is A with the factor's column of B.

    Args:
        y: `[row]` in the order of `SALib.sample.sobol.sample`; must vary.
        factors: how many.
        luck: variance between rows from luck alone (0: all were run in the same worlds).
    """
    from SALib.analyze import sobol as analyser

    rows, second = base_rows(len(y), factors)
    with_dummy = _with_dummy(y.reshape(rows, -1), factors, second, luck)
    options = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": SEED}
    result = analyser.analyze(
        unit_cube(factors + 1), with_dummy.ravel(), calc_second_order=second, **options
    )
    return {
        "first": _interval(result["S1"], result["S1_conf"]),
        "total": _interval(result["ST"], result["ST_conf"]),
    }


def base_rows(count: int, factors: int) -> tuple[int, bool]:
    """Base rows of a Sobol design, and whether it has rows for second order.

    Raises:
        ValueError: the rows are no Sobol design.
    """
    steps = {True: 2 * factors + 2, False: factors + 2}
    fits = [(count // step, second) for second, step in steps.items() if count % step == 0]
    for rows, second in fits:
        if rows & (rows - 1) == 0:
            return rows, second
    if fits:
        return fits[0]
    raise ValueError(f"{count} rows fit no Sobol design of {factors} factors")


def _with_dummy(blocks: Block, factors: int, second: bool, luck: float) -> Block:
    """Rows `[base, row]` and those of a dummy: A and B repeated, with luck of their own."""
    rng = np.random.default_rng(SEED)
    noise = rng.normal(0, np.sqrt(2 * luck), (2, len(blocks)))
    a, b = blocks[:, :1], blocks[:, -1:]
    first = blocks[:, 1 : factors + 1]
    swapped = [blocks[:, factors + 1 : -1], b + noise[1][:, None]] if second else []
    return np.concatenate([a, first, a + noise[0][:, None], *swapped, b], axis=1)


def _interval(value: Block, half: Block) -> Measured:
    """Intervals from half widths; the last factor is the dummy."""
    value, half = np.asarray(value), np.asarray(half)
    low, high = value - half, value + half
    dummy = value[-1] + half[-1] / norm.isf((1 - CONFIDENCE) / 2) * farthest(len(value) - 1)
    return Measured(value[:-1], low[:-1], high[:-1], float(max(dummy, 0.0)))


def morris(unit: Block, y: Block, luck: float = 0.0) -> dict[str, Measured]:
    """Elementary effects (Morris 1991): how far `y` moves when a factor crosses its whole range.

    mu_star: mean size of the effect (unit of y); mu: mean with sign; sigma: its spread over the
    cube, large where the factor interacts or its effect bends.

    Args:
        unit: `[row, factor]` in the unit cube, rows in the order of `SALib.sample.morris.sample`.
        y: `[row]`.
        luck: variance between rows from luck alone (0: all were run in the same worlds).
    """
    from SALib.analyze import morris as analyser

    factors = unit.shape[1]
    step = _step(unit)
    levels = round(2 * step / (2 * step - 1))
    options = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": SEED}
    result = analyser.analyze(unit_cube(factors), unit, y, num_levels=levels, **options)
    names = "mu_star", "mu_star_conf", "mu", "sigma"
    size, half, mu, sigma = (np.asarray(result[name], dtype=float) for name in names)
    paths = len(y) // (factors + 1)
    noise = np.sqrt(2 * luck) / step  # spread of an effect that is luck alone
    error = norm.isf((1 - CONFIDENCE) / 2) * sigma / np.sqrt(paths)
    far = farthest(factors) / np.sqrt(paths)
    largest = noise * (HALF_NORMAL[0] + HALF_NORMAL[1] * far)
    return {
        "mu_star": Measured(size, size - half, size + half, float(largest)),
        "mu": Measured(mu, mu - error, mu + error, float(noise * far)),
        "sigma": Measured(sigma, sigma, sigma, float(noise)),
    }


def _step(unit: Block) -> float:
    """The step of a Morris design in the unit cube; ValueError if rows are no such design."""
    factors = unit.shape[1]
    if len(unit) % (factors + 1):
        raise ValueError(f"{len(unit)} rows fit no Morris design of {factors} factors")
    moves = np.abs(np.diff(unit.reshape(-1, factors + 1, factors), axis=1))
    moved = moves > 1e-9
    steps = moves[moved]
    one_each = np.all(moved.sum(axis=2) == 1)
    if not one_each or np.ptp(steps) > 1e-6 or not 0.5 < steps[0] <= 1:
        raise ValueError("rows do not move one factor at a time by the same step")
    return float(steps[0])
