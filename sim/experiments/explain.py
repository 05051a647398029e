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
(('part', 'world'), 'H100e')
>>> [str(name) for name in parts["part"].values]
['compute_denial', 'stockpiling', 'other']
>>> whole = found.splits["china_compute"].whole
>>> bool(abs(parts.sum("part") - whole).max() < 1e-6 * abs(whole).max())
True
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.chance import Chance
from sim.core.worlds import Block, Worlds
from sim.experiments.compare import load_pair
from sim.experiments.ensemble import BLOCK, POSTERIOR, Progress
from sim.experiments.game import ActGame, Game
from sim.experiments.parts import OTHER, Explanation, Split
from sim.experiments.shapley import Design, design
from sim.outcomes.catalogue import unit_of
from sim.record import provenance
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario

HEADLINES = (
    "lead_months",
    "china_frontier",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "supplier_loss",
)
BY = ("channel", "instrument", "act")  # what an effect can be split by
ORDERS = 4  # sampled in each world, each with its reverse


def explain(
    scenario: str | Path = "as_enacted",
    against: str | Path = "no_controls",
    outcomes: Iterable[str] = HEADLINES,
    worlds: int = 64,
    seed: int = 0,
    month: str | None = None,
    channels: Iterable[str] = (),
    orders: int = ORDERS,
    overrides: Iterable[str] = (),
    progress: Progress | None = None,
    block: int = BLOCK,
    ensemble: str = POSTERIOR,
    by: str = BY[0],
) -> Explanation:
    """Split the effect of `scenario` against `against`, in paired worlds.

    Args:
        month: at which it is split, `"2028-12"` (None: 2030-12, or the last before).
        channels: those to explain; the others stay as they are (none named: all that are on).
        by: `"channel"`; `"instrument"`: acts that differ, those of an instrument of a government
            together; `"act"`: each by itself.
        orders: of the players, sampled in each world, each with its reverse (2 or more). The split
            is exact if simulating every set of players costs no more.
        block: columns simulated at once; results never depend on it.

    For the rest see `run` and `compare`; parts are `[part, world]` in the unit of the outcome.

    Raises:
        ScenarioError: they cannot be paired; no such outcome, channel, month; no act differs.
        ValueError: no world, a seed below 0, or another `by`.
    """
    start, overrides = time.perf_counter(), list(overrides)
    pair = load_pair(scenario, against, overrides, ensemble)
    game = _game(pair, outcomes, list(channels), by, month, seed)
    plan = design(Chance(seed, Worlds(range(worlds))), game.players, orders, game.shared)
    values = game.values(plan, block, progress)
    splits = {name: _split(name, game, plan, values[name]) for name in game.outcomes}
    about_run = provenance.about_run(worlds, seed, game.months, time.perf_counter() - start)
    return Explanation(splits, game.month, _about(game, by, overrides, plan) | about_run)


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


def _split(name: str, game: Game, plan: Design, values: Block) -> Split:
    parts, errors = plan.split(values)
    none, whole = plan.ends(values)
    return Split.of_worlds(
        name,
        unit_of(name),
        [*game.players, OTHER],
        np.concatenate([parts, none[None]]),
        whole,
        np.concatenate([errors, np.zeros_like(none)[None]]),
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
