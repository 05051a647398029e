"""The capital market: investors hear the month's news, sectors are priced (M11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, total
from sim.model.forcing import PublicState, Incidents, News, Forcing
from sim.model.mechanisms import belief

if TYPE_CHECKING:
    from sim.model.race import Race


class CapitalMarket:
    """Where beliefs about the need for spending meet prices.

    Args:
        race: with its investors, sectors and labs.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        foreign = race.investors.blocs.index[:, None] != race.labs.blocs.index[None]
        p = race.numbers.belief
        self.weight = np.where(foreign[..., None], p.credibility, 1.0)
        self.variance = p.noise * p.noise
        self.log_hidden = np.log(p.hidden)
        self.expected = np.log(race.numbers.research.pace * race.numbers.chip.value_growth)

    def settle(self, forcing: Forcing, public_state: PublicState) -> None:
        """A month: hear what was released and claimed, then reprice."""
        investors = self.race.investors
        investors.hear(forcing, self._news(forcing, public_state))
        news = investors.by_bloc(investors.news)
        self.race.sectors.reprice(forcing, self._activity(forcing), news)

    def _news(self, forcing: Forcing, public_state: PublicState) -> News:
        """What releases and claims say. Open ones state the final run, closed ones are known
        by what their lab spends in all."""
        p, labs, claimed = forcing.numbers.belief, self.race.labs, forcing.incidents.claimed
        opened = labs.release_open > 0
        stated = labs.release_cost * np.where(opened, 1.0, p.hidden)
        concealed = np.where(opened, self.log_hidden, 0.0)
        behind, weight = public_state.frontier - labs.release_points, self.weight
        if claimed.any():
            stated, concealed, weight = self._claims(forcing.incidents, stated, concealed)
            behind = np.where(claimed, 0.0, behind)
        told = belief.signal(
            stated,
            public_state.leader_cost,
            behind,
            forcing.numbers.training.points_per_decade,
            self.expected * public_state.leader_age,
        )
        heard = (labs.released > 0) | claimed
        near = belief.proximity(behind, p.near)
        known = heard & (public_state.leader_cost > 0)
        precision = weight * np.where(known, near, 0.0) / self.variance
        return News(np.where(known, told, 0.0), concealed, precision)

    def _claims(
        self, incidents: Incidents, stated: Block, concealed: Block
    ) -> tuple[Block, Block, Block]:
        """Costs stated and concealed, and what is believed, where a lab claims the frontier."""
        claimed = incidents.claimed
        return (
            np.where(claimed, incidents.claim_cost, stated),
            np.where(claimed, np.log(incidents.claim_hidden), concealed),
            np.where(claimed[None], incidents.claim_belief[None], self.weight),
        )

    def _activity(self, forcing: Forcing) -> Block:
        """What the AI earnings of each sector follow, `[sector, world]`."""
        sectors, scenario = self.race.sectors, self.race.inputs.sectors
        by_kind: dict[str, Sequence[Block] | Block] = {
            "chips": self.race.suppliers.blocs.total(MONTHS * self.race.suppliers.revenue),
            "tools": self._tools(),
            "power": self._power(),
            "labs": self._labs(forcing),
        }
        activity = np.empty(sectors.shape)
        for row, (name, bloc) in enumerate(zip(sectors.names, sectors.blocs.index, strict=True)):
            activity[row] = by_kind[scenario[name].activity][bloc]
        return activity

    def _tools(self) -> list[Block]:
        """Equipment ordered from the makers of a bloc, ahead of need too: all that its own
        foundries need, of others what they cannot have at home and are not denied."""
        foundries = self.race.foundries
        home = foundries.blocs.spread(self.race.tool_makers.by_bloc())
        ordered = foundries.expansion * (1 + MONTHS * foundries.hoarded)
        abroad = ordered * (1 - home) * (1 - foundries.tools_denied)
        own = foundries.blocs.index[:, None]
        blocs = range(len(self.race.blocs))
        return [total(np.where(own == bloc, ordered, abroad)) for bloc in blocs]

    def _power(self) -> list[Block]:
        """GW that the chips bought this month will draw, anywhere."""
        drawn = total([total(who.bought.power) for who in self.race.buyers])
        return [drawn] * len(self.race.blocs)

    def _labs(self, forcing: Forcing) -> Block:
        """Money that passes through the labs of a bloc: funding that is called, and revenue."""
        labs = self.race.labs
        return labs.blocs.total(labs.called() + MONTHS * labs.revenue)
