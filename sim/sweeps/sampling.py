"""The points of a design: rows of the unit cube, and the values of factors at them.

Rows for Sobol indices and elementary effects are SALib's own, so that SALib can read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

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
    codes = np.minimum(np.floor(at * len(factor.levels)), len(factor.levels) - 1)
    return _coded(factor, codes.astype(int))


def sample(
    design: Design,
    factors: Sequence[Factor],
    resolved: ResolvedScenario,
    file: str,
    earlier: Sequence[int] = (),
) -> tuple[Block, Block | None]:
    """The points of a design.

    Args:
        resolved: the scenario whose worlds the samplers `prior` and `posterior` draw.
        file: of the design, for messages.
        earlier: numbers of points that the design had before it was extended.

    Returns:
        values (numbers, 0 or 1, positions in `levels`) and positions in the unit cube (None if the
        sampler has none), `[point, factor]`.

    Raises:
        ScenarioError: there are too many points, or lists of different lengths.
    """
    match design.sampler:
        case Grid():
            return _grid(factors, file), None
        case Listed():
            return _listed(design, factors, file), None
        case Priors(points=points):
            return _drawn(resolved, factors, points, design.seed), None
    unit = _unit(design.sampler, len(factors), file, earlier)
    inner = TAIL + (1 - 2 * TAIL) * unit if isinstance(design.sampler, Morris) else unit
    columns = [
        values_at(factor, (inner if factor.prior else unit)[:, at])
        for at, factor in enumerate(factors)
    ]
    return np.stack(columns, axis=1), unit


def _grid(factors: Sequence[Factor], file: str) -> Block:
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


def _listed(design: Design, factors: Sequence[Factor], file: str) -> Block:
    columns = []
    for factor in factors:
        values = design.factors[factor.name].values or factor.levels or ()
        levels = list(dict.fromkeys(values))
        columns.append(_coded(factor, np.array([levels.index(value) for value in values])))
    if len({len(column) for column in columns}) > 1:
        pairs = zip(factors, columns, strict=True)
        counts = ", ".join(f"{factor.name} has {len(column)}" for factor, column in pairs)
        wrong = f"the values of a list stand side by side, but {counts}"
        raise ScenarioError(Problem(file, "factors", wrong, "as many in each, or a grid"))
    return np.stack(columns, axis=1)


def _drawn(resolved: ResolvedScenario, factors: Sequence[Factor], points: int, seed: int) -> Block:
    """Values of the factors in the first worlds of an ensemble."""
    values = np.empty((points, len(factors)))
    for worlds in Worlds(range(points)).blocks(DRAWN):
        _, numbers = draw_worlds(resolved.scenario, resolved.posterior, seed, worlds)
        for at, factor in enumerate(factors):
            values[worlds.numbers, at] = value_at(numbers, ".".join(factor.parts))
    return values


def _unit(
    sampler: LatinHypercube | Saltelli | Morris, count: int, file: str, earlier: Sequence[int]
) -> Block:
    """Rows in the unit cube, `[point, factor]`."""
    points, seed = sampler.points, sampler.seed
    match sampler:
        case LatinHypercube():
            return _hypercubes(count, points, seed, earlier)
        case Saltelli(second_order=second):
            from SALib.sample import sobol

            if points & (points - 1):
                below = 1 << (points.bit_length() - 1)
                wrong = f"Sobol rows need a power of 2, found {points}"
                hint = f"{below} or {2 * below}"
                raise ScenarioError(Problem(file, "sampler.points", wrong, hint))
            _check_rows(points * ((2 if second else 1) * count + 2), points, file)
            return sobol.sample(unit_cube(count), points, calc_second_order=second, seed=seed)
        case Morris(levels=levels):
            from SALib.sample import morris

            if levels % 2:
                wrong = f"elementary effects need an even number of levels, found {levels}"
                raise ScenarioError(Problem(file, "sampler.levels", wrong, "4 is usual"))
            _check_rows(points * (count + 1), points, file)
            return morris.sample(unit_cube(count), points, levels, seed=seed)


def _hypercubes(count: int, points: int, seed: int, earlier: Sequence[int]) -> Block:
    """A Latin hypercube, and one more for the points of each extension, `[point, factor]`."""
    from scipy.stats.qmc import LatinHypercube

    ends = [0, *dict.fromkeys(earlier), points] if earlier else [0, points]
    cubes = [
        LatinHypercube(count, rng=[seed, begin] if begin else seed).random(end - begin)
        for begin, end in pairwise(ends)
        if end > begin
    ]
    return np.concatenate(cubes)


def unit_cube(factors: int) -> dict[str, Any]:
    """The unit cube of so many factors, as SALib describes its problems."""
    names = [f"x{at}" for at in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def _check_rows(rows: int, points: int, file: str) -> None:
    if rows > MAX_POINTS:
        wrong = f"{points:,} give {rows:,} points of the design, more than {MAX_POINTS:,}"
        raise ScenarioError(Problem(file, "sampler.points", wrong, "fewer points or factors"))
