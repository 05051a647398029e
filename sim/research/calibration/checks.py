"""Checks of a calibration, recorded for its page: another seed, synthetic truths, a golden fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.outcomes.presentation import label_of
from sim.research.calibration.likelihood import log_likelihood
from sim.research.calibration.sbc import Ranks, Settings, Truth
from sim.research.calibration.summary import KEY_NUMBERS, agreement, simulate_history
from sim.research.calibration.uniformity import POINTS, difference, simultaneous_bands
from sim.uncertainty.posterior import Posterior

GOLDEN = 32  # worlds whose fit is recorded
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


def rank_summary(truths: Sequence[Truth], settings: Settings, wanted: int) -> dict[str, Any]:
    """What ranks of truths say, for the page: shares in the middle, and how far they stray.

    Args:
        wanted: how many truths the study is to have.
    """
    ranks = Ranks.of(truths)
    informed = ranks.below[:, ranks.informed(INFORMED)]
    kinds = {"all": ranks.below, "learnt": informed, "fit": ranks.fit}
    bands = simultaneous_bands(len(truths))
    return {
        **asdict(settings),
        "truths": len(truths),
        "wanted": wanted,
        "informed": INFORMED,
        **{name: [central(below, share) for share in CENTRAL] for name, below in kinds.items()},
        "points": POINTS.tolist(),
        "band": [_rounded(bands.low), _rounded(bands.high)],
        "quantities": {
            name: {
                "central": [central(below, share) for share in CENTRAL],
                "difference": _rounded(difference(below)),
                "inside": bands.hold(below),
            }
            for name, below in _quantities(ranks).items()
        },
        "learnt_difference": [_rounded(difference(below)) for below in informed.T],
        "numbers": len(ranks.paths),
        "outside": sum(not bands.hold(below) for below in ranks.below.T),
        "learnt_outside": sum(not bands.hold(below) for below in informed.T),
    }


def _quantities(ranks: Ranks) -> dict[str, np.ndarray]:
    """Quantities that are shown one by one: effects, the fit, numbers on which the question turns.

    Returns:
        their ranks by name, `[truth]`.
    """
    effects = {f"effect on {label_of(name)}": below for name, below in ranks.headlines.items()}
    numbers = {path: ranks.below[:, ranks.paths.index(path)] for path in KEY_NUMBERS}
    return effects | {"log-likelihood": ranks.fit} | numbers


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def central(below: np.ndarray, share: float) -> float:
    """Share of truths that lie in the central part of the particles."""
    return round(float(np.mean(np.abs(below - 0.5) <= share / 2)), 4)


def golden(posterior: Posterior) -> dict[str, Any]:
    """Fit and best models of the first worlds of a posterior, which a changed model would move."""
    record = simulate_history(posterior, GOLDEN, posterior.about["until"])
    capability = record.arrays["capability"][-1].max(axis=0).astype(float)
    return {
        "digest": posterior.digest,
        "fit": [round(float(x), 3) for x in log_likelihood(record)],
        "best_model": [round(float(x), 3) for x in capability],
    }
