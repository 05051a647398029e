"""A forecast that is registered: written once, with the headline effects, and never made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.core.worlds import Block
from sim.experiments.ensemble import Ensemble, load_in, simulate
from sim.outcomes.catalogue import compute_effects, unit_of
from sim.research.forecasting.backtest import SCENARIO, announced_after, backtest
from sim.research.forecasting.forecast import LEVELS, Forecast, Row

QUARTERS, WORLDS = 8, 256
EFFECT, NO_CONTROLS = "effect_of_controls", "no_controls"
# What is said beforehand, so that nobody has to decide it afterwards.
MISS = {
    "number": "An observation outside the 90 % band, to which the observation's own error is "
    "added, is a miss of that number.",
    "series": "A series is missed where more than half of its observations are.",
    "forecast": "The forecast as a whole is missed where fewer than 80 % or more than 97 % of all "
    "observations lie in their 90 % bands, or where its skill against the trend, against the prior "
    "or against persistence is below zero with the upper end of its 90 % interval.",
    "effects": "Effects of controls are not observed: they are registered so that a later model "
    "can be held against them, and are no hit or miss.",
}


def registered(
    origin: str, ensemble: Ensemble, effects: Sequence[str], blind: bool = False
) -> Forecast:
    """The forecast of all series from an origin, with the headline effects at the ends of years.

    Args:
        origin: last month of history that counts.
        ensemble: worlds that were fitted to it, or `prior`.
        effects: outcomes whose headline effects are registered.
        blind: leave out acts that were announced after the origin.
    """
    forecast = backtest(origin, WORLDS, 0, QUARTERS, ensemble, blind=blind)
    unknown = announced_after(origin) if blind else []
    rows, values = _effects(forecast, ensemble, effects, unknown)
    none = np.full((len(rows), len(LEVELS)), np.nan)
    return replace(
        forecast,
        rows=[*forecast.rows, *rows],
        worlds=np.concatenate([forecast.worlds, values]),
        quantiles=np.concatenate([forecast.quantiles, np.nanquantile(values, LEVELS, axis=1).T]),
        references={
            name: np.concatenate([levels, none]) for name, levels in forecast.references.items()
        },
        about=forecast.about | {"counts_as_a_miss": MISS},
    )


def _effects(
    forecast: Forecast, ensemble: Ensemble, effects: Sequence[str], unknown: list[str]
) -> tuple[list[Row], Block]:
    """Effects of the controls at the ends of the forecast's years: rows, and `[row, world]`.

    Args:
        unknown: overrides that take out acts which were announced later.
    """
    ours, theirs = (
        simulate(load_in(name, ensemble, overrides), WORLDS, 0, forecast.about["months"])
        for name, overrides in ((SCENARIO, unknown), (NO_CONTROLS, ()))
    )
    found = compute_effects(ours, theirs, effects)
    ends = sorted({row.end for row in forecast.rows if row.end.endswith("-12")})
    given = f"{forecast.rows[0].scenario} less no_controls"
    rows = [
        Row(EFFECT, name, end, end, unit_of(name), "natural", given)
        for name in effects
        for end in ends
    ]
    return rows, np.stack([found[row.actor][ours.calendar.month(row.end)] for row in rows])
