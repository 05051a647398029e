"""An ensemble on the page: worlds of one case, simulated month by month, and what is read off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.branching import Baseline
from sim.experiments.ensemble import simulate_block
from sim.outcomes.catalogue import compute_effects, compute_outcomes, series_read
from sim.outcomes.measures import Array, Record
from sim.record.results import Results, labelled
from viz.dashboard.state.available import open_case
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.limits import AT_ONCE

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
    "application_share",
    "value_chips",
    "us_supplier_revenue",
    "china_use_abroad",
    "lead_reversed",
)
ONLY_PAIRED = ("supplier_loss", "innovation_effect")  # outcomes between two runs
PERCENT = (5, 25, 50, 75, 95)
turn = threading.BoundedSemaphore(AT_ONCE)


class SupersededError(Exception):
    """The visitor has asked for something newer: this simulation is no longer wanted."""


@dataclass
class Ensemble:
    """Worlds of a case over all its months; outcomes are `[month, world]`."""

    title: str
    months: list[str]
    worlds: int
    seed: int
    name: str
    tree: Mapping[str, Any]  # the resolved scenario, for marks of policies
    outcomes: Mapping[str, Array]
    record: Record | None = None  # what effects between two runs read; None for a saved run
    past: Baseline | None = None  # from where other cases go on; None: it went on itself

    @cached_property
    def _quantiles(self) -> dict[str, Array]:
        return {}

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`."""
        if name not in self._quantiles:
            self._quantiles[name] = np.percentile(self.outcomes[name], PERCENT, axis=1)
        return self._quantiles[name]


@cache
def needed() -> frozenset[str]:
    """Names of the recorded series from which the outcomes shown are computed."""
    return frozenset(series_read(_short_record(), SHOWN))


@cache
def paired() -> frozenset[str]:
    """Names of those from which outcomes between two runs are computed: the rest is forgotten."""
    return frozenset(series_read(_short_record(), ONLY_PAIRED))


@cache
def _short_record() -> Record:
    return simulate_block(open_case(Case("as_enacted")), Worlds([0]), months=2)


def simulate_case(
    case: Case,
    worlds: int,
    seed: int,
    wanted: Callable[[int], bool] = lambda done: True,
    pasts: Sequence[Baseline] = (),
) -> Ensemble:
    """Simulate a case.

    Args:
        wanted: called after each month with the months done; False gives up.
        pasts: of other cases in the same worlds: months in which nothing can differ from one of
            them yet are not simulated again. Without such months others can go on from this case.

    Raises:
        ScenarioError: the case cannot be used.
        SupersededError: `wanted` said no.
    """
    resolved = open_case(case)
    shared = [(one.shared(resolved), one) for one in pasts]
    done, past = max(shared, key=itemgetter(0), default=(0, None))
    tick = _counting(wanted, done)
    names = needed()
    with turn:
        tick(0)
        if past and done:
            record, fresh = past.go_on(resolved, tick), None
        else:
            fresh = Baseline(resolved, Worlds(range(worlds)), seed, names, tick=tick, kin=past)
            record = fresh.record
    outcomes = compute_outcomes(record, SHOWN)
    months, title = record.calendar.labels(), resolved.scenario.title
    own = (title, months, worlds, seed, case.scenario, resolved.tree)
    kept = replace(record, arrays={name: record.arrays[name] for name in paired()})
    return Ensemble(*own, outcomes, kept, fresh)


def _counting(wanted: Callable[[int], bool], done: int) -> Callable[[int], None]:
    """Counts months, from so many on, and gives up once the simulation is not wanted any more."""
    counted = done - 1  # the first call tells where it begins

    def tick(_: int) -> None:
        nonlocal counted
        counted += 1
        if not wanted(counted):
            raise SupersededError

    return tick


def effects(this: Ensemble, reference: Ensemble) -> Results:
    """Differences between paired worlds, as `moat compare` computes them."""
    values = {name: this.outcomes[name] - reference.outcomes[name] for name in this.outcomes}
    values |= compute_effects(this.record, reference.record, ONLY_PAIRED)
    about = {"kind": "comparison", "against": _about(reference)}
    return _labelled(values, this, about)


def results(this: Ensemble) -> Results:
    """Outcomes of an ensemble, as `moat run` computes them."""
    return _labelled(this.outcomes, this, {"kind": "run"})


def _labelled(values: Mapping[str, Array], this: Ensemble, about: dict[str, Any]) -> Results:
    about |= {"scenario": _about(this), "worlds": this.worlds, "seed": this.seed}
    return Results(labelled(values, this.months, np.arange(this.worlds)), about=about)


def _about(one: Ensemble) -> dict[str, Any]:
    return {"title": one.title, "name": one.name, "resolved": one.tree}
