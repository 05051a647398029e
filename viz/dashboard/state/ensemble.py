"""An ensemble on the page: worlds of one scenario, simulated month by month, and its outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.statistics import percentiles
from sim.core.worlds import Worlds
from sim.experiments.branching import Baseline
from sim.experiments.ensemble import simulate_block
from sim.outcomes.binding import BINDING
from sim.outcomes.catalogue import (
    BETWEEN_RUNS,
    compute_effects,
    compute_outcomes,
    series_read,
    why_undefined,
)
from sim.outcomes.defined import undefined_in
from sim.outcomes.presentation import levels_needed
from sim.outcomes.record import Array, Record
from sim.record.results import Results, labelled
from sim.research.forecasting.carried import carried_errors
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.posterior import Posterior
from viz.dashboard.state import own
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.limits import LONGEST_TURN, MAX_AT_ONCE, MAX_WORLDS_UNDER_WAY
from viz.dashboard.state.turns import Turns

SHOWN = (  # outcomes that the page draws or speaks of
    "lead_months",
    "lead_months_observed",
    "us_frontier",
    "china_frontier",
    "efficiency_ratio",
    "inference_efficiency_ratio",
    "compute_ratio",
    "us_compute",
    "china_compute",
    "quality_price",
    "moat_half_life",
    "replication_cost",
    "domestic_share",
    "domestic_share_units",
    "domestic_share_value",
    "application_share",
    "value_chips",
    "us_supplier_revenue",
    "us_supplier_revenue_china",
    "china_use_abroad",
    "lead_reversed",
    *(outcome.name for outcome in BINDING),
)
LEAST = "lead_months"  # the outcome without which there is no page
# Effects that are computed from two records, not from two outcomes.
TWO_RECORDS = tuple(
    name for name in BETWEEN_RUNS if name in (*SHOWN, "supplier_loss", "innovation_effect")
)
PERCENTILES = (5, 25, 50, 75, 95)
turns = Turns(MAX_AT_ONCE, MAX_WORLDS_UNDER_WAY, LONGEST_TURN)
Wanted = Callable[[int], bool]  # takes the months done, or less than 0: that so many are before


class SupersededError(Exception):
    """The visitor has asked for something newer: this simulation is no longer wanted."""


@dataclass
class Ensemble:
    """Worlds of a scenario over all its months.

    Attributes:
        tree: the resolved scenario, for marks of policies.
        outcomes: by name, `[month, world]`.
        record: what effects between two runs read; None for a saved run.
        carried_from: month of the observations from which outcomes start; empty: as simulated.
        started: the same worlds with outcomes that start from the last observations (None: nothing
            is carried on from any).
    """

    title: str
    months: list[str]
    worlds: int
    seed: int
    name: str
    tree: Mapping[str, Any]
    outcomes: Mapping[str, Array]
    record: Record | None = None
    carried_from: str = ""
    started: Ensemble | None = None
    _quantiles: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`."""
        if name not in self._quantiles:
            self._quantiles[name] = percentiles(self.outcomes[name], PERCENTILES)
        return self._quantiles[name]

    def undefined(self, name: str, month: int) -> str:
        """In how many worlds an outcome is not defined in a month, and why; else empty."""
        missing = int(np.isnan(self.outcomes[name][month]).sum())
        return undefined_in(missing, self.worlds, why_undefined(name))


def shown() -> tuple[str, ...]:
    """Outcomes that the page draws or speaks of, also beside observations of its owner."""
    observed = own.outcomes()
    return tuple(dict.fromkeys((*SHOWN, *observed, *levels_needed(observed))))


@cache
def series_needed(outcomes: tuple[str, ...]) -> frozenset[str]:
    """Names of the recorded series from which outcomes are computed."""
    start = resolved(EditedScenario("as_enacted"))
    return frozenset(series_read(simulate_block(start, Worlds([0]), months=2), outcomes))


def _longest_past(
    pasts: Sequence[Baseline], scenario: ResolvedScenario
) -> tuple[int, Baseline | None]:
    """The past that spares a scenario most months, with their number."""
    shared = [(past.shared(scenario), past) for past in pasts]
    return max(shared, key=itemgetter(0), default=(0, None))


def simulate_ensemble(
    scenario: EditedScenario,
    worlds: int,
    seed: int,
    is_wanted: Wanted = lambda done: True,
    pasts: Sequence[Baseline] = (),
) -> tuple[Ensemble, Baseline | None]:
    """Simulate a scenario.

    Args:
        is_wanted: called while waiting with minus the number of those before, and after each
            month with the months done; False gives up.
        pasts: of other scenarios in the same worlds. Months in which nothing can differ from one
            of them are not simulated again; without such months this scenario becomes a past.

    Returns:
        the ensemble, and the past from which other scenarios can go on (None: it went on itself).

    Raises:
        ScenarioError: the scenario cannot be used.
        SupersededError: `is_wanted` said no.
    """
    checked = resolved(scenario)
    done, past = _longest_past(pasts, checked)
    with turns.computing(worlds, waiting(is_wanted)) as pause:
        tick = month_counter(is_wanted, pause, done)
        tick(0)
        if past and done:
            record, own_past = past.branch(checked, tick), None
        else:
            block, names = Worlds(range(worlds)), series_needed(shown())
            own_past = Baseline(checked, block, seed, names, tick=tick, related=past)
            record = own_past.record
        return _ensemble(scenario, checked, record, worlds, seed), own_past


