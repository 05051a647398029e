"""Checks of a calibration, recorded for its page: another seed, known truths, a golden fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.ensemble import of_worlds, simulate
from sim.outcomes.measures import Record
from sim.research.calibration.likelihood import log_likelihood
from sim.research.calibration.report import ASKED, agreement
from sim.research.calibration.sbc import Ranks
from sim.scenario.load import load
from sim.uncertainty.posterior import Posterior

GOLDEN = 32  # worlds whose fit is recorded
BINS, LEARNT = 10, 20  # of histograms of ranks; numbers called learnt most
HONEST = (0.05, 0.05)  # distance of central 50 % and 90 % from these that is called honest


def two_seeds(one: Posterior, other: Posterior) -> dict[str, Any]:
    """How far two calibrations of the same history lie apart, as the page tells it."""
    found = agreement(one, other)
    apart = dict(zip(one.priors, np.abs(found.apart), strict=True))
    most = int(np.argmax(np.abs(found.apart)))
    return {
        **{name: other.about[name] for name in ("particles", "seed", "passes")},
        "hashes": [one.digest, other.digest],
        "apart": round(float(np.sqrt(np.mean(found.apart**2))), 3),
        "largest": round(float(np.abs(found.apart[most])), 3),
        "where": list(one.priors)[most],
        "effective": [round(size) for size in found.effective],
        "asked": {path: round(float(apart[path]), 3) for path in ASKED},
        "evidence": [each.about["evidence"] for each in (one, other)],
    }


def known_truths(found: Ranks, settings: dict[str, Any]) -> dict[str, Any]:
    """Ranks of truths as the page tells them.

    Args:
        settings: particles, passes, last, until.
    """
    rows = found.informed(LEARNT)
    kinds = {"all": found.below, "learnt": found.below[:, rows], "fit": found.fit[:, None]}
    inside = {
        name: [central(below, share) for share in (0.5, 0.9)] for name, below in kinds.items()
    }
    bins = [np.histogram(kinds[name], BINS, (0, 1))[0].tolist() for name in ("all", "learnt")]
    return {
        **settings,
        "truths": len(found.below),
        "informed": LEARNT,
        **inside,
        "histograms": bins,
        "reading": reading(inside),
    }


def central(below: np.ndarray, share: float) -> float:
    """Share of truths that lie in the central part of the particles."""
    return round(float(np.mean(np.abs(below - 0.5) <= share / 2)), 4)


def reading(inside: dict[str, list[float]]) -> str:
    """What the shares say, in words."""
    told = {"all": "all numbers together", "learnt": "the numbers learnt most", "fit": "the fit"}
    off = {name: [x - y for x, y in zip(inside[name], (0.5, 0.9), strict=True)] for name in told}
    narrow = [told[n] for n, d in off.items() if min(d[0] + HONEST[0], d[1] + HONEST[1]) < 0]
    if not narrow:
        return "No posterior is narrower than it should be by more than five points in a hundred."
    return (
        f"Too narrow by more than five points in a hundred: {', '.join(narrow)}. Few particles and "
        "rounds of moves leave some of the prior unexplored; with so few truths the shares of the "
        "fit are themselves uncertain by about ten points."
    )


def golden(posterior: Posterior) -> dict[str, Any]:
    """Fit and leads of the first worlds of a posterior: what a change of the model would move."""
    record = simulate_history(posterior, GOLDEN)
    capability = record.arrays["capability"][-1].max(axis=0).astype(float)
    return {
        "digest": posterior.digest,
        "fit": [round(float(x), 3) for x in log_likelihood(record)],
        "best_model": [round(float(x), 3) for x in capability],
    }


def simulate_history(posterior: Posterior, worlds: int) -> Record:
    """The history as enacted to 2024-12 in worlds of a posterior."""
    resolved = of_worlds(load("as_enacted"), posterior)
    months = resolved.scenario.calendar.month("2024-12") + 1
    return simulate(resolved, worlds, months=months)
