"""What everybody can see at the end of a month: the board."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, at_largest, largest, total
from sim.model.agents.releasing import UNKNOWN
from sim.model.forcing import PublicState, Forcing
from sim.model.mechanisms import power, spillover

if TYPE_CHECKING:
    from sim.model.race import Race


def opening(race: Race) -> PublicState:
    """The board before the first month: nothing is known but what compute costs, power apart."""
    market, life = race.chip_market, 12.0 * race.numbers.chip.lifetime
    nobody = np.zeros(race.worlds.count)
    unknown = nobody + UNKNOWN
    by_bloc = np.zeros((len(race.blocs), race.worlds.count))
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
        training_usd=market.training_cost / life,
        inference_usd=market.inference_cost / life,
    )


def publish(race: Race, forcing: Forcing) -> PublicState:
    """The board of a month, from the state after it."""
    labs, p = race.labs, forcing.numbers
    opened = largest(labs.open_capability)
    by_bloc = labs.blocs.largest(labs.capability)
    leader = at_largest(labs.flagship_points)
    training, inference = _usd_a_month(race, forcing)
    return PublicState(
        frontier=largest(labs.capability),
        bloc_frontier=by_bloc,
        open_frontier=opened,
        open_followed=spillover.trail(
            race.public_state.open_followed, opened, p.spillover.adoption_lag
        ),
        shown=largest(labs.shown),
        published=largest(labs.published),
        shown_inference=largest(labs.shown_inference),
        published_inference=largest(labs.published_inference),
        bloc_lead=_lead(by_bloc),
        leader_cost=leader(labs.flagship_cost) * p.belief.hidden,
        leader_age=leader(labs.flagship_age),
        training_usd=training,
        inference_usd=inference,
    )


def _lead(by_bloc: Block) -> Block:
    """Each bloc's best over the best of all others, `[bloc, world]`; 0 for one without a model."""
    best_of_others = largest(by_bloc.take(_others(len(by_bloc)), 0), axis=1)
    return np.where(by_bloc > 0, by_bloc - best_of_others, 0.0)


@cache
def _others(blocs: int) -> NDArray[np.int64]:
    """All other blocs of each bloc."""
    return np.array([[other for other in range(blocs) if other != bloc] for bloc in range(blocs)])


def _usd_a_month(race: Race, forcing: Forcing) -> tuple[Block, Block]:
    """What a month of one H100e costs in each bloc: of training worth, power included, and of
    inference worth, power apart."""
    market, life = race.chip_market, 12.0 * forcing.numbers.chip.lifetime
    draw, training = (
        total([who.blocs.total(getattr(who, name)) for who in race.buyers])
        for name in ("draw", "training")
    )
    energy = power.energy_cost(draw, training, race.power_suppliers.price(forcing))
    return market.training_cost / life + energy, market.inference_cost / life
