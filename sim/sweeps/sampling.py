"""From a sampler and factors to the points of a design: the unit cube, mapped to values once.

Rows for Sobol indices and elementary effects are SALib's own, so that SALib can read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.worlds import Block, Worlds
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import value_at
from sim.sweeps.design import (
    MAX_POINTS,
    Design,
    Grid,
    LatinHypercube,
    Listed,
    Morris,
    Priors,
    Saltelli,
)
from sim.sweeps.factors import Factor
from sim.uncertainty.draw import draw_worlds, drawn

Values = NDArray[np.float64]  # [point, factor]: numbers, 0 or 1, or the number of a level
Unit = NDArray[np.float64]  # [point, factor]: positions in the unit cube
TAIL = 0.05  # of a prior, outside which elementary effects do not step
DRAWN = 1024  # worlds drawn at once


def between(factor: Factor, at: Block) -> Block:
    """Values of a factor without levels at positions 0..1 of its range or prior."""
    if factor.prior is not None:
        return drawn(factor.prior, factor.declared, ndtri(at))
    low, high = factor.low, factor.high
    assert low is not None and high is not None  # what follows no prior has a range
    if factor.log:
        start, end = np.log([low, high])
        inside = np.exp(start + (end - start) * at)
        return np.clip(inside, low, high)
    return low + (high - low) * at


def values_at(factor: Factor, at: Block) -> Block:
    """Values of a factor at positions 0..1: each level has an equal part of them."""
    if factor.levels is None:
        return between(factor, at)
    code = np.minimum(np.floor(at * len(factor.levels)), len(factor.levels) - 1)
    return code if factor.is_coded else np.array(factor.levels, dtype=float)[code.astype(int)]


def sample(
    design: Design, factors: Sequence[Factor], resolved: ResolvedScenario, file: str
) -> tuple[Values, Unit | None]:
    """The points of a design, and where they lie in the unit cube (None where they lie in none).

    Args:
        loaded: the scenario whose worlds are taken, where the sampler is `prior` or `posterior`.
        file: of the design, for messages.

    Raises:
        ScenarioError: so many points, or lists of different lengths, cannot be run.
    """
    match design.sampler:
        case Grid():
            return _grid(factors, file), None
        case Listed():
            return _listed(design, factors, file), None
        case Priors(points=points):
            return _as_drawn(resolved, factors, points, design.seed), None
    unit = _unit(design.sampler, len(factors), file)
    inner = TAIL + (1 - 2 * TAIL) * unit if isinstance(design.sampler, Morris) else unit
    columns = [
        values_at(factor, (inner if factor.prior else unit)[:, at])
        for at, factor in enumerate(factors)
    ]
    return np.stack(columns, axis=1), unit


def _grid(factors: Sequence[Factor], file: str) -> Values:
    sizes = [len(factor.levels or ()) for factor in factors]
    if (count := prod(sizes)) > MAX_POINTS:
        times = " x ".join(str(size) for size in sizes)
        wrong = f"a grid of {times} = {count:.3g} points is more than {MAX_POINTS:,}"
        hint = 'fewer levels or factors, or sampler = { kind = "lhs", points = 1000 }'
        raise ScenarioError(Problem(file, "sampler", wrong, hint))
    codes = np.indices(sizes).reshape(len(sizes), -1).T
    return np.stack([_coded(f, codes[:, at]) for at, f in enumerate(factors)], axis=1)


def _coded(factor: Factor, codes: NDArray[np.int64]) -> Block:
    """Values of levels by their number."""
    if factor.is_coded:
        return codes.astype(float)
    return np.array(factor.levels, dtype=float)[codes]


def _listed(design: Design, factors: Sequence[Factor], file: str) -> Values:
    columns = []
    for factor in factors:
        given = design.factors[factor.name].values or factor.levels or ()
        distinct = list(dict.fromkeys(given))  # the factor's levels, in their order
        columns.append(_coded(factor, np.array([distinct.index(one) for one in given])))
    lengths = {factor.name: len(column) for factor, column in zip(factors, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        wrong = f"the values of a list stand side by side, but {told}"
        raise ScenarioError(Problem(file, "factors", wrong, "as many in each, or a grid"))
    return np.stack(columns, axis=1)


def _as_drawn(
    resolved: ResolvedScenario, factors: Sequence[Factor], points: int, seed: int
) -> Values:
    found = np.empty((points, len(factors)))
    for first in range(0, points, DRAWN):
        rows = slice(first, min(first + DRAWN, points))
        worlds = Worlds(range(rows.start, rows.stop))
        _, numbers = draw_worlds(resolved.scenario, resolved.posterior, seed, worlds)
        for at, factor in enumerate(factors):
            found[rows, at] = value_at(numbers, ".".join(factor.parts))
    return found


def _unit(sampler: LatinHypercube | Saltelli | Morris, count: int, file: str) -> Unit:
    """Rows in the unit cube."""
    points, seed = sampler.points, sampler.seed
    problem = {
        "num_vars": count,
        "names": [f"x{at}" for at in range(count)],
        "bounds": [[0.0, 1.0]] * count,
    }
    match sampler:
        case LatinHypercube():
            from scipy.stats.qmc import LatinHypercube as Hypercube

            return Hypercube(count, rng=seed).random(points)
        case Saltelli(second_order=second):
            from SALib.sample import sobol

            if points & (points - 1):
                below = 1 << (points.bit_length() - 1)
                wrong = f"Sobol rows need a power of 2, found {points}"
                hint = f"{below} or {2 * below}"
                raise ScenarioError(Problem(file, "sampler.points", wrong, hint))
            _few(points * ((2 if second else 1) * count + 2), points, file)
            return sobol.sample(problem, points, calc_second_order=second, seed=seed)
        case Morris(levels=levels):
            from SALib.sample import morris

            if levels % 2:
                wrong = f"elementary effects need an even number of levels, found {levels}"
                raise ScenarioError(Problem(file, "sampler.levels", wrong, "4 is usual"))
            _few(points * (count + 1), points, file)
            return morris.sample(problem, points, levels, seed=seed)
    raise TypeError(f"no such sampler: {sampler!r}")


def _few(rows: int, points: int, file: str) -> None:
    if rows > MAX_POINTS:
        wrong = f"{points:,} give {rows:,} points of the design, more than {MAX_POINTS:,}"
        raise ScenarioError(Problem(file, "sampler.points", wrong, "fewer points or factors"))
