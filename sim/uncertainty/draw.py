"""From a scenario and luck to the numbers of each world."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from sim.core.chance import Chance
from sim.core.worlds import DTYPE, Block, Worlds, frozen
from sim.scenario import quantity
from sim.scenario.quantity import Frozen, Quantity
from sim.scenario.schema import Parameters, Scenario, Tables, quantities

if TYPE_CHECKING:
    from sim.scenario.load import ResolvedScenario
    from sim.uncertainty.posterior import Posterior

P95_SCORE = 1.6448536269514722  # normal score of the 95th percentile
TAIL = 3.0  # tails of priors end at this normal score


@dataclass(frozen=True)
class Known:
    """What is known of some worlds from another scenario that was drawn in them.

    Attributes:
        chance: their luck.
        tables: numbers drawn of the scenario's tables that both declare alike, by name.
    """

    chance: Chance
    tables: Mapping[str, Any]


def known_of(
    ours: ResolvedScenario, chance: Chance, numbers: Parameters, theirs: ResolvedScenario
) -> Known:
    """What worlds drawn for one scenario tell of another one in them.

    Numbers that are drawn together are known together or not at all.
    """
    alike = ours.alike(theirs)
    together = {
        path.split(".")[0]
        for one in (ours, theirs)
        for pair in one.scenario.correlations.values()
        for path in pair.between
    }
    if not {*together, "correlations"} <= alike:
        alike -= together
    drawn = alike & Tables.model_fields.keys()
    return Known(chance, {name: getattr(numbers, name) for name in drawn})


def draw_worlds(
    scenario: Scenario,
    posterior: Posterior | None,
    seed: int,
    worlds: Worlds,
    columns: Mapping[str, Block] | None = None,
    known: Known | None = None,
) -> tuple[Chance, Parameters]:
    """Luck and numbers of a block of worlds: those that fit history, or free ones (None).

    Args:
        known: of these worlds from another scenario, with the same seed and posterior.
    """
    tables = known.tables if known else {}
    given = posterior.given(_open(scenario, tables), seed, worlds) if posterior else None
    chance = known.chance if known else Chance(seed, worlds, given and given.past)
    return chance, draw(scenario, chance, columns, given and given.scores, tables)


def _open(scenario: Scenario, known: Collection[str]) -> dict[str, Any]:
    """The tables of a scenario whose numbers are still to be drawn."""
    return {name: getattr(scenario, name) for name in Tables.model_fields if name not in known}


def number_at(numbers: Any, parts: Iterable[str]) -> Block:
    """One number of a drawn tree by the parts of its path."""
    for part in parts:
        numbers = numbers[part] if isinstance(numbers, dict) else getattr(numbers, part)
    return numbers


def drawn_priors(
    scenario: Scenario, posterior: Posterior | None, seed: int, worlds: Worlds
) -> dict[str, Block]:
    """What the worlds of a block hold for each number that has a prior, by dotted path."""
    _, numbers = draw_worlds(scenario, posterior, seed, worlds)
    return {path: number_at(numbers, path.split(".")) for path in prior_paths(scenario)}


def draw(
    scenario: Scenario,
    chance: Chance,
    columns: Mapping[str, Block] | None = None,
    fitted: Mapping[str, Block] | None = None,
    known: Mapping[str, Any] | None = None,
) -> Parameters:
    """The parameters of a block of worlds, as a tree that mirrors the scenario.

    Each number becomes an array `[world]`, or `[1]` where it is the same in all worlds; so does
    each channel, as 1 (on) or 0 (off). A draw depends on the seed, the world and the number's own
    path, on nothing else.

    Args:
        columns: numbers and channels set per world, by dotted path (a design point of a sweep).
        fitted: normal scores of priors that are not left to luck, by dotted path, `[world]`.
        known: tables that are drawn already, by name.
    """
    columns = dict(columns or {})
    known = known or {}
    tables = _open(scenario, known)
    walked = list(quantities(tables))
    paths = [path for path, item, _ in walked if getattr(item, "prior", None)]
    scores = score(scenario, paths, chance, fitted or {})
    numbers: dict[str, Block] = {}
    for path, item, declared in walked:
        if path in columns:
            numbers[path] = frozen(columns.pop(path))
        elif isinstance(item, Quantity):
            numbers[path] = frozen(drawn(item, declared, scores.get(path)))
    for name, on in tables.get("channels", ()):
        path = f"channels.{name}"
        numbers[path] = _switch(path, columns.pop(path, [on]))
    if columns:
        raise KeyError(f"no such number: {', '.join(columns)}")
    new = {name: _tree(node, name, numbers) for name, node in tables.items()}
    return Tables.model_construct(**known, **new)


def prior_paths(scenario: Scenario) -> list[str]:
    """Dotted paths of all numbers that have a prior."""
    return [path for path, item, _ in quantities(scenario) if getattr(item, "prior", None)]


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

    Those that are fitted hold their correlation already.
    """
    free = {path: chance.normal(f"prior:{path}")[0] for path in paths if path not in fitted}
    known = {path: fitted[path] for path in paths if path in fitted}
    return correlated(scenario, known | free, set(known))


def correlated(
    scenario: Scenario, scores: Mapping[str, Block], fixed: Collection[str] = ()
) -> dict[str, Block]:
    """Independent scores made to move together where the scenario says so; `fixed` stay."""
    scores = dict(scores)
    for pair in scenario.correlations.values():
        leader, follower = pair.between
        if not {leader, follower} <= scores.keys() or follower in fixed:
            continue  # a scenario has set one of the two to a value: nothing is left to correlate
        rho = pair.rho.central
        scores[follower] = rho * scores[leader] + np.sqrt(1 - rho**2) * scores[follower]
    return scores


def drawn(item: Quantity, declared: dict, score: Block | None) -> Block:
    """What a world draws for a number at a standard normal score: tails cut, within its range.

    Args:
        declared: the allowed range, `low` and `high`.
        score: `[world]`; not read where the number has a value and no prior.
    """
    if item.prior is None:
        return np.array([item.value])
    assert score is not None  # whoever draws from a prior has a score
    found = quantile(item.prior, np.clip(score, -TAIL, TAIL))
    return np.clip(found, declared["low"], declared["high"])


def _switch(path: str, on: Any) -> Block:
    """A channel as a number: 1 where it is on, 0 where it is off."""
    block = np.array(on, dtype=DTYPE)
    if not np.all((block == 0) | (block == 1)):
        raise ValueError(f"{path} is on (1) or off (0), nothing between")
    return frozen(block)


def _tree(node: Any, path: str, numbers: dict[str, Block]) -> Any:
    """The scenario's tree with arrays in place of numbers; paths and texts stay as they are."""
    if path in numbers:
        return numbers[path]
    if isinstance(node, quantity.Path):
        return node
    at = f"{path}." if path else ""
    if isinstance(node, dict):
        return {key: _tree(value, f"{at}{key}", numbers) for key, value in node.items()}
    if isinstance(node, Frozen):
        fields = {key: _tree(value, f"{at}{key}", numbers) for key, value in node}
        return type(node).model_construct(**fields)
    return node


def stack(table: Mapping[str, Frozen], field: str) -> Block:
    """One number of every actor of a table: `[actor, world]`, or `[actor, 1]` where all agree."""
    return frozen(np.stack(np.broadcast_arrays(*(getattr(row, field) for row in table.values()))))
