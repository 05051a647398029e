"""Checks of a calibration, recorded for its page: another seed, synthetic truths, a golden fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.research.calibration.likelihood import log_likelihood
from sim.research.calibration.sbc import Ranks
from sim.research.calibration.summary import KEY_NUMBERS, agreement, simulate_history
from sim.uncertainty.posterior import Posterior

GOLDEN = 32  # worlds whose fit is recorded
BINS = 10  # of histograms of ranks
INFORMED = 20  # numbers that are taken for the most informed
CENTRAL = (0.5, 0.9)  # central parts of the particles in which truths are counted


def compare_seeds(posterior: Posterior, other: Posterior) -> dict[str, Any]:
    """How far two calibrations of the same history lie apart."""
    both = agreement(posterior, other)
    apart = np.abs(both.apart)
    by_path = dict(zip(posterior.priors, apart, strict=True))
    largest = int(np.argmax(apart))
    return {
        **{name: other.about[name] for name in ("particles", "seed", "passes")},
        "hashes": [posterior.digest, other.digest],
        "apart": round(float(np.sqrt(np.mean(both.apart**2))), 3),
        "largest": round(float(apart[largest]), 3),
        "where": list(posterior.priors)[largest],
        "effective": [round(size) for size in both.effective],
        "asked": {path: round(float(by_path[path]), 3) for path in KEY_NUMBERS},
        "evidence": [one.about["evidence"] for one in (posterior, other)],
    }


def rank_summary(ranks: Ranks, settings: dict[str, Any]) -> dict[str, Any]:
    """Share of truths in the central parts of their particles, and histograms of ranks.

    Args:
        settings: particles, passes, last, until.
    """
    informed = ranks.below[:, ranks.informed(INFORMED)]
    kinds = {"all": ranks.below, "learnt": informed, "fit": ranks.fit}
    return {
        **settings,
        "truths": len(ranks.below),
        "informed": INFORMED,
        **{name: [central(below, share) for share in CENTRAL] for name, below in kinds.items()},
        "histograms": [
            np.histogram(kinds[name], BINS, (0, 1))[0].tolist() for name in ("all", "learnt")
        ],
    }


def central(below: np.ndarray, share: float) -> float:
    """Share of truths that lie in the central part of the particles."""
    return round(float(np.mean(np.abs(below - 0.5) <= share / 2)), 4)


def golden(posterior: Posterior) -> dict[str, Any]:
    """Fit and best models of the first worlds of a posterior, which a changed model would move."""
    record = simulate_history(posterior, GOLDEN)
    capability = record.arrays["capability"][-1].max(axis=0).astype(float)
    return {
        "digest": posterior.digest,
        "fit": [round(float(x), 3) for x in log_likelihood(record)],
        "best_model": [round(float(x), 3) for x in capability],
    }
