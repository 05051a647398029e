"""What would be observed in each world, and what the headlines are there.

What is observed is what the model says as enacted, plus the error of the model that a forecast
carries on (`sim/research/forecasting/carried.py`), plus an error of measurement. Where no error of
the model is learnt from history, the declared one counts (`sim/research/history/series.csv`); a
signpost with an error of its own in the table has that alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import POSTERIOR, Ensemble, joined, load_in, posterior_of
from sim.experiments.ensemble import simulate_block as simulate
from sim.outcomes.catalogue import compute_effects, compute_outcomes, unit_of
from sim.outcomes.presentation import levels_needed, size_of_effect
from sim.outcomes.record import ReadNames, Record
from sim.research.forecasting.carried import FRONTIERS, OF_FRONTIERS, carried_errors
from sim.research.forecasting.residuals import model_errors
from sim.research.forecasting.targets import Target
from sim.research.history.observation_model import observation_models
from sim.research.identification.ensemble import ENACTED, NO_CONTROLS
from sim.research.signposts.table import Signpost
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.posterior import Posterior

BLOCK = 256  # worlds at once


@dataclass(frozen=True)
class Headline:
    """A number that is asked about: an effect of all controls, or a level as enacted.

    Attributes:
        name: of the outcome.
        is_level: whether it is the level, with the error of the model; else the effect.
    """

    name: str
    month: str
    is_level: bool = False

    @property
    def key(self) -> str:
        """What identifies it."""
        return f"{self.name}{' as enacted' if self.is_level else ''} {self.month}"


@dataclass(frozen=True)
class Pair:
    """The same worlds as enacted and without controls.

    Attributes:
        resolved: the scenario as enacted, with its worlds.
        fitted: their posterior; None: worlds of the priors, which carry no error on.
    """

    enacted: Record
    free: Record
    resolved: ResolvedScenario
    fitted: Posterior | None
    seed: int

    @property
    def calendar(self) -> Calendar:
        """Of both runs."""
        return self.enacted.calendar

    def levels(self, names: Collection[str]) -> tuple[dict[str, Block], set[str]]:
        """Outcomes as enacted, `[month, world]`, and which of them have the error of the model."""
        raw = compute_outcomes(self.enacted, {*names, *FRONTIERS})
        if not self.fitted:
            return raw, set()
        worlds = raw[FRONTIERS[0]].shape[1]
        errors = carried_errors(self.fitted, worlds, self.seed, self.calendar.months)
        return raw | errors.outcomes(raw, self.calendar), {*errors.errors, *OF_FRONTIERS}


def paired_worlds(
    signposts: Iterable[Signpost],
    headlines: Sequence[Headline],
    worlds: int,
    seed: int = 0,
    ensemble: Ensemble = POSTERIOR,
) -> Pair:
    """Run the worlds of an ensemble as enacted and without controls.

    Raises:
        ScenarioError: there is no such ensemble, or it has several forms of the model.
    """
    fitted = posterior_of(ensemble)
    runs = [load_in(name, ensemble) for name in (ENACTED, NO_CONTROLS)]
    only = _series(simulate(runs[0], Worlds(range(1)), seed, 1), signposts, headlines)
    blocks = Worlds(range(worlds)).blocks(BLOCK)
    records = [joined([simulate(run, block, seed, only=only) for block in blocks]) for run in runs]
    return Pair(records[0], records[1], runs[0], fitted, seed)


def _series(
    month: Record, signposts: Iterable[Signpost], headlines: Sequence[Headline]
) -> set[str]:
    """Names of the recorded series that are read."""
    read = ReadNames(month.arrays)
    tracked = replace(month, arrays=read)
    for one in signposts:
        if one.target and not one.outcome:
            one.target.of(tracked)
    names = {one.outcome for one in signposts} | {one.name for one in headlines} | {*FRONTIERS}
    compute_effects(tracked, tracked, names | {*levels_needed(one.name for one in headlines)})
    return read.names


def headline_values(headlines: Sequence[Headline], pair: Pair) -> tuple[Block, list[str]]:
    """The headlines in each world as people give them, `[world, headline]`, and their units.

    Raises:
        ScenarioError: one is not defined in some world.
    """
    effects = compute_effects(pair.enacted, pair.free, {one.name for one in headlines})
    needed = compute_outcomes(pair.free, levels_needed(one.name for one in headlines))
    levels, _ = pair.levels({one.name for one in headlines if one.is_level})
    columns, units = [], []
    for one in headlines:
        at = pair.calendar.month(one.month)
        if one.is_level:
            values, unit = levels[one.name][at], unit_of(one.name)
        else:
            of_month = {name: block[at] for name, block in needed.items()}
            size = size_of_effect(one.name, effects[one.name][at], unit_of(one.name), of_month)
            values, unit = size.values, size.unit
        if gaps := int((~np.isfinite(values)).sum()):
            wrong = f"is not defined in {gaps} of {len(values)} worlds"
            raise ScenarioError(Problem(one.key, one.month, wrong, "choose another month"))
        columns.append(values)
        units.append(unit)
    return np.stack(columns, axis=1), units


def observed_values(signposts: Sequence[Signpost], pair: Pair) -> Block:
    """What would be observed in each world, `[world, signpost]`, each in its unit.

    NaN where an outcome is not defined.
    """
    levels, carry = pair.levels({one.outcome for one in signposts if one.outcome})
    of_labs = {one.target.key: one.target for one in signposts if one.target and not one.outcome}
    errors = (
        model_errors(pair.enacted, of_labs.values(), pair.fitted.about["until"])
        if pair.fitted
        else {}
    )
    columns = []
    for one in signposts:
        at = pair.calendar.month(one.month)
        error = errors.get(one.target.key) if one.target else None
        if one.outcome:
            values, carries = levels[one.outcome][at], one.outcome in carry
        elif error:
            values, carries = error.added(pair.enacted, [one.month])[0], True
        else:
            assert one.target is not None  # what is no outcome is a target
            values, carries = one.target.of(pair.enacted)[at], False
        columns.append(measured(one, values, carries))
    return np.stack(columns, axis=1)


def measured(one: Signpost, values: Block, carries: bool) -> Block:
    """Values with an error of measurement, `[world]`.

    Args:
        carries: whether they have the error of the model already.
    """
    model = observation_models().get(one.series)
    left_out = model.discrepancy if model and not carries else 0.0
    luck = np.random.default_rng(zlib.crc32(one.key.encode())).standard_normal(len(values))
    moved = one.errors.back(one.errors.of(values) + np.hypot(one.error, left_out) * luck)
    least, most = _bounds(one.target, one.unit)
    return np.clip(moved, least, most)


def _bounds(target: Target | None, unit: str) -> tuple[float, float]:
    if target:
        return target.least, target.most
    return (0.0, 1.0) if unit == "share" else (-np.inf, np.inf)
