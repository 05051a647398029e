"""Buyers of accelerators: money comes in, chips are bought, installed and powered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, Mask, State, flag
from sim.model.agents.population import Population
from sim.model.mechanisms import capital, power
from sim.model.mechanisms.effort import scarcity

if TYPE_CHECKING:
    from sim.model.forcing import Forcing
    from sim.model.mechanisms.clearing import Purchases


class Buyers(Population):
    """Anybody who spends money on compute and holds chips."""

    active = State("1", "1 where the buyer exists in this month, else 0")
    budget = State("USD bn/yr", "spending on compute, all-in, at the current rate")
    cash = State("USD bn", "money for compute not yet spent")
    cash_free = State("USD bn", "money that would be unspent had there been no rule")
    advance = State("USD bn", "money spent ahead of need, to be saved later")
    funded = State("USD bn", "money received this month")
    spent = State("USD bn", "money spent on chips and rental this month")
    returned = State("USD bn", "idle money given back this month")
    chips = State("H100e", "installed chips by peak performance")
    training = State("H100e", "installed chips by worth for training")
    inference = State("H100e", "installed chips by worth for inference")
    training_free = State("H100e", "worth for training had there been no rule")
    inference_free = State("H100e", "worth for inference had there been no rule")
    rented = State("H100e", "worth for training rented abroad this month")
    draw = State("GW", "power that its chips draw when all of them run")
    powered = State("share", "part of its chips that has power")
    willing = State("share", "part of the money for compute that is called, less if power is short")
    reinvested = State("USD bn", "revenue of last month that is spent again on compute")
    scarcity_training = State("log", "ln(worth for training without the rule / obtained)")
    scarcity_inference = State("log", "ln(worth for inference without the rule / obtained)")

    def begin(self) -> None:
        """Nobody has anything before entering."""
        for name in [
            "active",
            "budget",
            "cash",
            "cash_free",
            "advance",
            "funded",
            "spent",
            "returned",
            "chips",
            "training",
            "inference",
            "training_free",
            "inference_free",
            "rented",
            "draw",
            "reinvested",
            "scarcity_training",
            "scarcity_inference",
        ]:
            setattr(self, name, np.zeros((self.rows, 1)))
        self.powered = self.willing = np.ones((self.rows, 1))
        self.kept_chips = 1 - 1 / (MONTHS * self.numbers.chip.lifetime)
        self.growth_spread = np.sqrt(MONTHS) * self.numbers.capital.volatility

    def enter(self, forcing: Forcing, present: Mask, entering: Mask) -> None:
        """Entry and exit are masks: who enters brings its budget and chips."""
        p = self.numbers.power
        held = self.number("chips_at_entry")
        self.active = flag(present)
        self.budget = self.active * np.where(entering, self.number("budget"), self.budget)
        for stock in ("chips", "training", "inference", "training_free", "inference_free"):
            setattr(self, stock, self.active * np.where(entering, held, getattr(self, stock)))
        brought = power.gigawatt(held, p.entry_watts, p.overhead)
        self.draw = self.active * np.where(entering, brought, self.draw)

    def grow(self, growth: Block) -> None:
        """Budgets grow at the rate that investors grant (log per year)."""
        self.budget = self.budget * np.exp(growth / MONTHS)

    def fund(self, forcing: Forcing) -> None:
        """A month's money arrives; feared or announced rules make buyers spend ahead (M3)."""
        p = self.numbers.stockpiling
        on = self.numbers.channels.stockpiling
        fear = self.blocs.spread(forcing.fear.chips)
        wanted = capital.advance_wanted(self.budget, p.pull, fear * on) * self.active
        gap = wanted - self.advance
        change = np.where(gap > 0, gap / p.build_months, gap / p.release_months)
        income = self.budget / MONTHS * self.funding_open(forcing) + self.reinvested
        income = income * self.willing
        change = np.maximum(change, -income)
        self.advance = np.maximum(self.advance + change, 0.0)
        self.funded = (income + change) * self.active
        self.cash = self.cash + self.funded
        self.cash_free = self.cash_free + income * self.active

    def funding_open(self, forcing: Forcing) -> Block:
        """Share of the budget that investors may pay: all, where no ban is in the way."""
        return np.ones((1, 1))

    def settle(self, forcing: Forcing, bought: Purchases, rent: Block, rented: Block) -> None:
        """Pay for what arrived, install it; money idle for more than a year goes back."""
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
        self.draw = self.draw * keep + bought.power * self.numbers.power.overhead
        self.rented = rented

    def called(self) -> Block:
        """Budget as far as it is called, USD bn/yr."""
        return self.budget * self.willing

    def run_on(self, power_share: Block) -> None:
        """Chips run, and money is called, as far as power goes, `[bloc, world]` (M14)."""
        self.powered = self.blocs.spread(power_share)
        self.willing = self.powered**self.numbers.power.caution

    def feel_scarcity(self) -> None:
        """How much less compute there is than the budget would have bought (M7)."""
        self.scarcity_training = scarcity(self.training_free, self.training + self.rented)
        self.scarcity_inference = scarcity(self.inference_free, self.inference + self.rented)
