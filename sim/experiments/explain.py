"""`moat explain`: the effect of one scenario against another, split into parts (docs/explain.md).

By channel, the channels that both scenarios have on are in each world the players of a game; by
instrument or act, the acts in which they differ. The Shapley value splits the effect among the
players; the effect that remains with all of them off is the part `other`.

>>> import sim
>>> found = sim.explain(
...     "as_enacted", "no_controls", ["china_compute"], worlds=2, month="2023-12",
...     channels=["compute_denial", "stockpiling"],
... )
>>> parts = found.labelled()["china_compute"]
>>> parts.dims, parts.attrs["unit"]
(('part', 'world'), '%')
>>> [str(name) for name in parts["part"].values]
['compute_denial', 'stockpiling', 'other']
>>> whole = found.splits["china_compute"].whole
>>> bool(abs(parts.sum("part") - whole).max() < 1e-6 * abs(whole).max())
True
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.core.chance import Chance
from sim.core.worlds import Block, Worlds
from sim.experiments.compare import compare, load_pair
from sim.experiments.ensemble import BLOCK, POSTERIOR, Ensemble, Progress
from sim.experiments.game import ActGame, Game
from sim.experiments.parts import OTHER, Explanation, Split
from sim.experiments.shapley import Design, design
from sim.experiments.verdict import verdict
from sim.outcomes.catalogue import unit_of
from sim.outcomes.presentation import factor_of_parts
from sim.record import provenance
from sim.record.results import Results
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.layers import Overrides, as_texts
from sim.scenario.load import ResolvedScenario, Source

HEADLINES = (
    "innovation_effect",
    "lead_months",
    "compute_ratio",
    "domestic_share",
    "supplier_loss",
    "china_frontier",
)
BY = ("channel", "instrument", "act")  # what an effect can be split by
ORDERS = 4  # sampled in each world, each with its reverse


def explain(
    scenario: Source = "as_enacted",
    against: Source = "no_controls",
    outcomes: Iterable[str] = HEADLINES,
    worlds: int = 64,
    seed: int = 0,
    month: str | None = None,
    channels: Iterable[str] = (),
    orders: int = ORDERS,
    overrides: Overrides = (),
    progress: Progress | None = None,
    block: int = BLOCK,
    ensemble: Ensemble = POSTERIOR,
    by: str = BY[0],
    verdict_worlds: int | None = None,
) -> Explanation:
    """Split the effect of `scenario` against `against`, in paired worlds (see also `compare`).

    Args:
        month: at which it is split, `"2028-12"` (None: 2030-12, or the last before).
        channels: those to explain; the others stay as they are (none named: all that are on).
        by: `"channel"`, `"instrument"` (acts of one government's instrument together) or `"act"`.
        orders: sampled in each world, each with its reverse (2 or more); all if no costlier.
        block: columns simulated at once; results never depend on it.
        verdict_worlds: worlds of the verdict on whole effects (None: those that are split).

    Raises:
        ScenarioError: they cannot be paired; no such outcome, channel, month; no act differs.
        ValueError: no world, a seed below 0, or another `by`.
    """
    start, texts, most = time.perf_counter(), as_texts(overrides), max(worlds, verdict_worlds or 0)
    pair = load_pair(scenario, against, texts, ensemble)
    game = _game(pair, outcomes, list(channels), by, month, seed)
    plan = design(Chance(seed, Worlds(range(worlds))), game.players, orders, game.shared)
    values = game.values(plan, block, progress)
    found = compare(scenario, against, most, seed, game.months, texts, ensemble=ensemble)
    splits = _splits(game, plan, values, found, worlds)
    about = _about(game, by, texts, plan) | _verdicts(found, game)
    about |= provenance.about_run(worlds, seed, game.months, time.perf_counter() - start)
    return Explanation(splits, game.month, about)


def _splits(
    game: Game, plan: Design, values: Mapping[str, Block], effects: Results, worlds: int
) -> dict[str, Split]:
    """The effects split, in the first worlds; `effects` knows the levels of the reference."""
    reference = effects.reference.sel(month=game.month)
    levels = {str(name): reference[name].values[:worlds] for name in reference.data_vars}
    return {name: _split(name, game, plan, values[name], levels) for name in game.outcomes}


def _verdicts(effects: Results, game: Game) -> dict[str, Any]:
    """The verdicts on whole effects, and in how many worlds; a size that is no number has none."""
    verdicts = [verdict(effects, name, game.month) for name in game.outcomes]
    stored = {one.name: asdict(one) for one in verdicts if one.is_finite}
    return {"verdicts": stored, "verdict_worlds": effects.about["worlds"]}


def _game(
    pair: list[ResolvedScenario],
    outcomes: Iterable[str],
    channels: list[str],
    by: str,
    month: str | None,
    seed: int,
) -> Game:
    """The game of which the players are channels, groups of acts or acts."""
    if by not in BY:
        raise ValueError(f"an effect is split by {', '.join(BY)}, not '{by}'")
    if by == BY[0]:
        return Game(pair, outcomes, channels, month, seed)
    if channels:
        wrong = f"name what to split by channel, and the effect is split by {by}"
        hint = "leave out --channels, or split --by channel"
        raise ScenarioError(Problem("channels", ",".join(channels), wrong, hint))
    return ActGame(pair, outcomes, by, month, seed)


def _split(
    name: str, game: Game, plan: Design, values: Block, levels: Mapping[str, Block]
) -> Split:
    """The split of an effect, sized as people give it: in percent where its verdict is.

    Args:
        levels: of the reference, `[world]`, by outcome.
    """
    parts, errors = plan.split(values)
    none, whole = plan.ends(values)
    factor, unit = factor_of_parts(name, whole, unit_of(name), levels)
    return Split.of_worlds(
        name,
        unit,
        [*game.players, OTHER],
        factor * np.concatenate([parts, none[None]]),
        factor * whole,
        factor * np.concatenate([errors, np.zeros_like(none)[None]]),
        game.shared,
    )


def _about(game: Game, by: str, overrides: list[str], plan: Design) -> dict[str, Any]:
    """Provenance: the scenarios, and how the effect was split."""
    return {
        "kind": "explanation",
        "scenario": provenance.about_scenario(game.pair[0], overrides),
        "against": provenance.about_scenario(game.pair[1], overrides),
        "binds": game.binding(plan),
        "month": game.month,
        "by": by,
        f"{by}s": game.players,
        "orders": 0 if plan.orders is None else len(plan.orders),
        "simulated": game.simulated(plan),
    }
