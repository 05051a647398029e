"""Publishing: how the public state of a month follows from the state of labs and markets."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, at_largest, largest, total
from sim.model.agents.labs import Labs
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.releasing import Releasing
from sim.model.markets.chip_market import ChipMarket
from sim.model.mechanisms import power, spillover
from sim.model.public_state import UNKNOWN, PublicState
from sim.scenario.schema import Parameters


def opening(parameters: Parameters, chip_market: ChipMarket, blocs: int) -> PublicState:
    """The public state before the first month: only what compute costs is known, without power."""
    lifetime = 12.0 * parameters.chip.lifetime
    nobody = np.zeros(chip_market.training_cost.shape[-1])
    unknown = nobody + UNKNOWN
    by_bloc = np.zeros((blocs, len(nobody)))
    return PublicState(
        frontier=nobody,
        bloc_frontier=by_bloc,
        open_frontier=nobody,
        open_followed=nobody,
        shown=unknown,
        published=unknown,
        shown_inference=unknown,
        published_inference=unknown,
        bloc_lead=by_bloc,
        leader_cost=nobody,
        leader_age=nobody,
        training_usd=chip_market.training_cost / lifetime,
        inference_usd=chip_market.inference_cost / lifetime,
    )


def publish(
    last: PublicState, parameters: Parameters, labs: Labs, usd_a_month: tuple[Block, Block]
) -> PublicState:
    """The public state of a month, from the state after it.

    Args:
        last: of the month before.
        usd_a_month: cost of a month of one H100e, see `usd_a_month`.
    """
    models: Releasing = labs.releasing
    opened = largest(models.open_capability)
    by_bloc = labs.blocs.largest(models.capability)
    leader = at_largest(models.flagship_cost)
    training, inference = usd_a_month
    lag = parameters.spillover.adoption_lag
    return PublicState(
        frontier=largest(models.capability),
        bloc_frontier=by_bloc,
        open_frontier=opened,
        open_followed=spillover.trail(last.open_followed, opened, lag),
        shown=largest(models.shown),
        published=largest(models.published),
        shown_inference=largest(models.shown_inference),
        published_inference=largest(models.published_inference),
        bloc_lead=_lead(by_bloc),
        leader_cost=leader(models.flagship_cost) * parameters.belief.hidden,
        leader_age=leader(models.flagship_age),
        training_usd=training,
        inference_usd=inference,
    )


def usd_a_month(
    parameters: Parameters,
    chip_market: ChipMarket,
    buyers: tuple[Purchasing, ...],
    power_price: Block,
) -> tuple[Block, Block]:
    """Cost of a month of one H100e in each bloc, USD: of training worth, power included, and of
    inference worth, without power.

    Args:
        power_price: USD/MWh, `[bloc, world]`.
    """
    lifetime = 12.0 * parameters.chip.lifetime
    draw, training = (
        total([who.blocs.total(getattr(who, name)) for who in buyers])
        for name in ("draw", "training")
    )
    energy = power.energy_cost(draw, training, power_price)
    return chip_market.training_cost / lifetime + energy, chip_market.inference_cost / lifetime


def _lead(by_bloc: Block) -> Block:
    """Each bloc's best over the best of all others, `[bloc, world]`; 0 for one without a model."""
    best_of_others = largest(by_bloc.take(_others(len(by_bloc)), 0), axis=1)
    return np.where(by_bloc > 0, by_bloc - best_of_others, 0.0)


@cache
def _others(blocs: int) -> NDArray[np.int64]:
    """All other blocs of each bloc."""
    return np.array([[other for other in range(blocs) if other != bloc] for bloc in range(blocs)])
