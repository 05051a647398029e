"""How far history tells one answer from another: profiles of the fit, rivals, prior and posterior.

All rests on one identity. With worlds drawn from the posterior, the mean of L(rival) / L(world),
the likelihood of history with one number changed over that without the change, is the marginal
likelihood of the rival over that of the model (for a rival that fixes numbers which the prior holds
independent of the others). It needs no new fit, and its error is known from the spread of the
ratios. It fails where the rival fits history best in places that the posterior never visits: then
few worlds carry the mean, and the effective number of worlds says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import logsumexp

from sim.core.worlds import Block
from sim.outcomes.measures import RIVAL, Record, best_log_efficiency
from sim.research.history.compared import NEEDED
from sim.research.identification.numbers import spread
from sim.research.identification.placebos import ENACTED, FREE, LOG, MONTHS
from sim.research.identification.simulated import Ensemble

Fit = Callable[[Record], Block]  # log-likelihood of history, `[world]`
ETA, SIGMA = "effort.eta", "research.sigma"
GRIDS = {
    ETA: (0.0, 0.1, 0.25, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.2),
    SIGMA: (0.25, 0.35, 0.5, 0.7, 0.9, 1.2, 1.6, 2.0, 2.6, 3.5),
}
MAP = {ETA: (0.0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.0), SIGMA: (0.3, 0.5, 0.75, 1.1, 1.6, 2.4)}
RIVALS = {
    "no directed effort (eta = 0)": {ETA: 0.0},
    "no directed effort at all": {"channels.directed_effort": 0.0},
    "no starvation of experiments": {"channels.experiment_starvation": 0.0},
    "no denial of chips": {"channels.compute_denial": 0.0},
    "no denial of inputs": {"channels.input_denial": 0.0},
    "no buying ahead": {"channels.stockpiling": 0.0},
    "no leakage": {"channels.leakage": 0.0},
    "no spillover": {"channels.spillover": 0.0},
    "no moods of capital": {"channels.capital": 0.0},
}
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
    whole = logsumexp(difference)
    effective = np.exp(2 * whole - logsumexp(2 * difference))
    found = {"log": whole - np.log(worlds), "low": low, "high": high, "effective": effective}
    return {name: round(float(value), 4) for name, value in found.items()}


def profile(worlds: Ensemble, path: str, base: Block, fit: Fit) -> list[dict[str, float]]:
    """Fit along one number, everything else as in the posterior: density over that of the prior."""
    return [
        {"value": value, **bayes_factor(_fit(worlds, {path: value}, fit) - base)}
        for value in GRIDS[path]
    ]


def _fit(worlds: Ensemble, columns: Mapping[str, float], fit: Fit) -> Block:
    return fit(worlds.record(ENACTED, MONTHS, columns, NEEDED))


def fit_map(worlds: Ensemble, base: Block, fit: Fit) -> dict[str, Any]:
    """The same over both numbers: natural logarithms, `[sigma, eta]`."""
    rows = [
        [
            bayes_factor(_fit(worlds, {ETA: eta, SIGMA: sigma}, fit) - base)["log"]
            for eta in MAP[ETA]
        ]
        for sigma in MAP[SIGMA]
    ]
    return {"eta": list(MAP[ETA]), "sigma": list(MAP[SIGMA]), "log": rows}


def rivals(worlds: Ensemble, base: Block, fit: Fit) -> dict[str, dict[str, float]]:
    """Models with one thing left out, against the model."""
    return {
        name: bayes_factor(_fit(worlds, columns, fit) - base) for name, columns in RIVALS.items()
    }


def learnt(prior: Ensemble, posterior: Ensemble, paths: tuple[str, ...]) -> dict[str, Any]:
    """What history says of single numbers: prior, posterior, and how much narrower it is."""
    found = {}
    before, after = prior.numbers(), posterior.numbers()
    for path in paths:
        widths = [np.subtract(*np.percentile(one[path], [95, 5])) for one in (before, after)]
        found[path] = {
            "prior": spread(before[path]),
            "posterior": spread(after[path]),
            "narrower": round(1 - float(widths[1] / widths[0]), 4),
        }
    return found


def innovation(worlds: Ensemble, months: tuple[str, ...]) -> dict[str, Any]:
    """The effect of the controls as enacted on the best Chinese training efficiency."""
    only = {"active", "log_training_efficiency"}
    enacted, free = (worlds.record(one, only=only) for one in (ENACTED, FREE))
    effect = best_log_efficiency(enacted, RIVAL) - best_log_efficiency(free, RIVAL)
    return {month: spread(effect[enacted.calendar.month(month)], LOG) for month in months}


def told_apart(worlds: Ensemble, base: Block, fit: Fit) -> dict[str, dict[str, float]]:
    """Scenarios that history denies, against the history as enacted: does the fit notice?"""
    return {
        name: bayes_factor(fit(worlds.record(name, MONTHS, only=NEEDED)) - base)
        for name in (FREE, "never_enforced", "fake_control_2021")
    }
