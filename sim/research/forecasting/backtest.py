"""`moat backtest`: run the worlds past what they were fitted to, and write down what they say."""

from __future__ import annotations

import time

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.experiments.ensemble import POSTERIOR, PRIOR, Progress, of_worlds, simulate
from sim.outcomes.measures import Record
from sim.record import provenance
from sim.research.forecasting import claim
from sim.research.forecasting.forecast import QUARTERS, Forecast, Row, ends_of, row_of, summed_up
from sim.research.forecasting.reference import PERSISTENCE, STANDSTILL, TREND, reference
from sim.research.forecasting.targets import TARGETS, Target
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import load
from sim.uncertainty.posterior import Posterior, shipped

ORIGIN = "2024-12"
SCENARIO = "as_enacted"  # acts after the origin are inputs, as policy is known to who scores


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
        ScenarioError: the scenario cannot be used, or the worlds saw more than the origin.
    """
    _refuse_foresight(ensemble, origin)
    began = time.perf_counter()
    resolved = of_worlds(load(SCENARIO), ensemble)
    ends = ends_of(origin, quarters)
    months = Calendar(resolved.scenario.start, 1).month(ends[-1]) + 1
    record = simulate(resolved, worlds, seed, months, progress)
    targets = [one for one in TARGETS if one.known_from <= origin]
    rows = [row_of(one, end, SCENARIO) for one in targets for end in ends]
    values = _values(record, targets, ends)
    if origin == ORIGIN:
        release = simulate(of_worlds(load(claim.SCENARIO), ensemble), worlds, seed, months)
        values = np.concatenate([values, claim.claim_worlds(release, record, ends[-1])])
        rows += claim.claim_rows(ends[-1])
    about = {
        "kind": "forecast",
        "origin": origin,
        "until": ends[-1],
        "scenario": {"name": SCENARIO, "hash": resolved.digest},
        "ensemble": provenance.about_ensemble(resolved),
        **provenance.about_run(values.shape[1], seed, months, time.perf_counter() - began),
    }
    references = _references(record, targets, ends, origin, rows)
    return Forecast(rows, values, summed_up(values), about, references)


def _refuse_foresight(ensemble: str | Posterior, origin: str) -> None:
    """Worlds that were fitted to what came after the origin know what they should forecast."""
    if ensemble == PRIOR:
        return
    until = (shipped() if isinstance(ensemble, str) else ensemble).about["until"]
    if until > origin:
        wrong = f"these worlds were fitted to history until {until}"
        what = f"fit others: moat calibrate --until {origin}, then --posterior FILE; or --prior"
        raise ScenarioError(Problem("--until", origin, wrong, what))


def _references(
    record: Record, targets: list[Target], ends: list[str], origin: str, rows: list[Row]
) -> dict[str, Block]:
    """Simple forecasts of all rows by name, `[row, level]` each."""
    found = {name: _simple(name, targets, ends, origin) for name in (PERSISTENCE, TREND)}
    found[STANDSTILL] = _standstill(record, targets, ends, origin)
    return {name: _padded(one, rows) for name, one in found.items()}


def _values(record: Record, targets: list[Target], ends: list[str]) -> Block:
    """What the worlds say, `[row, world]`."""
    at = [record.calendar.month(end) for end in ends]
    return np.concatenate([one.of(record)[at] for one in targets])


def _standstill(record: Record, targets: list[Target], ends: list[str], origin: str) -> Block:
    """What they say of the origin, for every later period, `[row, level]`."""
    now = record.calendar.month(origin)
    found = [summed_up(one.of(record)[now][None]) for one in targets]
    for one, levels in zip(targets, found, strict=True):
        if one.scale == "log" and levels.min() <= 0:  # what was not there yet cannot stand still
            levels[:] = np.nan
    return np.concatenate([np.repeat(one, len(ends), axis=0) for one in found])


def _simple(kind: str, targets: list[Target], ends: list[str], origin: str) -> Block:
    return np.stack(
        [reference(one, row_of(one, end, ""), origin, kind) for one in targets for end in ends]
    )


def _padded(reference: Block, rows: list[Row]) -> Block:
    """A reference with NaN for the rows that it does not know."""
    missing = np.full((len(rows) - len(reference), reference.shape[1]), np.nan)
    return np.concatenate([reference, missing])
