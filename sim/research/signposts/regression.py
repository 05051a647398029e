"""What an observation tells of a number, by regression over worlds already simulated.

The expected value of sample information: each world says what would be observed in it and what the
number is in it, so that a regression of the one on the other gives what would be expected of the
number after any observation (Strong, Oakley and Brennan 2014, Medical Decision Making 34:311-326;
Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35:570-583). The loss is the
variance, as for an estimate (Jackson, Presanis, Conti and De Angelis 2019, Journal of the American
Statistical Association 114:1436-1449), the width of the 90 % range, and for the sign a wrong guess.

A world is predicted by a regression that was fitted to other worlds, so that chance does not count
as information. What chance reaches all the same is measured on numbers that are shuffled.

>>> rng = np.random.default_rng(0)
>>> number, luck = rng.standard_normal((2, 1000))
>>> gain = value_of(number, number[:, None])  # the number itself is observed
>>> gain.variance.round(2).item(), gain.width.round(1).item(), bool(gain.agreement > 0.98)
(1.0, 1.0, True)
>>> bool(abs(value_of(luck, number[:, None]).variance) < 0.02)  # nothing is
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import PolynomialFeatures, SplineTransformer
from threadpoolctl import threadpool_limits

from sim.analysis.indices import farthest
from sim.core.worlds import Block

FOLDS = 5  # a world is predicted from four fifths of all, of which it is none
KNOTS = 5  # of a cubic spline along the normal scores of an observation, at their quantiles
PENALTIES = (0.1, 1.0, 10.0, 100.0)
TREES, LEAF, SPLIT = 100, 5, 0.3  # trees, worlds to a leaf, share of observations to a split
SLICES = 8  # of the worlds by what is observed: the width of a range may differ among them
SHUFFLES, AT_ONCE = 200, 50
WITHIN_90 = (0.05, 0.95)
HALF = 0.5


@dataclass(frozen=True)
class Gain:
    """What an observation, or several together, are expected to tell of some numbers, `[number]`.

    Attributes:
        variance: share of the variance that is expected to go.
        error: standard error of it, from the number of worlds.
        width: share of the width of the 90 % range that is expected to go.
        sign: share of the uncertainty of the sign that is expected to go: of the Brier score of the
            probability that the number is above 0.
        agreement: share of worlds whose sign is the one that the observation makes more likely.
    """

    variance: Block
    error: Block
    width: Block
    sign: Block
    agreement: Block


@dataclass(frozen=True)
class Chance:
    """What observations that tell nothing reach by chance, `[number]`.

    Attributes:
        variance, width, sign: the most that so many of them reach (95 %).
        mean_width: what they reach on average, since ranges in slices of the worlds are narrower.
    """

    variance: Block
    width: Block
    sign: Block
    mean_width: Block


def value_of(observed: Block, numbers: Block, model: Any = None) -> Gain:
    """What an observation tells.

    Args:
        observed: what is observed in each world, `[world]`, or several observations that are made
            together, `[world, observation]`. Only its order counts.
        numbers: what is asked about, `[world, number]`; each is defined in all worlds. With several
            observations worlds are put in slices by what is expected of the first.
        model: a regression (None: penalised splines).
    """
    scores = normal_scores(observed)
    is_above = (numbers > 0).astype(float)
    model = splines() if model is None else model
    predicted = predictions(scores, np.hstack([numbers, is_above]), model)
    middle, chance = np.hsplit(predicted, 2)
    rest = numbers - middle
    order = np.argsort(scores[:, 0] if scores.shape[1] == 1 else middle[:, 0], kind="stable")
    variance, error = _gone(rest, numbers)
    return Gain(
        variance,
        error,
        1 - _over(_width(rest[order], SLICES), _width(numbers, 1)),
        _gone(is_above - chance, is_above)[0],
        np.where(chance > HALF, numbers > 0, numbers < 0).mean(axis=0),
    )


def by_chance(numbers: Block, observations: int) -> Chance:
    """What so many observations that tell nothing reach by chance.

    Numbers are shuffled among the worlds, all in the same way. What is observed counts by its order
    alone, so that one observation stands for all.

    Args:
        numbers: `[world, number]`.
    """
    rng = np.random.default_rng(0)
    worlds, count = numbers.shape
    found = []
    for _ in range(0, SHUFFLES, AT_ONCE):
        shuffled = np.hstack([rng.permutation(numbers) for _ in range(AT_ONCE)])
        gain = value_of(np.arange(float(worlds)), shuffled)
        found.append(np.stack([gain.variance, gain.width, gain.sign]).reshape(3, AT_ONCE, count))
    every = np.concatenate(found, axis=1)
    most = every.mean(axis=1) + farthest(3 * observations) * every.std(axis=1, ddof=1)
    return Chance(most[0], most[1], most[2], every[1].mean(axis=0))


def best_set(observed: Block, number: Block, size: int) -> list[tuple[int, Gain]]:
    """The observations that tell most together, added one by one: each with what all tell then.

    Args:
        observed: `[world, observation]`.
        number: `[world]`.
    """
    chosen: list[tuple[int, Gain]] = []
    while len(chosen) < min(size, observed.shape[1]):
        taken = [at for at, _ in chosen]
        left = [at for at in range(observed.shape[1]) if at not in taken]
        tried = {at: value_of(observed[:, [*taken, at]], number[:, None]) for at in left}
        best = max(left, key=lambda at: float(tried[at].variance[0]))
        if tried[best].variance[0] <= (chosen[-1][1].variance[0] if chosen else 0.0):
            break
        chosen.append((best, tried[best]))
    return chosen


def splines() -> Any:
    """A penalised cubic spline for each observation, and their products."""
    spline = SplineTransformer(KNOTS, knots="quantile", extrapolation="linear", include_bias=False)
    products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
    regression = RidgeCV(PENALTIES, alpha_per_target=True)
    return make_pipeline(make_union(spline, products), regression)


def trees() -> Any:
    """Trees, which find among many observations what hangs on several of them."""
    return ExtraTreesRegressor(TREES, min_samples_leaf=LEAF, max_features=SPLIT, random_state=0)


def predictions(scores: Block, numbers: Block, model: Any) -> Block:
    """Each number as expected from what is observed, fitted to other worlds, `[world, number]`."""
    middle, spread = numbers.mean(axis=0), numbers.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    with threadpool_limits(1):  # threads of small matrices wait for each other
        scaled = cross_val_predict(model, scores, (numbers - middle) / spread, cv=folds)
    return middle + spread * scaled


def normal_scores(observed: Block) -> Block:
    """Ranks among the worlds as quantiles of a normal distribution, `[world, observation]`.

    What is not defined in a world counts as less than anything.
    """
    columns = np.nan_to_num(observed.reshape(len(observed), -1), nan=-np.inf, neginf=-np.inf)
    ranks = np.apply_along_axis(rankdata, 0, columns)
    return norm.ppf((ranks - HALF) / len(columns))


def thirds(observed: Block) -> tuple[Sequence[float], list[np.ndarray]]:
    """The values that part the worlds into thirds by what is observed, and the worlds of each."""
    order = np.argsort(np.nan_to_num(observed, nan=-np.inf, neginf=-np.inf), kind="stable")
    parts = np.array_split(order, 3)
    return [float(observed[part[0]]) for part in parts[1:]], parts


def _gone(rest: Block, numbers: Block) -> tuple[Block, Block]:
    """The share of the variance that is not left, and its standard error, `[number]`."""
    left, whole = np.square(rest), np.square(numbers - numbers.mean(axis=0))
    share = _over(left.mean(axis=0), whole.mean(axis=0))
    spread = (left - share * whole).std(axis=0) / np.sqrt(len(rest))
    return 1 - share, np.where(whole.any(axis=0), _over(spread, whole.mean(axis=0)), 0.0)


def _width(rows: Block, slices: int) -> Block:
    """Mean over slices of the worlds of the width of their 90 % range, `[number]`."""
    parts = np.array_split(rows, slices)
    return np.mean([np.diff(np.quantile(part, WITHIN_90, axis=0), axis=0)[0] for part in parts], 0)


def _over(part: Block, whole: Block) -> Block:
    """A share of a whole; all of it where the whole is nothing, so that nothing is learnt."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 1.0)
