"""The capital market: investors hear the month's news, sectors are priced (M11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.board import Board, News, Turn
from sim.calendar import MONTHS_PER_YEAR as MONTHS
from sim.mechanisms import belief
from sim.worlds import Block, total

if TYPE_CHECKING:
    from sim.race import Race


class CapitalMarket:
    """Where beliefs about the need for spending meet prices.

    Args:
        race: with its investors, sectors and labs.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        foreign = race.investors.blocs.index[:, None] != race.labs.blocs.index[None]
        self.foreign = foreign[..., None]

    def settle(self, turn: Turn, board: Board) -> None:
        """A month: hear what was released and claimed, then reprice."""
        investors = self.race.investors
        investors.hear(turn, self._news(turn, board))
        news = investors.by_bloc(investors.news)
        self.race.sectors.reprice(turn, self._activity(turn), news)

    def _news(self, turn: Turn, board: Board) -> News:
        """What releases and claims say. Open ones state the final run, closed ones are known
        by what their lab spends in all."""
        p, labs, incidents = turn.numbers.belief, self.race.labs, turn.incidents
        claimed = incidents.claimed
        stated = labs.release_cost * np.where(labs.release_open > 0, 1.0, p.hidden)
        stated = np.where(claimed, incidents.claim_cost, stated)
        concealed = np.where(labs.release_open > 0, np.log(p.hidden), 0.0)
        concealed = np.where(claimed, np.log(incidents.claim_hidden), concealed)
        behind = np.where(claimed, 0.0, board.frontier - labs.release_points)
        expected = np.log(turn.numbers.research.pace * turn.numbers.chip.value_growth)
        told = belief.signal(
            stated,
            board.leader_cost,
            behind,
            turn.numbers.training.points_per_decade,
            expected * board.leader_age,
        )
        heard = (labs.released > 0) | claimed
        weight = np.where(self.foreign, p.credibility, 1.0)
        weight = np.where(claimed[None], incidents.claim_belief[None], weight)
        near = belief.proximity(behind, p.near)
        known = heard & (board.leader_cost > 0)
        precision = weight * np.where(known, near, 0.0)[None] / (p.noise * p.noise)
        return News(np.where(known, told, 0.0), concealed, precision)

    def _activity(self, turn: Turn) -> Block:
        """What the AI earnings of each sector follow, `[sector, world]`."""
        sectors, story = self.race.sectors, self.race.story.sectors
        by_kind = {
            "chips": self.race.suppliers.blocs.total(MONTHS * self.race.suppliers.revenue),
            "tools": self._tools(),
            "power": self._power(),
            "labs": self._labs(turn),
        }
        rows = [
            by_kind[story[name].activity][bloc]
            for name, bloc in zip(sectors.names, sectors.blocs.index, strict=True)
        ]
        return np.stack(rows)

    def _tools(self) -> Block:
        """Equipment ordered from the makers of a bloc, ahead of need too: all that its own
        foundries need, of others what they cannot have at home and are not denied."""
        foundries = self.race.foundries
        home = foundries.blocs.spread(self.race.tool_makers.by_bloc())
        ordered = foundries.expansion * (1 + MONTHS * foundries.hoarded)
        abroad = ordered * (1 - home) * (1 - foundries.tools_denied)
        own = foundries.blocs.index
        return np.stack(
            [
                total(np.where((own == bloc)[:, None], ordered, abroad))
                for bloc in range(len(self.race.blocs))
            ]
        )

    def _power(self) -> Block:
        """GW that the chips bought this month will draw, anywhere."""
        drawn = total([total(who.bought.power) for who in self.race.buyers])
        return np.broadcast_to(drawn, (len(self.race.blocs), self.race.worlds.count))

    def _labs(self, turn: Turn) -> Block:
        """Money that passes through the labs of a bloc: funding that is called, and revenue."""
        labs = self.race.labs
        return labs.blocs.total(labs.called(turn) + MONTHS * labs.revenue)
