"""Sweeps made by hand on functions with known answers, in the form of an open store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sim.sweeps.factors import Factor

MONTH = "2030-12"


def factor(name: str, low: float = 0.0, high: float = 1.0, kind: str = "number", **more) -> Factor:
    """A factor whose key is its name."""
    return Factor(name=name, kind=kind, low=low, high=high, **{"key": name, "unit": "1"} | more)


def made(
    unit: np.ndarray,
    factors: Sequence[Factor],
    model: Callable[[np.ndarray], dict[str, np.ndarray]],
    sampler: str = "lhs",
    replicates: int = 1,
    noise: float = 0.0,
    common: bool = True,
    effects: Callable[[np.ndarray], dict[str, np.ndarray]] | None = None,
):
    """A finished sweep of a model.

    Args:
        unit: `[point, factor]` in the unit cube.
        model: from factors `[point, factor]` to outcomes `[point]`.
        noise: standard deviation of luck.
        common: whether all points share their luck.
        effects: the same for paired differences, with which there are two branches.
    """
    x = np.column_stack([f.low + (f.high - f.low) * unit[:, at] for at, f in enumerate(factors)])
    x = np.column_stack(
        [
            np.floor(x[:, at]) if f.kind == "choice" else np.round(x[:, at]) if f.kind == "switch"
            else x[:, at]
            for at, f in enumerate(factors)
        ]
    )  # fmt: skip
    points = pd.DataFrame({f.name: f.values_of(x[:, at]) for at, f in enumerate(factors)})
    points.index.name = "point"
    rng = np.random.default_rng(0)
    luck = noise * rng.normal(size=(1 if common else len(x), replicates))
    branches = ["as_enacted", "no_controls"] if effects else ["as_enacted"]

    def frame(values: dict[str, np.ndarray], branch: str | None) -> pd.DataFrame:
        whole = points.loc[points.index.repeat(replicates)].reset_index()
        whole["replicate"] = np.tile(np.arange(replicates), len(x))
        whole["world"] = whole["replicate"] + (0 if common else whole["point"] * replicates)
        if branch:
            whole["branch"] = branch
        for name, column in values.items():
            whole[f"{name}@{MONTH}"] = (column[:, None] + luck).ravel()
        return whole

    first = model(x)
    tables = [frame(first, branches[0])]
    if effects:
        tables.append(frame({name: 0 * column for name, column in first.items()}, branches[1]))
    whole = pd.concat(tables, ignore_index=True)
    return SimpleNamespace(
        folder="",
        design=SimpleNamespace(sampler=SimpleNamespace(kind=sampler), outcomes=None),
        factors=list(factors),
        points=points,
        unit=unit,
        outcomes=list(first),
        months=[MONTH],
        branches=branches,
        table=lambda: whole,
        effects=lambda: frame(effects(x), None) if effects else None,
    )


def sobol_rows(factors: int, base: int, second: bool = False) -> np.ndarray:
    """Rows of the unit cube in SALib's own order."""
    from SALib.sample import sobol

    return sobol.sample(_problem(factors), base, calc_second_order=second, seed=1)


def morris_rows(factors: int, paths: int) -> np.ndarray:
    """Trajectories of the unit cube in SALib's own order."""
    from SALib.sample import morris

    return morris.sample(_problem(factors), paths, num_levels=4, seed=1)


def _problem(factors: int) -> dict:
    names = [f"x{at}" for at in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def random_rows(factors: int, count: int, seed: int = 0) -> np.ndarray:
    """A Latin hypercube, `[point, factor]`."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(factors, rng=seed).random(count)


ISHIGAMI = [factor(name, -np.pi, np.pi) for name in ("x1", "x2", "x3", "nothing")]
ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437, 0.0)


def ishigami(x: np.ndarray) -> dict[str, np.ndarray]:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, as the lead in months."""
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return {"lead_months": y}
