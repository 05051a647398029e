"""From a scenario and chance to the parameters of each world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from sim.core.chance import Chance
from sim.core.worlds import DTYPE, Block, Worlds, frozen
from sim.scenario import quantity
from sim.scenario.fitted_worlds import FittedWorlds
from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import children, value_at
from sim.scenario.quantity import Frozen, Quantity
from sim.scenario.schema import Parameters, Scenario, Tables, quantities

P95_SCORE = 1.6448536269514722  # normal score of the 95th percentile
TAIL = 3.0  # tails of priors end at this normal score


@dataclass(frozen=True)
class SharedDraws:
    """What worlds that were drawn for one scenario share with another scenario in them.

    Attributes:
        chance: their shocks.
        tables: drawn tables that both scenarios declare alike, by name.
    """

    chance: Chance
    tables: Mapping[str, Any]


def shared_draws(
    ours: ResolvedScenario, chance: Chance, numbers: Parameters, theirs: ResolvedScenario
) -> SharedDraws:
    """What can be shared with another scenario in the same worlds.

    Correlated numbers are drawn together: their tables are shared together or not at all.
    """
    alike = ours.alike(theirs) & Tables.model_fields.keys()
    correlated_tables = {
        key.split(".")[0]
        for resolved in (ours, theirs)
        for pair in resolved.scenario.correlations.values()
        for key in pair.between
    }
    if not {*correlated_tables, "correlations"} <= alike:
        alike -= correlated_tables
    return SharedDraws(chance, {name: getattr(numbers, name) for name in alike})


def draw_worlds(
    scenario: Scenario,
    posterior: FittedWorlds | None,
    seed: int,
    worlds: Worlds,
    columns: Mapping[str, Block] | None = None,
    shared: SharedDraws | None = None,
) -> tuple[Chance, Parameters]:
    """Chance and parameters of a block of worlds: those that fit history, or free ones (None).

    Args:
        shared: from another scenario in these worlds, with the same seed and posterior.
    """
    tables = shared.tables if shared else {}
    fitted = posterior.draws(_open(scenario, tables), seed, worlds) if posterior else None
    chance = shared.chance if shared else Chance(seed, worlds, fitted and fitted.past)
    return chance, draw(scenario, chance, columns, fitted and fitted.scores, tables)


def _open(scenario: Scenario, drawn: Collection[str]) -> dict[str, Any]:
    """The tables of a scenario whose numbers are still to be drawn."""
    return {name: getattr(scenario, name) for name in Tables.model_fields if name not in drawn}


def drawn_priors(
    scenario: Scenario, posterior: FittedWorlds | None, seed: int, worlds: Worlds
) -> dict[str, Block]:
    """What the worlds of a block draw for each number that has a prior, by dotted key."""
    _, numbers = draw_worlds(scenario, posterior, seed, worlds)
    return {key: value_at(numbers, key) for key in prior_paths(scenario)}


def draw(
    scenario: Scenario,
    chance: Chance,
    columns: Mapping[str, Block] | None = None,
    fitted: Mapping[str, Block] | None = None,
    shared: Mapping[str, Any] | None = None,
) -> Parameters:
    """The parameters of a block of worlds.

    Each number becomes an array `[world]`, or `[1]` where it is the same in all worlds; so does
    each channel, as 1 (on) or 0 (off). A draw depends on the seed, the world and the number's own
    key, on nothing else.

    Args:
        columns: numbers and channels set per world, by dotted key (a design point of a sweep).
        fitted: normal scores of priors that are not left to chance, by dotted key, `[world]`.
        shared: tables that are drawn already, by name.

    Raises:
        KeyError: a column is set that the scenario does not have.
    """
    shared, columns = shared or {}, dict(columns or {})
    tables = _open(scenario, shared)
    declared = list(quantities(tables))
    priors = [key for key, item, _ in declared if getattr(item, "prior", None)]
    scores = score(scenario, priors, chance, fitted or {})
    blocks: dict[str, Block] = {}
    for key, item, limits in declared:
        if key in columns:
            blocks[key] = frozen(columns.pop(key))
        elif isinstance(item, Quantity):
            blocks[key] = frozen(drawn(item, limits, scores.get(key)))
    for name, on in children(tables.get("channels")).items():
        key = f"channels.{name}"
        blocks[key] = _switch(key, columns.pop(key, [on]))
    if columns:
        raise KeyError(f"no such number: {', '.join(columns)}")
    new = {name: _with_blocks(node, name, blocks) for name, node in tables.items()}
    return Tables.model_construct(**shared, **new)


def prior_paths(scenario: Scenario) -> list[str]:
    """Dotted keys of all numbers that have a prior."""
    return [key for key, item, _ in quantities(scenario) if getattr(item, "prior", None)]


def quantile(prior: Any, score: Block) -> Block:
    """A prior's value at a standard normal score (its quantile at that probability)."""
    match prior:
        case quantity.Uniform():
            return prior.low + (prior.high - prior.low) * ndtr(score)
        case quantity.Triangular():
            return _triangular(prior, ndtr(score))
        case quantity.Normal():
            return _split(score, prior.median, prior.p5, prior.p95)
        case quantity.LogNormal():
            return np.exp(_split(score, *np.log([prior.median, prior.p5, prior.p95])))
        case quantity.LogitNormal():
            ends = np.array([prior.median, prior.p5, prior.p95])
            return 1 / (1 + np.exp(-_split(score, *np.log(ends / (1 - ends)))))
    raise TypeError(f"no such prior: {prior!r}")


