"""How far history tells one answer from another: profiles of the fit, rivals, prior and posterior.

Everything here rests on one identity. With worlds drawn from the posterior, the mean of L(rival) /
L(world), the likelihood of history with one number changed over that without the change, is the
marginal likelihood of the rival over that of the model (for a rival that fixes numbers which the
prior holds independent of the others). It needs no new fit, and the spread of the ratios gives its
error. It fails where the rival fits history best in places that the posterior never visits: then
few worlds carry the mean, and the effective number of worlds says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import logsumexp

from sim.core.worlds import Block
from sim.outcomes.capability import best_log_efficiency
from sim.outcomes.record import RIVAL
from sim.research.calibration.likelihood import log_likelihood
from sim.research.history.observation_model import RECORDED
from sim.research.identification.distribution import distribution, log_points
from sim.research.identification.ensemble import (
    ENACTED,
    HISTORY_MONTHS,
    NO_CONTROLS,
    Ensemble,
)

ETA, SIGMA = "effort.eta", "research.sigma"
GRIDS = {
    ETA: (-1.0, -0.5, -0.25, 0.0, 0.1, 0.25, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.2),
    SIGMA: (0.25, 0.35, 0.5, 0.7, 0.9, 1.2, 1.6, 2.0, 2.6, 3.5),
}
MAP = {ETA: (-0.6, 0.0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.0), SIGMA: (0.3, 0.5, 0.75, 1.1, 1.6, 2.4)}
RIVALS = {
    "no directed effort (eta = 0)": {ETA: 0.0},
    "no directed effort at all": {"channels.directed_effort": 0.0},
    "no starvation of experiments": {"channels.experiment_starvation": 0.0},
    "no denial of chips": {"channels.compute_denial": 0.0},
    "no denial of inputs": {"channels.input_denial": 0.0},
    "no buying ahead": {"channels.stockpiling": 0.0},
    "no leakage": {"channels.leakage": 0.0},
    "no spillover": {"channels.spillover": 0.0},
    "no capital channel": {"channels.capital": 0.0},
}
RIVAL_SCENARIOS = (NO_CONTROLS, "never_enforced", "fake_control_2021")
RESAMPLES = 1000
SEED = 1


def bayes_factor(difference: Block) -> dict[str, float]:
    """Marginal likelihood of a rival over that of the model, as a natural logarithm.

    Args:
        difference: log-likelihood of history under the rival less that under the model, in each
            world of the posterior, `[world]`.

    Returns:
        `log`, its 90 % interval by bootstrap over worlds (`low`, `high`), and `effective`: how many
        worlds carry the mean.
    """
    worlds = len(difference)
    rows = np.random.default_rng(SEED).integers(0, worlds, (RESAMPLES, worlds))
    low, high = np.quantile(logsumexp(difference[rows], axis=1), [0.05, 0.95]) - np.log(worlds)
    total = logsumexp(difference)
    effective = np.exp(2 * total - logsumexp(2 * difference))
    factor = {"log": total - np.log(worlds), "low": low, "high": high, "effective": effective}
    return {name: round(float(value), 4) for name, value in factor.items()}


def rival(
    ensemble: Ensemble,
    fit: Block,
    columns: Mapping[str, float] | None = None,
    scenario: str = ENACTED,
) -> dict[str, float]:
    """Bayes factor of the model with some numbers set, or of another scenario.

    Args:
        fit: log-likelihood of history in the same worlds as they are, `[world]`.
    """
    record = ensemble.record(scenario, HISTORY_MONTHS, columns, RECORDED)
    return bayes_factor(log_likelihood(record) - fit)


def profile(ensemble: Ensemble, path: str, fit: Block) -> list[dict[str, float]]:
    """Fit along one number, the others as in the posterior: density over that of the prior."""
    return [{"value": value, **rival(ensemble, fit, {path: value})} for value in GRIDS[path]]


def profile_map(ensemble: Ensemble, fit: Block) -> dict[str, Any]:
    """The same over eta and sigma: natural logarithms, `[sigma, eta]`."""
    rows = [
        [rival(ensemble, fit, {ETA: eta, SIGMA: sigma})["log"] for eta in MAP[ETA]]
        for sigma in MAP[SIGMA]
    ]
    return {"eta": list(MAP[ETA]), "sigma": list(MAP[SIGMA]), "log": rows}


def rivals(ensemble: Ensemble, fit: Block) -> dict[str, dict[str, float]]:
    """Models with one thing left out, against the model."""
    return {name: rival(ensemble, fit, columns) for name, columns in RIVALS.items()}


def rival_scenarios(ensemble: Ensemble, fit: Block) -> dict[str, dict[str, float]]:
    """Scenarios that history rules out, against history as enacted."""
    return {name: rival(ensemble, fit, scenario=name) for name in RIVAL_SCENARIOS}


def number_updates(prior: Ensemble, posterior: Ensemble, paths: tuple[str, ...]) -> dict[str, Any]:
    """Prior and posterior of single numbers, and how much narrower the posterior is."""
    updates = {}
    before, after = prior.numbers(), posterior.numbers()
    for path in paths:
        widths = [np.subtract(*np.percentile(one[path], [95, 5])) for one in (before, after)]
        updates[path] = {
            "prior": distribution(before[path]),
            "posterior": distribution(after[path]),
            "narrower": round(1 - float(widths[1] / widths[0]), 4),
        }
    return updates


def innovation(ensemble: Ensemble, months: tuple[str, ...]) -> dict[str, Any]:
    """The effect of the controls as enacted on the best Chinese training efficiency."""
    only = {"active", "log_training_efficiency"}
    enacted, free = (ensemble.record(one, only=only) for one in (ENACTED, NO_CONTROLS))
    effect = best_log_efficiency(enacted, RIVAL) - best_log_efficiency(free, RIVAL)
    return {month: log_points(effect[enacted.calendar.month(month)]) for month in months}
