"""Markets: regions in which AI is bought, used and applied."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import application, demand
from sim.scenario import actors


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
    own: actors.Market[Block]

    adoption = State("share", "part of the economy that uses AI", recorded=True)
    log_price = State(
        "log", "quality-adjusted price: ln of USD/1e6 tokens of the anchor's", recorded=True
    )
    quality = State("ECI points", "capability that is used, weighed by use", recorded=True)
    served = State("share", "part of the wanted use that was served", start=1.0, recorded=True)
    spent = State("USD bn", "spending on services this month", recorded=True)
    tokens = State("1e12 tokens", "tokens used this month", recorded=True)
    chinese = State("share", "share of tokens from Chinese labs and hosts", recorded=True)
    hosted = State("share", "share of tokens from open weights", recorded=True)
    value = State("USD bn/yr", "value created by applying AI", recorded=True)

    def start(self) -> None:
        """Take the start values, and what follows from parameters alone."""
        super().start()
        p = self.parameters.demand
        self.log_reference = np.log(p.reference_price)
        # Without the channel spending stays at its reference, whatever price and uses do.
        self.responsive = self.parameters.channels.demand > 0
        self.elasticity = np.where(self.responsive, p.elasticity, 1.0)
        self.renew()

    def renew(self) -> None:
        """The most that users would spend, USD bn a year."""
        p = self.parameters.demand
        self.most = 1e3 * self.own.gdp * self.own.wallet * p.ceiling

    def budget(self, log_price: Block, quality: Block) -> Block:
        """USD bn that users would spend this month (M12).

        Args:
            log_price: ln of the quality-adjusted price; quality: capability used, ECI points.
        """
        p = self.parameters.demand
        self.log_price = log_price
        uses = demand.new_uses(quality, p.uses_from, p.new_uses)
        uses = np.where(self.responsive, uses, 0.0)
        part = demand.spending(log_price, self.log_reference, self.elasticity, p.reference, uses)
        return self.most * self.adoption * part / MONTHS

    def use(self, use: Use, adoption_program: Block, services_exist: bool) -> None:
        """Remember what was used, spread use, and apply it (M13).

        Args:
            adoption_program: public push of adoption over the usual, `[bloc, world or 1]`.
            services_exist: whether users can buy services.
        """
        p = self.parameters.application
        anchor = self.parameters.training.anchor_points
        for name, value in use._asdict().items():
            setattr(self, name, value)
        ease = application.pull(self.quality, anchor, p.quality_pull)
        program = 1 + self.blocs.spread(adoption_program)
        speed = self.own.adoption_speed * program * ease * self.served
        spread = application.spread(self.adoption, p.innovation, p.imitation, speed)
        self.adoption = np.where(services_exist, spread, 0.0)
        worth = application.pull(self.quality, anchor, p.value_return)
        self.value = application.value(self.own.gdp, self.adoption, p.gain, worth, self.served)