def _split(score: Block, median: float, p5: float, p95: float) -> Block:
    """A normal whose two halves have their own spread, so that all three percentiles hold."""
    return median + score / P95_SCORE * np.where(score < 0, median - p5, p95 - median)


def _triangular(prior: quantity.Triangular, u: Block) -> Block:
    width, rise = prior.high - prior.low, prior.mode - prior.low
    left = prior.low + np.sqrt(u * width * rise)
    right = prior.high - np.sqrt((1 - u) * width * (prior.high - prior.mode))
    return np.where(u * width < rise, left, right)


def score(
    scenario: Scenario, paths: Sequence[str], chance: Chance, fitted: Mapping[str, Block]
) -> dict[str, Block]:
    """A standard normal score for each prior and world, correlated where the scenario says so.

    Fitted scores are correlated already.
    """
    free = {path: chance.normal(f"prior:{path}")[0] for path in paths if path not in fitted}
    fixed = {path: fitted[path] for path in paths if path in fitted}
    return correlated(scenario, fixed | free, set(fixed))


def correlated(
    scenario: Scenario, scores: Mapping[str, Block], fixed: Collection[str] = ()
) -> dict[str, Block]:
    """Scores, correlated where the scenario says so; those that are `fixed` stay as they are."""
    scores = dict(scores)
    for pair in scenario.correlations.values():
        leader, follower = pair.between
        if not {leader, follower} <= scores.keys() or follower in fixed:
            continue  # a scenario has set one of the two to a value: nothing is left to correlate
        rho = pair.rho.central
        scores[follower] = rho * scores[leader] + np.sqrt(1 - rho**2) * scores[follower]
    return scores


def drawn(item: Quantity, declared: dict, score: Block | None) -> Block:
    """The number at a standard normal score, with tails cut, within its allowed range.

    Args:
        declared: the allowed range, `low` and `high`.
        score: `[world]`; not read if the number has a value and no prior.
    """
    if item.prior is None:
        return np.array([item.value])
    assert score is not None  # each prior has one
    values = quantile(item.prior, np.clip(score, -TAIL, TAIL))
    return np.clip(values, declared["low"], declared["high"])


def _switch(key: str, on: Any) -> Block:
    """A channel as a number: 1 where it is on, 0 where it is off."""
    block = np.array(on, dtype=DTYPE)
    if not np.all((block == 0) | (block == 1)):
        raise ValueError(f"{key} is on (1) or off (0), nothing between")
    return frozen(block)


def _with_blocks(node: Any, key: str, blocks: dict[str, Block]) -> Any:
    """A part of a scenario with arrays in place of its numbers; paths and texts stay."""
    if key in blocks:
        return blocks[key]
    if isinstance(node, quantity.Path) or not isinstance(node, Frozen | dict):
        return node
    inside = {
        name: _with_blocks(value, f"{key}.{name}", blocks) for name, value in children(node).items()
    }
    return type(node).model_construct(**inside) if isinstance(node, Frozen) else inside
