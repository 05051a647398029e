"""NSGA-II (Deb et al. 2002) by Optuna, a whole generation at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from scipy.stats import qmc

from sim.core.worlds import Block

Evaluate = Callable[[Block], Block]


def evolve(
    evaluate: Evaluate, levers: int, goals: int, population: int, count: int, seed: int
) -> None:
    """Search the unit cube for points that no other point beats in every goal.

    The first generation is a Latin hypercube. Nothing is returned: `evaluate` keeps the candidates,
    so that an interrupted search loses only the generation that runs.

    Args:
        evaluate: from candidates `[candidate, lever]` in 0..1 to costs `[candidate, goal]`, less is
            better.
        population: candidates of a generation.
        count: candidates in all, the last generation being cut short.
        seed: of the search.
    """
    study = _study(goals, population, seed)
    names = [f"x{at}" for at in range(levers)]
    for row in qmc.LatinHypercube(levers, rng=seed).random(min(population, count)):
        study.enqueue_trial(dict(zip(names, row.tolist(), strict=True)))
    for done in range(0, count, population):
        trials = [study.ask() for _ in range(min(population, count - done))]
        candidates = [[trial.suggest_float(name, 0.0, 1.0) for name in names] for trial in trials]
        for trial, costs in zip(trials, evaluate(np.array(candidates)), strict=True):
            study.tell(trial, costs.tolist())


def _study(goals: int, population: int, seed: int):
    import optuna
    from optuna.samplers.nsgaii import PolynomialMutation, SBXCrossover

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.NSGAIISampler(
            population_size=population,
            mutation=PolynomialMutation(),
            crossover=SBXCrossover(),
            seed=seed % 2**32,
        )
    return optuna.create_study(directions=["minimize"] * goals, sampler=sampler)
