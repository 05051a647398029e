"""Fitting the small model to the simulator, and testing it on parameter sets that it never saw.

Constants are fitted to means over the lucks of a parameter set. On other sets the small model is
tested: by the share of the variance between sets that it explains (R2), as it is and of the part
that luck does not make, in single worlds, and by the sign where an effect is material. The form of
the algebra was chosen on sets from the beginning of the order by the seed; tests are at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from sim.analysis.small_model.algebra import (
    Constants,
    Numbers,
    Research,
    ResearchConstants,
    innovation,
    lead,
    research_lost,
)
from sim.analysis.small_model.lucks import repeated
from sim.analysis.small_model.measure import (
    AGAINST,
    EFFECTS,
    MONTHS,
    SCENARIO,
    YEARS,
    Measured,
    measure,
    numbers_of,
)
from sim.core.worlds import Block, Mask, Worlds
from sim.experiments.ensemble import POSTERIOR, Ensemble, load_in, posterior_of
from sim.outcomes.catalogue import unit_of
from sim.outcomes.presentation import size_of_effect
from sim.record import provenance
from sim.scenario.schema import Scenario
from sim.uncertainty.draw import drawn_priors
from sim.uncertainty.posterior import Posterior

SETS, TESTS, LUCKS, SEED = 384, 256, 32, 22
MODEL = {"innovation_effect": innovation, "lead_months": lead}
START = Constants(memory=1.0, per_run=2.0, per_method=2.0, copied=0.3)
PARAMETERS = {
    "eta": "effort.eta",
    "effort_return": "research.effort_return",
    "input_return": "research.input_return",
    "sigma": "research.sigma",
    "compute_weight": "research.compute_weight",
    "scale_share": "research.scale_share",
}
RESEARCH_START = ResearchConstants(0.2, 0.5, 0.1)
DIGITS = 3  # significant digits of constants: a reader calculates with what is recorded
QUANTILES = 0.05, 0.5, 0.95  # quantiles of the numbers that a page shows


def study(
    ensemble: Ensemble = POSTERIOR,
    sets: int = SETS,
    tests: int = TESTS,
    lucks: int = LUCKS,
    seed: int = SEED,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Measure, fit and test, as plain data (`fitted.json`).

    Args:
        ensemble: a posterior, or its name (see `sim.experiments.ensemble.posterior_of`).
        sets, tests: how many parameter sets to fit, and how many others to test on.
        progress: called with the number of worlds of each block that is done.

    Raises:
        ValueError: the ensemble is not a posterior, or has fewer parameter sets or lucks.
    """
    posterior = posterior_of(ensemble)
    if posterior is None:
        raise ValueError("parameter sets are particles of a posterior; the priors have none")
    worlds, count = repeated(posterior, sets, tests, lucks, seed), (sets + tests) * lucks
    found = measure(worlds, Worlds(range(count)), seed, progress)
    resolved = load_in(SCENARIO, posterior)
    parameters = _parameters(resolved.scenario, worlds, Worlds(range(0, count, lucks)), seed)
    return {
        "about": {
            "scenario": SCENARIO,
            "against": AGAINST,
            "ensemble": provenance.about_ensemble(resolved),
            "scenario_hash": resolved.digest,
            "sets": sets,
            "tests": tests,
            "lucks": lucks,
            "seed": seed,
            "years": YEARS,
            "date": date.today().isoformat(),
        },
        "months": {month: judged(found[month], parameters, sets, lucks) for month in MONTHS},
    }


def _parameters(scenario: Scenario, ensemble: Posterior, worlds: Worlds, seed: int) -> Research:
    """Parameters of the simulator in some worlds, `[world]` each."""
    drawn = drawn_priors(scenario, ensemble, seed, worlds)
    return Research(**{name: drawn[path] for name, path in PARAMETERS.items()})


def judged(measured: Measured, parameters: Research, sets: int, lucks: int) -> dict[str, Any]:
    """One month: constants, scores of each effect, and what a page shows.

    Args:
        measured: `[world]` by name, the lucks of a set side by side.
        parameters: of the simulator, `[set]` each.
        sets: how many are fitted, from the first; the others are for the test.
    """
    means = {name: _over_lucks(row, lucks).mean(axis=1) for name, row in measured.items()}
    fitted = np.arange(len(means["own"])) < sets
    numbers, of_worlds = numbers_of(means), numbers_of(measured)
    of_halves = numbers_of(
        {name: _halves(_over_lucks(row, lucks)) for name, row in measured.items()}
    )
    constants = fit(numbers.of(fitted), {name: means[name][fitted] for name in EFFECTS})
    return {
        "constants": asdict(constants),
        "numbers": {
            name: [_rounded(one) for one in np.quantile(row, QUANTILES)]
            for name, row in numbers.by_name().items()
        },
        "research": _research(parameters, numbers, constants, means, fitted),
        "effects": {
            name: scores(
                name,
                _over_lucks(measured[name], lucks)[~fitted],
                np.asarray(predict(numbers, constants))[~fitted],
                np.asarray(predict(of_halves, constants))[~fitted],
                _over_lucks(np.asarray(predict(of_worlds, constants)), lucks)[~fitted],
            )
            for name, predict in MODEL.items()
        },
    }


