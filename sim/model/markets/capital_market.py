"""The capital market: investors hear the month's news, sectors are priced (M11)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, total
from sim.model.agents.clouds import Clouds
from sim.model.agents.foundries import Foundries, ToolMakers
from sim.model.agents.investors import Investors
from sim.model.agents.labs import Labs
from sim.model.agents.sectors import Sectors
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Forcing, Incidents, News
from sim.model.mechanisms import belief
from sim.model.public_state import PublicState
from sim.scenario.schema import Parameters


class CapitalMarket:
    """Updates beliefs from releases and claims, funds buyers and revalues sectors.

    Args:
        investors, sectors: who believes, and what is priced.
        labs, clouds, suppliers, foundries, tool_makers: whose activity earnings follow.
        parameters: of the worlds.
    """

    def __init__(
        self,
        investors: Investors,
        sectors: Sectors,
        labs: Labs,
        clouds: Clouds,
        suppliers: ChipSuppliers,
        foundries: Foundries,
        tool_makers: ToolMakers,
        parameters: Parameters,
    ) -> None:
        self.investors, self.sectors, self.labs, self.clouds = investors, sectors, labs, clouds
        self.suppliers, self.foundries, self.tool_makers = suppliers, foundries, tool_makers
        self.parameters = parameters
        foreign = investors.blocs.index[:, None] != labs.blocs.index[None]
        p = parameters.belief
        self.weight = np.where(foreign[..., None], p.credibility, 1.0)
        self.variance = p.noise * p.noise
        self.log_hidden = np.log(p.hidden)
        self.expected = np.log(parameters.research.pace * parameters.chip.value_growth)

    def fund(self, forcing: Forcing, public_state: PublicState) -> None:
        """Investors grant growth, buyers receive a month's money (M6)."""
        labs, clouds = self.labs, self.clouds
        self.investors.fund(forcing, public_state, labs, clouds)
        fear = forcing.fear.chips
        open_share = labs.funding_open(forcing.policy.investment_ban)
        relief = forcing.relief
        labs.purchasing.fund(fear, open_share, labs.serving.reinvested, relief)
        clouds.purchasing.fund(fear, 1.0, clouds.serving.reinvested, relief)

    def settle(self, forcing: Forcing, public_state: PublicState) -> None:
        """A month: hear what was released and claimed, then reprice."""
        investors = self.investors
        investors.hear(self._news(forcing.incidents, public_state), forcing.services_exist)
        surprise = investors.by_bloc(investors.surprise)
        self.sectors.reprice(forcing.month, self._activity(), surprise)

    def _news(self, incidents: Incidents, public_state: PublicState) -> News:
        """What releases and claims say. Open releases state the cost of the final run; closed ones
        are known by what their lab spends in all."""
        p, models, claimed = self.parameters.belief, self.labs.releasing, incidents.claimed
        opened = models.release_open > 0
        stated = models.release_cost * np.where(opened, 1.0, p.hidden)
        concealed = np.where(opened, self.log_hidden, 0.0)
        behind, weight = public_state.frontier - models.release_points, self.weight
        if claimed.any():
            stated = np.where(claimed, incidents.claim_cost, stated)
            concealed = np.where(claimed, np.log(incidents.claim_hidden), concealed)
            weight = np.where(claimed[None], incidents.claim_belief[None], self.weight)
            behind = np.where(claimed, 0.0, behind)
        signal = belief.signal(
            stated,
            public_state.leader_cost,
            behind,
            self.parameters.training.points_per_decade,
            self.expected * public_state.leader_age,
        )
        heard = (models.released > 0) | claimed
        near = belief.proximity(behind, p.near)
        known = heard & (public_state.leader_cost > 0)
        precision = weight * np.where(known, near, 0.0) / self.variance
        return News(np.where(known, signal, 0.0), concealed, precision)

    def _activity(self) -> Block:
        """The activity that drives the AI earnings of each sector, `[sector, world]`."""
        sectors = self.sectors
        by_kind: dict[str, Sequence[Block] | Block] = {
            "chips": self.suppliers.blocs.total(MONTHS * self.suppliers.revenue),
            "tools": self._tools(),
            "power": self._power(),
            "labs": self._labs(),
        }
        activity = np.empty(sectors.shape)
        for row, (name, bloc) in enumerate(zip(sectors.names, sectors.blocs.index, strict=True)):
            activity[row] = by_kind[sectors.table[name].activity][bloc]
        return activity

    def _tools(self) -> list[Block]:
        """Equipment ordered from the makers of a bloc, ahead of need too: all orders of its own
        foundries, and allowed imports of foreign foundries."""
        foundries = self.foundries
        home = foundries.blocs.spread(self.tool_makers.by_bloc())
        ordered = foundries.expansion * (1 + MONTHS * foundries.hoarded)
        abroad = ordered * (1 - home) * (1 - foundries.tools_denied)
        own = foundries.blocs.index[:, None]
        blocs = range(len(foundries.blocs.names))
        return [total(np.where(own == bloc, ordered, abroad)) for bloc in blocs]

    def _power(self) -> list[Block]:
        """GW that the chips bought this month will draw, anywhere."""
        buyers = (self.labs.purchasing, self.clouds.purchasing)
        drawn = total([total(who.bought.power) for who in buyers])
        return [drawn] * len(self.labs.blocs.names)

    def _labs(self) -> Block:
        """Money that passes through the labs of a bloc: funding that is called, and revenue."""
        labs = self.labs
        return labs.blocs.total(labs.purchasing.called() + MONTHS * labs.serving.revenue)
