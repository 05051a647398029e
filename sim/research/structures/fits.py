"""Fits of every structure to history up to several origins, each kept in a file once it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.core.files import write
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import BLOCK, load_in, simulate_block
from sim.research.calibration.calibrate import SCENARIO, calibrate
from sim.research.calibration.likelihood import log_likelihood
from sim.research.history.observation_model import RECORDED, history
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import load
from sim.uncertainty.posterior import FILE, Posterior, read

ENOUGH = 100.0  # effective particles from which a fit to another origin is reweighted, not refitted
WITH_SEED = 1
OF_FIT = ("evidence", "facts_hash", "distinct")  # what is said of a fit and not of one reweighted
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How each structure is fitted: the arguments of `calibrate`."""

    particles: int = 256
    passes: int = 8


def fits(
    structures: Sequence[str],
    origins: Sequence[str],
    size: Size,
    folder: Path,
    workers: int = 1,
    progress: Progress = lambda said: None,
) -> Iterator[Posterior]:
    """Each structure fitted to each origin; what the folder holds is not made again.

    Args:
        origins: the newest first: an earlier one is reweighted from the last fit where enough
            particles remain.
        folder: a folder for each fit, `STRUCTURE/ORIGIN/`.
        progress: called with what is done next.
    """
    for name in structures:
        last: Posterior | None = None
        for origin in origins:
            place = folder / name / origin
            if not (place / FILE).is_file():
                fitted = reweighted(last, origin) if last else None
                if fitted is None:
                    progress(f"{name}, history until {origin}: fitting")
                    fitted = _fitted(name, origin, size, place, workers)
                place.mkdir(parents=True, exist_ok=True)
                write(place / FILE, fitted.packed())
            last = _checked(read(place / FILE), place / FILE, name, size)
            yield last


def _checked(fitted: Posterior, file: Path, name: str, size: Size) -> Posterior:
    """A kept fit, if it is what would be made now."""
    wanted = {
        "structure": name,
        "particles": size.particles,
        "passes": size.passes,
        "scenario_hash": load(SCENARIO, structure=name).digest,
    }
    differ = [key for key, value in wanted.items() if fitted.about.get(key) != value]
    if differ:
        wrong = f"is another fit: it has another {', '.join(differ)}"
        hint = f"remove {file.parent}/, or name another --folder"
        raise ScenarioError(Problem(str(file), "", wrong, hint))
    return fitted


def _fitted(name: str, origin: str, size: Size, place: Path, workers: int) -> Posterior:
    return calibrate(
        size.particles,
        WITH_SEED,
        origin,
        size.passes,
        10 * size.passes,
        place,
        processes=workers,
        structure=name,
    )


def reweighted(fitted: Posterior, origin: str) -> Posterior | None:
    """The particles of a fit, resampled to what was known at another origin; None where too few
    would remain.

    Weights are the likelihood of what was known then over that of what was fitted.
    """
    logs = fit_to(fitted, origin) - fit_to(fitted, str(fitted.about["until"]))
    weights = np.exp(logs - logs.max())
    if effective(weights) < ENOUGH:
        return None
    shares = np.cumsum(weights) / weights.sum()
    rows = np.searchsorted(shares, (np.arange(fitted.count) + 0.5) / fitted.count)
    about = {key: value for key, value in fitted.about.items() if key not in OF_FIT}
    about |= {"until": origin, "reweighted_from": fitted.about["until"]}
    return replace(fitted, scores=fitted.scores[:, rows], lucks=fitted.lucks[:, rows], about=about)


def effective(weights: Block) -> float:
    """How many equally weighted particles these are worth."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def fit_to(fitted: Posterior, origin: str) -> Block:
    """Log-likelihood of what was public at an origin in each particle of a fit, `[particle]`."""
    resolved = load_in(SCENARIO, replace(fitted, in_order=True))
    months = resolved.scenario.calendar.month(max(origin, str(fitted.about["until"]))) + 1
    facts = history("fit", origin)
    blocks = Worlds(range(fitted.count)).blocks(BLOCK)
    records = (simulate_block(resolved, block, 0, months, only=RECORDED) for block in blocks)
    return np.concatenate([log_likelihood(record, facts) for record in records])
