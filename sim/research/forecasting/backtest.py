"""`moat backtest`: run worlds past the history that they were fitted to, and forecast."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.experiments.ensemble import POSTERIOR, PRIOR, Progress, of_worlds, simulate
from sim.record import provenance
from sim.research.forecasting import claim
from sim.research.forecasting.forecast import (
    QUARTERS,
    Forecast,
    quantiles_of,
    quarter_ends,
    target_row,
)
from sim.research.forecasting.references import references
from sim.research.forecasting.targets import TARGETS
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import load
from sim.uncertainty.posterior import Posterior, shipped

ORIGIN = "2024-12"
SCENARIO = "as_enacted"  # acts after the origin are inputs, as whoever scores knows them


def backtest(
    origin: str = ORIGIN,
    worlds: int = 256,
    seed: int = 0,
    quarters: int = QUARTERS,
    ensemble: str | Posterior = POSTERIOR,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast every target for the quarters after an origin.

    Args:
        origin: last month that the worlds were fitted to, `"2024-12"`.
        ensemble: `posterior`, `prior`, or a posterior of one's own (see `of_worlds`).

    Raises:
        ScenarioError: the scenario cannot be used, or the worlds were fitted to later months.
    """
    _refuse_foresight(ensemble, origin)
    began = time.perf_counter()
    resolved = of_worlds(load(SCENARIO), ensemble)
    ends = quarter_ends(origin, quarters)
    months = Calendar(resolved.scenario.start, 1).month(ends[-1]) + 1
    record = simulate(resolved, worlds, seed, months, progress)
    targets = [target for target in TARGETS if target.earliest <= origin]
    rows = [target_row(target, end, SCENARIO) for target in targets for end in ends]
    at = [record.calendar.month(end) for end in ends]
    values = np.concatenate([target.of(record)[at] for target in targets])
    if origin == ORIGIN:
        release = simulate(of_worlds(load(claim.SCENARIO), ensemble), worlds, seed, months)
        values = np.concatenate([values, claim.claim_worlds(release, record, ends[-1])])
        rows += claim.claim_rows(ends[-1])
    about: dict[str, Any] = {"kind": "forecast", "origin": origin, "until": ends[-1]}
    about |= {"scenario": {"name": SCENARIO, "hash": resolved.digest}}
    about |= {"ensemble": provenance.about_ensemble(resolved)}
    about |= provenance.about_run(values.shape[1], seed, months, time.perf_counter() - began)
    reference = references(record, targets, ends, origin, len(rows))
    return Forecast(rows, values, quantiles_of(values), about, reference)


def _refuse_foresight(ensemble: str | Posterior, origin: str) -> None:
    """Refuse worlds that were fitted to months after the origin."""
    if ensemble == PRIOR:
        return
    until = (shipped() if isinstance(ensemble, str) else ensemble).about["until"]
    if until > origin:
        wrong = f"these worlds were fitted to history until {until}"
        what = f"fit others: moat calibrate --until {origin}, then --posterior FILE; or --prior"
        raise ScenarioError(Problem("--until", origin, wrong, what))
