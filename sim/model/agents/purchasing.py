"""Purchasing of accelerators: money comes in, chips are bought, installed and powered."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import Derived, State
from sim.core.worlds import Block, Mask, flag
from sim.model.agents.population import Component, Rows
from sim.model.forcing import Relief
from sim.model.mechanisms import capital, power
from sim.model.mechanisms.clearing import Purchases
from sim.model.mechanisms.effort import scarcity


class Purchasing(Component):
    """The budget, cash and chips of labs or clouds, and how they buy."""

    active = State("1", "1 where the buyer exists in this month, else 0", recorded=True)
    budget = State("USD bn/yr", "spending on compute, all-in, at the current rate", recorded=True)
    changed = State("1", "budget over what it would be without dated changes", start=1.0)
    cash = State("USD bn", "money for compute not yet spent")
    cash_free = State("USD bn", "money that would be unspent without rules")
    advance = State("USD bn", "money spent ahead of need, to be saved later")
    funded = State("USD bn", "money received this month", start=None)
    spent = State("USD bn", "money spent on chips and rental this month", recorded=True)
    returned = State("USD bn", "idle money given back this month", start=None)
    chips = State("H100e", "installed chips by peak performance", recorded=True)
    training = State("H100e", "installed chips by worth for training", recorded=True)
    inference = State("H100e", "installed chips by worth for inference", recorded=True)
    training_free = State("H100e", "worth for training without rules (counterfactual)")
    inference_free = State("H100e", "worth for inference without rules (counterfactual)")
    rented = State("H100e", "worth for training rented abroad this month", recorded=True)
    draw = State("GW", "power that its chips draw when all of them run")
    powered = State("share", "part of its chips that has power", start=1.0, recorded=True)
    willing = State(
        "share", "part of the money for compute that is spent, less if power is short", start=1.0
    )
    scarcity_training = State(
        "log",
        "how scarce compute for training is: ln of its worth without rules over what is obtained",
        recorded=True,
    )
    scarcity_inference = State(
        "log",
        "how scarce compute for inference is: ln of its worth without rules over what is obtained",
        recorded=True,
    )

    bought: Purchases  # what arrived in the last month

    def __init__(self, actors: Rows) -> None:
        super().__init__(actors)
        self.kept_chips = 1 - 1 / (MONTHS * self.parameters.chip.lifetime)
        self.growth_spread = np.sqrt(MONTHS) * self.parameters.capital.volatility

    def enter(self, present: Mask, entering: Mask) -> None:
        """Entry and exit are masks: a buyer that enters brings its budget and chips.

        Args:
            present, entering: who exists in this month, and who enters in it, `[actor, 1]`.
        """
        p = self.parameters.power
        chips = self.own.chips_at_entry
        self.active = flag(present)
        self.budget = self.active * np.where(entering, self.own.budget, self.budget)
        for stock in ("chips", "training", "inference", "training_free", "inference_free"):
            setattr(self, stock, self.active * np.where(entering, chips, getattr(self, stock)))
        brought = power.gigawatt(chips, p.entry_watts, p.overhead)
        self.draw = self.active * np.where(entering, brought, self.draw)

    def grow(self, growth: Block) -> None:
        """Budgets grow at the rate that investors grant (log per year)."""
        self.budget = capital.grown(self.budget, growth)

    def fund(
        self, fear: Block, open_share: Block | float, reinvested: Block, relief: Relief
    ) -> None:
        """A month's money arrives; feared or announced rules make buyers spend ahead (M3).

        Args:
            fear: how far a tightening of chip rules is feared, 0..1, `[bloc, world]`.
            open_share: share of the budget that investors may pay.
            reinvested: revenue of last month that is spent again on compute, USD bn.
            relief: limits that an experiment raises.
        """
        p = self.parameters.stockpiling
        on = self.parameters.channels.stockpiling
        wanted = capital.advance_wanted(self.budget, p.pull, self.blocs.spread(fear) * on)
        gap = wanted * self.active - self.advance
        change = np.where(gap > 0, gap / p.build_months, gap / p.release_months)
        income = self.budget / MONTHS * open_share + reinvested
        income = income * self.willing * relief.of("money", self.blocs)
        change = np.maximum(change, -income)
        self.advance = np.maximum(self.advance + change, 0.0)
        self.funded = (income + change) * self.active
        self.cash = self.cash + self.funded
        self.cash_free = self.cash_free + income * self.active

    def settle(self, bought: Purchases, rent: Block, rented: Block) -> None:
        """Pay for what arrived and install it; money idle for more than a year goes back.

        Args:
            bought: chips that arrived this month, and their cost.
            rent, rented: cost of compute rented abroad, USD bn, and its worth, H100e.
        """
        keep = self.kept_chips
        self.spent = bought.cost + rent
        left = np.maximum(self.cash - self.spent, 0.0)
        self.returned = np.where(self.active > 0, np.maximum(left - self.budget, 0.0), left)
        self.cash = left - self.returned
        free = np.maximum(self.cash_free - bought.cost_free, 0.0)
        self.cash_free = np.minimum(free, self.budget) * self.active
        self.chips = self.chips * keep + bought.chips
        self.training = self.training * keep + bought.training
        self.inference = self.inference * keep + bought.inference
        self.training_free = self.training_free * keep + bought.training_free
        self.inference_free = self.inference_free * keep + bought.inference_free
        self.draw = self.draw * keep + bought.power * self.parameters.power.overhead
        self.rented, self.bought = rented, bought
        self.scarcity_training = scarcity(self.training_free, self.training + self.rented)
        self.scarcity_inference = scarcity(self.inference_free, self.inference + self.rented)

    @Derived(
        "H100e",
        "chips smuggled to a buyer this month, by peak performance",
        recorded="smuggled_chips",
    )
    def smuggled(self) -> Block:
        """Chips that smugglers brought."""
        return self.bought.smuggled

    def called(self) -> Block:
        """Budget as far as it is called, USD bn/yr."""
        return self.budget * self.willing

    def run_on(self, power_share: Block) -> None:
        """Chips run, and money is called, as far as power goes, `[bloc, world]` (M14)."""
        self.powered = self.blocs.spread(power_share)
        self.willing = self.powered**self.parameters.power.caution

    def training_at_work(self) -> Block:
        """H100e of training worth that can work: own chips with power, and rented ones."""
        return self.training * self.powered + self.rented