def _ensemble(
    scenario: EditedScenario, checked: ResolvedScenario, record: Record, worlds: int, seed: int
) -> Ensemble:
    """What the page shows of a simulation, and what it needs to be compared."""
    raw = Ensemble(
        checked.scenario.title,
        record.calendar.labels(),
        worlds,
        seed,
        scenario.name,
        checked.tree,
        compute_outcomes(record, shown()),
        replace(record, arrays={n: record.arrays[n] for n in series_needed(TWO_RECORDS)}),
    )
    return replace(raw, started=_started(raw, checked))


def _started(raw: Ensemble, checked: ResolvedScenario) -> Ensemble | None:
    """An ensemble with outcomes that start from the last observations, as `sim.carry_on` has it."""
    if not isinstance(checked.posterior, Posterior):
        return None
    errors = carried_errors(checked.posterior, raw.worlds, raw.seed, len(raw.months))
    carried = errors.outcomes(raw.outcomes, Calendar(raw.months[0], len(raw.months)))
    return replace(raw, outcomes={**raw.outcomes, **carried}, carried_from=errors.origin)


def waiting(is_wanted: Wanted) -> Callable[[int], None]:
    """Tells who waits in line how many are before, and gives up once it is not wanted."""

    def ask(before: int) -> None:
        if not is_wanted(-1 - before):  # whoever computes now is before, too
            raise SupersededError

    return ask


def month_counter(
    is_wanted: Wanted, pause: Callable[[], None], done: int = 0
) -> Callable[[int], None]:
    """Counts calls, the first as `done`; gives up once it is not wanted, lets others in between."""
    counted = done - 1

    def tick(_: int) -> None:
        nonlocal counted
        counted += 1
        if not is_wanted(counted):
            raise SupersededError
        pause()

    return tick


def effects(ensemble: Ensemble, baseline: Ensemble) -> Results:
    """Differences between paired worlds, as `moat compare` computes them."""
    if ensemble.record is None or baseline.record is None:
        raise ValueError("a saved run cannot be compared: it has no record")
    values = {name: ensemble.outcomes[name] - baseline.outcomes[name] for name in ensemble.outcomes}
    values |= compute_effects(ensemble.record, baseline.record, TWO_RECORDS)
    found = _labelled(values, ensemble, {"kind": "comparison", "against": _about(baseline)})
    levels = {name: baseline.outcomes[name] for name in levels_needed(values)}
    return replace(found, reference=labelled(levels, ensemble.months, np.arange(ensemble.worlds)))


def results(ensemble: Ensemble) -> Results:
    """Outcomes of an ensemble, as `moat run` computes them."""
    about = {"kind": "run", "carried_from": ensemble.carried_from}
    return _labelled(ensemble.outcomes, ensemble, about)


def _labelled(values: Mapping[str, Array], ensemble: Ensemble, about: dict[str, Any]) -> Results:
    about |= {"scenario": _about(ensemble), "worlds": ensemble.worlds, "seed": ensemble.seed}
    return Results(labelled(values, ensemble.months, np.arange(ensemble.worlds)), about=about)


def _about(ensemble: Ensemble) -> dict[str, Any]:
    return {"title": ensemble.title, "name": ensemble.name, "resolved": ensemble.tree}


def open_saved(folder: str | Path) -> Ensemble:
    """The ensemble of a folder that `moat run` wrote: replayed, not simulated again.

    Raises:
        FileNotFoundError: there is no result in the folder.
        ScenarioError: it holds something else than a run, or its files are damaged.
    """
    saved = Results.open(folder)
    about = saved.about
    if saved.is_comparison:
        what = "open what `moat run` wrote"
        raise ScenarioError(Problem(str(folder), "", "holds a comparison, not a run", what))
    if LEAST not in saved.names:
        wrong = f"lacks the outcome {LEAST}"
        raise ScenarioError(Problem(str(folder), "", wrong, "make it again with moat run"))
    return Ensemble(
        about["scenario"]["title"],
        saved.months,
        int(about["worlds"]),
        int(about["seed"]),
        about["scenario"]["name"],
        about["scenario"]["resolved"],
        {name: saved.shown(name).values for name in shown() if name in saved.names},
        carried_from=saved.carried_from,
    )
