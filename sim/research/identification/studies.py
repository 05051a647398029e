"""The two studies of the fitted model as plain data: how far its answers are identified, and the
answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from sim.experiments.ensemble import PRIOR
from sim.experiments.explain import explain
from sim.experiments.parts import Part
from sim.outcomes.catalogue import compute_effects
from sim.outcomes.record import Record
from sim.research.calibration.likelihood import log_likelihood
from sim.research.history.observation_model import history
from sim.research.identification import bayes_factors, placebos, sign_reversal
from sim.research.identification.deepseek import deepseek
from sim.research.identification.distribution import rounded
from sim.research.identification.effects import (
    BY_INSTRUMENT,
    MAIN,
    MONTHS,
    Progress,
    by_month,
    claims,
    effects,
    levels,
)
from sim.research.identification.ensemble import (
    ENACTED,
    HISTORY_MONTHS,
    NO_CONTROLS,
    Ensemble,
)
from sim.scenario.load import load
from sim.scenario.schema import quantities

NUMBERS = (
    bayes_factors.ETA,
    "effort.direction",
    "effort.months",
    bayes_factors.SIGMA,
    "research.effort_return",
    "research.input_return",
    "research.pace",
    "spillover.imitation_lag",
    "leakage.diverted_share",
    "leakage.appetite",
)
ANTICIPATION_MONTHS = ("2022-12", "2023-06", "2023-12", *MONTHS)
EXPLAINED = (
    "lead_months",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "supplier_loss",
)
EXPLAINED_WORLDS, ORDERS = 64, 4
INSTRUMENT_WORLDS = 32  # each set of acts is a scenario of its own, which takes longer
PRIOR_WORLDS = 1024  # independent worlds in which the reversal of a sign is studied
QUICK_WORLDS, QUICK_MONTH = 8, "2024-12"  # what a test computes again


def identification_study(
    posterior: Ensemble, prior: Ensemble, progress: Progress = lambda step: None
) -> dict[str, Any]:
    """How far history identifies the model's answers (docs/evidence.json)."""
    progress("placebos")
    enacted, free = (posterior.record(one, HISTORY_MONTHS) for one in (ENACTED, NO_CONTROLS))
    fit = log_likelihood(enacted)
    observations = sum(len(facts) for facts in history("fit", enacted.last).values())
    results: dict[str, Any] = {"about": posterior.about() | {"observations": observations}}
    results["placebos"] = placebo_tests(posterior, enacted, free)
    results["deepseek"] = deepseek(posterior, progress)
    progress("announced, never enforced")
    announced, unannounced = (posterior.record(one) for one in ("never_enforced", NO_CONTROLS))
    anticipation = placebos.never_enforced(announced, unannounced, ANTICIPATION_MONTHS)
    results["placebos"]["never_enforced"] = anticipation
    progress("profiles of the fit")
    grids = bayes_factors.GRIDS
    results["profiles"] = {path: bayes_factors.profile(posterior, path, fit) for path in grids}
    results["map"] = bayes_factors.profile_map(posterior, fit)
    progress("rivals")
    results["rivals"] = bayes_factors.rivals(posterior, fit)
    results["scenarios"] = bayes_factors.rival_scenarios(posterior, fit)
    progress("prior and posterior")
    results["numbers"] = bayes_factors.number_updates(prior, posterior, NUMBERS)
    results["innovation"] = {
        one.name: bayes_factors.innovation(one, MONTHS) for one in (prior, posterior)
    }
    return results


def placebo_tests(posterior: Ensemble, enacted: Record, free: Record) -> dict[str, Any]:
    """Placebos that need history only: where controls cannot be the cause of what is seen."""
    off = {"channels.directed_effort": 0.0}
    without = [posterior.record(one, HISTORY_MONTHS, off) for one in (ENACTED, NO_CONTROLS)]
    weight = posterior.numbers()["chip.interconnect_weight"]
    fake = posterior.record("fake_control_2021", HISTORY_MONTHS)
    return {
        "mistral": placebos.mistral(enacted, free),
        "slowdown": placebos.slowdown(enacted, free),
        "full_chips": placebos.full_chips(enacted, free, without, weight),
        "fake_control": placebos.fake_control(enacted, fake),
    }


