"""`moat backtest`: run worlds past the history that they were fitted to, and forecast."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.experiments.ensemble import (
    POSTERIOR,
    Ensemble,
    Progress,
    load_in,
    posterior_of,
    simulate,
)
from sim.outcomes.record import Record
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
from sim.research.forecasting.residuals import LEARNT_FROM, CarriedError, model_errors
from sim.research.forecasting.targets import TARGETS, Target
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.structures import ALL
from sim.uncertainty.posterior import shipped_names

BLIND = "as_enacted, acts announced by {}"  # the name of history as it was known at an origin
SCENARIO = "as_enacted"  # acts after the origin are inputs, as whoever scores knows them


def backtest(
    origin: str = "",
    worlds: int = 256,
    seed: int = 0,
    quarters: int = QUARTERS,
    ensemble: Ensemble = POSTERIOR,
    progress: Progress | None = None,
    carry: bool = True,
    blind: bool = False,
) -> Forecast:
    """Forecast every target for the quarters after an origin.

    Args:
        origin: last month of history that counts, `"2024-12"` (empty: of the newest posterior).
        ensemble: `posterior`, `prior`, or a posterior (see `posterior_of`).
        carry: carry the error of the model on from the origin (see `residuals`).
        blind: leave out acts that were announced after the origin.

    Raises:
        ScenarioError: the scenario cannot be used, or the worlds were fitted to later months.
    """
    origin = origin or shipped_names()[-1]
    _refuse_foresight(ensemble, origin)
    began, ends = time.perf_counter(), quarter_ends(origin, quarters)
    unknown, given = (announced_after(origin), BLIND.format(origin)) if blind else ([], SCENARIO)
    resolved = load_in(SCENARIO, ensemble, unknown)
    months = Calendar(resolved.scenario.start, 1).month(ends[-1]) + 1
    record = simulate(resolved, worlds, seed, months, progress)
    targets = [target for target in TARGETS if target.earliest <= origin]
    rows = [target_row(target, end, given) for target in targets for end in ends]
    errors = _model_errors(resolved, targets, seed, origin) if carry else {}
    values = _values(record, targets, ends, errors)
    if origin == claim.BEFORE:
        unheard = simulate(load_in(claim.WITHOUT, ensemble, unknown), worlds, seed, months)
        values = np.concatenate([values, claim.claim_worlds(record, unheard, ends[-1])])
        rows += claim.claim_rows(ends[-1], given)
    about = _about(resolved, given, origin, ends[-1], carry)
    about |= provenance.about_run(values.shape[1], seed, months, time.perf_counter() - began)
    beside = references(record, targets, ends, origin, len(rows))
    return Forecast(rows, values, quantiles_of(values), about, beside)


def _about(
    resolved: ResolvedScenario, given: str, origin: str, until: str, carry: bool
) -> dict[str, Any]:
    """What a forecast is of, and how it was made."""
    return {
        **{"kind": "forecast", "origin": origin, "until": until, "carries_model_error": carry},
        "scenario": {"name": given, "hash": resolved.digest},
        "ensemble": provenance.about_ensemble(resolved),
    }


def _values(
    record: Record,
    targets: list[Target],
    ends: list[str],
    errors: Mapping[tuple[str, str], CarriedError],
) -> Block:
    """Targets at the ends of periods, `[target and end, world]`, with the errors that there are."""
    at = [record.calendar.month(end) for end in ends]
    return np.concatenate(
        [
            errors[one.key].added(record, ends) if one.key in errors else one.of(record)[at]
            for one in targets
        ]
    )


def announced_after(origin: str) -> list[str]:
    """Overrides that take acts out of history which were announced after a month."""
    events = load(SCENARIO).scenario.events
    return [
        f"events.{name}.active=false"
        for name, act in events.items()
        if act.active and f"{act.announced:%Y-%m}" > origin
    ]


def _model_errors(
    resolved: ResolvedScenario, targets: list[Target], seed: int, origin: str
) -> dict[tuple[str, str], CarriedError]:
    """What is carried on of each target: learnt from the same worlds, however many are forecast."""
    months = resolved.scenario.calendar.month(origin) + 1
    return model_errors(simulate(resolved, LEARNT_FROM, seed, months), targets, origin)


def _refuse_foresight(ensemble: Ensemble, origin: str) -> None:
    """Refuse worlds that were fitted to months after the origin."""
    fitted = posterior_of(POSTERIOR if ensemble == ALL else ensemble)
    until = fitted.about["until"] if fitted else ""
    if until > origin:
        wrong = f"these worlds were fitted to history until {until}"
        what = f"fit others: moat calibrate --until {origin}, then --posterior FILE; or --prior"
        raise ScenarioError(Problem("--until", origin, wrong, what))
