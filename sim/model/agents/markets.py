"""Markets: regions in which AI is bought, used and applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import application, demand

if TYPE_CHECKING:
    from sim.model.forcing import Forcing


class Use(NamedTuple):
    """What the users of each market chose this month, `[market, world]`."""

    quality: Block  # capability that they use, weighed by use, ECI points
    served: Block  # part of what they wanted that was served
    spent: Block  # USD bn
    tokens: Block  # 1e12 tokens
    chinese: Block  # share of tokens from Chinese labs and hosts
    hosted: Block  # share of tokens from open weights, hosted or of a lab that opens its own


class Market(Member):
    """A region of users."""


class Markets(Population):
    """The regions of the world as users of AI."""

    agent = Market

    adoption = State("share", "part of the economy that uses AI")
    log_price = State("log", "ln of the quality-adjusted price, USD/1e6 tokens of the anchor's")
    quality = State("ECI points", "capability that is used, weighed by use")
    served = State("share", "part of the wanted use that was served")
    spent = State("USD bn", "spending on services this month")
    tokens = State("1e12 tokens", "tokens used this month")
    chinese = State("share", "share of tokens from Chinese labs and hosts")
    hosted = State("share", "share of tokens from open weights")
    value = State("USD bn/yr", "value created by applying AI")

    def begin(self) -> None:
        """No services before the first."""
        for name in [
            "adoption",
            "log_price",
            "quality",
            "spent",
            "tokens",
            "chinese",
            "hosted",
            "value",
        ]:
            setattr(self, name, np.zeros((self.rows, 1)))
        self.served = np.ones((self.rows, 1))
        self._take_constants()

    def _take_constants(self) -> None:
        """What numbers come to that no month changes."""
        p = self.numbers.demand
        self.log_reference = np.log(p.reference_price)
        # Without the channel spending stays at its reference, whatever price and uses do.
        self.responsive = self.numbers.channels.demand > 0
        self.elasticity = np.where(self.responsive, p.elasticity, 1.0)
        self.most = 1e3 * self.number("gdp") * self.number("wallet") * p.ceiling

    def budget(self, forcing: Forcing, log_price: Block) -> Block:
        """USD bn that users would spend this month at this quality-adjusted price (M12)."""
        p = self.numbers.demand
        self.log_price = log_price
        years = np.maximum(forcing.years_from_anchor, 0.0)
        uses = demand.new_uses(p.new_uses, p.uses_half_life, years)
        uses = np.where(self.responsive, uses, 0.0)
        part = demand.spending(log_price, self.log_reference, self.elasticity, p.reference, uses)
        return self.most * self.adoption * part / MONTHS

    def use(self, forcing: Forcing, use: Use) -> None:
        """Remember what was used, spread use, and apply it (M13)."""
        p = self.numbers.application
        anchor = self.numbers.training.anchor_points
        for name, value in use._asdict().items():
            setattr(self, name, value)
        ease = application.pull(self.quality, anchor, p.quality_pull)
        program = 1 + self.blocs.spread(forcing.policy.adoption_program)
        speed = self.number("adoption_speed") * program * ease * self.served
        spread = application.spread(self.adoption, p.innovation, p.imitation, speed)
        self.adoption = np.where(forcing.services_exist, spread, 0.0)
        worth = application.pull(self.quality, anchor, p.value_return)
        self.value = application.value(
            self.number("gdp"), self.adoption, p.gain, worth, self.served
        )