def effects_study(ensemble: Ensemble, progress: Progress = lambda step: None) -> dict[str, Any]:
    """What the controls did, by channel and instrument, and what reverses the sign.

    The numbers of docs/findings.json.
    """
    results: dict[str, Any] = {"about": ensemble.about(), "effects": effects(ensemble, progress)}
    results["by_month"] = by_month(ensemble)
    progress("the moat as enacted")
    results["levels"] = levels(ensemble)
    progress("the claim of January 2025")
    results["claims"] = claims(ensemble)
    progress("what reverses the sign")
    prior = Ensemble(PRIOR, PRIOR_WORLDS, ensemble.seed)
    results["turning"] = {one.name: sign_drivers(one) for one in (ensemble, prior)}
    progress("effects over eta and sigma")
    results["planes"] = sign_reversal.planes(ensemble)
    progress("channels")
    results["channels"] = {month: channels(ensemble, month) for month in (MONTHS[0], MONTHS[-1])}
    results["instruments"] = {}
    for pair in BY_INSTRUMENT:
        progress(f"instruments of {pair[0]}")
        results["instruments"]["-".join(pair)] = {
            month: instruments(ensemble, pair, month) for month in MONTHS[-1:]
        }
    results["quick"] = quick(ensemble)
    return results


def sign_drivers(ensemble: Ensemble) -> dict[str, Any]:
    """What goes with the sign of the late effects, in an ensemble."""
    numbers = ensemble.numbers()
    units = {path: declared["unit"] for path, _, declared in quantities(load(ENACTED).scenario)}
    values = sign_reversal.late_effects(ensemble)
    return {name: sign_reversal.drivers(row, numbers, units) for name, row in values.items()}


def channels(ensemble: Ensemble, month: str) -> dict[str, Any]:
    """The effect of all controls by channel, in the first worlds."""
    return _split(ensemble, MAIN, month, "channel", EXPLAINED_WORLDS)


def instruments(ensemble: Ensemble, pair: tuple[str, str], month: str) -> dict[str, Any]:
    """The effect of one scenario against another by instrument, in the first worlds."""
    return _split(ensemble, pair, month, "instrument", INSTRUMENT_WORLDS)


def _split(
    ensemble: Ensemble, pair: tuple[str, str], month: str, by: str, most: int
) -> dict[str, Any]:
    worlds = min(ensemble.worlds, most)
    explanation = explain(
        *pair,
        EXPLAINED,
        worlds=worlds,
        seed=ensemble.seed,
        month=month,
        orders=ORDERS,
        ensemble=ensemble.name,
        by=by,
    )
    return {
        name: {"unit": one.unit, "worlds": worlds, "parts": [_plain(part) for part in one.rows]}
        for name, one in explanation.splits.items()
    }


def _plain(part: Part) -> dict[str, Any]:
    numbers = {
        key: rounded(value, 5) if isinstance(value, float) else value
        for key, value in asdict(part).items()
    }
    return numbers | {"sign": part.sign}


def quick(ensemble: Ensemble) -> dict[str, float]:
    """A few numbers that are fast to compute again: means over the first worlds."""
    few = Ensemble(ensemble.name, QUICK_WORLDS, ensemble.seed)
    months = load(ENACTED).scenario.calendar.month(QUICK_MONTH) + 1
    enacted, free = (few.record(name, months) for name in MAIN)
    values = compute_effects(enacted, free, ("lead_months", "innovation_effect"))
    return {name: rounded(np.mean(rows[-1])) for name, rows in values.items()}