def fit(numbers: Numbers, effects: Measured) -> Constants:
    """Constants that fit means best: of the innovation effect first, then of the lead.

    Args:
        effects: `[set]` by name.
    """

    def of_memory(found: Block) -> Block:
        constants = Constants(found[0], 0.0, 0.0, 0.0)
        return innovation(numbers, constants) - effects["innovation_effect"]

    memory = _rounded(least_squares(of_memory, [START.memory]).x[0])

    def of_lead(found: Block) -> Block:
        return lead(numbers, Constants(memory, *found)) - effects["lead_months"]

    start = [START.per_run, START.per_method, START.copied]
    return Constants(memory, *map(_rounded, least_squares(of_lead, start).x))


def _research(
    parameters: Research, numbers: Numbers, constants: Constants, means: Measured, fitted: Mask
) -> dict[str, Any]:
    """How far parameters explain the first number, and with it the innovation effect."""
    lost, runs = np.asarray(numbers.research_lost), np.asarray(numbers.runs_lost)

    def predicted(found: Block) -> Block:
        return np.asarray(research_lost(parameters, runs, ResearchConstants(*found)))

    start = np.array(list(asdict(RESEARCH_START).values()))
    found = least_squares(lambda one: (predicted(one) - lost)[fitted], start).x
    of_parameters = ResearchConstants(*map(_rounded, found))
    instead = np.asarray(research_lost(parameters, runs, of_parameters))
    chain = np.asarray(innovation(replace(numbers, research_lost=instead), constants))
    effect = means["innovation_effect"]
    return {
        "constants": asdict(of_parameters),
        "medians": {name: _rounded(np.median(row)) for name, row in asdict(parameters).items()},
        "r2": _rounded(explained(lost[~fitted], instead[~fitted])),
        "r2_innovation": _rounded(explained(effect[~fitted], chain[~fitted])),
    }


def explained(simulated: Block, predicted: Block, noise: float = 0.0) -> float:
    """R2: share of the variance that a prediction explains.

    Args:
        noise: variance of the simulated values that no prediction from parameters can explain.

    >>> import numpy as np
    >>> simulated, predicted = np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    >>> round(explained(simulated, predicted), 6)  # 1 - (2/3) / (8/3)
    0.75
    >>> round(explained(simulated, predicted, noise=1 / 3), 6)  # 1 - (1/3) / (7/3)
    0.857143
    """
    missed = np.mean((simulated - predicted) ** 2) - noise
    return float(1 - missed / (np.var(simulated) - noise))


def scores(
    name: str, worlds: Block, predicted: Block, crossed: Block, alone: Block
) -> dict[str, Any]:
    """How well one effect is predicted.

    What parameters explain is judged across lucks: the effect in one half of the lucks of a set
    against what the numbers of the other half predict. In the same lucks, luck that moves both
    would count as explained.

    Args:
        worlds: simulated, `[set, luck]`.
        predicted: from the numbers of a set, `[set]`.
        crossed: from the numbers of each half of the lucks of a set, `[set, half]`.
        alone: from the numbers of a single world, `[set, luck]`.
    """
    simulated, lucks, unit = worlds.mean(axis=1), worlds.shape[1], unit_of(name)
    luck = float(worlds.var(axis=1, ddof=1).mean())
    of_set, mean = (np.broadcast_to(row[:, None], worlds.shape) for row in (predicted, simulated))
    is_material = ~size_of_effect(name, worlds, unit).small
    halves = _halves(worlds)
    found = {
        "r2": explained(simulated, predicted),
        "r2_parameters": explained(halves, crossed[:, ::-1], luck / (lucks // 2)),
        "luck_in_means": luck / lucks / float(np.var(simulated)),
        "r2_worlds_of_sets": explained(worlds, of_set),
        "r2_worlds_of_own_numbers": explained(worlds, alone),
        "best_r2_of_worlds": explained(worlds, mean),
        "same_sign": _same_sign(worlds, of_set, is_material),
        "same_sign_of_own_numbers": _same_sign(worlds, alone, is_material),
        "best_same_sign": _same_sign(worlds, mean, is_material),
    }
    return {
        "unit": unit,
        **{key: _rounded(value) for key, value in found.items()},
        "material_worlds": int(is_material.sum()),
        "worlds": is_material.size,
        "simulated": [_rounded(one) for one in simulated],
        "predicted": [_rounded(one) for one in predicted],
    }


def _same_sign(simulated: Block, predicted: Block, where: Mask) -> float:
    """Share of material effects of which the sign is predicted."""
    return float(np.mean(np.sign(simulated[where]) == np.sign(predicted[where])))


def _over_lucks(row: Block, lucks: int) -> Block:
    """Worlds as `[set, luck]`."""
    return row.reshape(-1, lucks)


def _halves(worlds: Block) -> Block:
    """Means over each half of the lucks, `[set, half]`."""
    half = worlds.shape[1] // 2
    return np.stack([worlds[:, :half].mean(axis=1), worlds[:, half : 2 * half].mean(axis=1)], 1)


def _rounded(value: float) -> float:
    return float(f"{float(value):.{DIGITS}g}")
